"""Lines beside PyTorch's modules: a padding by ``F.pad``, and weights copied in as this program writes them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.layers.arguments import Arguments, Value
from convgui.layers.convolution.layer import PADS
from convgui.session.written import PasteError, Setting, setting_of, shown
from convgui.words import mark, tr

MODES = MappingProxyType({"constant": "zeros", "reflect": "reflect", "replicate": "replicate", "circular": "circular"})
"""What ``F.pad`` calls each padding mode, and what a layer does."""
CLASSES = MappingProxyType({"constant": "Constant", "reflect": "Reflection", "replicate": "Replication"})


def pad_of(call: ast.Call) -> Setting:
    """Read ``F.pad(x, (2, 0))`` as a layer of padding; PasteError says what is not understood."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = dict(zip(("input", "pad", "mode", "value"), call.args, strict=False)) | named
    sides: Any = _literal(given, "pad", ())
    mode: Any = _literal(given, "mode", "constant")
    value: Any = _literal(given, "value", 0)
    whole = isinstance(sides, tuple | list) and all(type(side) is int for side in sides)
    if not whole or len(sides) not in (2, 4, 6) or str(mode) not in MODES or len(call.args) > 4:
        words = mark("“{node}” is no padding that is read; paste something like F.pad(x, (2, 0)).")
        raise PasteError(tr(words, node=shown(call)))
    inside = f"({', '.join(map(str, sides))})" + (f", {value or 0!r}" if mode == "constant" else "")
    name = f"{CLASSES.get(mode, 'Circular')}Pad{len(sides) // 2}d"
    built = ast.parse(f"nn.{name}({inside})", mode="eval").body
    assert isinstance(built, ast.Call)
    setting = setting_of(name, built)
    return replace(setting, arguments=Arguments({**setting.arguments.given, PADS: (mode, *sides)}))


def _literal(given: Mapping[str | None, ast.expr], name: str, default: object) -> object:
    """Return an argument that is written out; None where it is not."""
    try:
        return ast.literal_eval(given[name]) if name in given else default
    except ValueError:
        return None


def padded_before(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Make one layer of a padding by ``F.pad`` and the convolution behind it, where that does the same."""
    found = list[Setting]()
    for setting in settings:
        before = found[-1] if found else None
        if before is not None and PADS in before.arguments.given and _takes(setting, before):
            mode, *sides = _sides(before)
            more: dict[str, Value] = {PADS: tuple(sides), "padding_mode": MODES[str(mode)]}
            found[-1] = replace(setting, arguments=Arguments({**setting.arguments.given, **more}))
        else:
            found.append(setting)
    return tuple(found)


def _sides(setting: Setting) -> tuple[Value, ...]:
    value = setting.arguments.any(PADS, ())
    assert isinstance(value, tuple)
    return value


def _takes(setting: Setting, before: Setting) -> bool:
    """Whether a convolution can have the padding before it as its own."""
    given, sides = setting.arguments.given, _sides(before)[1:]
    legal = all(isinstance(side, int) and side >= 0 for side in sides) and not before.arguments.any("value", 0)
    none = given.get("padding", 0) in (0, "valid", (0,) * (setting.rank or 1))
    fits = setting.rank is not None and len(sides) // 2 <= setting.rank
    return legal and none and fits and setting.name.startswith("Conv") and "Transpose" not in setting.name


def is_copying(statement: ast.With) -> bool:
    """Whether lines copy numbers into a model, as code with weights does: ``with torch.no_grad():``."""
    match statement.items:
        case [ast.withitem(context_expr=ast.Call(func=ast.Attribute(attr="no_grad"), args=[]))]:
            return all(_copy(line) is not None for line in statement.body)
    return False


def with_numbers(settings: Sequence[Setting], tree: ast.Module) -> tuple[Setting, ...]:
    """Give layers the numbers that are copied into them.

    Raises
    ------
    PasteError
        If there is no such layer, or the numbers are none.
    """
    found = list(settings)
    for statement in tree.body:
        for line in statement.body if isinstance(statement, ast.With) else ():
            place, name, values = _copy(line) or (0, "", ast.Constant(0))
            if place >= len(found):
                raise PasteError(tr("“{node}” is of a layer that is not there.", node=shown(line)))
            arrays = MappingProxyType({**found[place].arrays, name: _array(values)})
            found[place] = replace(found[place], arrays=arrays)
    return tuple(found)


def _copy(line: ast.stmt) -> tuple[int, str, ast.expr] | None:
    """Read ``model[2].weight.copy_(torch.tensor(...))``: the module's place, the parameter, and its numbers."""
    match line:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Attribute(value=model, attr=name), attr="copy_"),
                args=[ast.Call(func=ast.Attribute(attr="tensor"), args=[values])],
            )
        ):
            match model:
                case ast.Name():
                    return 0, name, values
                case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=int() as place)) if place >= 0:
                    return place, name, values
    return None


def _array(node: ast.expr) -> NDArray[np.float64]:
    try:
        found = np.asarray(ast.literal_eval(node), np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise PasteError(tr("“{node}” are no numbers.", node=shown(node))) from error
    if not np.isfinite(found).all():
        raise PasteError(tr("“{node}” are no numbers.", node=shown(node)))
    return found

"""A line of PyTorch, read: ``nn.Conv2d(3, 16, 3, stride=2, padding=1)`` becomes a layer. Parsed, never evaluated."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import numpy as np

from convgui.core.spec import AXES, SpecError
from convgui.layers import kinds
from convgui.layers.arguments import Arguments, Value
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document
from convgui.model.limits import check_layer
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.session.fitting import plain_layer
from convgui.session.stack import MOST_LAYERS
from convgui.words import mark, tr

LONGEST = 100_000
"""Characters that are read; a model's printed form is a few thousand."""
SHOWN, MOST_SAID = 60, 400
"""Characters of a piece of code that is quoted, and of a sentence about it."""
SIDES, MOST_IN = (32, 64, 224), 1024
"""Cells of an axis that are tried where the present input does not do, and channels up to which one is offered."""
LARGEST = 10**9
"""Of a number that is written, or comes of a sum; what a layer can have is far less."""


def known() -> str:
    """List what is read, for a sentence."""
    names = [name.replace("{n}d", "1d to 3d") for kind in kinds() for name in kind.pytorch_names]
    return tr("{names} and Sequential", names=", ".join(names))


@cache
def _known_classes() -> Mapping[str, tuple[type[Layer], str, int | None]]:
    """Return every class that is read, with its kind, the name under which the kind knows it, and its rank."""
    found: dict[str, tuple[type[Layer], str, int | None]] = {}
    for kind in kinds():
        for name in kind.pytorch_names:
            if "{n}" in name:
                found |= {name.format(n=rank): (kind, name, rank) for rank in AXES}
            else:
                found[name] = kind, name, None
    return found


def is_code(text: str) -> bool:
    """Whether a text is meant as layers of PyTorch, right or wrong, and not as numbers."""
    called = set(re.findall(r"(\w+)\s*\(", text[:LONGEST]))
    return bool(re.search(r"\bnn\.\w+", text[:LONGEST])) or not called.isdisjoint({*_known_classes(), "Sequential"})


class PasteError(ValueError):
    """Text that is no layer; the message is one sentence for the user, however long what it quotes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence if len(sentence) <= MOST_SAID else f"{sentence[:MOST_SAID]}…")


@dataclass(frozen=True)
class Setting:
    """One layer as it was written.

    Attributes
    ----------
    name : str
        PyTorch's class, such as ``"Conv2d"``.
    rank : int or None
        Number of spatial axes, where the class says so.
    arguments : Arguments
        What was written.
    """

    name: str
    rank: int | None
    arguments: Arguments


def parse(text: str) -> tuple[Setting, ...]:
    """Read a module's constructor, several of them, or a ``Sequential``; assignments and commas are fine.

    Raises
    ------
    PasteError
        Naming what is not understood, and what would be.
    """
    if len(text) > LONGEST:
        raise PasteError(tr("The text has {count:,} characters; paste the layers' lines alone.", count=len(text)))
    try:
        tree = ast.parse(_as_lines(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        words = (
            mark("That is not a line of Python in line {line}; paste something like nn.Conv2d(3, 16, 3, padding=1).")
            if line
            else mark("That is not a line of Python; paste something like nn.Conv2d(3, 16, 3, padding=1).")
        )
        raise PasteError(tr(words, line=line)) from error
    try:
        found = [setting for statement in tree.body for setting in _statement(statement)]
    except RecursionError as error:
        raise PasteError(tr("It is nested too deep to be read; paste the layers' own lines.")) from error
    if not found:
        raise PasteError(tr("There is no layer in it; paste something like nn.Conv2d(3, 16, 3, padding=1)."))
    if len(found) > MOST_LAYERS:
        raise PasteError(
            tr(
                "There are {count} layers in it, and a stack has at most {most_layers}.",
                count=len(found),
                most_layers=MOST_LAYERS,
            )
        )
    return tuple(found)


def _as_lines(text: str) -> str:
    """Take away what surrounds lines that were copied out of something longer."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    lines = [re.sub(r"^\s*(>>>|\.\.\.) ?", "", line) for line in lines]
    # A model's printed form: "(0): Conv2d(...)", and "kernel_size=(3, 3)" as in code.
    lines = [re.sub(r"^\s*\(\w+\):\s*", "", line) for line in lines]
    if any(line.endswith("(") for line in lines):
        printed = "\n".join(lines)
        return re.sub(r"\)\n(?=\s*\w+\()", "),\n", printed)
    return "\n".join(line.strip().removesuffix(",") for line in lines)


def _statement(statement: ast.stmt) -> list[Setting]:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="eval" | "double"), args=[])):
            return []
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            return _layers(value)
        case ast.AnnAssign(value=ast.expr() as value):
            return _layers(value)
        case ast.Import() | ast.ImportFrom():
            return []
    raise PasteError(tr("“{statement}” is not a layer; paste the layers' own lines.", statement=_shown(statement)))


def _layers(node: ast.expr) -> list[Setting]:
    match node:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [setting for element in elements for setting in _layers(element)]
        case ast.Call(func=called):
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name == "Sequential":
                return [setting for element in node.args for setting in _layers(_inside(element))]
            return [_setting(name, node)]
    raise PasteError(tr("“{node}” is not a layer; convgui reads {known}.", node=_shown(node), known=known()))


def _inside(node: ast.expr) -> ast.expr:
    """Unpack a starred list."""
    return node.value if isinstance(node, ast.Starred) else node


def _setting(name: str, call: ast.Call) -> Setting:
    if name not in _known_classes():
        words = "“{name}” is no layer that convgui knows; it reads {known}."
        raise PasteError(tr(words, name=name or _shown(call), known=known()))
    kind, known_as, rank = _known_classes()[name]
    parameters = kind.pytorch_names[known_as]
    if len(call.args) > len(parameters):
        raise PasteError(
            tr(
                "{name} takes {most} arguments at most, and {given} are given.",
                name=name,
                most=len(parameters),
                given=len(call.args),
            )
        )
    given = {parameter: _value(name, parameter, arg) for parameter, arg in zip(parameters, call.args, strict=False)}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg not in parameters:
            raise PasteError(
                tr(
                    "{name} has no parameter “{arg}”; it has {parameters}.",
                    name=name,
                    arg=keyword.arg or "**",
                    parameters=", ".join(parameters),
                )
            )
        if keyword.arg in given:
            raise PasteError(tr("{name} is given {arg} twice; write it once.", name=name, arg=keyword.arg))
        given[keyword.arg] = _value(name, keyword.arg, keyword.value)
    return Setting(name, rank, Arguments(MappingProxyType(given)))


def _value(layer: str, parameter: str, node: ast.expr) -> Value:
    """Read a number, text, truth, or several of them; the four rules of arithmetic on whole numbers too."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None as value) if _is_short(value):
            return value
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return tuple(_value(layer, parameter, element) for element in elements)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _value(layer, parameter, operand)
            if isinstance(inner, int | float):
                return -inner
        case ast.BinOp(left=left, op=operator, right=right):
            a, b = _value(layer, parameter, left), _value(layer, parameter, right)
            done = _sum(a, operator, b)
            if done is not None:
                return done
        case ast.Attribute(value=ast.Name(id="torch")) if parameter in ("device", "dtype"):
            return None
    raise PasteError(
        tr(
            "{parameter} of {layer} is “{node}”; write its value as a number.",
            parameter=parameter,
            layer=layer,
            node=_shown(node),
        )
    )


def _is_short(value: object) -> bool:
    """Whether a constant can be a parameter: a number of thousands of digits, or a page of text, is none."""
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return not isinstance(value, str) or len(value) <= SHOWN


def _sum(a: Value, operator: ast.operator, b: Value) -> int | None:
    if not (isinstance(a, int) and isinstance(b, int)) or max(abs(a), abs(b)) > LARGEST:
        return None
    match operator:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.FloorDiv() if b:
            return a // b
    return None


def _shown(node: ast.AST) -> str:
    try:
        text = " ".join(ast.unparse(node).split())
    except ValueError:
        # A number of more digits than Python writes.
        return "…"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def apply(document: Document, settings: Sequence[Setting]) -> Document:
    """Put one pasted layer in the place of the chosen one, or several in the place of the whole stack.

    Weights are kept around their middle where there are some of that rank; a bias that is switched off is 0.

    Raises
    ------
    PasteError
        If a layer is not legal, or does not take what comes to it.
    """
    single = len(settings) == 1
    chosen = document.view.layer if single else 0
    shape = document.incoming[chosen]
    built: list[Layer] = []
    for number, setting in enumerate(settings):
        old = document.layers[chosen + number] if chosen + number < len(document.layers) else None
        try:
            layer = _built(setting, shape, old)
            shape = check_layer(layer, shape, document.sample.data.shape)
        except SpecError as error:
            name = setting.name
            if not single:
                name = tr("{name} (layer {n} of {all})", name=name, n=number + 1, all=len(settings))
            # A parameter is called as it was written.
            kind, known_as, _ = _known_classes()[setting.name]
            written = error.field in kind.pytorch_names[known_as]
            raise PasteError(f"{name}: {error if written else refusal(error)}") from error
        built.append(layer)
    layers = (*document.layers[:chosen], *built, *document.layers[chosen + 1 :]) if single else tuple(built)
    view = replace(document.view, layer=chosen, filter=0, channel=0, step=0)
    changed = replace(document, layers=layers, sources=document.sources if single else (), view=view)
    try:
        _ = changed.shapes
    except SpecError as error:
        raise PasteError(tr("The layers behind it no longer fit: {error}", error=refusal(error))) from error
    return changed


def fitting_shape(document: Document, text: str) -> tuple[int, ...] | None:
    """Return the shape of an input that pasted layers fit, as near to the present one as can be; None for none.

    An input is offered only where the first pasted layer is the first of the stack.
    """
    try:
        settings = parse(text)
    except PasteError:
        return None
    if not settings or (len(settings) == 1 and document.view.layer):
        return None
    present = tuple(document.sample.data.shape)
    rank = next((setting.rank for setting in settings if setting.rank is not None), len(present) - 1)
    channels = settings[0].arguments.any("in_channels", present[0])
    if not isinstance(channels, int) or not 1 <= channels <= MOST_IN:
        return None
    spatial = present[1:] if rank == len(present) - 1 else (SIDES[0],) * rank
    for sides in (spatial, *((side,) * rank for side in SIDES)):
        cells = np.broadcast_to(np.zeros(()), (channels, *sides))
        view = replace(document.view, layer=0, filter=0, channel=0, step=0)
        # What stands there now need not take these channels.
        blank = Document(Sample(cells, ""), (plain_layer(None, channels, sides),), view)
        try:
            apply(blank, settings)
        except (PasteError, SpecError):
            continue
        shape = (channels, *sides)
        return shape if shape != present else None
    return None


def made(setting: Setting, rank: int) -> Layer:
    """Make a layer that is written out, for `rank` spatial axes; SpecError if it is not legal."""
    kind, known_as, _ = _known_classes()[setting.name]
    return kind.from_pytorch(known_as, setting.arguments, rank, None)


def _built(setting: Setting, shape: Shape, old: Layer | None) -> Layer:
    rank = len(shape) - 1
    if setting.rank not in (None, rank):
        words = tr("has {rank} spatial axes, and the layer is made for {wanted}.", rank=rank, wanted=setting.rank)
        raise SpecError("input", words)
    kind, known_as, _ = _known_classes()[setting.name]
    return kind.from_pytorch(known_as, setting.arguments, rank, old)

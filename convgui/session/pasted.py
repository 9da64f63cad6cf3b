"""A line of PyTorch, read: ``nn.Conv2d(3, 16, 3, stride=2, padding=1)`` becomes a layer. Parsed, never evaluated."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from convgui.core.spec import ConvSpec, SpecError, per_axis
from convgui.model.document import Document
from convgui.model.layer import Layer, Shape
from convgui.model.layers import LINEAR, AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample
from convgui.model.limits import check_layer, check_spec
from convgui.session.fitting import fit_weights
from convgui.session.stack import MOST_LAYERS
from convgui.words import mark, tr

LONGEST = 100_000
"""Characters that are read; a model's printed form is a few thousand."""
SHOWN, MOST_SAID = 60, 400
"""Characters of a piece of code that is quoted, and of a sentence about it."""
LARGEST = 10**9
"""Of a number that is written, or comes of a sum; what a layer can have is far less."""
Value: TypeAlias = int | float | bool | str | tuple["Value", ...] | None
Arguments: TypeAlias = Mapping[str, Value]

_CONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias")
_TRANSPOSED = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias")
_PARAMETERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Conv": (*_CONV, "padding_mode", "device", "dtype"),
        "ConvTranspose": (*_TRANSPOSED, "dilation", "padding_mode", "device", "dtype"),
        "MaxPool": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"),
        "AvgPool": ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"),
        "ReLU": ("inplace",),
        "Upsample": ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"),
        "PixelShuffle": ("upscale_factor",),
        "ChannelShuffle": ("groups",),
    }
)
_NAMES = re.compile(r"(Conv|ConvTranspose|MaxPool|AvgPool)([123])d")
KNOWN = mark(
    "Conv1d to Conv3d, ConvTranspose1d to 3d, MaxPool, AvgPool, ReLU, Upsample, PixelShuffle, ChannelShuffle and "
    "Sequential"
)


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
        PyTorch's class without its rank, such as ``"Conv"``.
    rank : int or None
        Number of spatial axes, where the class says so.
    arguments : mapping
        What was written, by PyTorch's parameter names.
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
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            return _layers(value)
        case ast.AnnAssign(value=ast.expr() as value):
            return _layers(value)
        case ast.Import() | ast.ImportFrom():
            return []
    raise PasteError(tr("“{statement}” is not a layer; paste the layers' own lines.", statement=_shown(statement)))


def _layers(node: ast.expr) -> list[Setting]:
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [setting for part in parts for setting in _layers(part)]
        case ast.Call(func=called):
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name == "Sequential":
                return [setting for part in node.args for setting in _layers(_inside(part))]
            return [_setting(name, node)]
    raise PasteError(tr("“{node}” is not a layer; convgui reads {known}.", node=_shown(node), known=tr(KNOWN)))


def _inside(node: ast.expr) -> ast.expr:
    """Unpack a starred list."""
    return node.value if isinstance(node, ast.Starred) else node


def _setting(name: str, call: ast.Call) -> Setting:
    found = _NAMES.fullmatch(name)
    base, rank = (found[1], int(found[2])) if found else (name, 2 if name == "PixelShuffle" else None)
    parameters = _PARAMETERS.get(base)
    if parameters is None or (found is None and base in ("Conv", "ConvTranspose", "MaxPool", "AvgPool")):
        raise PasteError(
            tr("“{name}” is no layer that convgui knows; it reads {known}.", name=name or _shown(call), known=tr(KNOWN))
        )
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
    return Setting(base, rank, MappingProxyType(given))


def _value(layer: str, parameter: str, node: ast.expr) -> Value:
    """Read a number, text, truth, or several of them; the four rules of arithmetic on whole numbers too."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None as value) if _is_short(value):
            return value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(_value(layer, parameter, part) for part in parts)
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
    place = document.view.layer if single else 0
    shape = document.shapes[place]
    made: list[AnyLayer] = []
    for number, setting in enumerate(settings):
        old = document.layers[place + number] if place + number < len(document.layers) else None
        try:
            layer = _built(setting, shape, old if isinstance(old, Layer) else None)
            shape = check_layer(layer, shape, document.sample.data.shape)
        except SpecError as error:
            name = f"{setting.name}{f'{setting.rank}d' if setting.rank else ''}"
            if not single:
                name = tr("{name} (layer {n} of {all})", name=name, n=number + 1, all=len(settings))
            raise PasteError(f"{name}: {error}") from error
        made.append(layer)
    layers = (*document.layers[:place], *made, *document.layers[place + 1 :]) if single else tuple(made)
    changed = replace(document, layers=layers, view=replace(document.view, layer=place, filter=0, channel=0, step=0))
    try:
        _ = changed.shapes
    except SpecError as error:
        raise PasteError(tr("The layers behind it no longer fit: {error}", error=error)) from error
    return changed


def _built(setting: Setting, shape: Shape, old: Layer | None) -> AnyLayer:
    rank = len(shape) - 1
    if setting.rank not in (None, rank):
        raise SpecError(
            "input",
            tr(
                "has {rank} spatial axes, and the layer is made for {wanted}.",
                rank=rank,
                wanted=setting.rank,
            ),
        )
    return _BUILDERS[setting.name](_Reader(setting), rank, old)


class _Reader:
    """Gives a setting's arguments in the types they must have."""

    def __init__(self, setting: Setting) -> None:
        self._arguments = setting.arguments

    def any(self, name: str, default: Value) -> Value:
        return self._arguments.get(name, default)

    def whole(self, name: str, default: int | None = None) -> int:
        value = self._arguments.get(name, default)
        if value is None:
            raise SpecError(name, tr("is missing."))
        if isinstance(value, bool) or not isinstance(value, int):
            raise SpecError(name, tr("is {value!r}; a whole number is needed.", value=value))
        return value

    def sides(self, name: str, rank: int, least: int, default: Value = None) -> tuple[int, ...]:
        value = self._arguments.get(name)
        value = default if value is None else value
        if value is None:
            raise SpecError(name, tr("is missing."))
        values = value if isinstance(value, tuple) else (value,)
        numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
        if len(numbers) != len(values):
            raise SpecError(name, tr("is {value!r}; whole numbers are needed.", value=value))
        return per_axis(name, numbers[0] if len(numbers) == 1 else numbers, rank, least)

    def refuse(self, name: str, default: Value, reason: str) -> None:
        if self._arguments.get(name, default) not in (default, None):
            raise SpecError(name, reason)


def _convolution(reader: _Reader, rank: int, old: Layer | None, *, transposed: bool = False) -> Layer:
    padding: Any = reader.any("padding", 0)
    if not isinstance(padding, str):
        padding = reader.sides("padding", rank, 0, 0)
    elif padding not in ("same", "valid"):
        raise SpecError("padding", tr("is {padding!r}; PyTorch knows 'same' and 'valid'.", padding=padding))
    spec = ConvSpec.of(
        reader.whole("in_channels"),
        reader.whole("out_channels"),
        reader.sides("kernel_size", rank, 1),
        stride=reader.sides("stride", rank, 1, 1),
        padding=padding,
        dilation=reader.sides("dilation", rank, 1, 1),
        groups=reader.whole("groups", 1),
        padding_mode=str(reader.any("padding_mode", "zeros")),
        transposed=transposed,
        output_padding=reader.sides("output_padding", rank, 0, 0),
    )
    check_spec(spec)
    if old is not None and old.spec.rank == rank:
        layer = fit_weights(old, spec)
    else:
        layer = Layer(spec, np.full(spec.weight_shape, 1 / spec.taps), np.zeros(spec.out_channels))
    return layer if reader.any("bias", True) else replace(layer, bias=np.zeros(spec.out_channels))


def _pool(reader: _Reader, rank: int, kind: str) -> Pool:
    reader.refuse("ceil_mode", False, tr("is True, which convgui does not do; leave it out."))
    reader.refuse("dilation", 1, tr("of a pooling is not done by convgui; leave it out."))
    reader.refuse("return_indices", False, tr("is True, which convgui does not do; leave it out."))
    reader.refuse("count_include_pad", True, tr("is False, which convgui does not do; leave it out."))
    reader.refuse("divisor_override", None, tr("is not done by convgui; leave it out."))
    size = reader.sides("kernel_size", rank, 1)
    stride = reader.sides("stride", rank, 1, size)
    return Pool("max" if kind == "max" else "average", size, stride, reader.sides("padding", rank, 0, 0))


def _upsample(reader: _Reader, rank: int) -> Upsample:
    reader.refuse("size", None, tr("is a fixed size; give scale_factor, a whole number."))
    reader.refuse("align_corners", False, tr("is True, which convgui does not do; leave it out."))
    scale = reader.any("scale_factor", None)
    plain = int(scale) if isinstance(scale, float) and scale.is_integer() else None
    factors = (plain,) * rank if plain else reader.sides("scale_factor", rank, 1)
    mode = reader.any("mode", "nearest")
    if mode not in ("nearest", LINEAR[rank]):
        raise SpecError(
            "mode",
            tr(
                "is {mode!r}; with {rank} spatial axes it is 'nearest' or {linear!r}.",
                mode=mode,
                rank=rank,
                linear=LINEAR[rank],
            ),
        )
    return Upsample(factors, "nearest" if mode == "nearest" else "linear")


_BUILDERS: Mapping[str, Callable[[_Reader, int, Layer | None], AnyLayer]] = MappingProxyType(
    {
        "Conv": _convolution,
        "ConvTranspose": lambda reader, rank, old: _convolution(reader, rank, old, transposed=True),
        "MaxPool": lambda reader, rank, _: _pool(reader, rank, "max"),
        "AvgPool": lambda reader, rank, _: _pool(reader, rank, "average"),
        "ReLU": lambda *_: ReLU(),
        "Upsample": lambda reader, rank, _: _upsample(reader, rank),
        "PixelShuffle": lambda reader, *_: PixelShuffle(reader.whole("upscale_factor")),
        "ChannelShuffle": lambda reader, *_: ChannelShuffle(reader.whole("groups")),
    }
)

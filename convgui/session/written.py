"""A module of PyTorch as it is written out: its class, and its arguments, read and never evaluated."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import AXES, SpecError
from convgui.layers import choice, kinds
from convgui.layers.arguments import Arguments, Value
from convgui.layers.convolution import Convolution
from convgui.layers.convolution.layer import PADS
from convgui.layers.joining import with_inputs
from convgui.layers.layer import Layer, Shape
from convgui.model.limits import check_layer
from convgui.model.sources import read_shape
from convgui.words import tr

SHOWN, MOST_SAID = 60, 400
"""Characters of a piece of code that is quoted, and of a sentence about it."""
LARGEST = 10**9
"""Of a number that is written, or comes of a sum; what a layer can have is far less."""
JOINS: Mapping[str, str] = MappingProxyType({"+": "add", ",": "concatenate", "*": "multiply"})
"""What makes one value of several, by the sign under which a `Setting` has it and as the menu calls it."""
LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
ROWS = ("Conv1d", "CausalConv1d", "ConvTranspose1d")
"""Layers of one axis that a grid of one row takes."""
NAMES = ("padding", "padding_mode", "mode")
"""Parameters whose texts PyTorch prints without quotation marks."""


def known() -> str:
    """List what is read, for a sentence."""
    names = [name.replace("{n}d", "1d to 3d") for kind in kinds() for name in kind.pytorch_names]
    return tr("{names} and Sequential", names=", ".join(names))


@cache
def known_classes() -> Mapping[str, tuple[type[Layer], str, int | None]]:
    """Return every class that is read, with its kind, the name under which the kind knows it, and its rank."""
    found: dict[str, tuple[type[Layer], str, int | None]] = {}
    for kind in kinds():
        for name in kind.pytorch_names:
            if "{n}" in name:
                found |= {name.format(n=rank): (kind, name, rank) for rank in AXES}
            else:
                found[name] = kind, name, int(name[-2]) if re.search("[123]d$", name) else None
    return found


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
    reads : tuple of int
        The values that come in: 0 is the input, n what the n-th layer makes. Empty for what the one before makes.
    path : str
        The names of the modules around it and its own, with dots between, as tensors of a state dict are called.
    like : int or None
        The value that it is to be made as large as, for an interpolation or a padding.
    guessed : tuple of str
        The classes of blocks that nobody knows, of which this is the first layer, and whose parts are taken in order.
    own : Layer or None
        The layer itself, where PyTorch has no words for it.
    arrays : mapping
        Its parameters, where they were written too.
    """

    name: str
    rank: int | None
    arguments: Arguments
    reads: tuple[int, ...] = ()
    path: str = ""
    like: int | None = None
    guessed: tuple[str, ...] = ()
    own: Layer | None = None
    arrays: Mapping[str, NDArray[np.float64]] = field(default_factory=dict, compare=False)


def one(text: str) -> Setting:
    """Read one module that is written out, such as ``Conv2d(3, 8, 3)``; PasteError if it is none that is known."""
    called = ast.parse(text.strip(), mode="eval").body
    assert isinstance(called, ast.Call)
    return setting_of(getattr(called.func, "id", getattr(called.func, "attr", "")), called)


def setting_of(name: str, call: ast.Call) -> Setting:
    """Read a call of a class; PasteError says what is not understood, and what would be."""
    if name not in known_classes():
        words = "“{name}” is no layer that convgui knows; it reads {known}."
        raise PasteError(tr(words, name=name or shown(call), known=known()))
    kind, known_as, rank = known_classes()[name]
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
        case ast.Name(id=name) if parameter in NAMES:
            return name
    raise PasteError(
        tr(
            "{parameter} of {layer} is “{node}”; write its value as a number.",
            parameter=parameter,
            layer=layer,
            node=shown(node),
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


def shown(node: ast.AST) -> str:
    """Write a piece of code, cut where it is long."""
    try:
        text = " ".join(ast.unparse(node).split())
    except ValueError:
        # A number of more digits than Python writes.
        return "…"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def made(
    setting: Setting, rank: int, old: Layer | None = None, spatial: Shape = (), size: Shape | None = None
) -> Layer:
    """Make a layer that is written out, for `rank` spatial axes.

    Parameters
    ----------
    old : layer or None
        What stood in its place, of which it keeps the weights that fit.
    spatial, size : tuple of int
        Spatial lengths of what comes in, and of the value that it is to be made as large as.

    Raises
    ------
    SpecError
        If it is not legal.
    """
    if setting.own is not None:
        return setting.own
    if setting.name in JOINS:
        return with_inputs(choice(JOINS[setting.name]).build(()), len(setting.reads))
    if PADS in setting.arguments.given and not setting.name.startswith("Conv"):
        setting = _for_axes(setting, rank)
    if setting.rank == 1 and rank == 2 and spatial[:1] == (1,) and setting.name in ROWS:
        # A grid of one row is one axis.
        known_as = known_classes()[setting.name][1]
        row = _with_arrays(Convolution.from_pytorch(known_as, setting.arguments, 1, None), setting)
        assert isinstance(row, Convolution)
        return row.on_rows()
    if setting.rank not in (None, rank):
        words = tr("has {rank} spatial axes, and the layer is made for {wanted}.", rank=rank, wanted=setting.rank)
        raise SpecError("input", words)
    if setting.like is not None:
        setting = _as_large(setting, spatial, size or spatial)
    kind, known_as, _ = known_classes()[setting.name]
    return _with_arrays(kind.from_pytorch(known_as, setting.arguments, rank, old), setting)


def _for_axes(setting: Setting, rank: int) -> Setting:
    """Let a padding by ``F.pad``, which names only the last axes, be of all."""
    sides = setting.arguments.any("padding", ())
    if setting.rank is None or setting.rank >= rank or not isinstance(sides, tuple):
        return setting
    whole = {**setting.arguments.given, "padding": sides + (0,) * (2 * rank - len(sides))}
    return replace(setting, name=f"{setting.name[:-2]}{rank}d", rank=rank, arguments=Arguments(whole))


def _with_arrays(layer: Layer, setting: Setting) -> Layer:
    """Return a layer with the parameters that were written; SpecError names the one that does not fit."""
    for name, values in setting.arrays.items():
        held = layer.parameters.get(name)
        if held is None or not isinstance(layer, Convolution):
            raise SpecError(name, tr("of {name} is not read from code; leave its numbers out.", name=setting.name))
        if held.shape != values.shape:
            words = "has shape {shape}, the layer needs {weight_shape}."
            raise SpecError(name, tr(words, shape=values.shape, weight_shape=held.shape))
        layer = replace(layer, weight=values, flip=False) if name == "weight" else replace(layer, bias=values)
    return layer


def _as_large(setting: Setting, spatial: Shape, size: Shape) -> Setting:
    """Write what interpolates a value to a size, or puts zeros around it, more of them behind it if they are odd."""
    rank = len(size)
    if spatial == size:
        return Setting("Identity", None, Arguments({}))
    if setting.name == "Upsample":
        return Setting("Upsample", None, Arguments({"size": size, "mode": LINEAR[rank]}))
    missing = [n - m for n, m in zip(size, spatial, strict=True)]
    # PyTorch begins with the last axis.
    padding = tuple(side for n in reversed(missing) for side in (n // 2, n - n // 2))
    return Setting(f"ConstantPad{rank}d", rank, Arguments({"padding": padding, "value": 0.0}))


def laid(setting: Setting, values: Sequence[Shape], old: Layer | None = None) -> tuple[Layer, tuple[int, ...], Shape]:
    """Make a layer behind others.

    Parameters
    ----------
    values : sequence of tuple of int
        ``(C, *spatial)`` of the input and of what each layer before it makes.

    Returns
    -------
    layer : Layer
    reads : tuple of int
        The values that it reads.
    shape : tuple of int
        ``(C, *spatial)`` of what it makes.

    Raises
    ------
    SpecError
        If it is not legal, or does not take what it reads.
    """
    reads = setting.reads or (len(values) - 1,)
    spatial = values[reads[0]][1:]
    size = None if setting.like is None else values[setting.like][1:]
    layer = made(setting, len(spatial), old, spatial, size)
    return layer, reads, check_layer(layer, read_shape(layer, [values[n] for n in reads]), values[0])

"""Padding as a layer of its own: cells around the input, of one value or from the input itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, ClassVar

import numpy as np

from convgui.core.blocks import axis_sources, fill_block
from convgui.core.memory import check_budget
from convgui.core.spec import AXES, PADDING_MODES, ConvSpec, PaddingMode, Pairs, SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.code import NUMPY_MODES, OnnxGraph, Program, TorchModules, torch_sides
from convgui.layers.form import FINITE, Chosen, Field, Real, Sizes, typed_number
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.limits import MOST_PADDING
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr, trn

TORCH: dict[PaddingMode, str] = {
    "zeros": "Constant", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular",
}  # fmt: skip
"""What PyTorch calls each mode, before ``Pad2d``."""
ONNX: dict[PaddingMode, str] = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
_MODES = {
    "zeros": mark("one value"),
    "reflect": mark("mirrored"),
    "replicate": mark("the border repeated"),
    "circular": mark("the other end"),
}


@dataclass(frozen=True)
class Pad(Layer):
    """Cells are put around the input.

    Attributes
    ----------
    padding : tuple of (before, after)
        Cells on both sides of each spatial axis.
    mode : str
        ``"zeros"`` for cells of one value, ``"reflect"``, ``"replicate"`` or ``"circular"``.
    value : float
        What stands in the padding, where it is one value.
    """

    padding: Pairs
    mode: PaddingMode = "zeros"
    value: float = 0.0

    json_names = ("pad",)
    pytorch_names: ClassVar = {
        "ConstantPad{n}d": ("padding", "value"),
        **dict.fromkeys(("ZeroPad{n}d", "ReflectionPad{n}d", "ReplicationPad{n}d", "CircularPad{n}d"), ("padding",)),
    }
    onnx_names = ("Pad",)
    order = 24
    group = mark("Pooling and padding")

    def __post_init__(self) -> None:
        rank = len(self.padding)
        if rank not in AXES:
            raise SpecError("padding", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        if not isfinite(self.value):
            raise SpecError("value", tr(FINITE, value=self.value))
        # The spec says what is wrong with numbers of padding.
        spec = ConvSpec.of(1, 1, (1,) * rank, padding=[list(pair) for pair in self.padding])
        object.__setattr__(self, "padding", spec.pads((1,) * rank))

    @property
    def title(self) -> str:
        return tr("Padding: {mode}", mode=tr(_MODES[self.mode]))

    @property
    def about(self) -> str:
        match self.mode:
            case "reflect":
                return tr("The input is mirrored at its border, which itself is not doubled.")
            case "replicate":
                return tr("The cells at the border are repeated outwards.")
            case "circular":
                return tr("The input goes on with its other end, as on a ring.")
            case _:
                return tr("Cells of one value are put around the input.")

    def rule(self, reads: int) -> str:
        return tr("Inside, every value stays; around it stand the cells of the padding.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} puts cells around the one channel.",
            "Layer {stage} puts cells around each of the {n} channels.",
            after[0], stage=number,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("pad", mark("Padding"), lambda shape: cls(((1, 1),) * (len(shape) - 1))),)

    def check(self) -> None:
        most = max(max(pair) for pair in self.padding)
        if most > MOST_PADDING:
            words = tr("is {n}; up to {most} can be shown.", n=most, most=MOST_PADDING)
            raise SpecError("padding", words, MOST_PADDING)

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], *self.window(shape).output_shape(shape[1:]))

    def size_lines(self, shape: Shape) -> tuple[str, ...]:
        out, lines = self.output_shape(shape), list[str]()
        for axis, n, (before, after), m in zip(AXES[len(out) - 1], shape[1:], self.padding, out[1:], strict=True):
            lines.append(f"{axis[0].upper()}: {before} + {n} + {after} = {m}")
        return tuple(lines)

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell, which slides over the padding too."""
        rank = len(shape) - 1
        if rank != len(self.padding):
            given = len(self.padding)
            raise SpecError("padding", tr("has {given} axes, the input has {axes}.", given=given, axes=rank))
        pads = [list(pair) for pair in self.padding]
        return ConvSpec.of(shape[0], shape[0], (1,) * rank, padding=pads, padding_mode=self.mode, groups=shape[0])

    @property
    def padding_value(self) -> float:
        return self.value

    @property
    def largest_sums(self) -> tuple[float, float]:
        return 1.0, abs(self.value)

    def without_padding(self) -> Pad:
        return Pad(((0, 0),) * len(self.padding), "zeros", self.value)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        tables = [axis.table for axis in self.filter_view(shape).axes]
        return tuple(AxisReads(table, np.ones(table.shape)) for table in tables)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        shape = self.output_shape(x.shape)
        check_budget(shape, x.dtype.itemsize, None)
        start = [-before for before, _ in self.padding]
        out = np.empty(shape, x.dtype)
        if self.mode == "zeros":
            out.fill(self.value)
            cuts = tuple(slice(before, before + n) for (before, _), n in zip(self.padding, x.shape[1:], strict=True))
            out[(slice(None), *cuts)] = x
        else:
            fill_block(x, out, start, self.mode)
        return out

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Add each cell of the padding to the one that it was copied from."""
        for axis, ((before, after), n) in enumerate(zip(self.padding, x.shape[1:], strict=True), start=1):
            source = axis_sources(-before, before + n + after, n, self.mode)
            moved = np.moveaxis(grad, axis, 0)
            added = np.zeros((n, *moved.shape[1:]))
            np.add.at(added, source[source >= 0], moved[source >= 0])
            grad = np.moveaxis(added, 0, axis)
        return grad

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write where a cell of one value is from; a cell of the input is a copy."""
        return tr("padding") if not values.size else ""

    def form(self, shape: Shape) -> tuple[Field, ...]:
        before, after = zip(*self.padding, strict=True)
        most = (MOST_PADDING,) * len(before)
        modes = tuple((mode, tr(_MODES[mode])) for mode in PADDING_MODES)
        fields: tuple[Field, ...] = (
            Sizes("before", tr("Before"), before, 0, most),
            Sizes("after", tr("After"), after, 0, most),
            Chosen("mode", tr("Padding"), self.mode, modes),
        )
        if self.mode != "zeros":
            return fields
        limit = max(1.0, 2 * abs(self.value))
        return (*fields, Real("value", tr("Value"), self.value, -limit, limit))

    def with_field(self, name: str, value: Any) -> Layer:
        before, after = zip(*self.padding, strict=True)
        match name:
            case "before":
                return replace(self, padding=tuple(zip(value, after, strict=True)))
            case "after":
                return replace(self, padding=tuple(zip(before, value, strict=True)))
            case "value":
                return replace(self, value=typed_number(name, value, FINITE))
        return super().with_field(name, value)

    def to_json(self) -> dict[str, Any]:
        pairs = [list(pair) for pair in self.padding]
        return {"kind": "pad", "padding": pairs, "mode": self.mode, "value": self.value}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Pad:
        pairs = tuple((before, after) for before, after in stored.any("padding"))
        written = stored.text("mode", "zeros")
        modes = [mode for mode in PADDING_MODES if mode == written]
        if not modes:
            known = ", ".join(PADDING_MODES)
            raise ValueError(tr("mode is {mode!r}; the modes are {known}", mode=written, known=known))
        return cls(pairs, modes[0], stored.real("value", 0.0))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Pad:
        sides = arguments.any("padding", None)
        if sides is None:
            raise SpecError("padding", tr("is missing."))
        given = sides if isinstance(sides, tuple) else (sides,) * (2 * rank)
        numbers = [n for n in given if isinstance(n, int) and not isinstance(n, bool)]
        if len(numbers) != len(given) or len(numbers) != 2 * rank:
            words = tr("is {value!r}; one whole number is needed, or {count}: two an axis, from the last axis on.",
                       value=sides, count=2 * rank)  # fmt: skip
            raise SpecError("padding", words)
        if min(numbers) < 0:
            words = tr("is {value!r}; cutting off, or padding channels, is not done here.", value=sides)
            raise SpecError("padding", words)
        pairs = tuple((numbers[2 * a], numbers[2 * a + 1]) for a in reversed(range(rank)))
        for mode in PADDING_MODES:
            if name.startswith(TORCH[mode]):
                return cls(pairs, mode, arguments.real("value", 0.0))
        return cls(pairs)

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Pad:
        """Read a Pad of spatial axes alone, whose numbers stand in the file or, before opset 11, in attributes."""
        mode = next((mode for mode, name in ONNX.items() if name == node.text("mode", "constant")), None)
        if mode is None:
            raise SpecError("mode", tr("is {value!r}, which is not known.", value=node.text("mode", "")))
        given = node.attributes.get("pads")
        sides = given if isinstance(given, tuple) else tuple(int(n) for n in node.array(0, "pads"))
        half = len(sides) // 2
        pairs = tuple(zip(sides[:half], sides[half:], strict=False))
        if half - 2 not in AXES or len(sides) != 2 * half:
            raise SpecError("padding", tr("does not fit {rank} axes.", rank=node.rank))
        if any(any(pair) for pair in pairs[:2]) or min(sides) < 0:
            words = tr("is {value!r}; cutting off, or padding channels, is not done here.", value=sides)
            raise SpecError("padding", words)
        value = float(node.array_or(1, 0.0, 1).reshape(-1)[0])
        return cls(pairs[2:], mode, node.real("value", value))

    def pytorch(self, shape: Shape) -> TorchModules:
        rank, sides = len(self.padding), torch_sides(self.padding)
        written = str(sides[0]) if len(set(sides)) == 1 else str(sides)
        name = "Zero" if self.mode == "zeros" and self.value == 0 else TORCH[self.mode]
        value = f", {self.value!r}" if name == "Constant" else ""
        return TorchModules([f"nn.{name}Pad{rank}d({written}{value})"])

    def keras(self, shape: Shape, mark: str) -> Program:
        pads = [(0, 0), *self.padding, (0, 0)]
        if self.mode == "zeros":
            return Program([f"x = tf.pad(x, {pads}, constant_values={self.value!r})"])
        # TensorFlow mirrors, and neither repeats nor goes round: each cell is fetched.
        lines = []
        for a, ((before, after), n) in enumerate(zip(self.padding, shape[1:], strict=True), start=1):
            if before or after:
                mode = NUMPY_MODES[self.mode]
                lines.append(f'x = tf.gather(x, np.pad(np.arange({n}), ({before}, {after}), mode="{mode}"), axis={a})')
        return Program(lines)

    def jax(self, shape: Shape, mark: str) -> Program:
        return self._program("jnp", [(0, 0), (0, 0), *self.padding])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return self._program("np", [(0, 0), *self.padding])

    def _program(self, library: str, pads: list[tuple[int, int]]) -> Program:
        if self.mode == "zeros":
            value = f", constant_values={self.value!r}" if self.value else ""
            return Program([f"x = {library}.pad(x, {pads}{value})"])
        return Program([f'x = {library}.pad(x, {pads}, mode="{NUMPY_MODES[self.mode]}")'])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        before, after = zip((0, 0), (0, 0), *self.padding, strict=True)
        sides = graph.constant((*before, *after))
        if self.mode == "zeros":
            graph.node("Pad", sides, graph.constant(np.array(self.value)))
        else:
            graph.node("Pad", sides, mode=ONNX[self.mode])


LAYER = Pad

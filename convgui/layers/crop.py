"""Crop: a part of the channels and cells, or every so manieth of them, as by ONNX's Slice and Split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.core.sizes import by
from convgui.core.spec import AXES, ConvSpec, SpecError
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Field, Sizes
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.reads import AxisReads
from convgui.layers.tabled import Tabled, TabledAxis, TabledView
from convgui.words import mark, tr

LARGEST = 1 << 24
"""The last cell that a cut may name."""
TORCH = '''
class Crop(nn.Module):
    """On each axis of (N, C, *spatial) behind the first, `size` cells from `start` on, each `step` further."""

    def __init__(self, start, size, step):
        super().__init__()
        self.axes = list(zip(start, size, step))

    def forward(self, x):
        for dim, (start, size, step) in enumerate(self.axes, start=1):
            x = x.index_select(dim, torch.arange(size) * step + start)
        return x

'''


@dataclass(frozen=True)
class Crop(Layer):
    """A part of the input: on each axis so many cells from a first one on, each a step behind the one before.

    Attributes
    ----------
    start, size, step : tuple of int
        For the channels and each spatial axis; a step below 0 goes backwards.
    """

    start: Shape
    size: Shape
    step: Shape

    json_names = ("crop",)
    order = 25
    group = mark("Pooling and padding")
    keeps_channels = False
    keeps_names = False

    def __post_init__(self) -> None:
        for name in ("start", "size", "step"):
            object.__setattr__(self, name, tuple(int(n) for n in getattr(self, name)))
        rank = len(self.start) - 1
        if rank not in AXES or not len(self.start) == len(self.size) == len(self.step):
            raise SpecError("start", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        if min(self.size) < 1:
            raise SpecError("size", tr("is {value!r}; whole numbers above 0 are needed.", value=self.size))
        ends = (*self.start, *self._last)
        if not all(self.step) or min(ends) < 0 or max(ends) > LARGEST:
            raise SpecError("step", tr("is {value!r}, which leaves the input.", value=self.step))

    @classmethod
    def of(cls, cuts: Sequence[slice], shape: Shape) -> Crop:
        """Return what Python's slices cut out of ``(C, *spatial)``; SpecError if nothing is left."""
        ranges = [range(*cut.indices(n)) for cut, n in zip(cuts, shape, strict=True)]
        if not all(ranges):
            raise SpecError("size", tr("leaves nothing of the input."))
        return cls(
            tuple(r.start for r in ranges),
            tuple(len(r) for r in ranges),
            tuple(r.step if len(r) > 1 else 1 for r in ranges),
        )

    @property
    def _last(self) -> Shape:
        return tuple(a + (n - 1) * s for a, n, s in zip(self.start, self.size, self.step, strict=True))

    @property
    def title(self) -> str:
        return tr("Cropping")

    @property
    def about(self) -> str:
        return tr("A part of the channels and cells goes on; the others are left out.")

    @property
    def sizes(self) -> tuple[str, ...]:
        return (f"→{'×'.join(map(str, self.size))}",)

    def rule(self, reads: int) -> str:
        return tr("One value of the input, which stays what it is.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        words = mark("Layer {stage} keeps {after} of {before} values, and changes none.")
        return tr(words, stage=number, before=by(before), after=by(after))

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("crop", mark("Cropping"), cls._without_border),)

    @classmethod
    def _without_border(cls, shape: Shape) -> Crop:
        """Return what leaves a cell away on each side, where there are enough."""
        cuts = [slice(1, n - 1) if n > 2 else slice(None) for n in shape[1:]]
        return cls.of((slice(None), *cuts), shape)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != len(self.start):
            given, rank = len(self.start) - 1, len(shape) - 1
            raise SpecError("start", tr("has {given} axes, the input has {axes}.", given=given, axes=rank))
        for first, last, n in zip(self.start, self._last, shape, strict=True):
            if max(first, last) >= n:
                raise SpecError("size", tr("reaches cell {last} of {n}.", last=max(first, last), n=n))
        return self.size

    def adapted(self, shape: Shape) -> Layer:
        """Return the layer for another number of channels: all of them, where it took all."""
        if self.start[0] == 0 and self.step[0] == 1 and len(shape) == len(self.start):
            return replace(self, size=(shape[0], *self.size[1:]))
        return self

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell, which moves by the step."""
        self.output_shape(shape)
        stride = tuple(max(1, abs(step)) for step in self.step[1:])
        return ConvSpec.of(shape[0], self.size[0], (1,) * (len(shape) - 1), stride=stride)

    def filter_view(self, shape: Shape) -> FilterView:
        parts = zip(self.axis_reads(shape), shape[1:], self.start[1:], self.step[1:], strict=True)
        axes = tuple(TabledAxis.of(reads, n, float(first), float(step), 1) for reads, n, first, step in parts)
        return TabledView(self.window(shape), shape[1:], axes)

    def tabled(self, shape: Shape) -> Tabled:
        return Tabled(self.axis_reads(shape))

    def channels_read(self, channel: int, shape: Shape) -> range:
        source = self.start[0] + channel * self.step[0]
        return range(source, source + 1)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        self.output_shape(shape)
        tables = [(a + s * np.arange(n))[:, None] for a, n, s in self._axes[1:]]
        return tuple(AxisReads(table, np.ones(table.shape)) for table in tables)

    @property
    def _axes(self) -> list[tuple[int, int, int]]:
        return list(zip(self.start, self.size, self.step, strict=True))

    def _index(self) -> tuple[AnyArray, ...]:
        """Return the cells that go on, of each axis, so that they index an input together."""
        return np.ix_(*(a + s * np.arange(n) for a, n, s in self._axes))

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        return np.ascontiguousarray(x[self._index()])

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        back = np.zeros_like(np.asarray(x, grad.dtype))
        back[self._index()] = grad
        return back

    def form(self, shape: Shape) -> tuple[Field, ...]:
        most = tuple(shape[1:])
        return (
            Sizes("start", tr("First cell"), self.start[1:], 0, tuple(n - 1 for n in most)),
            Sizes("size", tr("Cells"), self.size[1:], 1, most),
        )

    def with_field(self, name: str, value: Any) -> Layer:
        if name not in ("start", "size"):
            return super().with_field(name, value)
        changed: dict[str, Any] = {name: (getattr(self, name)[0], *value)}
        return replace(self, **changed)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "crop", "start": list(self.start), "size": list(self.size), "step": list(self.step)}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Crop:
        start, size = tuple(stored.any("start")), tuple(stored.any("size"))
        return cls(start, size, tuple(stored.any("step", [1] * len(start))))

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"Crop({self.start}, {self.size}, {self.step})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        axes = [*range(1, len(shape)), len(shape)]
        moved = [*self._axes[1:], self._axes[0]]
        return Program(
            [f"x = tf.gather(x, {self._written(cut)}, axis={axis})" for axis, cut in zip(axes, moved, strict=True)]
        )

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = jnp.take(x, {self._written(cut)}, axis={a})" for a, cut in enumerate(self._axes, 1)])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.take({self._written(cut)}, axis={a})" for a, cut in enumerate(self._axes)])

    @staticmethod
    def _written(cut: tuple[int, int, int]) -> str:
        first, count, step = cut
        return f"np.arange({count}) * {step} + {first}" if step != 1 else f"np.arange({first}, {first + count})"

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        for axis, (first, count, step) in enumerate(self._axes, start=1):
            graph.node("Gather", graph.constant(tuple(first + step * n for n in range(count))), axis=axis)


LAYER = Crop

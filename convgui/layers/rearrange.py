"""Rearrange: values are moved and none is changed, as by ONNX's Reshape and Transpose."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.core.sizes import by
from convgui.core.spec import AXES, ConvSpec, SpecError
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.limits import MOST_CHANNELS
from convgui.layers.reads import AxisReads
from convgui.layers.tabled import TabledAxis, TabledView
from convgui.words import mark, tr

MOST_FACTORS = 16
"""Factors that an input is taken apart into."""
TORCH = '''
class Rearrange(nn.Module):
    """(N, C, *spatial) read row by row as `split`, its axes put in another order, and read as `made`."""

    def __init__(self, split, order, made):
        super().__init__()
        self.split, self.order, self.made = split, [0, *(1 + axis for axis in order)], made

    def forward(self, x):
        return x.reshape(x.shape[0], *self.split).permute(self.order).reshape(x.shape[0], *self.made)

'''


@dataclass(frozen=True)
class Rearrange(Layer):
    """Values are moved: read row by row as `split`, whose axes are put in another order, and read as `made`.

    That is what networks do who take channels for space, swap axes, or shuffle channels.

    Attributes
    ----------
    given, made : tuple of int
        ``(C, *spatial)`` of what comes in and of what goes out.
    split : tuple of int
        The sizes that each axis of `given` is taken apart into, one behind the other; those of one cell left out.
    axes : tuple of int
        Which axis of `split` comes where.
    """

    given: Shape
    split: Shape
    axes: Shape
    made: Shape

    json_names = ("rearrange",)
    order = 58
    order_in_menu = 58
    group = mark("Resizing and shuffling")
    keeps_channels = False
    keeps_names = False

    def __post_init__(self) -> None:
        for name in ("given", "split", "axes", "made"):
            values = tuple(int(n) for n in getattr(self, name))
            if name != "axes" and min(values, default=1) < 1:
                raise SpecError(name, tr("is {value!r}; whole numbers above 0 are needed.", value=values))
            object.__setattr__(self, name, values)
        if sorted(self.axes) != list(range(len(self.split))) or len(self.split) > MOST_FACTORS:
            raise SpecError("axes", tr("is {value!r}; each axis is needed once.", value=self.axes))
        ranks = {len(self.given), len(self.made)}
        if len(ranks) > 1 or not ranks <= {axes + 1 for axes in AXES}:
            raise SpecError("made", tr("has {given} axes, the input has {axes}.", given=len(self.made) - 1,
                                       axes=len(self.given) - 1))  # fmt: skip
        if _parts(self.given, self.split) is None or _parts(self.made, self.moved) is None:
            words = tr("is {value!r}, which does not make {given} of {made}.", value=self.split, made=by(self.made),
                       given=by(self.given))  # fmt: skip
            raise SpecError("split", words)

    @classmethod
    def axes_swapped(cls, shape: Shape) -> Rearrange:
        """Return what puts the spatial axes of ``(C, *spatial)`` in the opposite order."""
        order = (0, *reversed(range(1, len(shape))))
        kept = [axis for axis, n in enumerate(shape) if n > 1]
        places = {axis: place for place, axis in enumerate(kept)}
        moved = tuple(places[axis] for axis in order if axis in places)
        return cls(shape, tuple(shape[axis] for axis in kept), moved, tuple(shape[axis] for axis in order))

    @property
    def moved(self) -> Shape:
        """The sizes of `split` in their new order."""
        return tuple(self.split[axis] for axis in self.axes)

    @property
    def title(self) -> str:
        return tr("Rearranging")

    @property
    def short_title(self) -> str:
        return tr("Moved")

    @property
    def about(self) -> str:
        return tr("Values are moved to other axes, and none is changed.")

    @property
    def sizes(self) -> tuple[str, ...]:
        return (f"→{'×'.join(map(str, self.made))}",)

    def rule(self, reads: int) -> str:
        return tr("One value of the input, moved.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        words = mark("Layer {stage} moves the values of {before} to {after}, and changes none.")
        return tr(words, stage=number, before=by(before), after=by(after))

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("rearrange", mark("Axes swapped"), cls.axes_swapped),)

    def check(self) -> None:
        if self.made[0] > MOST_CHANNELS:
            words = tr("is {n}; a layer has at most {most}.", n=self.made[0], most=MOST_CHANNELS)
            raise SpecError("out_channels", words)

    def output_shape(self, shape: Shape) -> Shape:
        if tuple(shape) != self.given:
            words = tr(
                "of {size} does not fit: this layer moves the values of {given}.", size=by(shape), given=by(self.given)
            )
            raise SpecError("input", words)
        return self.made

    def adapted(self, shape: Shape) -> Layer:
        """Return what swaps the axes of another shape, where this layer does that; others are of one size alone."""
        swaps = prod(shape) > 0 and self.alike(Rearrange.axes_swapped(self.given))
        return Rearrange.axes_swapped(shape) if swaps else self

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window over all cells of the axes that do not stay: a value may be from any of them."""
        self.output_shape(shape)
        size = tuple(1 if self._stays(axis) else n for axis, n in enumerate(shape[1:], start=1))
        return ConvSpec.of(shape[0], self.made[0], size)

    def filter_view(self, shape: Shape) -> FilterView:
        """Return the cells that an output cell may be from; of axes that stay where they are, its own."""
        axes = tuple(
            TabledAxis.of(reads, n, n / m / 2 - 0.5, n / m, 1)
            for reads, n, m in zip(self.axis_reads(shape), shape[1:], self.made[1:], strict=True)
        )
        return TabledView(self.window(shape), shape[1:], axes)

    @property
    def keeps_axes(self) -> bool:
        return all(self._stays(axis) for axis in range(1, len(self.given)))

    def channels_read(self, channel: int, shape: Shape) -> range:
        return range(channel, channel + 1) if self._stays(0) else range(shape[0])

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        return tuple(
            AxisReads.copies(n, 1) if self._stays(axis) else _any_of(n, self.made[axis])
            for axis, n in enumerate(shape[1:], start=1)
        )

    def _stays(self, axis: int) -> bool:
        """Whether an axis is made of the cells of the same axis, in their order."""
        before, after = _parts(self.given, self.split), _parts(self.made, self.moved)
        assert before is not None
        assert after is not None
        return before[axis] == tuple(self.axes[place] for place in after[axis])

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        return np.ascontiguousarray(x.reshape(self.split).transpose(self.axes)).reshape(self.made)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.asarray(grad.reshape(self.moved).transpose(np.argsort(self.axes)).reshape(x.shape))

    def to_json(self) -> dict[str, Any]:
        lists = {name: list(getattr(self, name)) for name in ("given", "split", "axes", "made")}
        return {"kind": "rearrange", **lists}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Rearrange:
        given, split, axes, made = (tuple(stored.any(name)) for name in ("given", "split", "axes", "made"))
        return cls(given, split, axes, made)

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"Rearrange({self.split}, {self.axes}, {self.made})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        rank = len(shape) - 1
        first, last = (0, rank + 1, *range(1, rank + 1)), (0, *range(2, rank + 2), 1)
        lines = [
            f"x = tf.reshape(tf.transpose(x, {first}), {(1, *self.split)})",
            f"x = tf.reshape(tf.transpose(x, {self._axes_of_batch}), {(1, *self.made)})",
            f"x = tf.transpose(x, {last})",
        ]
        return Program(lines)

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape({(1, *self.split)}).transpose({self._axes_of_batch})", self._as_made(1)])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape({self.split}).transpose({self.axes})", self._as_made()])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Reshape", graph.constant((1, *self.split)))
        graph.node("Transpose", perm=list(self._axes_of_batch))
        graph.node("Reshape", graph.constant((1, *self.made)))

    def _as_made(self, *batch: int) -> str:
        return f"x = x.reshape({(*batch, *self.made)})"

    @property
    def _axes_of_batch(self) -> Shape:
        return (0, *(1 + axis for axis in self.axes))


def _any_of(n: int, positions: int) -> AxisReads:
    """Return an axis of which each position may be from any of `n` cells; the table takes no memory."""
    shape = (positions, n)
    return AxisReads(np.broadcast_to(np.arange(n), shape), np.broadcast_to(np.ones(1), shape))


def _parts(shape: Shape, sizes: Shape) -> tuple[Shape, ...] | None:
    """Return which of the sizes, one behind the other, make each axis of a shape; None if they do not."""
    found, at = list[Shape](), 0
    for n in shape:
        first, made = at, 1
        while made < n and at < len(sizes):
            made *= sizes[at]
            at += 1
        if made != n:
            return None
        found.append(tuple(range(first, at)))
    return tuple(found) if at == len(sizes) else None


LAYER = Rearrange

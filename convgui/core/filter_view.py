"""One view of a filter: everything that can be asked of a layer on an input about which cell meets which weight where.

Windows, what a cell goes into, the padding and where its values come from, the groups of channels, and for transposed
layers the same by the same names. Everything is asked axis by axis and multiplied out, so that it is answered for a
photo or a volume, too, of which the whole index table would be too large. No values are kept: what reads them is handed
the array.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.blocks import fill_block
from convgui.core.channels import Channels
from convgui.core.filter_axis import FilterAxis, Index, filter_axes
from convgui.core.spec import ConvSpec

AnyArray: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Cell: TypeAlias = tuple[int, ...]
"""An index of the input. In the padding it is below 0, or beyond the end."""
Position: TypeAlias = tuple[int, ...]
"""An index of the output."""
Tap: TypeAlias = tuple[int, ...]
"""An index of the kernel."""
Box: TypeAlias = tuple[float, ...]
"""The first index on each axis, and then the length on each."""


@dataclass(frozen=True)
class FilterView:
    """A layer on an input of a spatial shape.

    What needs the layer to fit the input raises SpecError where it does not.
    """

    spec: ConvSpec
    spatial: tuple[int, ...]

    @cached_property
    def axes(self) -> tuple[FilterAxis, ...]:
        """The same for each axis alone."""
        return filter_axes(self.spec, self.spatial)

    @property
    def channels(self) -> Channels:
        """Which input channels make which output channels."""
        return self.spec.channels

    # The grids: the input, the input with its padding, the output.

    @cached_property
    def output_shape(self) -> tuple[int, ...]:
        """Lengths of the output."""
        return self.spec.output_shape(self.spatial)

    @property
    def padded_shape(self) -> tuple[int, ...]:
        """Lengths of the input with its padding; that of a transposed layer adds none."""
        if self.spec.transposed:
            return self.spatial
        return tuple(n + sum(sides) for n, sides in zip(self.spatial, self.spec.pads(self.spatial), strict=True))

    @property
    def origin(self) -> Cell:
        """The first cell of the padding."""
        before = (0 if self.spec.transposed else -first for first, _ in self.spec.pads(self.spatial))
        return tuple(before)

    @cached_property
    def over_padding(self) -> FilterView:
        """The same windows over the input with its padding: a grid whose cells count from 0, with no padding more."""
        if self.spec.transposed:
            return self
        bare = replace(self.spec, padding=((0, 0),) * self.spec.rank, padding_mode="zeros")
        return FilterView(bare, self.padded_shape)

    @property
    def on_two_axes(self) -> FilterView:
        """The same with rows and columns: a layer with one spatial axis is one row."""
        spec = self.spec
        if spec.rank != 1:
            return self
        return FilterView(
            replace(
                spec,
                kernel_size=on_two_axes(spec.kernel_size),
                stride=on_two_axes(spec.stride),
                dilation=on_two_axes(spec.dilation),
                output_padding=on_two_axes(spec.output_padding, 0),
                padding=((0, 0), *spec.pads(self.spatial)),
            ),
            on_two_axes(self.spatial),
        )

    def on_axes(self, first: int, second: int) -> FilterView:
        """Return the same on two of its axes, as rows and columns: what happens on the others is another matter."""
        spec, pads = self.spec, self.spec.pads(self.spatial)
        return FilterView(
            replace(
                spec,
                kernel_size=(spec.kernel_size[first], spec.kernel_size[second]),
                stride=(spec.stride[first], spec.stride[second]),
                dilation=(spec.dilation[first], spec.dilation[second]),
                output_padding=(spec.output_padding[first], spec.output_padding[second]),
                padding=(pads[first], pads[second]),
            ),
            (self.spatial[first], self.spatial[second]),
        )

    def position(self, step: int) -> Position:
        """Return the position of a step, counted row by row."""
        return tuple(int(n) for n in np.unravel_index(step, self.output_shape))

    def step(self, position: Sequence[int]) -> int:
        """Return the step of a position, counted row by row."""
        return int(np.ravel_multi_index(tuple(position), self.output_shape))

    @property
    def positions(self) -> int:
        """How many positions there are."""
        return prod(self.output_shape)

    def makes(self, position: Sequence[int]) -> bool:
        """Whether there is such a position."""
        return all(0 <= p < n for p, n in zip(position, self.output_shape, strict=True))

    def holds(self, cell: Sequence[int]) -> bool:
        """Whether a cell is one of the input's own, and not padding."""
        return all(0 <= c < n for c, n in zip(cell, self.spatial, strict=True))

    # From a position to what it reads.

    def box(self, position: Sequence[float]) -> Box:
        """Return the cells under a window, in the padding too; it may lie between two positions.

        Where a transposed layer's position reads nothing, its lengths are 0.
        """
        spans = [axis.span(p) for axis, p in zip(self.axes, position, strict=True)]
        return (*(first for first, _ in spans), *(count for _, count in spans))

    def spans(self, position: Sequence[float]) -> tuple[tuple[float, float], ...]:
        """Return the same as the first cell and the one beyond the last, for each axis."""
        spans = (axis.span(p) for axis, p in zip(self.axes, position, strict=True))
        return tuple((first, first + count) for first, count in spans)

    def reads(self, position: Sequence[int]) -> list[tuple[Cell, Tap]]:
        """Return every cell of the input that a position reads, with the tap that meets it, in the order of taps."""
        rows = (axis.table[p] for axis, p in zip(self.axes, position, strict=True))
        return _crossed([(int(cell), tap) for tap, cell in enumerate(row) if cell >= 0] for row in rows)

    def values(self, x: AnyArray, position: Sequence[int]) -> Floats:
        """Return the values ``(C, *kernel)`` of ``(C, *spatial)`` under a window, 0 where the padding is zeros."""
        rows = [axis.table[p] for axis, p in zip(self.axes, position, strict=True)]
        return _taken(x, np.ix_(*rows))

    def windows(self, x: AnyArray) -> Floats:
        """Return the values ``(C, *output, *kernel)`` under all windows; of small inputs."""
        rank, tables = self.spec.rank, []
        for a, axis in enumerate(self.axes):
            shape = [1] * (2 * rank)
            shape[a], shape[rank + a] = axis.table.shape
            tables.append(axis.table.reshape(shape))
        return _taken(x, tables)

    def offset(self, tap: Sequence[int]) -> Cell:
        """Return how far a tap lies from the first cell under the window."""
        return tuple(t * d for t, d in zip(tap, self.spec.dilation, strict=True))

    @property
    def offsets(self) -> list[Cell]:
        """The same for every tap, in their order."""
        return [self.offset(tap) for tap in np.ndindex(self.spec.kernel_size)]

    # From a cell, or a tap, to where it is read.

    def hits(self, cell: Sequence[int]) -> list[tuple[Position, Tap]]:
        """Return every position that reads a cell of the input, with the tap that meets it, in order.

        A window that lies on the padding reads the cell whose value stands there, or none.
        """
        pairs = (axis.pairs(c).tolist() for axis, c in zip(self.axes, cell, strict=True))
        return sorted(_crossed(pairs))

    def reached(self, cell: Sequence[int]) -> list[Position]:
        """Return the positions that read a cell of the input, in order, each once."""
        found = (axis.reached(c).tolist() for axis, c in zip(self.axes, cell, strict=True))
        return list(product(*found))

    def weighed(self, cell: Sequence[int], kernel: AnyArray) -> dict[Position, float]:
        """Return with which weight each position reads a cell, in order: the sum where several taps meet it.

        Several do where the padding repeats the input. A cell of the padding is asked for as it lies there itself.
        """
        hits = self.hits(cell) if self.holds(cell) else self.over_padding.hits(self.padded_index(cell))
        found = dict[Position, float]()
        for position, tap in hits:
            found[position] = found.get(position, 0.0) + float(kernel[tap])
        return found

    def reach(self, cell: Sequence[int]) -> list[Box]:
        """Return the positions that read a cell of the input, as boxes of neighbours; none where it is read nowhere.

        There are several boxes where the kernel is dilated, and where the padding repeats the input.
        """
        axes = [axis.runs(c) for axis, c in zip(self.axes, cell, strict=True)]
        return [(*(first for first, _ in runs), *(float(count) for _, count in runs)) for runs in product(*axes)]

    def central(self, cell: Sequence[int]) -> Position | None:
        """Return the position in the middle of those that read a cell of the input; None where none does."""
        found = [axis.reached(c) for axis, c in zip(self.axes, cell, strict=True)]
        if not all(positions.size for positions in found):
            return None
        return tuple(int(positions[(positions.size - 1) // 2]) for positions in found)

    def served(self, tap: Sequence[int]) -> list[Cell]:
        """Return the cell of the input that a tap meets at each position where it meets one."""
        met = (axis.table[:, t] for axis, t in zip(self.axes, tap, strict=True))
        return list(product(*(cells[cells >= 0].tolist() for cells in met)))

    def nearest(self, cell: Sequence[float]) -> Position:
        """Return the position whose window has its middle nearest to a cell."""
        return tuple(axis.nearest(c) for axis, c in zip(self.axes, cell, strict=True))

    # The padding.

    def source(self, cell: Sequence[int]) -> Cell | None:
        """Return the cell of the input whose value stands on a cell, be it padding; None for a zero."""
        found = tuple(int(axis.sources[c - first]) for axis, c, first in zip(self.axes, cell, self.origin, strict=True))
        return found if min(found) >= 0 else None

    def pad(self, x: AnyArray) -> AnyArray:
        """Return ``(C, *spatial)`` with its padding around it, in its own type."""
        padded = np.empty((len(x), *self.padded_shape), x.dtype)
        fill_block(x, padded, self.origin, self.spec.padding_mode)
        return padded

    def padded_index(self, cell: Sequence[int]) -> Cell:
        """Return where a cell stands in the input with its padding."""
        return tuple(c - first for c, first in zip(cell, self.origin, strict=True))

    @property
    def beyond(self) -> list[Box]:
        """The padded cells at the far ends that no window reaches, as boxes that do not overlap."""
        found, lengths = list[Box](), list(self.padded_shape)
        for a, axis in enumerate(self.axes):
            lengths[a] -= axis.leftover
            if axis.leftover:
                first, size = [0] * len(lengths), list(lengths)
                first[a], size[a] = lengths[a], axis.leftover
                found.append((*first, *size))
        return found

    def missed(self, position: Sequence[int]) -> list[tuple[Box, Box]]:
        """Return the windows that come next to a position's on each axis and do not fit, with the cells they lack."""
        found = []
        for a, axis in enumerate(self.axes):
            if axis.short:
                cell = [*position]
                cell[a] = axis.positions
                lacking = [*(window := self.box(cell))]
                lacking[a], lacking[len(cell) + a] = axis.cells + axis.after, float(axis.short)
                found.append((window, (*lacking,)))
        return found

    def copies(self, cell: Sequence[int]) -> list[Cell]:
        """Return where in the padded input a cell's value stands, in order: the padding may repeat it."""
        if not self.holds(cell):
            return [self.padded_index(cell)]
        found = (np.flatnonzero(axis.sources == c).tolist() for axis, c in zip(self.axes, cell, strict=True))
        return list(product(*found))

    # The kernel.

    @property
    def dilated(self) -> bool:
        """Whether there are cells between the taps."""
        return max(self.spec.dilation) > 1

    def inflated(self, kernel: AnyArray, hole: float = 0.0) -> Floats:
        """Return ``(*kernel)`` as it lies on the input, with `hole` between its taps."""
        spread = np.full(self.spec.extent, hole)
        spread[tuple(slice(None, None, d) for d in self.spec.dilation)] = kernel
        return spread

    # A transposed layer as a direct convolution.

    def stretched(self, x: AnyArray) -> tuple[Floats, Index]:
        """Return ``(C, *spatial)`` with zeros inserted and around it, and what each of its cells is; see `direct`."""
        stretched = [axis.stretched for axis in self.axes]
        kinds: Index = reduce(np.maximum.outer, (kinds for _, kinds in stretched))
        return _taken(x, np.ix_(*(sources for sources, _ in stretched))), kinds

    @cached_property
    def direct(self) -> FilterView:
        """The convolution with the turned kernel that makes of the stretched input what a transposed layer makes."""
        shape = tuple(n + e - 1 for n, e in zip(self.output_shape, self.spec.extent, strict=True))
        spec = ConvSpec.of(1, 1, self.spec.kernel_size, dilation=self.spec.dilation)
        return FilterView(spec, shape)


def on_two_axes(lengths: Sequence[int], missing: int = 1) -> tuple[int, int]:
    """Return one value for rows and one for columns: a layer with one spatial axis is one row."""
    return (lengths[-2] if len(lengths) > 1 else missing, lengths[-1])


def _crossed(axes: Iterable[Iterable[Sequence[int]]]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Multiply out what was found on each axis: pairs of numbers become pairs of indices."""
    found = []
    for chosen in product(*axes):
        first, second = zip(*chosen, strict=True)
        found.append((first, second))
    return found


def _taken(x: AnyArray, indices: Sequence[Index]) -> Floats:
    """Read ``(C, *spatial)`` at indices that broadcast, one array an axis; 0 where one is negative."""
    there = np.asarray(True)
    for index in indices:
        there = there & (index >= 0)
    cuts: tuple[Any, ...] = (slice(None), *(np.maximum(index, 0) for index in indices))
    taken = x[cuts]
    return np.asarray(np.where(there, taken, 0), dtype=np.float64)

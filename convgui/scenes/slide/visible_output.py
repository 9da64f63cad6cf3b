"""What is on screen of a large output, before the whole is there: exact values at the positions that are shown.

A picture of many million pixels takes seconds to convolve, a screen full of its values some milliseconds. So the values
at the positions on screen come first, at every second or third position where even these take longer than a frame; and
when a weight changes, what is on screen follows in one pass, because a convolution is linear in its weights. Where the
positions lie apart, what they read is kept, so that a whole new kernel takes one product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, Windows, convolve, expected_nanoseconds, read_windows, update_tap
from convgui.core.filter_view import on_two_axes
from convgui.core.memory import default_budget
from convgui.core.missing import convolve_present
from convgui.draw.levels import extremes, missing_in
from convgui.draw.picture import Box
from convgui.draw.viewport import Pyramid, Viewport, pyramid
from convgui.layers.convolution import convolution_arguments
from convgui.model.memo import Key, Pieces
from convgui.scenes.scene import Cancel, Progress

Ranges: TypeAlias = tuple[range, range]
Floats: TypeAlias = NDArray[np.floating[Any]]
FRAME = 6e6
"""Nanoseconds that the values of a first picture may take, as estimated: the rest of a frame is painting."""
COARSE = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
UPDATES = 64
"""Weights that may be followed one by one before rounding is worth computing anew."""
SAMPLE = 1_000_000
"""Products that the sample may take from which the first levels follow."""
KEPT = 24_000_000
"""Numbers of windows that are kept, 96 MB: as many as one product reads within a frame."""
BUDGETED = 8
"""The part of the memory allowed that windows may take, as one over it."""
TAPS = 12
"""Weights that may differ for a picture to follow them one by one."""


@dataclass(frozen=True, eq=False)
class FullOutput:
    """A whole output, ``(Ho, Wo)``, for views of any size: its smallest and largest value, how many are missing."""

    levelled: Pyramid
    least: float
    most: float
    lost: int


@dataclass(frozen=True, eq=False)
class Filtering:
    """What an output channel is made of: ``x`` (C, *spatial), a spec of one filter, its kernels and bias.

    `dtype` is what it is computed in; with `leaves_out`, missing values (NaN) are left out and the weights rescaled.
    """

    x: NDArray[Any]
    spec: ConvSpec
    kernels: NDArray[np.float64]
    bias: float
    dtype: np.dtype[Any]
    leaves_out: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        return on_two_axes(self.spec.output_shape(self.x.shape[1:]))

    @property
    def like(self) -> Key:
        """The key of what readings share that differ in weights and bias at the most."""
        return (self.x, self.spec, self.dtype, self.leaves_out)

    @cached_property
    def weights(self) -> Key:
        """The key of the rest."""
        return (self.bias, self.kernels.tobytes())

    def values(self, rows: range, columns: range, cancel: Cancel | None = None) -> Floats:
        """Compute the output at these rows and columns."""
        return self._convolved((rows, columns), cancel)

    def full_output(self, cancel: Cancel | None = None, progress: Progress | None = None) -> FullOutput:
        """Compute the whole output."""
        output = self._convolved(None, cancel, progress)
        return FullOutput(pyramid(output, cancel), *extremes(output), missing_in(output))

    def _convolved(
        self, region: Ranges | None, cancel: Cancel | None = None, progress: Progress | None = None
    ) -> Floats:
        """Compute a region of the output, or all of it, as rows and columns."""
        arguments = convolution_arguments(self.spec, self.x.shape[1:])
        arguments |= {"region": region, "cancel": cancel, "progress": progress}
        weight, bias = self.kernels[None], np.array([self.bias])
        if self.leaves_out:
            output = convolve_present(self.x.astype(self.dtype), weight, bias, **arguments)
        else:
            output = convolve(self.x, weight, bias, dtype=self.dtype, **arguments)
        return np.asarray(output).reshape(on_two_axes(output.shape[1:]))

    def nanoseconds(self, ranges: Ranges) -> float:
        """Estimate the time that the values at some rows and columns take."""
        return expected_nanoseconds(self.spec, self.x, self.kernels[None], ranges)

    def windows(self, ranges: Ranges, cancel: Cancel | None = None) -> Windows:
        """Write out what the values at some rows and columns are made of."""
        return read_windows(self.x, self.spec, ranges, dtype=self.dtype, cancel=cancel)

    def through(self, windows: Windows) -> VisibleOutput:
        """Compute values through the windows of their positions."""
        rows, columns = windows.region
        values = windows.apply(self.kernels[None], np.array([self.bias]))
        return VisibleOutput(self, rows, columns, values[0])


@dataclass(frozen=True, eq=False)
class VisibleOutput:
    """Values at some rows and columns of an output, their origin, and how many weights they have followed."""

    filtering: Filtering
    rows: range
    columns: range
    values: Floats
    updates: int = 0

    def box(self, view: Viewport) -> Box:
        """Return where the values stand on screen: each in the middle of the cells that it stands for."""
        down, across = self.rows.step, self.columns.step
        return view.cell(
            self.rows.start - down // 2,
            self.columns.start - across // 2,
            len(self.rows) * down,
            len(self.columns) * across,
        )


def wanted(view: Viewport, pixels: float, coarse: int = 1) -> Ranges:
    """Return the rows and columns that fill a frame: one a device pixel, or one for `coarse` of them."""
    step = max(1, int(1 / (min(view.across, view.down) * pixels) + 1e-9)) * coarse
    rows, columns = view.visible()
    ranges = []
    for cut, size in ((rows, view.rows), (columns, view.columns)):
        first = min(cut.start // step * step + step // 2, size - 1)
        ranges.append(range(first, max(min(cut.stop + step // 2, size), first + 1), step))
    return ranges[0], ranges[1]


def first_ranges(filtering: Filtering, view: Viewport, pixels: float) -> Ranges:
    """Return the rows and columns that fill a frame as finely as can be computed within one."""
    ranges = wanted(view, pixels)
    for coarse in COARSE:
        ranges = wanted(view, pixels, coarse)
        if filtering.nanoseconds(ranges) <= FRAME:
            break
    return ranges


def output_at(filtering: Filtering, ranges: Ranges, pieces: Pieces, cancel: Cancel | None = None) -> VisibleOutput:
    """Compute the values at some rows and columns, through windows that are kept where that is of use."""
    if not worth_keeping(filtering, ranges):
        return VisibleOutput(filtering, *ranges, filtering.values(*ranges, cancel))
    return filtering.through(windows_at(filtering, ranges, pieces, cancel))


def windows_at(filtering: Filtering, ranges: Ranges, pieces: Pieces, cancel: Cancel | None = None) -> Windows:
    """Return what the values at some rows and columns are made of, and keep it."""
    return pieces.piece(("windows", *filtering.like, ranges), lambda: filtering.windows(ranges, cancel))


def worth_keeping(filtering: Filtering, ranges: Ranges) -> bool:
    """Whether cells lie apart, so that gathering takes longest, and their windows are not too large."""
    numbers = len(ranges[0]) * len(ranges[1]) * filtering.kernels.size
    return (
        not filtering.leaves_out
        and ranges[0].step > 1
        and numbers <= min(KEPT, default_budget() // (filtering.dtype.itemsize * BUDGETED))
    )


def cut_from(filtering: Filtering, full_output: FullOutput, ranges: Ranges) -> VisibleOutput:
    """Take values at some positions from the whole output of a filtering."""
    rows, columns = (slice(r.start, r.stop, r.step) for r in ranges)
    return VisibleOutput(filtering, *ranges, full_output.levelled.levels[0][rows, columns])


def extended(known: VisibleOutput, ranges: Ranges) -> VisibleOutput | None:
    """Move values to neighbouring positions: what is known of them is kept, the strips at their edges are computed.

    Returns None where the positions are not those of the same grid, or the strips would take longer than a frame.
    """
    rows, columns = _shared(known.rows, ranges[0]), _shared(known.columns, ranges[1])
    if rows is None or columns is None:
        return None
    new = len(ranges[0]) * len(ranges[1]) - len(rows) * len(columns)
    count = len(ranges[0]) * len(ranges[1])
    if new and known.filtering.nanoseconds(ranges) * new > FRAME * count:
        return None
    values = np.empty((len(ranges[0]), len(ranges[1])), known.filtering.dtype)
    kept = known.values[_within(rows, known.rows), _within(columns, known.columns)]
    inside = _within(rows, ranges[0])
    values[inside, _within(columns, ranges[1])] = kept
    strips = [(part, ranges[1]) for part in _around(rows, ranges[0])]
    strips += [(rows, part) for part in _around(columns, ranges[1])]
    for down, across in strips:
        values[_within(down, ranges[0]), _within(across, ranges[1])] = known.filtering.values(down, across)
    return VisibleOutput(known.filtering, *ranges, values, known.updates)


def _shared(old: range, new: range) -> range | None:
    """Return the positions that two ranges share, or None if they share none or lie on different grids."""
    if old.step != new.step or (old.start - new.start) % new.step:
        return None
    both = range(max(old.start, new.start), min(old[-1], new[-1]) + 1, new.step)
    return both if len(both) else None


def _within(part: range, every: range) -> slice:
    """Return where a part of a range is in it."""
    first = (part.start - every.start) // every.step
    return slice(first, first + len(part))


def _around(part: range, every: range) -> list[range]:
    """Return what of a range lies before and after a part of it."""
    sides = (every[: every.index(part[0])], every[every.index(part[-1]) + 1 :])
    return [side for side in sides if len(side)]


def followed(visible_output: VisibleOutput, filtering: Filtering, most: int = TAPS) -> VisibleOutput | None:
    """Bring values of a filtering that is `like` another up to date with at most so many changed weights.

    Returns None where it has to be computed anew.
    """
    old = visible_output.filtering
    if old.weights == filtering.weights:
        return visible_output
    changed = np.argwhere(old.kernels != filtering.kernels)
    if len(changed) > most or filtering.leaves_out or not np.isfinite(filtering.kernels).all():
        return None
    values = visible_output.values + filtering.dtype.type(filtering.bias - old.bias)
    region = (visible_output.rows, visible_output.columns)
    for c, i, j in changed.tolist():
        delta = float(filtering.kernels[c, i, j] - old.kernels[c, i, j])
        update_tap(values[None], filtering.x, filtering.spec, (0, c, i, j), delta, region=region)
    return VisibleOutput(
        filtering, visible_output.rows, visible_output.columns, values, visible_output.updates + len(changed)
    )


def sample_of(filtering: Filtering, pieces: Pieces) -> VisibleOutput:
    """Compute values that lie evenly over an output, few enough to take no time."""
    rows, columns = filtering.shape
    count = min(max(SAMPLE // filtering.kernels.size, 256), 40_000)
    step = max(1, int((rows * columns / count) ** 0.5))
    ranges = (range(min(step // 2, rows - 1), rows, step), range(min(step // 2, columns - 1), columns, step))
    return output_at(filtering, ranges, pieces)

"""Feature maps: channels of one size, each as means over blocks and, where kept, whole or nearly so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil, isfinite, prod, sqrt

import numpy as np
from numpy.typing import NDArray

from convgui.draw.levels import CUT, Levels, extremes, missing_in, percentiles, sampled
from convgui.draw.viewport import Pyramid, block_means, pyramid
from convgui.layers.layer import AnyArray, Progress, Shape
from convgui.model.sample import Alpha

MOST = 64
"""Channels on a contact sheet at the most."""
SIDE = 192
"""Cells of a kept thumbnail on its longer side at the most."""
NARROW = 0.25
"""Part of their size below which values differ so little that a scale from 0 would show them as one grey."""
FAR = 2.0
"""How many times the largest of the usual values another is to be, so that the scale ends before it."""
USUAL, NEAREST = 98.0, 0.5
"""Percentile at which signed colours are full: a map of edges, most of which is next to nothing, would be pale
otherwise. They are so at this part of what few values are beyond (`CUT`) at the earliest."""
SHARED = 4
"""Part of that room, one in so many, that a stage's other maps share: enlarged, they are there at once as means."""


@dataclass(frozen=True, eq=False)
class Enlarged:
    """One map, whole or as means over ``factor x factor`` cells."""

    values: Pyramid
    factor: int = 1


@dataclass(frozen=True, eq=False)
class Opacity:
    """How much of the ground the channels of a transparent picture hide, 0 to 1, as `Maps` holds their values.

    Attributes
    ----------
    thumbs : ndarray
        ``(1, ceil(rows / factor), ceil(columns / factor))``.
    large : Pyramid
        Whole, `opaque` where all is hidden.
    """

    thumbs: NDArray[np.float32]
    large: Pyramid
    opaque: float
    associated: bool


@dataclass(frozen=True, eq=False)
class Maps:
    """Channels of one size.

    Attributes
    ----------
    size : tuple of int
        Rows and columns; of a signal one row.
    numbers, names : tuple
        Which channel each map is, and what it is called.
    count : int
        How many channels there are; `MOST` of them at the most are here.
    factor : int
        A thumbnail's cell is the mean over ``factor x factor`` cells, fewer at the far ends.
    thumbs : ndarray
        ``(maps, ceil(rows / factor), ceil(columns / factor))``.
    ranges : ndarray
        ``(maps, 2)``: the smallest and the largest value.
    lost : tuple of int
        How many values of each are missing.
    limits : ndarray
        ``(maps,)``: the absolute value from which on signed colours are full.
    large : mapping
        Maps that can be enlarged, by index.
    opacity : Opacity or None
        Their transparency, where they have any.
    odd : bool
        Whether some of their values are infinite or missing.
    sampled : bool
        Whether a thumbnail's cell is one value out of those that it stands for, and nothing else is known yet.
    """

    size: tuple[int, int]
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    count: int
    factor: int
    thumbs: NDArray[np.float32]
    ranges: NDArray[np.float64]
    lost: tuple[int, ...]
    limits: NDArray[np.float64]
    large: Mapping[int, Enlarged]
    opacity: Opacity | None = None
    odd: bool = False
    sampled: bool = False

    def index(self, channel: int) -> int:
        """Return where a channel is on the sheet; the first where it is not on it."""
        return self.numbers.index(channel) if channel in self.numbers else 0

    def levels(self, index: int | None) -> Levels:
        """Scale of one map, or of all together: about zero where any map has negative values, greys from 0 otherwise.

        Values that all lie far from 0, beside their differences, fill the greys themselves.
        """
        part = slice(None) if index is None else slice(index, index + 1)
        least, most = extremes(self.ranges[part])
        if not least <= most:
            return Levels(0.0, 1.0, False)
        if most > least and (least > 0 or most < 0) and most - least < NARROW * max(abs(least), abs(most)):
            return Levels(least, most, False)
        if extremes(self.ranges)[0] < 0:
            # A map that happens to have none is seen like those beside it.
            limit = float(self.limits[part].max()) or 1.0
            return Levels(-limit, limit, True)
        common = float(self.limits[part].max())
        # A few values far beyond all others would leave those black.
        return Levels(0.0, common if 0 < common < most / FAR else most or 1.0, False)


def gathered(
    channels: Iterable[tuple[int, str, AnyArray]],
    numbers: tuple[int, ...],
    shape: Shape,
    chosen: int,
    room: int,
    progress: Progress | None = None,
) -> Maps:
    """Gather what is shown of channels that may come one by one.

    Parameters
    ----------
    chosen : int
        The channel that is enlarged.
    room : int
        Values that it may have, a copy of its own, and the others a share of it; 0 keeps the channels as they are.
    progress : callable, optional
        Told the finished part, 0 to 1.
    """
    rows, columns = as_rows(shape[1:])
    factor = ceil(max(rows, columns) / SIDE)
    thumbs, ranges, lost, limits, names, large, odd = [], [], list[int](), [], [], {}, False
    for index, (number, name, given) in enumerate(channels):
        values = given.reshape(rows, columns)
        names.append(name)
        thumbs.append(block_means(values, factor))
        span, gone, limit, strange = _measured(values)
        ranges.append(span)
        lost.append(gone)
        odd = odd or strange
        limits.append(limit)
        own = room if number == chosen or not room else max(room // (SHARED * len(numbers)), 1)
        means = min(shrunk((rows, columns), own), factor)
        kept = block_means(values, means)
        # A copy, so that one kept channel does not keep all the others.
        large[index] = Enlarged(pyramid(kept.copy() if room and means == 1 else kept), means)
        if progress is not None:
            progress((index + 1) / len(numbers))
    return Maps(
        (rows, columns), numbers, tuple(names), shape[0], factor,
        np.stack(thumbs), np.array(ranges), tuple(lost), np.array(limits), large, odd=odd,
    )  # fmt: skip


def gathered_samples(
    values: AnyArray, numbers: tuple[int, ...], names: tuple[str, ...], shape: Shape, factor: int
) -> Maps:
    """Gather what is known of channels from one value of every ``factor x factor`` cells."""
    found = [_measured(values[n]) for n in numbers]
    spans, lost, limits, odd = zip(*found, strict=True)
    shown = tuple(names[n] for n in numbers)
    return Maps(
        as_rows(shape[1:]), numbers, shown, shape[0], factor, values[list(numbers)].astype(np.float32),
        np.array(spans), lost, np.array(limits), {}, odd=any(odd), sampled=True,
    )  # fmt: skip


def as_rows(spatial: tuple[int, ...]) -> tuple[int, int]:
    """Return rows and columns of a value; a signal is one row."""
    rows, columns = (1, *spatial)[-2:]
    return rows, columns


def _measured(values: AnyArray) -> tuple[tuple[float, float], int, float, bool]:
    """Return a map's extremes, how many values are missing, where its colours are full, and whether it is odd.

    All values are read twice where they are finite, once for each end.
    """
    least, most = float(values.min()), float(values.max())
    odd, lost = not (isfinite(least) and isfinite(most)), 0
    if odd:
        lost = missing_in(values)
        least, most = extremes(values)
    usual, far = percentiles(np.abs(sampled(values).astype(np.float64)), (USUAL, CUT))
    whole = max(abs(least), abs(most)) if least <= most else 0.0
    # Of a map that is missing whole there is nothing to be in scale.
    return (least, most), lost, max(usual, far * NEAREST) or whole or (1.0 if least <= most else 0.0), odd


def strongest_cell(maps: Maps, channel: int) -> tuple[int, int]:
    """Return the cell of a map whose value is largest, whatever its sign, of one of means or of samples about."""
    kept = maps.large.get(maps.index(channel))
    factor = kept.factor if kept is not None else maps.factor
    values = kept.values.levels[0] if kept is not None else maps.thumbs[maps.index(channel)]
    found = np.nan_to_num(np.abs(values), nan=0.0)
    at = np.unravel_index(int(found.argmax()), found.shape)
    half = factor // 2
    row, column = (min(int(n) * factor + half, size - 1) for n, size in zip(at, maps.size, strict=True))
    return row, column


def strongest_map(maps: Maps) -> int:
    """Return the channel on a sheet whose largest value, whatever its sign, is the largest."""
    return maps.numbers[int(np.abs(np.nan_to_num(maps.ranges)).max(axis=1).argmax())]


def map_levels(values: AnyArray, all_values: AnyArray, *, together: bool = False) -> Levels:
    """Return the scale of one map ``(rows, columns)`` among all ``(C, rows, columns)`` of a layer, as `Maps` does.

    Parameters
    ----------
    together : bool
        Whether it is about 0 wherever that of all is, as in a network's blocks.
    """
    maps = gathered([(0, "", values)], (0,), (len(all_values), *values.shape), 0, 0)
    least, most = extremes(all_values)
    maps = replace(maps, ranges=np.vstack([maps.ranges, (least, most)]))
    own, limit = maps.levels(0), float(maps.limits[0])
    return Levels(-limit, limit, True) if together and maps.levels(None).signed and not own.signed else own


def covered(maps: Maps, alpha: Alpha | None) -> Maps:
    """Return the channels of a picture, kept whole, with its transparency."""
    if alpha is None:
        return maps
    thumbs = block_means(alpha.values, maps.factor)[None] / np.float32(alpha.opaque)
    opacity = Opacity(thumbs.astype(np.float32), pyramid(alpha.values), alpha.opaque, alpha.associated)
    return replace(maps, opacity=opacity)


def shrunk(size: tuple[int, int], room: int) -> int:
    """Return over how many cells a side a map is averaged to have at most `room` values; 0 has room for all."""
    if not room or prod(size) <= room:
        return 1
    return ceil(prod(size) / room) if size[0] == 1 else ceil(sqrt(prod(size) / room))

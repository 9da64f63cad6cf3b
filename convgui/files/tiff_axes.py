"""The axes that a TIFF names: which become channels, which depth, and of which only the first entry is opened."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffPageSeries

from convgui.files.source import Source
from convgui.words import mark, tr

CHANNEL_AXES = "SC"
NAMES = {"T": mark("time"), "Z": mark("depth"), "R": mark("tile"), "I": mark("page"), "Q": mark("page")}


@dataclass(frozen=True)
class Axes:
    """How the axes of a series are read.

    Attributes
    ----------
    names : str
        A letter an axis of what is read, in the file's order.
    read : tuple of int
        Lengths of what is read.
    first : frozenset of int
        Axes of which only the first entry is kept after reading.
    pages : tuple of int
        The pages that are read, where not all are.
    """

    names: str
    read: tuple[int, ...]
    first: frozenset[int]
    pages: tuple[int, ...]

    @property
    def _kept(self) -> list[int]:
        return [
            axis
            for axis, (name, n) in enumerate(zip(self.names, self.read, strict=True))
            if axis not in self.first and (n > 1 or name in "YX")
        ]

    @property
    def places(self) -> tuple[str, ...]:
        """The letters of the spatial axes."""
        return tuple(self.names[axis] for axis in self._kept if self.names[axis] not in CHANNEL_AXES)

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the spatial axes."""
        return tuple(self.read[axis] for axis in self._kept if self.names[axis] not in CHANNEL_AXES)

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return prod(self.read[axis] for axis in self._kept if self.names[axis] in CHANNEL_AXES)

    def ordered(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return ``(C, *spatial)``."""
        kept = self._kept
        values = values[tuple(slice(None) if axis in kept else 0 for axis in range(values.ndim))]
        letters = [self.names[axis] for axis in kept]
        channel = [axis for axis, name in enumerate(letters) if name in CHANNEL_AXES]
        others = [axis for axis, name in enumerate(letters) if name not in CHANNEL_AXES]
        values = values.transpose(*channel, *others)
        return values if len(channel) == 1 else values.reshape(self.channels, *self.spatial)


def axes_of(source: Source, series: TiffPageSeries, notes: list[str]) -> Axes:
    """Choose among the axes of a series: Y and X, one for depth, all channels.

    Raises
    ------
    LoadError
        If there is no picture in them.
    """
    names, shape = series.axes, tuple(int(n) for n in series.shape)
    places = [axis for axis, name in enumerate(names) if name not in CHANNEL_AXES and (shape[axis] > 1 or name in "YX")]
    if sum(names[axis] in "YX" for axis in places) != 2:
        named = ", ".join(f"{name} {n}" for name, n in zip(names, shape, strict=True))
        raise source.error(
            tr("it has {count} axes ({named})", count=len(names), named=named),
            tr("save an image or a stack with at most channel, depth, height, width"),
        )
    beside = [axis for axis in places if names[axis] not in "YX"]
    depth = next((axis for letter in "ZT" for axis in beside if names[axis] == letter), beside[-1] if beside else -1)
    left = [axis for axis in beside if axis != depth]
    for axis in left:
        name = tr(NAMES[names[axis]]) if names[axis] in NAMES else names[axis]
        notes.append(tr("Of its {count:,} entries of {name} the first was opened.", count=shape[axis], name=name))
    return _by_pages(series, names, shape, left)


def _by_pages(series: TiffPageSeries, names: str, shape: tuple[int, ...], left: list[int]) -> Axes:
    """Leave out whole pages where the axes of which one entry is kept run over pages."""
    lead = next((n for n in range(len(shape) + 1) if prod(shape[:n]) == len(series.pages)), 0)
    if not left or max(left) >= lead:
        return Axes(names, shape, frozenset(left), ())
    numbers = np.arange(len(series.pages)).reshape(shape[:lead])
    chosen = numbers[tuple(slice(0, 1) if axis in left else slice(None) for axis in range(lead))]
    read = tuple(1 if axis in left else n for axis, n in enumerate(shape))
    return Axes(names, read, frozenset(left), tuple(int(n) for n in chosen.ravel()))

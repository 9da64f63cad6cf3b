"""The axes that a TIFF names: which become channels, which depth, and of which only the first entry is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffPageSeries

from convgui.files.axes import ask_selection, axis_note
from convgui.files.source import Source
from convgui.model.axis_selection import AxisSelection
from convgui.words import tr

CHANNEL_AXES = "SC"
NAMES = {"T": "time", "Z": "depth", "R": "tile", "I": "page", "Q": "page", "Y": "row", "X": "column"} | {
    "S": "sample",
    "C": "channel",
}
"""What axes are called when one is asked about them."""


@dataclass(frozen=True)
class Axes:
    """How the axes of a series are read.

    Attributes
    ----------
    names : str
        A letter an axis of what is read, in the file's order.
    read : tuple of int
        Lengths of what is read.
    at : mapping of int to int
        Axes of which only one entry is kept after reading, and its position in what is read.
    channels_at : frozenset of int
        The axes that become channels.
    pages : tuple of int
        The pages that are read, where not all are.
    axis_selection : AxisSelection or None
        The answer, where there was a choice.
    """

    names: str
    read: tuple[int, ...]
    at: Mapping[int, int]
    channels_at: frozenset[int]
    pages: tuple[int, ...] = ()
    axis_selection: AxisSelection | None = None

    @property
    def _kept(self) -> list[int]:
        return [
            axis
            for axis, (name, n) in enumerate(zip(self.names, self.read, strict=True))
            if axis not in self.at and (n > 1 or name in "YX" or axis in self.channels_at)
        ]

    @property
    def _spatial_axes(self) -> list[int]:
        return [axis for axis in self._kept if axis not in self.channels_at]

    @property
    def spatial_names(self) -> tuple[str, ...]:
        """The letters of the spatial axes."""
        return tuple(self.names[axis] for axis in self._spatial_axes)

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the spatial axes."""
        return tuple(self.read[axis] for axis in self._spatial_axes)

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return prod(self.read[axis] for axis in self._kept if axis in self.channels_at)

    def ordered(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return ``(C, *spatial)``."""
        kept = self._kept
        values = values[tuple(slice(None) if axis in kept else self.at.get(axis, 0) for axis in range(values.ndim))]
        channel = [kept.index(axis) for axis in kept if axis in self.channels_at]
        values = values.transpose(*channel, *(kept.index(axis) for axis in self._spatial_axes))
        return values if len(channel) == 1 else values.reshape(self.channels, *self.spatial)


def axes_of(source: Source, series: TiffPageSeries, notes: list[str]) -> Axes:
    """Choose among the axes of a series: Y and X, one for depth, all channels; the user where there are more.

    Raises
    ------
    LoadError
        If there is no picture in them, or the user's answer does not fit them.
    """
    names, shape = series.axes, tuple(int(n) for n in series.shape)
    channels = frozenset(axis for axis, name in enumerate(names) if name in CHANNEL_AXES)
    spatial_axes = [
        axis for axis, name in enumerate(names) if axis not in channels and (shape[axis] > 1 or name in "YX")
    ]
    if sum(names[axis] in "YX" for axis in spatial_axes) != 2:
        named = ", ".join(f"{name} {n}" for name, n in zip(names, shape, strict=True))
        raise source.error(
            tr("it has {count} axes ({named})", count=len(names), named=named),
            tr("save an image or a stack with at most channel, depth, height, width"),
        )
    beside = [axis for axis in spatial_axes if names[axis] not in "YX"]
    if len(beside) < 2:
        return _by_pages(series, Axes(names, shape, {}, channels))
    depth = next((axis for letter in "ZT" for axis in beside if names[axis] == letter), beside[-1])
    called = {axis: _called(names, axis) for axis in range(len(names)) if shape[axis] > 1 or axis in spatial_axes}
    listed = [(name, shape[axis]) for axis, name in called.items()]
    colour = next((called[axis] for axis in sorted(channels) if axis in called), "")
    default = AxisSelection(colour, tuple((called[axis], 0) for axis in beside if axis != depth))
    selection = ask_selection(source, listed, default)
    notes.append(axis_note(listed, selection))
    axis_of = {name: axis for axis, name in called.items()}
    at = {axis_of[name]: position for name, position in selection.index}
    kept = frozenset([axis_of[selection.channel]] if selection.channel else [])
    return _by_pages(series, Axes(names, shape, at, kept, axis_selection=selection))


def _called(names: str, axis: int) -> str:
    """Return the name of an axis: a word where there is one, with its number where two have the same."""
    letter = names[axis]
    word = NAMES.get(letter, letter)
    alike = [other for other, name in enumerate(names) if NAMES.get(name, name) == word]
    return word if len(alike) == 1 else f"{word} {alike.index(axis)}"


def _by_pages(series: TiffPageSeries, axes: Axes) -> Axes:
    """Read only the pages that are kept, where the axes of which one entry is kept run over pages."""
    shape = axes.read
    lead = next((n for n in range(len(shape) + 1) if prod(shape[:n]) == len(series.pages)), 0)
    if not axes.at or max(axes.at) >= lead:
        return axes
    numbers = np.arange(len(series.pages)).reshape(shape[:lead])
    cuts = [slice(axes.at[n], axes.at[n] + 1) if n in axes.at else slice(None) for n in range(lead)]
    read = tuple(1 if axis in axes.at else n for axis, n in enumerate(shape))
    pages = tuple(int(n) for n in numbers[tuple(cuts)].ravel())
    return replace(axes, read=read, at=dict.fromkeys(axes.at, 0), pages=pages)

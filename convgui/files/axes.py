"""Axes that can be read in more than one way: the question, its answer, and the answer carried out."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.raw import Block, check_end, read_block
from convgui.files.source import Axes, Choose, Source
from convgui.model.axis_selection import AxisSelection
from convgui.words import mark, tr

LONGEST_POSITION = 18
"""Digits of a position on an axis."""
MOST_CHANNELS = 16
"""Positions on an axis up to which it becomes the channel if nobody says otherwise; of more, the first opens."""
_REMEDY = mark("leave out axes until one to three are shown, and at most one is the channel")


def same_selection(selection: AxisSelection | None) -> Choose | None:
    """Return what answers as it was answered before; None where nothing was asked."""
    return None if selection is None else lambda _: selection


def parse_selection(channel: str | None, index: Sequence[str]) -> Choose | None:
    """Return what answers as the command line says.

    Parameters
    ----------
    channel : str or None
        The axis that is the channel; "none" for no axis; None where the user did not say.
    index : sequence of str
        As ``AXIS=POSITION``, from 0.

    Raises
    ------
    ValueError
        With one sentence, where a position is no whole number.
    """
    given = []
    for text in index:
        name, equals, position = (part.strip() for part in text.partition("="))
        if not equals or not name or not position.isdecimal() or len(position) > LONGEST_POSITION:
            raise ValueError(tr("{text} is no position on an axis; write AXIS=POSITION, such as time=3.", text=text))
        given.append((name, int(position)))
    if channel is None and not given:
        return None

    def choose(axes: Axes) -> AxisSelection:
        named = {name for name, _ in given}
        if channel is None:
            kept = "" if axes.default.channel in named else axes.default.channel
        else:
            kept = "" if channel == "none" else channel
        # What was not mentioned is left out only where more would be shown than can be.
        index = dict(given)
        for name, position in axes.default.index:
            if len(axes.axes) - bool(kept) - len(index) > 3 and name != kept:
                index.setdefault(name, position)
        return AxisSelection(kept, tuple(index.items()))

    return choose


def ask_selection(source: Source, axes: Sequence[tuple[str, int]], default: AxisSelection) -> AxisSelection:
    """Return how to read axes: as the user says, or else by default.

    Raises
    ------
    LoadError
        If the answer does not fit the axes.
    """
    selection = source.choose(Axes(source.name, tuple(axes), default)) if source.choose is not None else default
    reason = why_not(axes, selection)
    if reason:
        raise source.error(reason, tr(_REMEDY))
    return selection


def why_not(axes: Sequence[tuple[str, int]], selection: AxisSelection) -> str:
    """Return why axes cannot be read so, or ""."""
    sizes, index = dict(axes), dict(selection.index)
    known = ", ".join(f"{name} ({size:,})" for name, size in axes)
    for name in (*index, *((selection.channel,) if selection.channel else ())):
        if name not in sizes:
            return tr("it has no axis {name!r}; its axes are {known}", name=name, known=known)
    for name, position in index.items():
        if not 0 <= position < sizes[name]:
            return tr(
                "its axis {name} has {size:,} positions, 0 to {last:,}, and not {position:,}",
                name=name,
                size=sizes[name],
                last=sizes[name] - 1,
                position=position,
            )
    if selection.channel in index:
        return tr("its axis {name} cannot be the channel and left out", name=selection.channel)
    shown = [name for name, _ in axes if name not in index and name != selection.channel]
    if not 1 <= len(shown) <= 3:
        return tr("{count} of its axes would be shown ({known})", count=len(shown), known=known)
    return ""


def take_axes(array: NDArray[Any], axes: Sequence[tuple[str, int]], selection: AxisSelection) -> NDArray[Any]:
    """Return ``(C, *spatial)`` of an array with the given axes, as a view."""
    index = dict(selection.index)
    names = [name for name, _ in axes if name not in index]
    view = array[tuple(index.get(name, slice(None)) for name, _ in axes)]
    return np.moveaxis(view, names.index(selection.channel), 0) if selection.channel else view[np.newaxis]


def axis_note(axes: Sequence[tuple[str, int]], selection: AxisSelection) -> str:
    """Say in a sentence which position of which axis was opened, or ""."""
    sizes: Mapping[str, int] = dict(axes)
    sentences = [
        tr("{name} {position:,} of 0 to {last:,}", name=name, position=position, last=sizes[name] - 1)
        for name, position in selection.index
        if sizes[name] > 1
    ]
    if selection.channel and sizes[selection.channel] > 1:
        sentences.append(tr("{name} as the channel", name=selection.channel))
    return tr("Of its axes were read: {parts}.", parts=", ".join(sentences)) if sentences else ""


def read_chosen(
    source: Source,
    block: Block,
    axes: Sequence[tuple[str, int]],
    selection: AxisSelection,
    packed: gzip.GzipFile | None,
    unpack: Callable[[NDArray[Any]], NDArray[Any]] = lambda stored: stored,
) -> NDArray[Any]:
    """Return ``(C, *spatial)`` of a block with the given axes, slowest first, and read no more of it than needed.

    Parameters
    ----------
    packed : file or None
        The decompressor, for a file in gzip.
    unpack : callable
        What makes numbers of those that are stored, without a change to any axis but the last.

    Raises
    ------
    LoadError
        If it is too big, cut off or damaged.
    """
    index, left, offset = dict(selection.index), list(axes), block.offset
    shape, size = list(block.shape), block.nbytes
    while left and left[0][0] in index:
        size //= shape.pop(0)
        offset += index[left.pop(0)[0]] * size
    channels = prod(n for name, n in left if name == selection.channel)
    source.check_size([n for name, n in left if name != selection.channel], channels, block.dtype.itemsize)
    if packed is not None:
        packed.seek(offset)
    array = unpack(read_block(source, replace(block, shape=tuple(shape), offset=offset), packed))
    if packed is not None and offset + size == block.offset + block.nbytes:
        check_end(source, packed)
    return take_axes(
        array, left, replace(selection, index=tuple((name, index[name]) for name, _ in left if name in index))
    )

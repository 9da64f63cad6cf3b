"""Slide on pictures: one pixel opened into the values it reads, and what is said of a pixel or a weight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import prod

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import called
from convgui.draw.number import number, product, times
from convgui.draw.picture import Hit
from convgui.draw.titled_grid import index_text
from convgui.scenes.readers import of_filter
from convgui.scenes.slide.numbers import Floats
from convgui.scenes.slide.photo import Photo
from convgui.words import tr, trn


@dataclass(frozen=True)
class Opened:
    """The opened pixel: its position, the values it reads and what they become."""

    position: Position
    windows: tuple[Floats, ...]
    sums: tuple[float, ...]
    total: float
    factor: float


def open_pixel(photo: Photo, position: Position) -> Opened:
    """Compute one output pixel from its window, in float64."""
    windows = tuple(photo.view.values(photo.data, position))
    pairs = list(zip(windows, photo.kernels, strict=True))
    if not photo.filtering.leaves_out:
        sums = tuple(float((w * k).sum()) for w, k in pairs)
        return Opened(position, windows, sums, sum(sums) + photo.bias, 1.0)
    sums = tuple(float((w * k).sum(where=~np.isnan(w))) for w, k in pairs)
    left = sum(float(np.abs(k).sum(where=~np.isnan(w))) for w, k in pairs)
    factor = float(np.abs(photo.kernels).sum()) / left if left else math.nan
    return Opened(position, windows, sums, sum(sums) * factor + photo.bias, factor)


def served(photo: Photo, tap: tuple[int, int]) -> tuple[tuple[int, int], ...] | None:
    """Return the first pixel that a tap meets on each axis, and how far they reach; None if it meets padding alone."""
    found = []
    for axis, t in zip(photo.view.axes, tap, strict=True):
        met = axis.table[:, t][~axis.outside[:, t]]
        if not met.size:
            return None
        found.append((int(met.min()), int(met.max() - met.min()) + 1))
    return tuple(found)


def weight_words(photo: Photo, hit: Hit, opened: Opened) -> str:
    """Say what a weight meets in the opened window, what comes of it, and how many pixels it meets in all."""
    channel, (row, column) = hit.index[1], hit.index[-2:]
    weight, value = float(photo.kernels[channel][row, column]), float(opened.windows[channel][row, column])
    (top, left), (down, right) = photo.view.box(opened.position)[:2], photo.view.offset((row, column))
    cell = f"in[{photo.first + channel}, {index_text(int(top + down))}, {index_text(int(left + right))}]"
    name = f"w[{', '.join(map(str, hit.index))}] = {number(weight)}"
    made = f"{cell} = {number(value)}: {product(value, weight)} = {number(value * weight)}"
    met = tr("{weight} meets {cell}", weight=name, cell=made)
    area = served(photo, (row, column))
    if area is None or hit.kind == "product":
        return met
    (top, high), (left, wide) = area
    ends = {"r": f"{top} … {top + high - 1}", "c": f"{left} … {left + wide - 1}"}
    return met + " · " + tr("over all steps it serves rows {r}, columns {c}", **ends)


def input_words(photo: Photo, hit: Hit) -> str:
    """Say what a pixel of the input holds, channel by channel, and what it feeds."""
    row, column = hit.index[-2:]
    several = len(photo.names) > 1
    values = ", ".join(
        f"{called(photo.names[c]) if several else ''} {number(float(photo.data[c, row, column]))}".strip()
        for c in range(min(len(photo.names), 4))
    )
    values += f", {trn('{n} more channel', '{n} more channels', len(photo.names) - 4)}" if len(photo.names) > 4 else ""
    reached = [len(axis.reached(c)) for axis, c in zip(photo.view.axes, (row, column), strict=True)]
    if not all(reached):
        return f"in[{row}, {column}] = {values} · {tr('no window reaches this pixel')}"
    feeds = tr("feeds {size} outputs", size=times(*reached))
    feeds = of_filter(feeds, photo.filter, photo.readers, prod(reached))
    return f"in[{row}, {column}] = {values} · {feeds}"

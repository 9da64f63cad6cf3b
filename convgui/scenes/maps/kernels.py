"""Feature maps: the kernels of the filter that makes the enlarged map, with what each adds up to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.grids import Floats, largest, value_cells
from convgui.draw.measure import Measure
from convgui.draw.metrics import text_width
from convgui.draw.number import LARGE, MINUS, number
from convgui.draw.picture import Box, Item
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label
from convgui.draw.writing import writing, written_with
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.scenes.feature_maps.gathered import as_rows
from convgui.words import tr

CELLS, HIGH = (42.0, 54.0), (28.0, 36.0)
"""Least and largest width of a weight's cell, and of its height: two decimals and a sign have air around them."""
BETWEEN, NAME, SUM = 16.0, 26.0, 22.0
"""Between two kernels; height of the channel's name above one, and of its sum below."""
SMALL, AIR = 12.0, 4.0
"""Size of names and sums, and what the numbers leave free of their cells."""


def cell_of(layer: Layer | None, room: Box, measure: Measure) -> float:
    """Return the width of a weight's cell in a band at the foot of `room`, 0 where the kernels have none there.

    Half of the height stays for the maps.
    """
    if not (isinstance(layer, Convolution) and measure.words):
        return 0.0
    (rows, columns), deep = as_rows(layer.filter_of(0).shape[1:]), len(layer.filter_of(0))
    wide = (room[2] - (deep - 1) * BETWEEN) / (deep * columns)
    cell = float(int(min(wide, CELLS[1])))
    return cell if cell >= CELLS[0] and _high(rows, room, measure) >= HIGH[0] else 0.0


def band(layer: Layer | None, room: Box, measure: Measure) -> float:
    """Return how high a band at the foot of `room` a layer's kernels take."""
    if not (cell_of(layer, room, measure) and isinstance(layer, Convolution)):
        return 0.0
    rows = as_rows(layer.filter_of(0).shape[1:])[0]
    return float(rows * _high(rows, room, measure) + _words(measure))


def _high(rows: int, room: Box, measure: Measure) -> float:
    """Return the height of a weight's cell in a band of at most half of a room."""
    return float(min(int((room[3] / 2 - _words(measure)) / rows), HIGH[1]))


def _words(measure: Measure) -> float:
    return measure.above + NAME + SUM


def kernel_items(
    layer: Convolution, output: int, names: tuple[str, ...], room: Box, cell: float, measure: Measure, theme: Theme
) -> list[Item]:
    """Draw the kernels that make an output channel, each under its channel's name and above the sum of its weights."""
    kernels, reads = layer.filter_of(output), layer.channels_read(output)
    kernels = kernels.reshape(len(kernels), *as_rows(kernels.shape[1:]))
    x, bottom = room[0], room[1] + room[3]
    high = _high(kernels.shape[1], room, measure)
    y = float(round(bottom - SUM - kernels.shape[1] * high))
    every, wide = layer.effective_weight, kernels.shape[2] * cell
    two = written_with(every, cell - AIR, measure.least, 2) if _fractions(every) else None
    numbers = two or writing(every, cell, measure.least)
    decimals = 2 if two else 0
    title = tr("Filter {n}: its weights", n=output)
    bias = float(layer.bias[output])
    detail = tr("their sums below; bias {bias}", bias=_two(bias)) if bias else tr("their sums below")
    items = title_items((x, y - NAME + 6), x + room[2], (title, detail), "kernel", measure, theme)
    for n, (kernel, channel) in enumerate(zip(kernels, reads, strict=True)):
        left = x + n * (wide + BETWEEN)
        cells = value_cells(
            kernel, theme, "kernel", (left, y), cell, limit=largest(every), name=f"weights {channel}",
            title=tr("kernel"), numbers=numbers,
        )  # fmt: skip
        cells = replace(cells, height=high, font=min(cells.font, 0.5 * high))
        ink, base = theme.role("kernel").ink, y + cells.box[3] + 16
        items.append(label(left, y - 6, names[channel], theme.role("input").ink, SMALL, bold=True))
        items.append(cells)
        told = f"Σ = {_two(float(kernel.sum()), decimals)}"
        if text_width(told, SMALL, mono=True) <= wide + BETWEEN:
            items.append(label(left, base, told, ink, SMALL, bold=True, mono=True))
    return items


def _fractions(weights: Floats) -> bool:
    """Whether two decimals tell the weights apart: they are of a size around 1, and not all integers."""
    return 0.1 <= largest(weights) < 100 and not np.array_equal(weights, np.round(weights))


def _two(value: float, decimals: int = 0) -> str:
    """Write a sum with two decimals; an integer with so many as what is added has."""
    if not abs(value) < LARGE:
        return number(value)
    text = f"{value:.{decimals}f}" if value == round(value) else f"{value:.2f}"
    text = text.removeprefix("-") if not float(text) else text
    return text.replace("-", MINUS)

"""Parts that scenes on photos share: pictures that fit their place, marks on them, and the loupe of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Colour, faded
from convgui.draw.gaps import operator
from convgui.draw.grids import LARGEST_FONT, largest, value_cells
from convgui.draw.levels import Levels, output_levels
from convgui.draw.number import number
from convgui.draw.picture import Box, Cells, Floats, Item, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label
from convgui.words import tr

SMALLEST_MARK = 11.0
"""Pixels that a mark has at least, so that it is found on a large picture."""
SIGNED_SHARE = 0.05
"""A kernel whose weights sum to less than this share of their absolute sum makes a signal, not a picture."""
PALE = 0.62
"""Part of a hue that fills a cell with a number."""
SIGN, SUM, EDGE = (28.0, 46.0), 64.0, 3.0
"""Least and largest width of an operator's gap in the loupe, width of its sum, and of what a mark may stand over."""


def fitted(shape: tuple[int, int], room: tuple[float, float]) -> tuple[float, float]:
    """Width and height of a frame that a whole picture fills; a single row fills the room."""
    if shape[0] == 1:
        return room
    cell = min(room[0] / shape[1], room[1] / shape[0])
    return (shape[1] * cell, shape[0] * cell)


def at_least(box: Box, side: float) -> Box:
    """Widen a box around its middle until it has the side."""
    x, y, width, height = box
    wide, high = max(width, side), max(height, side)
    return (x + (width - wide) / 2, y + (height - high) / 2, wide, high)


def cut_to(box: Box, frame: Box) -> Box:
    """Return the part of a box that lies in a frame, give or take the width of a line."""
    left, top = max(box[0], frame[0] - EDGE), max(box[1], frame[1] - EDGE)
    right = min(box[0] + box[2], frame[0] + frame[2] + EDGE)
    bottom = min(box[1] + box[3], frame[1] + frame[3] + EDGE)
    return (left, top, max(right - left, 0.0), max(bottom - top, 0.0))


def centred_in(box: Box, frame: Box) -> bool:
    """Whether the middle of a box lies in a frame."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return frame[0] <= x <= frame[0] + frame[2] and frame[1] <= y <= frame[1] + frame[3]


def marks(boxes: Iterable[tuple[Box, Box]], stroke: Colour, theme: Theme) -> list[Item]:
    """Frame boxes on pictures, each given with the frame of its picture; what lies outside of that is left out."""
    seen = [cut_to(at_least(box, SMALLEST_MARK), frame) for box, frame in boxes if centred_in(box, frame)]
    if not seen:
        return []
    halo = np.array(seen) + np.array([-1.5, -1.5, 3.0, 3.0])
    paper = faded(theme.background, 0.8)
    return [Rects(halo, stroke=paper, width=1.2, radius=2), Rects(np.array(seen), stroke=stroke, width=2.2, radius=1)]


def result_levels(output: NDArray[Any], kernel: Floats, input_scale: Levels) -> Levels:
    """Scale of what one filter makes: signed if its weights nearly cancel, else the input's times their sum."""
    gain, weight = float(kernel.sum()), float(np.abs(kernel).sum())
    return output_levels(output, gain, gain < 0 or abs(gain) <= SIGNED_SHARE * weight, input_scale)


def tiles(count: int, shape: tuple[int, int], room: Box, gap: float, head: float) -> list[Box]:
    """Place `count` pictures of one shape in a room, as large as they can be; `head` is left free above each."""
    x, y, wide, high = room
    best: tuple[float, int] = (0.0, 1)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        one = ((wide - gap * (columns - 1)) / columns, (high - gap * (rows - 1)) / rows - head)
        size = fitted(shape, one)[0] if min(one) > 0 else 0.0
        best = max(best, (size, columns), key=lambda pair: pair[0])
    size, columns = best
    size, rows = max(size, 4.0), -(-count // columns)
    # One row of cells is as high as its place; no other is higher, not even one that is at its least width.
    most = max((high - gap * (rows - 1)) / rows - head, 4.0)
    tall = most if shape[0] == 1 < shape[1] else min(size * shape[0] / shape[1], most)
    return [
        (x + (n % columns) * (size + gap), y + head + (n // columns) * (tall + head + gap), size, tall)
        for n in range(count)
    ]


@dataclass(frozen=True, eq=False)
class Loupe:
    """An opened pixel: for each channel its window beside its kernel, and what they add up to."""

    windows: tuple[Cells, ...]
    kernels: tuple[Cells, ...]
    items: tuple[Item, ...]


def loupe(
    box: Box,
    windows: Floats,
    kernels: Floats,
    names: Sequence[str],
    total: float,
    theme: Theme,
    scale: float,
    levels: Levels | None = None,
) -> Loupe:
    """Draw ``window × kernel = products Σ total`` into a box; of several channels ``window × kernel + … = total``.

    Parameters
    ----------
    windows, kernels : ndarray
        ``(C, kh, kw)`` each.
    names : sequence of str
        Of the channels; a single one is not named.
    scale : float
        The value at which the windows' colours are full.
    levels : Levels, optional
        Colours of the picture that the total is a pixel of, which it then has too.
    """  # fmt: skip
    x, y, wide, high = box
    count, rows, columns = windows.shape
    head, grids = (16.0 if count > 1 else 0.0), (2 * count if count > 1 else 3)
    gap = min(SIGN[1], max(SIGN[0], 0.05 * wide))
    room = (wide - SUM - grids * gap) / (grids * columns)
    cell = float(max(2, int(min(room, (high - head) / rows, 44))))
    top = round(y + head + (high - head - rows * cell) / 2)
    items: list[Item] = []
    left, right = list[Cells](), list[Cells]()

    def place(values: Floats, role: Role, most: float, words: tuple[str, str], sign: str) -> Cells:
        nonlocal x
        name, title = words
        at = (float(round(x)), float(top))
        grid = value_cells(values, theme, role, at, cell, limit=most, name=name, title=title)
        x += columns * cell
        result: Role = "result" if sign == "Σ" else "plain"
        items.extend(operator((x, x + gap), top + rows * cell / 2, sign, theme, result))
        x += gap
        return grid

    for n in range(count):
        if count > 1:
            items.append(label(x, top - 6, names[n], theme.muted, 11, mono=True))
        own = f" {names[n]}" if count > 1 else ""
        left.append(place(windows[n], "input", scale, (f"window {n}", f"{tr('window')}{own}"), "×"))
        last = "=" if n + 1 == count else "+"
        right.append(place(kernels[n], "kernel", largest(kernels), (f"tap {n}", f"{tr('weights')}{own}"), last))
    if count == 1:
        products = windows[0] * kernels[0]
        items.append(place(products, "result", largest(products), ("products", tr("products")), "Σ"))
    items.append(_total(total, (round(x), round(top + rows * cell / 2 - 17)), theme, levels))
    return Loupe(tuple(left), tuple(right), (*items, *left, *right))


def as_pixel(cell: Cells, value: float, levels: Levels, theme: Theme) -> Cells:
    """Return a cell of one number in the colour of its pixel on a picture; a hue is as pale as in any grid."""
    fill = cell.content.fill.copy()
    colour = levels.colours(np.array([[value]]), theme)[..., :3].astype(float)
    if levels.signed:
        paper = np.array(theme.background[:3], float)
        colour = paper + PALE * (colour - paper)
    fill[..., :3] = np.rint(colour)
    return replace(cell, content=replace(cell.content, fill=fill, ink=theme.ink(fill)))


def _total(value: float, at: tuple[float, float], theme: Theme, levels: Levels | None) -> Cells:
    """The sum in a cell of its own."""
    grid = value_cells(np.array([[value]]), theme, "result", at, SUM, name="sum", title=tr("sum"), numbers=False)
    grid = grid if levels is None else as_pixel(grid, value, levels, theme)
    text = number(value)
    size = float(int(min(LARGEST_FONT - 1, (SUM - 6) / (0.6 * max(len(text), 3)))))
    outline = theme.role("result" if value >= 0 else "warning").line
    return replace(
        grid, content=replace(grid.content, texts=((text,),)), height=34.0, font=size, outline=outline, making=True
    )

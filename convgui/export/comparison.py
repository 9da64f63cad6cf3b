"""Two results on the same ground: both as pictures, and what is different."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import CancelCheck
from convgui.core.infinities import overflowing
from convgui.draw.colour import Bytes
from convgui.draw.levels import Levels, extremes
from convgui.draw.number import number, times
from convgui.draw.theme import Theme
from convgui.export.seen import coloured_pixels, input_values, shown_values
from convgui.model.document import Document
from convgui.words import tr, trn

INPUT = -1


@dataclass(frozen=True, eq=False)
class Side:
    """One result: ``(1 or 3, rows, columns)`` values with their scale, and RGB pixels."""

    values: NDArray[Any]
    levels: Levels
    pixels: Bytes


@dataclass(frozen=True, eq=False)
class Difference:
    """Second minus first: RGB pixels in the colours of signs, if there are any, and a sentence."""

    pixels: Bytes | None
    said: str


def side(document: Document, layer: int, theme: Theme, cancel: CancelCheck | None = None) -> Side:
    """Compute what a layer of a document makes; `INPUT` stands for what comes in.

    Raises
    ------
    ExportError
        If it is no picture.
    SpecError
        If a layer does not take what comes to it.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    if layer == INPUT:
        values, levels = input_values(document.sample)
    else:
        values, levels = shown_values(document.with_view(replace(document.view, layer=layer)), cancel)
    pixels = coloured_pixels(values, levels, 8, theme)
    return Side(values, levels, np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3))))


@overflowing
def difference(first: Side, second: Side, theme: Theme) -> Difference:
    """Return what is different in the second result, averaged over its channels in the picture."""
    if first.values.shape != second.values.shape:
        sizes = (times(*one.values.shape) for one in (first, second))
        return Difference(None, tr("{first} and {second} cannot be subtracted: choose two of one size.",
                                   first=next(sizes), second=next(sizes)))  # fmt: skip
    change = second.values.astype(np.float64) - first.values.astype(np.float64)
    there = change[np.isfinite(change)]
    if not there.size or not there.any():
        level = Levels(-1.0, 1.0, True)
        none = np.ascontiguousarray(level.colours(change.mean(axis=0), theme)[..., :3])
        lost = int((np.isfinite(first.values) != np.isfinite(second.values)).sum())
        words = trn(
            "There is no difference but for {n} value that one of them has not.",
            "There is no difference but for {n} values that one of them has not.",
            lost,
        )
        return Difference(none, words if lost else tr("There is no difference."))
    most = max(map(abs, extremes(change)))
    # Squares of the largest numbers would be more than there is.
    root = most * math.sqrt(float(np.mean((there / most) ** 2)))
    peak = first.levels.high - first.levels.low
    said = tr(
        "Largest difference {most} · RMS {root} · mean {mean} · PSNR {psnr} dB",
        most=number(most), root=number(root), mean=number(float(there.mean())),
        psnr=f"{20 * math.log10(peak / root):.1f}" if peak > 0 else "–",
    )  # fmt: skip
    plane = change.mean(axis=0)
    colours = Levels(-most, most, True).colours(plane, theme)[..., :3]
    return Difference(np.ascontiguousarray(colours), said)

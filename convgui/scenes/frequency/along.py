"""The response along the steps as a curve: what a picture's colours tell only roughly, such as a third, is read off."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from convgui.draw.axes import SIZE, axis_below, axis_left
from convgui.draw.metrics import text_width
from convgui.draw.number import number
from convgui.draw.picture import Box, HitGrid, Item, Lines, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.frequency.response import FLOOR, Response
from convgui.words import tr

LEAST, ROOM = 120.0, 0.08
"""Width from which the curve is drawn, and the part of its height that stays free above and below it."""
DOT, STEP = 9.0, 4.0
"""Across the dot of the step at hand, and those of all others."""


@dataclass(frozen=True, eq=False)
class Along:
    """A curve in a box: the values of all steps, between the ends of its axis.

    Attributes
    ----------
    name : str
        What is drawn: H itself where every wave comes out as it is or turned over, otherwise how high it comes out.
    frequencies, between : ndarray
        The curve itself, which goes on between the steps.
    """

    box: Box
    name: str
    values: NDArray[np.float64]
    low: float
    high: float
    decimals: int | None
    frequencies: NDArray[np.float64]
    between: NDArray[np.float64]

    def at(self, step: int) -> tuple[float, float]:
        """Return where a step stands."""
        (x, _, width, _), last = self.box, len(self.values) - 1
        return x + step / last * width, float(self._heights(self.values[step : step + 1])[0])

    @property
    def dots(self) -> NDArray[np.float64]:
        """Where all steps stand, as rows of x and y."""
        (x, _, width, _), count = self.box, len(self.values)
        return np.stack([x + np.arange(count) / (count - 1) * width, self._heights(self.values)], axis=1)

    @property
    def points(self) -> NDArray[np.float64]:
        """The way of the curve, as rows of x and y."""
        x, _, width, _ = self.box
        return np.stack([x + 2 * self.frequencies * width, self._heights(self.between)], axis=1)

    def _heights(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        _, y, _, height = self.box
        share = (self.high - values) / ((self.high - self.low) or 1.0)
        return np.asarray(y + (ROOM + (1 - 2 * ROOM) * share) * height)

    def hits(self, data: Response) -> HitGrid:
        """Have each frequency answer to the pointer as it does in the picture of all."""
        (x, y, width, height), count, (row, first) = self.box, len(self.values), data.place(0)
        step = width / (count - 1)
        return HitGrid("magnitude", (), x - step / 2, y, step, height, (1, count), (row, first))


def two_valued(phase: NDArray[np.float64]) -> bool:
    """Whether waves come out as they are or turned over, and nothing between."""
    known = phase[~np.isnan(phase)]
    return bool((np.minimum(np.abs(known), np.abs(np.abs(known) - pi)) < 1e-9).all())


def along(data: Response, box: Box, *, logarithmic: bool) -> Along | None:
    """Take the response of every step; None where there is no room for it."""
    if box[2] < LEAST:
        return None
    places = tuple(np.array([data.bin(data.place(step)) for step in range(data.values.shape[1] // 2 + 1)]).T)
    frequencies, signed = data.fine(), two_valued(data.phase) and not logarithmic

    def drawn(values: NDArray[np.complex128]) -> NDArray[np.float64]:
        size = np.abs(values)
        return data.in_decibels(size) if logarithmic else np.asarray(values.real) if signed else size

    values, between = drawn(data.values[places]), drawn(data.across(frequencies))
    if logarithmic:
        top = float(data.decibels.max())
        return Along(box, "|H(0, f)|, dB", values, top - FLOOR, top, 1, frequencies, between)
    low, high = min(float(between.min()), 0.0), max(float(between.max()), 0.0)
    return Along(box, "H(0, f)" if signed else "|H(0, f)|", values, low, high, None, frequencies, between)


def still(curve: Along, theme: Theme) -> list[Item]:
    """Draw the curve with its axes; a line is 0."""
    x, y, width, height = curve.box
    points = curve.points
    items: list[Item] = [Rects(np.array([curve.box]), stroke=theme.line)]

    def share(value: float) -> float:
        return ROOM + (1 - 2 * ROOM) * (curve.high - value) / ((curve.high - curve.low) or 1.0)

    if curve.low <= 0 <= curve.high:
        level = y + share(0.0) * height
        items.append(Lines(np.array([(x, level, x + width, level)]), theme.line))
    marks = sorted({curve.high, min(max(0.0, curve.low), curve.high), curve.low}, reverse=True)
    items += axis_left(curve.box, [(share(value), number(value, curve.decimals)) for value in marks], theme)
    items += axis_below(curve.box, [(0.0, "0"), (0.5, "0.25"), (1.0, "0.5")], tr("cycles a cell, across"), theme)
    line, dots = theme.role("result").line, curve.dots
    boxes = np.hstack([dots - STEP / 2, np.full_like(dots, STEP)])
    return [*items, Lines(np.hstack([points[:-1], points[1:]]), line, 2.0), Rects(boxes, fill=line, radius=STEP / 2)]


def marked(curve: Along, step: int, theme: Theme) -> list[Item]:
    """Mark a step on the curve, with its number."""
    (x, y), (_, top, _, height) = curve.at(step), curve.box
    dot = np.array([(x - DOT / 2, y - DOT / 2, DOT, DOT)])
    text = number(float(curve.values[step]), curve.decimals)
    left, base = _free(curve, (x, y), text_width(text, SIZE, mono=True, bold=True))
    return [
        Lines(np.array([(x, top, x, top + height)]), theme.role("kernel").line, 1.0, "dotted"),
        Rects(dot, fill=theme.role("kernel").line, stroke=theme.background, width=1.2, radius=DOT / 2),
        label(left, base, text, theme.role("result").ink, SIZE, bold=True, mono=True),
    ]


def _free(curve: Along, at: tuple[float, float], wide: float) -> tuple[float, float]:
    """Return where a number beside a point covers the curve least: its left end and its baseline."""
    (x, y), (left, top, width, height) = at, curve.box
    points = curve.points
    fine = np.linspace(0, len(points) - 1, 4 * len(points))
    xs, ys = (np.interp(fine, np.arange(len(points)), points[:, axis]) for axis in (0, 1))

    def covered(place: tuple[float, float]) -> int:
        a, base = place
        across = (xs > a - 4) & (xs < a + wide + 4)
        return int((across & (ys > base - SIZE - 2) & (ys < base + 5)).sum())

    sides = [x + 10, x - 10 - wide, min(max(x - wide / 2, left + 4), left + width - wide - 4)]
    bases = [y - 8, y + 8 + SIZE, y + SIZE / 3, y - 20, y + 20 + SIZE]
    # Farther off where the curve bends around the point.
    sides += [x - far - wide for far in (20, 35, 50, 65, 80)]
    bases += [y + far for far in (-32, -44, -56, SIZE + 32)]
    inside = [
        (a, base) for base in bases for a in sides
        if left + 2 <= a <= left + width - wide - 2 and top + SIZE + 2 <= base <= top + height - 4
    ]  # fmt: skip
    return min(inside, key=covered, default=(x - wide - 10, y - 8))

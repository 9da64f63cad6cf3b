"""Learn a kernel: the curve of the loss, as far as the descent has come, on axes that hold for all of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.axes import axis_below, axis_left
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS, number
from convgui.draw.picture import Anchor, Box, Item, Lines, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.learn.descent import STEPS, Floats
from convgui.scenes.learn.sentences import part
from convgui.words import tr

LEAST, MOST = 1e-12, 1e12
"""Losses beyond these are drawn as these."""
DECADES = 14
"""Powers of ten below the first loss: what is smaller lies on the axis."""
LEAST_SPAN = 4
"""Powers of ten below the first loss that the axis has at least."""
EACH = 10
"""Updates from one number below the axis to the next."""
MANY = 7
"""Powers of ten that all get a number."""
PLAIN = -4
"""The lowest power of ten down to which all are written out."""
TOLD = 90.0
"""Height of a curve from which its last loss is written beside it; it stands below the picture, too."""


@dataclass(frozen=True, eq=False)
class LossCurve:
    """Losses in a box: `low` and `high` are the powers of ten at its lower and upper edge, the same at all steps."""

    box: Box
    losses: Floats
    low: int
    high: int

    def point(self, step: int) -> tuple[float, float]:
        """Return where the loss of a step lies."""
        x, y, width, height = self.box
        share = (float(_powers(self.losses[step])) - self.low) / (self.high - self.low)
        return x + width * step / STEPS, y + height * (1 - max(share, 0.0))


def loss_curve(losses: Floats, box: Box) -> LossCurve:
    """Choose the axes of a curve once for all of it: as far down as the descent comes in the end."""
    powers = _powers(losses)
    first, high = int(np.floor(powers[0])), int(np.ceil(powers.max()))
    low = max(min(int(np.floor(powers.min())), first - LEAST_SPAN), first - DECADES)
    return LossCurve(box, losses, low, max(high, first + 1))


def _powers(losses: Floats) -> Floats:
    finite = np.nan_to_num(losses, nan=MOST, posinf=MOST)
    return np.asarray(np.log10(np.clip(finite, LEAST, MOST)))


def axes(curve: LossCurve, theme: Theme) -> list[Item]:
    """Draw the axes: updates to the right, powers of ten upwards."""
    (x, y, width, height), low = curve.box, curve.low
    span = curve.high - low
    each = max(1, -(-span // MANY))
    powers = range(curve.high, low - 1, -each)
    shares = [(curve.high - power) / span for power in powers]
    levels = np.array([(x, y + share * height, x + width, y + share * height) for share in shares])
    marks = [(share, _power_text(power, low)) for share, power in zip(shares, powers, strict=True)]
    across = [(step / STEPS, str(step)) for step in range(0, STEPS + 1, EACH)]
    edges = np.array([(x, y, x, y + height), (x, y + height, x + width, y + height)])
    return [
        Lines(levels, theme.line),
        Lines(edges, theme.muted, 1.2),
        *axis_left(curve.box, marks, theme),
        *axis_below(curve.box, across, tr("updates"), theme),
    ]


def _power_text(power: int, low: int) -> str:
    """Write a power of ten as all others on its axis are written."""
    return number(10.0**power) if low >= PLAIN or power == 0 else f"1e{power}".replace("-", MINUS)


def progress(curve: LossCurve, step: int, theme: Theme, *, words: bool) -> list[Item]:
    """Draw the curve up to a step, which has its number."""
    points = np.array([curve.point(n) for n in range(step + 1)])
    colours, (x, y) = theme.role("warning"), curve.point(step)
    left, top, width, height = curve.box
    items: list[Item] = [
        Lines(np.array([(x, y, x, top + height)]), colours.line, 1.0, "dotted"),
        Lines(np.concatenate([points[:-1], points[1:]], axis=1), colours.line, 2.4),
        Rects(np.array([(x - 5, y - 5, 10, 10)]), fill=colours.line, stroke=theme.background, width=1.5, radius=5),
    ]
    if not words or height < TOLD:
        return items
    loss, first = float(curve.losses[step]), float(curve.losses[0])
    share = part(loss / first * 100 if first else 0.0)
    room = max(text_width(f"L = {number(loss)}", 15, bold=True, mono=True), text_width(share, 12)) + 14
    at_left = x < left + width * 0.6 and x + room <= left + width
    beside: float = x + 14 if at_left else x - 14
    where: Anchor = "start" if at_left else "end"
    over = float(points[points[:, 0] >= x - room, 1].min())
    up = y - 30 if y > top + height * 0.5 else y + 22
    if not at_left and over < y:
        # A curve that falls lies above what is said at its left.
        up = y + 22 if y + 44 < top + height else max(over - 30, top + 14)
    return [
        *items,
        label(beside, up, f"L = {number(loss)}", colours.ink, 15, bold=True, mono=True, anchor=where),
        label(beside, up + 17, share, theme.muted, 12, anchor=where),
    ]

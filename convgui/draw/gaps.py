"""What stands between two grids: an operator in a circle, and the wedge from the window to what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.metrics import text_width
from convgui.draw.picture import Curves, Item, Lines, Polygons, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle

FILL, EDGE, EDGE_WIDTH = 0.16, 0.55, 1.2
RADIUS, NARROWEST = 19.0, 24.0
"""Of an operator's circle, and of a gap that has room for one."""
LEAST = 12.0
"""Size of a sign or a word in a circle at least."""
LAYER = "∗"
"""The sign of the layer, cross-correlation, which no font of ours has: it is drawn."""
Span: TypeAlias = tuple[float, float]
"""From where to where."""


def wedge(across: Span, left: Span, right: Span, theme: Theme, role: Role = "kernel") -> list[Item]:
    """Draw a wedge in a gap, from the edge of one grid to the edge of the next; it never covers a cell.

    Parameters
    ----------
    across : tuple
        The gap's left and right end.
    left, right : tuple
        Upper and lower end of what it leaves, and of where it goes to.
    """
    return wedges([(across, left, right)], theme, role)


def wedges(ends: Sequence[tuple[Span, Span, Span]], theme: Theme, role: Role = "kernel") -> list[Item]:
    """Draw several wedges, each as `wedge` does."""
    if not ends:
        return []
    line = theme.role(role).line
    corners = [[(x, a), (end, c), (end, d), (x, b)] for (x, end), (a, b), (c, d) in ends]
    edges = [(x, *ys, end, zs) for (x, end), up, down in ends for ys, zs in (((up[0],), down[0]), ((up[1],), down[1]))]
    return [
        Polygons(np.array(corners, dtype=float), faded(line, FILL)),
        Lines(np.array(edges, dtype=float), faded(line, EDGE), EDGE_WIDTH),
    ]


def falling(down: Span, upper: Span, lower: Span, theme: Theme, role: Role = "kernel") -> list[Item]:
    """Draw a wedge in the gap between a grid and one below it, from columns of the one to columns of the other.

    Parameters
    ----------
    down : tuple
        The gap's upper and lower end.
    upper, lower : tuple
        Left and right end of what it leaves, and of where it goes to.
    """
    line, (y, end), (a, b), (c, d) = theme.role(role).line, down, upper, lower
    return [
        Polygons(np.array([[(a, y), (b, y), (d, end), (c, end)]], dtype=float), faded(line, FILL)),
        Lines(np.array([(a, y, c, end), (b, y, d, end)], dtype=float), faded(line, EDGE), EDGE_WIDTH),
    ]


def sign_radius(across: Span) -> float:
    """Return the radius of an operator's circle in a gap."""
    return min(RADIUS, (across[1] - across[0]) * 0.3)


def operator(across: Span, y: float, sign: str, theme: Theme, role: Role = "plain") -> list[Item]:
    """Draw an operator in its circle in the middle of a gap: ``∗ × = − + Σ`` or a short word.

    A gap that is too narrow for one has none.
    """
    if across[1] - across[0] < NARROWEST:
        return []
    x, radius = (across[0] + across[1]) / 2, sign_radius(across)
    colours = theme.role(role)
    size = float(int(min(max(radius * (1.05 if len(sign) == 1 else 0.85), LEAST), 20.0)))
    wide = text_width(sign, size, bold=True, mono=len(sign) == 1) if len(sign) > 1 else 0.0
    # A word takes what there is, and never touches what stands beside the gap.
    half = max(radius, min(wide / 2 + 7, (across[1] - across[0]) / 2 - 5)) if wide else radius
    box = np.array([(x - half, y - radius, 2 * half, 2 * radius)])
    line = theme.line if role == "plain" else colours.line
    circle = Rects(box, fill=theme.background, stroke=line, width=1.5, radius=radius)
    if sign == LAYER:
        return [circle, _layer_sign(x, y, radius * 0.42, theme)]
    ink = theme.text if role == "plain" else colours.ink
    return [circle, label(x, middle(y, 0, size), sign, ink, size, bold=True, mono=len(sign) == 1, anchor="middle")]


def _layer_sign(x: float, y: float, long: float, theme: Theme) -> Item:
    angles = np.radians([90, 30, 150])
    right, down = long * np.cos(angles), long * np.sin(angles)
    return Lines(np.stack([x - right, y - down, x + right, y + down], axis=1), theme.text, 2.2)


def gathered(starts: Sequence[tuple[float, float]], node: tuple[float, float], end: float, theme: Theme) -> list[Item]:
    """Draw curves from the ends of several rows into a Σ, and the arrow from there to what they add up to.

    Parameters
    ----------
    starts : sequence
        Points at the right of what is added.
    node : tuple
        The middle of the Σ.
    end : float
        Where the arrow ends.
    """
    ink = theme.role("result")
    (x, y), radius = node, RADIUS
    curves = [(a, b, (a + x) / 2 + 6, b, (a + x) / 2, y, x - radius, y) for a, b in starts]
    items: list[Item] = [Curves(np.array(curves, dtype=float).reshape(-1, 8), faded(ink.line, 0.75), 1.6)]
    items += arrow((x + radius, y), (end, y), theme, "result")
    return [*items, *operator((x - 60, x + 60), y, "Σ", theme, "result")]


def arrow(start: tuple[float, float], end: tuple[float, float], theme: Theme, role: Role = "plain") -> list[Item]:
    """Draw a straight arrow with its head at the end."""
    line = theme.role(role).line
    (x, y), way = end, np.subtract(end, start)
    long = float(np.hypot(*way)) or 1.0
    (along, across), head = (way / long * 9, np.array([-way[1], way[0]]) / long * 4.5), np.array(end)
    corners = np.array([[head, head - along + across, head - along - across]])
    return [Lines(np.array([(*start, x - along[0] * 0.8, y - along[1] * 0.8)]), line, 1.8), Polygons(corners, line)]


def both_ways(one: tuple[float, float], other: tuple[float, float], theme: Theme, role: Role) -> list[Item]:
    """Draw a straight line with a head at both ends: how long something is."""
    middle_of = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    return [*arrow(middle_of, one, theme, role), *arrow(middle_of, other, theme, role)]


def lane(
    start: tuple[float, float],
    y: float,
    ends: Sequence[tuple[float, float]],
    words: str,
    theme: Theme,
    free: Span | None = None,
) -> list[Item]:
    """Draw the way back of an error: down from `start` to a lane of its own, along it, and down to each of its `ends`.

    Where the lane is long enough, `words` stand on it: in the middle of what is `free`, or of all of it.
    """
    line, ink = theme.role("warning").line, theme.role("warning").ink
    left = min(x for x, _ in ends)
    items: list[Item] = [Lines(np.array([(*start, start[0], y), (start[0], y, left, y)]), line, 2.2)]
    for x, end in ends:
        items += arrow((x, y), (x, end), theme, "warning")
    first, last = free or (max(x for x, _ in ends), start[0])
    wide, x = text_width(words, 13, bold=True) + 20, (first + last) / 2
    if words and wide < last - first:
        box = np.array([(x - wide / 2, y - 12, wide, 24)])
        items.append(Rects(box, fill=theme.background, stroke=line, width=1.4, radius=6))
        items.append(label(x, middle(y, 0, 13), words, ink, 13, bold=True, anchor="middle"))
    return items

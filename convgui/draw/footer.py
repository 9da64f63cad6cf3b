"""What stands below the grids: a line, the sum of this step in a few lines, and what the fills mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convgui.draw.arithmetic import fitted_runs
from convgui.draw.colour import Colour
from convgui.draw.measure import roomy
from convgui.draw.metrics import elide, text_width
from convgui.draw.picture import Item, Label, Lines, Picture, Rects, Run
from convgui.draw.theme import Theme
from convgui.draw.words import label

TALL = 780.0
"""Height of a canvas from which the sum is written large."""
SECTION, SWATCH = 16.0, 16.0
SUM, BESIDE, FREE = 18.0, -100.0, 10.0
"""Size of the sum that is told beside the picture, its height, which is outside, and what is left free in its place."""
CONTINUES = re.compile(r" +(= )?")
"""How a line begins that goes on with what stands above it."""
LEAST = 200.0
"""Width from which lines are cut to the room there is."""


@dataclass(frozen=True)
class Footer:
    """Where the sum stands.

    Attributes
    ----------
    x, room : float
        Left end and width.
    top : float
        Height of the line between picture and sum.
    size : float
        Of the sum's letters.
    headed : bool
        Whether a title stands above it.
    pitch : float
        From line to line.
    legend : float
        Baseline of what the fills mean; 0 where there is no room.
    told : bool
        Whether the sum is no part of the picture: it is told beside it, in one line.
    """

    x: float
    room: float
    top: float
    size: float
    headed: bool
    pitch: float
    legend: float
    told: bool = False

    @property
    def words(self) -> float:
        """Size of sentences, whose letters are larger."""
        return max(self.size - 2, 12.0)

    @property
    def first(self) -> float:
        """Baseline of the first line."""
        return self.top + (26 + self.pitch if self.headed else 10 + self.size)


def footer(
    width: float, height: float, margin: float, lines: int, *, legend: bool = False, told: bool = False
) -> Footer:
    """Make room for so many lines at the lower end of a canvas, and for the meaning of the fills.

    What is `told` beside the picture needs none.
    """
    if told:
        return Footer(margin, width - 2 * margin, height - FREE, SUM, True, 30.0, 0.0, told=True)
    headed, tall = roomy(width, height), height >= TALL and width >= 1040
    size = 18.0 if tall else 15.0 if headed else 13.0
    pitch = {18.0: 30.0, 15.0: 25.0, 13.0: 21.0}[size]
    high = (26 + pitch if headed else 10 + size) + (lines - 1) * pitch + (18 if headed else 8)
    told = legend and headed
    below = (34 if tall else 26) if told else 0.0
    bottom = 14 if tall else 0.0
    return Footer(
        margin, width - 2 * margin, height - high - below - bottom, size, headed, pitch,
        height - bottom - 12 if told else 0.0,
    )  # fmt: skip


def footer_items(
    below: Footer, title: str, detail: str, lines: Sequence[Sequence[Run] | str], theme: Theme
) -> list[Item]:
    """Write the sum, each line cut to the room there is; a line of mere words is a sentence in the other font."""
    if below.told:
        return [
            Label(
                below.x + below.room / 2, BESIDE, told_runs(lines, below.room, theme), SUM, mono=True, anchor="middle"
            )
        ]
    x, end = below.x, below.x + below.room
    items: list[Item] = [Lines(np.array([(x, below.top, end, below.top)]), theme.line)]
    if below.headed:
        items.append(label(x, below.top + 26, title, theme.text, SECTION, bold=True))
        left = text_width(title, SECTION, bold=True) + 14
        items.append(label(x + left, below.top + 26, elide(detail, 13, below.room - left), theme.muted, 13))
    # In less room nothing would be left to read: words that reach out of a picture make it a sentence that says so.
    room = below.room if below.room >= LEAST else np.inf
    for n, line in enumerate(lines):
        y = below.first + n * below.pitch
        if isinstance(line, str):
            items.append(label(x, y, elide(line, below.words, room), theme.muted, below.words))
        else:
            items.append(Label(x, y, fitted_runs(tuple(line), below.size, room), below.size, mono=True))
    return items


def told_line(picture: Picture) -> Label | None:
    """Return the sum that is told beside a picture, if there is one."""
    return next((item for item in picture.overlay if isinstance(item, Label) and item.y == BESIDE), None)


def told_runs(lines: Sequence[Sequence[Run] | str], room: float, theme: Theme) -> tuple[Run, ...]:
    """Return in one line what several say: how the number is made and what it is, with what leads there if it fits."""
    chains = list[list[tuple[Run, ...]]]()
    for line in (tuple(one) for one in lines if one and not isinstance(one, str)):
        if chains and CONTINUES.fullmatch(line[0].text):
            chains[-1].append((Run(" = ", theme.muted), *line[1:]))
        else:
            chains.append([line])
    if not chains:
        return fitted_runs((Run(str(lines[0]), theme.muted),), SUM, room) if lines else ()
    chain = next((c for c in chains if any(run.answer for part in c for run in part)), chains[0])
    for parts in (chain, [chain[0], *chain[1:][-1:]]):
        runs = tuple(run for part in parts for run in part)
        if text_width("".join(run.text for run in runs), SUM, mono=True) <= room:
            return runs
    return fitted_runs(chain[0], SUM, room)


def legend_items(
    x: float, y: float, room: float, entries: Sequence[tuple[Colour, Colour, str]], theme: Theme
) -> list[Item]:
    """Say what fills mean: ``(fill, outline, meaning)`` each, on one baseline `y`; what has no room is left out."""
    items, left = list[Item](), x
    for fill, line, text in entries:
        wide = SWATCH + 7 + text_width(text, 13)
        if left + wide > x + room:
            break
        box = np.array([(left, y - SWATCH + 3, SWATCH, SWATCH)])
        items += [Rects(box, fill=fill, stroke=line, width=1.5), label(left + SWATCH + 7, y, text, theme.muted, 13)]
        left += wide + 26
    return items

"""Blocks: where solids, cards and the Σ stand. One scale for windows and filters, as large as the canvas allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from convgui.draw import solid
from convgui.draw.measure import Measure
from convgui.draw.picture import Box
from convgui.draw.solid import COS, SIN, Stand
from convgui.scenes.volume.layer import Triple, Volume

Sides: TypeAlias = tuple[float, float, float]
LARGEST, FINEST, SMALLER = 44.0, 0.05, 0.97
"""Pixels of a cell at most and at least, and from one size that is tried to the next."""
OUTPUT, LARGEST_OUTPUT = 1.5, 56.0
"""Size of an output cell by that of an input cell, and in pixels at most."""
CLEAR = 14.0
"""Pixels of a filter's cell at least: that of a large volume is drawn on a scale of its own."""
CARD, CARD_HEIGHT, CARD_TITLE = 116.0, 68.0, 20.0
"""Of what one channel adds."""
GATHERED, NODE = 104.0, 0.5
"""Width in which curves run from the cards to the Σ and on to the output, and the part of it before the Σ."""
MOST, SEEN, LEAST = 3, 15.0, 9.0
"""Channels that are drawn at once, and pixels of a cell that they have then at least; where axes are not named."""
NARROW = 110.0
"""Width of a large input from which its axes are named."""
ARROW, AXIS, UNDER, BETWEEN, CLOSE = 28.0, 74.0, 34.0, 40.0, 8.0
"""From a filter to its card; left of an input and below it, for the names of its axes; from one row to the next,
and where axes are not named."""
ASIDE = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
"""How much further to the right inputs may stand, where one channel is below the other and height is short."""
UPPER = 0.45
"""Part of the spare height that stands above."""


@dataclass(frozen=True)
class Arrangement:
    """Where everything stands.

    Attributes
    ----------
    channels : tuple of int
        The channels that are drawn, of those that are read; the stands of inputs and filters are theirs.
    cards : tuple of tuple
        What a channel adds, and last what those add that are not drawn; none where there is a single channel.
    bands : tuple of float
        Upper edge of each channel's row.
    left : float
        Where the inputs' titles begin.
    column : tuple of float
        From where to where filters and their titles reach.
    enlarged : bool
        Whether filters have a larger scale than windows.
    compact : bool
        Whether there is little room: axes are not named then, and channels have no cards.
    """

    channels: tuple[int, ...]
    inputs: tuple[Stand, ...]
    filters: tuple[Stand, ...]
    output: Stand
    cards: tuple[Box, ...]
    bands: tuple[float, ...]
    left: float
    column: tuple[float, float]
    enlarged: bool
    compact: bool

    @property
    def several(self) -> bool:
        """Whether channels are added up."""
        return bool(self.cards)

    @property
    def gap(self) -> tuple[float, float]:
        """From the inputs to the filters."""
        x, _, wide, _ = self.inputs[0].box
        return x + wide, self.column[0]

    @property
    def way(self) -> tuple[float, float]:
        """From the filters, or what they add, to the output."""
        end = self.cards[0][0] + self.cards[0][2] if self.cards else self.column[1]
        return end, self.output.box[0]


@dataclass(frozen=True)
class Titles:
    """How wide the titles of a figure are; of the input it is how far the far corner has to keep away."""

    input: float = 0.0
    filter: float = 0.0
    output: float = 0.0


@dataclass(frozen=True)
class _Sizes:
    """What everything is as wide and as high as on one scale."""

    unit: float
    filter: float
    output: float
    given: tuple[float, float]
    kernel: tuple[float, float]
    made: tuple[float, float]


@dataclass(frozen=True)
class _Room:
    """What is left for solids.

    Attributes
    ----------
    band, between : float
        Height of a channel's row, and from one to the next.
    gap, way : float
        Least width between inputs and filters, and from there to the output.
    aside : float
        How much further to the right inputs stand, so that they may reach up beside their titles.
    """

    v: Volume
    measure: Measure
    titles: Titles
    width: float
    height: float
    count: int
    between: float
    gap: float
    way: float
    named: bool
    aside: float = 0.0

    @property
    def band(self) -> float:
        return (self.height - self.between * (self.count - 1)) / self.count

    @property
    def title_beyond(self) -> float:
        """Width of the output's title, which may begin beside the Σ."""
        free = GATHERED * (1 - NODE) - 16 if self.way > CARD else 0.0
        return max(self.titles.output - free, 0.0)

    @property
    def axis(self) -> float:
        return (AXIS if self.named else 0.0) + self.aside

    @property
    def under(self) -> float:
        return UNDER if self.named else 0.0

    def wide(self, s: _Sizes) -> float:
        """Return the least width of everything."""
        columns = max(s.kernel[0], self.titles.filter) + max(s.made[0], self.title_beyond)
        return self.axis + s.given[0] + self.gap + columns + self.way

    def shift(self, s: _Sizes) -> float:
        """Return how far an input stands below its title's upper edge: it may reach up beside the title."""
        apex = self.axis + self.v.padded_size[0] * _sides(self.v)[0] * COS * s.unit
        beside = max(apex - self.titles.input - 10, 0.0) * SIN / COS
        return min(max(self.measure.above - beside, 0.0), self.measure.above)

    def fits(self, s: _Sizes) -> bool:
        high = max(s.kernel[1] + self.measure.above, self.shift(s) + s.given[1] + self.under)
        return self.wide(s) <= self.width and high <= self.band and s.made[1] + self.measure.above <= self.height

    def largest(self) -> _Sizes:
        """Return the largest sizes that fit."""
        unit, spacing, v = LARGEST, _sides(self.v), self.v
        while True:
            own, output = max(unit, CLEAR), min(unit * OUTPUT, max(LARGEST_OUTPUT, unit))
            shapes = ((v.padded_size, unit), (kernel_shape(v), own), (v.output_size, output))
            found = _Sizes(unit, own, output, *(solid.size_of(shape, spacing, scale) for shape, scale in shapes))
            if unit <= FINEST or self.fits(found):
                return found
            unit *= SMALLER


def arrangement(v: Volume, room: Box, measure: Measure, titles: Titles, short: Titles) -> Arrangement:
    """Place the solids in a room, titles and the names of axes included.

    As many channels are drawn as can be seen, or else the chosen one alone. Where that would be too small, axes are not
    named, and titles are `short`.
    """
    x, y, width, height = room
    several = len(v.names) > 1
    gap = max(measure.gap * (1.0 if several else 1.3), 6.0)
    way = CARD + ARROW + GATHERED if several else max(measure.gap * 1.3, 8.0)
    for count, named in ((len(v.names), True), (len(v.names), False), (1, True)) if measure.words else ():
        if count > MOST or not (named or several):
            continue
        between = (BETWEEN if named else CLOSE) if count > 1 else 0.0
        words = titles if named else short
        found = _Room(v, measure, words, width, height, count, between, gap, way, named)
        if count > 1 and named:
            found = max((replace(found, aside=more) for more in ASIDE), key=lambda room: room.largest().unit)
        sizes = found.largest()
        if sizes.unit >= (SEEN if named else LEAST) or (count == 1 and sizes.given[0] >= NARROW):
            return _stand(found, sizes, (x, y), several=several, compact=not named)
    gap = max(measure.gap * 1.3, 6.0)
    found = _Room(v, measure, short, width, height, 1, 0.0, gap, gap, False)
    return _stand(found, found.largest(), (x, y), several=False, compact=True)


def _stand(room: _Room, sizes: _Sizes, at: tuple[float, float], *, several: bool, compact: bool) -> Arrangement:
    """Place everything in the sizes that were found."""
    v, measure, (x, y) = room.v, room.measure, at
    channels = tuple(range(len(v.names))) if room.count > 1 or len(v.names) == 1 else (v.channel,)
    spare = max(room.width - room.wide(sizes), 0.0)
    more = min(spare / 3, 60.0)
    left, spacing, shift = x + room.axis + (spare - 2 * more) / 2, _sides(v), room.shift(sizes)
    column = max(sizes.kernel[0], room.titles.filter)
    start = left + sizes.given[0] + room.gap + more
    inputs, filters, cards, bands = list[Stand](), list[Stand](), list[Box](), list[float]()
    for n in range(room.count):
        free = max(room.band - shift - sizes.given[1] - room.under, 0.0)
        # What is spare stands above the title, too: that stays close to its solid.
        upper = y + n * (room.band + room.between) + free * UPPER
        inputs.append(solid.stand_at(v.padded_size, spacing, sizes.unit, (left, upper + shift)))
        middle = inputs[-1].box[1] + inputs[-1].box[3] / 2
        corner = (start + (column - sizes.kernel[0]) / 2, max(middle - sizes.kernel[1] / 2, upper + measure.above))
        filters.append(solid.stand_at(kernel_shape(v), spacing, sizes.filter, corner))
        bands.append(upper)
        if several:
            cards.append((round(start + column + ARROW), round(middle - CARD_HEIGHT / 2), CARD, CARD_HEIGHT))
    if len(channels) < len(v.names) and cards:
        card = cards[-1]
        cards.append((card[0], card[1] + CARD_HEIGHT + CARD_TITLE + 12, CARD, CARD_HEIGHT))
    right = start + column + room.way + more + max(room.title_beyond - sizes.made[0], 0.0) / 2
    centre = (inputs[0].box[1] + inputs[-1].box[1] + inputs[-1].box[3]) / 2
    top = max(min(centre - sizes.made[1] / 2, y + room.height - sizes.made[1]), y + measure.above)
    output = solid.stand_at(v.output_size, spacing, sizes.output, (right, top))
    enlarged = sizes.filter > sizes.unit
    return Arrangement(
        channels, tuple(inputs), tuple(filters), output, tuple(cards), tuple(bands), left - room.axis,
        (start, start + column), enlarged, compact,
    )  # fmt: skip


def kernel_shape(v: Volume) -> Triple:
    """Return depth, height and width of a filter."""
    d, h, w = v.kernels.shape[1:]
    return int(d), int(h), int(w)


def _sides(v: Volume) -> Sides:
    """Return the sides of a cell by its longest."""
    longest = max(v.spacing)
    d, h, w = (side / longest for side in v.spacing)
    return d, h, w

"""Feature maps: every channel of the input and after each layer, as means over blocks and, where kept, whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil, prod, sqrt

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled
from convgui.draw.levels import CUT, Levels, input_levels, sampled
from convgui.draw.viewport import Pyramid, block_means, pyramid
from convgui.model.document import Document
from convgui.model.flow import channel_names, run
from convgui.model.layer import AnyArray, Layer, Shape, channels_read
from convgui.model.layers import AnyLayer
from convgui.model.sample import Sample
from convgui.scenes.maps.choice import chosen_map
from convgui.scenes.scene import Cancel, Progress
from convgui.words import tr

MOST = 64
"""Channels on a contact sheet at the most."""
SIDE = 192
"""Cells of a kept thumbnail on its longer side at the most."""
KEPT = 64_000_000
"""Values that are kept whole, all stages together; of larger stacks only the enlarged map of each stage is."""
SHARED = 4
"""Part of that room, one in so many, that a stage's other maps share: enlarged, they are there at once as means."""


@dataclass(frozen=True, eq=False)
class Enlarged:
    """One map, whole or as means over ``factor x factor`` cells."""

    values: Pyramid
    factor: int = 1


@dataclass(frozen=True, eq=False)
class Maps:
    """Channels of one size.

    Attributes
    ----------
    size : tuple of int
        Rows and columns.
    numbers, names : tuple
        Which channel each map is, and what it is called.
    count : int
        How many channels there are; `MOST` of them at the most are here.
    factor : int
        A thumbnail's cell is the mean over ``factor x factor`` cells, fewer at the far ends.
    thumbs : ndarray
        float32 ``(maps, ceil(rows / factor), ceil(columns / factor))``.
    ranges : ndarray
        ``(maps, 2)``: the smallest and the largest value.
    limits : ndarray
        ``(maps,)``: the absolute value from which on signed colours are full.
    large : mapping
        Maps that can be enlarged, by place.
    """

    size: tuple[int, int]
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    count: int
    factor: int
    thumbs: NDArray[np.float32]
    ranges: NDArray[np.float64]
    limits: NDArray[np.float64]
    large: Mapping[int, Enlarged]

    def place(self, channel: int) -> int:
        """Return where a channel is on the sheet; the first where it is not on it."""
        return self.numbers.index(channel) if channel in self.numbers else 0

    def levels(self, place: int | None) -> Levels:
        """Scale of one map, or of all together: about zero where there are negative values, greys from 0 otherwise."""
        part = slice(None) if place is None else slice(place, place + 1)
        least, most = float(self.ranges[part, 0].min()), float(self.ranges[part, 1].max())
        if least < 0:
            limit = float(self.limits[part].max())
            return Levels(-limit, limit, True)
        return Levels(0.0, most or 1.0, False)


@dataclass(frozen=True, eq=False)
class Stage:
    """The input, or what comes out of a layer.

    Attributes
    ----------
    layer : layer or None
        What made it; None for the input.
    parts : Maps or None
        The result of each input channel under the chosen filter, and their sum with the bias at the end.
    part_of : int
        The output channel that the parts make.
    """

    title: str
    shape: Shape
    layer: AnyLayer | None
    maps: Maps
    levels: Levels
    parts: Maps | None = None
    part_of: int = -1


@dataclass(frozen=True, eq=False)
class Sheets:
    """All stages of a document.

    Attributes
    ----------
    chosen : tuple of int
        The enlarged channel of each stage.
    apart : bool
        Whether the parts of the chosen filters are shown.
    flows : tuple of ndarray
        What flows between the layers, input first, where everything is kept; otherwise empty.
    """

    sample: Sample
    layers: tuple[AnyLayer, ...]
    stages: tuple[Stage, ...]
    chosen: tuple[int, ...]
    apart: bool
    flows: tuple[AnyArray, ...]
    document: Document

    @property
    def coarse(self) -> bool:
        """Whether an enlarged map has been chosen since, and could be kept more finely than it is."""
        room = _room(self.document)
        kept = ((stage.maps, stage.maps.place(c)) for stage, c in zip(self.stages[1:], self.chosen[1:], strict=True))
        return any(maps.large[place].factor > _shrunk(maps.size, room) for maps, place in kept)


def sheets(
    document: Document,
    apart: bool,
    cancel: Cancel | None = None,
    before: Sheets | None = None,
    progress: Progress | None = None,
) -> Sheets:
    """Run the layers one after the other and keep of each output what can be shown.

    Parameters
    ----------
    apart : bool
        Whether the channels of the chosen filter are computed apart, too.
    before : Sheets, optional
        An earlier result; what the first layers that are still the same made is taken over.
    """
    shapes, room = document.shapes, _room(document)
    same = _same(before, document) if before is not None else 0
    made: list[Stage] = []
    flows: list[AnyArray] = []
    x, chosen = run((), document.sample), tuple(chosen_map(document, n) for n in range(len(shapes)))
    for n in range(len(shapes)):
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress(n / len(shapes))
        entered = x
        if before is not None and n < same:
            x, stage = before.flows[n], before.stages[n]
            if chosen[n] not in stage.maps.numbers:
                stage = _stage(document, n, x, room, chosen[n])
        else:
            x = document.layers[n - 1].forward(entered, cancel) if n else x
            stage = _stage(document, n, x, room, chosen[n])
        if apart:
            names = channel_names(document, max(n - 1, 0))
            stage = _with_parts(stage, entered, x, chosen[n], names, room, cancel)
        made.append(stage)
        if not room:
            flows.append(x)
    return Sheets(document.sample, document.layers, tuple(made), chosen, apart, tuple(flows), document)


def _room(document: Document) -> int:
    """Return how many values of an enlarged map are kept; 0 where all maps are kept whole."""
    whole = sum(prod(shape) for shape in document.shapes) <= KEPT
    return 0 if whole else KEPT // len(document.layers)


def _shrunk(size: tuple[int, int], room: int) -> int:
    """Return over how many cells a side a map is averaged to have at most `room` values; 0 has room for all."""
    return ceil(sqrt(prod(size) / room)) if room and prod(size) > room else 1


def sheets_again(before: Sheets, document: Document, apart: bool, cancel: Cancel | None = None) -> Sheets:
    """Compute what `sheets` does, from the first layer on that differs from `before`."""
    return chosen_anew(before, document, apart) or sheets(document, apart, cancel, before)


def chosen_anew(before: Sheets, document: Document, apart: bool) -> Sheets | None:
    """Return the sheets with other maps enlarged, as finely as they were kept; None where something else differs."""
    if before.sample is not document.sample or before.layers != document.layers or before.apart != apart:
        return None
    chosen = tuple(chosen_map(document, n) for n in range(len(before.stages)))
    for stage, channel in zip(before.stages, chosen, strict=True):
        if channel not in stage.maps.numbers or (apart and stage.parts is not None and stage.part_of != channel):
            return None
    return replace(before, chosen=chosen, document=document)


def _same(before: Sheets, document: Document) -> int:
    """Return how many stages, input included, are what they were and still there."""
    if before.sample is not document.sample:
        return 0
    same = 1
    for old, new in zip(before.layers, document.layers, strict=False):
        if old != new:
            break
        same += 1
    return min(same, len(before.flows))


def _stage(document: Document, place: int, x: AnyArray, room: int, chosen: int) -> Stage:
    layer = document.layers[place - 1] if place else None
    title = tr("Input") if layer is None else f"{place} · {layer.title}"
    # The input is in memory anyway, in its own type.
    source = document.sample.data if place == 0 else x
    names = channel_names(document, place)
    numbers = _numbers(source.shape[0], chosen)
    maps = _maps(((c, names[c], source[c]) for c in numbers), numbers, source.shape, chosen, room if place else 0)
    common = maps.levels(None)
    if place == 0 and not common.signed:
        common = input_levels(source)
    return Stage(title, tuple(x.shape), layer, maps, common)


def _numbers(count: int, chosen: int) -> tuple[int, ...]:
    """Return the channels that are shown: the first ones, and the chosen one instead of the last if it is later."""
    shown = list(range(min(count, MOST)))
    if chosen >= MOST:
        shown[-1] = chosen
    return tuple(shown)


def _maps(
    channels: Iterable[tuple[int, str, AnyArray]],
    numbers: tuple[int, ...],
    shape: Shape,
    chosen: int,
    room: int,
) -> Maps:
    """Gather what is shown of channels that may come one by one.

    Parameters
    ----------
    chosen : int
        The channel that is enlarged.
    room : int
        Values that it may have, a copy of its own, and the others a share of it; 0 keeps the channels as they are.
    """
    rows, columns = shape[1:]
    factor = ceil(max(rows, columns) / SIDE)
    thumbs, ranges, limits, names, large = [], [], [], [], {}
    for place, (number, name, values) in enumerate(channels):
        names.append(name)
        thumbs.append(block_means(values, factor).astype(np.float32))
        least, most = float(values.min()), float(values.max())
        ranges.append((least, most))
        absolute = np.abs(sampled(values).astype(np.float64))
        limits.append(float(np.percentile(absolute, CUT)) or max(abs(least), abs(most)) or 1.0)
        own = room if number == chosen or not room else max(room // (SHARED * len(numbers)), 1)
        shrunk = min(_shrunk((rows, columns), own), factor)
        kept = block_means(values, shrunk)
        # A copy, so that one kept channel does not keep all the others.
        large[place] = Enlarged(pyramid(kept.copy() if room and shrunk == 1 else kept), shrunk)
    return Maps(
        (rows, columns), numbers, tuple(names), shape[0], factor,
        np.stack(thumbs), np.array(ranges), np.array(limits), large,
    )  # fmt: skip


def _with_parts(
    stage: Stage,
    entered: AnyArray,
    x: AnyArray,
    chosen: int,
    names: tuple[str, ...],
    room: int,
    cancel: Cancel | None,
) -> Stage:
    """Add the results of each channel under the chosen filter; a layer without filters has none."""
    if not isinstance(stage.layer, Layer) or (stage.parts is not None and stage.part_of == chosen):
        return stage
    reads = channels_read(stage.layer, chosen)
    count = len(reads)
    shown = reads[: MOST - 1]
    numbers = (*range(len(shown)), count)
    layer = stage.layer

    def channels() -> Iterable[tuple[int, str, AnyArray]]:
        for place, channel in enumerate(shown):
            yield place, tr("channel {name}", name=names[channel]), part(layer, entered, channel, chosen, cancel)
        yield count, tr("sum"), x[chosen]

    maps = _maps(channels(), numbers, (count, *x.shape[1:]), count, room)
    return replace(stage, parts=maps, part_of=chosen)


def part(layer: Layer, x: AnyArray, channel: int, output: int, cancel: Cancel | None = None) -> AnyArray:
    """Apply one kernel of a layer: what an input channel adds to an output channel, ``(rows, columns)``."""
    spec = layer.spec
    deep, wide = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    index = (channel, output % wide) if spec.transposed else (output, channel % deep)
    single = replace(spec, in_channels=1, out_channels=1, groups=1)
    kernel = layer.effective_weight[index][None, None]
    made: AnyArray = Layer(single, kernel, np.zeros(1)).forward(x[channel : channel + 1], cancel)[0]
    return made

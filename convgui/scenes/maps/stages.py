"""Feature maps: every channel of the input and after each layer, as means over blocks and, where kept, whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import NamedTuple, TypeAlias

import numpy as np

from convgui.core import Cancelled
from convgui.core.missing import rescaling
from convgui.draw.levels import Levels, input_levels
from convgui.layers.convolution import Convolution, convolution_arguments
from convgui.layers.layer import AnyArray, Layer, Shape
from convgui.model.document import Document
from convgui.model.flow import applied, channel_names, entering, run
from convgui.model.limits import products
from convgui.model.sample import Sample
from convgui.scenes.maps.choice import chosen_map
from convgui.scenes.maps.gathered import MOST, Maps, covered, gathered, shrunk
from convgui.scenes.scene import Cancel, Progress
from convgui.words import tr

KEPT = 64_000_000
"""Values that are kept whole, all stages together; of larger stacks only the enlarged map of each stage is."""
COMPUTING = 0.6
"""The part of a stage's time, about, that its layer takes; the rest is gathering what is shown of it."""
Channels: TypeAlias = tuple[int, ...]


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
    layer: Layer | None
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
    layers: tuple[Layer, ...]
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
        return any(maps.large[place].factor > shrunk(maps.size, room) for maps, place in kept)


class Flow(NamedTuple):
    """Channels ``(len(channels), rows, columns)`` of what flows between two layers."""

    values: AnyArray
    channels: Channels

    def of(self, wanted: Sequence[int]) -> AnyArray:
        """Return some of the channels; those that lie together are not copied."""
        if tuple(wanted) == self.channels:
            return self.values
        places = [self.channels.index(channel) for channel in wanted]
        first, last = places[0], places[-1] + 1
        together = places == list(range(first, last))
        return self.values[first:last] if together else self.values[places]


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
    chosen = tuple(chosen_map(document, n) for n in range(len(shapes)))
    needed = _needed(document, chosen, room)
    flow = Flow(run((), entering(document)), tuple(range(shapes[0][0])))
    flows: list[AnyArray] = []
    for n in range(len(shapes)):
        if cancel is not None and cancel():
            raise Cancelled
        told = _share(progress, n / len(shapes), 1 / len(shapes))
        entered = flow
        if before is not None and n < same:
            flow, stage = Flow(before.flows[n], tuple(range(shapes[n][0]))), before.stages[n]
            if chosen[n] not in stage.maps.numbers:
                stage = _stage(document, n, flow, room, chosen[n], told)
        else:
            if n:
                reads, makes = needed[n - 1]
                layer = document.layers[n - 1].narrowed(reads, makes)
                told_of = _share(told, 0.0, COMPUTING)
                flow = Flow(applied(layer, entered.of(reads), document.missing, cancel, told_of), makes)
            stage = _stage(document, n, flow, room, chosen[n], _share(told, COMPUTING, 1 - COMPUTING))
        if apart:
            names = channel_names(document, max(n - 1, 0))
            stage = _with_parts(stage, entered, flow, chosen[n], names, room, cancel, document.missing == "rescale")
        made.append(stage)
        if not room:
            flows.append(flow.values)
    return Sheets(document.sample, document.layers, tuple(made), chosen, apart, tuple(flows), document)


def effort(document: Document) -> float:
    """Return about how many multiplications it takes to compute what is shown."""
    chosen = tuple(chosen_map(document, n) for n in range(len(document.shapes)))
    shapes, needed = document.shapes, _needed(document, chosen, _room(document))
    parts = zip(document.layers, shapes, shapes[1:], needed, strict=False)
    return sum(products(layer, shape) * len(makes) / made[0] for layer, shape, made, (_, makes) in parts)


def _needed(document: Document, chosen: tuple[int, ...], room: int) -> list[tuple[Channels, Channels]]:
    """Return which channels each layer reads and makes: of large stacks only what is shown, or read further on."""
    shapes, found = document.shapes, list[tuple[Channels, Channels]]()
    for n in reversed(range(1, len(shapes))):
        read = found[-1][0] if found else ()
        wanted = {*_numbers(shapes[n][0], chosen[n]), *read} if room else range(shapes[n][0])
        found.append(document.layers[n - 1].narrowing(tuple(sorted(wanted)), shapes[n - 1]))
    return found[::-1]


def _share(progress: Progress | None, first: float, part: float) -> Progress | None:
    """Tell of a part of the work as what it is of the whole."""
    return None if progress is None else lambda done: progress(first + part * done)


def _room(document: Document) -> int:
    """Return how many values of an enlarged map are kept; 0 where all maps are kept whole."""
    whole = sum(prod(shape) for shape in document.shapes) <= KEPT
    return 0 if whole else KEPT // len(document.layers)


def sheets_again(
    before: Sheets, document: Document, apart: bool, cancel: Cancel | None = None, progress: Progress | None = None
) -> Sheets:
    """Compute what `sheets` does, from the first layer on that differs from `before`."""
    return chosen_anew(before, document, apart) or sheets(document, apart, cancel, before, progress)


def chosen_anew(before: Sheets, document: Document, apart: bool) -> Sheets | None:
    """Return the sheets with other maps enlarged, as finely as they were kept; None where something else differs."""
    alike = before.sample is document.sample and before.document.missing == document.missing
    if not alike or before.layers != document.layers or before.apart != apart:
        return None
    chosen = tuple(chosen_map(document, n) for n in range(len(before.stages)))
    for stage, channel in zip(before.stages, chosen, strict=True):
        if channel not in stage.maps.numbers or (apart and stage.parts is not None and stage.part_of != channel):
            return None
    return replace(before, chosen=chosen, document=document)


def _same(before: Sheets, document: Document) -> int:
    """Return how many stages, input included, are what they were and still there."""
    if before.sample is not document.sample or before.document.missing != document.missing:
        return 0
    same = 1
    for old, new in zip(before.layers, document.layers, strict=False):
        if old != new:
            break
        same += 1
    return min(same, len(before.flows))


def _stage(
    document: Document, place: int, flow: Flow, room: int, chosen: int, progress: Progress | None = None
) -> Stage:
    layer = document.layers[place - 1] if place else None
    title = tr("Input") if layer is None else f"{place} · {layer.title}"
    # The input is in memory anyway, in its own type.
    flow = flow if place else flow._replace(values=entering(document).data)
    names, shape = channel_names(document, place), document.shapes[place]
    numbers = _numbers(shape[0], chosen)
    channels, kept = ((c, names[c], flow.of([c])[0]) for c in numbers), room if place else 0
    maps = gathered(channels, numbers, shape, chosen, kept, progress)
    if place == 0:
        maps = covered(maps, document.sample.alpha)
    common = maps.levels(None)
    if place == 0 and not common.signed:
        common = input_levels(flow.values)
    return Stage(title, shape, layer, maps, common)


def _numbers(count: int, chosen: int) -> tuple[int, ...]:
    """Return the channels that are shown: the first ones, and the chosen one instead of the last if it is later."""
    shown = list(range(min(count, MOST)))
    if chosen >= MOST:
        shown[-1] = chosen
    return tuple(shown)


def _with_parts(
    stage: Stage,
    entered: Flow,
    flow: Flow,
    chosen: int,
    names: tuple[str, ...],
    room: int,
    cancel: Cancel | None,
    leaves_out: bool,
) -> Stage:
    """Add the results of each channel under the chosen filter; a layer without filters has none.

    With `leaves_out`, missing values (NaN) count for nothing, and each part has its share in the rescaled sum.
    """
    if not isinstance(stage.layer, Convolution) or (stage.parts is not None and stage.part_of == chosen):
        return stage
    reads = stage.layer.channels_read(chosen)
    count = len(reads)
    shown = reads[: MOST - 1]
    numbers = (*range(len(shown)), count)
    layer, factor, read = stage.layer, None, entered.of(reads)
    if leaves_out and not layer.spec.transposed and np.isnan(read).any():
        factor = _rescaling(layer, read, chosen)
        read = np.nan_to_num(read)

    def channels() -> Iterable[tuple[int, str, AnyArray]]:
        for place, channel in enumerate(shown):
            made = part(layer, read[place : place + 1], channel, chosen, cancel)
            yield place, tr("channel {name}", name=names[channel]), made if factor is None else made * factor
        yield count, tr("sum"), flow.of([chosen])[0]

    shape = (count, *flow.values.shape[1:])
    return replace(stage, parts=gathered(channels(), numbers, shape, count, room), part_of=chosen)


def _rescaling(layer: Convolution, x: AnyArray, output: int) -> AnyArray:
    """Return by what the parts of an output are multiplied where values of what it reads, `x`, are left out."""
    arguments, kernel = convolution_arguments(layer.spec, x.shape[1:]), layer.effective_weight[output][None]
    made: AnyArray = rescaling(np.isnan(x), kernel, **(arguments | {"groups": 1}))[0]
    return made


def part(layer: Convolution, x: AnyArray, channel: int, output: int, cancel: Cancel | None = None) -> AnyArray:
    """Apply one kernel of a layer: what input channel ``x`` (1, rows, columns) adds to an output channel."""
    spec = layer.spec
    deep, wide = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    index = (channel, output % wide) if spec.transposed else (output, channel % deep)
    single = replace(spec, in_channels=1, out_channels=1, groups=1)
    kernel = layer.effective_weight[index][None, None]
    made: AnyArray = Convolution(single, kernel, np.zeros(1)).forward(x, cancel)[0]
    return made

"""Feature maps: every channel of the input and after each layer, as means over blocks and, where kept, whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import NamedTuple, TypeAlias

import numpy as np

from convgui.core import Cancelled
from convgui.core.missing import rescaling
from convgui.draw.levels import Levels, extremes, input_levels
from convgui.layers.convolution import Convolution, convolution_arguments
from convgui.layers.layer import AnyArray, Layer, Shape
from convgui.model.document import Document
from convgui.model.flow import applied, channel_names, incoming_names, made_by, stack_input, value_of
from convgui.model.limits import products
from convgui.model.memo import Key, Pieces, Work
from convgui.model.sources import joined, offsets
from convgui.scenes.choice import chosen_map
from convgui.scenes.feature_maps.gathered import MOST, Maps, covered, gathered, gathered_samples, shrunk
from convgui.scenes.feature_maps.sampled import Sampled, sampled, tiling
from convgui.scenes.scene import Cancel, Progress, work_of
from convgui.words import tr

KEPT = 64_000_000
"""Values that are kept whole, all stages together; of larger stacks only the enlarged map of each stage is."""
LONG = 4_000_000_000
"""Multiply-adds from which values at some places come first."""
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


class Flow(NamedTuple):
    """Channels ``(len(channels), rows, columns)`` of what flows between two layers."""

    values: AnyArray
    channels: Channels

    def of(self, wanted: Sequence[int]) -> AnyArray:
        """Return some of the channels; those that lie together are not copied."""
        if tuple(wanted) == self.channels:
            return self.values
        indices = [self.channels.index(channel) for channel in wanted]
        first, last = indices[0], indices[-1] + 1
        together = indices == list(range(first, last))
        return self.values[first:last] if together else self.values[indices]


@dataclass(frozen=True, eq=False)
class Sheets:
    """All stages of a document.

    Attributes
    ----------
    chosen : tuple of int
        The enlarged channel of each stage.
    apart : bool
        Whether the parts of the chosen filters are shown.
    flows : tuple of Flow
        Every value, the input first, where all are kept; otherwise empty.
    sampled : Sampled or None
        The values that are known, where all others are still to be computed.
    """

    stages: tuple[Stage, ...]
    chosen: tuple[int, ...]
    apart: bool
    document: Document
    flows: tuple[Flow, ...] = ()
    sampled: Sampled | None = None

    @property
    def overflowed(self) -> bool | None:
        """Whether a layer has made what is no number, or beyond all numbers; None for an input that holds such."""
        unknown = self.document.sample.nonfinite or self.sampled is not None
        return None if unknown else any(stage.maps.odd for stage in self.stages[1:])

    @property
    def coarse(self) -> bool:
        """Whether an enlarged map has been chosen since, and could be kept more finely than it is."""
        if self.sampled is not None:
            return True
        room = _room(self.document)
        kept = ((stage.maps, stage.maps.index(c)) for stage, c in zip(self.stages[1:], self.chosen[1:], strict=True))
        return any(maps.large[index].factor > shrunk(maps.size, room) for maps, index in kept)


class _Flows:
    """The values of a network, asked for in their order; where everything is kept, pieces of a memo."""

    def __init__(self, document: Document, needed: list[tuple[Channels, Channels]], kept: bool, work: Work) -> None:
        self._document, self._needed, self._kept, self._work = document, needed, kept, work
        every = range(len(document.layers))
        self._last_reader = {n: index for index in every for n in document.reads(index)}
        self._values = {0: Flow(value_of(document, 0), tuple(range(document.shapes[0][0])))}

    def value(self, number: int, progress: Progress | None = None) -> Flow:
        """Return what layer number `number` makes, 0 being the input; what it reads has been asked for before."""
        if number not in self._values:
            # What no later layer reads is let go.
            self._values = {n: v for n, v in self._values.items() if self._last_reader.get(n, 0) >= number - 1}
            if self._kept:
                key = ("flow", *_made_by(self._document, number))
                made = self._work.pieces.piece(key, lambda: self._applied(number, progress))
            else:
                made = self._applied(number, progress)
            self._values[number] = made
        return self._values[number]

    def given(self, number: int) -> Flow:
        """Return what comes into the layer that makes value `number`; the input itself for the input."""
        if number == 0:
            return self._values[0]
        reads = self._document.reads(number - 1)
        if len(reads) == 1:
            return self._values[reads[0]]
        flows, starts = [self._values[n] for n in reads], _starts(self._document, number - 1)
        channels = tuple(start + c for start, flow in zip(starts, flows, strict=True) for c in flow.channels)
        return Flow(joined([flow.values for flow in flows]), channels)

    def _applied(self, number: int, progress: Progress | None) -> Flow:
        reads, makes = self._needed[number - 1]
        layer = self._document.layers[number - 1].narrowed(reads, makes)
        given = self.given(number).of(reads)
        return Flow(applied(layer, given, self._document.missing, self._work, progress), makes)


def _starts(document: Document, index: int) -> tuple[int, ...]:
    """Return at which channel of what comes into a layer each value that it reads begins."""
    return offsets([document.shapes[n] for n in document.reads(index)])


def sheets(document: Document, apart: bool, work: Work, coarse: bool = False, *, strongest: bool = False) -> Sheets:
    """Run the layers one after the other and keep of each output what can be shown.

    Parameters
    ----------
    apart : bool
        Whether the channels of the chosen filter are computed apart, too.
    coarse : bool
        Whether what is kept of a large stack will do, though a map that is enlarged now could be kept more finely, or
        of one that takes long values at some places.
    strongest : bool
        Whether of more than `MOST` channels those with the largest values are shown, and not the first ones; all
        channels are computed for it.
    """
    if coarse and _room(document) and (known := kept(document, apart, work.pieces, strongest=strongest)) is not None:
        return known
    if coarse and not apart and (some := _first(document, work, strongest=strongest)) is not None:
        return some
    count, room, pieces = len(document.shapes), _room(document), work.pieces
    chosen = _chosen(document)
    flows = _Flows(document, _needed(document, chosen, 0 if strongest else room), not room, work)
    stages, values = list[Stage](), list[Flow]()
    for n in range(count):
        if work():
            raise Cancelled
        progress = _share(work.progress, n / count, 1 / count)
        flow = flows.value(n, _share(progress, 0.0, COMPUTING))
        gathering = _share(progress, COMPUTING, 1 - COMPUTING)
        many = strongest and document.shapes[n][0] > MOST
        first = pieces.piece(_most_key(document, n), partial(_strongest, flow)) if many else ()
        numbers = _numbers(document.shapes[n][0], chosen[n], first)
        key = (*_stage_key(document, n, numbers), chosen[n] if room else -1)
        stage = pieces.piece(key, partial(_stage, document, n, flow, room, chosen[n], numbers, gathering))
        if apart:
            names = incoming_names(document, n - 1) if n else document.sample.channels
            leaves_out = document.missing == "rescale"
            compute = partial(_with_parts, stage, flows.given(n), flow, chosen[n], names, room, work, leaves_out)
            stage = pieces.piece((*_parts_key(document, n, chosen[n]), stage), compute)
        stages.append(stage)
        if not room:
            values.append(flow)
    return Sheets(tuple(stages), chosen, apart, document, () if room else tuple(values))


def _first(document: Document, work: Work, *, strongest: bool) -> Sheets | None:
    """Return exact values at some places, where all would take long and these do not; otherwise None."""
    if cost(document) < LONG or (cut := tiling(document)) is None:
        return None
    made, chosen, stages = sampled(document, cut, work), _chosen(document), list[Stage]()
    for n, shape in enumerate(document.shapes):
        values, layer = made.at(n), document.layers[n - 1] if n else None
        most = _strongest(Flow(values, tuple(range(shape[0])))) if strongest and shape[0] > MOST else ()
        numbers = _numbers(shape[0], chosen[n], most)
        maps = gathered_samples(values, numbers, channel_names(document, n), shape, cut.factor(n))
        common = maps.levels(None)
        if n == 0 and not common.signed:
            common = input_levels(values)
        stages.append(Stage(_title(document, n), shape, layer, maps, common))
    return Sheets(tuple(stages), chosen, False, document, sampled=made)


def kept(document: Document, apart: bool, pieces: Pieces, *, strongest: bool = False) -> Sheets | None:
    """Return the sheets as finely as they are kept, where nothing has to be computed; otherwise None."""
    chosen, stages = _chosen(document), list[Stage]()
    for n, channel in enumerate(chosen):
        first = pieces.get(_most_key(document, n)) if strongest and document.shapes[n][0] > MOST else ()
        if first is None:
            return None
        numbers = _numbers(document.shapes[n][0], channel, first)
        stage = pieces.near(_stage_key(document, n, numbers), keep=True)
        if apart:
            stage = pieces.near(_parts_key(document, n, channel), keep=True)
        if stage is None:
            return None
        stages.append(stage)
    return Sheets(tuple(stages), chosen, apart, document)


def _chosen(document: Document) -> tuple[int, ...]:
    return tuple(chosen_map(document, n) for n in range(len(document.shapes)))


def _made_by(document: Document, index: int) -> Key:
    """Return the key of what layer number `index` makes."""
    return (*made_by(document, (index,)), _room(document))


def _stage_key(document: Document, index: int, numbers: Channels) -> Key:
    return ("stage", *_made_by(document, index), numbers)


def _most_key(document: Document, index: int) -> Key:
    return ("strongest", *_made_by(document, index))


def _parts_key(document: Document, index: int, chosen: int) -> Key:
    return ("parts", *_made_by(document, index), chosen)


def cost(document: Document) -> int:
    """Return about how many multiply-adds it takes to run all layers; see `convgui.scenes.scene.Scene.cost`."""
    pairs = zip(document.layers, document.incoming, strict=True)
    return document.sample.data.size + sum(work_of(layer, shape) for layer, shape in pairs)


def effort(document: Document, *, strongest: bool = False) -> float:
    """Return about how many multiplications it takes to compute what is shown; see `sheets`."""
    room = 0 if strongest else _room(document)
    shapes, needed = document.shapes, _needed(document, _chosen(document), room)
    parts = zip(document.layers, document.incoming, shapes[1:], needed, strict=True)
    return sum(products(layer, shape) * len(makes) / output[0] for layer, shape, output, (_, makes) in parts)


def _needed(document: Document, chosen: tuple[int, ...], room: int) -> list[tuple[Channels, Channels]]:
    """Return which channels each layer reads and makes: of large stacks only what is shown, or read further on."""
    shapes, found = document.shapes, list[tuple[Channels, Channels]]()
    wanted = [
        set(_numbers(shape[0], one) if room else range(shape[0])) for shape, one in zip(shapes, chosen, strict=True)
    ]
    for index in reversed(range(len(document.layers))):
        narrowing = document.layers[index].narrowing(tuple(sorted(wanted[index + 1])), document.incoming[index])
        found.append(narrowing)
        for n, start in zip(document.reads(index), _starts(document, index), strict=True):
            wanted[n] |= {c - start for c in narrowing[0] if start <= c < start + shapes[n][0]}
    return found[::-1]


def _share(progress: Progress | None, first: float, part: float) -> Progress | None:
    """Tell of a part of the work as what it is of the whole."""
    return None if progress is None else lambda done: progress(first + part * done)


def _room(document: Document) -> int:
    """Return how many values of an enlarged map are kept; 0 where all maps are kept whole."""
    whole = sum(prod(shape) for shape in document.shapes) <= KEPT
    return 0 if whole else KEPT // len(document.layers)


def _stage(
    document: Document,
    index: int,
    flow: Flow,
    room: int,
    chosen: int,
    numbers: Channels,
    progress: Progress | None = None,
) -> Stage:
    layer = document.layers[index - 1] if index else None
    # The input is in memory anyway, in its own type.
    flow = flow if index else flow._replace(values=stack_input(document).data)
    names, shape = channel_names(document, index), document.shapes[index]
    channels, kept = ((c, names[c], flow.of([c])[0]) for c in numbers), room if index else 0
    maps = gathered(channels, numbers, shape, chosen, kept, progress)
    if index == 0:
        maps = covered(maps, document.sample.alpha)
    common = maps.levels(None)
    if index == 0 and not common.signed:
        common = input_levels(flow.values)
    return Stage(_title(document, index), shape, layer, maps, common)


def _title(document: Document, index: int) -> str:
    return f"{index} · {document.layers[index - 1].title}" if index else tr("Input")


def _numbers(count: int, chosen: int, wanted: Channels = ()) -> Channels:
    """Return the channels that are shown: those wanted or the first ones, with the chosen one instead of the last."""
    shown = wanted or tuple(range(min(count, MOST)))
    return shown if chosen in shown else (*shown[:-1], chosen)


def _strongest(flow: Flow) -> Channels:
    """Return the `MOST` channels with the largest absolute values, in falling order."""
    most = [max(map(abs, extremes(values)), default=0.0) for values in flow.values]
    order = np.argsort(-np.nan_to_num(most, nan=0.0), kind="stable")[:MOST]
    return tuple(flow.channels[n] for n in order.tolist())


def _with_parts(
    stage: Stage,
    given: Flow,
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
    if not isinstance(stage.layer, Convolution):
        return stage
    reads = stage.layer.channels_read(chosen)
    count = len(reads)
    shown = reads[: MOST - 1]
    numbers = (*range(len(shown)), count)
    layer, factor, read = stage.layer, None, given.of(reads)
    if leaves_out and not layer.spec.transposed and np.isnan(read).any():
        factor = _rescaling(layer, read, chosen)
        read = np.nan_to_num(read)

    def channels() -> Iterable[tuple[int, str, AnyArray]]:
        for index, channel in enumerate(shown):
            piece = part(layer, read[index : index + 1], channel, chosen, cancel)
            yield index, tr("channel {name}", name=names[channel]), piece if factor is None else piece * factor
        yield count, tr("sum"), flow.of([chosen])[0]

    shape = (count, *flow.values.shape[1:])
    return replace(stage, parts=gathered(channels(), numbers, shape, count, room), part_of=chosen)


def _rescaling(layer: Convolution, x: AnyArray, output: int) -> AnyArray:
    """Return by what the parts of an output are multiplied where values of what it reads, `x`, are left out."""
    arguments = convolution_arguments(layer.spec.one_filter(len(x)), x.shape[1:])
    return np.asarray(rescaling(np.isnan(x), layer.filter_of(output)[None], **arguments)[0])


def part(layer: Convolution, x: AnyArray, channel: int, output: int, cancel: Cancel | None = None) -> AnyArray:
    """Apply one kernel of a layer: what input channel ``x`` (1, rows, columns) adds to an output channel."""
    kernel = layer.effective_weight[layer.spec.channels.kernel(output, channel)][None, None]
    return np.asarray(Convolution(layer.spec.one_filter(), kernel, np.zeros(1)).forward(x, cancel)[0])

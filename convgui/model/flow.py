"""What comes into the chosen layer: the layers that it follows from, applied to the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from convgui.core.infinities import overflowing
from convgui.core.precision import display_dtype
from convgui.layers.layer import AnyArray, Cancel, Layer, Progress
from convgui.model.document import Document, Missing
from convgui.model.geometry import output_geometry
from convgui.model.memo import Key, Pieces, Work
from convgui.model.sample import Sample
from convgui.model.sources import joined, needed_for
from convgui.words import tr

EXACT = 65_536
"""Values up to which float64 is used between layers; photos and volumes go on in what shows them."""

INCOMING = "what comes into the chosen layer"


def shape_only(document: Document) -> Document:
    """Return the chosen layer alone, with an input of the right shape and no values; nothing is computed.

    It answers everything that depends on shapes. Its input is zeros that take no memory, so it is the document itself
    where the first of one layer is chosen.

    Raises
    ------
    SpecError
        If a layer before the chosen one does not take what comes before it.
    """
    if len(document.layers) == 1:
        return document
    if document.view.layer == 0 and not document.sources:
        return _alone(document, document.sample)
    empty = np.broadcast_to(np.float32(0), document.input_shape)
    return _alone(document, _between(document, empty))


def chosen_layer_input(document: Document, work: Work | None = None) -> Document:
    """Return the chosen layer alone, with what comes into it as its input.

    Raises
    ------
    SpecError
        If a layer does not take what comes before it.
    Cancelled
        Soon after `work` is to stop.
    """
    if len(document.layers) == 1 and stack_input(document) is document.sample:
        return document
    index = document.view.layer
    if document.reads(index) == (0,):
        return _alone(document, stack_input(document))
    work = work or Work()

    def compute() -> Sample:
        return _between(document, incoming(document, index, work))

    return _alone(document, work.pieces.piece(_incoming(document), compute))


def is_known(document: Document, pieces: Pieces) -> bool:
    """Whether `chosen_layer_input` has nothing to compute."""
    return document.reads(document.view.layer) == (0,) or pieces.get(_incoming(document)) is not None


def _incoming(document: Document) -> Key:
    return (INCOMING, *made_by(document, document.reads(document.view.layer)))


def made_by(document: Document, numbers: Sequence[int]) -> Key:
    """Return what values depend on: a key for a memo, which the rest of the network does not change."""
    needed = sorted({index for n in numbers for index in needed_for(document.sources, n)})
    layers = tuple(document.layers[index] for index in needed)
    reads = tuple(document.reads(index) for index in needed) if document.sources else ()
    return (document.sample, document.missing, layers, reads, tuple(numbers))


def stack_input(document: Document) -> Sample:
    """Return the input as the first layer reads it: with 0 where missing values count as 0."""
    return document.sample.zeroed if document.missing == "zero" else document.sample


@overflowing
def value_of(document: Document, number: int, cancel: Cancel | None = None) -> AnyArray:
    """Compute what layer number `number` makes; 0 is the input.

    Returns
    -------
    ndarray
        ``(C, *spatial)``: float64 while the input has at most `EXACT` values, otherwise the type that shows it.
    """
    return _computed(document, (number,), cancel)[number]


@overflowing
def incoming(document: Document, index: int, cancel: Cancel | None = None) -> AnyArray:
    """Compute what comes into layer `index`, as `value_of`."""
    numbers = document.reads(index)
    values = _computed(document, numbers, cancel)
    return joined([values[n] for n in numbers])


def all_values(document: Document, cancel: Cancel | None = None) -> list[AnyArray]:
    """Compute the input and what each layer makes, as `value_of`."""
    values = _computed(document, range(len(document.layers) + 1), cancel)
    return [values[n] for n in range(len(document.layers) + 1)]


def _computed(document: Document, numbers: Sequence[int], cancel: Cancel | None) -> dict[int, AnyArray]:
    """Compute values; what nothing reads any more is let go."""
    needed = sorted({index for n in numbers for index in needed_for(document.sources, n)})
    last = {n: index for index in needed for n in document.reads(index)}
    sample = stack_input(document)
    values: dict[int, AnyArray] = {0: sample.data.astype(_kind(sample))}
    for index in needed:
        reads = document.reads(index)
        x = joined([values[n] for n in reads])
        for n in {n for n in reads if last[n] == index and n not in numbers}:
            del values[n]
        values[index + 1] = applied(document.layers[index], x, document.missing, cancel)
        del x
    return values


def _kind(sample: Sample) -> np.dtype[Any]:
    return np.dtype(np.float64) if sample.data.size <= EXACT else display_dtype(sample.data)


@overflowing
def overflows(document: Document, indices: Sequence[int]) -> bool:
    """Whether sums that layers make of a document's input may be larger than the largest number they are made in."""
    values, most = {0: document.sample.largest}, document.sample.largest
    for index in indices:
        values[index + 1] = document.layers[index].largest_of(max(values[n] for n in document.reads(index)))
        # What is no number may be of any size.
        most = max(values[index + 1], most)
    return not most <= float(np.finfo(_kind(document.sample)).max)


@overflowing
def applied(
    layer: Layer, x: AnyArray, missing: Missing, cancel: Cancel | None = None, progress: Progress | None = None
) -> AnyArray:
    """Apply a layer to floats ``(C, *spatial)`` of which some may be missing (NaN)."""
    if missing == "rescale" and np.isnan(x).any():
        return layer.forward_present(x, cancel, progress)
    return layer.forward(x, cancel, progress)


def _alone(document: Document, sample: Sample) -> Document:
    view = replace(document.view, layer=0)
    return Document(sample, (document.chosen,), view, document.lesson, document.missing)


def _between(document: Document, values: AnyArray) -> Sample:
    """Make a sample of what flows between layers."""
    index = document.view.layer
    return Sample(
        values,
        tr("output of {layers}", layers=", ".join(_named(document, n) for n in document.reads(index))),
        channels=incoming_names(document, index),
        spacing=output_geometry(document, document.reads(index)[0]).spacing,
        nonfinite=int(np.isnan(values).sum()) if document.sample.nonfinite else 0,
    )


def _named(document: Document, number: int) -> str:
    if number == 0:
        return tr("the input")
    return tr("layer {place} ({title})", place=number, title=document.layers[number - 1].title)


def incoming_names(document: Document, index: int) -> tuple[str, ...]:
    """Name the channels of what comes into layer `index`; of several values each with whose it is."""
    numbers = document.reads(index)
    if len(numbers) == 1:
        return channel_names(document, numbers[0])
    return tuple(
        tr("{name} of layer {n}", name=called, n=n) if n else tr("{name} of the input", name=called)
        for n in numbers
        for name in channel_names(document, n)
        for called in [tr("channel {name}", name=name) if name.isdigit() else name]
    )


def channel_names(document: Document, number: int) -> tuple[str, ...]:
    """Name the channels of a value: as those of the input as long as no layer mixes channels."""
    return document.channel_names[number]

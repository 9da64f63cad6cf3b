"""What comes into the chosen layer: the layers before it, applied to the input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from convgui.core.infinities import overflowing
from convgui.core.precision import display_dtype
from convgui.layers.layer import AnyArray, Cancel, Layer, Progress, Shape
from convgui.model.document import Document, Missing
from convgui.model.geometry import output_geometry
from convgui.model.memo import Key, Pieces, Work
from convgui.model.sample import Sample
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
    if document.view.layer == 0:
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
    if document.view.layer == 0:
        return _alone(document, stack_input(document))
    work = work or Work()
    before = document.layers[: document.view.layer]

    def compute() -> Sample:
        return _between(document, run(before, document.sample, work, document.missing))

    return _alone(document, work.pieces.piece(_incoming(document), compute))


def is_known(document: Document, pieces: Pieces) -> bool:
    """Whether `chosen_layer_input` has nothing to compute."""
    return document.view.layer == 0 or pieces.get(_incoming(document)) is not None


def _incoming(document: Document) -> Key:
    return (INCOMING, document.sample, document.missing, document.layers[: document.view.layer])


def stack_input(document: Document) -> Sample:
    """Return the input as the first layer reads it: with 0 where missing values count as 0."""
    return document.sample.zeroed if document.missing == "zero" else document.sample


@overflowing
def run(
    layers: tuple[Layer, ...], sample: Sample, cancel: Cancel | None = None, missing: Missing = "spread"
) -> AnyArray:
    """Apply layers one after the other; see `Document.missing`.

    Returns
    -------
    ndarray
        ``(C, *spatial)``: float64 while there are at most `EXACT` values, then the type that shows the input.
    """
    sample = sample.zeroed if missing == "zero" else sample
    x: AnyArray = sample.data.astype(_kind(sample))
    for layer in layers:
        x = applied(layer, x, missing, cancel)
    return x


def _kind(sample: Sample) -> np.dtype[Any]:
    return np.dtype(np.float64) if sample.data.size <= EXACT else display_dtype(sample.data)


@overflowing
def overflows(document: Document, layers: tuple[Layer, ...]) -> bool:
    """Whether sums that layers make of a document's input may be larger than the largest number they are made in."""
    most = largest = document.sample.largest
    for layer in layers:
        gain, offset = layer.largest_sums
        largest = largest * gain + offset
        # What is no number may be of any size.
        most = max(largest, most)
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
    """Make a sample of what flows between two layers."""
    index = document.view.layer
    before = document.layers[index - 1]
    return Sample(
        values,
        tr("output of layer {place} ({title})", place=index, title=before.title),
        channels=channel_names(document, index),
        spacing=cell_spacing(document, index),
        nonfinite=int(np.isnan(values).sum()) if document.sample.nonfinite else 0,
    )


def channel_names(document: Document, index: int) -> tuple[str, ...]:
    """Name the channels before layer `index`: the input's own names as long as no layer mixes channels."""
    names = document.sample.channels
    shapes: tuple[Shape, ...] = document.shapes[: index + 1]
    for layer, shape in zip(document.layers[:index], shapes[1:], strict=True):
        kept = layer.keeps_names and shape[0] == len(names)
        names = names if kept else tuple(str(c) for c in range(shape[0]))
    return names


def cell_spacing(document: Document, index: int) -> tuple[float, ...]:
    """Return the size of a cell before layer `index`: strides make cells wider, transposed layers narrower."""
    return output_geometry(document, index).spacing

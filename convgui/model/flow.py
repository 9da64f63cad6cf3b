"""What comes into the chosen layer: the layers before it, applied to the input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.model.document import Document
from convgui.model.geometry import output_geometry
from convgui.model.layer import AnyArray, Cancel, Layer, Shape
from convgui.model.layers import AnyLayer, ChannelShuffle
from convgui.model.sample import Sample
from convgui.words import tr

EXACT = 65_536
"""Values up to which float64 is used between layers; photos and volumes go on in float32, which is what is shown."""


def outlined(document: Document) -> Document:
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


def fed(document: Document, features: AnyArray | None = None, cancel: Cancel | None = None) -> Document:
    """Return the chosen layer alone, with what comes into it as its input.

    Parameters
    ----------
    features : ndarray, optional
        What `incoming` returned for this document, if it is known.

    Raises
    ------
    SpecError
        If a layer does not take what comes before it.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    if len(document.layers) == 1:
        return document
    if document.view.layer == 0:
        return _alone(document, document.sample)
    values = incoming(document, cancel) if features is None else features
    return _alone(document, _between(document, values))


def incoming(document: Document, cancel: Cancel | None = None) -> AnyArray:
    """Apply the layers before the chosen one; see `fed`."""
    return run(document.layers[: document.view.layer], document.sample, cancel)


def run(layers: tuple[AnyLayer, ...], sample: Sample, cancel: Cancel | None = None) -> AnyArray:
    """Apply layers one after the other.

    Returns
    -------
    ndarray
        ``(C, *spatial)``: float64 while there are at most `EXACT` values, float32 otherwise.
    """
    kind = np.float64 if sample.data.size <= EXACT else np.float32
    x: AnyArray = sample.data.astype(kind)
    for layer in layers:
        x = layer.forward(x, cancel)
    return x


def _alone(document: Document, sample: Sample) -> Document:
    return Document(sample, (document.chosen,), replace(document.view, layer=0), document.lesson)


def _between(document: Document, values: AnyArray) -> Sample:
    """Make a sample of what flows between two layers."""
    place = document.view.layer
    before = document.layers[place - 1]
    return Sample(
        values,
        tr("output of layer {place} ({title})", place=place, title=before.title),
        channels=channel_names(document, place),
        spacing=cell_spacing(document, place),
    )


def channel_names(document: Document, place: int) -> tuple[str, ...]:
    """Name the channels before layer `place`: the input's own names as long as no layer mixes channels."""
    names = document.sample.channels
    shapes: tuple[Shape, ...] = document.shapes[: place + 1]
    for layer, shape in zip(document.layers[:place], shapes[1:], strict=True):
        mixes = isinstance(layer, Layer | ChannelShuffle) or shape[0] != len(names)
        names = tuple(str(c) for c in range(shape[0])) if mixes else names
    return names


def cell_spacing(document: Document, place: int) -> tuple[float, ...]:
    """Return the size of a cell before layer `place`: strides make cells wider, transposed layers narrower."""
    return output_geometry(document, place).spacing

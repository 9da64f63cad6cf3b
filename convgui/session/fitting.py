"""Layers made to fit what comes into them: weights that follow a spec, channels that follow the layer before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, Padding, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document
from convgui.model.limits import Apart, apart, check_layer
from convgui.model.sample import Sample
from convgui.model.sources import Sources, read_by, read_shape
from convgui.words import tr, trn

Floats = NDArray[np.float64]


def fit_channels(document: Document) -> Document:
    """Let every layer take the channels of what it reads.

    Raises
    ------
    SpecError
        If a layer cannot take what comes before it, or would be too large; the message says which.
    """
    values: list[Shape] = [tuple(document.sample.data.shape)]
    layers: list[Layer] = []
    steps: list[Apart] = [(Fraction(1),) * len(document.sample.spatial)]
    try:
        for index, layer in enumerate(document.layers):
            reads = document.reads(index)
            shape = read_shape(layer, [values[n] for n in reads])
            fitted = layer.adapted(shape)
            values.append(check_layer(fitted, shape, values[0]))
            steps.append(apart(fitted, shape, steps[reads[0]]))
            layers.append(fitted)
    except SpecError as error:
        if len(document.layers) == 1:
            raise
        number = len(layers)
        raise error.within(
            tr("Layer {place} ({title}) would not fit: ", place=number + 1, title=document.layers[number].title)
        ) from error
    same = all(new is old for new, old in zip(layers, document.layers, strict=True))
    return document if same else replace(document, layers=tuple(layers))


def weights_gone(before: Document, after: Document) -> str:
    """Say how many layers have lost weights to an edit of another layer's channels; empty where none has.

    Whoever narrows the one layer that there is sees it; that others follow is told.
    """
    old = before.layers
    if len(after.layers) == len(old) - 1:
        old = (*old[: before.view.layer], *old[before.view.layer + 1 :])
    if len(after.layers) != len(old) or len(before.layers) == 1:
        return ""
    lost = sum(_narrower(one, other) for one, other in zip(old, after.layers, strict=True))
    return trn(
        "{n} layer lost weights of channels that are gone; undo brings them back.",
        "{n} layers lost weights of channels that are gone; undo brings them back.",
        lost,
    ) if lost else ""  # fmt: skip


def _narrower(old: Layer, new: Layer) -> bool:
    if type(old) is not type(new):
        return False
    pairs = ((array, new.parameters.get(name)) for name, array in old.parameters.items())
    return any(
        now is not None and now.ndim == array.ndim and any(n < m for n, m in zip(now.shape, array.shape, strict=True))
        for array, now in pairs
    )


def fitting_part(layers: Sequence[Layer], shape: Shape, sources: Sources = ()) -> Iterator[Layer]:
    """Yield the layers, adapted to an input of ``(C, *spatial)``, up to the first that cannot take what it reads."""
    values, steps = [shape], [(Fraction(1),) * (len(shape) - 1)]
    for index, layer in enumerate(layers):
        reads = read_by(sources, index)
        try:
            shape = read_shape(layer, [values[n] for n in reads])
            fitted = layer.adapted(shape)
            values.append(fitted.output_shape(shape))
            steps.append(apart(fitted, shape, steps[reads[0]]))
        except SpecError:
            return
        yield fitted


def fit_layer(layer: Convolution, sample: Sample) -> Convolution:
    """Make one layer take an input, changing no more than it has to."""
    channels, rank = sample.data.shape[0], len(sample.spatial)
    spec = layer.spec
    if rank != spec.rank:
        return plain_layer(layer, channels, sample.spatial)
    groups = spec.groups if channels % spec.groups == 0 and spec.groups > 1 else 1
    try:
        fitted = replace(spec, in_channels=channels, groups=groups)
        fitted.output_shape(sample.spatial)
    except SpecError:
        return plain_layer(layer, channels, sample.spatial)
    return layer.fitted(fitted)


def plain_layer(layer: Convolution | None, channels: int, spatial: tuple[int, ...]) -> Convolution:
    """Build one filter of the same kernel where its rank fits, cut to the input, with stride 1 and no padding."""
    side = [min(3, n) for n in spatial]
    padding: Padding = ((0, 0),) * len(spatial)
    spec = ConvSpec.of(channels, 1, side, padding=padding)
    if layer is not None and layer.spec.rank == spec.rank:
        return replace(layer.fitted(spec), flip=layer.flip)
    weight = np.ones(spec.weight_shape) / spec.taps
    return Convolution(spec, weight, np.zeros(1))

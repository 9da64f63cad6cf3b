"""Layers made to fit what comes into them: weights that follow a spec, channels that follow the layer before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, Padding, SpecError
from convgui.model.document import Document
from convgui.model.layer import Layer, Shape
from convgui.model.layers import AnyLayer, ChannelShuffle
from convgui.model.limits import check_layer, check_spec
from convgui.model.sample import Sample
from convgui.words import tr

Floats = NDArray[np.float64]


def settled(document: Document) -> Document:
    """Let every layer take the channels of the one before it.

    Raises
    ------
    SpecError
        If a layer cannot take what comes before it, or would be too large; the message says which.
    """
    shape: Shape = tuple(document.sample.data.shape)
    layers: list[AnyLayer] = []
    try:
        for layer in document.layers:
            fitted = adapted(layer, shape)
            shape = check_layer(fitted, shape, document.sample.data.shape)
            layers.append(fitted)
    except SpecError as error:
        if len(document.layers) == 1:
            raise
        place = len(layers)
        raise error.within(
            tr("Layer {place} ({title}) would not fit: ", place=place + 1, title=document.layers[place].title)
        ) from error
    same = all(new is old for new, old in zip(layers, document.layers, strict=True))
    return document if same else replace(document, layers=tuple(layers))


def fitting_part(layers: Sequence[AnyLayer], shape: Shape) -> Iterator[AnyLayer]:
    """Yield the layers, adapted to an input of ``(C, *spatial)``, up to the first that cannot take what comes to it."""
    for layer in layers:
        try:
            fitted = adapted(layer, shape)
            shape = fitted.output_shape(shape)
        except SpecError:
            return
        yield fitted


def adapted(layer: AnyLayer, shape: Shape) -> AnyLayer:
    """Return the layer with the channels of its input ``(C, *spatial)``; the layer itself where it has them."""
    channels = shape[0]
    if isinstance(layer, ChannelShuffle) and channels % layer.groups:
        legal = [g for g in range(1, channels + 1) if channels % g == 0]
        return ChannelShuffle(min(legal, key=lambda g: abs(g - layer.groups)))
    if not isinstance(layer, Layer) or layer.spec.in_channels == channels:
        return layer
    spec = layer.spec
    if spec.groups == spec.in_channels > 1:
        return fit_weights(
            layer,
            replace(
                spec, in_channels=channels, groups=channels, out_channels=channels * spec.out_channels // spec.groups
            ),
        )
    groups = spec.groups if channels % spec.groups == 0 else 1
    return fit_weights(layer, replace(spec, in_channels=channels, groups=groups))


def fit_weights(layer: Layer, spec: ConvSpec) -> Layer:
    """Carry weights over to another spec: kernels are cut or padded around their middle, channels repeat.

    Raises
    ------
    SpecError
        If there would be too many weights; nothing is allocated then.
    """
    check_spec(spec)
    weight = layer.weight if spec.transposed == layer.spec.transposed else np.swapaxes(layer.weight, 0, 1)
    for axis, size in enumerate(spec.weight_shape):
        weight = _repeat(weight, axis, size) if axis < 2 else _centre(weight, axis, size)
    bias = np.resize(layer.bias, spec.out_channels) if spec.out_channels != layer.bias.size else layer.bias
    return Layer(spec, np.ascontiguousarray(weight), bias, layer.flip)


def _repeat(weight: Floats, axis: int, size: int) -> Floats:
    """Repeat what is there along a channel axis; a repeated square kernel is turned, so that filters differ."""
    have = weight.shape[axis]
    if size <= have:
        return weight.take(range(size), axis=axis)
    parts = [weight.take([i % have], axis=axis) for i in range(size)]
    if axis == 0 and weight.ndim == 4 and weight.shape[2] == weight.shape[3]:
        parts = [np.rot90(part, i // have, axes=(2, 3)) for i, part in enumerate(parts)]
    return np.concatenate(parts, axis=axis)


def _centre(weight: Floats, axis: int, size: int) -> Floats:
    """Cut or pad with zeros, the middle staying in the middle."""
    have = weight.shape[axis]
    if size <= have:
        start = (have - size) // 2
        return weight.take(range(start, start + size), axis=axis)
    before = (size - have) // 2
    widths = [(before, size - have - before) if a == axis else (0, 0) for a in range(weight.ndim)]
    return np.pad(weight, widths)


def fit_layer(layer: Layer, sample: Sample) -> Layer:
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
    return fit_weights(layer, fitted)


def plain_layer(layer: Layer | None, channels: int, spatial: tuple[int, ...]) -> Layer:
    """Build one filter of the same kernel where its rank fits, cut to the input, with stride 1 and no padding."""
    side = [min(3, n) for n in spatial]
    padding: Padding = ((0, 0),) * len(spatial)
    spec = ConvSpec.of(channels, 1, side, padding=padding)
    if layer is not None and layer.spec.rank == spec.rank:
        return replace(fit_weights(layer, spec), flip=layer.flip)
    weight = np.ones(spec.weight_shape) / spec.taps
    return Layer(spec, weight, np.zeros(1))

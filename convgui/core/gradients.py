"""What learning needs: the gradients of a layer with respect to its input, its weights and its bias.

All are convolutions themselves: the gradient with respect to the input of a convolution is a transposed convolution
of the gradient of the output, and the other way round (Dumoulin and Visin, arXiv 1603.07285, section 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real, check_x
from convgui.core.blocks import axis_sources, fill_block
from convgui.core.convolution import convolve, convolve_transposed
from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr, trn

AnyArray = NDArray[Any]


def _check(name: str, array: AnyArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise SpecError(name, tr("has shape {shape}, the layer needs {needed}.", shape=array.shape, needed=shape))


def input_gradient(spec: ConvSpec, weight: ArrayLike, grad: ArrayLike, spatial: Sequence[int]) -> AnyArray:
    """Gradient of a loss with respect to the layer's input.

    Parameters
    ----------
    spec : ConvSpec
        The layer, transposed or not.
    weight : array_like
        Of shape ``spec.weight_shape``.
    grad : array_like, shape (C_out, *spatial_out)
        Gradient of the loss with respect to the layer's output.
    spatial : sequence of int
        Spatial shape of the layer's input.

    Returns
    -------
    ndarray, shape (C_in, *spatial)
    """
    kernel, upstream = as_real("weight", weight), check_x(grad)
    shape = tuple(spatial)
    _check("weight", kernel, spec.weight_shape)
    _check("grad", upstream, (spec.out_channels, *spec.output_shape(shape)))
    pads = spec.pads(shape)
    if spec.transposed:
        return convolve(
            upstream,
            kernel,
            stride=spec.stride,
            padding=pads,
            dilation=spec.dilation,
            groups=spec.groups,
            region=tuple(slice(0, n) for n in shape),
        )
    cells = tuple(n + sum(p) for n, p in zip(shape, pads, strict=True))
    padded = np.zeros((spec.in_channels, *cells), np.result_type(kernel, upstream, np.float32))
    if prod(upstream.shape[1:]) * spec.taps < prod(cells):
        _spread(spec, kernel.astype(padded.dtype, copy=False), upstream, padded)
    else:
        reached = convolve_transposed(upstream, kernel, stride=spec.stride, dilation=spec.dilation, groups=spec.groups)
        padded[tuple(slice(0, n) for n in reached.shape)] = reached
    for axis, (n, (before, _)) in enumerate(zip(shape, pads, strict=True), start=1):
        padded = _fold(padded, axis, n, before, spec)
    return padded


def _spread(spec: ConvSpec, kernel: AnyArray, upstream: AnyArray, padded: AnyArray) -> None:
    """Add what few output cells give back, tap by tap: it costs as much however far the taps are apart."""
    per_out, per_in = spec.weight_shape[0] // spec.groups, spec.weight_shape[1]
    flat = upstream.reshape(spec.groups, per_out, -1).astype(padded.dtype, copy=False)
    taps = kernel.reshape(spec.groups, per_out, per_in, -1)
    for number, cut in enumerate(_cuts(spec, upstream.shape[1:])):
        given = taps[..., number].swapaxes(1, 2) @ flat
        padded[(slice(None), *cut)] += given.reshape(spec.in_channels, *upstream.shape[1:])


def _cuts(spec: ConvSpec, counts: Sequence[int]) -> Iterator[tuple[slice, ...]]:
    """Yield for each tap of a convolution the padded cells that it meets, one for each output cell of `counts`."""
    for tap in np.ndindex(*spec.kernel_size):
        yield tuple(
            slice(t * d, t * d + (n - 1) * s + 1, s)
            for t, d, n, s in zip(tap, spec.dilation, counts, spec.stride, strict=True)
        )


def _fold(padded: AnyArray, axis: int, n: int, before: int, spec: ConvSpec) -> AnyArray:
    """Add the padding of one axis to the cells it was copied from."""
    moved = np.moveaxis(padded, axis, 0)
    inner = moved[before : before + n].copy()
    if spec.padding_mode != "zeros":
        source = axis_sources(-before, moved.shape[0], n, spec.padding_mode)
        for i in (*range(before), *range(before + n, moved.shape[0])):
            inner[source[i]] += moved[i]
    return np.moveaxis(inner, 0, axis)


def weight_gradient(spec: ConvSpec, x: ArrayLike, grad: ArrayLike) -> AnyArray:
    """Gradient of a loss with respect to the layer's weights.

    Parameters
    ----------
    spec : ConvSpec
    x : array_like, shape (C_in, *spatial)
        The layer's input.
    grad : array_like, shape (C_out, *spatial_out)

    Returns
    -------
    ndarray, of shape ``spec.weight_shape``
        Computed with a padded copy of the larger of the two arrays.
    """
    source, upstream = check_x(x), check_x(grad)
    _check("grad", upstream, (spec.out_channels, *spec.output_shape(source.shape[1:])))
    if source.shape[0] != spec.in_channels:
        raise SpecError(
            "x",
            trn(
                "has {n} channel, the layer needs {in_channels}.",
                "has {n} channels, the layer needs {in_channels}.",
                source.shape[0],
                in_channels=spec.in_channels,
            ),
        )
    pads = spec.pads(source.shape[1:])
    if spec.transposed:
        # A transposed layer is the transpose of a layer that reads its output and writes its input.
        source, upstream = upstream, source
    kind = np.result_type(source, upstream, np.float32)
    extent = [(n - 1) * s + e for n, s, e in zip(upstream.shape[1:], spec.stride, spec.extent, strict=True)]
    block = np.empty((source.shape[0], *extent), kind)
    fill_block(source, block, [-before for before, _ in pads], spec.padding_mode)
    result = np.empty(spec.weight_shape, kind)
    per_in, per_out = spec.weight_shape[1], spec.weight_shape[0] // spec.groups
    flat = upstream.reshape(spec.groups, per_out, -1).astype(kind, copy=False)
    taps = result.reshape(*spec.weight_shape[:2], -1)
    for number, cut in enumerate(_cuts(spec, upstream.shape[1:])):
        shifted = block[(slice(None), *cut)].reshape(spec.groups, per_in, -1)
        product = flat @ shifted.swapaxes(1, 2)
        taps[:, :, number] = product.reshape(spec.weight_shape[:2])
    return result

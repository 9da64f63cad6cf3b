"""What a user can do to a document, as functions from document to document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.channels import group_of
from convgui.core.infinities import overflowing
from convgui.core.spec import AXES, CAUSAL, ConvSpec, Padding, SpecError, per_axis
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session.causal import is_trimmed, trimmed
from convgui.session.fitting import fit_channels, fit_layer, fitting_part, plain_layer
from convgui.words import mark, tr

Floats = NDArray[np.float64]
LARGEST_KERNEL, LONGEST_KERNEL = 31, 4096
"""Cells a side of a kernel, and of one of one axis."""


def largest_kernel(rank: int) -> int:
    """Return how many cells a side a kernel of so many axes can have."""
    return LONGEST_KERNEL if rank == 1 else LARGEST_KERNEL


def kernel_of(document: Document) -> Floats:
    """Return the chosen kernel: the chosen channel of the chosen filter, shape ``kernel_size``."""
    chosen: Floats = document.layer.weight[document.view.filter, document.view.channel]
    return chosen


def choose_kernel(document: Document, index: tuple[int, ...]) -> View:
    """Return the view in which the kernel is chosen that `index`, of a weight, begins with."""
    return replace(document.view, filter=index[0], channel=index[1])


def choose_input(document: Document, channel: int) -> View:
    """Return the view in which a kernel is chosen that reads an input channel.

    A transposed layer's weights begin with the input channel; of another layer the chosen filter stays, where it reads
    that channel.
    """
    spec = document.layer.spec
    if spec.transposed:
        return replace(document.view, filter=channel)
    return replace(document.view, channel=group_of(channel, spec.in_channels, spec.groups)[1])


@overflowing
def change_kernel(document: Document, change: Callable[[Floats], Floats], *, every_channel: bool) -> Document:
    """Apply a function to the chosen kernel, or to each channel's kernel of the chosen filter.

    Where each filter reads one channel of its own, each channel's kernel is that of another filter.

    A change of shape, such as transposing 3 x 5 weights, changes the kernel size of the whole layer; the other kernels
    are then cut or padded with zeros around their middle.

    Raises
    ------
    SpecError
        If the new kernel does not fit the layer or the input.
    """
    view = document.view
    chosen, layer = [(view.filter, view.channel)], document.layer
    if every_channel and layer.spec.channels.apart:
        chosen = [(f, 0) for f in range(len(layer.weight))]
    elif every_channel:
        chosen = [(view.filter, c) for c in range(layer.weight.shape[1])]
    changed = {index: np.asarray(change(layer.weight[index]), dtype=np.float64) for index in chosen}
    shape = next(iter(changed.values())).shape
    if not all(np.isfinite(kernel).all() for kernel in changed.values()):
        raise SpecError("weight", tr("would not be a finite number."))
    if shape != document.layer.spec.kernel_size:
        document = change_spec(document, kernel_size=shape)
    weight = document.layer.weight.copy()
    for index, kernel in changed.items():
        weight[index] = kernel
    return document.with_layer(replace(document.layer, weight=weight))


def set_tap(document: Document, index: tuple[int, ...], value: float, *, every_channel: bool) -> Document:
    """Set one weight of the chosen kernel; `index` is its position in the kernel."""

    def change(kernel: Floats) -> Floats:
        changed = kernel.copy()
        changed[index] = value
        return changed

    return change_kernel(document, change, every_channel=every_channel)


def set_bias(document: Document, value: float) -> Document:
    """Set the bias of the chosen output channel."""
    bias = document.layer.bias.copy()
    bias[document.layer.output_channel(document.view.filter, document.view.channel)] = value
    return document.with_layer(replace(document.layer, bias=bias))


def set_input(document: Document, index: tuple[int, ...], value: float) -> Document:
    """Set one cell ``(channel, *position)`` of the input.

    Raises
    ------
    SpecError
        If no type of number holds the value beside the others.
    """
    try:
        return replace(document, sample=document.sample.with_value(index, value))
    except ValueError as error:
        raise SpecError("input", str(error)) from error


def change_spec(document: Document, **fields: Any) -> Document:
    """Change parameters of the chosen layer; weights follow around their middle.

    Raises
    ------
    SpecError
        If the layer would be illegal, or would not fit the input: naming the field, why, and the nearest legal value.
    """
    layer, spatial = document.layer, document.input_shape[1:]
    old = layer.spec
    merged = {
        "stride": old.stride,
        "padding": old.padding,
        "dilation": old.dilation,
        "groups": old.groups,
        "padding_mode": old.padding_mode,
        "transposed": old.transposed,
        "output_padding": old.output_padding,
        "kernel_size": old.kernel_size,
        "in_channels": old.in_channels,
        "out_channels": old.out_channels,
        **fields,
    }
    channels_in, channels_out = merged.pop("in_channels"), merged.pop("out_channels")
    size = merged.pop("kernel_size")
    if merged["transposed"] != old.transposed:
        merged = _for_other_kind(merged, old, spatial)
    spec = ConvSpec.of(channels_in, channels_out, size, **merged)
    most = largest_kernel(spec.rank)
    for k in spec.kernel_size:
        if k > most:
            words = mark("is {k}; the editor goes up to {largest_kernel}.")
            raise SpecError("kernel_size", tr(words, k=k, largest_kernel=most), most)
    try:
        spec.output_shape(spatial)
    except SpecError as error:
        raise _blaming(error, spec, spatial, fields) from error
    return fit_channels(document.with_layer(layer.fitted(spec)))


def _blaming(error: SpecError, spec: ConvSpec, spatial: tuple[int, ...], fields: Mapping[str, Any]) -> SpecError:
    """Return why a kernel does not fit as the fault of what was changed, where that was not its size."""
    if error.field != "kernel_size" or "kernel_size" in fields:
        return error
    padded = [n + before + after for n, (before, after) in zip(spatial, spec.pads(spatial), strict=True)]
    a = next(axis for axis, (n, extent) in enumerate(zip(padded, spec.extent, strict=True)) if n < extent)
    said = {"axis": tr(AXES[spec.rank][a]), "extent": spec.extent[a], "n": padded[a]}
    if "dilation" in fields:
        words = mark(
            "spreads the kernel over {extent} cells on the {axis} axis, and the padded input has {n}; choose a smaller "
            "dilation or kernel, or more padding."
        )
        most = min((n - 1) // max(k - 1, 1) for n, k in zip(padded, spec.kernel_size, strict=True))
        return SpecError("dilation", tr(words, **said), max(1, most))
    if "padding" in fields:
        words = mark(
            "leaves the input {n} cells on the {axis} axis, and the kernel covers {extent}; choose more padding, or a "
            "smaller kernel or dilation."
        )
        least = max(-((n - extent) // 2) for n, extent in zip(spatial, spec.extent, strict=True))
        return SpecError("padding", tr(words, **said), least)
    return error


def _for_other_kind(fields: dict[str, Any], old: ConvSpec, spatial: tuple[int, ...]) -> dict[str, Any]:
    """Keep of a layer's parameters what the other kind (forward or transposed) can have; a causal one stays causal."""
    padding: Padding = old.pads(spatial)
    if old.padding in CAUSAL:
        padding = trimmed(replace(old, stride=per_axis("stride", fields["stride"], 1, 1)))
    elif is_trimmed(old):
        padding = "causal"
    return {**fields, "padding": padding, "padding_mode": "zeros", "output_padding": 0}


def with_sample(document: Document, sample: Sample) -> Document:
    """Put another input under the same layers, which adapt their channels, rank and, where they must, parameters.

    Of a stack, the layers stay that fit the input, from the first on.
    """
    view = replace(document.view, step=0, centre=(0.5, 0.5), zoom=1.0, filter=0, channel=0, layer=0, levels=None)
    if len(document.layers) == 1 and isinstance(document.chosen, Convolution):
        return replace(document, sample=sample, layers=(fit_layer(document.layer, sample),), view=view)
    kept = tuple(fitting_part(document.layers, tuple(sample.data.shape), document.sources))
    first = next((layer for layer in document.layers if isinstance(layer, Convolution)), None)
    layers = kept or (plain_layer(first, sample.data.shape[0], sample.spatial),)
    return replace(document, sample=sample, layers=layers, sources=document.sources[: len(layers)], view=view)


def with_next_picture(document: Document, sample: Sample) -> Document:
    """Put the next picture under the same layers and look at it as at the one before, where it is of the same size."""
    changed, view = with_sample(document, sample), document.view
    kept = replace(changed.view, layer=view.layer, filter=view.filter, channel=view.channel, levels=view.levels)
    if sample.spatial == document.sample.spatial:
        kept = replace(kept, step=view.step, centre=view.centre, zoom=view.zoom)
    return changed.with_view(kept)


@overflowing
def scaled_by_sum(kernel: Floats) -> Floats:
    """Divide by the sum, so that flat regions keep their value.

    Raises
    ------
    SpecError
        If the sum is 0 (to rounding).
    """
    if not np.isfinite(np.abs(kernel).sum()):
        kernel = kernel / kernel.size / 4
    total = float(kernel.sum())
    if abs(total) <= 1e-12 * float(np.abs(kernel).sum()):
        raise SpecError("weight", tr("sums to 0, so there is nothing to divide by."))
    return kernel / total


def random_kernel(kernel: Floats, rng: np.random.Generator) -> Floats:
    """Draw whole numbers from -2 to 2, which keep the arithmetic readable."""
    return rng.integers(-2, 3, kernel.shape).astype(np.float64)


def flipped(layer: Convolution, on: bool) -> Convolution:
    """Return the layer as true convolution (kernel turned) or as cross-correlation."""
    return replace(layer, flip=on)

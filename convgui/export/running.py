"""The numbers a document makes: its input through its layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import convolve, convolve_transposed
from convgui.core.control import CancelCheck, Control, Progress
from convgui.core.spec import SpecError
from convgui.model.document import Document
from convgui.model.layer import Layer

Numbers = NDArray[Any]


def run_layer(layer: Layer, x: Numbers, cancel: CancelCheck | None = None, progress: Progress | None = None) -> Numbers:
    """Compute one layer's output in float64 (float32 for float32 input).

    Raises
    ------
    SpecError
        If the layer does not fit the input, or the result needs more memory than there is.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    spec = layer.spec
    if x.shape[0] != spec.in_channels:
        raise SpecError("in_channels", f"is {spec.in_channels}, and the input has {x.shape[0]}.", x.shape[0])
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if spec.transposed:
        return _run_transposed(layer, x, kind, cancel, progress)
    return convolve(
        x,
        layer.effective_weight,
        layer.bias,
        stride=spec.stride,
        padding=spec.padding,
        dilation=spec.dilation,
        groups=spec.groups,
        padding_mode=spec.padding_mode,
        dtype=kind,
        cancel=cancel,
        progress=progress,
    )


def _run_transposed(
    layer: Layer, x: Numbers, kind: type, cancel: CancelCheck | None, progress: Progress | None
) -> Numbers:
    spec = layer.spec
    return convolve_transposed(
        x,
        layer.effective_weight,
        layer.bias,
        stride=spec.stride,
        padding=spec.pads(x.shape[1:]),
        output_padding=spec.output_padding,
        dilation=spec.dilation,
        groups=spec.groups,
        dtype=kind,
        cancel=cancel,
        progress=progress,
    )


def run_layers(
    document: Document,
    *,
    whole: bool = False,
    cancel: CancelCheck | None = None,
    progress: Progress | None = None,
) -> Numbers:
    """Compute the output ``(C, *spatial)`` of the chosen layer, or with `whole` of the last, from the document's input.

    Raises
    ------
    SpecError, Cancelled
        As for `run_layer`.
    """
    layers = document.layers if whole else document.layers[: document.view.layer + 1]
    x: Numbers = document.sample.data
    control = Control(cancel, progress, len(layers))
    for done, layer in enumerate(layers):
        x = run_layer(layer, x, cancel, None if progress is None else _part(progress, done, len(layers)))
        control.check(done + 1)
    return x


def _part(progress: Progress, done: int, count: int) -> Progress:
    return lambda part: progress((done + part) / count)


def input_shapes(document: Document) -> tuple[tuple[int, ...], ...]:
    """Return ``(C, *spatial)`` before each layer, and at the end after the last.

    Raises
    ------
    SpecError
        If a layer does not fit what comes before it.
    """
    shapes = [tuple(document.sample.data.shape)]
    for layer in document.layers:
        channels, *spatial = shapes[-1]
        if channels != layer.spec.in_channels:
            raise SpecError("in_channels", f"is {layer.spec.in_channels}, and its input has {channels}.", channels)
        shapes.append((layer.spec.out_channels, *layer.spec.output_shape(spatial)))
    return tuple(shapes)

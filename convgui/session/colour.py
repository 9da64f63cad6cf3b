"""One kernel on each channel by itself, so that a picture in colour stays one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.session.edits import kernel_of
from convgui.session.fitting import fit_channels


def takes_each_channel(document: Document) -> bool:
    """Whether `each_channel` would change something: the chosen layer is a plain convolution that mixes channels."""
    chosen = document.chosen
    if not isinstance(chosen, Convolution) or chosen.spec.transposed:
        return False
    return chosen.spec.in_channels > 1 and not chosen.spec.channels.apart


def each_channel(document: Document) -> Document:
    """Make the chosen layer depthwise: as many filters as channels, each of them the chosen kernel.

    Raises
    ------
    SpecError
        If a layer behind it would not fit.
    """
    layer, kernel = document.layer, kernel_of(document)
    spec, channels = layer.spec, layer.spec.in_channels
    gray = ConvSpec.of(
        channels, channels, spec.kernel_size, stride=spec.stride, padding=spec.padding, dilation=spec.dilation,
        groups=channels, padding_mode=spec.padding_mode,
    )  # fmt: skip
    weight = np.broadcast_to(kernel, gray.weight_shape).copy()
    apart = replace(layer, spec=gray, weight=weight, bias=np.zeros(channels))
    view = replace(document.view, filter=0, channel=0)
    return fit_channels(document.with_layer(apart)).with_view(view)

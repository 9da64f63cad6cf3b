"""Feature maps: which map of each stage is enlarged. Where a convolution makes it, it is the chosen filter's."""

from __future__ import annotations

from dataclasses import replace

from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View


def chosen_map(document: Document, stage: int) -> int:
    """Return the enlarged channel before layer `stage`: the chosen filter's, otherwise what was clicked last."""
    view, count = document.view, document.shapes[stage][0]
    layer = document.layers[stage - 1] if stage else None
    if isinstance(layer, Convolution) and view.layer == stage - 1:
        return min(layer.output_channel(view.filter, view.channel), count - 1)
    wanted = view.options.get(_option(stage), "0")
    return min(int(wanted), count - 1) if wanted.isdecimal() else 0


def choose_map(document: Document, stage: int, channel: int) -> View:
    """Return the view with a map enlarged, and the filter that makes it chosen."""
    view = document.view
    view = replace(view, options={**view.options, _option(stage): str(channel)})
    layer = document.layers[stage - 1] if stage else None
    if not isinstance(layer, Convolution):
        return view
    if layer.output_channel(view.filter, view.channel) == channel and view.layer == stage - 1:
        return view
    channels = layer.spec.channels
    first, second = channels.kernel(channel, channels.reads(channel).start)
    return replace(view, layer=stage - 1, filter=first, channel=second)


def _option(stage: int) -> str:
    return f"map-{stage}"

"""Whether an output is a picture in colour."""

from __future__ import annotations

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document

COLOURS = ("R", "G", "B")


def filters_apart(spec: ConvSpec) -> bool:
    """Whether a layer makes of each channel one channel, and mixes none."""
    return spec.groups == spec.in_channels == spec.out_channels > 1


def in_colour(document: Document) -> bool:
    """Whether red, green and blue each went their own way through all layers up to the chosen one.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it.
    """
    if document.sample.channels[:3] != COLOURS or document.sample.data.shape[0] != len(COLOURS):
        return False
    layers = document.layers[: document.view.layer + 1]
    apart = all(filters_apart(each.spec) if isinstance(each, Convolution) else each.keeps_names for each in layers)
    shape = document.shapes[document.view.layer + 1]
    return apart and shape[0] == len(COLOURS)

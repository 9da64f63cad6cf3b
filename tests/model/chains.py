"""Layers one after the other, applied to an input as a document applies them."""

from __future__ import annotations

from convgui.layers.layer import AnyArray, Layer
from convgui.model.document import Document, Missing
from convgui.model.flow import stack_input, value_of
from convgui.model.sample import Sample


def run(layers: tuple[Layer, ...], sample: Sample, cancel: None = None, missing: Missing = "spread") -> AnyArray:
    """Apply layers to a sample; with none, return what the first would read."""
    if not layers:
        return stack_input(Document(sample, layers, missing=missing)).data
    return value_of(Document(sample, layers, missing=missing), len(layers))

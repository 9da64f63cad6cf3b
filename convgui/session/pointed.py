"""The weight or the input value that is pointed at in a picture."""

from __future__ import annotations

from convgui.draw.picture import Hit
from convgui.model.document import Document


def tap_of(document: Document, hit: Hit) -> tuple[int, ...]:
    """Return the full weight index under a kernel hit: scenes show two axes, and the kernel as it meets the input."""
    layer = document.layer
    tap = hit.index[-layer.spec.rank :] if layer.spec.rank < 3 else hit.index[2:]
    if layer.flip:
        tap = tuple(k - 1 - i for i, k in zip(tap, layer.spec.kernel_size, strict=True))
    return (*hit.index[:2], *tap)


def cell_of(document: Document, hit: Hit) -> tuple[int, ...]:
    """Return the full input index ``(channel, *position)`` under an input hit."""
    return (hit.index[0], *hit.index[-len(document.sample.spatial) :])


def weight_at(document: Document, hit: Hit) -> float:
    """Return the weight under a kernel hit."""
    return float(document.layer.weight[tap_of(document, hit)])


def value_at(document: Document, hit: Hit) -> float | None:
    """Return the weight or the input value under a hit; None on padding, and where a layer made the input."""
    if hit.kind == "kernel":
        return weight_at(document, hit)
    if document.view.layer > 0:
        return None
    cell = cell_of(document, hit)
    inside = all(0 <= i < n for i, n in zip(cell, document.sample.data.shape, strict=True))
    return float(document.sample.data[cell]) if inside else None


def set_weight(document: Document, hit: Hit, value: float) -> Document:
    """Return the document with the weight under a kernel hit changed."""
    return document.with_layer(document.layer.with_weight(tap_of(document, hit), value))

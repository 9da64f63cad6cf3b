"""What is pointed at when the picture changes: a cell that the new picture has too, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.scenes.scene import AnyScene, Focus

Ground: TypeAlias = tuple[Any, ...]


def ground(document: Document) -> Ground:
    """Return what decides which cells a document's picture has; pictures of equal grounds have the same ones."""
    view = document.view
    layers = tuple(layer.spec if isinstance(layer, Convolution) else layer for layer in document.layers)
    chosen = (view.scene, view.layer, view.filter, view.channel, dict(view.options))
    return (*chosen, document.sample.data.shape, layers, document.sources)


def still_there(scene: AnyScene, layout: Any, at: float, focus: Focus) -> Focus:
    """Return the focus without what another layout does not have.

    A picture may open more cells around the pinned one, so that the hovered cell is looked for after that.
    """
    if focus.pinned is not None and not scene.picture(layout, at, Focus()).holds(focus.pinned):
        focus = replace(focus, pinned=None)
    if focus.hover is not None and not scene.picture(layout, at, replace(focus, hover=None)).holds(focus.hover):
        focus = replace(focus, hover=None)
    return focus

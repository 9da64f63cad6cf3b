"""Ways of looking at a layer, one self-contained place each.

A scene is a module or package in this room with a constant ``SCENE``; it is found by being there.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from convgui.model.document import Document
from convgui.scenes.scene import AnyScene, Scene, SceneError, reason_against
from convgui.words import tr


@cache
def scenes() -> tuple[AnyScene, ...]:
    """Every scene, in the order of the tabs."""
    found = [
        module.SCENE
        for info in pkgutil.iter_modules(__path__)
        if hasattr(module := importlib.import_module(f"{__name__}.{info.name}"), "SCENE")
    ]
    return tuple(sorted(found, key=lambda scene: (scene.order, scene.id)))


@cache
def _modules() -> frozenset[str]:
    """Return the names in this room; looked up once, because every edit asks for a scene."""
    return frozenset(info.name for info in pkgutil.iter_modules(__path__))


def scene(identity: str) -> AnyScene:
    """Return the scene with an id.

    Raises
    ------
    SceneError
        If there is none; the message lists the ids there are.
    """
    # A scene's module is called like the scene: only the one that is wanted is imported, which the start-up feels.
    if identity in _modules():
        found = getattr(importlib.import_module(f"{__name__}.{identity}"), "SCENE", None)
        if isinstance(found, Scene) and found.id == identity:
            return found
    known = ", ".join(s.id for s in scenes())
    raise SceneError(tr("there is no scene {identity!r}; the scenes are: {known}.", identity=identity, known=known))


def fitting(document: Document) -> AnyScene:
    """Return the document's own scene, or the first that can show it where its own cannot."""
    own = scene(document.view.scene)
    if not reason_against(own, document):
        return own
    return next((other for other in scenes() if not reason_against(other, document)), own)

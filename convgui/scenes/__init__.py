"""Ways of looking at a layer, one self-contained place each.

A scene is a module or package in this room with a constant ``SCENE``; it is found by being there. Other packages add
theirs by entry points of the group ``convgui.scenes``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from convgui import plugins
from convgui.draw.picture import Picture
from convgui.model.document import Document
from convgui.scenes.scene import AnyScene, Scene, SceneError, reason_against
from convgui.words import tr


@cache
def _own() -> tuple[AnyScene, ...]:
    """Every scene of this room."""
    return tuple(
        module.SCENE
        for info in pkgutil.iter_modules(__path__)
        if hasattr(module := importlib.import_module(f"{__name__}.{info.name}"), "SCENE")
    )


def scenes() -> tuple[AnyScene, ...]:
    """Every scene, in the order of the tabs."""
    seen: set[str] = {known.id for known in _own()}
    others = plugins.found("convgui.scenes", lambda plugin, thing: _accepted(plugin, thing, seen))
    return tuple(sorted((*_own(), *others), key=lambda known: (known.order, known.id)))


def _accepted(plugin: plugins.Plugin, thing: object, seen: set[str]) -> AnyScene:
    """Return another package's scene, guarded; an error says what is wrong with it."""
    instance = thing() if isinstance(thing, type) and issubclass(thing, Scene) else thing
    if not isinstance(instance, Scene):
        raise plugins.wrong_type(thing, "convgui.scenes.scene.Scene")
    plugins.refuse_taken(instance.id, seen)
    if not (isinstance(instance.title, str) and isinstance(instance.order, int)):
        raise ValueError(tr("it has no title or no order"))
    kind = type(instance)
    plugin.guard(kind, Scene, {"picture": Picture, "steps": int, "refusal": str, "options": tuple})
    refusal = kind.refusal

    def checked(scene: AnyScene, document: Document) -> str:
        # A scene whose options cannot be told is one that cannot be shown.
        reason = refusal(scene, document)
        if not reason:
            scene.options(document)
        return reason

    setattr(kind, refusal.__name__, checked)
    seen.add(instance.id)
    return instance


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
    for other in scenes():
        if other.id == identity:
            return other
    known = ", ".join(s.id for s in scenes())
    raise SceneError(tr("there is no scene {identity!r}; the scenes are: {known}.", identity=identity, known=known))


def fitting(document: Document) -> AnyScene:
    """Return the document's own scene, or the first that can show it where its own cannot."""
    own = scene(document.view.scene)
    if not reason_against(own, document):
        return own
    return next((other for other in scenes() if not reason_against(other, document)), own)

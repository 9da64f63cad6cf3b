"""Kinds of layers, a module or package each: what it is called, computes, shows, saves and writes for other programs.

A kind is a frozen `Layer` in a module of this room that names it as ``LAYER``; it is found by being there. Other
packages add theirs by entry points of the group ``convgui.layers``.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache

import numpy as np

from convgui import plugins
from convgui.core.spec import SpecError
from convgui.layers.layer import Choice, Layer
from convgui.plugins import PluginError
from convgui.words import tr

TRIED = (8, 6, 7)
"""The input ``(C, *spatial)`` for which other packages' layers are made once before they are taken."""
RETURNS = {
    "forward": np.ndarray,
    "output_shape": tuple,
    "title": str,
    "about": str,
    "form": tuple,
    "to_json": dict,
}
"""What some methods of theirs have to return."""


@cache
def _own() -> tuple[type[Layer], ...]:
    """Every kind of this room."""
    return tuple(
        module.LAYER
        for info in pkgutil.iter_modules(__path__)
        if hasattr(module := importlib.import_module(f"{__name__}.{info.name}"), "LAYER")
    )


def kinds() -> tuple[type[Layer], ...]:
    """Every kind of layer, in the order of the menu."""
    names = {name for kind in _own() for name in kind.json_names}
    entries = {entry.id for kind in _own() for entry in kind.choices()}
    others = plugins.found("convgui.layers", lambda plugin, thing: _accepted(plugin, thing, names, entries))
    return tuple(sorted((*_own(), *others), key=lambda kind: (kind.order, kind.__name__)))


def _accepted(plugin: plugins.Plugin, thing: object, names: set[str], entries: set[str]) -> type[Layer]:
    """Return another package's kind, guarded; an error says what is wrong with it."""
    if not (isinstance(thing, type) and issubclass(thing, Layer)):
        raise plugins.wrong_type(thing, "convgui.layers.layer.Layer")
    for name in thing.json_names:
        plugins.refuse_taken(name, names)
    plugin.guard(thing, Layer, RETURNS)
    offered = tuple(replace(entry, build=plugin.guarded(entry.build, Layer)) for entry in thing.choices())
    for entry in offered:
        plugins.refuse_taken(entry.id, entries)
        try:
            entry.build(TRIED)
        except PluginError:
            raise
        except SpecError:  # not for such an input
            continue
    setattr(thing, thing.choices.__name__, classmethod(lambda _: offered))
    names.update(thing.json_names)
    entries.update(entry.id for entry in offered)
    return thing


def json_kinds() -> dict[str, type[Layer]]:
    """Every name that a file may call a layer, with its kind."""
    return {name: kind for kind in kinds() for name in kind.json_names}


def kind_called(name: str) -> type[Layer] | None:
    """Return the kind that files call so; only where this room has none, other packages are asked."""
    own = {known: kind for kind in _own() for known in kind.json_names}
    return own.get(name) or json_kinds().get(name)


def kind_of_onnx(operator: str) -> type[Layer] | None:
    """Return the kind that ONNX's operator is read as, or None."""
    return next((kind for kind in kinds() if operator in kind.onnx_names), None)


def choices() -> tuple[Choice, ...]:
    """Every layer that can be added to a stack, in the order of the menu."""
    return tuple(choice for kind in kinds() for choice in kind.choices())


def grouped_choices() -> dict[str, list[Choice]]:
    """The same under the headings of the menu, as `mark` has them."""
    found = dict[str, list[Choice]]()
    for kind in kinds():
        found.setdefault(kind.group, []).extend(kind.choices())
    return {group: entries for group, entries in found.items() if entries}


def choice(identity: str) -> Choice:
    """Return an entry of the menu by its id; ValueError if there is none."""
    for entry in choices():
        if entry.id == identity:
            return entry
    raise ValueError(
        tr(
            "there is no kind of layer {identity!r}; the kinds are: {kinds}.",
            identity=identity,
            kinds=", ".join(entry.id for entry in choices()),
        )
    )

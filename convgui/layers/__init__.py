"""Kinds of layers, a module or package each: what it is called, computes, shows, saves and writes for other programs.

A kind is a frozen `Layer` in a module of this room that names it as ``LAYER``; it is found by being there.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from convgui.layers.layer import Choice, Layer
from convgui.words import tr


@cache
def kinds() -> tuple[type[Layer], ...]:
    """Every kind of layer, in the order of the menu."""
    found = [
        module.LAYER
        for info in pkgutil.iter_modules(__path__)
        if hasattr(module := importlib.import_module(f"{__name__}.{info.name}"), "LAYER")
    ]
    return tuple(sorted(found, key=lambda kind: (kind.order, kind.__name__)))


@cache
def json_kinds() -> dict[str, type[Layer]]:
    """Every name that a file may call a layer, with its kind."""
    return {name: kind for kind in kinds() for name in kind.json_names}


def choices() -> tuple[Choice, ...]:
    """Every layer that can be added to a stack, in the order of the menu."""
    return tuple(choice for kind in kinds() for choice in kind.choices())


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

"""Kernels by name: those of `convgui.core`, and those of other packages by entry points of ``convgui.kernels``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from convgui import plugins
from convgui.core.presets import PRESETS, Preset
from convgui.core.presets import preset as own
from convgui.words import tr

GROUP = "convgui.kernels"


def presets() -> Mapping[str, Preset]:
    """Every preset by id, in the order in which a menu shows them."""
    known = dict(PRESETS)
    # What is accepted is put in there too, so that no two have one id.
    for preset in plugins.found(GROUP, lambda plugin, thing: _accepted(plugin, thing, known)):
        known[preset.id] = preset
    return known


def presets_so_far() -> tuple[Preset, ...]:
    """Return the presets that are known without looking for other packages' now."""
    return tuple((presets() if plugins.loaded(GROUP) else PRESETS).values())


def preset(id: str) -> Preset:
    """Look a preset up; only where convgui has none, other packages are asked. KeyError if there is none."""
    return PRESETS.get(id) or presets().get(id) or own(id)


def _accepted(plugin: plugins.Plugin, thing: object, known: dict[str, Preset]) -> Preset:
    """Return another package's preset, guarded; an error says what is wrong with it."""
    if not isinstance(thing, Preset):
        raise plugins.wrong_type(thing, "convgui.core.Preset")
    plugins.refuse_taken(thing.id, known)

    def build(**values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        weights = np.asarray(thing.build(**values), np.float64)
        if weights.ndim != thing.rank or not weights.size or not np.isfinite(weights).all():
            shape, rank = weights.shape, thing.rank
            raise ValueError(tr("weights of the shape {shape} are no kernel of {rank} axes", shape=shape, rank=rank))
        return weights

    wrapped = replace(thing, build=plugin.guarded(build))
    wrapped.weights()
    known[wrapped.id] = wrapped
    return wrapped

"""What a file is proposed to be called that something is exported to: it says of what, and what was done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from convgui.layers.convolution import Convolution
from convgui.layers.presets import presets_so_far
from convgui.model.document import Document

Kind: TypeAlias = Literal["picture", "animation", "frames", "page", "array", "seen", "model"]


def export_name(document: Document, what: Kind) -> str:
    """Return the name without its ending: a lesson's title, or the input's name and what was done with it."""
    lesson = document.lesson
    called = lesson.title if lesson is not None else Path(document.sample.name).stem
    if what in ("array", "seen"):
        return f"{called}_{_made_by(document)}"
    if what == "model" or lesson is not None:
        return called
    return f"{called}_{document.view.scene}"


def _made_by(document: Document) -> str:
    """Name what makes the output: a kernel that is known by name, else the chosen kind of layer, in plain letters."""
    chosen = document.chosen
    if isinstance(chosen, Convolution):
        kernel = chosen.weight[0, 0]
        if np.all(chosen.weight == kernel):
            for preset in presets_so_far():
                weights = preset.weights()
                if weights.shape == kernel.shape and np.allclose(weights, kernel, rtol=0, atol=1e-12):
                    return preset.id
    words = re.match(r"[^\W\d]+(?:[ -][^\W\d]+)*", chosen.title)
    return words[0].lower().replace(" ", "-") if words else "output"

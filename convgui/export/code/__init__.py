"""The layer, or the whole stack, as a program in another library: running it gives the array on screen.

One module a library, each with ``generate(subject) -> str`` and in it one place for each kind of layer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from convgui.export.atomic_write import ExportError
from convgui.export.code import jax_code, keras_code, numpy_code, pytorch
from convgui.export.code.text import Subject, subject
from convgui.layers.code import NoCounterpartError
from convgui.model.document import Document
from convgui.words import tr


@dataclass(frozen=True)
class Target:
    """A library that code can be written for."""

    id: str
    title: str
    generate: Callable[[Subject], str]


TARGETS = (
    Target("pytorch", "PyTorch", pytorch.generate),
    Target("keras", "TensorFlow, Keras", keras_code.generate),
    Target("jax", "JAX", jax_code.generate),
    Target("numpy", "NumPy", numpy_code.generate),
)


def code(document: Document, target: str, *, all_layers: bool = False, weights: bool = True) -> str:
    """Write the chosen layer, or with `all_layers` all layers, for a library.

    Raises
    ------
    ValueError
        If there is no such target; SpecError if a layer does not take what comes to it.
    ExportError
        If there are too many weights to be written as text, or the library does not know a layer.
    """
    for entry in TARGETS:
        if entry.id == target:
            try:
                text = entry.generate(subject(document, all_layers=all_layers, weights=weights))
            except NoCounterpartError as error:
                raise ExportError(str(error)) from error
            return re.sub(r"\n+(?=def run)", "\n\n\n", text)
    raise ValueError(
        tr(
            "there is no target {target!r}; the targets are: {targets}.",
            target=target,
            targets=", ".join(t.id for t in TARGETS),
        )
    )

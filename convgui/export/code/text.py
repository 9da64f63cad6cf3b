"""What the code generators share: what is written, and how numbers are spelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.export.whole import ExportError
from convgui.model.document import Document, Missing
from convgui.model.layer import Layer, Shape
from convgui.model.layers import AnyLayer, Pool
from convgui.words import tr

MOST_NUMBERS = 20_000
"""Weights that are written as text; more belong into a file."""
WIDE = 100
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@dataclass(frozen=True)
class Subject:
    """Layers to be written as code.

    Attributes
    ----------
    layers : tuple
        In order.
    shapes : tuple of tuple of int
        ``(C, *spatial)`` before each layer, and after the last.
    weights : bool
        Whether the numbers are written too.
    missing : str
        What becomes of missing values, as in `Document`; ``"spread"`` where none can come in.
    """

    layers: tuple[AnyLayer, ...]
    shapes: tuple[Shape, ...]
    weights: bool
    missing: Missing = "spread"

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self.shapes[0]) - 1

    @property
    def head(self) -> str:
        """One line that says where the code is from."""
        return f"# Written by convgui: {self.shapes[0]} -> {self.shapes[-1]}, channels first."

    def named(self, place: int) -> bool:
        """Whether the padding of a layer follows from a name and the input's size."""
        layer = self.layers[place]
        return isinstance(layer, Layer) and isinstance(layer.spec.padding, str)


def subject(document: Document, *, whole: bool, weights: bool) -> Subject:
    """Choose the layer, or the whole stack.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it.
    ExportError
        If there are too many weights to be written as text.
    """
    shapes, place = document.shapes, document.view.layer
    layers = document.layers if whole else (document.chosen,)
    around = shapes if whole else shapes[place : place + 2]
    count = sum(layer.weight.size + layer.bias.size for layer in layers if isinstance(layer, Layer))
    if weights and count > MOST_NUMBERS:
        raise ExportError(
            tr(
                "the weights are {count:,} numbers, and at most {most_numbers:,} are written as text; copy the "
                "code without weights, or save an ONNX file.",
                count=count,
                most_numbers=MOST_NUMBERS,
            )
        )
    missing = document.missing if document.sample.nonfinite else "spread"
    if missing == "zero" and not whole and place:
        # They are counted as 0 before the first layer.
        missing = "spread"
    return Subject(layers, around, weights, missing)


def refuse_rescaling(subject: Subject, library: str) -> None:
    """Refuse to write code that would not do what is on screen.

    Raises
    ------
    ExportError
        If missing values are left out and weights rescaled, which no layer of a library for networks does.
    """
    if subject.missing == "rescale" and any(_weighs(layer) for layer in subject.layers):
        raise ExportError(
            tr(
                "{library} has no layer that leaves missing values out and rescales the weights; copy the code for "
                "NumPy, which does, or let missing values spread or count as 0.",
                library=library,
            )
        )


def _weighs(layer: AnyLayer) -> bool:
    return isinstance(layer, Pool) or (isinstance(layer, Layer) and not layer.spec.transposed)


def numbers(array: NDArray[Any], indent: int = 0) -> str:
    """Write an array as nested lists, each number so that it reads back to the same float64."""
    if array.ndim == 1:
        return _row([_number(float(v)) for v in array], indent)
    inner = [numbers(part, indent + 1) for part in array]
    return "[" + (",\n" + " " * (indent + 1)).join(inner) + "]"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0" else repr(value)


def _row(texts: Sequence[str], indent: int) -> str:
    lines, line = [], ""
    for text in texts:
        if line and len(line) + len(text) + indent > WIDE:
            lines.append(line.rstrip())
            line = ""
        line += f"{text}, "
    lines.append(line.removesuffix(", "))
    return "[" + ("\n" + " " * (indent + 1)).join(lines) + "]"


def effective(layer: Layer) -> NDArray[np.float64]:
    """Return the weights as they meet the input; frameworks do not turn kernels."""
    return layer.effective_weight


def pads_of(layer: Layer, shape: Shape) -> tuple[tuple[int, int], ...]:
    """Return (before, after) for each axis."""
    return layer.spec.pads(shape[1:])


def padded(pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether there is any padding."""
    return any(before or after for before, after in pairs)


def numpy_arrays(layer: Layer, mark: str, weights: bool) -> list[str]:
    """Write a layer's weights and bias as NumPy arrays whose names end in `mark`, or only their shapes."""
    if not weights:
        return [f"# weight{mark}: {layer.spec.weight_shape}, bias{mark}: {layer.bias.shape}"]
    turned = "  # turned by 180 degrees" if layer.flip else ""
    return [
        f"weight{mark} = np.array({turned}",
        f"    {numbers(effective(layer), 4)},",
        "    dtype=np.float64,",
        ")",
        f"bias{mark} = np.array({numbers(layer.bias)}, dtype=np.float64)",
    ]

"""What the code generators share: what is written, and how numbers are spelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convgui.export.atomic_write import ExportError
from convgui.layers.code import CodeArray, Program, numbers
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document, Missing
from convgui.model.sources import Sources, read_by
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
    given, made : tuple of int
        ``(C, *spatial)`` of what comes in, and of what the last layer makes.
    incoming : tuple of tuple of int
        ``(C, *spatial)`` of what comes into each layer.
    weights : bool
        Whether the numbers are written too.
    missing : str
        What becomes of missing values, as in `Document`; ``"spread"`` where none can come in.
    sources : tuple of tuple of int
        Which values each layer reads, as in `Document`.
    """

    layers: tuple[Layer, ...]
    given: Shape
    made: Shape
    incoming: tuple[Shape, ...]
    weights: bool
    missing: Missing = "spread"
    sources: Sources = ()

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self.given) - 1

    def reads(self, index: int) -> tuple[int, ...]:
        """Return the numbers of the values that layer `index` reads."""
        return read_by(self.sources, index)

    @property
    def head(self) -> str:
        """One line that says where the code is from."""
        return f"# Written by convgui: {self.given} -> {self.made}, channels first."


def subject(document: Document, *, all_layers: bool, weights: bool) -> Subject:
    """Choose the layer, or the whole stack.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it.
    ExportError
        If there are too many weights to be written as text.
    """
    index = document.view.layer
    layers = document.layers if all_layers else (document.chosen,)
    count = sum(array.size for layer in layers for array in layer.parameters.values())
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
    if missing == "zero" and not all_layers and document.reads(index) != (0,):
        # They are counted as 0 before the first layer.
        missing = "spread"
    if all_layers:
        ends = document.shapes[0], document.shapes[-1]
        return Subject(layers, *ends, document.incoming, weights, missing, document.sources)
    given = document.incoming[index]
    return Subject(layers, given, document.shapes[index + 1], (given,), weights, missing)


def refuse_rescaling(subject: Subject, library: str) -> None:
    """Refuse to write code that would not do what is on screen.

    Raises
    ------
    ExportError
        If missing values are left out and weights rescaled, which no layer of a library for networks does.
    """
    if subject.missing == "rescale" and any(layer.rescales for layer in subject.layers):
        raise ExportError(
            tr(
                "{library} has no layer that leaves missing values out and rescales the weights; copy the code for "
                "NumPy, which does, or let missing values spread or count as 0.",
                library=library,
            )
        )


def assembled(subject: Subject, programs: Sequence[Program], library: str) -> tuple[list[str], str]:
    """Write what the programs of all layers need.

    Parameters
    ----------
    library : str
        What makes arrays: ``"np"`` or ``"jnp"``.

    Returns
    -------
    above : list of str
        The arrays and the functions.
    given : str
        The further arguments of ``run``, where the numbers are not written.
    """
    arrays = [line for program in programs for line in _arrays(program.arrays, library, subject.weights)]
    helpers = dict.fromkeys(helper for program in programs for helper in program.helpers)
    names = [array.name for program in programs for array in program.arrays]
    given = "" if subject.weights else "".join(f", {name}" for name in names)
    return [*arrays, *helpers], given


def _arrays(arrays: Sequence[CodeArray], library: str, weights: bool) -> list[str]:
    """Write arrays, or only their shapes."""
    if not weights:
        said = [f"{a.name}: {a.values.shape}{f' {a.note}' if a.note and library == 'jnp' else ''}" for a in arrays]
        return [f"# {', '.join(said)}"] if said else []
    lines = []
    for array in arrays:
        if array.values.ndim == 1:
            lines.append(f"{array.name} = {library}.array({numbers(array.values)}, dtype={library}.float64)")
        else:
            note = f"  # {array.note}" if array.note else ""
            head, text = f"{array.name} = {library}.array({note}", numbers(array.values, 4)
            lines += [head, f"    {text},", f"    dtype={library}.float64,", ")"]
    return lines


def array_suffixes(subject: Subject) -> list[str]:
    """Return what the names of each layer's arrays end in."""
    return [f"{index + 1}" if len(subject.layers) > 1 else "" for index in range(len(subject.layers))]

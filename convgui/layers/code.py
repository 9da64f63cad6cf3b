"""What a kind of layer writes of itself for other libraries, and how numbers are spelled there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from convgui.core.errors import ConvguiError
from convgui.words import tr

WIDE = 100
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class NoCounterpartError(ConvguiError, ValueError):
    """A library does not know a layer; the message is one sentence for the user."""

    def __init__(self, title: str, library: str) -> None:
        words = tr(
            "{title} has no counterpart in {library}; choose another target, or leave the layer out.",
            title=title, library=library,
        )  # fmt: skip
        super().__init__(words)


@dataclass(frozen=True, eq=False)
class CodeArray:
    """An array of a layer under the name that the code gives it; `note` is a comment behind it."""

    name: str
    values: NDArray[Any]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Program:
    """Lines that turn ``x`` into the layer's output, the functions that they call, and the arrays they need."""

    lines: Sequence[str]
    helpers: Sequence[str] = ()
    arrays: Sequence[CodeArray] = ()


@dataclass(frozen=True, eq=False)
class TorchModules:
    """PyTorch modules that make one layer.

    Attributes
    ----------
    modules : sequence of str
        In order, as they are constructed.
    arrays : sequence of CodeArray
        Parameters of the module `owner`.
    classes : sequence of str
        Modules that PyTorch has not.
    note : str
        A comment below the model.
    evaluates : bool
        Whether they do the same only in evaluation mode.
    """

    modules: Sequence[str]
    arrays: Sequence[CodeArray] = ()
    owner: int = 0
    classes: Sequence[str] = ()
    note: str = ""
    evaluates: bool = False


class OnnxGraph(Protocol):
    """A chain of ONNX nodes under construction."""

    @property
    def last(self) -> str:
        """The name of what the last node makes, for a node further on that reads it again."""

    def constant(self, values: NDArray[Any] | Sequence[int], *, single: bool = False) -> str:
        """Add numbers (whole ones as int64, the others in the model's type or as float32) and return their name."""

    def node(self, operator: str, *inputs: str, **attributes: int | float | str | Sequence[int]) -> None:
        """Add a node behind the last."""


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


def padded(pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether there is any padding."""
    return any(before or after for before, after in pairs)


def plain(values: tuple[int, ...]) -> str:
    """Write one number where all axes have the same."""
    return str(values[0]) if len(set(values)) == 1 else str(values)


def torch_sides(pads: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return paddings as PyTorch counts them, from the last axis: left, right, top, bottom, front, back."""
    return tuple(side for pair in reversed(pads) for side in pair)

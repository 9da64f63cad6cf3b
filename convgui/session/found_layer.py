"""One layer that stands in a file of trained weights, before it is put on an input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.files.weights.onnx_model import Graph
from convgui.files.weights.tensors import Tensor
from convgui.layers.layer import Layer, Shape
from convgui.session.onnx_graph.tracing import Tracing


class Operation(Protocol):
    """What a file says of a layer, which an input of some size makes layers of here, or none."""

    @property
    def graph(self) -> Graph:
        """The network's inputs."""

    @property
    def constants(self) -> Mapping[str, Tensor]:
        """Numbers of the file that are known by names."""

    def follow(self, tracing: Tracing, *, last: bool) -> None:
        """Make its values of those that are there; SpecError if it does what is not done here."""


@dataclass(frozen=True)
class FoundLayer:
    """One layer of a file.

    Attributes
    ----------
    name : str
        What the file calls it.
    kind : str
        PyTorch's or ONNX's name of its kind, as far as its tensors tell.
    shapes : mapping of str to tuple of int
        Of each of its tensors, by their last name.
    parameters : int
        How many numbers they hold.
    reason : str
        Why it cannot be made here; "" if it can.
    told : bool
        Whether the file says all of it; otherwise stride and padding are not in it.
    reads, makes : tuple of str, str
        The file's names of the values that flow in, and of what comes out; empty where it tells no graph.
    also_makes : tuple of str
        The further values that come out, where one is split.
    operation : Operation or None
        What a file that has a graph says of it.
    """

    name: str
    kind: str
    shapes: Mapping[str, Shape]
    parameters: int
    reason: str = ""
    told: bool = False
    reads: tuple[str, ...] = ()
    makes: str = ""
    also_makes: tuple[str, ...] = ()
    operation: Operation | None = None
    _build: Callable[[], Layer | tuple[Layer, ...]] | None = None

    @property
    def convolves(self) -> bool:
        """Whether it is a convolution, which can be put on a picture by itself."""
        return self._build is not None and self.kind.startswith("Conv")

    def layer(self) -> Layer:
        """Make the layer, the first where it is made of several; errors as for `layers`."""
        return self.layers()[0]

    def layers(self) -> tuple[Layer, ...]:
        """Make the layer, or those that do the same in a row.

        Raises
        ------
        SpecError
            If it is not legal, or too large to be shown.
        LoadError
            If the file is not what it was.
        """
        if self._build is None:
            raise SpecError(self.name, self.reason)
        made = self._build()
        layers = made if isinstance(made, tuple) else (made,)
        for layer in layers:
            layer.check()
        return layers


def declared_size(found: Sequence[FoundLayer]) -> Shape:
    """Return the lengths of the input for which a network was made, one a spatial axis; none where it takes others."""
    told = found[0].operation if found else None
    declared = next(iter(told.graph.inputs.values()), None) if told is not None else None
    sizes = declared[2:] if declared is not None else ()
    return tuple(n for n in sizes if isinstance(n, int) and n > 0) if all(isinstance(n, int) for n in sizes) else ()


def up_to(found: Sequence[FoundLayer], name: str) -> tuple[FoundLayer, ...]:
    """Return a layer, by its name or by that of what it makes, and those of a file that it follows from.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    index = next((n for n, own in enumerate(found) if name in (own.name, own.makes, *own.also_makes)), None)
    if index is None:
        raise KeyError(name)
    before = tuple(found[: index + 1])
    if not before[-1].reads:
        return before
    wanted = set(before[-1].reads)
    needed = [before[-1]]
    for layer in reversed(before[:-1]):
        if wanted.intersection((layer.makes, *layer.also_makes)):
            wanted |= set(layer.reads)
            needed.append(layer)
    return tuple(reversed(needed))


def summary(found: FoundLayer) -> str:
    """Write a layer's tensors: ``16 × 3 × 3 × 3, bias 16``."""
    parts = [by(shape) if role in ("", "weight") else f"{role} {by(shape)}" for role, shape in found.shapes.items()]
    return ", ".join(part for part in parts if part)

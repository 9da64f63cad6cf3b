"""Layers in which branches of a network meet: what they have in common.

A layer that reads several values gets their channels one behind the other. So one that joins `inputs` values is a layer
like any other, on so many parts of its channels, and every way of looking at a layer shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from convgui.core.spec import ConvSpec, SpecError, per_axis
from convgui.layers.code import OnnxGraph
from convgui.layers.layer import AnyArray, Layer, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr


@dataclass(frozen=True)
class Joining(Layer):
    """What makes one value of several.

    Attributes
    ----------
    inputs : int
        How many values come in, two or more.
    """

    inputs: int = 2

    keeps_channels = False
    keeps_names = False
    order: ClassVar[int] = 70
    group = mark("Joining branches")
    repeats: ClassVar[bool] = False
    """Whether a value of one cell an axis is repeated as long as the others are."""

    def __post_init__(self) -> None:
        per_axis("inputs", self.inputs, 1, 2)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.json_names[0], "inputs": self.inputs}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Joining:
        return cls(stored.integer("inputs"))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer:
        if not node.joins:
            raise SpecError("inputs", tr("joins a value with numbers of the file, which convgui does not do."))
        return cls(1 + len(node.arrays))

    def joined(self, names: Sequence[str], library: str) -> str:
        """Write how values of these names become one in ``"torch"``, ``"jnp"``, ``"np"`` or ``"tf"``."""
        raise NotImplementedError

    def onnx_joined(self, graph: OnnxGraph, names: Sequence[str]) -> None:
        """Write the node behind the first of these values that joins the others to it."""
        for name in names:
            graph.node(self.onnx_names[0], name)


class ByCells(Joining):
    """What makes each cell of the cells that stand in the same position of all values."""

    repeats = True
    operator: ClassVar[str]
    """What stands between two values in code."""

    def output_shape(self, shape: Shape) -> Shape:
        channels, left = divmod(shape[0], self.inputs)
        if left:
            words = tr(
                "of {channels} channels are not {inputs} values of equally many; let the values have the same number.",
                channels=shape[0], inputs=self.inputs,
            )  # fmt: skip
            raise SpecError("inputs", words)
        return (channels, *shape[1:])

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell; a cell sees one channel of each value."""
        return ConvSpec.of(shape[0], self.output_shape(shape)[0], (1,) * (len(shape) - 1))

    def channels_read(self, channel: int, shape: Shape) -> range:
        return range(channel, shape[0], self.output_shape(shape)[0])

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        every = self.output_shape(shape)[0]
        return tuple(every * n + c for n in range(self.inputs) for c in channels), channels

    def multiply_adds(self, shape: Shape) -> int:
        """Count an operation for each value but the first."""
        count = 1
        for n in self.output_shape(shape):
            count *= n
        return count * (self.inputs - 1)

    def parts(self, x: AnyArray) -> AnyArray:
        """Return the values ``(inputs, C, *spatial)``."""
        return x.reshape(self.inputs, *self.output_shape(x.shape))

    def joined(self, names: Sequence[str], library: str) -> str:
        return f" {self.operator} ".join(names)


def with_inputs(layer: Layer, count: int) -> Layer:
    """Return the layer for so many values; one that joins none stays as it is."""
    return replace(layer, inputs=max(count, 2)) if isinstance(layer, Joining) else layer

"""Matrix product: the rows of one value meet the rows of another, as in attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError, per_axis
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.joining import Joining
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.reads import AxisReads
from convgui.layers.tabled import TabledAxis, TabledView
from convgui.words import mark, tr

TORCH = '''
class MatrixProduct(nn.Module):
    """Sums of products over the last axis: each of the first so many channels meets each of the others."""

    def __init__(self, first):
        super().__init__()
        self.first = first

    def forward(self, x):
        return torch.einsum("ni...k,nj...k->ni...j", x[:, : self.first], x[:, self.first :])

'''


@dataclass(frozen=True)
class MatrixProduct(Joining):
    """Sums of products over the last axis, as of queries and keys in attention (arXiv 1706.03762).

    Of values ``(I, *spatial, K)`` and ``(J, *spatial, K)`` it makes ``(I, *spatial, J)``:
    ``out[i, ..., j] = sum over k of one[i, ..., k] * other[j, ..., k]``.

    Attributes
    ----------
    first : int
        How many channels the first value has.
    """

    first: int = 1

    json_names = ("matrix_product",)
    order: ClassVar[int] = 74

    def __post_init__(self) -> None:
        super().__post_init__()
        per_axis("first", self.first, 1, 1)
        if self.inputs != 2:
            raise SpecError("inputs", tr("are {n}; a matrix product reads two values.", n=self.inputs))

    @property
    def title(self) -> str:
        return tr("Matrix product")

    @property
    def about(self) -> str:
        return tr("Each channel of one value meets each of another: products over the last axis, added up.")

    @property
    def sign(self) -> str:
        return "@"

    def rule(self, reads: int) -> str:
        return tr("The sum of products over the last axis, of one channel of the first value and one of the second.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        words = mark("Layer {stage} multiplies two values as matrices: {before} become {after}.")
        return tr(words, stage=number, before=by(before), after=by(after))

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("matrix-product", mark("Matrix product"), lambda shape: cls(2, max(1, shape[0] // 2))),)

    def output_shape(self, shape: Shape) -> Shape:
        others = shape[0] - self.first
        if others < 1:
            words = tr("are {first} of {channels} channels; the second value needs some.", first=self.first,
                       channels=shape[0])  # fmt: skip
            raise SpecError("first", words)
        return (self.first, *shape[1:-1], others)

    def adapted(self, shape: Shape) -> Layer:
        return MatrixProduct(2, max(1, shape[0] // 2)) if self.first >= shape[0] else self

    def largest_of(self, largest: float) -> float:
        return float(np.float64(largest) ** 2)

    def multiply_adds(self, shape: Shape) -> int:
        return prod(self.output_shape(shape)) * shape[-1]

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window over the whole last axis, of all channels."""
        return ConvSpec.of(shape[0], self.output_shape(shape)[0], (*(1,) * (len(shape) - 2), shape[-1]))

    def filter_view(self, shape: Shape) -> FilterView:
        made = self.output_shape(shape)[1:]
        axes = tuple(
            TabledAxis.of(reads, n, n / m / 2 - 0.5, n / m, 1)
            for reads, n, m in zip(self.axis_reads(shape), shape[1:], made, strict=True)
        )
        return TabledView(self.window(shape), shape[1:], axes)

    @property
    def keeps_axes(self) -> bool:
        return False

    def channels_read(self, channel: int, shape: Shape) -> range:
        return range(shape[0])

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        table = (self.output_shape(shape)[-1], shape[-1])
        last = AxisReads(np.broadcast_to(np.arange(shape[-1]), table), np.broadcast_to(np.ones(1), table))
        return (*(AxisReads.copies(n, 1) for n in shape[1:-1]), last)

    def _apart(self, x: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Return the two values with their channels next to their last axis."""
        self.output_shape(x.shape)
        return np.moveaxis(x[: self.first], 0, -2), np.moveaxis(x[self.first :], 0, -2)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        one, other = self._apart(x)
        return np.ascontiguousarray(np.moveaxis(one @ other.swapaxes(-1, -2), -2, 0))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        (one, other), back = self._apart(x), np.moveaxis(grad, 0, -2)
        parts = (back @ other, back.swapaxes(-1, -2) @ one)
        return np.concatenate([np.moveaxis(part, -2, 0) for part in parts])

    def to_json(self) -> dict[str, Any]:
        return {"kind": "matrix_product", "first": self.first}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> MatrixProduct:
        return cls(2, stored.integer("first"))

    def joined(self, names: Sequence[str], library: str) -> str:
        if library == "tf":
            return f'tf.einsum("n...ki,n...kj->n...ji", {", ".join(names)})'
        batch = "" if library == "np" else "n"
        return f'{library}.einsum("{batch}i...k,{batch}j...k->{batch}i...j", {", ".join(names)})'

    def onnx_joined(self, graph: OnnxGraph, names: Sequence[str]) -> None:
        graph.node("Einsum", *names, equation="ni...k,nj...k->ni...j")

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"MatrixProduct({self.first})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = {self.joined([f'x[..., :{self.first}]', f'x[..., {self.first}:]'], 'tf')}"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = {self.joined([f'x[:, :{self.first}]', f'x[:, {self.first}:]'], 'jnp')}"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = {self.joined([f'x[:{self.first}]', f'x[{self.first}:]'], 'np')}"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        # Every channel meets every other one, and those that should have are kept.
        self.onnx_joined(graph, [graph.last])
        graph.node("Gather", graph.constant(tuple(range(self.first))), axis=1)
        graph.node("Gather", graph.constant(tuple(range(self.first, shape[0]))), axis=len(shape))


LAYER = MatrixProduct

"""Masking: where one value is a certain number, another one is replaced, as where a network must not divide by 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

import numpy as np

from convgui.core.spec import SpecError
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import FINITE, Field, Real, typed_number
from convgui.layers.joining import ByCells
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.words import mark, tr

MOST = 1e6
"""Up to what the arrows of a number box go."""
TORCH = '''
class Masked(nn.Module):
    """The second half of the channels, and `fill` where the first half is `equals`."""

    def __init__(self, equals, fill):
        super().__init__()
        self.equals, self.fill = equals, fill

    def forward(self, x):
        tested, value = x.chunk(2, dim=1)
        return torch.where(tested == self.equals, torch.full_like(value, self.fill), value)

'''


@dataclass(frozen=True)
class Masked(ByCells):
    """The second of two values, and a number of its own where the first one is `equals`.

    Attributes
    ----------
    equals, fill : float
        What the first value is compared with, and what stands there.
    """

    equals: float = 0.0
    fill: float = 0.0

    json_names = ("masked",)
    order: ClassVar[int] = 73

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.inputs != 2:
            raise SpecError("inputs", tr("are {n}; masking reads two values.", n=self.inputs))
        for name in ("equals", "fill"):
            if not isfinite(getattr(self, name)):
                raise SpecError(name, tr(FINITE, value=getattr(self, name)))

    @property
    def title(self) -> str:
        return tr("Masking")

    @property
    def about(self) -> str:
        return tr("Where the first value is a certain number, the second one is replaced; elsewhere it stays.")

    def rule(self, reads: int) -> str:
        return tr("The second value, unless the first one is {equals}: then {fill}.", equals=self.equals,
                  fill=self.fill)  # fmt: skip

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        words = mark("Layer {stage} puts {fill} where its first value is {equals}.")
        return tr(words, stage=number, fill=self.fill, equals=self.equals)

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("masked", mark("Masking"), lambda _: cls()),)

    @property
    def largest_sums(self) -> tuple[float, float]:
        return 1.0, abs(self.fill)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        tested, value = self.parts(x)
        return np.asarray(np.where(tested == self.equals, x.dtype.type(self.fill), value))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Send the gradient to the second value, where it stayed; a comparison has none."""
        kept = np.where(self.parts(x)[0] == self.equals, 0, grad)
        return np.concatenate([np.zeros_like(kept), kept])

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        tested, value = (float(v) for v in values.ravel())
        return write(self.fill if tested == self.equals else value)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        pairs = (("equals", tr("Where it is")), ("fill", tr("Put")))
        return tuple(Real(name, title, getattr(self, name), -MOST, MOST) for name, title in pairs)

    def with_field(self, name: str, value: Any) -> Layer:
        return super().with_field(name, typed_number(name, value, FINITE) if name in ("equals", "fill") else value)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "masked", "equals": self.equals, "fill": self.fill}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Masked:
        return cls(2, stored.real("equals", 0.0), stored.real("fill", 0.0))

    def joined(self, names: Sequence[str], library: str) -> str:
        tested, value = names
        if library == "torch":
            return f"torch.where({tested} == {self.equals!r}, torch.full_like({value}, {self.fill!r}), {value})"
        return f"{library}.where({tested} == {self.equals!r}, {self.fill!r}, {value})"

    def onnx_joined(self, graph: OnnxGraph, names: Sequence[str]) -> None:
        graph.node("Equal", graph.constant(np.array(self.equals)))
        graph.node("Where", graph.constant(np.array(self.fill)), *names)

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"Masked({self.equals!r}, {self.fill!r})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        half = self.output_shape(shape)[0]
        return Program([f"x = {self.joined([f'x[..., :{half}]', f'x[..., {half}:]'], 'tf')}"])

    def jax(self, shape: Shape, mark: str) -> Program:
        half = self.output_shape(shape)[0]
        return Program([f"x = {self.joined([f'x[:, :{half}]', f'x[:, {half}:]'], 'jnp')}"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        half = self.output_shape(shape)[0]
        return Program([f"x = {self.joined([f'x[:{half}]', f'x[{half}:]'], 'np')}"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        channels = self.output_shape(shape)[0]
        whole, second = graph.last, tuple(range(channels, 2 * channels))
        # With its halves swapped, the first value is compared where the second one stands.
        graph.node("Gather", graph.constant((*second, *range(channels))), axis=1)
        self.onnx_joined(graph, [whole])
        graph.node("Gather", graph.constant(second), axis=1)


LAYER = Masked

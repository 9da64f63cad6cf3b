"""Layers that do nothing at inference: identity, and dropout in its forms."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

from convgui.core.spec import SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Field, Real
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr, trn

P = 0.5
"""The share that dropout leaves out in training where nothing is said."""


@dataclass(frozen=True)
class Identity(Layer):
    """Nothing is done: identity, or dropout, which leaves values out in training alone.

    Attributes
    ----------
    dropout : str
        PyTorch's class, such as ``"Dropout2d"``; empty for identity.
    p : float
        The share of the values that dropout leaves out in training.
    """

    dropout: str = ""
    p: float = P

    json_names = ("identity", "dropout")
    local = True
    pytorch_names: ClassVar = {
        "Identity": (),
        **dict.fromkeys(("Dropout", "Dropout{n}d", "AlphaDropout", "FeatureAlphaDropout"), ("p", "inplace")),
    }
    onnx_names = ("Identity", "Dropout")
    order = 90
    group = mark("Nothing")
    moves_only = True

    def __post_init__(self) -> None:
        if not (isfinite(self.p) and 0 <= self.p <= 1):
            raise SpecError("p", tr("is {value}; it is a share from 0 to 1.", value=self.p))

    @property
    def title(self) -> str:
        return self.dropout or tr("Identity")

    @property
    def about(self) -> str:
        if self.dropout:
            return tr("Does nothing here: dropout leaves values out in training alone.")
        return tr("Does nothing: what comes in goes out.")

    def rule(self, reads: int) -> str:
        return tr("Every value stays what it is.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} ({title}) does nothing to the one channel.",
            "Layer {stage} ({title}) does nothing to the {n} channels.",
            after[0], stage=number, title=self.title,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (
            Choice("identity", mark("Identity"), lambda _: cls()),
            Choice("dropout", mark("Dropout"), lambda _: cls("Dropout")),
        )

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return x

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return grad

    def form(self, shape: Shape) -> tuple[Field, ...]:
        return (Real("p", tr("Left out in training"), self.p, 0.0, 1.0),) if self.dropout else ()

    def with_field(self, name: str, value: Any) -> Layer:
        try:
            number = float(value)
        except ValueError as error:
            raise SpecError(name, tr("is {value}; it is a share from 0 to 1.", value=value)) from error
        return super().with_field(name, number)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "dropout", "name": self.dropout, "p": self.p} if self.dropout else {"kind": "identity"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Identity:
        if kind == "identity":
            return cls()
        name = stored.text("name", "Dropout")
        known = [entry.replace("{n}", n) for entry in cls.pytorch_names if "Dropout" in entry for n in "123"]
        if name not in known:
            raise ValueError(tr("name is {name!r}; it is a dropout of PyTorch", name=name[:40]))
        return cls(name, stored.real("p", P))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Identity:
        if name == "Identity":
            return cls()
        return cls(name.format(n=rank), arguments.real("p", P))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Identity:
        return cls("Dropout") if node.op_type == "Dropout" else cls()

    def pytorch(self, shape: Shape) -> TorchModules:
        if not self.dropout:
            return TorchModules(["nn.Identity()"])
        return TorchModules([f"nn.{self.dropout}({self.p!r})"], evaluates=True)

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Identity")


LAYER = Identity

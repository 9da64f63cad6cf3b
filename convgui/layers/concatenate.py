"""Concatenation: the channels of branches stand one behind the other."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.core.spec import SpecError
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.joining import Joining
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr, trn

TORCH = '''
class Concatenate(nn.Identity):
    """So many values, whose channels come in one behind the other already."""

'''


class Concatenate(Joining):
    """The channels of all values, one behind the other, as in U-Net (arXiv 1505.04597) and DenseNet."""

    json_names = ("concatenate",)
    local = True
    onnx_names = ("Concat",)
    moves_only = True
    keeps_channels = True

    @property
    def title(self) -> str:
        return tr("Concatenation")

    @property
    def short_title(self) -> str:
        return tr("Joined")

    @property
    def about(self) -> str:
        return tr("Puts the channels of values one behind the other; none is changed.")

    def rule(self, reads: int) -> str:
        return tr("Every value stays what it is.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} puts {inputs} values one behind the other: {n} channel.",
            "Layer {stage} puts {inputs} values one behind the other: {n} channels.",
            after[0], stage=number, inputs=self.inputs,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("concatenate", mark("Concatenation"), lambda _: cls()),)

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer:
        if node.integer("axis", 1) not in (1, -1 - node.rank):
            raise SpecError("axis", tr("is {value}; convgui concatenates channels.", value=node.integer("axis", 1)))
        return super().from_onnx(node)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return x

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return grad

    def joined(self, names: Sequence[str], library: str) -> str:
        axis = {"np": "axis=0", "torch": "dim=1", "jnp": "axis=1", "tf": "axis=-1"}[library]
        function = {"np": "np.concatenate", "torch": "torch.cat", "jnp": "jnp.concatenate", "tf": "tf.concat"}[library]
        return f"{function}([{', '.join(names)}], {axis})"

    def onnx_joined(self, graph: OnnxGraph, names: Sequence[str]) -> None:
        graph.node("Concat", *names, axis=1)

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"Concatenate({self.inputs})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Identity")


LAYER = Concatenate

"""The layers of a file of Keras, as they are listed and followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from convgui.core.spec import SpecError
from convgui.files.weights.keras import KerasFile, KerasLayer
from convgui.files.weights.onnx_model import Graph, Node
from convgui.files.weights.tensors import Tensor
from convgui.session.found_layer import FoundLayer
from convgui.session.keras_graph.convolutions import alone, rank_of
from convgui.session.keras_graph.operators import operator
from convgui.session.keras_graph.step import Step, is_last
from convgui.session.onnx_graph.operators import SENSELESS, put
from convgui.session.onnx_graph.tracing import Tracing
from convgui.words import tr


@dataclass(frozen=True, eq=False)
class KerasOperation:
    """A layer of Keras, and the inputs of its network, channels first."""

    layer: KerasLayer
    graph: Graph
    last: bool
    constants: Mapping[str, Tensor] = field(default_factory=dict)

    def follow(self, tracing: Tracing, *, last: bool) -> None:
        """Make the layer's value of those that are there; SpecError if it does what is not done here."""
        call = self.layer.call
        for name, shape in self.graph.inputs.items():
            _begin(tracing, name, shape, self.last)
        if any(name not in tracing.flowing for name in call.reads):
            further = next((name for name in call.reads if name in list(self.graph.inputs)[1:]), None)
            if further is not None:
                raise SpecError("inputs", tr("reads {name}, a further input of the network.", name=further))
            return
        if not call.reads:
            raise SpecError("inputs", tr("of {name} are not told.", name=call.class_name))
        own = operator(call.class_name)
        if own is None:
            raise SpecError("operator", tr("layers of the class {name} are not read", name=call.class_name))
        step = Step(tracing, self.layer, call.reads[0])
        try:
            own(step)
            if last and self.last and len(step.sizes) > 2:
                rank = len(step.sizes)
                step.node("Transpose", perm=(0, rank - 1, *range(1, rank - 1)))
        except SpecError:
            raise
        except SENSELESS as error:
            words = tr("the inputs of {name} do not fit together", name=call.class_name)
            raise SpecError("operator", words) from error
        value = step.arranged
        tracing.flowing[call.makes] = tracing.finished(value) if last else value


def _begin(tracing: Tracing, name: str, shape: tuple[int | str | None, ...] | None, last: bool) -> None:
    """Give the network's input channels last, where its layers have them so."""
    given = tracing.flowing.get(name)
    turned = f"{name}#"
    if given is None or turned in tracing.flowing:
        return
    tracing.flowing[turned] = given
    if last and shape is not None and len(shape) > 2:
        put(tracing, Node("Transpose", "", (turned,), (name,), {"perm": (0, *range(2, len(shape)), 1)}))


def layers_of_keras(file: KerasFile) -> tuple[FoundLayer, ...]:
    """Return a file's layers: of its model, or of the arrays that lie together where it tells no model."""
    last = all(is_last(layer.call.config) for layer in file.layers)
    inputs = {name: _channels_first(shape, last) for name, shape in file.inputs.items()}
    graph = Graph((), {}, inputs, {}, 1)
    return tuple(_found(layer, graph if file.told else None, last) for layer in file.layers)


def _channels_first(shape: tuple[int | None, ...] | None, last: bool) -> tuple[int | str | None, ...] | None:
    if shape is None or not last or len(shape) < 3:
        return shape
    return (shape[0], shape[-1], *shape[1:-1])


def _found(layer: KerasLayer, graph: Graph | None, last: bool) -> FoundLayer:
    call, shapes = layer.call, {role: tensor.shape for role, tensor in layer.weights.items()}
    convolves = rank_of(call.class_name) is not None
    reason = ""
    if operator(call.class_name) is None:
        reason = tr("layers of the class {name} are not read", name=call.class_name)
    elif graph is None and not convolves:
        reason = tr("by itself it is not put on an input")
    return FoundLayer(
        call.name,
        call.class_name,
        shapes,
        sum(tensor.size for tensor in layer.weights.values()),
        reason,
        told=graph is not None,
        reads=call.reads,
        makes=call.makes,
        operation=None if graph is None else KerasOperation(layer, graph, last),
        _build=partial(alone, layer) if convolves else None,
    )

"""What each of ONNX's operators does to values that flow: the table, and what kinds of layers read themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.files.weights.onnx_constants import folding
from convgui.files.weights.onnx_model import Node
from convgui.layers import kind_of_onnx
from convgui.layers.activation import Activation
from convgui.layers.identity import Identity
from convgui.layers.layer import Layer
from convgui.layers.leaky_relu import LeakyReLU
from convgui.layers.relu import ReLU
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.cutting import gather, pad, slice_, split
from convgui.session.onnx_graph.given import arrays_behind, incoming
from convgui.session.onnx_graph.meeting import OF_TWO, concatenate, equal, of_two, power, where
from convgui.session.onnx_graph.moving import cast, depth_to_space, expand, reshape, shape_of, transpose
from convgui.session.onnx_graph.summing import dense, reduce, softmax
from convgui.session.onnx_graph.tracing import Results, Tracing
from convgui.words import tr

Operator: TypeAlias = Callable[[Tracing, Node], Results]
SENSELESS = (ValueError, IndexError, TypeError, KeyError, ZeroDivisionError, OverflowError)
"""What Python and NumPy raise for attributes and sizes that no correct file has."""
EACH = (ReLU, LeakyReLU, Activation, Identity)
"""Kinds that do the same to every value, wherever it stands."""
SPREAD_OVER = {"kernel_shape": 1, "strides": 1, "dilations": 1, "output_padding": 0}
"""Attributes of one number an axis, and what stands on axes that a node does not know of."""


def put(tracing: Tracing, node: Node, *, last: bool = False) -> None:
    """Follow one node of a graph; the last one's values are put in ONNX's order.

    Nothing is done where it follows from a value that is missing.

    Raises
    ------
    SpecError
        If it does something that is not done here; the message says what.
    """
    folded = folding(node, tracing.constants)
    if folded is not None:
        tracing.constants[node.outputs[0]] = folded
        return
    known = tracing.flowing.keys() | tracing.constants.keys() | tracing.compared.keys()
    wanted = [name for name in node.inputs if name and name not in known]
    if wanted:
        if wanted[0] in tracing.graph.inputs:
            raise SpecError("inputs", tr("reads {name}, a further input of the network.", name=wanted[0]))
        return
    try:
        made = _followed(tracing, node)
    except SpecError:
        raise
    except SENSELESS as error:
        raise SpecError("operator", tr("the inputs of {name} do not fit together", name=node.op_type)) from error
    for name, value in zip(node.outputs, made if isinstance(made, tuple) else (made,), strict=False):
        tracing.flowing[name] = tracing.finished(value) if last else value


def _followed(tracing: Tracing, node: Node) -> Results:
    own, kind = OPERATORS.get(node.op_type), kind_of_onnx(node.op_type)
    if own is not None:
        return own(tracing, node)
    if kind is None:
        raise SpecError("operator", tr("the operator {name} is not read", name=node.op_type))
    return _as_kind(tracing, node, kind)


def is_read(op_type: str) -> bool:
    """Whether something is known to do for an operator."""
    return op_type in OPERATORS or kind_of_onnx(op_type) is not None


def _as_kind(tracing: Tracing, node: Node, kind: type[Layer]) -> Arranged:
    value, arrays = incoming(tracing, node), arrays_behind(tracing, node)
    if issubclass(kind, EACH):
        return tracing.behind(value, kind.from_onnx(tracing.node(node, *arrays)))
    value, places = tracing.channels_first(value)
    given = _spread_over(node, arrays, places, tracing.rank)
    layers = kind.from_onnx(tracing.node(given[0], *given[1]))
    return tracing.placed_behind(value, layers, (None, 0, *places))


def _spread_over(
    node: Node, arrays: list[NDArray[Any] | None], places: Sequence[int], rank: int
) -> tuple[Node, list[NDArray[Any] | None]]:
    """Return a node of few axes as one of all the document's, which stand at places; kernels have one cell there."""
    if list(places) == list(range(1, rank + 1)) or not places:
        return node, arrays
    attributes = dict(node.attributes)
    for name, filling in SPREAD_OVER.items():
        given = attributes.get(name)
        if isinstance(given, tuple) and len(given) == len(places):
            attributes[name] = tuple(int(n) for n in _wide(given, places, rank, filling))
    pads = attributes.get("pads")
    if isinstance(pads, tuple) and len(pads) == 2 * len(places):
        half = len(places)
        sides = (*_wide(pads[:half], places, rank, 0), *_wide(pads[half:], places, rank, 0))
        attributes["pads"] = tuple(int(n) for n in sides)
    weight = arrays[0] if arrays else None
    if weight is not None and weight.ndim == 2 + len(places):
        arrays = [weight.reshape(*weight.shape[:2], *_wide(weight.shape[2:], places, rank, 1)), *arrays[1:]]
    return replace(node, attributes=attributes), arrays


def _wide(given: Sequence[float], places: Sequence[int], rank: int, filling: float) -> list[Any]:
    found: list[Any] = [filling] * rank
    for n, place in zip(given, places, strict=True):
        found[place - 1] = n
    return found


OPERATORS: Mapping[str, Operator] = {
    **dict.fromkeys(("Reshape", "Flatten", "Unsqueeze", "Squeeze"), reshape),
    **dict.fromkeys(OF_TWO, of_two),
    **dict.fromkeys(("Gemm", "MatMul"), dense),
    **dict.fromkeys(("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"), reduce),
    **dict.fromkeys(("DepthToSpace", "SpaceToDepth"), depth_to_space),
    "Transpose": transpose,
    "Cast": cast,
    "Shape": shape_of,
    "Expand": expand,
    "Slice": slice_,
    "Split": split,
    "Gather": gather,
    "Pad": pad,
    "Pow": power,
    "Concat": concatenate,
    "Softmax": softmax,
    "Equal": equal,
    "Where": where,
}

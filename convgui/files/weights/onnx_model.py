"""ONNX: the graph of a model as it stands in its file, with its tensors.

Field numbers are those of ``onnx.proto``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from convgui.core.memory import headroom
from convgui.files.source import REFUSE_BYTES, Source
from convgui.files.weights.onnx_tensor import read_tensor
from convgui.files.weights.protobuf import ProtobufError, Value, fields, floats, part, real, signed, text, wholes
from convgui.files.weights.tensors import AGAIN, MOST_TENSORS, Tensor, WeightFile
from convgui.words import tr

NEWEST_IR = 20
Attribute: TypeAlias = int | float | str | tuple[int, ...] | tuple[float, ...] | Tensor | None


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes
    ----------
    op_type : str
        ONNX's name of it; with its domain in front where that is another one.
    inputs, outputs : tuple of str
        The values that it takes and makes; an input that is left out is "".
    """

    op_type: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """A model's graph.

    Attributes
    ----------
    nodes : tuple of Node
        In the order of the file, in which each comes behind what it needs.
    tensors : mapping of str to Tensor
        Initialisers, and what Constant nodes make, by the name of the value.
    inputs, outputs : mapping of str to shape
        The shape of each, with a text or None for a size that is not fixed; None where it is not told.
    opset : int
        The version of ONNX's own operators.
    """

    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    inputs: Mapping[str, tuple[int | str | None, ...] | None]
    outputs: Mapping[str, tuple[int | str | None, ...] | None]
    opset: int


@dataclass(frozen=True)
class OnnxFile(WeightFile):
    """A file that holds its network's graph, too."""

    graph: Graph = field(default_factory=lambda: Graph((), {}, {}, {}, 1))


def is_onnx(head: bytes) -> bool:
    """Tell from its first bytes whether a file may be of this form: a version of the format, then something else."""
    return len(head) > 4 and head[0] == 0x08 and 1 <= head[1] <= NEWEST_IR and head[2] & 7 in (0, 2)


def read_onnx(source: Source) -> OnnxFile:
    """Return the tensors of a model; LoadError says what is wrong with it."""
    graph = read_graph(source)
    return OnnxFile(source.name, "ONNX", graph.tensors, graph=graph)


def read_graph(source: Source) -> Graph:
    """Return a model's graph; LoadError says what is wrong with it."""
    left = headroom()
    if source.size > REFUSE_BYTES or (left is not None and 2 * source.size > left):
        raise source.error(tr("it takes {size:,.0f} MiB", size=source.size / (1 << 20)), tr("open a smaller network"))
    source.stream.seek(0)
    message = memoryview(source.stream.read(source.size))
    try:
        return _model(message, source)
    except ProtobufError as error:
        raise source.error(str(error), AGAIN) from error


def _model(message: memoryview, source: Source) -> Graph:
    graph, opset = None, 1
    for number, value in fields(message):
        if number == 7:
            graph = part(value)
        elif number == 8:
            told = dict(fields(part(value)))
            if text(told.get(1, memoryview(b""))) in ("", "ai.onnx"):
                opset = signed(told.get(2, 1))
    if graph is None:
        raise ProtobufError(tr("there is no graph in it"))
    return _graph(graph, opset, source)


def _graph(message: memoryview, opset: int, source: Source) -> Graph:
    nodes, tensors = list[Node](), dict[str, Tensor]()
    inputs, outputs = dict[str, Any](), dict[str, Any]()
    for number, value in fields(message):
        source.check_cancelled()
        if number == 1:
            node = _node(part(value), source)
            constant = node.attributes.get("value") if node.op_type == "Constant" else None
            if isinstance(constant, Tensor) and node.outputs:
                tensors[node.outputs[0]] = replace(constant, name=node.outputs[0])
            else:
                nodes.append(node)
        elif number == 5:
            tensor = read_tensor(part(value), source)
            tensors[tensor.name] = tensor
        elif number in (11, 12):
            name, shape = _value_info(part(value))
            (inputs if number == 11 else outputs)[name] = shape
        elif number == 15:
            raise ProtobufError(tr("it holds sparse tensors, which are not read"))
        if len(nodes) + len(tensors) > MOST_TENSORS:
            raise ProtobufError(tr("it has more than {most:,} nodes", most=MOST_TENSORS))
    # Before version 4 of the format initialisers are inputs too.
    return Graph(tuple(nodes), tensors, {k: v for k, v in inputs.items() if k not in tensors}, outputs, opset)


def _node(message: memoryview, source: Source) -> Node:
    inputs, outputs, attributes = list[str](), list[str](), dict[str, Attribute]()
    name = op_type = domain = ""
    for number, value in fields(message):
        if number == 1:
            inputs.append(text(value))
        elif number == 2:
            outputs.append(text(value))
        elif number == 3:
            name = text(value)
        elif number == 4:
            op_type = text(value)
        elif number == 7:
            domain = text(value)
        elif number == 5:
            key, attribute = _attribute(part(value), source)
            attributes[key] = attribute
    if domain not in ("", "ai.onnx"):
        op_type = f"{domain}.{op_type}"
    return Node(op_type, name, tuple(inputs), tuple(outputs), attributes)


def _attribute(message: memoryview, source: Source) -> tuple[str, Attribute]:
    """Return name and value; a graph inside a graph, and what else is not read, is None."""
    parts: dict[int, list[Value]] = {}
    for number, value in fields(message):
        parts.setdefault(number, []).append(value)
    name = text(parts[1][-1]) if 1 in parts else ""
    found: Attribute = None
    if 2 in parts:
        found = real(parts[2][-1])
    elif 3 in parts:
        found = signed(parts[3][-1])
    elif 4 in parts:
        found = text(parts[4][-1])
    elif 5 in parts:
        found = read_tensor(part(parts[5][-1]), source, name)
    elif 7 in parts:
        found = tuple(floats(parts[7], "<f4").tolist())
    elif 8 in parts:
        found = tuple(wholes(parts[8]).tolist())
    return name, found


def _value_info(message: memoryview) -> tuple[str, tuple[int | str | None, ...] | None]:
    told = dict(fields(message))
    name = text(told.get(1, memoryview(b"")))
    kind = dict(fields(part(told[2]))) if 2 in told else {}
    tensor = dict(fields(part(kind[1]))) if 1 in kind else {}
    if 2 not in tensor:
        return name, None
    shape: list[int | str | None] = []
    for number, value in fields(part(tensor[2])):
        if number == 1:
            size = dict(fields(part(value)))
            shape.append(signed(size[1]) if 1 in size else text(size[2]) if 2 in size else None)
    return name, tuple(shape)

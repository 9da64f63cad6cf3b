"""What stands in an ONNX node: the value that flows into it, and numbers of the file."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.files.weights.onnx_model import Node
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.tracing import Tracing
from convgui.words import tr


def incoming(tracing: Tracing, node: Node) -> Arranged:
    """Return the one value that flows into a node, as its first input."""
    value = tracing.flowing.get(node.inputs[0]) if node.inputs else None
    if value is None:
        raise SpecError("inputs", tr("are numbers of the file where a value of the network is needed."))
    return value


def arrays_behind(tracing: Tracing, node: Node) -> list[NDArray[Any] | None]:
    """Return the arrays behind a node's first input; None for what is left out or computed."""
    return [tracing.array(name) if name else None for name in node.inputs[1:]]


def constant_arrays(tracing: Tracing, node: Node) -> list[NDArray[Any] | None]:
    """Return a node's arrays; SpecError if one of them is computed by the network."""
    found = arrays_behind(tracing, node)
    if any(name and array is None for name, array in zip(node.inputs[1:], found, strict=True)):
        raise SpecError("inputs", tr("is computed by the network itself, and has to stand in the file."))
    return found


def whole_numbers(tracing: Tracing, node: Node, name: str) -> tuple[int, ...] | None:
    """Return whole numbers from an attribute, or from the second input; None if they are in neither."""
    given = node.attributes.get(name)
    if isinstance(given, tuple):
        return tuple(int(n) for n in given)
    if len(node.inputs) < 2 or not node.inputs[1]:
        return None
    array = tracing.array(node.inputs[1])
    if array is None:
        raise SpecError(name, tr("is computed by the network itself, and has to stand in the file."))
    return tuple(int(n) for n in array.reshape(-1))


def integer(node: Node, name: str, default: int) -> int:
    """Return a whole number from an attribute."""
    found = node.attributes.get(name, default)
    return found if isinstance(found, int) else default

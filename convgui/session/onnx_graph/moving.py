"""ONNX's operators that move values and change none."""

from __future__ import annotations

from math import prod

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.files.weights.onnx_constants import reshaped, squeezed, unsqueezed
from convgui.files.weights.onnx_model import Node
from convgui.files.weights.onnx_operations import sizes
from convgui.files.weights.onnx_tensor import KINDS
from convgui.layers.flatten import Flatten
from convgui.layers.limits import MOST_CHANNELS
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.given import incoming, integer, whole_numbers
from convgui.session.onnx_graph.tracing import Results, Tracing
from convgui.words import tr


def cast(tracing: Tracing, node: Node) -> Arranged:
    """Leave real numbers what they are; SpecError for whole ones."""
    code = node.attributes.get("to", 1)
    kind = KINDS.get(code) if isinstance(code, int) else None
    if kind not in ("float16", "float32", "float64", "bfloat16"):
        raise SpecError("to", tr("is {value!r}; values stay real numbers here.", value=kind))
    return incoming(tracing, node)


def transpose(tracing: Tracing, node: Node) -> Arranged:
    """Put axes in another order."""
    value, order = incoming(tracing, node), node.attributes.get("perm")
    rank = len(value.dims)
    axes = tuple(int(n) for n in order) if isinstance(order, tuple) else tuple(reversed(range(rank)))
    if sorted(axes) != list(range(rank)):
        raise SpecError("perm", tr("is {value!r}; each axis is needed once.", value=axes))
    return value.transposed(axes)


def reshape(tracing: Tracing, node: Node) -> Arranged:
    """Read a value row by row as other axes."""
    value = incoming(tracing, node)
    own = value.sizes
    match node.op_type:
        case "Flatten":
            axis = integer(node, "axis", 1) % (len(own) + 1)
            target: tuple[int, ...] | None = (prod(own[:axis]), prod(own[axis:]))
        case "Reshape":
            target = reshaped(own, whole_numbers(tracing, node, "shape"))
        case "Unsqueeze":
            target = unsqueezed(own, whole_numbers(tracing, node, "axes"))
        case _:
            target = squeezed(own, whole_numbers(tracing, node, "axes"))
    if target is None or prod(target) != prod(own):
        raise SpecError("shape", tr("does not fit {size}.", size=by(own)))
    return _read_as(tracing, value, target)


def _read_as(tracing: Tracing, value: Arranged, target: tuple[int, ...]) -> Arranged:
    line = [f for factors in value.dims for f in factors]
    if len(target) == 2 and target[0] == 1 and line == sorted(line):
        # What flattens is shown as that.
        return tracing.placed_behind(value, Flatten(), (None, 0))
    found = value.reshaped(target)
    if found is not None:
        return found
    count = prod(target)
    if count > MOST_CHANNELS:
        words = tr("reads {size} as {target}, across its axes.", size=by(value.sizes), target=by(target))
        raise SpecError("shape", words)
    made = (count, *(1,) * tracing.rank)
    flat = tracing.placed_behind(value, value.moved_to(range(len(value.dims)), made), (0,))
    found = flat.reshaped(target)
    assert found is not None
    return found


def depth_to_space(tracing: Tracing, node: Node) -> Arranged:
    """Return what ONNX's definition says: a Reshape, a Transpose, and a Reshape."""
    value, side = incoming(tracing, node), integer(node, "blocksize", 1)
    n, c, *spatial = value.sizes if len(value.dims) == 4 else (0, 0)
    deep = node.op_type == "DepthToSpace"
    if len(spatial) != 2 or (c % side**2 if deep else spatial[0] % side or spatial[1] % side):
        raise SpecError("blocksize", tr("does not fit {size}.", size=by(value.sizes)))
    h, w = spatial
    if deep:
        columns_first = node.attributes.get("mode", "DCR") == "CRD"
        split = (n, c // side**2, side, side, h, w) if columns_first else (n, side, side, c // side**2, h, w)
        order = (0, 1, 4, 2, 5, 3) if columns_first else (0, 3, 4, 1, 5, 2)
        target = (n, c // side**2, h * side, w * side)
    else:
        split, order = (n, c, h // side, side, w // side, side), (0, 3, 5, 1, 2, 4)
        target = (n, c * side**2, h // side, w // side)
    apart = value.reshaped(split)
    assert apart is not None
    return _read_as(tracing, apart.transposed(order), target)


def shape_of(tracing: Tracing, node: Node) -> Results:
    """Remember a value's sizes, which are numbers from now on."""
    tracing.keep(node.outputs[0], sizes(incoming(tracing, node).sizes, node.attributes))
    return ()


def expand(tracing: Tracing, node: Node) -> Arranged:
    """Leave a value that has its size already; SpecError for one that would be repeated."""
    value, target = incoming(tracing, node), whole_numbers(tracing, node, "shape")
    if target is None or np.broadcast_shapes(value.sizes, target) != value.sizes:
        raise SpecError("shape", tr("repeats {size}, which is not done here.", size=by(value.sizes)))
    return value

"""ONNX's operators that go along an axis: sums, means, products with matrices, softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, SpecError
from convgui.files.weights.onnx_model import Node
from convgui.files.weights.onnx_operations import axes_of
from convgui.layers.convolution import Convolution
from convgui.layers.dense import Dense
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer
from convgui.layers.matrix_product import MatrixProduct
from convgui.layers.onnx_node import finite
from convgui.layers.scale import Scale
from convgui.layers.softmax import Softmax
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.given import arrays_behind, constant_arrays, incoming, integer
from convgui.session.onnx_graph.tracing import Tracing
from convgui.words import tr

OLD_SOFTMAX = 13
"""From this version on softmax goes along one axis; before, along all from one on."""


def softmax(tracing: Tracing, node: Node) -> Arranged:
    """Make shares along an axis, which becomes the channels."""
    value = incoming(tracing, node)
    rank, old = len(value.dims), tracing.graph.opset < OLD_SOFTMAX
    axis = integer(node, "axis", 1 if old else -1) % rank
    along = [d for d in range(axis, rank) if value.dims[d]] if old else [axis]
    if len(along) != 1:
        raise SpecError("dim", tr("is not one axis, along which convgui's softmax goes."))
    return tracing.behind(channels_of(tracing, value, along[0]), Softmax())


def channels_of(tracing: Tracing, value: Arranged, d: int) -> Arranged:
    """Return a value one of whose axes is its channels."""
    if value.place(d) == 0 or (not value.dims[d] and value.shape[0] == 1):
        return value
    return tracing.spread(value, d, [k for k in value.wide if k != d])


def dense(tracing: Tracing, node: Node) -> Arranged:
    """Multiply a value by a matrix: of all its values, or at every cell along its last axis."""
    value, arrays = incoming(tracing, node), arrays_behind(tracing, node)
    if node.op_type == "MatMul" and all(name in tracing.flowing for name in node.inputs):
        return _product(tracing, node)
    weight = arrays[0] if arrays else None
    if weight is None:
        raise SpecError("weight", tr("is computed by the network itself, and has to stand in the file."))
    d, rank = len(value.dims) - 1, len(value.dims)
    line = [f for factors in value.dims for f in factors]
    if value.dims[:d] == ((),) * d and line == sorted(line):
        layer: Layer = Dense.from_onnx(tracing.node(node, *arrays))
        return tracing.placed_behind(value, layer, (*(None,) * d, 0))
    if node.op_type != "MatMul" or weight.ndim != 2:
        raise SpecError("weight", tr("is not that of a plain dense layer."))
    value = channels_of(tracing, value, d)
    places = tuple(0 if k == d else value.place(k) if value.dims[k] else None for k in range(rank))
    return tracing.placed_behind(value, _at_every_cell(tracing, finite(weight, "weight").T), places)


def _at_every_cell(tracing: Tracing, weight: NDArray[np.float64]) -> Convolution:
    """Return a matrix product over channels at every cell: a convolution of one cell a side."""
    spec = ConvSpec.of(weight.shape[1], weight.shape[0], (1,) * tracing.rank)
    return Convolution(spec, np.ascontiguousarray(weight).reshape(spec.weight_shape), np.zeros(spec.out_channels))


def _product(tracing: Tracing, node: Node) -> Arranged:
    """Multiply two values as matrices: rows of the one become channels, columns of the other, and both are joined."""
    one, other = (tracing.flowing[name] for name in node.inputs)
    rank = len(one.dims)
    if rank != len(other.dims) or rank < 2:
        raise SpecError("inputs", tr("have different axes, which convgui does not multiply."))
    stack = [d for d in range(rank - 2) if one.dims[d] or other.dims[d]]
    if any(one.sizes[d] != other.sizes[d] for d in stack):
        raise SpecError("inputs", tr("have different axes, which convgui does not multiply."))
    rows, columns = rank - 2, rank - 1
    between = [*stack, *(None,) * (tracing.rank - 1 - len(stack))]
    # The axis that goes in sums is the last one of both.
    one = tracing.spread(one, rows, [*between, columns])
    other = tracing.spread(other, columns, [*between, rows])
    places: list[int | None] = [stack.index(d) + 1 if d in stack else None for d in range(rank)]
    places[rows], places[columns] = 0, tracing.rank
    return tracing.joined([one, other], MatrixProduct(2, one.shape[0]), places)


def reduce(tracing: Tracing, node: Node) -> Arranged:
    """Take sums, means or extremes over axes."""
    value = incoming(tracing, node)
    rank = len(value.dims)
    told = axes_of(node.attributes, [None, *constant_arrays(tracing, node)])
    axes = sorted({a % rank for a in told}) if told is not None else list(range(rank))
    wide, others = [d for d in axes if value.dims[d]], [d for d in value.wide if d not in axes]
    count = prod(value.sizes[d] for d in wide)
    if wide:
        value = _reduced(tracing, node.op_type, value, wide, others)
    if node.op_type == "ReduceSum" and count > 1:
        value = tracing.behind(value, Scale.by(count))
    keep = bool(node.attributes.get("keepdims", 1))
    dims = tuple(() if d in axes else f for d, f in enumerate(value.dims) if keep or d not in axes)
    return replace(value, dims=dims)


def _reduced(tracing: Tracing, op_type: str, value: Arranged, wide: Sequence[int], others: Sequence[int]) -> Arranged:
    """Take means, sums or extremes over axes: over all spatial ones, or over channels by weights that are alike."""
    if len(others) <= 1 and len(wide) <= tracing.rank:
        first = others[0] if others else None
        value = tracing.spread(value, first, wide)
        layers: tuple[Layer, ...] = (GlobalPool("max" if op_type in ("ReduceMax", "ReduceMin") else "average",
                                                (1,) * tracing.rank),)  # fmt: skip
        if op_type == "ReduceMin":
            layers = (Scale.by(-1), *layers, Scale.by(-1))
        places = [0 if d == first else None for d in range(len(value.dims))]
        return tracing.placed_behind(value, layers, places)
    if not others:
        last, *before = wide
        value = _reduced(tracing, op_type, value, before, [last])
        return _reduced(tracing, op_type, value, [last], [])
    if len(wide) > 1 or op_type not in ("ReduceMean", "ReduceSum"):
        raise SpecError("axes", tr("are not all spatial axes, and convgui takes means and maxima over all."))
    (d,) = wide
    value = channels_of(tracing, value, d)
    count = value.sizes[d]
    places = [value.place(k) if value.dims[k] and k != d else None for k in range(len(value.dims))]
    weight = np.full((1, count), 1.0 / count)
    return tracing.placed_behind(value, _at_every_cell(tracing, weight), places)

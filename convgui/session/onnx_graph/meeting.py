"""ONNX's operators in which a value meets numbers of the file, or another value, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.files.weights.onnx_model import Node
from convgui.layers.activation import Activation
from convgui.layers.add import Add
from convgui.layers.concatenate import Concatenate
from convgui.layers.layer import Layer
from convgui.layers.masked import Masked
from convgui.layers.multiply import Multiply
from convgui.layers.scale import Scale
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.given import constant_arrays, incoming, integer
from convgui.session.onnx_graph.tracing import Results, Tracing, is_one
from convgui.words import tr

OF_TWO: Mapping[str, type[Add | Multiply]] = {"Add": Add, "Sum": Add, "Sub": Add, "Mul": Multiply, "Div": Multiply}
"""Operators that meet value by value, and the layer in which they do."""
HALF = 0.5


def of_two(tracing: Tracing, node: Node) -> Arranged:
    """Add, subtract, multiply or divide values cell by cell, or a value and numbers of the file."""
    flowing = [name for name in node.inputs if name in tracing.flowing]
    if len(flowing) < len(node.inputs):
        return _with_numbers(tracing, node)
    values = [tracing.flowing[name] for name in node.inputs]
    if len(values) == 1:
        return values[0]
    if node.op_type == "Sub":
        values[1] = tracing.behind(values[1], Scale.by(-1))
    if node.op_type == "Div":
        values[1] = tracing.behind(values[1], Activation("reciprocal"))
    return _met(tracing, values, OF_TWO[node.op_type](len(values)))


def _met(tracing: Tracing, values: Sequence[Arranged], layer: Layer) -> Arranged:
    """Put values into a layer in which they meet cell by cell; axes of one cell are repeated."""
    rank = max(len(value.dims) for value in values)
    same = [replace(value, dims=((),) * (rank - len(value.dims)) + value.dims) for value in values]
    if not np.broadcast_shapes(*(value.sizes for value in same)):
        return tracing.joined(same, layer, ())
    placed = _common(same)
    if placed is None:
        whole = [d for d in range(rank) if len({value.sizes[d] for value in same}) == 1]
        wide = [d for d in range(rank) if any(value.dims[d] for value in same)]
        firsts = [d for d in whole if d in wide]
        first = 1 if 1 in firsts else firsts[0] if firsts else None
        rest = [d for d in wide if d != first]
        same = [tracing.spread(value, first, rest) for value in same]
        placed = tuple(0 if d == first else rest.index(d) + 1 if d in rest else None for d in range(rank))
    return tracing.joined(same, layer, placed)


def _common(values: Sequence[Arranged]) -> tuple[int | None, ...] | None:
    """Return where each of ONNX's axes stands, if it is the same for all values and they have as many channels."""
    found: list[int | None] = []
    for d in range(len(values[0].dims)):
        places = {value.place(d) for value in values if value.dims[d]}
        if None in places or len(places) > 1:
            return None
        found.append(places.pop() if places else None)
    there = [place for place in found if place is not None]
    alike = len({value.shape[0] for value in values}) == 1
    return tuple(found) if alike and len(set(there)) == len(there) else None


def _with_numbers(tracing: Tracing, node: Node) -> Arranged:
    """Scale or shift a value by numbers of the file: one for all, or one for each cell of an axis."""
    name = next((name for name in node.inputs if name in tracing.flowing), "")
    if not name:
        raise SpecError("inputs", tr("are numbers of the file where a value of the network is needed."))
    value, before = tracing.flowing[name], node.inputs.index(name) > 0
    others = [tracing.array(n) for n in node.inputs if n != name]
    if len(others) != 1 or others[0] is None:
        raise SpecError("inputs", tr("joins a value with numbers of the file, which convgui does not do."))
    numbers, rank = others[0], len(value.dims)
    if before and node.op_type == "Div":
        value, node = tracing.behind(value, Activation("reciprocal")), replace(node, op_type="Mul")
    if is_one(numbers) and numbers.ndim <= rank:
        numbers = numbers.reshape(1)
    else:
        shape = (1,) * (rank - numbers.ndim) + numbers.shape
        wide = [d for d, n in enumerate(shape) if n > 1]
        if numbers.ndim > rank or len(wide) != 1 or shape[wide[0]] != value.sizes[wide[0]]:
            words = tr("has shape {shape}; one number is needed, or one a channel.", shape=numbers.shape)
            raise SpecError("weight", words)
        (d,) = wide
        value = tracing.spread(value, d, [k for k in value.wide if k != d]) if value.place(d) != 0 else value
        numbers = numbers.reshape(-1, *(1,) * tracing.rank)
    read = tracing.node(node) if before else tracing.node(node, numbers)
    layers = Scale.from_onnx(replace(read, first=numbers) if before else read)
    return tracing.behind(value, layers)


def power(tracing: Tracing, node: Node) -> Arranged:
    """Multiply a value by itself, or take its root or reciprocal."""
    value, (exponent,) = incoming(tracing, node), constant_arrays(tracing, node)[:1]
    power = float(exponent.reshape(-1)[0]) if exponent is not None and is_one(exponent) else np.nan
    if power == 1:
        return value
    if power in (2, 3):
        return _met(tracing, [value] * int(power), Multiply(int(power)))
    if power == HALF:
        return tracing.behind(value, Activation("sqrt"))
    if power == -1:
        return tracing.behind(value, Activation("reciprocal"))
    raise SpecError("Y", tr("is {value}; powers of 2, 3, 1/2 and -1 are taken here.", value=power))


def concatenate(tracing: Tracing, node: Node) -> Arranged:
    """Put values one behind the other along an axis, which becomes the channels."""
    values = [tracing.flowing.get(name) for name in node.inputs]
    there = [value for value in values if value is not None]
    if len(there) < len(values):
        raise SpecError("inputs", tr("joins a value with numbers of the file, which convgui does not do."))
    if len(there) == 1:
        return there[0]
    rank = len(there[0].dims)
    if any(len(value.dims) != rank for value in there):
        raise SpecError("axis", tr("values of different sizes ({sizes}); they need the same size.",
                                   sizes=", ".join(by(value.sizes) for value in there)))  # fmt: skip
    d = integer(node, "axis", 1) % rank
    places = _placed(there, d)
    if places is None:
        rest = [k for k in range(rank) if k != d and any(value.dims[k] for value in there)]
        there = [tracing.spread(value, d, rest) for value in there]
        places = tuple(0 if k == d else rest.index(k) + 1 if k in rest else None for k in range(rank))
    return tracing.joined(there, Concatenate(len(there)), places)


def _placed(values: Sequence[Arranged], first: int) -> tuple[int | None, ...] | None:
    """Return where axes stand if one of them is the channels of all values, and the others are alike."""
    found = list[int | None]()
    for d in range(len(values[0].dims)):
        places = {value.place(d) for value in values if value.dims[d]}
        if None in places or len(places) > 1:
            return None
        found.append(places.pop() if places else None)
    if any(value.place(first) != 0 and (value.dims[first] or value.shape[0] > 1) for value in values):
        return None
    found[first] = 0
    there = [place for place in found if place is not None]
    return tuple(found) if len(set(there)) == len(there) else None


def equal(tracing: Tracing, node: Node) -> Results:
    """Remember a comparison, which is no number, for the node that chooses by it."""
    value, (number,) = incoming(tracing, node), constant_arrays(tracing, node)
    if number is None or not is_one(number):
        raise SpecError("inputs", tr("are compared; here a value is compared with one number."))
    tracing.compared[node.outputs[0]] = value, float(number.reshape(-1)[0])
    return ()


def where(tracing: Tracing, node: Node) -> Arranged:
    """Choose by a comparison between a number and a value."""
    condition, chosen, other = node.inputs
    number = tracing.array(chosen)
    if condition not in tracing.compared or number is None or not is_one(number) or other not in tracing.flowing:
        raise SpecError("inputs", tr("are chosen from; here one number stands where a value is equal to another."))
    tested, equals = tracing.compared[condition]
    return _met(tracing, [tested, tracing.flowing[other]], Masked(2, equals, float(number.reshape(-1)[0])))

"""ONNX's operators that take a part of a value, or put cells around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.files.weights.onnx_model import Node
from convgui.files.weights.onnx_operations import slices
from convgui.layers.crop import Crop
from convgui.layers.pad import Pad
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.given import constant_arrays, incoming, integer, whole_numbers
from convgui.session.onnx_graph.tracing import Tracing
from convgui.words import tr


def slice_(tracing: Tracing, node: Node) -> Arranged:
    """Cut a part out of each axis: SpecError where the file does not tell which."""
    value = incoming(tracing, node)
    try:
        cuts = slices(node.attributes, constant_arrays(tracing, node), len(value.dims))
    except (ValueError, IndexError, TypeError) as error:
        raise SpecError("starts", tr("are not told by the file.")) from error
    return _cut(tracing, value, cuts)


def _cut(tracing: Tracing, value: Arranged, cuts: Sequence[slice]) -> Arranged:
    """Return a part of a value; nothing is added where all of it goes on."""
    ranges = [range(*cut.indices(n)) for cut, n in zip(cuts, value.sizes, strict=True)]
    if not all(ranges):
        raise SpecError("size", tr("leaves nothing of the input."))
    wanted = [d for d, (own, n) in enumerate(zip(ranges, value.sizes, strict=True)) if own != range(n)]
    for d in wanted:
        value = _cut_axis(tracing, value, d, ranges[d])
    return value


def _cut_axis(tracing: Tracing, value: Arranged, d: int, own: range) -> Arranged:
    lead = value.leading(d)
    if lead is None or (lead[1] > 1 and own.step != 1):
        value = tracing.apart(value)
        lead = value.leading(d)
        assert lead is not None
    axis, each = lead
    first, cells = own.start * each, len(own) * each
    # Of several cells each, they lie side by side.
    cut = slice(first, first + cells) if each > 1 else _as_slice(own)
    of_axes = [cut if a == axis else slice(None) for a in range(len(value.shape))]
    layer = Crop.of(of_axes, value.shape)
    return value.cut(d, tracing.behind(value, layer).number, layer.size, len(own))


def _as_slice(own: range) -> slice:
    """Return a range as a slice, also where it ends before cell 0."""
    return slice(own.start, own.stop if own.stop >= 0 else None, own.step)


def split(tracing: Tracing, node: Node) -> tuple[Arranged, ...]:
    """Cut a value into parts of an axis."""
    value = incoming(tracing, node)
    axis = integer(node, "axis", 0) % len(value.dims)
    n, parts = value.sizes[axis], len(node.outputs)
    given = whole_numbers(tracing, node, "split")
    each = -(-n // parts)
    lengths = given if given is not None else tuple(min(each, n - k * each) for k in range(parts))
    if len(lengths) != parts or sum(lengths) != n or min(lengths) < 1:
        raise SpecError("split", tr("does not fit {size}.", size=by(value.sizes)))
    found, at = list[Arranged](), 0
    for length in lengths:
        cuts = [slice(None)] * len(value.dims)
        cuts[axis] = slice(at, at + length)
        found.append(_cut(tracing, value, cuts))
        at += length
    return tuple(found)


def gather(tracing: Tracing, node: Node) -> Arranged:
    """Take one cell of an axis, which goes where a single number says which."""
    value, (indices,) = incoming(tracing, node), constant_arrays(tracing, node)[:1]
    axis = integer(node, "axis", 0) % len(value.dims)
    if indices is None or indices.size != 1 or indices.ndim > 1:
        raise SpecError("indices", tr("are several; one is taken here."))
    index = int(indices.reshape(-1)[0]) % value.sizes[axis]
    cuts = [slice(None)] * len(value.dims)
    cuts[axis] = slice(index, index + 1)
    found = _cut(tracing, value, cuts)
    return found if indices.ndim else replace(found, dims=tuple(f for d, f in enumerate(found.dims) if d != axis))


def pad(tracing: Tracing, node: Node) -> Arranged:
    """Put cells around axes, of which those that get some have to be spatial."""
    value = incoming(tracing, node)
    arrays = constant_arrays(tracing, node)
    told = whole_numbers(tracing, node, "pads")
    rank = len(value.dims)
    if told is None or len(told) != 2 * rank:
        raise SpecError("padding", tr("does not fit {rank} axes.", rank=rank))
    pairs = list(zip(told[:rank], told[rank:], strict=True))
    grown = [d for d, pair in enumerate(pairs) if any(pair)]
    if not grown:
        return value
    if any(d < 2 for d in grown) or rank - 2 > tracing.rank:
        others = [d for d in value.wide if d not in grown]
        first = others[0] if others else None
        value = tracing.spread(value, first, sorted({*grown, *others} - {first}))
        places: tuple[int | None, ...] = tuple(
            sorted({*grown, *others} - {first}).index(d) + 1 if d in {*grown, *others} - {first} else None
            for d in range(rank)
        )
        places = tuple(0 if d == first else place for d, place in enumerate(places))
    else:
        value, spatial = tracing.channels_first(value)
        places = (None, 0, *spatial)
    cells = [(0, 0)] * tracing.rank
    for d in grown:
        place = places[d]
        assert place
        cells[place - 1] = pairs[d]
    if min(min(pair) for pair in cells) < 0:
        raise SpecError("padding", tr("is {value!r}; cutting off, or padding channels, is not done here.", value=told))
    flat = tuple(n for side in zip(*cells, strict=True) for n in side)
    half = len(flat) // 2
    sides = (0, 0, *flat[:half], 0, 0, *flat[half:])
    layer = Pad.from_onnx(tracing.node(node, None, *arrays[1:], pads=sides))
    return tracing.placed_behind(value, layer, places)

"""Operators of ONNX on few numbers, as networks reckon with their own sizes: by NumPy, as the operators are defined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.files.weights.onnx_tensor import KINDS
from convgui.files.weights.tensors import BFLOAT16, Tensor

Arrays: TypeAlias = Sequence[NDArray[Any] | None]
Attributes: TypeAlias = Mapping[str, Any]
Operation: TypeAlias = Callable[[Attributes, Arrays], Any]
MOST_MADE = 1 << 16
"""Numbers that are made of few, such as by `Expand`."""


def operation(op_type: str) -> Operation | None:
    """Return what an operator does to arrays, of which those left out are None; None where it is not known here.

    It raises what NumPy raises where they make no sense.
    """
    return OPERATIONS.get(op_type)


def slices(given: Attributes, arrays: Arrays, rank: int) -> tuple[slice, ...]:
    """Return what a Slice cuts out of each axis: attributes up to opset 9, then arrays.

    ValueError if it is not told for some axis.
    """
    told = [given.get(name) for name in ("starts", "ends", "axes", "steps")]
    found = [_whole(array) if array is not None else value for value, array in zip(told, _padded(arrays), strict=True)]
    starts, ends = found[0], found[1]
    if starts is None or ends is None:
        raise ValueError("starts, ends")
    axes = found[2] if found[2] is not None else range(len(starts))
    steps = found[3] if found[3] is not None else (1,) * len(starts)
    cut = [slice(None)] * rank
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        # Going backwards, an end before the first cell is written as a number far below 0.
        last = None if step < 0 and end < -(1 << 30) else int(end)
        cut[int(axis)] = slice(int(start), last, int(step))
    return tuple(cut)


def _padded(arrays: Arrays) -> list[NDArray[Any] | None]:
    return [*arrays, None, None, None, None][:4]


def _whole(array: NDArray[Any]) -> tuple[int, ...]:
    return tuple(int(n) for n in array.reshape(-1))


def _first(arrays: Arrays) -> NDArray[Any]:
    """Return what comes in; TypeError where it is left out."""
    return _there(arrays[0] if arrays else None)


def _there(array: NDArray[Any] | None) -> NDArray[Any]:
    if array is None:
        raise TypeError
    return array


def axes_of(given: Attributes, arrays: Arrays) -> tuple[int, ...] | None:
    """Return the axes that stand in an attribute, or in later versions in a second array; None if in neither."""
    if isinstance(given.get("axes"), tuple):
        return tuple(int(n) for n in given["axes"])
    return _whole(arrays[1]) if len(arrays) > 1 and arrays[1] is not None else None


def _gather(given: Attributes, arrays: Arrays) -> Any:
    indices = arrays[1]
    assert indices is not None
    return np.take(_first(arrays), indices, axis=int(given.get("axis", 0)))


def _cast(given: Attributes, arrays: Arrays) -> Any:
    kind = KINDS[given["to"]]
    return _first(arrays).astype(np.float32 if kind == BFLOAT16 else kind)


def _filled(given: Attributes, arrays: Arrays) -> Any:
    shape, value = _whole(_first(arrays)), given.get("value")
    if prod(shape) > MOST_MADE:
        raise ValueError(shape)
    filling = value.values().reshape(-1)[0] if isinstance(value, Tensor) else np.float32(0)
    return np.full(shape, filling)


def _expanded(_: Attributes, arrays: Arrays) -> Any:
    target = arrays[1]
    assert target is not None
    shape = np.broadcast_shapes(_first(arrays).shape, _whole(target))
    if prod(shape) > MOST_MADE:
        raise ValueError(shape)
    return np.broadcast_to(_first(arrays), shape)


def _range(_: Attributes, arrays: Arrays) -> Any:
    start, limit, delta = (float(_whole_or_real(array)) for array in arrays)
    if (limit - start) / delta > MOST_MADE:
        raise ValueError(limit)
    first = _first(arrays)
    return (start + delta * np.arange(max(0, int(np.ceil((limit - start) / delta))))).astype(first.dtype)


def _whole_or_real(array: NDArray[Any] | None) -> float:
    assert array is not None
    return float(array.reshape(-1)[0])


def _divided(one: NDArray[Any], other: NDArray[Any]) -> Any:
    """Divide; whole numbers are cut off towards 0, as in C."""
    if one.dtype.kind in "iu":
        return np.trunc(one / other).astype(one.dtype)
    return one / other


def _reduced(function: Callable[..., Any]) -> Operation:
    def reduce(given: Attributes, arrays: Arrays) -> Any:
        return function(_first(arrays), axis=axes_of(given, arrays), keepdims=bool(given.get("keepdims", 1)))

    return reduce


def _each(function: Callable[..., Any]) -> Operation:
    return lambda _, arrays: function(*arrays)


OPERATIONS: Mapping[str, Operation] = {
    "Shape": lambda given, arrays: sizes(_first(arrays).shape, given),
    "Size": lambda _, arrays: np.array(_first(arrays).size, np.int64),
    "Cast": _cast,
    "Gather": _gather,
    "Slice": lambda given, arrays: _first(arrays)[slices(given, arrays[1:], _first(arrays).ndim)],
    "Concat": lambda given, arrays: np.concatenate([_there(a) for a in arrays], axis=int(given["axis"])),
    "ConstantOfShape": _filled,
    "Expand": _expanded,
    "Range": _range,
    "Transpose": lambda given, arrays: np.transpose(_first(arrays), given.get("perm")),
    "Add": _each(np.add),
    "Sub": _each(np.subtract),
    "Mul": _each(np.multiply),
    "Div": _each(_divided),
    "Mod": _each(np.mod),
    "Neg": _each(np.negative),
    "Abs": _each(np.abs),
    "Sqrt": _each(np.sqrt),
    "Exp": _each(np.exp),
    "Log": _each(np.log),
    "Pow": _each(lambda base, power: np.power(base, power).astype(base.dtype)),
    "Floor": _each(np.floor),
    "Ceil": _each(np.ceil),
    "Round": _each(np.rint),
    "Reciprocal": _each(np.reciprocal),
    "Min": _each(lambda *arrays: np.minimum.reduce(np.broadcast_arrays(*arrays))),
    "Max": _each(lambda *arrays: np.maximum.reduce(np.broadcast_arrays(*arrays))),
    "Equal": _each(np.equal),
    "Less": _each(np.less),
    "Greater": _each(np.greater),
    "Not": _each(np.logical_not),
    "And": _each(np.logical_and),
    "Or": _each(np.logical_or),
    "Where": _each(np.where),
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "ReduceMax": _reduced(np.max),
    "ReduceMin": _reduced(np.min),
    "ReduceMean": _reduced(np.mean),
}  # fmt: skip


def sizes(shape: tuple[int, ...], given: Attributes) -> NDArray[np.int64]:
    """Return a shape, or from opset 15 a part of it."""
    return np.array(shape[given.get("start", 0) : given.get("end", len(shape))], np.int64)

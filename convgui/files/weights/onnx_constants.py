"""What an ONNX graph makes of the file's own numbers, such as a bias that is given another shape, or a size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.files.weights.onnx_model import Node
from convgui.files.weights.onnx_operations import operation
from convgui.files.weights.tensors import Tensor

Shape: TypeAlias = tuple[int, ...]
MOST = 1 << 16
"""Numbers of a shape, or of axes, that are looked at."""


def folding(node: Node, constants: Mapping[str, Tensor]) -> Tensor | None:
    """Return what a node makes where only the file's numbers come into it; None where values flow, or it does more."""
    given = [constants.get(name) for name in node.inputs if name]
    if not given or len(node.outputs) != 1 or any(tensor is None for tensor in given):
        return None
    tensors = [tensor for tensor in given if tensor is not None]
    shape = _shape(node, tensors)
    if shape is None or prod(shape) != tensors[0].size:
        return _computed(node, constants) if sum(tensor.size for tensor in tensors) <= MOST else None
    first = tensors[0]

    def values() -> NDArray[np.generic]:
        return np.asarray(first.values()).reshape(shape)

    return Tensor(node.outputs[0], shape, first.dtype, values)


def of_array(name: str, array: NDArray[Any]) -> Tensor:
    """Return numbers that are there as a tensor."""
    return Tensor(name, array.shape, array.dtype.name, lambda: array.copy())


def _computed(node: Node, constants: Mapping[str, Tensor]) -> Tensor | None:
    """Return what few numbers become; None where it is not known, or makes no sense of them."""
    own = operation(node.op_type)
    if own is None:
        return None
    arrays = [constants[name].values() if name else None for name in node.inputs]
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(own(node.attributes, arrays))
    except (ValueError, IndexError, TypeError, KeyError, OverflowError, ZeroDivisionError, AttributeError):
        return None
    return of_array(node.outputs[0], found) if found.size <= MOST else None


def _shape(node: Node, tensors: list[Tensor]) -> Shape | None:
    """Return the shape that a node gives to numbers that it leaves as they are; None for what changes them."""
    own = tensors[0].shape
    rules: dict[str, Callable[[], Shape | None]] = {
        "Identity": lambda: own,
        "Dropout": lambda: own,
        "Reshape": lambda: reshaped(own, integers(node, tensors, "shape")),
        "Unsqueeze": lambda: unsqueezed(own, integers(node, tensors, "axes")),
        "Squeeze": lambda: squeezed(own, integers(node, tensors, "axes")),
    }
    rule = rules.get(node.op_type)
    return rule() if rule is not None else None


def integers(node: Node, tensors: list[Tensor], name: str) -> Shape | None:
    """Return whole numbers that stand in a second tensor, or before opset 13 in an attribute."""
    written = node.attributes.get(name)
    if isinstance(written, tuple):
        return tuple(int(n) for n in written)
    if len(tensors) < 2 or tensors[1].size > MOST or not tensors[1].dtype.startswith(("int", "uint")):
        return None
    return tuple(int(n) for n in tensors[1].values().reshape(-1))


def reshaped(own: Shape, target: Shape | None) -> Shape | None:
    """Return the shape that a Reshape makes: 0 keeps a size, -1 is what is left; None if it does not fit."""
    if target is None or any(n < -1 for n in target) or target.count(-1) > 1:
        return None
    kept = [own[a] if n == 0 and a < len(own) else n for a, n in enumerate(target)]
    known = prod(n for n in kept if n != -1)
    if -1 in kept:
        if not known or prod(own) % known:
            return None
        kept[kept.index(-1)] = prod(own) // known
    return tuple(kept)


def unsqueezed(own: Shape, axes: Shape | None) -> Shape | None:
    """Return a shape with axes of one cell added; None if they are not told, or make no sense."""
    if axes is None or len(axes) > 16:
        return None
    rank = len(own) + len(axes)
    new = {a % rank for a in axes if -rank <= a < rank}
    if len(new) != len(axes):
        return None
    left = iter(own)
    return tuple(1 if a in new else next(left) for a in range(rank))


def squeezed(own: Shape, axes: Shape | None) -> Shape | None:
    """Return a shape without axes of one cell: those that are told, or all of them."""
    if axes is None:
        return tuple(n for n in own if n != 1)
    gone = {a % len(own) for a in axes if own and -len(own) <= a < len(own)}
    return tuple(n for a, n in enumerate(own) if a not in gone)

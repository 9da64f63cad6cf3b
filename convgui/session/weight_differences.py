"""Two files of trained weights beside each other, tensor by tensor: two networks, or two states of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import Cancelled
from convgui.core.sizes import by
from convgui.draw.number import number
from convgui.files.weights.tensors import Tensor, WeightFile
from convgui.layers.layer import Shape
from convgui.words import tr, trn


@dataclass(frozen=True)
class Difference:
    """What two files have under one name.

    Attributes
    ----------
    name : str
        The tensor's, in both.
    shape, other : tuple of int or None
        Its shape in the first file and in the second; None where it is not there.
    differ : int or None
        How many of its numbers differ; None where they do not stand against each other.
    most : float or None
        The largest difference between two of them, likewise.
    largest : float or None
        The largest number of both without its sign, likewise.
    """

    name: str
    shape: Shape | None
    other: Shape | None
    differ: int | None = None
    most: float | None = None
    largest: float | None = None

    @property
    def same(self) -> bool:
        """Whether both files hold the same."""
        return self.differ == 0

    @property
    def share(self) -> float | None:
        """The largest difference over the largest number."""
        return None if self.most is None or not self.largest else self.most / self.largest

    def said(self) -> str:
        """Say it in a few words."""
        if self.other is None:
            return tr("only in the first")
        if self.shape is None:
            return tr("only in the second")
        if self.differ is None:
            return tr("{shape} became {other}", shape=by(self.shape), other=by(self.other))
        if not self.differ:
            return tr("the same")
        share, most = self.share, number(self.most or 0.0)
        if share is None or not isfinite(share):
            return trn("{n:,} differs, by up to {most}", "{n:,} differ, by up to {most}", self.differ, most=most)
        return trn(
            "{n:,} differs, by up to {most} ({share} % of the largest)",
            "{n:,} differ, by up to {most} ({share} % of the largest)",
            self.differ, most=most, share=number(100 * share, 2),
        )  # fmt: skip


def differences(one: WeightFile, other: WeightFile, cancel: Callable[[], bool] | None = None) -> Iterator[Difference]:
    """Compare two files, tensor by tensor in the order of the first; those that it has not come last.

    Raises
    ------
    LoadError
        If a file is not what it was.
    Cancelled
        Soon after `cancel` returns True.
    """
    for name, tensor in one.tensors.items():
        if cancel is not None and cancel():
            raise Cancelled
        yield _between(name, tensor, other.tensors.get(name))
    for name, tensor in other.tensors.items():
        if name not in one.tensors:
            yield Difference(name, None, tensor.shape)


def _between(name: str, tensor: Tensor, other: Tensor | None) -> Difference:
    if other is None or other.shape != tensor.shape:
        return Difference(name, tensor.shape, None if other is None else other.shape)
    a, b = _numbers(tensor), _numbers(other)
    # What is not finite in both alike is no difference.
    unlike = (a != b) & ~(np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(a - b)[unlike]
    finite = apart[np.isfinite(apart)]
    sizes = [float(np.abs(x[np.isfinite(x)]).max(initial=0.0)) for x in (a, b)]
    most = float(finite.max(initial=0.0)) if finite.size == apart.size else float("inf")
    return Difference(name, tensor.shape, other.shape, int(unlike.sum()), most, max(sizes))


def _numbers(tensor: Tensor) -> NDArray[np.float64]:
    return np.asarray(tensor.values(), np.float64)


def told(found: list[Difference]) -> str:
    """Say of all tensors how many are the same, how many differ, and how many stand alone."""
    same = sum(one.same for one in found)
    differ = sum(one.differ is not None and not one.same for one in found)
    shapes = sum(one.differ is None and None not in (one.shape, one.other) for one in found)
    alone = len(found) - same - differ - shapes
    return trn(
        "{n:,} tensor: {same:,} the same, {differ:,} with other numbers, {shapes:,} of other shapes, {alone:,} in one "
        "file alone.",
        "{n:,} tensors: {same:,} the same, {differ:,} with other numbers, {shapes:,} of other shapes, {alone:,} in one "
        "file alone.",
        len(found), same=same, differ=differ, shapes=shapes, alone=alone,
    )  # fmt: skip

"""Separable kernels: how few products of 1D kernels make up a kernel, by the singular value decomposition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real
from convgui.core.spec import SpecError
from convgui.words import tr

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Factors:
    """A kernel as a sum of outer products.

    Attributes
    ----------
    terms : tuple of tuple of ndarray
        For each term one vector an axis, the strongest term first.
    strengths : ndarray of float64
        How much each term weighs (in 2D the singular values, falling).
    rank : int
        How many terms are needed, to rounding; 1 means that the kernel is separable. A zero kernel has 0.
    """

    terms: tuple[tuple[Array, ...], ...]
    strengths: Array
    rank: int

    def sum(self, count: int) -> Array:
        """Add up the first `count` terms."""
        shape = tuple(v.size for v in self.terms[0])
        total = np.zeros(shape)
        for term in self.terms[:count]:
            total += np.asarray(reduce(np.multiply.outer, term))
        return total


def separable_factors(kernel: ArrayLike) -> Factors:
    """Split a 2D kernel into its singular terms, or a 3D kernel into terms found one after the other.

    Parameters
    ----------
    kernel : array_like
        Of two or three axes.

    Returns
    -------
    Factors
        In 2D the sum of the first ``n`` terms is the nearest kernel of rank ``n`` (Eckart and Young 1936), and all
        terms together are the kernel. In 3D the first axis is split off by SVD and each remaining plane is split again,
        so the sum of all terms is the kernel too, though the order is not provably the best.

    Raises
    ------
    SpecError
        If the kernel has another number of axes.
    """
    array = as_real("kernel", kernel).astype(np.float64)
    if array.ndim == 2:
        pairs = _split(array)
    elif array.ndim == 3:
        pairs = []
        for weight, (along, plane) in _split(array.reshape(array.shape[0], -1)):
            for inner, vectors in _split(plane.reshape(array.shape[1:])):
                pairs.append((weight * inner, (along, *vectors)))
        pairs.sort(key=lambda pair: -pair[0])
    else:
        raise SpecError("kernel", tr("has {ndim} axes; 2 or 3 can be separated.", ndim=array.ndim))
    strengths = np.array([weight for weight, _ in pairs])
    floor = strengths[0] * max(array.shape) * float(np.finfo(np.float64).eps) * 4
    terms = tuple(_balance(weight, vectors) for weight, vectors in pairs)
    return Factors(terms, strengths, int(np.count_nonzero(strengths > floor)))


def _split(matrix: Array) -> list[tuple[float, tuple[Array, ...]]]:
    """Singular values with left and right vectors, signed so that the right vector's sum is not negative."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    terms: list[tuple[float, tuple[Array, ...]]] = []
    for i, value in enumerate(values):
        sign = -1.0 if right[i].sum() < -1e-12 or (abs(right[i].sum()) <= 1e-12 and right[i][-1] < 0) else 1.0
        terms.append((float(value), (sign * left[:, i], sign * right[i])))
    return terms


def _balance(weight: float, vectors: tuple[Array, ...]) -> tuple[Array, ...]:
    """Share a term's weight among its vectors."""
    share: Any = weight ** (1 / len(vectors))
    return tuple(np.asarray(share * v) for v in vectors)


def nearest_separable(kernel: ArrayLike) -> tuple[Array, float]:
    """Return the strongest separable part of a kernel and its relative error (Frobenius norm; 0 if separable)."""
    array = as_real("kernel", kernel).astype(np.float64)
    best = separable_factors(array).sum(1)
    size = float(np.linalg.norm(array))
    return best, float(np.linalg.norm(array - best)) / size if size else 0.0

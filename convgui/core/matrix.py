"""The matrix C of a layer: convolution written as one matrix product, sparse and dense.

Input and output are flattened row by row, channel after channel: ``C @ x.ravel() = y.ravel()``. The transpose of C is
the transposed convolution's matrix; it brings the shape back, not the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real
from convgui.core.control import CancelCheck, stop_if
from convgui.core.index import index_table
from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr

AnyArray = NDArray[Any]
Index = NDArray[np.int64]
BLOCK = 1 << 18
"""Entries between two questions whether to stop."""
LARGEST_ENTRIES = 1 << 24
LARGEST_DENSE = 1 << 26


@dataclass(frozen=True, eq=False)
class SparseMatrix:
    """A matrix by its entries, in the order of rows, then taps.

    With a padding mode other than zeros, several entries can share a row and column: one input cell is then
    read by several taps of the same window. They add up.

    Attributes
    ----------
    shape : (int, int)
    rows, columns : ndarray of int64, shape (entries,)
    values : ndarray of float64, shape (entries,)
    weights : ndarray of int64, shape (entries,)
        Flat index, into the layer's weight array, of the weight that stands in the entry: its colour in a picture.
    """

    shape: tuple[int, int]
    rows: Index
    columns: Index
    values: NDArray[np.float64]
    weights: Index

    @property
    def T(self) -> SparseMatrix:  # noqa: N802 - the name mathematics and NumPy use
        """The transpose."""
        return SparseMatrix(self.shape[::-1], self.columns, self.rows, self.values, self.weights)

    def dense(self) -> NDArray[np.float64]:
        """Write the matrix out.

        Raises
        ------
        SpecError
            If it has more than `LARGEST_DENSE` entries.
        """
        if self.shape[0] * self.shape[1] > LARGEST_DENSE:
            raise SpecError(
                "input",
                tr(
                    "makes a matrix of {channels} x {size}, too large to write out.",
                    channels=self.shape[0],
                    size=self.shape[1],
                ),
            )
        full = np.zeros(self.shape)
        np.add.at(full, (self.rows, self.columns), self.values)
        return full

    def __matmul__(self, vector: ArrayLike) -> NDArray[np.float64]:
        """Multiply by a vector of ``shape[1]`` numbers."""
        x = as_real("x", vector).astype(np.float64, copy=False)
        if x.shape != (self.shape[1],):
            raise SpecError(
                "x", tr("has shape {shape}; the matrix takes ({size},).", shape=x.shape, size=self.shape[1])
            )
        product: NDArray[np.float64] = self.values * x[self.columns]
        return np.bincount(self.rows, product, minlength=self.shape[0]).astype(np.float64, copy=False)


def convolution_matrix(
    spec: ConvSpec, weight: ArrayLike, spatial: Sequence[int], cancel: CancelCheck | None = None
) -> SparseMatrix:
    """Build the matrix of a layer (transposed or not) for a spatial input size, without its bias.

    Parameters
    ----------
    spec : ConvSpec
    weight : array_like
        Of shape ``spec.weight_shape``.
    spatial : sequence of int
    cancel : callable, optional
        Asked between blocks of rows; once it returns True, `Cancelled` is raised.

    Returns
    -------
    SparseMatrix
        Of shape ``(C_out * output cells, C_in * input cells)``.

    Raises
    ------
    SpecError
        If the weight has another shape, the layer does not fit, or the matrix is too large to look at.
    Cancelled
        If `cancel` returned True.
    """
    kernel = as_real("weight", weight)
    if kernel.shape != spec.weight_shape:
        raise SpecError(
            "weight",
            tr(
                "has shape {shape}, the layer needs {weight_shape}.", shape=kernel.shape, weight_shape=spec.weight_shape
            ),
        )
    table = index_table(spec, spatial)
    cells_out, cells_in = table.source.shape[0], int(np.prod(table.input_shape))
    per_in, per_out = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    entries = int(np.count_nonzero(table.source >= 0)) * spec.out_channels * per_in
    if entries > LARGEST_ENTRIES:
        raise SpecError(
            "input",
            tr(
                "makes a matrix of {entries:,} entries, more than {largest_entries:,}.",
                entries=entries,
                largest_entries=LARGEST_ENTRIES,
            ),
        )
    rows, columns, where = (np.empty(entries, np.int64) for _ in range(3))
    at, many = 0, max(1, BLOCK // (per_in * spec.taps))
    for f, first in product(range(spec.out_channels), range(0, cells_out, many)):
        stop_if(cancel)
        source = table.source[first : first + many]
        cell, c, tap = np.nonzero(np.broadcast_to((source >= 0)[:, None, :], (len(source), per_in, spec.taps)))
        channel, part = f // per_out * per_in + c, slice(at, at + cell.size)
        axes = (channel, f % per_out) if spec.transposed else (f, c)
        rows[part] = f * cells_out + first + cell
        columns[part] = channel * cells_in + source[cell, tap]
        where[part] = (axes[0] * spec.weight_shape[1] + axes[1]) * spec.taps + tap
        at += cell.size
    values = kernel.reshape(-1)[where].astype(np.float64)
    shape = (spec.out_channels * cells_out, spec.in_channels * cells_in)
    return SparseMatrix(shape, rows, columns, values, where)

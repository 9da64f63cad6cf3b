"""The matrix C of a layer: convolution written as one matrix product, sparse and dense.

Input and output are flattened row by row, channel after channel: ``C @ x.ravel() = y.ravel()``. The transpose of C is
the transposed convolution's matrix; it brings the shape back, not the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real
from convgui.core.index import index_table
from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr

AnyArray = NDArray[Any]
Index = NDArray[np.int64]
LARGEST_ENTRIES = 1 << 24
LARGEST_DENSE = 1 << 26


@dataclass(frozen=True, eq=False)
class SparseMatrix:
    """A matrix by its entries, in the order of rows, then taps.

    With a padding mode other than zeros, several entries can share a place: one input cell is then read by several taps
    of the same window. They add up.

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
            If it has more than `LARGEST_DENSE` places.
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


def convolution_matrix(spec: ConvSpec, weight: ArrayLike, spatial: Sequence[int]) -> SparseMatrix:
    """Build the matrix of a layer (transposed or not) for a spatial input size, without its bias.

    Parameters
    ----------
    spec : ConvSpec
    weight : array_like
        Of shape ``spec.weight_shape``.
    spatial : sequence of int

    Returns
    -------
    SparseMatrix
        Of shape ``(C_out * output cells, C_in * input cells)``.

    Raises
    ------
    SpecError
        If the weight has another shape, the layer does not fit, or the matrix is too large to look at.
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
    f, cell, c, tap = np.nonzero(
        np.broadcast_to((table.source >= 0)[None, :, None, :], (spec.out_channels, cells_out, per_in, spec.taps))
    )
    channel = f // per_out * per_in + c
    axes = (channel, f % per_out) if spec.transposed else (f, c)
    where = (axes[0] * spec.weight_shape[1] + axes[1]) * spec.taps + tap
    return SparseMatrix(
        shape=(spec.out_channels * cells_out, spec.in_channels * cells_in),
        rows=f * cells_out + cell,
        columns=channel * cells_in + table.source[cell, tap],
        values=kernel.reshape(-1)[where].astype(np.float64),
        weights=where,
    )

"""The arrays: a layer as one matrix product, the transpose of it, and both one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, convolution_matrix
from convgui.core.control import CancelCheck, stop_if
from convgui.core.filter_view import on_two_axes
from convgui.model.document import Document

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shape = tuple[int, int, int]
Mode = Literal["c", "ct", "ctc"]
MODES: tuple[Mode, ...] = ("c", "ct", "ctc")
MOST_ENTRIES = 1 << 22
"""Most weights in a matrix that is drawn."""
MOST_NUMBERS = 64
"""Most rows and columns whose numbers are drawn."""


@dataclass(frozen=True, eq=False)
class Product:
    """A matrix M, a vector v, and their product.

    Attributes
    ----------
    mode : str
        ``"c"`` for C, ``"ct"`` for its transpose, ``"ctc"`` for the transpose of C times C.
    shape : (int, int)
        Rows and columns of M.
    rows, columns, values : ndarray, shape (entries,)
        The entries of M in the order of rows.
    weights : ndarray, shape (entries,)
        Which weight of the layer stands in the entry (flat index), or -1 where it is a sum of products.
    vector, result : ndarray
        v, and M v (plus the bias for mode ``"c"``).
    bias : ndarray
        What is added to each row's sum.
    vector_shape, result_shape : (int, int, int)
        How many grids v and the result are drawn as, a slice of a channel each, with their height and width.
    shapes : tuple of tuple of int
        ``(C, *spatial)`` that v and the result are reshaped from and to.
    original : ndarray
        The layer's input, flat.
    kernels : ndarray
        The weights as they meet the input, ``(a, b, kh, kw)``; slices of a kernel stand in a row.
    filled, used : int
        Entries of M that are not zero, and how many different weights stand in them.
    """

    mode: Mode
    spec: ConvSpec
    shape: tuple[int, int]
    rows: Ints
    columns: Ints
    values: Floats
    weights: Ints
    vector: Floats
    result: Floats
    bias: Floats
    vector_shape: Shape
    result_shape: Shape
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    original: Floats
    kernels: Floats
    flipped: bool
    filter: int
    filled: int
    used: int

    @property
    def small(self) -> bool:
        """Whether the numbers of the matrix may be drawn."""
        return max(self.shape) <= MOST_NUMBERS

    def dense(self) -> tuple[Floats, Ints]:
        """Write out the values and the weights' numbers (-1 where none stands)."""
        values, weights = np.zeros(self.shape), np.full(self.shape, -1, dtype=np.int64)
        np.add.at(values, (self.rows, self.columns), self.values)
        weights[self.rows, self.columns] = self.weights
        return values, weights

    def row(self, row: int) -> Ints:
        """Return the entries of one row."""
        first, last = np.searchsorted(self.rows, [row, row + 1])
        return np.arange(first, last)

    def cell(self, number: int, of_vector: bool) -> Shape:
        """Return channel, row and column of a number of v (or of the result)."""
        channel, row, column = np.unravel_index(number, self.vector_shape if of_vector else self.result_shape)
        return int(channel), int(row), int(column)

    def flat(self, cell: tuple[int, ...], of_vector: bool) -> int:
        """Return which number of v (or of the result) stands at channel, row and column; -1 where none does."""
        shape = self.vector_shape if of_vector else self.result_shape
        there = all(0 <= c < n for c, n in zip(cell, shape, strict=True))
        return int(np.ravel_multi_index(cell, shape)) if there else -1


def entry_count(document: Document) -> int:
    """Return about how many weights the matrix holds: each position's taps, padding included."""
    return document.layer.spec.multiply_adds(document.sample.spatial)


def product(document: Document, mode: Mode, cancel: CancelCheck | None = None) -> Product:
    """Compute matrix, vector and result.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    Cancelled
        If `cancel` returned True.
    """
    layer, sample = document.layer, document.sample
    spec = layer.spec
    matrix = convolution_matrix(spec, layer.effective_weight, sample.spatial, cancel)
    view = document.filter_view
    given, outputs = _grids(spec.in_channels, view.spatial), _grids(spec.out_channels, view.output_shape)
    forwards, left = (spec.in_channels, *view.spatial), (spec.out_channels, *view.output_shape)
    x: Floats = sample.data.astype(np.float64).reshape(-1)
    bias = np.repeat(layer.bias, view.positions)
    stop_if(cancel)
    y = matrix @ x + bias
    forward = (matrix.rows, matrix.columns, matrix.values, matrix.weights)
    if mode == "c":
        entries, vector, ends, shapes = forward, x, (given, outputs), (forwards, left)
        result, added = y, bias
    elif mode == "ct":
        back = matrix.T
        stop_if(cancel)
        order = np.argsort(back.rows, kind="stable")
        entries = (back.rows[order], back.columns[order], back.values[order], back.weights[order])
        vector, ends, shapes = y, (outputs, given), (left, forwards)
        result, added = back @ y, np.zeros(x.size)
    else:
        dense = matrix.dense()
        square = dense.T @ dense
        rows, columns = np.nonzero(square)
        entries = (rows, columns, square[rows, columns], np.full(rows.size, -1))
        vector, ends, shapes = x, (given, given), (forwards, forwards)
        result, added = square @ x, np.zeros(x.size)
    stop_if(cancel)
    first, second = spec.weight_shape[:2]
    count, *sides = _grids(second, spec.kernel_size)
    kernels = layer.effective_weight.reshape(first, count, *sides)
    shape = (prod(ends[1]), prod(ends[0]))
    filled, used = _sparsity(spec, shape, entries)
    return Product(
        mode, spec, shape, *entries, vector, result, added, *ends, shapes, x, kernels, layer.flip, document.view.filter,
        filled, used,
    )  # fmt: skip


def _grids(channels: int, spatial: tuple[int, ...]) -> Shape:
    """Return how many grids of rows and columns channels are drawn as: those of three axes are a grid a slice."""
    depth, plane = spatial[:-2], spatial[-2:]
    rows, columns = on_two_axes(plane)
    return channels * prod(depth), rows, columns


def _sparsity(spec: ConvSpec, shape: tuple[int, int], entries: tuple[Ints, Ints, Floats, Ints]) -> tuple[int, int]:
    """Count the entries that are not zero and the weights that stand in them."""
    rows, columns, values, weights = entries
    there = values != 0
    used = int(np.count_nonzero(np.bincount(weights[there] + 1)[1:]))
    if spec.padding_mode == "zeros":
        return int(np.count_nonzero(there)), used
    # With the other padding modes several taps of a window can read one cell.
    sums = np.zeros(shape[0] * shape[1]) if shape[0] * shape[1] <= 1 << 20 else None
    entries_at = np.ravel_multi_index((rows, columns), shape)
    if sums is None:
        return int(np.unique(entries_at[there]).size), used
    np.add.at(sums, entries_at, values)
    return int(np.count_nonzero(sums)), used

"""The index table: for each output cell and each tap, which input cell feeds it.

Everything small is read from this one table: the window that slides, hovering in both directions, the matrix C, overlap
counts and receptive fields. None of them has index arithmetic of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core.filter_axis import filter_axes
from convgui.core.memory import check_budget
from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
LARGEST_TABLE = 1 << 26
"""Most entries (output cells times taps) of a table: 64 Mi, 576 MB. It is meant for what can be looked at."""


@dataclass(frozen=True, eq=False)
class IndexTable:
    """Which input cell feeds each output cell through each tap; channels are left out, since all share it.

    Attributes
    ----------
    input_shape, output_shape, kernel_size : tuple of int
        Spatial shapes.
    transposed : bool
        Whether the table belongs to a transposed convolution.
    source : ndarray of int64, shape (output cells, taps)
        Flat (row-major) spatial index of the input cell, or -1 where there is none: zero padding, or in a transposed
        convolution a position between two inputs.
    padded : ndarray of bool, shape (output cells, taps)
        Whether the tap lies outside the input, that is in the padding, whatever stands there. A position between two
        inputs of a transposed convolution is not padding.
    """

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    kernel_size: tuple[int, ...]
    transposed: bool
    source: Index
    padded: Flags

    def inputs_of(self, output_flat: int) -> list[tuple[int, int]]:
        """(input_flat, tap) for every tap of one output cell that reads an input cell, in the order of the taps."""
        row = self.source[output_flat]
        return [(int(row[tap]), int(tap)) for tap in np.flatnonzero(row >= 0)]

    def outputs_of(self, input_flat: int) -> list[tuple[int, int]]:
        """(output_flat, tap) for every output cell that one input cell feeds, in the order of the outputs."""
        return [(int(cell), int(tap)) for cell, tap in np.argwhere(self.source == input_flat)]

    def reads(self) -> Index:
        """How many taps of each output cell read an input cell, of shape `output_shape`."""
        counts: Index = np.count_nonzero(self.source >= 0, axis=1)
        return counts.reshape(self.output_shape)

    def uses(self) -> Index:
        """How many (output, tap) pairs read each input cell, of shape `input_shape`."""
        hits = self.source[self.source >= 0]
        return np.bincount(hits, minlength=prod(self.input_shape)).reshape(self.input_shape).astype(np.int64)

    def overlap(self) -> Index:
        """How many kernels overlap on each cell of the grid that they are laid over.

        A convolution lays its windows over the input, so that counts the uses of each input cell; a transposed
        convolution lays its kernels over the output, so that counts the reads of each output cell. This is the count
        behind checkerboard artifacts (Odena, Dumoulin, Olah, Distill 2016).
        """
        return self.reads() if self.transposed else self.uses()


def index_table(spec: ConvSpec, spatial: Sequence[int]) -> IndexTable:
    """Build the index table of a layer for a spatial input size.

    Parameters
    ----------
    spec : ConvSpec
        The layer, transposed or not.
    spatial : sequence of int
        Spatial shape of the input.

    Raises
    ------
    SpecError
        If the layer does not fit the input, or the table would pass `LARGEST_TABLE` entries.
    """
    shape = tuple(int(n) for n in spatial)
    out = spec.output_shape(shape)
    entries = prod(out) * spec.taps
    if entries > LARGEST_TABLE:
        raise SpecError(
            "input",
            tr(
                "of {shape} needs an index table of {entries:,} entries, {largest_table:,} at most are built; "
                "choose a smaller input or kernel.",
                shape=" x ".join(map(str, shape)),
                entries=entries,
                largest_table=LARGEST_TABLE,
            ),
        )
    # Indices twice, while what is missing is marked, and two flags.
    check_budget((prod(out), spec.taps), 18, None)
    axes = axis_tables(spec, shape)
    source: Index = np.zeros((1, 1), dtype=np.int64)
    padded: Flags = np.zeros((1, 1), dtype=np.bool_)
    missing: Flags = np.zeros((1, 1), dtype=np.bool_)
    for (at, outside), n in zip(axes, shape, strict=True):
        cells, taps = source.shape[0] * at.shape[0], source.shape[1] * at.shape[1]
        # Leading and trailing axes join row-major, in the output cells and in the taps.
        source = (source[:, None, :, None] * n + np.maximum(at, 0)[None, :, None, :]).reshape(cells, taps)
        padded = (padded[:, None, :, None] | outside[None, :, None, :]).reshape(cells, taps)
        missing = (missing[:, None, :, None] | (at < 0)[None, :, None, :]).reshape(cells, taps)
    return IndexTable(shape, out, spec.kernel_size, spec.transposed, np.where(missing, -1, source), padded)


def axis_tables(spec: ConvSpec, spatial: Sequence[int]) -> tuple[tuple[Index, Flags], ...]:
    """The index table axis by axis, for inputs too large for the whole: their product is `index_table`.

    Returns
    -------
    tuple of (source, padded), one an axis
        ``source`` is int64 ``(output cells, taps)`` along that axis: the input cell, or -1 where there is none;
        ``padded`` says whether the tap lies in the padding.
    """
    return tuple((axis.table, axis.outside) for axis in filter_axes(spec, spatial))

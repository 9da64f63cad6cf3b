"""The arrays of a layer on a small input: every product can be looked up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, IndexTable, index_table
from convgui.core.spec import PaddingMode
from convgui.model.document import Document
from convgui.model.sample import Alpha

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Numbers:
    """One filter of one layer on a small input, brought to two spatial axes.

    Attributes
    ----------
    table : IndexTable
        Which input cell feeds which output cell through which tap.
    gathered : ndarray
        ``(C, outputs, taps)``: the input value behind each entry of the table, 0 where it is padding.
    padded : ndarray
        ``(C, Hp, Wp)``: the channels this filter reads, with their padding.
    before : tuple of int
        Rows above and columns to the left that are padding.
    size : tuple of int
        Height and width of the input without padding.
    kernels : ndarray
        ``(C, kh, kw)``: the weights as they meet the input.
    partial : ndarray
        ``(C, Ho, Wo)``: each channel's own result.
    output : ndarray
        ``(Ho, Wo)``: their sum plus the bias.
    stride, dilation, leftover : tuple of int
        Per axis; `leftover` counts rows and columns at the far end that no window reaches.
    factor : ndarray
        ``(Ho, Wo)``: by what the sum of the products is multiplied where missing values are left out; 1 elsewhere.
    leaves_out : bool
        Whether missing values (NaN) are left out.
    alpha : Alpha or None
        Transparency of the input.
    apart : bool
        Whether each channel is stepped on its own and nothing is summed.
    names : tuple of str
        The channels' names.
    first : int
        Index of the first of these channels in the input (not 0 where the layer has groups).
    """

    table: IndexTable
    gathered: Floats
    padded: Floats
    before: tuple[int, int]
    size: tuple[int, int]
    kernels: Floats
    partial: Floats
    output: Floats
    bias: float
    stride: tuple[int, int]
    dilation: tuple[int, int]
    leftover: tuple[int, int]
    names: tuple[str, ...]
    first: int
    filter: int
    filters: int
    flipped: bool
    zeros: bool
    apart: bool
    factor: Floats
    leaves_out: bool
    alpha: Alpha | None

    @property
    def channels(self) -> int:
        """How many channels the filter reads."""
        return int(self.padded.shape[0])

    @property
    def extent(self) -> tuple[int, int]:
        """Height and width that the dilated kernel covers."""
        (kh, kw), (dh, dw) = self.kernels.shape[1:], self.dilation
        return (dh * (kh - 1) + 1, dw * (kw - 1) + 1)

    def corner(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return the padded row and column where the window of output cell `place` begins."""
        return (place[0] * self.stride[0], place[1] * self.stride[1])

    def window(self, channel: int, place: tuple[int, int]) -> Floats:
        """Return the input values ``(kh, kw)`` that output cell `place` reads in one channel."""
        seen: Floats = self.gathered[channel, self.flat(place)].reshape(self.kernels.shape[1:])
        return seen

    def flat(self, place: tuple[int, int]) -> int:
        """Return the number of an output cell, counted row by row; also its step."""
        return int(place[0] * self.output.shape[1] + place[1])

    def touched(self, row: int, column: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Return (output cell, tap) for every output that reads the input cell at an unpadded row and column."""
        width, taps = self.output.shape[1], self.kernels.shape[2]
        return [
            (divmod(cell, width), divmod(tap, taps)) for cell, tap in self.table.outputs_of(row * self.size[1] + column)
        ]

    def served(self, tap: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the padded row and column of every input cell that one tap meets on its way."""
        met = self.table.source[:, tap[0] * self.kernels.shape[2] + tap[1]]
        rows, columns = np.divmod(met[met >= 0], self.size[1])
        return [(int(i) + self.before[0], int(j) + self.before[1]) for i, j in zip(rows, columns, strict=True)]


def pad(grid: Floats, rows: tuple[int, int], columns: tuple[int, int], mode: PaddingMode) -> Floats:
    """Surround ``(C, H, W)`` with the values that a padding mode brings."""
    widths = ((0, 0), rows, columns)
    match mode:
        case "zeros":
            return np.pad(grid, widths)
        case "reflect":
            return np.pad(grid, widths, mode="reflect")
        case "replicate":
            return np.pad(grid, widths, mode="edge")
        case "circular":
            return np.pad(grid, widths, mode="wrap")


def two(values: tuple[int, ...], missing: int) -> tuple[int, int]:
    """Bring one value an axis to two axes: a 1D layer is drawn as one row."""
    return (values[-2] if len(values) > 1 else missing, values[-1])


def numbers(document: Document, apart: bool) -> Numbers:
    """Compute every number the scene shows.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    layer, view = document.layer, document.view
    spec: ConvSpec = layer.spec
    sample = document.sample
    table = index_table(spec, sample.spatial)
    per_group = spec.in_channels // spec.groups
    first = view.filter // (spec.out_channels // spec.groups) * per_group
    x = sample.data[first : first + per_group].astype(np.float64)
    kernels = layer.effective_weight[view.filter]
    flat = x.reshape(per_group, -1)
    gathered = np.where(table.source >= 0, flat[:, np.maximum(table.source, 0)], 0.0)
    weights, leaves_out = kernels.reshape(per_group, -1), document.missing == "rescale"
    there = ~np.isnan(gathered)
    products = gathered * weights[:, None]
    partial = products.sum(axis=2, where=there) if leaves_out else products.sum(axis=2)
    factor = _rescaling(weights, there) if leaves_out else np.ones(len(table.source))
    out_shape = two(tuple(table.output_shape), 1)
    pads = spec.pads(sample.spatial)
    rows_pad, columns_pad = (pads[-2] if spec.rank > 1 else (0, 0)), pads[-1]
    grid = x.reshape(per_group, *two(sample.spatial, 1))
    padded = pad(grid, rows_pad, columns_pad, spec.padding_mode)
    bias = float(layer.bias[view.filter])
    return Numbers(
        table=table,
        gathered=gathered,
        padded=padded,
        before=(rows_pad[0], columns_pad[0]),
        size=two(sample.spatial, 1),
        kernels=kernels.reshape(per_group, *two(spec.kernel_size, 1)),
        partial=partial.reshape(per_group, *out_shape),
        output=(partial.sum(axis=0) * factor).reshape(out_shape) + bias,
        bias=bias,
        stride=two(spec.stride, 1),
        dilation=two(spec.dilation, 1),
        leftover=two(spec.leftover(sample.spatial), 0),
        names=sample.channels[first : first + per_group],
        first=first,
        filter=view.filter,
        filters=spec.out_channels,
        flipped=layer.flip,
        zeros=spec.padding_mode == "zeros",
        apart=apart and per_group > 1,
        factor=factor.reshape(out_shape),
        leaves_out=leaves_out,
        alpha=sample.alpha,
    )


def _rescaling(weights: Floats, there: NDArray[np.bool_]) -> Floats:
    """Return what the weights ``(C, taps)`` that are left ``(C, outputs, taps)`` are multiplied by; NaN for none."""
    sizes = np.abs(weights)
    left = (sizes[:, None] * there).sum(axis=(0, 2))
    whole = there.all(axis=(0, 2))
    return np.where(whole, 1.0, np.divide(sizes.sum(), left, out=np.full(len(left), np.nan), where=left > 0))

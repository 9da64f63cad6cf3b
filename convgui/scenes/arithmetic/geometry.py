"""The arrays: the padded input, the inflated kernel, what no window reaches, and the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, IndexTable, SpecError, axis_tables, convolve, index_table
from convgui.core.blocks import axis_sources
from convgui.core.spec import PADDING_MODES, PADDING_NAMES
from convgui.model.document import Document

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Place = tuple[int, int]
PADDINGS, MODES = PADDING_NAMES, PADDING_MODES
STRIDES, DILATIONS = ("1", "2", "3"), ("1", "2", "4")


@dataclass(frozen=True, eq=False)
class Geometry:
    """One kernel of a layer on one input channel.

    Attributes
    ----------
    spec : ConvSpec
        One channel on two axes, with what is tried in place of the layer's own.
    named : ConvSpec
        The same on the layer's own axes; its padding keeps its name, which gives other pads for other sizes.
    tried : tuple of str
        What is tried, in words.
    x, padded, kernel, output : ndarray
        ``(H, W)``, ``(Hp, Wp)``, ``(kh, kw)`` and ``(Ho, Wo)``.
    origin : ndarray
        For each padded cell the flat index of the input cell whose value it holds, -1 for a padded zero.
    table : IndexTable
        The windows over the padded input.
    unread : tuple of ndarray
        Padded rows and padded columns that no window reads.
    rank : int
        Axes of the layer; a 1D layer is drawn as one row.
    """

    spec: ConvSpec
    named: ConvSpec
    tried: tuple[str, ...]
    x: Floats
    padded: Floats
    kernel: Floats
    output: Floats
    origin: Ints
    table: IndexTable
    unread: tuple[Ints, Ints]
    rank: int
    index: tuple[int, int, int]
    bias: float

    @property
    def pads(self) -> tuple[Place, Place]:
        """Padding (before, after) on rows and on columns."""
        rows, columns = self.spec.pads(self.x.shape)
        return rows, columns

    @property
    def inflated(self) -> Floats:
        """The kernel as it lies on the input, NaN between its taps."""
        spread = np.full(self.spec.extent, np.nan)
        spread[:: self.spec.dilation[0], :: self.spec.dilation[1]] = self.kernel
        return spread

    def window(self, place: int) -> list[Place]:
        """Return the padded cells that one output reads, in the order of the taps."""
        return [divmod(cell, self.padded.shape[1]) for cell, _ in self.table.inputs_of(place)]

    def touched(self, cell: Place) -> list[tuple[Place, Place]]:
        """Return (output cell, tap) for every output that reads a padded cell."""
        wide, taps = self.output.shape[1], self.kernel.shape[1]
        found = self.table.outputs_of(cell[0] * self.padded.shape[1] + cell[1])
        return [(divmod(out, wide), divmod(tap, taps)) for out, tap in found]


def two(values: tuple[int, ...], missing: int) -> Place:
    """Bring one value an axis to two axes."""
    return (values[-2] if len(values) > 1 else missing, values[-1])


def attempts(spec: ConvSpec, spatial: tuple[int, ...], chosen: Mapping[str, str]) -> tuple[ConvSpec, tuple[str, ...]]:
    """Return the layer with the choices that fit, one after the other, and those choices in words."""
    words = []
    for name, value in chosen.items():
        try:
            candidate = attempt(spec, name, value)
            candidate.output_shape(spatial)
        except SpecError:
            continue
        if candidate != spec:
            words.append(f"{'padding_mode' if name == 'mode' else name} {value}")
        spec = candidate
    return spec, tuple(words)


def attempt(spec: ConvSpec, name: str, value: str) -> ConvSpec:
    """Return the layer with one parameter replaced; ``"layer"`` keeps it.

    Raises
    ------
    SpecError
        If no layer can have it.
    """
    if value == "layer":
        return spec
    if name == "padding":
        return replace(spec, padding=next(p for p in PADDING_NAMES if p == value))
    if name == "mode":
        return replace(spec, padding_mode=next(m for m in PADDING_MODES if m == value))
    counts = (int(value),) * spec.rank
    return replace(spec, stride=counts) if name == "stride" else replace(spec, dilation=counts)


def geometry(document: Document, chosen: Mapping[str, str]) -> Geometry:
    """Compute one channel's part of a layer, with what is tried in place of the layer's own parameters."""
    layer, sample, view = document.layer, document.sample, document.view
    whole = layer.spec
    spec, words = attempts(whole, sample.spatial, chosen)
    group = view.filter // (whole.out_channels // whole.groups)
    channel = group * (whole.in_channels // whole.groups) + view.channel
    x = sample.data[channel].astype(np.float64).reshape(two(sample.spatial, 1))
    kernel = layer.effective_weight[view.filter, view.channel].reshape(two(whole.kernel_size, 1))
    pads = spec.pads(sample.spatial)
    flat = ConvSpec.of(
        1, 1, kernel.shape, stride=two(spec.stride, 1), dilation=two(spec.dilation, 1),
        padding=(pads[-2] if spec.rank > 1 else (0, 0), pads[-1]), padding_mode=spec.padding_mode,
    )  # fmt: skip
    origin = _origin(flat, (int(x.shape[0]), int(x.shape[1])))
    padded = np.where(origin >= 0, x.ravel()[np.maximum(origin, 0)], 0.0)
    bare = replace(flat, padding=((0, 0), (0, 0)), padding_mode="zeros")
    rows, columns = (table for table, _ in axis_tables(bare, padded.shape))
    unread = (_missing(rows, padded.shape[0]), _missing(columns, padded.shape[1]))
    bias = float(layer.bias[view.filter]) if whole.in_channels == whole.groups else 0.0
    output = convolve(padded[None], kernel[None, None], stride=flat.stride, dilation=flat.dilation)[0] + bias
    named = replace(spec, in_channels=1, out_channels=1, groups=1)
    return Geometry(
        flat, named, words, x, padded, kernel, output, origin, index_table(bare, padded.shape), unread, spec.rank,
        (view.filter, view.channel, channel), bias,
    )  # fmt: skip


def _origin(spec: ConvSpec, shape: Place) -> Ints:
    """Which input cell stands in each padded cell, by the padding mode."""
    lines = [
        axis_sources(-before, before + n + after, n, spec.padding_mode)
        for n, (before, after) in zip(shape, spec.pads(shape), strict=True)
    ]
    rows, columns = lines
    cells = rows[:, None] * shape[1] + columns[None, :]
    return np.where((rows[:, None] >= 0) & (columns[None, :] >= 0), cells, -1)


def _missing(table: Ints, cells: int) -> Ints:
    return np.setdiff1d(np.arange(cells), table)

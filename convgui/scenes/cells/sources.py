"""Layers without weights, cell by cell: which input cells make an output cell, and how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import axis_tables
from convgui.core.precision import display_dtype
from convgui.draw.number import number, signed
from convgui.model.document import Document
from convgui.model.layer import AnyArray, Cancel, Shape
from convgui.model.layers import AnyLayer, PixelShuffle, Pool, ReLU, Upsample
from convgui.model.sample import Sample
from convgui.words import tr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_TERMS = 9
"""Terms of a mean or a maximum that are written out."""


@dataclass(frozen=True, eq=False)
class Axis:
    """Which input cells each output cell reads on one axis, ``(cells, taps)``; -1 is padding. And their weights."""

    table: Ints
    weight: Floats

    def reads(self, cell: int) -> tuple[Ints, Floats]:
        """Return the cells that an output cell reads, without padding, and their weights."""
        kept = (self.table[cell] >= 0) & (self.weight[cell] != 0)
        return self.table[cell][kept], self.weight[cell][kept]

    def touched(self, cell: int) -> Ints:
        """Return the output cells that read an input cell."""
        return np.flatnonzero(((self.table == cell) & (self.weight != 0)).any(axis=1))


@dataclass(frozen=True, eq=False)
class CellData:
    """One output channel of a layer, and the input channels that it is made of.

    Attributes
    ----------
    inputs : tuple of ndarray
        ``(rows, columns)`` each; pixel shuffle weaves several, the other layers read one.
    channels : tuple of int
        Their places in the input.
    output : ndarray
        ``(rows, columns)``.
    weave : tuple of int
        Into how many rows and columns pixel shuffle weaves; 1 for the other layers.
    """

    layer: AnyLayer
    sample: Sample
    shapes: tuple[Shape, Shape]
    inputs: tuple[AnyArray, ...]
    channels: tuple[int, ...]
    output: AnyArray
    channel: int
    rows: Axis
    columns: Axis
    weave: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the input."""
        return (int(self.inputs[0].shape[0]), int(self.inputs[0].shape[1]))

    def source(self, place: tuple[int, int]) -> int:
        """Return which of the inputs an output cell is made of."""
        return place[0] % self.weave[0] * self.weave[1] + place[1] % self.weave[1]

    def touched(self, source: int, row: int, column: int) -> list[tuple[int, int]]:
        """Return the output cells that read a cell of one of the inputs."""
        return [
            (int(i), int(j))
            for i in self.rows.touched(row)
            for j in self.columns.touched(column)
            if self.source((int(i), int(j))) == source
        ]

    def sentence(self, place: tuple[int, int]) -> str:
        """Write how an output cell is made, with its numbers."""
        source = self.source(place)
        (rows, down), (columns, across) = self.rows.reads(place[0]), self.columns.reads(place[1])
        values = self.inputs[source][np.ix_(rows, columns)].astype(np.float64)
        result = number(float(self.output[place]))
        name = f"out{[self.channel, *place]}"
        if isinstance(self.layer, Pool) and self.layer.kind == "max":
            return f"{name} = max({_listed(values)}) = {result}"
        if isinstance(self.layer, Pool):
            count = int(np.prod(self.layer.kernel_size))
            return f"{name} = ({_listed(values, ' + ')}) / {count} = {result}"
        if isinstance(self.layer, ReLU):
            return f"{name} = max(0, {number(float(values[0, 0]))}) = {result}"
        if isinstance(self.layer, Upsample) and self.layer.mode == "linear":
            weights = np.outer(down, across)
            terms = [f"{number(float(w))}·{signed(v)}" for w, v in zip(weights.ravel(), values.ravel(), strict=True)]
            return f"{name} = {' + '.join(terms)} = {result}"
        cell = [self.channels[source], int(rows[0]), int(columns[0])]
        return f"{name} = in{cell} = {result}"


def _listed(values: Floats, between: str = ", ") -> str:
    """List values, and count those that are too many."""
    flat = values.ravel()
    texts = [signed(v) if between == " + " else number(v) for v in flat[:MOST_TERMS]]
    more = [tr("{n} more", n=flat.size - MOST_TERMS)] if flat.size > MOST_TERMS else []
    return between.join([*texts, *more])


def outputs(document: Document) -> int:
    """Return how many output channels the chosen layer has."""
    return document.chosen.output_shape(tuple(document.sample.data.shape))[0]


def cell_data(document: Document, channel: int, cancel: Cancel | None = None) -> CellData:
    """Apply the chosen layer, which has no weights and one or two spatial axes, and keep one output channel.

    Raises
    ------
    SpecError
        If the layer does not take the input.
    """
    layer, sample = document.chosen, document.sample
    shape: Shape = tuple(sample.data.shape)
    out_shape = layer.output_shape(shape)
    rank = len(shape) - 1
    factor = layer.upscale_factor if isinstance(layer, PixelShuffle) else 1
    weave = (factor, factor) if rank == 2 else (1, factor)
    count = weave[0] * weave[1]
    channels = tuple(range(channel * count, (channel + 1) * count))
    # These layers keep channels apart, so that only the ones that are shown are computed.
    part = sample.data[channels[0] : channels[-1] + 1]
    kind = np.dtype(np.float64) if part.size <= 65_536 else display_dtype(part)
    output = layer.forward(part.astype(kind), cancel)[0]
    axes = _axes(layer, shape)
    one = Axis(np.zeros((1, 1), dtype=np.int64), np.ones((1, 1)))
    return CellData(
        layer=layer,
        sample=sample,
        shapes=(shape, out_shape),
        inputs=tuple(np.atleast_2d(plane) for plane in part),
        channels=channels,
        output=np.atleast_2d(output),
        channel=channel,
        rows=axes[0] if rank == 2 else one,
        columns=axes[-1],
        weave=weave,
    )


def _axes(layer: AnyLayer, shape: Shape) -> list[Axis]:
    spatial = shape[1:]
    if isinstance(layer, Pool):
        tables = [table for table, _ in axis_tables(layer.window(shape), spatial)]
        return [Axis(table, np.full(table.shape, 1 / table.shape[1])) for table in tables]
    if isinstance(layer, Upsample):
        make = _linear if layer.mode == "linear" else _copies
        return [make(n, s) for n, s in zip(spatial, layer.scale_factor, strict=True)]
    factor = layer.upscale_factor if isinstance(layer, PixelShuffle) else 1
    return [_copies(n, factor) for n in spatial]


def _copies(n: int, factor: int) -> Axis:
    table = (np.arange(n * factor) // factor)[:, None]
    return Axis(table, np.ones(table.shape))


def _linear(n: int, factor: int) -> Axis:
    """Read the two neighbours of ``(o + 0.5) / factor - 0.5``, held inside the input (``align_corners=False``)."""
    at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
    low = np.minimum(at.astype(np.int64), max(n - 2, 0))
    share = at - low
    table = np.stack([low, np.minimum(low + 1, n - 1)], axis=1)
    return Axis(table, np.stack([1 - share, share], axis=1))

"""Layers without weights, cell by cell: which input cells make an output cell, and how."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from convgui.core.filter_view import Cell, Position
from convgui.core.precision import display_dtype
from convgui.draw.arithmetic import Equation
from convgui.draw.number import number
from convgui.layers.layer import AnyArray, Cancel, Layer, Shape
from convgui.layers.reads import AxisReads
from convgui.model.document import Document
from convgui.model.sample import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_COMPARED = 576
"""Cells of an input up to which the mean is drawn beside the maximum."""


@dataclass(frozen=True, eq=False)
class CellData:
    """One output channel of a layer, and the input channels that it is made of.

    Attributes
    ----------
    inputs : tuple of ndarray
        ``(rows, columns)`` each; pixel shuffle weaves several, the other layers read one.
    channels : tuple of int
        Their numbers in the input.
    output : ndarray
        ``(rows, columns)``.
    mean : ndarray or None
        Of a maximum, the mean of the same windows, as `output`, where there is one to compare.
    """

    layer: Layer
    sample: Sample
    shapes: tuple[Shape, Shape]
    inputs: tuple[AnyArray, ...]
    channels: tuple[int, ...]
    output: AnyArray
    channel: int
    rows: AxisReads
    columns: AxisReads
    mean: Floats | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the input."""
        return (int(self.inputs[0].shape[0]), int(self.inputs[0].shape[1]))

    def position(self, step: int) -> Position:
        """Return the output cell of a step."""
        row, column = np.unravel_index(step, self.output.shape)
        return int(row), int(column)

    def read(self, position: Position) -> range:
        """Return which of the inputs an output cell is made of."""
        rank = len(self.shapes[0]) - 1
        return self.layer.read_at(position[-rank:], len(self.inputs))

    def reached(self, source: int, cell: Cell) -> list[Position]:
        """Return the output cells that read a cell of one of the inputs."""
        found = product(self.rows.reached(cell[0]).tolist(), self.columns.reached(cell[1]).tolist())
        return [position for position in found if source in self.read(position)]

    def winner(self, position: Position) -> tuple[Cell, frozenset[Cell]]:
        """Return the largest cell of a maximum's window, the first of equal ones, and all cells of the window."""
        (rows, _), (columns, _) = self.rows.reads(position[0]), self.columns.reads(position[1])
        values = self.inputs[0][np.ix_(rows, columns)].astype(np.float64)
        i, j = np.unravel_index(int(np.argmax(np.where(np.isnan(values), np.inf, values))), values.shape)
        return (int(rows[i]), int(columns[j])), frozenset(product(rows.tolist(), columns.tolist()))

    def corner(self, position: Position) -> Cell:
        """Return the first input cell of an output cell's window."""
        return int(self.rows.reads(position[0])[0][0]), int(self.columns.reads(position[1])[0][0])

    def window_at(self, position: Position) -> tuple[int, int]:
        """Return how many rows and columns an output cell reads, without padding."""
        return len(self.rows.reads(position[0])[0]), len(self.columns.reads(position[1])[0])

    @property
    def window(self) -> tuple[int, int]:
        """Rows and columns of the whole window."""
        return int(self.rows.table.shape[1]), int(self.columns.table.shape[1])

    def handed_back(self, position: Position) -> tuple[Floats, Floats]:
        """Return what of a gradient of 1 at an output comes to its window, through the maximum and through the mean."""
        x = self.inputs[0].astype(np.float64)[None]
        rank = len(self.shapes[0]) - 1
        x = x.reshape(1, *x.shape[3 - rank :])
        arrived = np.zeros((1, *self.shapes[1][1:]))
        arrived[(0, *position[-rank:])] = 1
        cells = np.ix_(self.rows.reads(position[0])[0], self.columns.reads(position[1])[0])
        largest, mean = (
            np.atleast_2d(layer.backward(arrived, x)[0])[cells] for layer in (self.layer, self.layer.with_means)
        )
        return np.asarray(largest, np.float64), np.asarray(mean, np.float64)

    def mean_sentence(self, position: Position) -> Equation:
        """Write the mean of an output cell's window."""
        (rows, down), (columns, across) = self.rows.reads(position[0]), self.columns.reads(position[1])
        values = self.inputs[0][np.ix_(rows, columns)].astype(np.float64)
        written = self.layer.with_means.written_sum(values, down[:, None] * across, self.channel, number)
        mean = number(float(self.mean[position])) if self.mean is not None else ""
        return Equation(f"out{list(position)} = ", mean, f"{written} = ")

    @cached_property
    def winners(self) -> tuple[tuple[Cell, frozenset[Cell]], ...]:
        """The same for every output cell in turn, looked for once: each step draws those before it."""
        return tuple(self.winner(self.position(step)) for step in range(self.output.size))

    def sentence(self, position: Position) -> Equation:
        """Write how an output cell is made, with its numbers."""
        read = self.read(position)
        (rows, down), (columns, across) = self.rows.reads(position[0]), self.columns.reads(position[1])
        values = np.array([self.inputs[source][np.ix_(rows, columns)] for source in read], dtype=np.float64)
        result = number(float(self.output[position]))
        name = f"out{[self.channel, *position]}"
        written = self.layer.written_sum(values, down[:, None] * across, self.channel, number)
        if written:
            return Equation(f"{name} = {written} = ", result)
        return Equation(f"{name} = in{[self.channels[read[0]], int(rows[0]), int(columns[0])]} = ", result)


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
    channels = layer.channels_read(channel, shape)
    kind = np.dtype(np.float64) if sample.data.size <= 65_536 else display_dtype(sample.data)
    part = sample.data[channels.start : channels.stop : channels.step]
    # Where channels stay apart, or are woven in groups, only the ones that are shown are computed.
    alone = layer.keeps_channels or layer.moves_only
    output = layer.forward((part if alone else sample.data).astype(kind), cancel)[0 if alone else channel]
    axes = layer.axis_reads(shape)
    one = AxisReads.copies(1, 1)
    mean = None
    means = layer.with_means
    if means is not layer and part.size <= MOST_COMPARED and np.isfinite(part).all():
        mean = np.atleast_2d(means.forward(part.astype(np.float64))[0]).astype(np.float64)
    return CellData(
        layer=layer,
        sample=sample,
        shapes=(shape, out_shape),
        inputs=tuple(np.atleast_2d(plane) for plane in part),
        channels=tuple(channels),
        output=np.atleast_2d(output),
        channel=channel,
        rows=axes[0] if rank == 2 else one,
        columns=axes[-1],
        mean=mean,
    )

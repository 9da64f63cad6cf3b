"""Values along a line: of the input, and of what a layer makes of it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core import convolve, convolve_transposed
from convgui.core.infinities import overflowing
from convgui.core.missing import convolve_present
from convgui.layers.convolution import Convolution, convolution_arguments
from convgui.layers.layer import AnyArray, Cancel
from convgui.model.document import Document
from convgui.model.flow import applied

Floats = NDArray[np.float64]
Cell: TypeAlias = tuple[int, int]
STRETCH = 256
"""Cells of a line whose surroundings are computed at once; a long slanted line would else need the whole output."""
MOST_CHANNELS = 8


@dataclass(frozen=True, eq=False)
class Trace:
    """The cells of one array that a line passes.

    Attributes
    ----------
    cells : ndarray
        ``(N, 2)`` rows and columns.
    at : ndarray
        ``(N,)``: how far along the line each is, in cells of the input.
    values : ndarray
        ``(channels, N)``.
    """

    names: tuple[str, ...]
    cells: NDArray[np.int64]
    at: Floats
    values: Floats


@dataclass(frozen=True, eq=False)
class Profile:
    """A line drawn over the input or the output, and what both hold there."""

    input_trace: Trace
    output_trace: Trace


def line_cells(first: Cell, last: Cell) -> NDArray[np.int64]:
    """Return the cells of a straight line, ends included: one a row or one a column, whichever are more."""
    count = max(abs(last[0] - first[0]), abs(last[1] - first[1]))
    share = np.arange(count + 1) / max(count, 1)
    line = np.array(first) + share[:, None] * (np.array(last) - np.array(first))
    return np.asarray(np.floor(line + 0.5), dtype=np.int64)


@overflowing
def profile(
    document: Document, kind: Literal["input", "output"], first: Cell, last: Cell, cancel: Cancel | None = None
) -> Profile:
    """Read the input and the chosen output channel along a line.

    Parameters
    ----------
    document : Document
        Of one layer, with what comes into it as its sample, as `convgui.model.flow.chosen_layer_input` returns it.
    kind : str
        Which of the two the cells `first` and `last` belong to. On the other one the line runs through the cells
        whose windows lie around the same positions; cells outside it are left out.

    Returns
    -------
    Profile
        The output is computed in float64, around the line alone where the layer is a convolution.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    sample, layer = document.sample, document.chosen
    shape = tuple(sample.data.shape)
    # An output cell is made around the input position ``offset + step * cell``.
    axes = layer.filter_view(shape).axes
    offset, step = np.array([axis.offset for axis in axes]), np.array([axis.step for axis in axes])
    ends = np.array([first, last], dtype=np.float64)
    if kind == "input":
        given, other = ends, np.floor((ends - offset) / step + 0.5)
        inputs, outputs = given, other
    else:
        inputs, outputs = np.floor(offset + step * ends + 0.5), ends
    # One axis along the line for both, measured on the input.
    start, way = (ends, ends[1] - ends[0]) if kind == "input" else (offset + step * ends, step * (ends[1] - ends[0]))
    length = float(np.hypot(*way)) or 1.0
    unit = way / length
    input_cells = _inside(line_cells(_cell(inputs[0]), _cell(inputs[1])), sample.spatial)
    output_cells = _inside(line_cells(_cell(outputs[0]), _cell(outputs[1])), layer.output_shape(shape)[1:])
    names, values = _output_values(document, output_cells, cancel)
    read = sample.data[:MOST_CHANNELS, input_cells[:, 0], input_cells[:, 1]].astype(np.float64)
    return Profile(
        Trace(sample.channels[:MOST_CHANNELS], input_cells, (input_cells - start[0]) @ unit, read),
        Trace(names, output_cells, (offset + step * output_cells - start[0]) @ unit, values),
    )


def _cell(position: Floats) -> Cell:
    return int(position[0]), int(position[1])


def _inside(cells: NDArray[np.int64], size: tuple[int, ...]) -> NDArray[np.int64]:
    return cells[((cells >= 0) & (cells < np.array(size))).all(axis=1)]


def _output_values(
    document: Document, cells: NDArray[np.int64], cancel: Cancel | None
) -> tuple[tuple[str, ...], Floats]:
    """Return names and values of the output at cells."""
    layer, data = document.chosen, document.sample.data
    if not isinstance(layer, Convolution):
        output = applied(layer, data.astype(np.float64), document.missing, cancel)[:MOST_CHANNELS]
        return tuple(str(c) for c in range(len(output))), np.asarray(output[:, cells[:, 0], cells[:, 1]])
    channel = layer.output_channel(document.view.filter, document.view.channel)
    values = np.empty((1, len(cells)))
    for start in range(0, len(cells), STRETCH):
        part = cells[start : start + STRETCH]
        (top, left), (bottom, right) = part.min(axis=0), part.max(axis=0)
        region = (slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1))
        block = _block(layer, data, channel, region, document.leaves_out, cancel)
        values[0, start : start + STRETCH] = block[part[:, 0] - top, part[:, 1] - left]
    return (str(channel),), values


def _block(
    layer: Convolution,
    data: AnyArray,
    channel: int,
    region: tuple[slice, slice],
    leaves_out: bool,
    cancel: Cancel | None,
) -> AnyArray:
    """Compute a part of one output channel; with `leaves_out`, without what is missing (NaN)."""
    source, kernels = data[layer.spec.channels.slice(channel)], layer.filter_of(channel)
    bias = layer.bias[channel : channel + 1]
    arguments = convolution_arguments(layer.spec.one_filter(len(source)), data.shape[1:])
    arguments |= {"region": region, "cancel": cancel}
    if layer.spec.transposed:
        return np.asarray(convolve_transposed(source, kernels[:, None], bias, dtype=np.float64, **arguments)[0])
    convolved = convolve_present if leaves_out else convolve
    return np.asarray(convolved(source.astype(np.float64), kernels[None], bias, **arguments)[0])

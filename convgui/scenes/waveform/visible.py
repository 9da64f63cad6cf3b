"""Waveform: what a view shows of the input and of the output, in columns or sample by sample."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.draw.envelope import NEAR, Envelope, exact_columns
from convgui.draw.viewport import Viewport
from convgui.model.memo import Key, Pieces
from convgui.scenes.scene import Cancel
from convgui.scenes.waveform.wave import Making, Wave

Values: TypeAlias = NDArray[Any]
FRAME = 1.5e6
"""Nanoseconds that the values of a first picture may take, as estimated for numbers that lie close together."""
RUNS = (4.0, 2.0, 1.0, 0.5, 0.25, 0.125)
"""Positions a column that stand for all of it until they are computed."""
SCATTERED = 1_500_000
"""Products of positions that lie apart that are computed within a frame."""


@dataclass(frozen=True, eq=False)
class Trace:
    """A signal as a view shows it.

    Attributes
    ----------
    edges : ndarray of int64, shape (columns + 1,)
        Where its columns begin, in its own samples; the last one ends where it ends.
    low, high : ndarray, shape (C, columns)
        The least and the greatest in each.
    exact : bool
        Whether they are those of all samples of a column, and not of some.
    """

    edges: NDArray[np.int64]
    low: Values
    high: Values
    exact: bool = True

    @property
    def single(self) -> bool:
        """Whether each column is one sample."""
        return len(self.edges) - 1 == int(self.edges[-1] - self.edges[0])


@dataclass(frozen=True, eq=False)
class Shown:
    """What a view shows."""

    input: Trace
    output: Trace


def in_view(port: Viewport, begin: int, step: float, length: int) -> tuple[int, int]:
    """Return the first sample in view and the one beyond the last, of a signal with one every `step` cells.

    One more on either side, so that lines go on to the edge.
    """
    cells = port.visible()[1]
    first = max(floor((cells.start + begin) / step) - 1, 0)
    last = min(ceil((cells.stop + begin) / step) + 1, length)
    return min(first, length - 1), max(last, min(first, length - 1) + 1)


def columns_in(port: Viewport, pixels: float) -> int:
    """Return how many columns a view has: one a device pixel, of wide ones two pixels of a picture at the most."""
    return max(int(port.frame[2] * min(pixels, 2.0)), 2)


def shown(data: Wave, port: Viewport, pixels: float, pieces: Pieces) -> Shown:
    """Return what a view shows, within a frame."""
    begin, count = data.ends[0], columns_in(port, pixels)
    here = in_view(port, begin, 1.0, data.input.length)
    x, out = data.making.x, in_view(port, begin, data.axis.step, data.making.positions)
    given: Trace = pieces.piece(("input trace", x, here, count), lambda: _of_input(x, data.input, here, count))
    return Shown(given, output_trace(data.making, data.output, out, count, pieces))


def _of_input(x: Values, known: Envelope, here: tuple[int, int], count: int) -> Trace:
    first, last = here
    if last - first < NEAR * count:
        return Trace(*exact_columns(x[:, first:last], first, count))
    return Trace(*known.columns(first, last, count))


def output_trace(making: Making, known: Envelope | None, here: tuple[int, int], count: int, pieces: Pieces) -> Trace:
    """Return the output in view: exactly where that is known or takes no longer than a frame."""
    key = trace_key(making, here, count)
    found: Trace | None = pieces.get(key)
    if found is not None and (found.exact or known is None):
        return found
    first, last = here
    if known is not None and last - first >= NEAR * count:
        found = Trace(*known.columns(first, last, count))
    elif making.nanoseconds(range(first, last)) <= FRAME:
        found = exact_trace(making, here, count)
    else:
        found = _of_some(making, here, count)
    pieces.put(key, found)
    return found


def trace_key(making: Making, here: tuple[int, int], count: int) -> Key:
    """Return the key of what a view shows of an output."""
    return ("output trace", *making.key, here, count)


def exact_trace(making: Making, here: tuple[int, int], count: int, cancel: Cancel | None = None) -> Trace:
    """Compute every position in view."""
    return Trace(*exact_columns(making.values(range(*here), cancel)[None], here[0], count))


def _of_some(making: Making, here: tuple[int, int], count: int) -> Trace:
    """Compute some positions of each column, evenly spread: fewer where even these take long."""
    first, last = here
    each = next((n for n in RUNS if n * count * making.kernels.size <= SCATTERED), RUNS[-1])
    # Of fewer than two a column the columns are wider.
    columns = max(int(count * min(each / 2, 1.0)), 1)
    step = max(int((last - first) / (count * each)), 1)
    at = range(first, last, step)
    edges, low, high = exact_columns(making.values(at)[None], 0, columns)
    return Trace(np.minimum(first + edges * step, last), low, high, exact=False)

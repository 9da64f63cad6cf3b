"""Waveform: one filter of a layer on a signal, the envelope of what it reads, and what a view shows of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled, ConvSpec, FilterView, convolve, expected_nanoseconds
from convgui.core.filter_axis import FilterAxis
from convgui.core.precision import display_dtype
from convgui.draw.envelope import BLOCK, Envelope, envelope, gathered
from convgui.draw.timeline import Timeline
from convgui.layers.convolution import convolution_arguments
from convgui.model.document import Document
from convgui.model.memo import Key, Pieces, Work
from convgui.model.nearby import lying_at, value_under
from convgui.scenes.scene import Cancel

Floats: TypeAlias = NDArray[np.float64]
LARGE = 4_000_000
"""Products from which an output is computed in the background, after what is on screen."""
SOME = 1 << 12
"""Positions of a large output whose values tell its scale until all are known."""
PART = 1 << 20
"""Positions that are computed at a time: a multiple of the envelope's blocks, so that it can be stopped soon."""


@dataclass(frozen=True, eq=False)
class Making:
    """What one output channel is made of: ``x`` (C, T), a spec of one filter, its kernels ``(C, taps)`` and bias."""

    x: NDArray[Any]
    spec: ConvSpec
    kernels: Floats
    bias: float
    dtype: np.dtype[Any]

    @cached_property
    def positions(self) -> int:
        """How long the output is."""
        return int(self.spec.output_shape(self.x.shape[1:])[0])

    @cached_property
    def key(self) -> Key:
        """What its values depend on."""
        return (self.x, self.spec, self.dtype, self.bias, self.kernels.tobytes())

    def values(self, at: range, cancel: Cancel | None = None) -> NDArray[Any]:
        """Compute the output at some positions."""
        arguments = convolution_arguments(self.spec, self.x.shape[1:])
        arguments |= {"region": (at,), "cancel": cancel, "dtype": self.dtype}
        made = convolve(self.x, self.kernels[None], np.array([self.bias]), **arguments)
        return np.asarray(made[0])

    def nanoseconds(self, at: range) -> float:
        """Estimate how long that takes."""
        return expected_nanoseconds(self.spec, self.x, self.kernels[None], (at,))

    def parts(self, cancel: Cancel | None = None) -> Iterator[tuple[int, NDArray[Any]]]:
        """Compute the whole output, some positions at a time: none of them is kept."""
        for first in range(0, self.positions, PART // BLOCK * BLOCK):
            yield first, self.values(range(first, min(first + PART // BLOCK * BLOCK, self.positions)), cancel)[None]

    def envelope(self, work: Work) -> Envelope:
        """Compute the envelope of the whole output.

        Raises
        ------
        Cancelled
            Soon after `work` is to stop.
        """
        found = gathered(1, self.positions, self.dtype, self.parts(work), work, work.progress)
        if found is None:
            raise Cancelled
        return found


@dataclass(frozen=True, eq=False)
class Wave:
    """One filter of one layer on a signal.

    Attributes
    ----------
    view : FilterView
        Which sample meets which weight where.
    making : Making
        What the output is made of; `making.x` are the channels that the filter reads.
    input : Envelope
        The least and greatest of the input.
    output : Envelope or None
        The same of the output; None while a large one is still to be computed.
    output_range : tuple of float
        Least and greatest of the output; of some of it until the whole is there.
    names : tuple of str
        Of the channels that are read.
    first : int
        Index of the first of them.
    """

    view: FilterView
    making: Making
    input: Envelope
    output: Envelope | None
    output_range: tuple[float, float]
    names: tuple[str, ...]
    channels: int
    first: int
    filter: int
    filters: int
    biased: bool
    timeline: Timeline
    index: tuple[int, int]
    missing: str

    @property
    def axis(self) -> FilterAxis:
        """The one axis."""
        return self.view.axes[0]

    @property
    def said_bias(self) -> float | None:
        """The bias; None where the layer has none."""
        return self.making.bias if self.biased else None

    @property
    def ends(self) -> tuple[int, int]:
        """The first place of the shared axis and the one beyond its last, in samples of the input."""
        begin = self.view.origin[0]
        last = int((self.making.positions - 1) * self.axis.step) + 1
        return begin, max(begin + self.view.padded_shape[0], last)

    def stands(self, position: float) -> float:
        """Return the place of an output on the shared axis: where it stands as a signal of its own."""
        return position * self.axis.step

    def nearest(self, place: float) -> int:
        """Return the output that stands nearest to a place."""
        return min(max(round(place / self.axis.step), 0), self.making.positions - 1)

    def window(self, position: int) -> tuple[NDArray[np.int64], Floats]:
        """Return the cells on which the taps lie at a position, and what stands there: ``(C, taps)``."""
        cells = lying_at(self.axis, position)
        return cells, value_under(self.axis, self.making.x, cells)

    def made(self, position: int) -> float:
        """Return the output at a position."""
        return float((self.window(position)[1] * self.making.kernels).sum()) + self.making.bias


def wave(document: Document, work: Work) -> Wave:
    """Compute what a filter reads and makes, of a large output only some values."""
    layer, sample, view, pieces = document.layer, document.sample, document.view, work.pieces
    channels, chosen = layer.spec.channels, document.view.filter
    reads, data = channels.reads(chosen), _read(document, pieces)
    spec = layer.spec.one_filter(channels.depth)
    making = Making(data, spec, layer.effective_weight[chosen], float(layer.bias[chosen]), display_dtype(data))
    given = pieces.get(("envelope", data))
    if given is None:
        given = envelope(data, work, work.progress)
        if given is None:
            raise Cancelled
        pieces.put(("envelope", data), given)
    output = _output(making, work, large=is_large(document))
    return Wave(
        view=FilterView(layer.spec, sample.spatial),
        making=making,
        input=given,
        output=output,
        output_range=output.range if output is not None else _range_of_some(making, pieces),
        names=sample.channels[channels.slice(chosen)],
        channels=len(sample.channels),
        first=reads.start,
        filter=chosen,
        filters=channels.outputs,
        biased=layer.has_bias,
        timeline=Timeline(sample.spacing[0], sample.units[0]),
        index=(view.filter, view.channel),
        missing=document.missing_words,
    )


def _read(document: Document, pieces: Pieces) -> NDArray[Any]:
    """Return the channels that the chosen filter reads, the same array as long as they are the same."""
    channels, sample, chosen = document.layer.spec.channels, document.sample, document.view.filter
    key = ("channels", sample.data, channels.reads(chosen))
    found: NDArray[Any] = pieces.piece(key, lambda: sample.data[channels.slice(chosen)])
    return found


def is_large(document: Document) -> bool:
    """Whether the output of a filter is left to be computed after what is on screen."""
    spec, spatial = document.layer.spec, document.sample.spatial
    return spec.one_filter(spec.channels.depth).multiply_adds(spatial) > LARGE


def remembers(document: Document, pieces: Pieces) -> bool:
    """Whether the envelope of what is read is there: the rest of a first picture takes less than a frame."""
    channels, chosen = document.layer.spec.channels, document.view.filter
    data = pieces.get(("channels", document.sample.data, channels.reads(chosen)))
    return data is not None and pieces.get(("envelope", data)) is not None


def _output(making: Making, work: Work, *, large: bool) -> Envelope | None:
    key = ("output envelope", *making.key)
    known: Envelope | None = work.pieces.get(key)
    return known if large else work.pieces.piece(key, lambda: making.envelope(work))


def _range_of_some(making: Making, pieces: Pieces) -> tuple[float, float]:
    """Return the least and greatest of values that lie evenly over an output, fewer for long kernels."""
    count = max(min(SOME, LARGE // (2 * making.kernels.size)), 64)
    at = range(0, making.positions, max(making.positions // count, 1))
    values = pieces.piece(("some", *making.key), lambda: making.values(at))
    there = values[np.isfinite(values)]
    return (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)


def completed(data: Wave, work: Work) -> Wave:
    """Compute the envelope of a large output, from which its scale follows."""
    output = _output(data.making, work, large=False)
    assert output is not None
    return replace(data, output=output, output_range=output.range)

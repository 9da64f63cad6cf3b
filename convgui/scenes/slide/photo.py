"""Slide on pictures: the arrays of one filter. Where they stand on screen is in `pair`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import FilterView
from convgui.core.channels import Channels
from convgui.core.precision import display_dtype
from convgui.draw.levels import Levels, input_levels, output_levels
from convgui.draw.photos import SIGNED_SHARE
from convgui.draw.picture import Raster
from convgui.draw.viewport import Pyramid, pyramid
from convgui.model.colour import COLOURS, in_colour
from convgui.model.document import Document
from convgui.model.memo import Key, Pieces, Work
from convgui.model.sample import Sample
from convgui.scenes.slide.colours import Colours, colours
from convgui.scenes.slide.numbers import Floats
from convgui.scenes.slide.visible_output import Filtering, FullOutput, VisibleOutput, sample_of

LARGE = 4_000_000
"""Products from which an output is computed in the background, after what is on screen."""


@dataclass(frozen=True, eq=False)
class Visible:
    """What a view shows: the input in its colours, and where the whole output is not there, some of its values."""

    input: Raster
    output: VisibleOutput | None


@dataclass(frozen=True, eq=False)
class Photo:
    """One filter of one layer on a picture.

    Attributes
    ----------
    data : ndarray
        ``(C, H, W)`` in the picture's own type: the channels this filter reads.
    kernels : ndarray
        ``(C, kh, kw)``: the weights as they meet the input.
    filtering : Filtering
        What the output is made of.
    view : FilterView
        Which input pixel meets which weight where.
    full_output : FullOutput or None
        The whole output; None while a large one is still to be computed.
    shown : Pyramid
        The input for small views.
    opacity : Pyramid or None
        Its transparency, where it has any.
    levels : Levels
        The output's scale, from a sample of it until the whole is there.
    some : VisibleOutput or None
        That sample.
    visible : Visible or None
        What a view shows of it, where that was looked at.
    biased : bool
        Whether the layer has a bias.
    readers : Channels
        Which filters read which channels.
    missing : str
        How many values are missing and what becomes of them, or "".
    """

    sample: Sample
    view: FilterView
    data: NDArray[Any]
    kernels: Floats
    bias: float
    filtering: Filtering
    full_output: FullOutput | None
    signed: bool
    shown: Pyramid
    opacity: Pyramid | None
    names: tuple[str, ...]
    first: int
    filter: int
    filters: int
    input_scale: Levels
    levels: Levels
    some: VisibleOutput | None
    missing: str
    visible: Visible | None = None
    colours: Colours | None = None
    biased: bool = True
    readers: Channels = field(default_factory=lambda: Channels(1, 1))

    @property
    def said_bias(self) -> float | None:
        """The bias; None where the layer has none."""
        return self.bias if self.biased else None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the input."""
        return self.data.shape[1], self.data.shape[2]

    @property
    def padded_size(self) -> tuple[int, int]:
        """Height and width of the input with its padding."""
        rows, columns = self.view.padded_shape
        return rows, columns

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        return self.filtering.shape

    @property
    def levelled(self) -> tuple[NDArray[Any], Levels]:
        """Values of the output, all or a sample of them, and the scale that follows from them.

        Of colours, those of all three: ``(3, ...)``.
        """
        if self.colours is not None:
            return self.colours.some, self.levels
        if self.full_output is not None:
            return self.full_output.levelled.levels[0], self.levels
        return (self.some.values if self.some is not None else np.zeros(1, self.filtering.dtype)), self.levels

    @property
    def colour(self) -> bool:
        """Whether the input is shown in colour."""
        return self.colours is not None or (self.names[:3] == COLOURS and len(self.names) <= 4)


def photo(document: Document, signed: str, work: Work) -> Photo:
    """Compute one filter on a picture, in the type that shows it.

    Parameters
    ----------
    signed : str
        ``"auto"``, ``"signed"`` or ``"grey"``: how the output becomes colours.
    """
    layer, sample, view, pieces = document.layer, document.sample, document.view, work.pieces
    filters, alpha, chosen = layer.spec.channels, sample.alpha, view.filter
    reads, cut = filters.reads(chosen), filters.slice(chosen)
    filtering = _filtering(document, chosen, pieces)
    data, kernels, bias = filtering.x, filtering.kernels, filtering.bias
    seen = document.filter_view.on_two_axes
    # What has been asked of it is kept with it.
    seen = pieces.piece(("view", seen), lambda: seen)
    flat = data.reshape(len(reads), *seen.spatial)
    coloured, large = signed == "auto" and in_colour(document), is_large(document)
    scaled = sample.data if coloured else data
    input_scale = pieces.piece(("input levels", scaled), lambda: input_levels(scaled))
    kept = layer.effective_weight if coloured else kernels
    gain, weight = float(kept.sum()), float(np.abs(kept).sum())
    is_signed = abs(gain) <= SIGNED_SHARE * weight if signed == "auto" else signed == "signed"
    full_output = _full_output(filtering, work, large)
    some: VisibleOutput | None = None
    if full_output is not None:
        values = full_output.levelled.levels[0]
    else:
        some = sample_of(filtering, pieces)
        values = some.values
    three: Colours | None = None
    if coloured:
        all_three = tuple(_filtering(document, index, pieces) for index in range(len(COLOURS)))
        three = colours(sample, all_three, work, lambda one: _full_output(one, work, large))
    opacity: Pyramid | None = None
    if alpha is not None:
        opacity = pieces.piece(("pyramid", alpha.values), lambda: pyramid(alpha.values.reshape(seen.spatial), work))
    return Photo(
        sample=sample,
        view=seen,
        data=flat,
        shown=pieces.piece(("pyramid", data), lambda: pyramid(flat, work)),
        opacity=opacity,
        kernels=kernels.reshape(len(reads), *seen.spec.kernel_size),
        bias=bias,
        biased=document.layer.has_bias,
        filtering=filtering,
        full_output=full_output,
        signed=is_signed,
        names=sample.channels[cut],
        first=reads.start,
        filter=chosen,
        filters=filters.outputs,
        readers=filters,
        input_scale=input_scale,
        levels=three.levels(is_signed, input_scale) if three else output_levels(values, gain, is_signed, input_scale),
        some=some,
        missing=document.missing_words,
        colours=three,
    )


def _filtering(document: Document, index: int, pieces: Pieces) -> Filtering:
    """Return what one filter reads and what it makes of it."""
    layer, sample = document.layer, document.sample
    channels = layer.spec.channels
    data = pieces.piece(_read(document, index), lambda: sample.data[channels.slice(index)])
    spec, kernels = layer.spec.one_filter(channels.depth), layer.effective_weight[index]
    return Filtering(data, spec, kernels, float(layer.bias[index]), display_dtype(data), document.leaves_out)


def is_large(document: Document) -> bool:
    """Whether the output of one filter is left to be computed after what is on screen."""
    spec, spatial = document.layer.spec, document.sample.spatial
    return spec.rank == 2 and spec.one_filter(spec.channels.depth).multiply_adds(spatial) > LARGE


def _read(document: Document, index: int) -> Key:
    """Return the key of the channels that a filter reads."""
    return ("channels", document.sample.data, document.layer.spec.channels.reads(index))


def remembers(document: Document, pieces: Pieces) -> bool:
    """Whether the input is ready to be shown, and the output is large: what is on screen of it comes with a look."""
    data = pieces.get(_read(document, document.view.filter))
    ready = data is not None and pieces.get(("pyramid", data)) is not None
    return ready and is_large(document)


def _full_output(filtering: Filtering, work: Work, large: bool) -> FullOutput | None:
    """Return the whole output; where it is large, only if it is there."""
    key = ("full output", *filtering.like, *filtering.weights)
    known: FullOutput | None = work.pieces.get(key)
    return known if large else work.pieces.piece(key, lambda: filtering.full_output(work, work.progress))


def completed(data: Photo, work: Work) -> Photo:
    """Compute what was left out of a large output; the levels then follow from all of it."""
    full_output = _full_output(data.filtering, work, large=False)
    assert full_output is not None
    if data.colours is not None:
        three = colours(data.sample, data.colours.filterings, work, lambda one: _full_output(one, work, large=False))
        levels = three.levels(data.signed, data.input_scale)
        return replace(data, full_output=full_output, levels=levels, colours=three)
    levels = output_levels(full_output.levelled.levels[0], float(data.kernels.sum()), data.signed, data.input_scale)
    return replace(data, full_output=full_output, levels=levels)

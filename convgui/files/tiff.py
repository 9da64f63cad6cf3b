"""TIFF: photos, scientific images and stacks. tifffile reads the structure, our own modules the numbers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tifffile import EXTRASAMPLE, PHOTOMETRIC, TiffFile, TiffPage, TiffPageSeries

from convgui.files.alpha import split_alpha
from convgui.files.layout import native_values, with_missing
from convgui.files.pictures import as_sample, upright
from convgui.files.raw import Block, read_block
from convgui.files.source import Source
from convgui.files.tiff_axes import Axes, axes_of
from convgui.files.tiff_codecs import UNPACK
from convgui.files.tiff_colour import as_rgb, check_colours, full_scale, is_white_at_0, ycbcr_to_rgb
from convgui.files.tiff_numbers import FULL_BYTES, Numbers
from convgui.files.tiff_ome import companions
from convgui.files.tiff_pages import Pages, numbers_of
from convgui.files.tiff_scale import scale_of
from convgui.model.sample import Alpha, Sample
from convgui.words import tr

ORIENTATION, NODATA = 274, 42113


class Colours(NamedTuple):
    """A picture in the order ``(C, *spatial)`` with its alpha apart."""

    data: NDArray[Any]
    alpha: Alpha | None


def load_tiff(source: Source) -> Sample:
    """Open the first image or stack of a TIFF file, upright, in the file's own type.

    The axes that the file names decide: samples and channels become channels, one further axis (Z, pages, time)
    becomes depth, and of more the first entry is opened; how large a cell is comes from ImageJ or OME. Palettes and
    CMYK become RGB, "0 is white" is turned round, and alpha is kept apart.
    """
    # tifffile logs what it finds odd; without a handler Python would print that to standard error.
    logging.getLogger("tifffile").addHandler(logging.NullHandler())
    notes = list[str]()
    with _opened(source, notes) as tiff:
        series, others = _picture(source, tiff)
        page = series.keyframe
        check_colours(source, page)
        numbers = numbers_of(source, page)
        axes = axes_of(source, series, notes)
        source.check_size(axes.spatial, axes.channels, numbers.dtype.itemsize)
        values = axes.ordered(_values(source, series, axes, numbers, notes))
        orientation = page.tags.valueof(ORIENTATION, 1)
        turned = axes.spatial_names[-2:] == ("Y", "X") and orientation in range(1, 9)
        if turned:
            values = upright(values, orientation)
        names = [*axes.spatial_names[:-2], "X", "Y"] if turned and orientation >= 5 else list(axes.spatial_names)
        spacing, units = scale_of(tiff, names)
        data, alpha = _coloured(source, values, page, numbers, notes)
        if others:
            notes.append(tr("The first of its {count:,} images was opened.", count=others + 1))
    data, nonfinite = native_values(data, source)
    # Of numbers with a sign there is no whole range to turn round in.
    inverted = is_white_at_0(page) and len(data) == 1 and not full_scale(numbers)
    if inverted:
        notes.append(tr("In the file 0 means white: it is shown so, and its values are those of the file."))
    sample = as_sample(source, data, notes, nonfinite, spacing, units, alpha)
    return replace(sample, axis_selection=axes.axis_selection, inverted=inverted)


@contextmanager
def _opened(source: Source, notes: list[str]) -> Iterator[TiffFile]:
    """Open a file; with others of its OME set only where all lie beside it."""
    try:
        opened = TiffFile(source.stream, name=source.name, _multifile=False)
    except TypeError as error:
        # So tifffile ends where the tag of the kinds has several values; only equal ones are one to it.
        raise source.error(tr("its samples are of different kinds"), tr("save it with samples of one kind")) from error
    with opened as tiff:
        together = companions(source, tiff, notes)
        if not together:
            yield tiff
    if together and source.path is not None:
        with TiffFile(source.path) as tiff:
            yield tiff


def _picture(source: Source, tiff: TiffFile) -> tuple[TiffPageSeries, int]:
    """Return the first series that is neither a thumbnail nor a mask, and how many more there are."""
    series = [one for one in tiff.series if one.keyframe.shape]
    full_size = [one for one in series if not (one.keyframe.is_reduced or one.keyframe.is_mask)]
    if not series:
        raise source.error(tr("it holds no image"))
    chosen = full_size or series
    if any(page is None for page in chosen[0].pages):
        raise source.error(tr("one of its pages is missing"))
    return chosen[0], len(chosen) - 1


def _fill(page: TiffPage) -> float | None:
    """Return the value that stands for nothing, which GDAL writes as text; None where there is none."""
    text = page.tags.valueof(NODATA, "")
    try:
        return float(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _values(source: Source, series: TiffPageSeries, axes: Axes, numbers: Numbers, notes: list[str]) -> NDArray[Any]:
    """Return the values in the file's order; big ones that stand in a row are mapped."""
    start = _start(source, series) if numbers.bits in FULL_BYTES and not axes.pages else None
    if start is not None:
        order: Literal["<", ">"] = "<" if numbers.order == "<" else ">"
        return read_block(source, Block(numbers.dtype.newbyteorder(order), tuple(series.shape), start))
    keyframe, pages = series.keyframe, [page for page in series.pages if page is not None]
    if len(pages) * prod(keyframe.shaped) != prod(series.shape):
        raise source.error(
            tr("it promises {shape} values and has {count:,} pages", shape=_sides(series.shape), count=len(pages)),
            tr("save or download it again"),
        )
    reader = Pages(source, keyframe, numbers)
    chosen = [pages[n] for n in axes.pages] or pages
    values = np.empty((len(chosen), *keyframe.shaped), numbers.dtype)
    for page, out in zip(chosen, values, strict=True):
        reader.read(page, out)
    if reader.missing:
        notes.append(
            tr(
                "{count:,} of its strips or tiles are not in the file; they were filled with {nodata}.",
                count=reader.missing,
                nodata=keyframe.nodata,
            )
        )
    return values.reshape(axes.read)


def _start(source: Source, series: TiffPageSeries) -> int | None:
    """Return the first byte of values that stand in a row in this file; None where they do not, or are too few."""
    page = series.keyframe
    if page.dtype is None or page.parent.filehandle.size != source.size:
        return None
    if any(one is None or sum(one.databytecounts) < page.nbytes for one in series.pages):
        return None
    start = series.dataoffset
    return None if start is None else int(start)


def _sides(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{n:,}" for n in shape)


def _coloured(source: Source, values: NDArray[Any], page: TiffPage, numbers: Numbers, notes: list[str]) -> Colours:
    """Take alpha out, apply what the file says its numbers mean, and put NaN where they mean nothing."""
    extra, count = page.extrasamples, page.samplesperpixel
    alpha, note = None, ""
    if len(values) == count and numbers.kind in "uf" and numbers.bits > 1:
        for index, kind in enumerate(extra, count - len(extra)):
            if kind in (EXTRASAMPLE.ASSOCALPHA, EXTRASAMPLE.UNASSALPHA) and 0 < index < count:
                associated = kind == EXTRASAMPLE.ASSOCALPHA
                values, alpha, note = split_alpha(values, index, opaque=full_scale(numbers), associated=associated)
                break
    # What stands for nothing is one of the stored numbers, not one of the colours they become.
    fill = _fill(page)
    lost = None if fill is None else values == fill
    if page.photometric == PHOTOMETRIC.YCBCR and len(values) == 3 and page.compression in UNPACK:
        values = ycbcr_to_rgb(values, page, full_scale(numbers))
    values = as_rgb(source, values, page, numbers, notes)
    notes.append(note)
    if lost is not None:
        mixed = page.photometric not in (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE, PHOTOMETRIC.RGB)
        values = with_missing(values, lost.all(axis=0) if mixed else lost)
    return Colours(values, alpha)

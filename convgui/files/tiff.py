"""TIFF: photos, scientific images and stacks, by tifffile; photo compressions it lacks, by Pillow."""

from __future__ import annotations

import logging
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile
from tifffile import EXTRASAMPLE, PHOTOMETRIC, TiffFile, TiffPage, TiffPageSeries

from convgui.files.layout import drop_opaque_alpha, settle
from convgui.files.pictures import as_sample, plain_values, upright
from convgui.files.raw import MAP_ABOVE, Block, read_block
from convgui.files.source import Source
from convgui.files.tiff_scale import scale_of
from convgui.model.sample import Sample
from convgui.words import mark, tr

CHANNEL_AXES = "SC"
CONVERTED = mark("Its CMYK colours were converted to RGB.")
CONVERTED_BY_PILLOW = (PHOTOMETRIC.YCBCR, PHOTOMETRIC.CIELAB, PHOTOMETRIC.ICCLAB, PHOTOMETRIC.ITULAB)


def load_tiff(source: Source) -> Sample:
    """Open the first image or stack of a TIFF file, upright, in the file's own type.

    The axes that the file names decide: samples and channels become channels, one further axis (Z, pages, time)
    becomes depth; how large a cell is comes from ImageJ or OME. Palettes and CMYK become RGB, "0 is white" is turned
    round.
    """
    # tifffile logs what it finds odd; without a handler Python would print that to standard error.
    logging.getLogger("tifffile").addHandler(logging.NullHandler())
    # An OME-TIFF may name other files, which would be opened too: it must not.
    with TiffFile(source.stream, name=source.name, _multifile=False) as tiff:
        if not tiff.series:
            raise source.error(tr("it holds no image"))
        series, notes = tiff.series[0], list[str]()
        source.check_size(*_cells(series), series.dtype.itemsize)
        _check_complete(source, series)
        data = _data(source, tiff, series, notes)
        axes = [axis for axis, n in zip(series.axes, series.shape, strict=True) if axis in "YX" or n > 1]
        places = [axis for axis in axes if axis not in CHANNEL_AXES]
        spacing, units = scale_of(tiff, places) if len(places) == data.ndim - 1 else ((), ())
        if len(tiff.series) > 1:
            notes.append(tr("The first of its {count:,} images was opened.", count=len(tiff.series)))
    data, nonfinite = settle(data, source)
    return as_sample(source, data, notes, nonfinite, spacing, units)


def _values(source: Source, tiff: TiffFile, series: TiffPageSeries) -> NDArray[Any]:
    """Return the values in the file's order; big ones that stand in a row are mapped."""
    if series.dataoffset is None or series.nbytes <= MAP_ABOVE or series.dtype.kind not in "iuf":
        return series.asarray()
    order: Literal["<", ">"] = "<" if tiff.byteorder == "<" else ">"
    return read_block(source, Block(series.dtype.newbyteorder(order), series.shape, series.dataoffset))


def _data(source: Source, tiff: TiffFile, series: TiffPageSeries, notes: list[str]) -> NDArray[Any]:
    page = series.keyframe
    try:
        if page.photometric in CONVERTED_BY_PILLOW:
            raise NotImplementedError("colours that imagecodecs would convert")
        data = _as_rgb(_in_order(source, _values(source, tiff, series), series.axes), page, notes)
        orientation = page.tags.valueof(274, 1)
        if data.ndim == 3 and isinstance(orientation, int):
            data = upright(data, orientation)
    except (ValueError, NotImplementedError) as error:
        if "imagecodecs" not in str(error):
            raise
        # Pillow applies palette, inversion and orientation itself.
        values, more = _by_pillow(source, page)
        notes.extend(more)
        if len(series.pages) > 1:
            notes.append(tr("The first of its {count:,} pages was opened.", count=len(series.pages)))
        data = np.moveaxis(values, -1, 0)
    if page.extrasamples and page.extrasamples[-1] in (EXTRASAMPLE.ASSOCALPHA, EXTRASAMPLE.UNASSALPHA):
        data, note = _without_opaque_alpha(data)
        notes.append(note)
    return data


def _cells(series: TiffPageSeries) -> tuple[tuple[int, ...], int]:
    sizes = list(zip(series.axes, series.shape, strict=True))
    spatial = tuple(int(n) for axis, n in sizes if axis not in CHANNEL_AXES)
    return spatial, int(prod(n for axis, n in sizes if axis in CHANNEL_AXES))


def _check_complete(source: Source, series: TiffPageSeries) -> None:
    """Refuse a file whose strips or tiles lie behind its end: tifffile would fill some of them with zeros."""
    for page in series.pages:
        if page is None:
            raise source.error(tr("one of its pages is missing"))
        ends = [o + n for o, n in zip(page.dataoffsets, page.databytecounts, strict=False)]
        if ends and max(ends) > source.size:
            raise source.error(
                tr(
                    "it is cut off: its picture data reach to byte {ends:,} and the file ends at {size:,}",
                    ends=max(ends),
                    size=source.size,
                ),
                tr("save or download it again"),
            )


def _by_pillow(source: Source, page: TiffPage) -> tuple[NDArray[Any], list[str]]:
    """Decode LZW, JPEG and fax compression with the libtiff in Pillow; 16 bits of colour in two passes, as for PNG."""
    name, colours = (getattr(tag, "name", str(tag)) for tag in (page.compression, page.photometric))
    try:
        source.stream.seek(0)
        with TiffImageFile(source.stream) as image:
            rawmode = _rawmode(image)
            if not rawmode.endswith((";16N", ";16L", ";16B")) or image.mode.startswith("I"):
                return plain_values(image)
        mode = rawmode.split(";")[0]
        # libtiff hands out 16-bit samples in the machine's order, which Pillow writes as N; L and B name the byte kept.
        little = _pillow_pass(source, f"{mode};16L").astype(np.uint16)
        big = _pillow_pass(source, f"{mode};16B").astype(np.uint16)
        high, low = (little, big) if np.little_endian else (big, little)
        values = high * np.uint16(256) + low
        if mode != "CMYK":
            return values, []
        return np.moveaxis(_cmyk_to_rgb(np.moveaxis(values, -1, 0), 65535), 0, -1), [tr(CONVERTED)]
    except (OSError, SyntaxError, ValueError, KeyError, IndexError) as error:
        kind = tr(
            "{samplesperpixel} × {bitspersample} bits, {colours}",
            samplesperpixel=page.samplesperpixel,
            bitspersample=page.bitspersample,
            colours=colours,
        )
        raise source.error(
            tr("its {name} compression ({kind}) cannot be read here", name=name, kind=kind),
            tr("save it as RGB or grey without compression"),
        ) from error


def _pillow_pass(source: Source, rawmode: str) -> NDArray[np.uint8]:
    source.stream.seek(0)
    with TiffImageFile(source.stream) as image:
        image.tile = [tile._replace(args=(rawmode, *_arguments(tile.args)[1:])) for tile in image.tile]
        return np.asarray(image)


def _rawmode(image: ImageFile) -> str:
    return str(_arguments(image.tile[0].args)[0])


def _arguments(args: tuple[Any, ...] | str | None) -> tuple[Any, ...]:
    return args if isinstance(args, tuple) else (args,)


def _in_order(source: Source, values: NDArray[Any], axes: str) -> NDArray[Any]:
    """Return ``(C, *spatial)`` from named axes; lengths of 1 do not count."""
    kept = [axis for axis, n in zip(axes, values.shape, strict=True) if n > 1 or axis in "YX"]
    values = values.reshape([n for axis, n in zip(axes, values.shape, strict=True) if n > 1 or axis in "YX"])
    channel = [i for i, axis in enumerate(kept) if axis in CHANNEL_AXES]
    others = [i for i, axis in enumerate(kept) if axis not in CHANNEL_AXES]
    if len(channel) > 1 or not 2 <= len(others) <= 3:
        named = ", ".join(f"{axis} {n}" for axis, n in zip(kept, values.shape, strict=True))
        raise source.error(
            tr("it has {count} axes ({named})", count=len(kept), named=named),
            tr("save an image or a stack with at most channel, depth, height, width"),
        )
    values = values.transpose(*channel, *others)
    return values if channel else values[np.newaxis]


def _as_rgb(data: NDArray[Any], page: TiffPage, notes: list[str]) -> NDArray[Any]:
    """Apply what the file says its numbers mean: palette, CMYK, "0 is white"."""
    photometric, full = page.photometric, _full_scale(data.dtype)
    if photometric == PHOTOMETRIC.PALETTE and page.colormap is not None and data.shape[0] == 1:
        notes.append(tr("Its palette was replaced by the colours it stands for."))
        colours: NDArray[Any] = _eight_bit(np.asarray(page.colormap))[:, data[0]]
        return colours
    if photometric == PHOTOMETRIC.SEPARATED and data.shape[0] >= 4 and full:
        notes.append(tr(CONVERTED))
        return _cmyk_to_rgb(data, full)
    if photometric == PHOTOMETRIC.MINISWHITE and data.shape[0] == 1 and full:
        notes.append(tr("In the file 0 means white; values were turned round so that 0 is black."))
        inverted: NDArray[Any] = ~data  # for bool and unsigned integers, the largest value minus this one
        return inverted
    if data.dtype == np.bool_:
        notes.append(tr("It has one bit a pixel: 1 is white, 0 is black."))
    return data


def _cmyk_to_rgb(data: NDArray[Any], full: int) -> NDArray[Any]:
    ink, black = data[:3].astype(np.float64), data[3].astype(np.float64)
    light: NDArray[Any] = np.rint((full - ink) * (full - black) / full).astype(data.dtype)
    return light


def _eight_bit(colours: NDArray[np.uint16]) -> NDArray[Any]:
    """Return a palette as 8 bits where the file only spread 8 bits over 16."""
    if colours.max() <= 255:
        return colours.astype(np.uint8)
    if not ((colours % 257).any() and (colours % 256).any()):
        return (colours >> 8).astype(np.uint8)
    return colours


def _full_scale(dtype: np.dtype[Any]) -> int:
    if dtype.kind == "b":
        return 1
    return int(np.iinfo(dtype).max) if dtype.kind == "u" else 0


def _without_opaque_alpha(data: NDArray[Any]) -> tuple[NDArray[Any], str]:
    if data.shape[0] not in (2, 4):
        return data, ""
    return drop_opaque_alpha(data, _full_scale(data.dtype) or 1.0)

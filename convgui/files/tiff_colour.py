"""What the numbers of a TIFF mean: palettes, inks, "0 is white", luma and chroma, CIE L*a*b*."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import PHOTOMETRIC, TiffPage

from convgui.files.source import Source
from convgui.files.tiff_numbers import Numbers
from convgui.words import mark, tr

PHOTOMETRIC_TAG = 262
CONVERTED = mark("Its {mode} colours were converted to RGB.")
LABS = (PHOTOMETRIC.CIELAB, PHOTOMETRIC.ICCLAB)
OTHERS = (PHOTOMETRIC.ITULAB, PHOTOMETRIC.LOGL, PHOTOMETRIC.LOGLUV)
LAB_TO_XYZ = np.array([[1 / 116, 1 / 500, 0], [1 / 116, 0, 0], [1 / 116, 0, -1 / 200]])
"""To the cube roots of X, Y and Z, from L + 16, a and b."""
D50 = np.array([0.9642, 1.0, 0.8249])
XYZ_TO_RGB = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)
"""From XYZ under D50 to linear sRGB, adapted to D65 as Bradford has it."""


def check_colours(source: Source, page: TiffPage) -> None:
    """Refuse what could only be shown in wrong colours."""
    if page.photometric in OTHERS:
        name = PHOTOMETRIC(page.photometric).name
        raise source.error(tr("its {name} colours cannot be read here", name=name), tr("save it as RGB or grey"))


def as_rgb(source: Source, data: NDArray[Any], page: TiffPage, numbers: Numbers, notes: list[str]) -> NDArray[Any]:
    """Apply what a file says its numbers mean to ``(C, *spatial)``, which are its colours without further channels."""
    photometric, full = page.photometric, full_scale(numbers)
    if photometric == PHOTOMETRIC.PALETTE and page.colormap is not None and len(data) == 1:
        notes.append(tr("Its palette was replaced by the colours it stands for."))
        return _from_palette(source, data[0], np.asarray(page.colormap).reshape(3, -1))
    if photometric == PHOTOMETRIC.SEPARATED and len(data) >= 4 and full:
        notes.append(tr(CONVERTED, mode="CMYK"))
        return np.concatenate([_cmyk_to_rgb(data[:4], full), data[4:]])
    if photometric in LABS and len(data) == 3 and full:
        notes.append(tr(CONVERTED, mode="LAB"))
        return _lab_to_rgb(data, full, photometric == PHOTOMETRIC.CIELAB)
    if is_white_at_0(page) and len(data) == 1 and full:
        notes.append(tr("In the file 0 means white; values were turned round so that 0 is black."))
        inverted: NDArray[Any] = ~data if data.dtype == np.bool_ else data.dtype.type(full) - data
        return inverted
    if data.dtype == np.bool_:
        notes.append(tr("It has one bit a pixel: 1 is white, 0 is black."))
    elif full and numbers.bits not in (8, 16, 32, 64):
        notes.append(tr("It has {bits} bits a value, 0 to {full:,}.", bits=numbers.bits, full=full))
    return data


def is_white_at_0(page: TiffPage) -> bool:
    """Tell whether the file itself says so: without a word 0 is black, for libtiff as for everybody."""
    return page.photometric == PHOTOMETRIC.MINISWHITE and PHOTOMETRIC_TAG in page.tags


def full_scale(numbers: Numbers) -> int:
    """Return the largest value of unsigned samples, 0 for others."""
    return 2**numbers.bits - 1 if numbers.kind == "u" else 0


def _cmyk_to_rgb(data: NDArray[Any], full: int) -> NDArray[Any]:
    ink, black = data[:3].astype(np.float64), data[3].astype(np.float64)
    light: NDArray[Any] = np.rint((full - ink) * (full - black) / full).astype(data.dtype)
    return light


def _lab_to_rgb(data: NDArray[Any], full: int, signed: bool) -> NDArray[Any]:
    """Convert L*a*b* as TIFF stores it: L from 0 to 100, a and b around 0 (signed) or around the middle (ICC)."""
    unit = (full + 1) / 256
    chroma = data[1:].astype(np.float64) / unit
    chroma = np.where(chroma < 128, chroma, chroma - 256) if signed else chroma - 128
    lab = np.concatenate([data[:1] * (100 / full) + 16, chroma])
    roots = np.tensordot(LAB_TO_XYZ, lab, 1)
    low = (roots - 16 / 116) * (108 / 841)
    xyz = np.where(roots > 6 / 29, roots**3, low) * D50.reshape(3, *(1,) * (data.ndim - 1))
    linear = np.clip(np.tensordot(XYZ_TO_RGB, xyz, 1), 0, 1)
    light = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    converted: NDArray[Any] = np.rint(light * full).astype(data.dtype)
    return converted


def ycbcr_to_rgb(data: NDArray[Any], page: TiffPage, full: int) -> NDArray[Any]:
    """Convert luma and chroma ``(3, *spatial)`` with the file's own weights and ranges."""
    red, green, blue = _fractions(page, 529, (0.299, 0.587, 0.114))
    half = (full + 1) / 2
    ranges = _fractions(page, 532, (0, full, half, full, half, full))
    levels = []
    for values, low, high, size in zip(data, ranges[::2], ranges[1::2], (full, half - 1, half - 1), strict=True):
        levels.append((values.astype(np.float64) - low) * (size / ((high - low) or 1)))
    luma, cb, cr = levels
    r, b = luma + cr * (2 - 2 * red), luma + cb * (2 - 2 * blue)
    g = (luma - red * r - blue * b) / green
    converted: NDArray[Any] = np.clip(np.rint(np.stack([r, g, b])), 0, full).astype(data.dtype)
    return converted


def _fractions(page: TiffPage, tag: int, usual: tuple[float, ...]) -> tuple[float, ...]:
    """Return the fractions of a tag, which stand as numerators and denominators."""
    value = page.tags.valueof(tag)
    if not isinstance(value, tuple) or len(value) != 2 * len(usual):
        return usual if not isinstance(value, tuple) or len(value) != len(usual) else tuple(map(float, value))
    return tuple(top / (bottom or 1) for top, bottom in zip(value[::2], value[1::2], strict=True))


def _from_palette(source: Source, index: NDArray[Any], stored: NDArray[np.uint16]) -> NDArray[Any]:
    largest, count = int(index.max()), stored.shape[1]
    if largest >= count:
        raise source.error(
            tr("its palette has {count:,} colours, and a pixel asks for number {n:,}", count=count, n=largest)
        )
    # Indices of one bit are truth values, which would select in place of index.
    colours: NDArray[Any] = _eight_bit(stored)[:, index.astype(np.intp)]
    return colours


def _eight_bit(colours: NDArray[np.uint16]) -> NDArray[Any]:
    """Return a palette as 8 bits where the file only spread 8 bits over 16."""
    if colours.max() <= 255:
        return colours.astype(np.uint8)
    if not ((colours % 257).any() and (colours % 256).any()):
        return (colours >> 8).astype(np.uint8)
    return colours

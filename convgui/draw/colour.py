"""Colours: mixing, luminance, contrast, and value to colour."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Colour: TypeAlias = tuple[int, int, int, int]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


def colour(text: str, alpha: float = 1.0) -> Colour:
    """Read ``"#rrggbb"``; `alpha` is opacity, 0 to 1."""
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16), round(255 * alpha))


def faded(base: Colour, alpha: float) -> Colour:
    """Return the same hue with opacity `alpha`, 0 to 1."""
    return (*base[:3], round(255 * alpha))


def mix(low: Colour, high: Colour, share: float) -> Colour:
    """Blend two opaque colours: `share` 0 gives `low`, 1 gives `high`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(low[:3], high[:3], strict=True))
    return (red, green, blue, 255)


def luminance(rgb: Floats) -> Floats:
    """Relative luminance (WCAG 2.2) of ``(..., 3)`` sRGB values 0 to 255; shape ``(...)``."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    weights: Floats = np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(linear @ weights, dtype=np.float64)


def contrast(a: Colour, b: Colour) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2)."""
    la, lb = (float(luminance(np.array(c[:3], dtype=float))) for c in (a, b))
    return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)


def ink_on(fill: Bytes, dark: Colour, light: Colour) -> Bytes:
    """Text colour for each cell of an RGBA `fill` ``(..., 4)``: whichever of the two contrasts more."""
    lum = luminance(fill[..., :3].astype(float))
    lum_dark, lum_light = (float(luminance(np.array(c[:3], dtype=float))) for c in (dark, light))
    against_dark = (np.maximum(lum, lum_dark) + 0.05) / (np.minimum(lum, lum_dark) + 0.05)
    against_light = (np.maximum(lum, lum_light) + 0.05) / (np.minimum(lum, lum_light) + 0.05)
    choice = np.where((against_dark >= against_light)[..., None], np.array(dark), np.array(light))
    return np.asarray(choice, dtype=np.uint8)


def ramp(values: Floats, zero: Colour, positive: Colour, negative: Colour, limit: float, most: float) -> Bytes:
    """Fill colours ``(..., 4)``: `zero` at 0, moving towards a hue by ``most * |value| / limit``."""
    if np.isinf(limit):
        # Beside an infinite one, every other number is nothing.
        values, limit = np.where(np.isinf(values), np.sign(values), 0.0), 1.0
    share = np.clip(np.abs(values) / limit if limit > 0 else np.zeros_like(values), 0, 1)[..., None] * most
    hue = np.where((values < 0)[..., None], np.array(negative, dtype=float), np.array(positive, dtype=float))
    base = np.array(zero, dtype=float)
    filled: Bytes = np.round(base + (hue - base) * share).astype(np.uint8)
    return filled


@lru_cache(maxsize=8)
def diverging_table(zero: Colour, positive: Colour, negative: Colour) -> Bytes:
    """256 RGB colours for levels from -limit (entry 0) through 0 (entry 127.5) to +limit (entry 255)."""
    levels = np.linspace(-1, 1, 256)
    # The square root lifts small values off the white, so that faint edges can be seen.
    shaped = np.sign(levels) * np.sqrt(np.abs(levels))
    # The two entries in the middle both stand for 0, which has no colour.
    shaped[127:129] = 0
    return ramp(shaped, zero, positive, negative, 1.0, 1.0)[:, :3].copy()


def looked_up(table: Bytes, entries: Bytes) -> Bytes:
    """Return the colours ``(..., 4)``, opaque, of 8-bit entries ``(...)`` into a table of RGB ``(256, 3)`` or shorter.

    A pixel is fetched as one number of 32 bits, which takes a tenth of the time of indexing the table's rows.
    """
    opaque = np.full((len(table), 4), 255, dtype=np.uint8)
    opaque[:, :3] = table
    pixels = opaque.view(np.uint32)[:, 0].take(entries)
    return pixels.view(np.uint8).reshape(*entries.shape, 4)


@cache
def grey_table() -> Bytes:
    """256 RGB greys."""
    return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)

"""One hue for each of several things that have no order, such as the taps of a kernel."""

from __future__ import annotations

from functools import cache

import numpy as np

from convgui.draw.colour import Bytes, Floats
from convgui.draw.theme import Theme

_LIGHT = ((0.84, 0.105), (0.74, 0.125))
_DARK = ((0.56, 0.105), (0.46, 0.115))


def hues(count: int, theme: Theme) -> Bytes:
    """Return `count` opaque fills ``(count, 4)``, evenly spaced in hue in the perceptual space OKLCH.

    Lightness alternates between two levels, so that neighbours in hue differ in lightness as well.
    """
    levels = np.array(_LIGHT if theme.shade == "light" else _DARK)
    index = np.arange(count)
    lightness, chroma = levels[index % 2].T
    angle = 2 * np.pi * (index / max(count, 1) + 0.06)
    return _srgb(lightness, chroma * np.cos(angle), chroma * np.sin(angle))


@cache
def uniform_table() -> Bytes:
    """256 RGB colours from a dark violet over green to a light yellow, evenly spaced in lightness (OKLCH).

    Small differences show alike at both ends, and in shades of grey it is still a ramp.
    """
    share = np.linspace(0, 1, 256, dtype=np.float64)
    chroma = 0.09 + 0.05 * share - 0.033 * np.sin(np.pi * share)
    angle = np.radians(300 - 195 * share)
    table: Bytes = _srgb(0.26 + 0.68 * share, chroma * np.cos(angle), chroma * np.sin(angle))[:, :3].copy()
    return table


@cache
def cyclic_table(shade: str) -> Bytes:
    """256 opaque colours ``(256, 4)`` of one lightness that go once around: the two ends are neighbours (OKLCH)."""
    lightness, chroma = (0.78, 0.11) if shade == "light" else (0.56, 0.11)
    angle = 2 * np.pi * np.arange(256) / 256
    return _srgb(np.full(256, lightness), chroma * np.cos(angle), chroma * np.sin(angle))


def _srgb(lightness: Floats, a: Floats, b: Floats) -> Bytes:
    """OKLab to 8-bit sRGB (Ottosson 2020), cut to what a screen can show."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ],
        axis=-1,
    ).clip(0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    opaque = np.full((len(curved), 1), 255.0)
    filled: Bytes = np.concatenate([np.round(curved * 255), opaque], axis=1).astype(np.uint8)
    return filled

"""Big pictures for the measurements, and what a process has taken of the memory."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample

Picture: TypeAlias = NDArray[np.uint8]
STRIP = 500
"""Rows that are made at a time."""
MEGABYTE = 1e6
STATUS = Path("/proc/self/status")


def scene_of(side: int) -> Picture:
    """Return ``(3, side, side)``: soft waves with grain on them, as a photo has both."""
    rng = np.random.default_rng(0)
    picture = np.empty((3, side, side), np.uint8)
    across = np.arange(side, dtype=np.float32)
    grain = rng.integers(0, 60, (STRIP, side), dtype=np.uint8)
    for c in range(3):
        for first in range(0, side, STRIP):
            down = np.arange(first, min(first + STRIP, side), dtype=np.float32)[:, None]
            waves = 95 + 90 * np.sin(down / (37 + 60 * c)) * np.cos(across / (140 - 30 * c))
            picture[c, first : first + STRIP] = waves.astype(np.uint8) + grain[: len(down)]
    return picture


def document_of(picture: Picture, kernel: int) -> Document:
    """Return a picture under one filter of ``kernel x kernel`` random weights over its channels."""
    rng = np.random.default_rng(kernel)
    channels = len(picture)
    spec = ConvSpec.of(channels, 1, (kernel, kernel), padding=kernel // 2)
    layer = Convolution(spec, rng.standard_normal((1, channels, kernel, kernel)).round(3), np.zeros(1))
    return Document(Sample(picture, "measured", channels=("R", "G", "B")), (layer,), View(scene="slide"))


def with_kernel(document: Document, kernel: int) -> Document:
    """Return the document under a filter of another size."""
    fresh = document_of(np.zeros((len(document.sample.data), 1, 1), np.uint8), kernel)
    return replace(document, layers=fresh.layers)


def peak_memory() -> float:
    """Return the most megabytes that this process has had in memory at once, mapped files included."""
    if STATUS.exists():
        # Unlike getrusage's, this peak is not inherited from the process that started this one.
        words = STATUS.read_text().split("VmHWM:")[1].split()
        return int(words[0]) * 1024 / MEGABYTE
    import resource  # not on every system, and needed only here

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEGABYTE if sys.platform == "darwin" else most * 1024 / MEGABYTE


def own_memory() -> float:
    """Return the megabytes in memory now that are no mapped file; 0 where the system does not tell."""
    if not STATUS.exists():
        return 0.0
    return int(STATUS.read_text().split("RssAnon:")[1].split()[0]) * 1024 / MEGABYTE

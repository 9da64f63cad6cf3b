"""Moving pictures as a volume of time: what GIF, WebP, PNG and video have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from convgui.files.oriented import Placed, as_sample
from convgui.files.source import ASK_ABOVE, Source
from convgui.model.sample import Sample
from convgui.words import tr

Frames = NDArray[np.uint8]
GREY, RGB, RGBA = ("grey",), ("R", "G", "B"), ("R", "G", "B", "A")


def frames_that_fit(sides: tuple[int, int]) -> int:
    """Return how many frames of these sides are opened at most: as many cells as are opened without a question."""
    return max(ASK_ABOVE // max(sides[0] * sides[1], 1), 2)


def film(source: Source, frames: Sequence[Frames], seconds: float, notes: Iterable[str]) -> Sample:
    """Make ``(C, time, H, W)`` of frames ``(H, W, C)``: one channel where all is grey, no alpha where all is opaque.

    `seconds` is the time from a frame to the next, 0 where nothing is known; it becomes the spacing of the first axis.
    """
    channels = _needed(frames)
    data = np.empty((len(channels), len(frames), *frames[0].shape[:2]), np.uint8)
    for at, frame in enumerate(frames):
        source.check_cancelled()
        data[:, at] = np.moveaxis(frame, -1, 0)[: len(channels)]
    known = seconds > 0 and isfinite(seconds)
    depth = tr("Its {n:,} frames are the depth of a volume of time.", n=len(frames))
    if known:
        depth = tr(
            "Its {n:,} frames, {seconds:.3g} s apart, are the depth of a volume of time.",
            n=len(frames),
            seconds=seconds,
        )
    said = [depth, *notes]
    placed = Placed(data, (seconds if known else 1.0, 1.0, 1.0), (), "")
    return as_sample(source, placed, channels=channels, notes=said, units=("s" if known else "px", "px", "px"))


def _needed(frames: Sequence[Frames]) -> tuple[str, ...]:
    count = frames[0].shape[2]
    if count == 4 and any(bool((frame[..., 3] != 255).any()) for frame in frames):
        return RGBA
    if count == 1 or all(_is_grey(frame) for frame in frames):
        return GREY
    return RGB


def _is_grey(frame: Frames) -> bool:
    red, green, blue = (frame[..., c] for c in range(3))
    return bool(np.array_equal(red, green) and np.array_equal(red, blue))


def cut_short(shown: int, count: int | None) -> str:
    """Say that a film goes on after the frames that were opened."""
    return (
        tr("The first {shown:,} of its {count:,} frames were opened.", shown=shown, count=count)
        if count
        else tr("Its first {shown:,} frames were opened.", shown=shown)
    )

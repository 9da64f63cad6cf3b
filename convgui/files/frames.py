"""Moving pictures as a volume of time: what GIF, WebP, PNG and video have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.alpha import split_alpha
from convgui.files.oriented import Oriented, as_sample
from convgui.files.source import ASK_ABOVE, Source
from convgui.model.sample import Alpha, Sample
from convgui.words import tr

Frames = NDArray[Any]
"""``(H, W, C)`` of a frame, uint8 or uint16; C is 1, 3, or 4 with alpha."""
GREY, RGB = ("grey",), ("R", "G", "B")


def frames_that_fit(sides: tuple[int, int]) -> int:
    """Return how many frames of these sides are opened at most: as many cells as are opened without a question."""
    return max(ASK_ABOVE // max(sides[0] * sides[1], 1), 2)


def film(source: Source, frames: Sequence[Frames], seconds: float, notes: Iterable[str]) -> Sample:
    """Make ``(C, time, H, W)`` of frames ``(H, W, C)``: one channel where all is grey, alpha apart if any is clear.

    `seconds` is the time from a frame to the next, 0 where nothing is known; it becomes the spacing of the first axis.
    """
    channels = GREY if all(_is_grey(frame) for frame in frames) else RGB
    data = np.empty((len(channels), len(frames), *frames[0].shape[:2]), frames[0].dtype)
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
    alpha, note = _alpha(frames)
    said = [depth, *notes, note]
    oriented = Oriented(data, (seconds if known else 1.0, 1.0, 1.0), (), "")
    units = ("s" if known else "px", "px", "px")
    return replace(as_sample(source, oriented, channels=channels, notes=said, units=units), alpha=alpha)


def _alpha(frames: Sequence[Frames]) -> tuple[Alpha | None, str]:
    if frames[0].shape[2] < 4:
        return None, ""
    _, alpha, note = split_alpha(np.stack([frame[..., 3] for frame in frames])[np.newaxis], 0)
    return alpha, note


def _is_grey(frame: Frames) -> bool:
    if frame.shape[2] == 1:
        return True
    red, green, blue = (frame[..., c] for c in range(3))
    return bool(np.array_equal(red, green) and np.array_equal(red, blue))


def cut_short(shown: int, count: int | None) -> str:
    """Say that a film goes on after the frames that were opened."""
    return (
        tr("The first {shown:,} of its {count:,} frames were opened.", shown=shown, count=count)
        if count
        else tr("Its first {shown:,} frames were opened.", shown=shown)
    )

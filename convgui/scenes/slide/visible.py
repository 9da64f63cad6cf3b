"""Slide on pictures: what a view shows, taken from the last looks as far as it is the same, or follows from it."""

from __future__ import annotations

from dataclasses import replace

from convgui.core import Windows
from convgui.draw.viewport import Viewport
from convgui.model.document import View
from convgui.model.memo import Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.glimpse import (
    COARSE,
    TAPS,
    Glimpse,
    Reading,
    cut_from,
    extended,
    first_ranges,
    followed,
    glimpse_at,
    wanted,
    windows_at,
    worth_keeping,
)
from convgui.scenes.slide.pair import PhotoLayout, drawn_input, ports
from convgui.scenes.slide.photo import Photo, Visible


def look(data: Photo, view: View, canvas: Canvas, pieces: Pieces) -> Photo:
    """Return a picture with what a view shows of it."""
    entered, left = ports(data, view, canvas)
    channel = min(view.channel, len(data.names) - 1)
    key = ("input", data.sample, data.reading.x, entered, channel, canvas)
    given = pieces.piece(key, lambda: drawn_input(data, entered, channel, canvas))
    return replace(data, visible=Visible(given, _glimpse(data, left, canvas.pixels, pieces)))


def _glimpse(data: Photo, left: Viewport, pixels: float, pieces: Pieces) -> Glimpse | None:
    """Return values for what is on screen where the whole output is not there, and keep them for the next look."""
    reading, full = data.reading, wanted(left, pixels)
    windows = _windows(reading, left, pixels, pieces)
    here = ("glimpse", *reading.like, full)
    if data.whole is None:
        found = _followed(reading, left, pixels, windows, pieces)
        pieces.put((*here, *reading.weights), found)
        return found
    pieces.put((*here, *reading.weights), cut_from(reading, data.whole, full))
    return None


def _windows(reading: Reading, left: Viewport, pixels: float, pieces: Pieces) -> Windows | None:
    """Return the windows that are known of what is on screen, at every position or at one of some."""
    keys = (("windows", *reading.like, wanted(left, pixels, coarse)) for coarse in COARSE)
    return next((found for key in keys if (found := pieces.get(key)) is not None), None)


def _followed(reading: Reading, left: Viewport, pixels: float, windows: Windows | None, pieces: Pieces) -> Glimpse:
    """Return the values that are known, brought up to date and to this place, or first ones anew."""
    full = wanted(left, pixels)
    here = ("glimpse", *reading.like, full)
    # What came last of this place: finer values may be those of weights before.
    known: Glimpse | None = pieces.near(here)
    exact: Glimpse | None = pieces.get((*here, *reading.weights))
    if exact is not None and (exact.rows, exact.columns) == full:
        return exact
    beside: Glimpse | None = pieces.near(here[:-1]) if known is None else known
    # Through its windows a view takes no longer than two weights do that are followed.
    most = 1 if windows is not None and windows.region == full else TAPS
    now = (followed(beside, reading, most) if beside is not None else None) or exact
    if now is not None and (known is not None or (now.rows, now.columns) == full):
        return now
    if now is None and windows is not None:
        return reading.through(windows)
    ranges = first_ranges(reading, left, pixels)
    moved = (extended(now, full) or extended(now, ranges)) if now is not None else None
    return moved or glimpse_at(reading, ranges, pieces)


def sharpen(layout: PhotoLayout, work: Work) -> None:
    """Compute what is on screen at every position, and windows for the next kernel, as fine as can be kept.

    Raises
    ------
    Cancelled
        Soon after `work` is to stop.
    """
    reading, pixels = layout.photo.reading, layout.canvas.pixels
    some = (wanted(layout.left, pixels, coarse) for coarse in COARSE)
    finest = next((cells for cells in some if worth_keeping(reading, cells)), None)
    windows = windows_at(reading, finest, work.pieces, work) if finest is not None else None
    if windows is not None and windows.region == layout.full:
        made = reading.through(windows)
    else:
        made = Glimpse(reading, *layout.full, reading.values(*layout.full, work))
    work.pieces.put(("glimpse", *reading.like, layout.full, *reading.weights), made)

"""Slide on pictures: what a view shows, taken from the last looks as far as it is the same, or follows from it."""

from __future__ import annotations

from dataclasses import replace

from convgui.core import Windows
from convgui.draw.viewport import Viewport
from convgui.model.document import View
from convgui.model.memo import Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.pair import PhotoLayout, drawn_input, ports
from convgui.scenes.slide.photo import Photo, Visible
from convgui.scenes.slide.visible_output import (
    COARSE,
    TAPS,
    Filtering,
    VisibleOutput,
    cut_from,
    extended,
    first_ranges,
    followed,
    output_at,
    wanted,
    windows_at,
    worth_keeping,
)


def look(data: Photo, view: View, canvas: Canvas, pieces: Pieces) -> Photo:
    """Return a picture with what a view shows of it."""
    input_port, output_port = ports(data, view, canvas)
    channel = min(view.channel, len(data.names) - 1)
    three = data.colours
    key = ("input", data.sample, data.filtering.x, input_port, channel, canvas, three is not None)
    given = pieces.piece(key, lambda: drawn_input(data, input_port, channel, canvas))
    output = _visible_output(data, output_port, canvas.pixels, pieces)
    three = three and three.looked_at(output, data.filter, pieces)
    return replace(data, visible=Visible(given, output), colours=three)


def _visible_output(data: Photo, output_port: Viewport, pixels: float, pieces: Pieces) -> VisibleOutput | None:
    """Return values for what is on screen where the whole output is not there, and keep them for the next look."""
    filtering, full = data.filtering, wanted(output_port, pixels)
    windows = _windows(filtering, output_port, pixels, pieces)
    here = ("visible_output", *filtering.like, full)
    if data.full_output is None:
        found = _followed(filtering, output_port, pixels, windows, pieces)
        pieces.put((*here, *filtering.weights), found)
        return found
    pieces.put((*here, *filtering.weights), cut_from(filtering, data.full_output, full))
    return None


def _windows(filtering: Filtering, output_port: Viewport, pixels: float, pieces: Pieces) -> Windows | None:
    """Return the windows that are known of what is on screen, at every position or at one of some."""
    keys = (("windows", *filtering.like, wanted(output_port, pixels, coarse)) for coarse in COARSE)
    return next((found for key in keys if (found := pieces.get(key)) is not None), None)


def _followed(
    filtering: Filtering, output_port: Viewport, pixels: float, windows: Windows | None, pieces: Pieces
) -> VisibleOutput:
    """Return the values that are known, brought up to date and to this place, or first ones anew."""
    full = wanted(output_port, pixels)
    here = ("visible_output", *filtering.like, full)
    # What came last of this place: finer values may be those of weights before.
    known: VisibleOutput | None = pieces.near(here)
    exact: VisibleOutput | None = pieces.get((*here, *filtering.weights))
    if exact is not None and (exact.rows, exact.columns) == full:
        return exact
    beside: VisibleOutput | None = pieces.near(here[:-1]) if known is None else known
    # Through its windows a view takes no longer than two weights do that are followed.
    most = 1 if windows is not None and windows.region == full else TAPS
    now = (followed(beside, filtering, most) if beside is not None else None) or exact
    if now is not None and (known is not None or (now.rows, now.columns) == full):
        return now
    if now is None and windows is not None:
        return filtering.through(windows)
    ranges = first_ranges(filtering, output_port, pixels)
    moved = (extended(now, full) or extended(now, ranges)) if now is not None else None
    return moved or output_at(filtering, ranges, pieces)


def sharpen(layout: PhotoLayout, work: Work) -> None:
    """Compute what is on screen at every position, and windows for the next kernel, as fine as can be kept.

    Raises
    ------
    Cancelled
        Soon after `work` is to stop.
    """
    filtering, pixels = layout.photo.filtering, layout.canvas.pixels
    some = (wanted(layout.output_port, pixels, coarse) for coarse in COARSE)
    finest = next((cells for cells in some if worth_keeping(filtering, cells)), None)
    windows = windows_at(filtering, finest, work.pieces, work) if finest is not None else None
    if windows is not None and windows.region == layout.full:
        output = filtering.through(windows)
    else:
        output = VisibleOutput(filtering, *layout.full, filtering.values(*layout.full, work))
    work.pieces.put(("visible_output", *filtering.like, layout.full, *filtering.weights), output)

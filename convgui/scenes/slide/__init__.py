"""Slide: the kernel steps over the input, one output at a time.

On small grids every number is drawn; on a photo the pictures stand side by side and a loupe opens one pixel.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.picture import Hit, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.memo import Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Focus, Option, Scene
from convgui.scenes.slide import frame, grid, loupe, pair, photo, visible
from convgui.scenes.slide.grid import GridLayout
from convgui.scenes.slide.numbers import Numbers, numbers
from convgui.scenes.slide.pair import PhotoLayout
from convgui.scenes.slide.photo import Photo
from convgui.words import mark

MOST_ROWS, MOST_COLUMNS = 24, 28
"""Up to this input size, padding included, each cell is drawn with its number."""

CHANNELS = Option("channels", mark("Channels"), (("sum", mark("Summed")), ("apart", mark("One at a time"))))
COLOURS = Option(
    "colours",
    mark("Output"),
    (("auto", mark("Automatic")), ("signed", mark("Signed")), ("grey", mark("Grey")), ("coloured", mark("Coloured"))),
)


def small(document: Document) -> bool:
    """Whether the input is small enough to draw cell by cell."""
    rows, columns = document.filter_view.on_two_axes.padded_shape
    return rows <= MOST_ROWS and columns <= MOST_COLUMNS


class Slide(Scene[Numbers | Photo, GridLayout | PhotoLayout]):
    """The window sliding over the input."""

    id = "slide"
    title = mark("Slide")
    order = 10
    lesson = "single-channel"
    needs = Needs(rank=(1, 2), transposed=False, fits=False)
    leaves_out = True

    def options(self, document: Document) -> tuple[Option, ...]:
        if not small(document):
            return (COLOURS,)
        return (CHANNELS,) if document.layer.spec.channels.depth > 1 else ()

    def prepare(self, document: Document, work: Work | None = None, /) -> Numbers | Photo:
        if small(document):
            return numbers(document, CHANNELS.chosen(document.view) == "apart")
        colours = COLOURS.chosen(document.view)
        return _coloured(photo.photo(document, colours, work or Work()), colours == "coloured")

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        return not small(document) and photo.remembers(document, pieces)

    def steps(self, prepared: Numbers | Photo) -> int:
        return frame.steps(prepared) if isinstance(prepared, Numbers) else prepared.view.positions

    def lay_out(self, prepared: Numbers | Photo, view: View, canvas: Canvas) -> GridLayout | PhotoLayout:
        if isinstance(prepared, Numbers):
            return grid.lay_out(prepared, canvas, view.channel)
        return loupe.furnished(pair.lay_out(prepared, view, canvas))

    def look(self, prepared: Numbers | Photo, view: View, canvas: Canvas, pieces: Pieces) -> Numbers | Photo:
        return prepared if isinstance(prepared, Numbers) else visible.look(prepared, view, canvas, pieces)

    def levelled(self, prepared: Numbers | Photo) -> tuple[NDArray[np.float32], Levels] | None:
        return prepared.levelled if isinstance(prepared, Photo) else None

    def rest(self, prepared: Numbers | Photo) -> bool:
        return isinstance(prepared, Photo) and prepared.whole is None

    def complete(self, prepared: Numbers | Photo, work: Work) -> Numbers | Photo:
        if isinstance(prepared, Numbers):
            return prepared
        return _coloured(photo.completed(prepared, work), prepared.levels.coloured)

    def blurred(self, layout: GridLayout | PhotoLayout) -> bool:
        return isinstance(layout, PhotoLayout) and layout.blurred

    def sharpen(self, layout: GridLayout | PhotoLayout, work: Work) -> None:
        if isinstance(layout, PhotoLayout):
            visible.sharpen(layout, work)

    def picture(self, layout: GridLayout | PhotoLayout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, GridLayout):
            return frame.draw_frame(layout, at, focus)
        return loupe.draw_frame(layout, at, focus)

    def step_of(self, layout: GridLayout | PhotoLayout, hit: Hit) -> int | None:
        if isinstance(layout, GridLayout):
            return None
        return loupe.step_of(layout.photo, hit)

    def zoomable(self, prepared: Numbers | Photo) -> bool:
        return isinstance(prepared, Photo)

    def ports(self, layout: GridLayout | PhotoLayout) -> tuple[Viewport, ...]:
        return (layout.input_port, layout.output_port) if isinstance(layout, PhotoLayout) else ()


def _coloured(made: Photo, coloured: bool) -> Photo:
    return replace(made, levels=replace(made.levels, coloured=coloured)) if coloured else made


SCENE = Slide()

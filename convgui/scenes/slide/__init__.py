"""Slide: the kernel steps over the input, one output at a time.

On small grids every number is drawn; on a photo the pictures stand side by side and a loupe opens one pixel.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.overview import aim
from convgui.draw.picture import Hit, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.memo import Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.scene import Focus
from convgui.scenes.slide import frame, grid, loupe, pair, photo, visible
from convgui.scenes.slide.grid import GridLayout
from convgui.scenes.slide.numbers import Numbers, numbers
from convgui.scenes.slide.pair import PhotoLayout
from convgui.scenes.slide.photo import Photo
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark, tr

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


class SlideOnGrid(Mode[Numbers, GridLayout]):
    """Every number is drawn."""

    prepares, lays_out = Numbers, GridLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        return (CHANNELS,) if document.layer.spec.channels.depth > 1 else ()

    def prepare(self, document: Document, work: Work | None = None, /) -> Numbers:
        return numbers(document, CHANNELS.chosen(document.view) == "apart")

    def steps(self, prepared: Numbers) -> int:
        return frame.steps(prepared)

    def lay_out(self, prepared: Numbers, view: View, canvas: Canvas) -> GridLayout:
        return grid.lay_out(prepared, canvas, view.channel)

    def picture(self, layout: GridLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)


class SlideOnPhoto(Mode[Photo, PhotoLayout]):
    """Two pictures side by side, and a loupe that opens one pixel."""

    prepares, lays_out = Photo, PhotoLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        return (COLOURS,)

    def prepare(self, document: Document, work: Work | None = None, /) -> Photo:
        colours = COLOURS.chosen(document.view)
        return _coloured(photo.photo(document, colours, work or Work()), colours == "coloured")

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        return photo.remembers(document, pieces)

    def steps(self, prepared: Photo) -> int:
        return prepared.view.positions

    def lay_out(self, prepared: Photo, view: View, canvas: Canvas) -> PhotoLayout:
        return loupe.furnished(pair.lay_out(prepared, view, canvas))

    def look(self, prepared: Photo, view: View, canvas: Canvas, pieces: Pieces) -> Photo:
        return visible.look(prepared, view, canvas, pieces)

    def levelled(self, prepared: Photo) -> tuple[NDArray[np.float32], Levels] | None:
        return prepared.levelled

    def rest(self, prepared: Photo) -> bool:
        return prepared.full_output is None

    def complete(self, prepared: Photo, work: Work) -> Photo:
        return _coloured(photo.completed(prepared, work), prepared.levels.coloured)

    def blurred(self, layout: PhotoLayout) -> bool:
        return layout.blurred

    def sharpen(self, layout: PhotoLayout, work: Work) -> None:
        visible.sharpen(layout, work)

    def picture(self, layout: PhotoLayout, at: float, focus: Focus) -> Picture:
        return loupe.draw_frame(layout, at, focus)

    def step_of(self, layout: PhotoLayout, hit: Hit) -> int | None:
        return loupe.step_of(layout.photo, hit)

    def zoomable(self, prepared: Photo) -> bool:
        return True

    def ports(self, layout: PhotoLayout) -> tuple[Viewport, ...]:
        return (layout.padded_port, layout.output_port)

    def aimed(self, layout: PhotoLayout, view: View, hit: Hit) -> View:
        return replace(view, centre=aim((layout.input_port, layout.output_port)[hit.index[0]], hit))


class Slide(Tab):
    """The window sliding over the input."""

    id = "slide"
    title = mark("Slide")
    order = 10
    lesson = "single-channel"
    needs = Needs(rank=(1, 2), transposed=False, fits=False, tables=False)
    leaves_out = True
    modes = (SlideOnGrid(), SlideOnPhoto())

    def refusal(self, document: Document) -> str:
        if document.layer.spec.rank == 1 and not small(document):
            return tr(
                "Slide writes every number of a signal, up to {most}; Waveform shows longer ones.", most=MOST_COLUMNS
            )
        return super().refusal(document)

    def mode(self, document: Document) -> AnyMode:
        return self.modes[0] if small(document) else self.modes[1]

    def tells_cells(self, document: Document) -> bool:
        return small(document)


def _coloured(photo: Photo, coloured: bool) -> Photo:
    return replace(photo, levels=replace(photo.levels, coloured=coloured)) if coloured else photo


SCENE = Slide()

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
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Progress, Scene
from convgui.scenes.slide import grid, loupe, moment, pair, photo
from convgui.scenes.slide.glimpse import Glimpse, full_glimpse
from convgui.scenes.slide.grid import GridLayout
from convgui.scenes.slide.numbers import Numbers, numbers, two
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
    height, width = two(document.sample.spatial, 1)
    pads = document.layer.spec.pads(document.sample.spatial)
    rows = height + (sum(pads[-2]) if len(pads) > 1 else 0)
    return rows <= MOST_ROWS and width + sum(pads[-1]) <= MOST_COLUMNS


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
        spec = document.layer.spec
        return (CHANNELS,) if spec.in_channels > spec.groups else ()

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Numbers | Photo:
        if small(document):
            return numbers(document, CHANNELS.chosen(document.view) == "apart")
        return _photo(document, cancel)

    def prepare_again(
        self, before: Numbers | Photo, document: Document, cancel: Cancel | None = None
    ) -> Numbers | Photo:
        if isinstance(before, Numbers) or small(document):
            return self.prepare(document, cancel)
        return _photo(document, cancel, before)

    def steps(self, prepared: Numbers | Photo) -> int:
        return moment.steps(prepared) if isinstance(prepared, Numbers) else prepared.shape[0] * prepared.shape[1]

    def lay_out(self, prepared: Numbers | Photo, view: View, canvas: Canvas) -> GridLayout | PhotoLayout:
        if isinstance(prepared, Numbers):
            return grid.lay_out(prepared, canvas, view.channel)
        return loupe.furnished(pair.lay_out(prepared, view, canvas))

    def lay_out_again(
        self, before: GridLayout | PhotoLayout, prepared: Numbers | Photo, view: View, canvas: Canvas
    ) -> GridLayout | PhotoLayout:
        if isinstance(prepared, Numbers) or isinstance(before, GridLayout):
            return self.lay_out(prepared, view, canvas)
        return loupe.furnished(pair.lay_out(prepared, view, canvas, before))

    def cost_again(self, before: Numbers | Photo, document: Document) -> int:
        # What is on screen is computed while it is laid out; the input's means are there already.
        same = isinstance(before, Photo) and photo.reads_the_same(before, document)
        return 0 if same and photo.is_large(document.layer.spec, document.sample.spatial) else self.cost(document)

    def levelled(self, prepared: Numbers | Photo) -> tuple[NDArray[np.float32], Levels] | None:
        return prepared.levelled if isinstance(prepared, Photo) else None

    def rest(self, prepared: Numbers | Photo) -> bool:
        return isinstance(prepared, Photo) and prepared.whole is None

    def complete(
        self, prepared: Numbers | Photo, cancel: Cancel | None = None, progress: Progress | None = None
    ) -> Numbers | Photo:
        if isinstance(prepared, Numbers):
            return prepared
        return _coloured(photo.completed(prepared, cancel, progress), prepared.levels.coloured)

    def blurred(self, layout: GridLayout | PhotoLayout) -> bool:
        return isinstance(layout, PhotoLayout) and layout.blurred

    def sharpen(self, layout: GridLayout | PhotoLayout, cancel: Cancel | None = None) -> Glimpse | None:
        if isinstance(layout, GridLayout):
            return None
        return full_glimpse(layout.photo.reading, layout.left, layout.canvas.pixels, layout.windows, cancel)

    def sharpened(self, layout: GridLayout | PhotoLayout, sharp: object) -> GridLayout | PhotoLayout:
        if isinstance(layout, GridLayout) or not isinstance(sharp, Glimpse) or layout.glimpse is None:
            return layout
        if (sharp.rows, sharp.columns) != layout.full:
            return layout
        return loupe.furnished(pair.lay_out(layout.photo, layout.view, layout.canvas, sharp=sharp))

    def picture(self, layout: GridLayout | PhotoLayout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, GridLayout):
            return moment.draw_moment(layout, at, focus)
        return loupe.draw_moment(layout, at, focus)

    def step_of(self, layout: GridLayout | PhotoLayout, hit: Hit) -> int | None:
        if isinstance(layout, GridLayout):
            return None
        return loupe.step_of(layout.photo, hit)

    def zoomable(self, prepared: Numbers | Photo) -> bool:
        return isinstance(prepared, Photo)

    def ports(self, layout: GridLayout | PhotoLayout) -> tuple[Viewport, ...]:
        return (layout.entered, layout.left) if isinstance(layout, PhotoLayout) else ()


def _photo(document: Document, cancel: Cancel | None, before: Photo | None = None) -> Photo:
    """Prepare a picture in the colours that were chosen for it."""
    colours = COLOURS.chosen(document.view)
    return _coloured(photo.photo(document, colours, cancel, before), colours == "coloured")


def _coloured(made: Photo, coloured: bool) -> Photo:
    return replace(made, levels=replace(made.levels, coloured=coloured)) if coloured else made


SCENE = Slide()

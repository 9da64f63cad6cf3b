"""Slide: the kernel steps over the input, one output at a time.

On small grids every number is drawn; on a photo the pictures stand side by side and a loupe opens one pixel.
"""

from __future__ import annotations

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.scene import Cancel, Canvas, Focus, Option, Scene
from convgui.scenes.slide.grid import GridLayout, lay_out
from convgui.scenes.slide.moment import draw_moment, steps
from convgui.scenes.slide.numbers import Numbers, numbers, two

MOST_ROWS, MOST_COLUMNS = 24, 28
"""Up to this input size, padding included, each cell is drawn with its number."""

CHANNELS = Option("channels", "Channels", (("sum", "Summed"), ("apart", "One at a time")))


def small(document: Document) -> bool:
    """Whether the input is small enough to draw cell by cell."""
    height, width = two(document.sample.spatial, 1)
    pads = document.layer.spec.pads(document.sample.spatial)
    rows = height + (sum(pads[-2]) if len(pads) > 1 else 0)
    return rows <= MOST_ROWS and width + sum(pads[-1]) <= MOST_COLUMNS


class Slide(Scene[Numbers, GridLayout]):
    """The window sliding over the input."""

    id = "slide"
    title = "Slide"
    order = 10

    def refusal(self, document: Document) -> str:
        spec = document.layer.spec
        if spec.rank > 2:
            return "Slide shows one and two spatial axes; this layer has three."
        if spec.transposed:
            return "Slide shows forward layers; this one is transposed."
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        spec = document.layer.spec
        return (CHANNELS,) if small(document) and spec.in_channels > spec.groups else ()

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Numbers:
        return numbers(document, CHANNELS.chosen(document.view) == "apart")

    def steps(self, prepared: Numbers) -> int:
        return steps(prepared)

    def lay_out(self, prepared: Numbers, view: View, canvas: Canvas) -> GridLayout:
        return lay_out(prepared, canvas, view.channel)

    def picture(self, layout: GridLayout, at: float, focus: Focus) -> Picture:
        return draw_moment(layout, at, focus)

    def step_of(self, layout: GridLayout, hit: Hit) -> int | None:
        return None


SCENE = Slide()

"""Transposed: one layer in four ways that give one answer.

Each input cell paints a kernel; or zeros are inserted and a border added for a direct convolution with the kernel
turned by 180 degrees; or the transposed matrix multiplies the flat input; or only the overlap is counted (Dumoulin and
Visin, arXiv 1603.07285, chapter 4).
"""

from __future__ import annotations

from convgui.draw.number import times
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.scenes.transposed import frame, layout
from convgui.scenes.transposed.layout import WaysLayout
from convgui.scenes.transposed.ways import Ways, ways
from convgui.words import mark, tr

MOST_INPUT, MOST_OUTPUT = 10, 26
"""Cells a side up to which every number can be followed."""

WAY = Option(
    "way",
    mark("As"),
    (
        ("scatter", mark("Scatter")),
        ("stuffed", mark("Zeros inserted")),
        ("matrix", "Cᵀ x"),
        ("overlap", mark("Overlap")),
    ),
)


class Transposed(Scene[Ways, WaysLayout]):
    """A transposed layer in four ways."""

    id = "transposed"
    title = mark("Transposed")
    order = 30
    lesson = "transposed-2-5"
    needs = Needs(rank=(1, 2), transposed=True)
    reads_channel = True

    def refusal(self, document: Document) -> str:
        view = document.filter_view.on_two_axes
        given, made = view.spatial, view.output_shape
        if max(given) > MOST_INPUT or max(made) > MOST_OUTPUT:
            return tr(
                "Transposed draws every number, up to {most_in} to {most_out}; this layer goes from {given} to "
                "{made}. Take a smaller input or a smaller stride; Overlap shows the layer at any size.",
                most_in=times(MOST_INPUT, MOST_INPUT),
                most_out=times(MOST_OUTPUT, MOST_OUTPUT),
                given=times(*given),
                made=times(*made),
            )
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        return (WAY,)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Ways:
        return ways(document, WAY.chosen(document.view))

    def steps(self, prepared: Ways) -> int:
        return frame.steps(prepared)

    def lay_out(self, prepared: Ways, view: View, canvas: Canvas) -> WaysLayout:
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: WaysLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: WaysLayout, hit: Hit) -> int | None:
        return frame.step_of(layout, hit)


SCENE = Transposed()

"""Frequency response: which waves a kernel lets through, magnitude and phase of its zero-padded DFT."""

from __future__ import annotations

from dataclasses import replace

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.frequency import frame, layout
from convgui.scenes.frequency.layout import ResponseLayout
from convgui.scenes.frequency.response import BINS, Response, response
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark

SCALE = Option("scale", mark("Magnitude"), (("linear", mark("Linear")), ("log", mark("Logarithmic"))))
ORIGIN = Option(
    "origin", mark("Phase from"), (("first", mark("The first weight")), ("middle", mark("The kernel's middle")))
)


class FrequencyScene(Scene[Response, ResponseLayout]):
    """What a kernel does to waves of every frequency."""

    id = "frequency"
    title = mark("Frequency response")
    order = 85
    lesson = "frequency-box"
    needs = Needs(rank=(1, 2), transposed=False, fits=False, tables=False)
    reads_channel = True
    leaves_out = True

    def options(self, document: Document) -> tuple[Option, ...]:
        return SCALE, ORIGIN

    def cost(self, document: Document) -> int:
        return 20 * int(BINS**document.layer.spec.rank)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Response:
        layer, view = document.layer, document.view
        index = (view.filter, view.channel)
        kernel = layer.effective_weight[index]
        found = response(kernel, layer.spec.dilation, layer.spec.stride, ORIGIN.chosen(view) == "middle")
        return replace(found, index=index)

    def steps(self, prepared: Response) -> int:
        return int(prepared.values.shape[1]) // 2 + 1

    def lay_out(self, prepared: Response, view: View, canvas: Canvas) -> ResponseLayout:
        return layout.lay_out(prepared, canvas, SCALE.chosen(view) == "log")

    def picture(self, layout: ResponseLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, int(at), focus)

    def step_of(self, layout: ResponseLayout, hit: Hit) -> int | None:
        rows, columns = layout.response.values.shape
        if hit.kind not in ("magnitude", "phase") or (rows > 1 and hit.index[0] != rows // 2):
            return None
        step = (hit.index[1] - columns // 2) % columns
        return step if step <= columns // 2 else None


SCENE = FrequencyScene()

"""Cost: multiply-adds, weights, activations and memory of the layer beside those of cheaper layers."""

from __future__ import annotations

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.cost import bars
from convgui.scenes.cost.bars import BarLayout
from convgui.scenes.cost.costs import Costs, costs
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark

SCALE = Option("scale", mark("Bars"), (("linear", mark("Linear")), ("log", mark("Logarithmic"))))


class CostScene(Scene[Costs, BarLayout]):
    """The layer and its alternatives side by side."""

    id = "cost"
    title = mark("Cost")
    order = 90
    lesson = "depthwise-separable"
    needs = Needs(fits=False, tables=False)
    leaves_out = True
    multiplies = False
    shows_values = False

    def options(self, document: Document) -> tuple[Option, ...]:
        return (SCALE,)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Costs:
        return costs(document)

    def steps(self, prepared: Costs) -> int:
        return len(prepared.entries)

    def lay_out(self, prepared: Costs, view: View, canvas: Canvas) -> BarLayout:
        return bars.lay_out(prepared, canvas, SCALE.chosen(view) == "log")

    def picture(self, layout: BarLayout, at: float, focus: Focus) -> Picture:
        return bars.draw_frame(layout, at, focus)

    def step_of(self, layout: BarLayout, hit: Hit) -> int | None:
        return hit.index[0] if hit.kind == "alternative" else None


SCENE = CostScene()

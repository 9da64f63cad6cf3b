"""Receptive field: which part of the input one cell after each layer of the stack sees, and how strongly."""

from __future__ import annotations

from typing import TypeAlias

from convgui.draw.picture import Hit, Picture
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.receptive import frame, inflated, layout
from convgui.scenes.receptive.fields import DRAWS, Fields, fields
from convgui.scenes.receptive.inflated import Inflated, InflatedLayout
from convgui.scenes.receptive.layout import StackLayout
from convgui.scenes.scene import Cancel, Focus, Option, Scene, work_of
from convgui.words import mark

Data: TypeAlias = Fields | Inflated
Layout: TypeAlias = StackLayout | InflatedLayout

SHOWN = Option("shown", mark("Show"), (("stack", mark("The stack")), ("kernel", mark("One kernel, dilated"))))
WEIGHTS = Option(
    "weights", mark("Effective field of"), (("given", mark("These weights")), ("random", mark("Random weights")))
)


class Receptive(Scene[Data, Layout]):
    """The receptive fields of a stack, and the inflated kernel of one layer."""

    id = "receptive"
    title = mark("Receptive field")
    order = 60
    lesson = "receptive-field"
    needs = Needs(rank=(1, 2))
    leaves_out = True
    reads_channel = True
    reads_stack = True

    def options(self, document: Document) -> tuple[Option, ...]:
        if not isinstance(document.chosen, Convolution):
            return (WEIGHTS,)
        return (SHOWN, WEIGHTS) if SHOWN.chosen(document.view) == "stack" else (SHOWN,)

    def cost(self, document: Document) -> int:
        if _one_kernel(document):
            return 0
        # Each layer is run once, and back from every later layer, on the part of the input that is seen.
        costs = [work_of(layer, shape) for layer, shape in zip(document.layers, document.shapes, strict=False)]
        draws = DRAWS if WEIGHTS.chosen(document.view) == "random" else 1
        return draws * sum(cost * (len(costs) - place + 1) for place, cost in enumerate(costs))

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Data:
        if _one_kernel(document):
            return inflated.inflated(document)
        return fields(document, WEIGHTS.chosen(document.view) == "random", cancel)

    def steps(self, prepared: Data) -> int:
        return len(prepared.dilations) if isinstance(prepared, Inflated) else len(prepared.layers)

    def lay_out(self, prepared: Data, view: View, canvas: Canvas) -> Layout:
        if isinstance(prepared, Inflated):
            return inflated.lay_out(prepared, canvas)
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: Layout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, InflatedLayout):
            return inflated.draw_frame(layout, at)
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: Layout, hit: Hit) -> int | None:
        return hit.index[-2] if hit.kind == "layer" else None


def _one_kernel(document: Document) -> bool:
    """Tell whether one kernel is asked for, and the chosen layer has one."""
    return SHOWN.chosen(document.view) == "kernel" and isinstance(document.chosen, Convolution)


SCENE = Receptive()

"""Receptive field: which part of the input one cell after each layer of the stack sees, and how strongly."""

from __future__ import annotations

from math import prod

from convgui.draw.picture import Hit, Picture
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.paths import widest_path
from convgui.scenes.canvas import Canvas
from convgui.scenes.option import Option
from convgui.scenes.receptive import frame, inflated, layout
from convgui.scenes.receptive.fields import DRAWS, Fields, fields
from convgui.scenes.receptive.inflated import Inflated, InflatedLayout
from convgui.scenes.receptive.layout import StackLayout
from convgui.scenes.scene import Cancel, Focus, work_of
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark, tr

SHOWN = Option("shown", mark("Show"), (("stack", mark("The stack")), ("kernel", mark("One kernel, dilated"))))
WEIGHTS = Option(
    "weights", mark("Effective field of"), (("given", mark("These weights")), ("random", mark("Random weights")))
)

PLANES = {"hw": (1, 2), "dw": (0, 2), "dh": (0, 1)}
"""Of three axes the two that are drawn; the third is another row of the table's sizes."""
PLANE = Option("plane", mark("Axes"), (("hw", "H × W"), ("dw", "D × W"), ("dh", "D × H")))


def _volume(document: Document) -> bool:
    return len(document.sample.spatial) > 2


def _has_plane_kernel(document: Document) -> bool:
    """Whether the chosen layer has a kernel of one or two axes."""
    return isinstance(document.chosen, Convolution) and not _volume(document)


MOST_STEPS = 64
"""Layers on a way whose fields are shown: each is run back through all before it."""


class FieldOfStack(Mode[Fields, StackLayout]):
    """The receptive fields of a stack of layers."""

    prepares, lays_out = Fields, StackLayout
    reads_stack = True

    def refusal(self, document: Document) -> str:
        path = widest_path(document, len(document.layers))
        moving = next((n for n in path if not document.layers[n].keeps_axes), None)
        if moving is not None:
            return tr(
                "Layer {n} ({title}) moves values to other axes, so that what is behind it sees no one part of the "
                "input.",
                n=moving + 1, title=document.layers[moving].title,
            )  # fmt: skip
        count = len(path)
        if count <= MOST_STEPS:
            return ""
        return tr(
            "The fields of up to {most} layers are shown, and the way to the last has {n}; take layers out.",
            most=MOST_STEPS,
            n=count,
        )

    def options(self, document: Document) -> tuple[Option, ...]:
        return (PLANE, WEIGHTS) if _volume(document) else (WEIGHTS,)

    def cost(self, document: Document) -> int:
        # Each layer is run once, and back from every later layer, on the part of the input that is seen; taps that lie
        # far apart take few multiplications, but all that is between them is walked over.
        pairs = tuple(zip(document.layers, document.incoming, strict=True))
        seen = [shape[0] * prod(layer.window(shape).extent) for layer, shape in pairs]
        costs = [max(work_of(*pair), cells) for pair, cells in zip(pairs, seen, strict=True)]
        draws = DRAWS if WEIGHTS.chosen(document.view) == "random" else 1
        return draws * sum(cost * (len(costs) - index + 1) for index, cost in enumerate(costs))

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Fields:
        return fields(document, WEIGHTS.chosen(document.view) == "random", cancel, PLANES[PLANE.chosen(document.view)])

    def steps(self, prepared: Fields) -> int:
        return len(prepared.layers)

    def lay_out(self, prepared: Fields, view: View, canvas: Canvas) -> StackLayout:
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: StackLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: StackLayout, hit: Hit) -> int | None:
        return hit.index[-2] if hit.kind == "layer" else None


class DilatedKernel(Mode[Inflated, InflatedLayout]):
    """One kernel, and how far it reaches when it is dilated."""

    prepares, lays_out = Inflated, InflatedLayout
    reads_stack = True

    def cost(self, document: Document) -> int:
        return 0

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Inflated:
        return inflated.inflated(document)

    def steps(self, prepared: Inflated) -> int:
        return len(prepared.dilations)

    def lay_out(self, prepared: Inflated, view: View, canvas: Canvas) -> InflatedLayout:
        return inflated.lay_out(prepared, canvas)

    def picture(self, layout: InflatedLayout, at: float, focus: Focus) -> Picture:
        return inflated.draw_frame(layout, at)


class Receptive(Tab):
    """The receptive fields of a stack, and the inflated kernel of one layer."""

    id = "receptive"
    title = mark("Receptive field")
    order = 60
    lesson = "receptive-field"
    leaves_out = True
    reads_channel = True
    reads_stack = True
    modes = (FieldOfStack(), DilatedKernel())

    def mode(self, document: Document) -> AnyMode:
        """Return the one that is asked for, where the chosen layer has a kernel."""
        return self.modes[SHOWN.chosen(document.view) == "kernel" and _has_plane_kernel(document)]

    def options(self, document: Document) -> tuple[Option, ...]:
        choice = (SHOWN,) if _has_plane_kernel(document) else ()
        return (*choice, *super().options(document))


SCENE = Receptive()

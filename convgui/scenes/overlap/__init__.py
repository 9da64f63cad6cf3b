"""Overlap: how many kernels of a transposed layer meet on each output cell, and the checkerboard that it leaves.

After Odena, Dumoulin and Olah, Deconvolution and Checkerboard Artifacts, Distill 2016.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.overlap import side, smooth, stack
from convgui.scenes.overlap.counts import Counts, counts, single
from convgui.scenes.overlap.side import SideLayout
from convgui.scenes.overlap.smooth import Smooth, SmoothLayout
from convgui.scenes.overlap.stack import Stack, StackLayout
from convgui.scenes.scene import Focus
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark

SHOWN = Option(
    "show",
    mark("Show"),
    (("counts", mark("Counts")), ("stack", mark("Stacked layers")), ("picture", mark("In a picture"))),
)
PLANES = {"hw": (1, 2), "dw": (0, 2), "dh": (0, 1)}
PLANE = Option("plane", mark("Axes"), (("hw", "H × W"), ("dw", "D × W"), ("dh", "D × H")))
"""Of three axes the two that are drawn, as rows and columns."""
SIZES = ("2", "3", "4", "5")
"""Kernel sizes that can be tried in place of the layer's own."""


class CountedOverlap(Mode[Counts, SideLayout]):
    """The kernels of one layer that meet on each output cell, counted."""

    prepares, lays_out = Counts, SideLayout

    def prepare(self, document: Document, work: Work | None = None, /) -> Counts:
        return counts(document, _kernel(document), PLANES[PLANE.chosen(document.view)])

    def steps(self, prepared: Counts) -> int:
        return prepared.inputs[0] * prepared.inputs[1]

    def lay_out(self, prepared: Counts, view: View, canvas: Canvas) -> SideLayout:
        return side.lay_out(prepared, canvas, view.options.get("mark", ""))

    def picture(self, layout: SideLayout, at: float, focus: Focus) -> Picture:
        return side.draw_frame(layout, at, focus)


class StackedOverlap(Mode[Stack, StackLayout]):
    """What transposed layers in a row make of each other's overlap."""

    prepares, lays_out = Stack, StackLayout
    reads_stack = True

    def prepare(self, document: Document, work: Work | None = None, /) -> Stack:
        return stack.stack(document, _kernel(document))

    def steps(self, prepared: Stack) -> int:
        return len(prepared.profiles)

    def lay_out(self, prepared: Stack, view: View, canvas: Canvas) -> StackLayout:
        return stack.lay_out(prepared, canvas)

    def picture(self, layout: StackLayout, at: float, focus: Focus) -> Picture:
        return stack.draw_frame(layout, at, focus)

    def step_of(self, layout: StackLayout, hit: Hit) -> int | None:
        return hit.index[0] if hit.kind == "layer" else None


class OverlapInPicture(Mode[Smooth, SmoothLayout]):
    """What the overlap does to a smooth picture."""

    prepares, lays_out = Smooth, SmoothLayout

    def prepare(self, document: Document, work: Work | None = None, /) -> Smooth:
        return smooth.smooth(document, _kernel(document))

    def steps(self, prepared: Smooth) -> int:
        return 1

    def lay_out(self, prepared: Smooth, view: View, canvas: Canvas) -> SmoothLayout:
        return smooth.lay_out(prepared, view, canvas)

    def picture(self, layout: SmoothLayout, at: float, focus: Focus) -> Picture:
        return smooth.draw_frame(layout, focus)


class Overlap(Tab):
    """The overlap of a transposed layer."""

    id = "overlap"
    title = mark("Overlap")
    order = 50
    lesson = "overlap-stride-2"
    needs = Needs(transposed=True)
    multiplies = False
    reads_stack = True
    modes = (CountedOverlap(), StackedOverlap(), OverlapInPicture())

    def mode(self, document: Document) -> AnyMode:
        if _volume(document):
            return self.modes[0]
        return self.modes[("counts", "stack", "picture").index(SHOWN.chosen(document.view))]

    def options(self, document: Document) -> tuple[Option, ...]:
        return (PLANE if _volume(document) else SHOWN, kernels(document))

    def choice(self, document: Document, hit: Hit) -> Mapping[str, Any]:
        if hit.kind != "choice":
            return {}
        stride, kernel = hit.index
        rank = document.layer.spec.rank
        # The window's reach beyond its border has to shrink with it: without padding every pair is legal.
        return {"kernel_size": (kernel,) * rank, "stride": (stride,) * rank, "padding": 0, "output_padding": 0}


def _volume(document: Document) -> bool:
    """Whether the layer has three axes, of which two at a time are counted in a picture."""
    return document.layer.spec.rank > 2


def _kernel(document: Document) -> str:
    """Return the kernel size that is tried."""
    return kernels(document).chosen(document.view).rpartition(">")[2]


def kernels(document: Document) -> Option:
    """Return the kernel sizes that the layer could have on this input.

    An id such as ``"3>5"`` names the layer's own size as well: once that is changed, the layer is shown as it is.
    """
    own = "x".join(str(k) for k in document.layer.spec.kernel_size)
    fitting = [(f"{own}>{size}", size) for size in SIZES if _fits(document, size)]
    return Option("kernel", mark("Kernel size"), (("layer", mark("As in the layer")), *fitting))


def _fits(document: Document, size: str) -> bool:
    try:
        single(document.layer.spec, size).output_shape(document.input_shape[1:])
    except ValueError:
        return False
    return True


SCENE = Overlap()

"""Overlap: how many kernels of a transposed layer meet on each output cell, and the checkerboard that it leaves.

After Odena, Dumoulin and Olah, Deconvolution and Checkerboard Artifacts, Distill 2016.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input
from convgui.model.limits import too_long_before
from convgui.model.memo import Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.overlap import side, smooth, stack
from convgui.scenes.overlap.counts import Counts, counts, single
from convgui.scenes.overlap.side import SideLayout
from convgui.scenes.overlap.smooth import Smooth, SmoothLayout
from convgui.scenes.overlap.stack import Stack, StackLayout
from convgui.scenes.scene import Focus, Option, Scene
from convgui.words import mark

Data: TypeAlias = Counts | Stack | Smooth
Layout: TypeAlias = SideLayout | StackLayout | SmoothLayout

SHOWN = Option(
    "show",
    mark("Show"),
    (("counts", mark("Counts")), ("stack", mark("Stacked layers")), ("picture", mark("In a picture"))),
)
SIZES = ("2", "3", "4", "5")
"""Kernel sizes that can be tried in place of the layer's own."""


class Overlap(Scene[Data, Layout]):
    """The overlap of a transposed layer."""

    id = "overlap"
    title = mark("Overlap")
    order = 50
    lesson = "overlap-stride-2"
    needs = Needs(rank=(1, 2), transposed=True)
    multiplies = False
    reads_stack = True

    def refusal(self, document: Document) -> str:
        return "" if SHOWN.chosen(document.view) == "stack" else too_long_before(document)

    def options(self, document: Document) -> tuple[Option, ...]:
        return (SHOWN, kernels(document))

    def prepare(self, document: Document, work: Work | None = None, /) -> Data:
        kernel = kernels(document).chosen(document.view).rpartition(">")[2]
        match SHOWN.chosen(document.view):
            case "stack":
                return stack.stack(document, kernel)
            case "picture":
                return smooth.smooth(chosen_layer_input(document, work), kernel)
            case _:
                return counts(chosen_layer_input(document, work), kernel)

    def steps(self, prepared: Data) -> int:
        if isinstance(prepared, Counts):
            return prepared.inputs[0] * prepared.inputs[1]
        return len(prepared.profiles) if isinstance(prepared, Stack) else 1

    def lay_out(self, prepared: Data, view: View, canvas: Canvas) -> Layout:
        if isinstance(prepared, Counts):
            return side.lay_out(prepared, canvas)
        return stack.lay_out(prepared, canvas) if isinstance(prepared, Stack) else smooth.lay_out(prepared, canvas)

    def picture(self, layout: Layout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, SideLayout):
            return side.draw_frame(layout, at, focus)
        if isinstance(layout, StackLayout):
            return stack.draw_frame(layout, at, focus)
        return smooth.draw_frame(layout, focus)

    def step_of(self, layout: Layout, hit: Hit) -> int | None:
        if isinstance(layout, StackLayout) and hit.kind == "layer":
            return hit.index[0]
        return None

    def choice(self, document: Document, hit: Hit) -> Mapping[str, Any]:
        if hit.kind != "choice":
            return {}
        stride, kernel = hit.index
        rank = document.layer.spec.rank
        # The window's reach beyond its border has to shrink with it: without padding every pair is legal.
        return {"kernel_size": (kernel,) * rank, "stride": (stride,) * rank, "padding": 0, "output_padding": 0}


def kernels(document: Document) -> Option:
    """Return the kernel sizes that the layer could have on this input.

    An id such as ``"3>5"`` names the layer's own size as well: once that is changed, the layer is shown as it is.
    """
    own = "x".join(str(k) for k in document.layer.spec.kernel_size)
    legal = [(f"{own}>{size}", size) for size in SIZES if _fits(document, size)]
    return Option("kernel", mark("Kernel size"), (("layer", mark("The layer's")), *legal))


def _fits(document: Document, size: str) -> bool:
    try:
        single(document.layer.spec, size).output_shape(document.input_shape[1:])
    except ValueError:
        return False
    return True


SCENE = Overlap()

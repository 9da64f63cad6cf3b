"""Arithmetic: kernel size, stride, padding and dilation, and what size comes out of them.

After Dumoulin and Visin, A guide to convolution arithmetic for deep learning, arXiv 1603.07285.
"""

from __future__ import annotations

from convgui.core import ConvSpec, FilterView
from convgui.draw.number import times
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.arithmetic import frame, plan
from convgui.scenes.arithmetic.geometry import (
    DILATIONS,
    MODES,
    PADDINGS,
    STRIDES,
    Geometry,
    attempt,
    geometry,
)
from convgui.scenes.arithmetic.plan import Plan
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark, tr

MOST = 48
"""Cells a side of the padded input up to which every cell is drawn."""
TITLES = {
    "padding": mark("Padding"),
    "stride": mark("Stride"),
    "dilation": mark("Dilation"),
    "mode": mark("Padding mode"),
}
CHOICES = {"padding": PADDINGS, "stride": STRIDES, "dilation": DILATIONS, "mode": MODES}
SPOKEN = {"same_upper": mark("Same, upper"), "same_lower": mark("Same, lower")}


class Arithmetic(Scene[Geometry, Plan]):
    """The size of the output and where it comes from."""

    id = "arithmetic"
    title = mark("Arithmetic")
    order = 20
    lesson = "kernel-stride-padding"
    needs = Needs(rank=(1, 2), transposed=False)
    leaves_out = True
    reads_channel = True

    def refusal(self, document: Document) -> str:
        size = document.filter_view.on_two_axes.padded_shape
        if max(size) > MOST:
            return tr(
                "Arithmetic draws every cell, up to {most}; this padded input is {size}.",
                most=times(MOST, MOST),
                size=times(*size),
            )
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        """Offer what the lesson compares; otherwise the padding modes, since all else is in the layer itself."""
        captions = document.lesson.captions if document.lesson else ()
        wanted = {name for caption in captions for name in caption.options}
        view = document.filter_view
        if not document.lesson and view.padded_shape != view.spatial:
            wanted = {"mode"}
        return tuple(_option(document, name) for name in CHOICES if name in wanted)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Geometry:
        chosen = {option.name: option.chosen(document.view) for option in self.options(document)}
        return geometry(document, chosen)

    def steps(self, prepared: Geometry) -> int:
        return int(prepared.output.size)

    def lay_out(self, prepared: Geometry, view: View, canvas: Canvas) -> Plan:
        return plan.lay_out(prepared, canvas)

    def picture(self, layout: Plan, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: Plan, hit: Hit) -> int | None:
        if hit.kind != "output":
            return None
        return layout.geometry.view.step(hit.index[-2:])


def _option(document: Document, name: str) -> Option:
    """Return the layer's own value of a parameter, and the others that it could have on this input."""
    spec, spatial = document.layer.spec, document.sample.spatial
    legal = [v for v in CHOICES[name] if _fits(spec, spatial, name, v)]
    if "same" in legal:
        # At stride 1 they differ only in where the odd cell of an even kernel goes.
        legal = [v for v in legal if v not in ("same_upper", "same_lower")]
    choices = tuple((v, SPOKEN.get(v, v.capitalize())) for v in legal)
    return Option(name, TITLES[name], (("layer", mark("The layer's")), *choices))


def _fits(spec: ConvSpec, spatial: tuple[int, ...], name: str, value: str) -> bool:
    """Whether a choice is legal by itself, and small enough to be drawn."""
    try:
        candidate = attempt(spec, name, value)
        candidate.output_shape(spatial)
    except ValueError:
        return False
    return max(FilterView(candidate, spatial).padded_shape) <= 2 * MOST


SCENE = Arithmetic()

"""Arithmetic: kernel size, stride, padding and dilation, and what size comes out of them.

After Dumoulin and Visin, A guide to convolution arithmetic for deep learning, arXiv 1603.07285.
"""

from __future__ import annotations

from convgui.core import FilterView
from convgui.draw.number import times
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.arithmetic import beside, beside_frame, frame, plan, rows
from convgui.scenes.arithmetic.beside import Columns, Compared
from convgui.scenes.arithmetic.geometry import (
    DILATIONS,
    MODES,
    PADDINGS,
    STRIDES,
    Geometry,
    geometry,
    tried_on,
)
from convgui.scenes.arithmetic.plan import Plan
from convgui.scenes.arithmetic.rows import AxisRows, RowsPlan
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.scene import Cancel, Focus
from convgui.scenes.tab import AnyMode, Mode, Tab
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
ONE = "none"
SPOKEN_BESIDE = {
    "dilation": mark("Dilations"),
    "stride": mark("Strides"),
    "padding": mark("Paddings"),
    "sides": mark("Sides of the padding"),
    "time": mark("Same and causal"),
    "mode": mark("Padding modes"),
}
SPOKEN = {name: name for name in (mark("same_upper"), mark("same_lower"), mark("causal_stride"))}


class One(Mode[Geometry, Plan]):
    """The layer with one choice of its parameters."""

    prepares, lays_out = Geometry, Plan

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Geometry:
        return geometry(document, _chosen(document))

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


class SideBySide(Mode[Compared, Columns]):
    """The layer with each value of one parameter, a column each."""

    prepares, lays_out = Compared, Columns

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Compared:
        return beside.compared(document, _beside(document).chosen(document.view), _chosen(document))

    def steps(self, prepared: Compared) -> int:
        return beside_frame.steps(prepared)

    def lay_out(self, prepared: Compared, view: View, canvas: Canvas) -> Columns:
        return beside.lay_out(prepared, view, canvas)

    def picture(self, layout: Columns, at: float, focus: Focus) -> Picture:
        return beside_frame.draw_frame(layout, at, focus)

    def step_of(self, layout: Columns, hit: Hit) -> int | None:
        return beside_frame.step_of(layout, hit)


class AnAxisARow(Mode[AxisRows, RowsPlan]):
    """The layer on a volume, axis by axis."""

    prepares, lays_out = AxisRows, RowsPlan

    def prepare(self, document: Document, cancel: Cancel | None = None) -> AxisRows:
        return rows.axis_rows(document, _chosen(document))

    def steps(self, prepared: AxisRows) -> int:
        return prepared.layer.positions

    def lay_out(self, prepared: AxisRows, view: View, canvas: Canvas) -> RowsPlan:
        return rows.lay_out(prepared, canvas)

    def picture(self, layout: RowsPlan, at: float, focus: Focus) -> Picture:
        return rows.draw_frame(layout, at, focus)


class Arithmetic(Tab):
    """The size of the output and where it comes from."""

    id = "arithmetic"
    title = mark("Arithmetic")
    order = 20
    lesson = "kernel-stride-padding"
    needs = Needs(transposed=False)
    leaves_out = True
    reads_channel = True
    modes = (One(), SideBySide(), AnAxisARow())

    def mode(self, document: Document) -> AnyMode:
        if document.layer.spec.rank == 3:
            return self.modes[2]
        return self.modes[_beside(document).chosen(document.view) != ONE]

    def tells_cells(self, document: Document) -> bool:
        spec = document.layer.spec
        alone = (spec.in_channels, spec.out_channels) == (1, 1) and not document.layer.bias.any()
        return alone and self.mode(document) is self.modes[0]

    def refusal(self, document: Document) -> str:
        size = document.filter_view.padded_shape
        if max(size) > MOST:
            return tr(
                "Arithmetic draws every cell, up to {most}; this padded input is {size}.",
                most=times(*(MOST for _ in size)),
                size=times(*size),
            )
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        """Offer what the lesson compares; otherwise the padding modes, since all else is in the layer itself."""
        if document.layer.spec.rank == 3:
            return _alone(document)
        several = _beside(document)
        shown = several.chosen(document.view)
        compared = beside.COMPARED[shown][0] if shown != ONE else ""
        offered = (several,) if len(several.choices) > 1 else ()
        return offered + tuple(option for option in _alone(document) if option.name != compared)


def _alone(document: Document) -> tuple[Option, ...]:
    """Return the choices of a single layer."""
    wanted, view = _wanted(document), document.filter_view
    if not document.lesson and view.padded_shape != view.spatial:
        wanted = {"mode"}
    return tuple(_option(document, name) for name in CHOICES if name in wanted)


def _wanted(document: Document) -> set[str]:
    captions = document.lesson.captions if document.lesson else ()
    return {name for caption in captions for name in caption.options}


def _chosen(document: Document) -> dict[str, str]:
    return {option.name: option.chosen(document.view) for option in _alone(document)}


def _beside(document: Document) -> Option:
    """Return what can be compared side by side: in a lesson what its captions compare, else whatever differs."""
    captions = document.lesson.captions if document.lesson else ()
    named = {caption.options["beside"] for caption in captions if "beside" in caption.options}
    found = [
        (what, SPOKEN_BESIDE[what])
        for what in beside.COMPARED
        if (what in named or not document.lesson) and len(beside.values(document, what)) > 1
    ]
    return Option("beside", mark("Side by side"), ((ONE, mark("None")), *found))


def _option(document: Document, name: str) -> Option:
    """Return the layer's own value of a parameter, and the others that it could have on this input."""
    spec, spatial = document.layer.spec, document.sample.spatial
    possible = [v for v in CHOICES[name] if _small(tried_on(spec, spatial, name, v))]
    if "same" in possible:
        # At stride 1 they differ only in where the odd cell of an even kernel goes.
        possible = [v for v in possible if v not in ("same_upper", "same_lower", "causal_stride")]
    choices = tuple((v, SPOKEN.get(v, v.capitalize())) for v in possible)
    return Option(name, TITLES[name], (("layer", mark("As in the layer")), *choices))


def _small(tried: FilterView | None) -> bool:
    """Whether a choice is legal by itself, and small enough to be drawn."""
    return tried is not None and max(tried.padded_shape) <= 2 * MOST


SCENE = Arithmetic()

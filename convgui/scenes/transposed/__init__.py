"""Transposed: one layer in four ways that give one answer.

Each input cell paints a kernel; or zeros are inserted and a border added for a direct convolution with the kernel
turned by 180 degrees; or the transposed matrix multiplies the flat input; or only the overlap is counted (Dumoulin and
Visin, arXiv 1603.07285, chapter 4).
"""

from __future__ import annotations

from dataclasses import replace

from convgui.draw.number import times
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.scenes.transposed import frame, layout, pairs
from convgui.scenes.transposed.layout import WaysLayout
from convgui.scenes.transposed.pairs import Pairs, PairsLayout
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


CHANNELS = ("channels", mark("All channels"))


class OneKernel(Mode[Ways, WaysLayout]):
    """One kernel of a transposed layer in four ways."""

    prepares, lays_out = Ways, WaysLayout

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


class AllChannels(Mode[Pairs, PairsLayout]):
    """What each input channel adds to each output channel."""

    prepares, lays_out = Pairs, PairsLayout

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Pairs:
        return pairs.pairs(document)

    def steps(self, prepared: Pairs) -> int:
        return len(prepared.order)

    def lay_out(self, prepared: Pairs, view: View, canvas: Canvas) -> PairsLayout:
        return pairs.lay_out(prepared, canvas)

    def picture(self, layout: PairsLayout, at: float, focus: Focus) -> Picture:
        return pairs.draw_frame(layout, at, focus)

    def step_of(self, layout: PairsLayout, hit: Hit) -> int | None:
        return layout.pairs.order.index(hit.index[:2]) if hit.kind == "part" else None


class Transposed(Tab):
    """A transposed layer: one kernel in four ways, or all of its channels."""

    id = "transposed"
    title = mark("Transposed")
    order = 30
    lesson = "transposed-2-5"
    needs = Needs(rank=(1, 2), transposed=True)
    reads_channel = True
    modes = (OneKernel(), AllChannels())

    def mode(self, document: Document) -> AnyMode:
        return self.modes[pairs.several(document) and _way(document).chosen(document.view) == CHANNELS[0]]

    def tells_cells(self, document: Document) -> bool:
        spec = document.layer.spec
        alone = (spec.in_channels, spec.out_channels) == (1, 1) and not document.layer.bias.any()
        return alone and WAY.chosen(document.view) == WAY.choices[0][0]

    def refusal(self, document: Document) -> str:
        view = document.filter_view.on_two_axes
        given, output = view.spatial, view.output_shape
        if max(given) > MOST_INPUT or max(output) > MOST_OUTPUT:
            return tr(
                "Transposed draws every number, up to {most_in} to {most_out}; this layer goes from {given} to "
                "{made}. Take a smaller input or a smaller stride; Overlap shows the layer at any size.",
                most_in=times(MOST_INPUT, MOST_INPUT),
                most_out=times(MOST_OUTPUT, MOST_OUTPUT),
                given=times(*given),
                made=times(*output),
            )
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        return (_way(document),)


def _way(document: Document) -> Option:
    """Return the ways to look at a layer; all channels where there are several."""
    return replace(WAY, choices=(*WAY.choices, CHANNELS)) if pairs.several(document) else WAY


SCENE = Transposed()

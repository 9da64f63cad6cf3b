"""Blocks: layers as solids. A filter that slides in 2D, many filters, and the 1 x 1 layer as a matrix product.

After Bai, A Comprehensive Introduction to Different Types of Convolutions in Deep Learning, 2019.
"""

from __future__ import annotations

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.blocks import moment, places
from convgui.scenes.blocks.layer import Blocks, blocks
from convgui.scenes.blocks.places import BlockLayout
from convgui.scenes.scene import Cancel, Canvas, Focus, Option, Scene

SHOWN = Option("show", "Show", (("one", "One filter"), ("many", "All filters")))
POINTWISE = Option(
    "show", "Show", (("pixel", "One pixel"), ("one", "One filter"), ("many", "All filters"))
)  # fmt: skip
RELU = Option("relu", "Then", (("off", "Nothing"), ("on", "ReLU")))
MOST_CHANNELS = 256


class BlockScene(Scene[Blocks, BlockLayout]):
    """The layer as blocks."""

    id = "blocks"
    title = "Blocks"
    order = 15

    def refusal(self, document: Document) -> str:
        spec = document.layer.spec
        if spec.transposed:
            return "Blocks shows forward layers; this one is transposed."
        if spec.rank != 2:
            return f"Blocks needs two spatial axes; this layer has {'one' if spec.rank == 1 else 'three'}."
        if max(spec.in_channels, spec.out_channels) > MOST_CHANNELS:
            return f"Blocks draws up to {MOST_CHANNELS} channels; this layer has more."
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        shown = self._shown(document)
        return (shown, RELU) if shown.chosen(document.view) == "pixel" else (shown,)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Blocks:
        shown = self._shown(document).chosen(document.view)
        return blocks(document, shown, shown == "pixel" and RELU.chosen(document.view) == "on")

    def steps(self, prepared: Blocks) -> int:
        return moment.steps(prepared)

    def lay_out(self, prepared: Blocks, view: View, canvas: Canvas) -> BlockLayout:
        return places.lay_out(prepared, canvas)

    def picture(self, layout: BlockLayout, at: float, focus: Focus) -> Picture:
        return moment.draw_moment(layout, at, focus)

    def step_of(self, layout: BlockLayout, hit: Hit) -> int | None:
        return moment.step_of(layout.blocks, hit)

    def _shown(self, document: Document) -> Option:
        return POINTWISE if document.layer.spec.taps == 1 else SHOWN


SCENE = BlockScene()

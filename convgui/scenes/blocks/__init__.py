"""Blocks: layers as solids. A filter that slides in 2D, many filters, and the 1 x 1 layer as a matrix product.

After Bai, A Comprehensive Introduction to Different Types of Convolutions in Deep Learning, 2019.
"""

from __future__ import annotations

from convgui.draw.picture import Hit, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.padded import padded_values
from convgui.scenes.blocks import frame, layout, photo
from convgui.scenes.blocks.layer import Blocks, blocks, pictured
from convgui.scenes.blocks.layout import BlockLayout
from convgui.scenes.blocks.photo import PhotoLayout
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark, tr

SHOWN = Option("show", mark("Show"), (("one", mark("One filter")), ("many", mark("All filters"))))
POINTWISE = Option(
    "show", mark("Show"), (("pixel", mark("One pixel")), ("one", mark("One filter")), ("many", mark("All filters")))
)  # fmt: skip
RELU = Option("relu", mark("Then"), (("off", mark("Nothing")), ("on", "ReLU")))
MOST_CHANNELS = 256


class BlockScene(Scene[Blocks, BlockLayout | PhotoLayout]):
    """The layer as blocks."""

    id = "blocks"
    title = mark("Blocks")
    order = 15
    lesson = "multi-channel-apart"
    needs = Needs(rank=(2,), transposed=False, fits=False)

    def refusal(self, document: Document) -> str:
        spec = document.layer.spec
        if max(spec.in_channels, spec.out_channels) > MOST_CHANNELS:
            return tr("Blocks draws up to {most_channels} channels; this layer has more.", most_channels=MOST_CHANNELS)
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        shown = self._shown(document)
        if pictured(document):
            return (RELU,)
        return (shown, RELU) if shown.chosen(document.view) == "pixel" else (shown,)

    def cost(self, document: Document) -> int:
        return max(super().cost(document), padded_values(document))

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Blocks:
        shown = self._shown(document).chosen(document.view)
        able = shown == "pixel" or pictured(document)
        return blocks(document, shown, able and RELU.chosen(document.view) == "on", cancel)

    def steps(self, prepared: Blocks) -> int:
        return photo.steps(prepared) if prepared.show == "photo" else frame.steps(prepared)

    def lay_out(self, prepared: Blocks, view: View, canvas: Canvas) -> BlockLayout | PhotoLayout:
        if prepared.show == "photo":
            return photo.lay_out(prepared, view, canvas)
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: BlockLayout | PhotoLayout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, PhotoLayout):
            return photo.draw_frame(layout, at, focus)
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: BlockLayout | PhotoLayout, hit: Hit) -> int | None:
        if isinstance(layout, PhotoLayout):
            return photo.step_of(layout.blocks, hit)
        return frame.step_of(layout.blocks, hit)

    def zoomable(self, prepared: Blocks) -> bool:
        return prepared.show == "photo"

    def ports(self, layout: BlockLayout | PhotoLayout) -> tuple[Viewport, ...]:
        return (layout.input, *layout.outputs) if isinstance(layout, PhotoLayout) else ()

    def _shown(self, document: Document) -> Option:
        return POINTWISE if document.layer.spec.taps == 1 else SHOWN


SCENE = BlockScene()

"""Blocks: layers as solids. A filter that slides in 2D, many filters, and the 1 x 1 layer as a matrix product.

After Bai, A Comprehensive Introduction to Different Types of Convolutions in Deep Learning, 2019.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from convgui.draw.levels import Levels, input_levels
from convgui.draw.picture import Hit, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.padded import padded_values, pictured
from convgui.scenes.blocks import fanned, frame, layout, photo
from convgui.scenes.blocks.fanned import FanLayout, Fanned, fits
from convgui.scenes.blocks.layer import Blocks, PictureBlocks, as_pictures, blocks
from convgui.scenes.blocks.layout import BlockLayout
from convgui.scenes.blocks.photo import PhotoLayout
from convgui.scenes.canvas import Canvas
from convgui.scenes.choice import named_map
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.scene import Cancel, Focus
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark, tr

SHOWN = Option("show", mark("Show"), (("one", mark("One filter")), ("many", mark("All filters"))))
POINTWISE = Option(
    "show", mark("Show"), (("pixel", mark("One pixel")), ("one", mark("One filter")), ("many", mark("All filters")))
)  # fmt: skip
RELU = Option("relu", mark("Then"), (("off", mark("Nothing")), ("on", "ReLU")))
MOST_CHANNELS = 256


class BlocksOnGrid(Mode[Blocks, BlockLayout]):
    """Solids whose cells are numbers."""

    prepares, lays_out = Blocks, BlockLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        shown = _shown(document)
        return (shown, RELU) if shown.chosen(document.view) == "pixel" else (shown,)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Blocks:
        shown = _shown(document).chosen(document.view)
        return blocks(document, shown, shown == "pixel" and RELU.chosen(document.view) == "on", cancel)

    def steps(self, prepared: Blocks) -> int:
        return frame.steps(prepared)

    def lay_out(self, prepared: Blocks, view: View, canvas: Canvas) -> BlockLayout:
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: BlockLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: BlockLayout, hit: Hit) -> int | None:
        return frame.step_of(layout.blocks, hit)


class BlocksFanned(Mode[Fanned, FanLayout]):
    """All filters of a small layer, one sheet a channel."""

    prepares, lays_out = Fanned, FanLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        return (_shown(document),)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Fanned:
        return Fanned(**vars(blocks(document, "many", False, cancel)))

    def steps(self, prepared: Fanned) -> int:
        return fanned.steps(prepared)

    def lay_out(self, prepared: Fanned, view: View, canvas: Canvas) -> FanLayout:
        return fanned.lay_out(prepared, canvas, named_map(view, view.layer + 1))

    def picture(self, layout: FanLayout, at: float, focus: Focus) -> Picture:
        return fanned.draw_frame(layout, at, focus)

    def step_of(self, layout: FanLayout, hit: Hit) -> int | None:
        return fanned.step_of(layout.blocks, hit)


class BlocksOnPhoto(Mode[PictureBlocks, PhotoLayout]):
    """A picture, and one for each filter."""

    prepares, lays_out = PictureBlocks, PhotoLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        return (RELU,)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> PictureBlocks:
        return as_pictures(blocks(document, "photo", RELU.chosen(document.view) == "on", cancel), cancel)

    def steps(self, prepared: PictureBlocks) -> int:
        return photo.steps(prepared)

    def levelled(self, prepared: PictureBlocks) -> tuple[NDArray[Any], Levels] | None:
        """Return what the chosen filter makes, where it is among those that are shown."""
        if prepared.filter not in prepared.filters:
            return None
        n = prepared.filters.index(prepared.filter)
        return prepared.output[n], prepared.levels(n, input_levels(prepared.x))

    def lay_out(self, prepared: PictureBlocks, view: View, canvas: Canvas) -> PhotoLayout:
        return photo.lay_out(prepared, view, canvas)

    def picture(self, layout: PhotoLayout, at: float, focus: Focus) -> Picture:
        return photo.draw_frame(layout, at, focus)

    def step_of(self, layout: PhotoLayout, hit: Hit) -> int | None:
        return photo.step_of(layout.blocks, hit)

    def zoomable(self, prepared: PictureBlocks) -> bool:
        return True

    def ports(self, layout: PhotoLayout) -> tuple[Viewport, ...]:
        return (layout.input, *layout.outputs)


class BlockScene(Tab):
    """The layer as blocks."""

    id = "blocks"
    title = mark("Blocks")
    order = 15
    lesson = "multi-channel-apart"
    needs = Needs(rank=(2,), transposed=False, fits=False)
    modes = (BlocksOnGrid(), BlocksOnPhoto(), BlocksFanned())

    def mode(self, document: Document) -> AnyMode:
        grid, photo, fan = self.modes
        if pictured(document):
            return photo
        return fan if _shown(document).chosen(document.view) == "many" and fits(document) else grid

    def refusal(self, document: Document) -> str:
        spec = document.layer.spec
        if max(spec.in_channels, spec.out_channels) > MOST_CHANNELS:
            return tr("Blocks draws up to {most_channels} channels; this layer has more.", most_channels=MOST_CHANNELS)
        return ""

    def cost(self, document: Document) -> int:
        return max(super().cost(document), padded_values(document))


def _shown(document: Document) -> Option:
    return POINTWISE if document.layer.spec.taps == 1 else SHOWN


SCENE = BlockScene()

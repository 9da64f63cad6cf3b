"""Cells: layers without weights, cell by cell. Pooling, ReLU, upsampling, pixel shuffle and channel shuffle."""

from __future__ import annotations

from typing import TypeAlias

from convgui.draw.picture import Hit, Picture
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.cells import dealing, planes
from convgui.scenes.cells.dealing import MOST_CHANNELS, Deal, DealLayout
from convgui.scenes.cells.planes import CellLayout
from convgui.scenes.cells.sources import CellData, cell_data, outputs
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene, work_of
from convgui.words import mark, tr

Data: TypeAlias = CellData | Deal
Layout: TypeAlias = CellLayout | DealLayout
MOST_CHOICES = 64


class CellScene(Scene[Data, Layout]):
    """A layer without weights, one output cell after the other."""

    id = "cells"
    title = mark("Cells")
    order = 12
    lesson = "max-pooling"
    needs = Needs(rank=(1, 2))
    reads_any = True

    def refusal(self, document: Document) -> str:
        layer, shape = document.chosen, document.sample.data.shape
        if isinstance(layer, Convolution):
            return tr(
                "Cells shows pooling, ReLU, upsampling and shuffles; a convolution is shown cell by cell in Slide."
            )
        read = shape[0] if isinstance(layer, ChannelShuffle) else len(layer.channels_read(0, shape))
        if read > MOST_CHANNELS:
            return tr(
                "Cells shows layers that read up to {most_channels} channels at once; here are {channels}.",
                most_channels=MOST_CHANNELS,
                channels=read,
            )
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        if isinstance(document.chosen, ChannelShuffle) or outputs(document) == 1:
            return ()
        count = min(outputs(document), MOST_CHOICES)
        return (Option("channel", tr("Output channel"), tuple((str(n), str(n)) for n in range(count))),)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Data:
        layer = document.chosen
        if isinstance(layer, ChannelShuffle):
            return dealing.deal(document, layer)
        options = self.options(document)
        return cell_data(document, int(options[0].chosen(document.view)) if options else 0, cancel)

    def cost(self, document: Document) -> int:
        return work_of(document.chosen, document.input_shape)

    def steps(self, prepared: Data) -> int:
        return len(prepared.order) if isinstance(prepared, Deal) else int(prepared.output.size)

    def lay_out(self, prepared: Data, view: View, canvas: Canvas) -> Layout:
        return dealing.lay_out(prepared, canvas) if isinstance(prepared, Deal) else planes.lay_out(prepared, canvas)

    def picture(self, layout: Layout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, DealLayout):
            return dealing.draw_frame(layout, at, focus)
        return planes.draw_frame(layout, at, focus)

    def step_of(self, layout: Layout, hit: Hit) -> int | None:
        if hit.kind != "output":
            return None
        if isinstance(layout, DealLayout):
            return hit.index[0]
        return hit.index[-2] * int(layout.data.output.shape[1]) + hit.index[-1]


SCENE = CellScene()

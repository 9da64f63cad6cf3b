"""Cells: layers without weights, cell by cell. Pooling, ReLU, upsampling, pixel shuffle and channel shuffle."""

from __future__ import annotations

from typing import cast

from convgui.draw.picture import Hit, Picture
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.cells import dealing, frame, planes
from convgui.scenes.cells.dealing import MOST_CHANNELS, Deal, DealLayout
from convgui.scenes.cells.planes import CellLayout
from convgui.scenes.cells.sources import CellData, cell_data, outputs
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.scene import Cancel, Focus
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark, tr

MOST_CHOICES = 64


class CellByCell(Mode[CellData, CellLayout]):
    """One channel of the output, cell by cell."""

    prepares, lays_out = CellData, CellLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        count = min(outputs(document), MOST_CHOICES)
        choices = tuple((str(n), str(n)) for n in range(count))
        return (Option("channel", tr("Output channel"), choices),) if count > 1 else ()

    def prepare(self, document: Document, cancel: Cancel | None = None) -> CellData:
        options = self.options(document)
        return cell_data(document, int(options[0].chosen(document.view)) if options else 0, cancel)

    def steps(self, prepared: CellData) -> int:
        return int(prepared.output.size)

    def lay_out(self, prepared: CellData, view: View, canvas: Canvas) -> CellLayout:
        return planes.lay_out(prepared, canvas)

    def picture(self, layout: CellLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: CellLayout, hit: Hit) -> int | None:
        return hit.index[-2] * int(layout.data.output.shape[1]) + hit.index[-1] if hit.kind == "output" else None


class ChannelByChannel(Mode[Deal, DealLayout]):
    """A channel shuffle, of which every channel is moved as a whole."""

    prepares, lays_out = Deal, DealLayout

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Deal:
        return dealing.deal(document, cast(ChannelShuffle, document.chosen))

    def steps(self, prepared: Deal) -> int:
        return len(prepared.order)

    def lay_out(self, prepared: Deal, view: View, canvas: Canvas) -> DealLayout:
        return dealing.lay_out(prepared, canvas)

    def picture(self, layout: DealLayout, at: float, focus: Focus) -> Picture:
        return dealing.draw_frame(layout, at, focus)

    def step_of(self, layout: DealLayout, hit: Hit) -> int | None:
        return hit.index[0] if hit.kind == "output" else None


class CellScene(Tab):
    """A layer without weights, one output cell after the other."""

    id = "cells"
    title = mark("Cells")
    order = 12
    lesson = "max-pooling"
    needs = Needs(rank=(1, 2))
    reads_any = True
    modes = (CellByCell(), ChannelByChannel())

    def mode(self, document: Document) -> AnyMode:
        return self.modes[isinstance(document.chosen, ChannelShuffle)]

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


SCENE = CellScene()

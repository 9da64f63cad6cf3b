"""Volume: three spatial axes, four ways to look at them, input and output side by side.

Everything is drawn in software, which looks the same on every machine, in a picture file and without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from numpy.typing import NDArray

from convgui.draw.levels import Levels, adjusted
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.model.memo import Key, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.scene import Focus
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.scenes.volume import blocks, growth, layer, pointing, sheets, slices, turned
from convgui.scenes.volume.blocks import BlocksLayout
from convgui.scenes.volume.layer import Volume
from convgui.scenes.volume.looks import Look, look
from convgui.scenes.volume.sheets import SheetsLayout, SheetsPrepared
from convgui.scenes.volume.slices import SlicesLayout
from convgui.scenes.volume.turned import TurnedLayout
from convgui.words import mark, tr

SMALL = 16
"""Up to this many cells a side a volume opens as blocks, a larger one as slices."""
_WAYS = (
    ("blocks", mark("Blocks")),
    ("slices", mark("Slices")),
    ("projection", mark("Projection")),
    ("surface", mark("Surface")),
)
RAYS = Option("rays", mark("Rays"), (("maximum", mark("Maximum")), ("alpha", mark("Alpha"))))
THRESHOLD = Option(
    "threshold",
    mark("Threshold"),
    (("auto", mark("Automatic")), *((str(p), f"{p} %") for p in (5, *range(10, 100, 10)))),
)


@dataclass(frozen=True, eq=False)
class SolidVolume:
    """A layer's arrays, drawn as blocks."""

    volume: Volume


@dataclass(frozen=True, eq=False)
class SlicedVolume:
    """A layer's arrays, drawn as slices."""

    volume: Volume

    @cached_property
    def values(self) -> NDArray[Any]:
        """The output, a row a slice."""
        return self.volume.output.reshape(len(self.volume.output), -1)


@dataclass(frozen=True, eq=False)
class TurnedVolume:
    """A layer's arrays, and what is seen of them from outside.

    Attributes
    ----------
    volume : Volume
        With the scale that is seen.
    way : str
        ``"maximum"``, ``"alpha"`` or ``"surface"``.
    looks : tuple of Look
        Input and output.
    automatic : Levels
        The scale of the output where the user has set none.
    """

    volume: Volume
    way: str
    threshold: str
    looks: tuple[Look, Look]
    automatic: Levels

    @cached_property
    def values(self) -> NDArray[Any]:
        """The output, a row a slice."""
        return self.volume.output.reshape(len(self.volume.output), -1)


Prepared = TypeVar("Prepared", SolidVolume, SlicedVolume, TurnedVolume)
Layout = TypeVar("Layout")


class VolumeMode(Mode[Prepared, Layout]):
    """A way of looking at a volume, one step an output cell."""

    def cost(self, document: Document) -> int:
        return layer.cost(document)

    def steps(self, prepared: Prepared) -> int:
        return int(prepared.volume.output.size)

    def film(self, prepared: Prepared) -> tuple[int, float] | None:
        sample, output = prepared.volume.sample, prepared.volume.output
        return (int(output.size // len(output)), sample.spacing[0]) if sample.units[0] == "s" else None


class VolumeAsBlocks(VolumeMode[SolidVolume, BlocksLayout]):
    """Solids, cut away around the window."""

    prepares, lays_out = SolidVolume, BlocksLayout

    def prepare(self, document: Document, work: Work | None = None, /) -> SolidVolume:
        return SolidVolume(layer.volume(document, work or Work()))

    def lay_out(self, prepared: SolidVolume, view: View, canvas: Canvas) -> BlocksLayout:
        return blocks.lay_out(prepared.volume, canvas)

    def picture(self, layout: BlocksLayout, at: float, focus: Focus) -> Picture:
        return growth.draw_frame(layout, at, focus)

    def step_of(self, layout: BlocksLayout, hit: Hit) -> int | None:
        position = pointing.pointed_position(layout.volume, hit)
        return None if position is None else layout.volume.view.step(position)


class VolumeAsSlices(VolumeMode[SlicedVolume, SlicesLayout]):
    """Three slices a side."""

    prepares, lays_out = SlicedVolume, SlicesLayout

    def prepare(self, document: Document, work: Work | None = None, /) -> SlicedVolume:
        return SlicedVolume(layer.volume(document, work or Work()))

    def preview(self, before: SlicedVolume, document: Document, step: int) -> SlicedVolume | None:
        volume = before.volume
        cut = layer.cut(volume, document, volume.position(min(step, volume.output.size - 1)))
        return None if cut is None else SlicedVolume(cut)

    def lay_out(self, prepared: SlicedVolume, view: View, canvas: Canvas) -> SlicesLayout:
        volume = prepared.volume
        return slices.lay_out(replace(volume, levels=adjusted(volume.levels, view.levels)), canvas)

    def levelled(self, prepared: SlicedVolume) -> tuple[NDArray[Any], Levels] | None:
        return prepared.values, prepared.volume.levels

    def picture(self, layout: SlicesLayout, at: float, focus: Focus) -> Picture:
        return slices.draw_frame(layout, at, focus)

    def step_of(self, layout: SlicesLayout, hit: Hit) -> int | None:
        return slices.step_of(layout, hit)

    def steerable(self, prepared: SlicedVolume) -> bool:
        return True

    def scrolled(self, layout: SlicesLayout, step: int, hit: Hit, turns: float) -> int | None:
        return slices.scrolled(layout, step, hit, turns)


class VolumeAsChannels(Mode[SheetsPrepared, SheetsLayout]):
    """The slices of a volume that is as deep as the filter, as the channels of a picture."""

    prepares, lays_out = SheetsPrepared, SheetsLayout

    def prepare(self, document: Document, work: Work | None = None, /) -> SheetsPrepared:
        return sheets.prepare(document, work)

    def steps(self, prepared: SheetsPrepared) -> int:
        return sheets.steps(prepared)

    def lay_out(self, prepared: SheetsPrepared, view: View, canvas: Canvas) -> SheetsLayout:
        return sheets.lay_out(prepared, view, canvas)

    def picture(self, layout: SheetsLayout, at: float, focus: Focus) -> Picture:
        return sheets.draw_frame(layout, at, focus)


class VolumeFromOutside(VolumeMode[TurnedVolume, TurnedLayout]):
    """Two volumes that are turned alike: projected, or as surfaces."""

    prepares, lays_out = TurnedVolume, TurnedLayout

    def options(self, document: Document) -> tuple[Option, ...]:
        return (RAYS,) if _ways(document).chosen(document.view) == "projection" else (THRESHOLD,)

    def prepare(self, document: Document, work: Work | None = None, /) -> TurnedVolume:
        return _turned(document, work or Work())

    def lay_out(self, prepared: TurnedVolume, view: View, canvas: Canvas) -> TurnedLayout:
        return turned.lay_out(prepared.volume, prepared.looks, prepared.way, view, canvas)

    def lay_out_moving(self, prepared: TurnedVolume, view: View, canvas: Canvas) -> TurnedLayout:
        return turned.lay_out(prepared.volume, prepared.looks, prepared.way, view, canvas, moving=True)

    def picture(self, layout: TurnedLayout, at: float, focus: Focus) -> Picture:
        return turned.draw_frame(layout, at)

    def levelled(self, prepared: TurnedVolume) -> tuple[NDArray[Any], Levels] | None:
        # A surface has no scale: its place is told by the threshold.
        return None if prepared.way == "surface" else (prepared.values, prepared.automatic)

    def zoomable(self, prepared: TurnedVolume) -> bool:
        return True

    def zoomed(self, layout: TurnedLayout, view: View, at: tuple[float, float], factor: float) -> View:
        return turned.zoomed(view, factor)

    def moved(self, layout: TurnedLayout, view: View, way: tuple[float, float]) -> View:
        return turned.moved(layout, view, way)

    def turned(self, layout: TurnedLayout, view: View, way: tuple[float, float]) -> View:
        return turned.turned(view, way)


class VolumeScene(Tab):
    """A volume and its convolution."""

    id = "volume"
    title = mark("Volume")
    order = 12
    lesson = "volume-3d"
    needs = Needs(rank=(3,), fits=False)
    leaves_out = True
    reads_channel = True
    modes = (VolumeAsBlocks(), VolumeAsSlices(), VolumeFromOutside(), VolumeAsChannels())

    def mode(self, document: Document) -> AnyMode:
        way = _ways(document).chosen(document.view)
        if way == "slices" and sheets.fit(document):
            return self.modes[3]
        return self.modes[("blocks", "slices").index(way) if way in ("blocks", "slices") else 2]

    def options(self, document: Document) -> tuple[Option, ...]:
        return (_ways(document), *super().options(document))

    def reads(self, document: Document) -> Key:
        # What is seen of a volume through its levels is computed once, however it is turned afterwards.
        projected = _ways(document).chosen(document.view) == "projection"
        return (*super().reads(document), document.view.levels if projected else None)


def _ways(document: Document) -> Option:
    """Return the four ways of looking; blocks are the first choice only where single cells can be seen."""
    small = max(document.sample.spatial) <= SMALL
    return Option("view", tr("View"), _WAYS, "blocks" if small else "slices")


def _turned(document: Document, work: Work) -> TurnedVolume:
    """Compute the layer, and how it is seen."""
    view, v = document.view, layer.volume(document, work)
    projected = _ways(document).chosen(view) == "projection"
    way = RAYS.chosen(view) if projected else "surface"
    threshold, automatic = "" if projected else THRESHOLD.chosen(view), v.levels
    v = replace(v, levels=adjusted(automatic, view.levels)) if projected else v

    def seen(key: Key, values: NDArray[Any], levels: Levels) -> Look:
        return work.pieces.piece((*key, levels, way, threshold), lambda: look(values, levels, way, threshold, work))

    given = seen(("look", v.sample.data, v.first + v.channel), v.data[v.channel], v.input_scale)
    return TurnedVolume(v, way, threshold, (given, seen(("look", v.output), v.output, v.levels)), automatic)


SCENE = VolumeScene()

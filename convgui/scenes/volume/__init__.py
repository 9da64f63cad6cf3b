"""Volume: three spatial axes, four ways to look at them, input and output side by side.

Everything is drawn in software, which looks the same on every machine, in a picture file and without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.model.memo import Key, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Focus, Option, Scene
from convgui.scenes.volume import blocks, growth, layer, slices, turned
from convgui.scenes.volume.blocks import BlocksLayout
from convgui.scenes.volume.layer import Volume
from convgui.scenes.volume.looks import Look, look
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
class Prepared:
    """A layer's arrays, and what the chosen way of looking needs besides.

    Attributes
    ----------
    way : str
        ``"blocks"``, ``"slices"``, ``"maximum"``, ``"alpha"`` or ``"surface"``.
    looks : tuple of Look
        Input and output; empty for blocks and slices.
    """

    volume: Volume
    way: str
    threshold: str
    looks: tuple[Look, ...]


AnyLayout: TypeAlias = BlocksLayout | SlicesLayout | TurnedLayout


class VolumeScene(Scene[Prepared, AnyLayout]):
    """A volume and its convolution."""

    id = "volume"
    title = mark("Volume")
    order = 12
    lesson = "volume-3d"
    needs = Needs(rank=(3,), fits=False)
    leaves_out = True
    reads_channel = True

    def options(self, document: Document) -> tuple[Option, ...]:
        ways = _ways(document)
        extra = {"projection": (RAYS,), "surface": (THRESHOLD,)}
        return (ways, *extra.get(ways.chosen(document.view), ()))

    def cost(self, document: Document) -> int:
        return layer.cost(document)

    def prepare(self, document: Document, work: Work | None = None, /) -> Prepared:
        return _prepared(document, work or Work())

    def preview(self, before: Prepared, document: Document, step: int) -> Prepared | None:
        if before.way != "slices":
            return None
        v = layer.cut(before.volume, document, before.volume.place(min(step, before.volume.output.size - 1)))
        return None if v is None else replace(before, volume=v)

    def steps(self, prepared: Prepared) -> int:
        return int(prepared.volume.output.size)

    def lay_out(self, prepared: Prepared, view: View, canvas: Canvas) -> AnyLayout:
        return _laid_out(prepared, view, canvas, moving=False)

    def lay_out_moving(self, prepared: Prepared, view: View, canvas: Canvas) -> AnyLayout:
        return _laid_out(prepared, view, canvas, moving=True)

    def picture(self, layout: AnyLayout, at: float, focus: Focus) -> Picture:
        if isinstance(layout, BlocksLayout):
            return growth.draw_frame(layout, at, focus)
        if isinstance(layout, SlicesLayout):
            return slices.draw_frame(layout, at, focus)
        return turned.draw_frame(layout, at)

    def step_of(self, layout: AnyLayout, hit: Hit) -> int | None:
        return slices.step_of(layout, hit) if isinstance(layout, SlicesLayout) else None

    def steerable(self, prepared: Prepared) -> bool:
        return prepared.way == "slices"

    def scrolled(self, layout: AnyLayout, step: int, hit: Hit, turns: float) -> int | None:
        return slices.scrolled(layout, step, hit, turns) if isinstance(layout, SlicesLayout) else None

    def zoomable(self, prepared: Prepared) -> bool:
        return bool(prepared.looks)

    def zoomed(self, layout: AnyLayout, view: View, at: tuple[float, float], factor: float) -> View:
        return turned.zoomed(view, factor) if isinstance(layout, TurnedLayout) else view

    def moved(self, layout: AnyLayout, view: View, way: tuple[float, float]) -> View:
        return turned.moved(layout, view, way) if isinstance(layout, TurnedLayout) else view

    def turned(self, layout: AnyLayout, view: View, way: tuple[float, float]) -> View:
        return turned.turned(view, way) if isinstance(layout, TurnedLayout) else view


def _ways(document: Document) -> Option:
    """Return the four ways of looking; blocks are the first choice only where single cells can be seen."""
    small = max(document.sample.spatial) <= SMALL
    return Option("view", tr("View"), _WAYS, "blocks" if small else "slices")


def _prepared(document: Document, work: Work) -> Prepared:
    """Compute the layer, and the looks that are chosen."""
    view, v = document.view, layer.volume(document, work)
    way = _ways(document).chosen(view)
    way = RAYS.chosen(view) if way == "projection" else way
    threshold = THRESHOLD.chosen(view) if way == "surface" else ""
    if way in ("blocks", "slices"):
        return Prepared(v, way, threshold, ())

    def seen(key: Key, values: NDArray[Any], levels: Levels) -> Look:
        return work.pieces.piece((*key, levels, way, threshold), lambda: look(values, levels, way, threshold, work))

    entered = seen(("look", v.sample.data, v.first + v.channel), v.data[v.channel], v.entered)
    return Prepared(v, way, threshold, (entered, seen(("look", v.output), v.output, v.levels)))


def _laid_out(prepared: Prepared, view: View, canvas: Canvas, moving: bool) -> AnyLayout:
    if prepared.way == "blocks":
        return blocks.lay_out(prepared.volume, canvas)
    if prepared.way == "slices":
        return slices.lay_out(prepared.volume, canvas)
    first, second = prepared.looks
    return turned.lay_out(prepared.volume, (first, second), prepared.way, view, canvas, moving)


SCENE = VolumeScene()

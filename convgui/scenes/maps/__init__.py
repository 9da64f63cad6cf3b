"""Feature maps: every channel of the input and of each layer's output, as a contact sheet with one of them enlarged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.picture import Hit, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.limits import too_long
from convgui.model.memo import Key, Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.choice import choose_map, chosen_map
from convgui.scenes.feature_maps import stages
from convgui.scenes.feature_maps.gathered import strongest_cell, strongest_map
from convgui.scenes.feature_maps.stages import Sheets, effort, kept, sheets
from convgui.scenes.maps import frame, layout
from convgui.scenes.maps.layout import SheetLayout
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Focus, Option, Scene
from convgui.words import mark

SHEET = Option(
    "sheet", mark("Sheet"), (("maps", mark("All channels")), ("filter", mark("Channels of the chosen filter")))
)
SCALE = Option("map-scale", mark("Scale"), (("own", mark("Each its own")), ("common", mark("Common"))))


class FeatureMaps(Scene[Sheets, SheetLayout]):
    """A stack of layers on a picture, layer by layer."""

    id = "maps"
    title = mark("Feature maps")
    order = 14
    lesson = "one-by-one-photo"
    needs = Needs(rank=(1, 2))
    leaves_out = True
    reads_stack = True
    reads_any = True
    seeks = True

    def refusal(self, document: Document) -> str:
        return too_long(effort(document))

    def options(self, document: Document) -> tuple[Option, ...]:
        # The parts of a filter and their sum always share one scale.
        return (SHEET,) if SHEET.chosen(document.view) == "filter" else (SHEET, SCALE)

    def first_step(self, document: Document) -> int:
        """Behind the layer, with what it made."""
        return document.view.layer + 1

    def cost(self, document: Document) -> int:
        return stages.cost(document)

    def reads(self, document: Document) -> Key:
        return (_apart(document), *(chosen_map(document, n) for n in range(len(document.shapes))))

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        return kept(document, _apart(document), pieces) is not None

    def overflowed(self, prepared: Sheets) -> bool | None:
        return prepared.overflowed

    def rest(self, prepared: Sheets) -> bool:
        return prepared.coarse

    def complete(self, prepared: Sheets, work: Work) -> Sheets:
        return sheets(prepared.document, prepared.apart, work)

    def prepare(self, document: Document, work: Work | None = None, /) -> Sheets:
        return sheets(document, _apart(document), work or Work(), coarse=True)

    def steps(self, prepared: Sheets) -> int:
        return len(prepared.stages)

    def lay_out(self, prepared: Sheets, view: View, canvas: Canvas) -> SheetLayout:
        return layout.lay_out(prepared, view, canvas, SCALE.chosen(view) == "common")

    def picture(self, layout: SheetLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: SheetLayout, hit: Hit) -> int | None:
        return hit.index[-1] if hit.kind == "stage" else None

    def viewed(self, document: Document, hit: Hit) -> View:
        """A click on a thumbnail enlarges it, and chooses the filter that makes it."""
        view = document.view
        if hit.kind != "map" or SHEET.chosen(view) == "filter":
            return view
        stage, channel = hit.index[0], hit.index[-1]
        return choose_map(document, stage, channel)

    def sought(self, document: Document, prepared: Sheets, *, every: bool) -> View | None:
        """Mark the largest answer of the chosen layer, in the middle of what is magnified."""
        stage = document.view.layer + 1
        if prepared.apart or stage >= len(prepared.stages):
            return None
        maps = prepared.stages[stage].maps
        channel = strongest_map(maps) if every else maps.numbers[maps.index(prepared.chosen[stage])]
        row, column = strongest_cell(maps, channel)
        if prepared.sampled is not None:
            row, column = prepared.sampled.nearest(stage, (row, column))[0]
        view = choose_map(document, stage, channel)
        options = {**view.options, f"mark-{stage}": f"{row}, {column}"}
        return replace(view, options=options, centre=((row + 0.5) / maps.size[0], (column + 0.5) / maps.size[1]))

    def levelled(self, prepared: Sheets) -> tuple[NDArray[Any], Levels] | None:
        """Return the enlarged map that the chosen layer makes."""
        index = prepared.document.view.layer + 1
        if prepared.apart or index >= len(prepared.stages):
            return None
        maps = prepared.stages[index].maps
        chosen = maps.index(prepared.chosen[index])
        large = maps.large.get(chosen)
        return None if large is None else (large.values.levels[0], maps.levels(chosen))

    def zoomable(self, prepared: Sheets) -> bool:
        return True

    def steerable(self, prepared: Sheets) -> bool:
        return True

    def ports(self, layout: SheetLayout) -> tuple[Viewport, ...]:
        return (layout.port,)


def _apart(document: Document) -> bool:
    return SHEET.chosen(document.view) == "filter"


SCENE = FeatureMaps()

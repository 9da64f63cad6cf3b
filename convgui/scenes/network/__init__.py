"""Network: the graph of layers, and of one block its filters, its maps, a value's field on the input and its sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.model.limits import too_long
from convgui.model.memo import Key, Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.choice import choose_map, chosen_map, named_map
from convgui.scenes.feature_maps import stages
from convgui.scenes.feature_maps.gathered import strongest_cell, strongest_map
from convgui.scenes.feature_maps.stages import effort, kept
from convgui.scenes.needs import Needs
from convgui.scenes.network import frame, layout
from convgui.scenes.network.graph import graph
from convgui.scenes.network.layout import NetworkLayout
from convgui.scenes.network.values import NetworkValues, network_values, one_channel
from convgui.scenes.scene import Focus, Option, Scene
from convgui.words import mark

ORDER = Option("map-order", mark("Maps"), (("number", mark("By number")), ("largest", mark("Largest answer first"))))


class NetworkScene(Scene[NetworkValues, NetworkLayout]):
    """A network on a picture, block by block."""

    id = "network"
    title = mark("Network")
    order = 15
    lesson = "look-inside"
    needs = Needs(rank=(1, 2))
    reads_stack = True
    reads_any = True
    steps_through_layers = True
    seeks = True

    def refusal(self, document: Document) -> str:
        return too_long(effort(document, strongest=_ordered(document.view)))

    def options(self, document: Document) -> tuple[Option, ...]:
        return (ORDER,)

    def first_step(self, document: Document) -> int:
        """The block of the chosen layer."""
        return graph(document).block_of(document.view.layer)

    def cost(self, document: Document) -> int:
        return stages.cost(document)

    def reads(self, document: Document) -> Key:
        chosen = (chosen_map(document, n) for n in range(len(document.shapes)))
        marked = sorted((k, v) for k, v in document.view.options.items() if k.startswith(("mark-", "edges-")))
        return (document.view.layer, _ordered(document.view), *chosen, *marked)

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        same, ordered = one_channel(document, graph(document)), _ordered(document.view)
        return kept(same, False, pieces, strongest=ordered) is not None

    def overflowed(self, prepared: NetworkValues) -> bool | None:
        return prepared.sheets.overflowed

    def rest(self, prepared: NetworkValues) -> bool:
        return prepared.sheets.coarse

    def complete(self, prepared: NetworkValues, work: Work) -> NetworkValues:
        return network_values(prepared.document, work, coarse=False, strongest=_ordered(prepared.document.view))

    def prepare(self, document: Document, work: Work | None = None, /) -> NetworkValues:
        return network_values(document, work or Work(), coarse=True, strongest=_ordered(document.view))

    def steps(self, prepared: NetworkValues) -> int:
        return len(prepared.graph.blocks)

    def lay_out(self, prepared: NetworkValues, view: View, canvas: Canvas) -> NetworkLayout:
        return layout.lay_out(prepared, view, canvas, ordered=_ordered(view))

    def picture(self, layout: NetworkLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: NetworkLayout, hit: Hit) -> int | None:
        return hit.index[-1] if hit.kind == "block" else None

    def viewed(self, document: Document, hit: Hit) -> View:
        """A click on a block chooses its layer, one on a map or a filter that filter, one in a map also the cell."""
        view = document.view
        if hit.kind == "block":
            layers = graph(document).blocks[hit.index[-1]].layers
            return replace(view, layer=layers[0], filter=0, channel=0) if layers and layers[0] != view.layer else view
        if hit.kind == "fold":
            opened = sorted(layout.opened_folds(view) ^ {hit.index[0]})
            return replace(view, options={**view.options, layout.OPENED: ", ".join(map(str, opened))})
        if hit.kind == "filter":
            return choose_map(document, hit.index[0] + 1, hit.index[1])
        if hit.kind != "unit":
            return view
        block = graph(document).blocks[hit.index[0]]
        first = block.layers[0] + 1 if block.layers else 0
        view = choose_map(document, first, hit.index[1])
        return replace(view, options={**view.options, f"mark-{block.value}": f"{hit.index[2]}, {hit.index[3]}"})

    def stepped(self, document: Document, step: int) -> View:
        """The panel beside the picture is about what the picture shows: the first layer of the block."""
        blocks = graph(document).blocks
        layers = blocks[min(step, len(blocks) - 1)].layers
        if not layers:
            return document.view
        if document.view.layer in layers:
            named = named_map(document.view, document.view.layer + 1)
            chosen = named is not None and not document.view.filter and not document.view.channel
            return choose_map(document, document.view.layer + 1, named) if chosen and named else document.view
        view = replace(document.view, layer=layers[0], filter=0, channel=0)
        stage = layers[0] + 1
        return choose_map(document.with_view(view), stage, chosen_map(document, stage))

    def sought(self, document: Document, prepared: NetworkValues, *, every: bool) -> View:
        """Mark the largest answer of the chosen layer's block."""
        number = prepared.graph.block_of(document.view.layer)
        block, maps = prepared.graph.blocks[number], prepared.maps(number)
        channel = strongest_map(maps) if every else prepared.channel(number)
        view = choose_map(document, block.layers[0] + 1, channel)
        row, column = prepared.known_cell(number, strongest_cell(maps, channel))
        return replace(view, options={**view.options, f"mark-{block.value}": f"{row}, {column}"})

    def levelled(self, prepared: NetworkValues) -> tuple[NDArray[Any], Levels] | None:
        """Return the chosen map of the block that the chosen layer belongs to."""
        block = prepared.graph.block_of(prepared.document.view.layer)
        maps = prepared.maps(block)
        index = maps.index(prepared.channel(block))
        large = maps.large.get(index)
        return None if large is None else (large.values.levels[0], maps.levels(index))


def _ordered(view: View) -> bool:
    """Whether maps stand in the order of their largest answers."""
    return ORDER.chosen(view) == "largest"


SCENE = NetworkScene()

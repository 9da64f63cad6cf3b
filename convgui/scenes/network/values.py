"""Network: the maps of every block, the input of the layers whose sums are shown, and the value that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convgui.core.receptive import Number, ReceptiveField
from convgui.layers.joining import Joining
from convgui.layers.layer import AnyArray
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input, incoming_names
from convgui.model.memo import Work
from convgui.model.paths import widest_fields
from convgui.model.sources import joined
from convgui.scenes.choice import chosen_map, marked_cells
from convgui.scenes.feature_maps.gathered import Maps, strongest_cell
from convgui.scenes.feature_maps.stages import Sheets, sheets
from convgui.scenes.network.field import own_cell
from convgui.scenes.network.graph import Block, Graph, graph
from convgui.scenes.network.making import Making, making
from convgui.words import tr

SIGNAL = 8
"""Values in a row from which they are drawn as a curve where they lie in two axes."""


@dataclass(frozen=True, eq=False)
class NetworkValues:
    """A network on an input.

    Attributes
    ----------
    document : Document
        With the same channel chosen for all layers of a block.
    chosen_input : ndarray or None
        What comes into the first layer of the chosen block, where not every value of the network is kept.
    known : dict
        What comes into layers, as far as it was asked for.
    strongest : dict
        The cell of the largest value, by block and channel, likewise.
    """

    document: Document
    graph: Graph
    sheets: Sheets
    chosen_input: AnyArray | None = None
    known: dict[int, AnyArray] = field(default_factory=dict)
    strongest: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[ReceptiveField | None, ...]:
        """What a cell of each value sees; None where ways of different strides meet."""
        return widest_fields(self.document)

    def field(self, block: int) -> tuple[Number, ...]:
        """Return how many rows and columns of the input a value of a block sees; nothing where that is not known."""
        found = self.fields[self.graph.blocks[block].value] if self.graph.blocks[block].layers else None
        return found.size if found is not None else ()

    def sees_beyond(self, block: int) -> bool:
        """Whether a value of a block would see more rows or columns than the input has."""
        return any(n > m for n, m in zip(self.field(block), self.document.sample.spatial, strict=False))

    def maps(self, block: int) -> Maps:
        """Return the maps that a block makes."""
        return self.sheets.stages[self.graph.blocks[block].value].maps

    def is_signal(self, block: int) -> bool:
        """Whether what a block makes is drawn as curves: one row of many values."""
        rows, columns = self.maps(block).size
        return rows == 1 and (columns >= SIGNAL or len(self.document.shapes[self.graph.blocks[block].value]) == 2)

    def channel(self, block: int) -> int:
        """Return the channel of a block that is looked at."""
        return self.sheets.chosen[self.graph.blocks[block].value]

    def cell(self, block: int, channel: int) -> tuple[int, int]:
        """Return the cell that is looked at: the one that was chosen, otherwise the one of the largest value."""
        maps, chosen = self.maps(block), self.marked(block)
        if chosen and channel == self.channel(block):
            return self.known_cell(block, chosen[0])
        if (block, channel) not in self.strongest:
            self.strongest[block, channel] = self.known_cell(block, strongest_cell(maps, channel))
        return self.strongest[block, channel]

    def known_cell(self, block: int, cell: tuple[int, int]) -> tuple[int, int]:
        """Return the cell, or the one whose value is known, while most are still to be computed."""
        number = self.graph.blocks[block].value
        return cell if self.sheets.sampled is None else self.sheets.sampled.nearest(number, cell)[0]

    def marked(self, block: int) -> tuple[tuple[int, int], ...]:
        """Return the cells of a block that are chosen: the one that is looked at, and others to compare it with."""
        found, (rows, columns) = marked_cells(self.document.view, self.graph.blocks[block].value), self.maps(block).size
        return tuple(cell for cell in found if cell[0] < rows and cell[1] < columns)

    def value(self, number: int, channel: int, cell: tuple[int, int]) -> float | None:
        """Return one value of what layer number `number` makes; None where it is kept as means alone."""
        if self.sheets.flows:
            return float(self.sheets.flows[number].values[(channel, *own_cell(self.document, number, cell))])
        maps = self.sheets.stages[number].maps
        if self.sheets.sampled is not None:
            there, (row, column) = self.sheets.sampled.nearest(number, cell)
            return float(self.sheets.sampled.values[number][channel, row, column]) if there == cell else None
        kept = maps.large.get(maps.index(channel)) if channel in maps.numbers else None
        return float(kept.values.levels[0][cell]) if kept is not None and kept.factor == 1 else None

    def incoming(self, layer: int) -> AnyArray | None:
        """Return what comes into a layer, ``(C, *spatial)``, or into that on tiles; None where that is not kept."""
        reads = self.document.reads(layer)
        if self.sheets.flows:
            if layer not in self.known:
                self.known[layer] = joined([self.sheets.flows[n].values for n in reads])
            return self.known[layer]
        if self.sheets.sampled is not None:
            return joined([self.sheets.sampled.values[n] for n in reads])
        if reads == (0,):
            return self.document.sample.data
        return self.chosen_input if layer == self._first_chosen else None

    @property
    def _first_chosen(self) -> int:
        """The first layer of the block that the chosen one belongs to."""
        return first_of_chosen(self.document, self.graph)

    def making(self, block: int, channel: int, cell: tuple[int, int]) -> Making | None:
        """Take a value of a block's first layer apart; None for the input, and where what it reads is not kept."""
        layers = self.graph.blocks[block].layers
        x = self.incoming(layers[0]) if layers else None
        if x is None:
            return None
        value = self.value(layers[0] + 1, channel, cell)
        layer, names = self.document.layers[layers[0]], incoming_names(self.document, layers[0])
        if isinstance(layer, Joining) and len(layer.channels_read(channel, x.shape)) > 1:
            names = self._owners(layers[0])
        at: tuple[int, ...] = own_cell(self.document, layers[0] + 1, cell)
        if self.sheets.sampled is not None:
            there, at = self.sheets.sampled.nearest(layers[0] + 1, cell)
            if there != cell or self.document.layers[layers[0]].added(x, channel, at) is None:
                return None
        return making(layer, x, names, channel, at, np.nan if value is None else value)

    def _owners(self, layer: int) -> tuple[str, ...]:
        """Name for each channel that comes into a layer whose it is."""
        shapes, reads = self.document.shapes, self.document.reads(layer)
        return tuple(tr("layer {n}", n=n) if n else tr("the input") for n in reads for _ in range(shapes[n][0]))


def network_values(document: Document, work: Work, *, coarse: bool, strongest: bool = False) -> NetworkValues:
    """Compute every value of a network; of large ones what is shown.

    With `strongest`, of many maps those with the largest values are shown.

    Raises
    ------
    SpecError
        If a layer does not take what it reads.
    Cancelled
        Soon after `work` is to stop.
    """
    found = graph(document)
    same = one_channel(document, found)
    made = sheets(same, False, work, coarse, strongest=strongest)
    if made.flows or made.sampled is not None:
        return NetworkValues(same, found, made)
    first = document.with_view(replace(document.view, layer=first_of_chosen(document, found)))
    return NetworkValues(same, found, made, chosen_layer_input(first, work).sample.data)


def first_of_chosen(document: Document, found: Graph) -> int:
    """Return the first layer of the block that the chosen layer belongs to: its sums are the block's."""
    return found.blocks[found.block_of(document.view.layer)].layers[0]


def one_channel(document: Document, found: Graph) -> Document:
    """Return the document with the channel of each block's first layer chosen behind all of its layers."""
    options = dict(document.view.options)
    for block in found.blocks:
        for layer in block.layers[1:]:
            options[f"map-{layer + 1}"] = str(_channel(document, block))
    return document.with_view(replace(document.view, options=options))


def _channel(document: Document, block: Block) -> int:
    return chosen_map(document, block.layers[0] + 1)


def largest_first(maps: Maps) -> NDArray[np.intp]:
    """Return the maps on a sheet in the order of their largest absolute values."""
    most: NDArray[np.float64] = np.abs(np.nan_to_num(maps.ranges)).max(axis=1)
    return np.argsort(-most, kind="stable")

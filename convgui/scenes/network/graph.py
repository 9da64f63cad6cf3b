"""Network: its layers as blocks in columns, and the lines between them.

A block is a layer with those right behind it that change each of its values alone, such as an activation. Blocks that
take the same number of steps from the input stand in one column; a line that passes a column has a slot there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convgui.layers.convolution import Convolution
from convgui.layers.joining import Joining
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document
from convgui.model.sources import readers


@dataclass(frozen=True)
class Block:
    """The input, or a layer with those behind it that change each value alone.

    Attributes
    ----------
    layers : tuple of int
        Indices of its layers; empty for the input.
    value : int
        The number of the value that it makes.
    reads : tuple of int
        The blocks whose values it reads, each once.
    """

    layers: tuple[int, ...]
    value: int
    reads: tuple[int, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A block in its column, or the line from block `start` to block `end` that passes the column."""

    start: int
    end: int

    @property
    def is_block(self) -> bool:
        """Whether a block stands here."""
        return self.start == self.end


@dataclass(frozen=True)
class Graph:
    """The blocks of a network, the input first, and what stands in each column from top to bottom."""

    blocks: tuple[Block, ...]
    columns: tuple[tuple[Slot, ...], ...]

    def column(self, block: int) -> int:
        """Return in which column a block stands."""
        return next(n for n, slots in enumerate(self.columns) if Slot(block, block) in slots)

    def block_of(self, layer: int) -> int:
        """Return the block that a layer belongs to."""
        return next(n for n, block in enumerate(self.blocks) if layer in block.layers)


def graph(document: Document) -> Graph:
    """Arrange the layers of a document.

    Raises
    ------
    SpecError
        If a layer does not take what it reads.
    """
    blocks = _blocks(document)
    places = list[int]()
    for block in blocks:
        places.append(1 + max((places[n] for n in block.reads), default=-1))
    columns = [[Slot(n, n) for n, place in enumerate(places) if place == column] for column in range(max(places) + 1)]
    for n, block in enumerate(blocks):
        for start in block.reads:
            for column in range(places[start] + 1, places[n]):
                columns[column].append(Slot(start, n))
    return Graph(blocks, _ordered(columns, blocks))


def _blocks(document: Document) -> tuple[Block, ...]:
    found, owner = [Block((), 0)], {0: 0}
    for index, layer in enumerate(document.layers):
        reads, shape = document.reads(index), document.incoming[index]
        before = owner[reads[0]]
        behind = len(reads) == 1 and found[before].layers and found[before].value == reads[0]
        if behind and alters_each(layer, shape) and readers(document.sources, reads[0]) == 1:
            found[before] = Block((*found[before].layers, index), index + 1, found[before].reads)
            owner[index + 1] = before
        else:
            found.append(Block((index,), index + 1, tuple(dict.fromkeys(owner[n] for n in reads))))
            owner[index + 1] = len(found) - 1
    return tuple(found)


def alters_each(layer: Layer, shape: Shape) -> bool:
    """Whether a layer makes every value of the one in its place alone, without weights of a convolution."""
    if isinstance(layer, Convolution | Joining) or layer.output_shape(shape) != shape:
        return False
    alone = all(layer.channels_read(c, shape) == range(c, c + 1) for c in range(shape[0]))
    return alone and prod(layer.window(shape).kernel_size) == 1 and layer.tabled(shape) is None


def _ordered(columns: list[list[Slot]], blocks: tuple[Block, ...]) -> tuple[tuple[Slot, ...], ...]:
    """Put what stands in each column where what it comes from stands in the column before, about."""
    found = [tuple(columns[0])]
    for slots in columns[1:]:
        heights = {slot: (n + 0.5) / len(found[-1]) for n, slot in enumerate(found[-1])}
        found.append(tuple(sorted(slots, key=lambda slot: _height(slot, blocks, heights))))
    return tuple(found)


def _height(slot: Slot, blocks: tuple[Block, ...], heights: dict[Slot, float]) -> float:
    """Return how far down what leads into a slot stands in the column before, 0 to 1."""
    starts = blocks[slot.end].reads if slot.is_block else (slot.start,)
    found = [heights[s] for n in starts for s in (Slot(n, n), Slot(n, slot.end)) if s in heights]
    return sum(found) / len(found) if found else 0.5

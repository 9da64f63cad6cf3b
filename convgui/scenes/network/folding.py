"""Network: blocks that follow each other several times alike are shown once, with how often they come."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable
from dataclasses import dataclass, replace

from convgui.model.document import Document
from convgui.scenes.network.graph import Block, Graph, Slot

LONGEST = 16
"""Columns that repeat together at the most."""
LEAST = 2
"""Columns that are left out at the least, for the sake of which repeats are folded."""


@dataclass(frozen=True)
class Fold:
    """Columns that come several times.

    Attributes
    ----------
    key : int
        The first of them in the whole graph.
    first, columns : int
        The first in the graph that is shown, and how many are seen there.
    count : int
        How often they come.
    shown : int
        Which of the times is seen, from 0 on; -1 where all are.
    """

    key: int
    first: int
    columns: int
    count: int
    shown: int


def folded(graph: Graph, document: Document, current: int, opened: Container[int]) -> tuple[Graph, tuple[Fold, ...]]:
    """Return a graph with repeats once: that time of them to which the `current` block belongs, otherwise the first.

    Those whose key is `opened` stay as they are.
    """
    found, columns, blocks = list[Fold](), list[tuple[Slot, ...]](), list(graph.blocks)
    at, places = 0, _places(graph)
    for key, each, count in _repeats(graph, document, places):
        columns += graph.columns[at:key]
        here = places[current] - key
        shown = -1 if key in opened else here // each if 0 <= here < each * count else 0
        size = each * count if shown < 0 else each
        found.append(Fold(key, len(columns), size, count, shown))
        if shown < 0:
            columns += graph.columns[key : key + size]
        else:
            twins = _twins(graph, key, each, count, shown)
            columns += [tuple(_moved(slot, twins) for slot in slots) for slots in graph.columns[key : key + each]]
            blocks = _read_anew(graph, blocks, twins, range(key, key + each), places)
        at = key + each * count
    return Graph(tuple(blocks), (*columns, *graph.columns[at:])), tuple(found)


def _places(graph: Graph) -> dict[int, int]:
    """Return the column of each block."""
    return {slot.end: n for n, slots in enumerate(graph.columns) for slot in slots if slot.is_block}


def _twins(graph: Graph, key: int, each: int, count: int, shown: int) -> dict[int, int]:
    """Return for every block of the repeats the one that stands for it."""
    found = dict[int, int]()
    for time in range(count):
        for n in range(each):
            pairs = zip(graph.columns[key + time * each + n], graph.columns[key + shown * each + n], strict=True)
            found |= {one.end: other.end for one, other in pairs if one.is_block}
    return found


def _moved(slot: Slot, twins: dict[int, int]) -> Slot:
    return Slot(twins.get(slot.start, slot.start), twins.get(slot.end, slot.end))


def _read_anew(
    graph: Graph, blocks: list[Block], twins: dict[int, int], first: range, places: dict[int, int]
) -> list[Block]:
    """Let what is shown read what is shown: as the first of the repeats does, and what follows them reads their end."""
    found = list(blocks)
    for number, block in enumerate(blocks):
        if number not in twins:
            found[number] = replace(block, reads=tuple(twins.get(n, n) for n in block.reads))
    for number, twin in twins.items():
        if places[number] in first:
            reads = tuple(twins.get(n, n) for n in graph.blocks[number].reads)
            found[twin] = replace(graph.blocks[twin], reads=reads)
    return found


def _repeats(graph: Graph, document: Document, places: dict[int, int]) -> list[tuple[int, int, int]]:
    """Return first column, columns and count of what repeats, from left to right."""
    signs = [tuple(_sign(slot, n, graph, document, places) for slot in slots) for n, slots in enumerate(graph.columns)]
    found, at = list[tuple[int, int, int]](), 0
    while at < len(signs):
        counts = [(each, _count(signs, at, each)) for each in range(1, min(LONGEST, (len(signs) - at) // 2) + 1)]
        each, count = max(counts, key=lambda pair: ((pair[1] - 1) * pair[0], -pair[0]), default=(1, 1))
        if (count - 1) * each >= LEAST and _one_way(graph, at, each * count, places):
            found.append((at, each, count))
            at += each * count
        else:
            at += 1
    return found


def _count(signs: list[tuple[Hashable, ...]], at: int, each: int) -> int:
    """Return how often columns come one after the other."""
    count = 1
    while signs[at : at + each] == signs[at + count * each : at + (count + 1) * each]:
        count += 1
    return count


def _sign(slot: Slot, column: int, graph: Graph, document: Document, places: dict[int, int]) -> Hashable:
    """Return what is the same in slots that are alike: layers and shapes, and from how far before they read."""
    if not slot.is_block:
        return places[slot.start] - column, places[slot.end] - column
    block = graph.blocks[slot.end]
    alike: Callable[[int], Hashable] = lambda n: (  # noqa: E731
        type(document.layers[n]), document.layers[n].title, document.layers[n].sizes,
        document.incoming[n], document.shapes[n + 1],
    )  # fmt: skip
    reads = tuple(sorted(places[n] - column for n in block.reads))
    return tuple(alike(n) for n in block.layers), reads


def _one_way(graph: Graph, key: int, size: int, places: dict[int, int]) -> bool:
    """Whether what follows reads nothing of repeats but the last column of them."""
    inside = range(key, key + size)
    last = key + size - 1
    return all(
        places[n] not in inside or places[n] == last
        for number, block in enumerate(graph.blocks) if places[number] not in inside
        for n in block.reads
    )  # fmt: skip

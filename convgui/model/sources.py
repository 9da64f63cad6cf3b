"""Which values the layers of a network read: the graph between them.

Values are numbered: 0 is the input, n what layer number n made. A layer reads one value, or several whose channels are
put one behind the other; what joins branches (add, multiply, concatenate) is a layer on those channels like any other.
Layers stand in an order in which each reads what is there already, so that there is no circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.layers.joining import Joining
from convgui.layers.layer import AnyArray, Layer, Shape
from convgui.words import tr

Sources: TypeAlias = tuple[tuple[int, ...], ...]


def as_sources(sources: Sequence[Sequence[int]], count: int) -> Sources:
    """Return what `count` layers read, a chain as ``()``; ValueError if a layer would read what is not there yet."""
    if not sources:
        return ()
    found = tuple(tuple(numbers) for numbers in sources)
    if len(found) != count or not all(_there(numbers, index) for index, numbers in enumerate(found)):
        raise ValueError(tr("Each layer reads one or more of the values before it."))
    return () if found == chain(count) else found


def _there(numbers: tuple[int, ...], index: int) -> bool:
    return bool(numbers) and all(0 <= n <= index for n in numbers)


def chain(count: int) -> Sources:
    """Return what layers of a chain read, written out."""
    return tuple((index,) for index in range(count))


def read_by(sources: Sources, index: int) -> tuple[int, ...]:
    """Return the numbers of the values that layer `index` reads."""
    return sources[index] if sources else (index,)


def needed_for(sources: Sources, number: int) -> tuple[int, ...]:
    """Return the indices of the layers that value `number` follows from, in their order."""
    if not sources:
        return tuple(range(number))
    found, waiting = set[int](), [number]
    while waiting:
        index = waiting.pop() - 1
        if index >= 0 and index not in found:
            found.add(index)
            waiting += sources[index]
    return tuple(sorted(found))


def first_path(sources: Sources, number: int) -> tuple[int, ...]:
    """Return the indices of the layers from the input to a value, where several are read by the first of them."""
    found = list[int]()
    while number > 0:
        found.append(number - 1)
        number = read_by(sources, number - 1)[0]
    return tuple(reversed(found))


def outputs(sources: Sources, count: int) -> tuple[int, ...]:
    """Return the numbers of the values that no layer reads."""
    read = {n for numbers in sources for n in numbers} if sources else set(range(count))
    return tuple(n for n in range(count + 1) if n not in read)


def readers(sources: Sources, number: int) -> int:
    """Return how many layers read a value; of a chain, whose end is not known here, one."""
    return sum(number in numbers for numbers in sources) if sources else 1


def with_layer_behind(sources: Sources, count: int, number: int, reads: tuple[int, ...]) -> Sources:
    """Return the sources of `count` layers and one more behind value `number`: who read that reads the new one.

    Parameters
    ----------
    reads : tuple of int
        The values, up to `number`, that the new layer reads.
    """
    if not sources and reads == (number,):
        return ()
    before = sources or chain(count)

    def moved(n: int) -> int:
        return n + 1 if n >= number else n

    behind = tuple(tuple(moved(n) for n in numbers) for numbers in before[number:])
    return (*before[:number], reads, *behind)


def without_layer(sources: Sources, index: int) -> Sources:
    """Return the sources without a layer: who read it reads the first value that it read."""
    if not sources:
        return ()
    through = sources[index][0]

    def moved(n: int) -> int:
        return through if n == index + 1 else n - (n > index)

    behind = tuple(tuple(moved(n) for n in numbers) for numbers in sources[index + 1 :])
    return as_sources((*sources[:index], *behind), len(sources) - 1)


def joined_shape(shapes: Sequence[Shape]) -> Shape:
    """Return ``(C, *spatial)`` of values whose channels stand one behind the other.

    An axis of one cell is repeated as long as the others are, as NumPy does.

    Raises
    ------
    SpecError
        If they are of different sizes.
    """
    if len(shapes) == 1:
        return shapes[0]
    try:
        spatial = np.broadcast_shapes(*(shape[1:] for shape in shapes))
    except ValueError:
        spatial = ()
    if not spatial or len({len(shape) for shape in shapes}) > 1:
        raise _of_different_sizes(shapes)
    return (sum(shape[0] for shape in shapes), *spatial)


def read_shape(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    """Return ``(C, *spatial)`` of what comes into a layer that reads values of these shapes.

    Raises
    ------
    SpecError
        If it does not read so many values, or none of such sizes.
    """
    if len(shapes) == 1:
        return shapes[0]
    if not isinstance(layer, Joining):
        words = tr(
            "{title} reads one value; addition, multiplication and concatenation read several.", title=layer.title
        )
        raise SpecError("reads", words)
    if layer.inputs != len(shapes):
        raise SpecError("inputs", tr("are {n}, and {m} are read.", n=layer.inputs, m=len(shapes)))
    if not layer.repeats and len({shape[1:] for shape in shapes}) > 1:
        raise _of_different_sizes(shapes)
    return joined_shape(shapes)


def _of_different_sizes(shapes: Sequence[Shape]) -> SpecError:
    sizes = ", ".join(by(shape[1:]) for shape in shapes)
    return SpecError("reads", tr("values of different sizes ({sizes}); they need the same size.", sizes=sizes))


def joined(values: Sequence[AnyArray]) -> AnyArray:
    """Put the channels of values one behind the other; see `joined_shape`."""
    if len(values) == 1:
        return values[0]
    spatial = joined_shape([value.shape for value in values])[1:]
    return np.concatenate([np.broadcast_to(value, (value.shape[0], *spatial)) for value in values])


def offsets(shapes: Sequence[Shape]) -> tuple[int, ...]:
    """Return at which channel of the joined value each value begins."""
    return tuple(int(n) for n in np.cumsum([0, *(shape[0] for shape in shapes[:-1])]))

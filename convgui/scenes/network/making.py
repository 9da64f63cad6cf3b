"""Network: what one value is made of, the channels that add up to it or the values that it is taken from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from convgui.layers.layer import AnyArray, Layer
from convgui.words import tr

MOST = 256
"""Values that are listed of a window without weights."""


@dataclass(frozen=True)
class Term:
    """A part of a value.

    Attributes
    ----------
    channel : int
        The channel of what comes in; -1 where it is the bias or several together.
    """

    name: str
    value: float
    channel: int = -1


@dataclass(frozen=True)
class Making:
    """How one value comes about.

    Attributes
    ----------
    terms : tuple of Term
        What adds up to it, or what it is taken from.
    adds : bool
        Whether the terms add up to it.
    value : float
        What the layer makes.
    """

    terms: tuple[Term, ...]
    adds: bool
    value: float


def making(
    layer: Layer, x: AnyArray, names: tuple[str, ...], channel: int, cell: tuple[int, ...], value: float
) -> Making:
    """Take one value of a layer apart.

    Parameters
    ----------
    x : ndarray
        What comes into the layer, ``(C, *spatial)``.
    names : tuple of str
        What its channels are called.
    channel, cell
        The output channel, and its position.
    value : float
        What the layer makes there; a sum is added up anew.
    """
    reads, found = layer.channels_read(channel, x.shape), layer.added(x, channel, cell)
    if found is not None:
        return _added(reads, names, *found)
    return Making(_taken(layer, x, names, reads, cell), False, value)


def _added(reads: range, names: tuple[str, ...], values: NDArray[np.float64], bias: float) -> Making:
    terms = [Term(names[c], float(value), c) for c, value in zip(reads, values, strict=True)]
    if bias:
        terms.append(Term(tr("bias"), bias))
    return Making(tuple(terms), True, float(values.sum()) + bias)


def _taken(layer: Layer, x: AnyArray, names: tuple[str, ...], reads: range, cell: tuple[int, ...]) -> tuple[Term, ...]:
    """List the values that a layer without weights reads; what it makes of them is its own affair."""
    found = [axis.reads(at)[0].tolist() for axis, at in zip(layer.axis_reads(x.shape), cell, strict=True)]
    chosen = [reads[n] for n in layer.read_at(cell, len(reads))]
    several, terms = len(chosen) > 1, list[Term]()
    for c, *at in islice(product(chosen, *found), MOST):
        name = names[c] if several else ", ".join(map(str, at))
        terms.append(Term(name, float(x[(c, *at)]), c))
    return tuple(terms)


def shortened(made: Making, most: int) -> Making:
    """Return the same with `most` terms at the most: the largest stay, in their order, and the others are one."""
    if len(made.terms) <= most:
        return made
    order = sorted(range(len(made.terms)), key=lambda n: -abs(made.terms[n].value))
    kept = sorted(order[: most - 1])
    others = [term for n, term in enumerate(made.terms) if n not in kept]
    terms = tuple(made.terms[n] for n in kept)
    if made.adds:
        total = float(sum(term.value for term in others))
        terms = (*terms, Term(tr("{n} others", n=len(others)), total))
    return Making(terms, made.adds, made.value)

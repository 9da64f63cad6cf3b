"""What happens at a moment, in words and products."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Cell, Position, Tap
from convgui.draw.arithmetic import Equation, Said
from convgui.draw.number import number, product, signed
from convgui.draw.picture import Hit
from convgui.scenes.transposed.ways import Ways
from convgui.words import tr

MOST_SHARES = 4
"""Shares of an output cell up to which each is written; of more, what has come before is one number."""


def by_input(f: Ways) -> bool:
    """Whether a step of the shown way is an input cell and not an output cell."""
    return f.view in ("scatter", "overlap")


def words(f: Ways, hit: Hit | None, landed: int, cell: int | None, position: int | None) -> tuple[Said, Said]:
    """What happens now: a name with its number, then what it is made of."""
    if hit is not None and hit.kind in ("kernel", "turned"):
        return _weight(f, hit)
    if by_input(f) and position is None:
        return _paints(f, landed if cell is None else cell)
    if cell is not None and position is None:
        return _paints(f, cell)
    return _gathers(f, landed if position is None else position)


def meeting(f: Ways, step: int) -> tuple[Cell, Tap] | None:
    """Return the output cell in which most kernels have met by a step, with the weight that reaches it now."""
    hits = f.seen.hits(f.cell(step))
    return max(hits, key=lambda hit: float(f.touched[step][hit[0]])) if hits else None


def _weight(f: Ways, hit: Hit) -> tuple[Said, Said]:
    row, column = hit.index[-2:]
    if hit.kind == "turned":
        row, column = f.kernel.shape[0] - 1 - row, f.kernel.shape[1] - 1 - column
    used = len(f.seen.served((row, column)))
    value = number(float(f.kernel[row, column]))
    said = tr("it carries {n} of {all} inputs to an output; the rest is cut off", n=used, all=f.x.size)
    if used == f.x.size:
        said = tr("it carries each of the {n} inputs to an output", n=used)
    return f"w[{row}, {column}] = {value}", said


def _paints(f: Ways, step: int) -> tuple[Said, Said]:
    cell = f.cell(step)
    count = len(f.seen.hits(cell))
    if f.view == "overlap":
        counts = f.touched[-1]
        low, high = number(float(counts.min())), number(float(counts.max()))
        return (
            tr("{cell} lays its kernel over {n} cells", cell=f"in{list(cell)}", n=count),
            tr("in the end {low} to {high} kernels lie on a cell", low=low, high=high),
        )
    value = float(f.x[cell])
    cut = f.kernel.size - count
    first = tr("{cell} adds {value} · kernel", cell=f"in{list(cell)} = {number(value)}", value=signed(value))
    said = tr("{n} cells of the output get a share", n=count)
    if cut:
        said = tr("{n} cells of the output get a share, {cut} fall outside", n=count, cut=cut)
    met = meeting(f, step)
    if f.view != "scatter" or met is None:
        return first, said
    position, _ = met
    shares = _shares(f, step, position)
    if len(shares) > MOST_SHARES or not shares:
        shares = [float(f.painted[step][position]), shares[-1]]
    terms = [number(shares[0]) if len(shares) > 1 else f"0 + {signed(shares[0])}", *map(signed, shares[1:])]
    after = number(float(f.painted[step + 1][position]))
    return first, Equation(f"out{list(position)} = {' + '.join(terms)} = ", after, tail=f"; {said}")


def _shares(f: Ways, step: int, position: Position) -> list[float]:
    """Return what the inputs up to a step have added to an output cell, in their order."""
    met = [(cell, tap) for cell, tap in f.seen.reads(position) if np.ravel_multi_index(cell, f.x.shape) <= step]
    return [float(f.x[cell]) * float(f.kernel[tap]) for cell, tap in sorted(met)]


def unsaid(f: Ways, step: int, position: Position, said: Said) -> Said:
    """Return the sum of a step without what the inputs have added to a cell: that is what is asked for."""
    count = len(_shares(f, step, position))
    if not isinstance(said, Equation) or not 1 < count <= MOST_SHARES:
        return said
    return replace(said, head=f"out{list(position)} = {' + '.join('?' * count)} = ")


def _gathers(f: Ways, step: int) -> tuple[Said, Said]:
    position = f.seen.position(step)
    met = f.seen.reads(position)
    if f.view == "overlap":
        names = ", ".join(f"in[{i}, {j}]" for (i, j), _ in met)
        first = tr("{n} kernels lie on {cell}", n=len(met), cell=f"out{list(position)}")
        return first, tr("those of {cells}", cells=names) if met else tr("no kernel reaches it")
    terms = " + ".join(product(float(f.x[cell]), float(f.kernel[tap])) for cell, tap in met)
    equation = Equation(f"out{list(position)} = ", number(float(f.output[position])))
    if f.view == "stuffed":
        zeros = f.kernel.size - len(met)
        said = tr("{n} of {all} weights meet no input", n=zeros, all=f.kernel.size)
        return equation, f"{terms or '0'}; {said}"
    if not terms:
        return equation, tr("no input reaches it")
    if f.view != "scatter":
        return equation, terms
    # Other channels and the bias add to what this one makes.
    added = tr("once all have been added") if f.alone else tr("once all of this channel have been added")
    return equation, f"{terms}, {added}"

"""The lines below the picture: both formulas in symbols and in numbers, the floor, and sizes that give the same."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.core import FilterView
from convgui.draw.arithmetic import text_of
from convgui.draw.footer import Footer
from convgui.draw.metrics import text_width
from convgui.draw.number import number
from convgui.draw.picture import Run
from convgui.draw.theme import Theme
from convgui.scenes.arithmetic import formula
from convgui.words import tr

APART = 4
"""Characters between the two formulas."""


def lines_of(layer: FilterView, tried: Sequence[str], theme: Theme, below: Footer) -> tuple[tuple[Run, ...] | str, ...]:
    """Write the two formulas, the floor, the sizes that give the same output, and what is tried."""
    lines: list[tuple[Run, ...] | str] = [*_formulas(layer, theme, below.room, below.size), formula.letters(layer)]
    lines += [formula.floor(layer), formula.siblings(layer)]
    if tried:
        lines.append(tr("Shown with {tried} in place of the layer's own.", tried=", ".join(tried)))
    return tuple(lines)


def _formulas(layer: FilterView, theme: Theme, room: float, size: float) -> list[tuple[Run, ...]]:
    """The general formula, an axis a line, and the simple one beside it or, where there is no room, below it."""
    both = formula.uneven(layer)
    general: list[tuple[Run, ...]] = [(Run(formula.symbols(layer), theme.muted),)]
    plain: list[tuple[Run, ...]] = [(Run(formula.simple(layer), theme.muted),)]
    for axis in formula.axes(layer):
        text = ("out " if axis.name == "each" else "") + formula.numbers(axis, both)
        result = Run(number(axis.of.positions), theme.role("result").ink, bold=True)
        general.append((Run(text, theme.text), Run(" = ", theme.muted), result))
        said, verdict = formula.simple_numbers(axis, both)
        plain.append((Run(said, theme.text), Run(f", {verdict}", theme.muted)))
    wide = max(len(text_of(runs)) for runs in general) + APART
    beside = [(*a, Run(" " * (wide - len(text_of(a))), theme.text), *b) for a, b in zip(general, plain, strict=True)]
    if max(text_width(text_of(runs), size, mono=True) for runs in beside) <= room:
        return beside
    below = [(*plain[0], Run(" = ", theme.muted), *runs) for runs in plain[1:]]
    fits = max(text_width(text_of(runs), size, mono=True) for runs in below) <= room
    return [*general, *(below if fits else plain[1:])]

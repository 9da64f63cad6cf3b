"""The lines below the picture: both formulas in symbols and in numbers, the floor, and sizes that give the same."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.core import FilterView
from convgui.draw.arithmetic import text_of
from convgui.draw.footer import Footer
from convgui.draw.metrics import BETWEEN, text_width
from convgui.draw.number import number
from convgui.draw.picture import Run
from convgui.draw.theme import Theme
from convgui.scenes.arithmetic import formula
from convgui.words import tr

APART = 4
"""Characters between the two formulas."""


def lines_of(layer: FilterView, theme: Theme, below: Footer) -> tuple[tuple[Run, ...] | str, ...]:
    """Write the two formulas, and where they say something, the floor and the sizes that give the same output."""
    lines: list[tuple[Run, ...] | str] = [*_formulas(layer, theme, below.room, below.size), formula.letters(layer)]
    return (*lines, *filter(None, (formula.floor(layer), formula.siblings(layer))))


def step_words(step: int, last: int, tried: Sequence[str]) -> str:
    """Say which step it is, and what is tried in place of the layer's own parameters."""
    words = tr("step {n} of 0 … {last}; indices begin at 0", n=step, last=last)
    return f"{words}{BETWEEN}{tr('with {tried}', tried=', '.join(tried))}" if tried else words


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

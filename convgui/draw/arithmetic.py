"""The line under the picture: the number being made, its products, their sum, the bias."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from convgui.draw.colour import Colour
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import MINUS, number, signed
from convgui.draw.picture import Floats, Label, Run
from convgui.draw.theme import Theme
from convgui.words import tr

SIZE = 13.0
SMALL = 12.0
_FACTOR = rf"\(?{MINUS}?\d+(?:\.\d+)?(?:e{MINUS}?\d+)?\)?"
PRODUCT = re.compile(rf"(?<![\w.])({_FACTOR})·({_FACTOR})")
"""A value and its weight, ``2·(−1)``, in a line of text."""
BELOW_ZERO = re.compile(rf"({MINUS}[\d.]+(?:e{MINUS}?\d+)?)")


@dataclass(frozen=True)
class Equation:
    """A line such as ``out[0, 1] = R −1 + G 3 = 2``, of which the last number is the one that is being made.

    Attributes
    ----------
    head : str
        Up to the first thing that tells the number, ``"out[0, 1] = "``.
    way : str
        What leads to the number and tells it, ``"R −1 + G 3 = "``.
    result : str
        The number.
    tail : str
        What follows and tells nothing.
    """

    head: str
    result: str
    way: str = ""
    tail: str = ""

    def __str__(self) -> str:
        return f"{self.head}{self.way}{self.result}{self.tail}"

    def runs(self, ink: Colour, theme: Theme, *, result: Colour | None = None, bold: bool = True) -> tuple[Run, ...]:
        """Return the line in a colour, values and weights in those of their roles, the number in its own.

        That is the one of outputs, or of what is below zero, unless another is given.
        """
        parts = BELOW_ZERO.split(self.result) if result is None else [self.result]
        inks = (theme.role("result").ink, theme.role("warning").ink) if result is None else (result,)
        made = (Run(part, inks[n % 2], bold, True) for n, part in enumerate(parts))
        runs = (
            *factor_runs(Run(self.head, ink), theme),
            *factor_runs(Run(self.way, ink, answer=True), theme),
            *made,
            *factor_runs(Run(self.tail, ink), theme),
        )
        return tuple(run for run in runs if run.text)


Said: TypeAlias = "str | Equation"
"""What is said of a moment: a sentence, or how its number is made."""


def said_runs(
    said: Said, ink: Colour, theme: Theme, size: float, room: float, *, result: Colour | None = None, bold: bool = True
) -> tuple[Run, ...]:
    """Return a sentence, or an equation as `Equation.runs` has it, as a line in a fixed-width font."""
    if isinstance(said, Equation):
        return fitted_runs(said.runs(ink, theme, result=result, bold=bold), size, room)
    return factor_runs(Run(elide(said, size, room, mono=True), ink), theme)


def factor_runs(run: Run, theme: Theme) -> tuple[Run, ...]:
    """Return a line with each value and its weight, ``2·(−1)``, in the colours of their roles."""
    found, at = list[Run](), 0
    for product in PRODUCT.finditer(run.text):
        value, weight = product.groups()
        between = replace(run, text=run.text[at : product.start()])
        found += [between, replace(run, text=value, colour=theme.role("input").ink)]
        found += [replace(run, text="·"), replace(run, text=weight, colour=theme.role("kernel").ink)]
        at = product.end()
    return tuple(run for run in (*found, replace(run, text=run.text[at:])) if run.text)


def result_ink(theme: Theme, value: float) -> Colour:
    """Return the colour in which an output is written: its own, or that of what is below zero."""
    return theme.role("warning" if value < 0 else "result").ink


def fitted_runs(runs: tuple[Run, ...], size: float, room: float, *, mono: bool = True) -> tuple[Run, ...]:
    """Return as much of a line as fits a room, with an ellipsis where it ends early."""
    kept = list[Run]()
    for run in runs:
        width = text_width(run.text, size, mono=mono, bold=run.bold)
        if width > room:
            return (*kept, replace(run, text=elide(run.text, size, room, mono=mono, bold=run.bold)))
        kept.append(run)
        room -= width
    return tuple(kept)


def text_of(runs: Iterable[Run]) -> str:
    """Return a line without its colours."""
    return "".join(run.text for run in runs)


def split_runs(runs: tuple[Run, ...], count: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Break a line after `count` characters; the space that stands there belongs to neither part."""
    first, second = list[Run](), list[Run]()
    for run in runs:
        first.append(replace(run, text=run.text[:count]))
        second.append(replace(run, text=run.text[count:] if any(r.text for r in second) else run.text[count:].lstrip()))
        count = max(0, count - len(run.text))
    return tuple(run for run in first if run.text), tuple(run for run in second if run.text)


def products_text(window: Floats, kernel: Floats, room: float, size: float) -> str:
    """Write ``2·1 + 0·(−1) + …`` with as many products as fit `room` pixels, and say how many are left out."""
    factors, rest = _fitting_factors(window, kernel, room, size)
    return " + ".join("·".join(pair) for pair in factors) + rest


def _fitting_factors(window: Floats, kernel: Floats, room: float, size: float) -> tuple[list[tuple[str, str]], str]:
    """Return values and weights as far as their products fit a room, and how many more there are."""
    # No product is shorter than "0·0 + ": of a large kernel no more are written than could fit.
    most = int(max(room, 0.0) / text_width("0·0 + ", size, mono=True)) + 2
    pairs = zip(window.ravel()[:most].tolist(), kernel.ravel()[:most].tolist(), strict=True)
    factors = [(signed(value), signed(weight)) for value, weight in pairs]
    long = sum(len(value) + len(weight) + 4 for value, weight in factors) - 3

    def rest() -> str:
        return " + " + tr("{n} more", n=window.size - len(factors)) if len(factors) < window.size else ""

    while len(factors) > 1 and long * text_width("0", size, mono=True) + text_width(rest(), size, mono=True) > room:
        value, weight = factors.pop()
        long -= len(value) + len(weight) + 4
    return factors, rest()


def products_runs(
    theme: Theme, head: str, window: Floats, kernel: Floats, room: float, size: float, *, added: bool = False
) -> tuple[Run, ...]:
    """Write ``head 2·1 + 0·(−1) + …``, each factor in the colour of its role, or with `added` the products.

    As many products are written as fit `room` pixels with all their factors, and how many are left out is said.
    """
    factors, rest = _fitting_factors(window, kernel, room - text_width(head, size, mono=True), size)
    blue, orange = theme.role("input").ink, theme.role("kernel").ink
    runs, values = [Run(head, theme.muted)], (window.ravel() * kernel.ravel())[: len(factors)].tolist()
    for n, ((value, weight), product) in enumerate(zip(factors, values, strict=True)):
        runs += [Run(" + ", theme.muted)] if n else []
        if added:
            runs.append(_product(theme, product, first=not n))
        else:
            runs += [Run(value, blue, bold=True), Run("·", theme.muted), Run(weight, orange, bold=True)]
    return (*runs, Run(rest, theme.muted)) if rest else tuple(runs)


def _product(theme: Theme, value: float, *, first: bool) -> Run:
    text = number(value) if first else signed(value)
    if not value:
        return Run(text, theme.muted)
    return Run(text, result_ink(theme, value), bold=True)


def sum_of_products(
    theme: Theme,
    name: str,
    window: Floats,
    kernel: Floats,
    bias: float | None,
    total: float,
    room: float,
    size: float,
    *,
    factor: float = 1.0,
    leaves_out: bool = False,
) -> list[tuple[Run, ...]]:
    """Write how a number is made of one channel: its factors, its products, and their sum with the bias.

    With `leaves_out`, what is missing (NaN) has no product, and a `factor` other than 1 stands for it. `bias` is None
    where the layer has none.
    """
    if leaves_out:
        there = ~np.isnan(window)
        window, kernel = window[there], kernel[there]
    head, below = f"{name} = ", " " * len(name) + " = "
    first = products_runs(theme, head, window, kernel, room, size)
    second = products_runs(theme, below, window, kernel, room, size, added=True)
    if window.size == 1:
        second = tuple(replace(run, answer=bool(run.text.strip(" ="))) for run in second)
    added = number(float((window * kernel).sum()))
    scaled = f" · {number(factor)}" if factor != 1 and not math.isnan(factor) else ""
    more = scaled if bias is None else f"{scaled} + {tr('bias')} {signed(bias)}"
    sums = (Run(added, theme.text, bold=True, answer=True), Run(f"{more} = ", theme.muted, answer=True))
    result = Run(number(total), result_ink(theme, total), bold=True, answer=True)
    # Where nothing is added to it, the sum is the number itself.
    return [first, second, (Run(below, theme.muted), *(sums if more else ()), result)]


def sum_runs(
    theme: Theme, name: str, terms: list[tuple[str, float]], bias: float | None, total: float, room: float,
    factor: float = 1.0, size: float = SIZE,
) -> tuple[Run, ...]:  # fmt: skip
    """``out[0, 1, 1] = R −1 + G (−3) + B 4 + bias 0 = 0``, and ``channel 0: −1`` where channels have numbers for names.

    Terms that do not fit are counted, never dropped silently; in the least room the sum stays alone. A `factor` other
    than 1 stands for values that were left out: ``(R −1 + G −3) · 1.5 + bias 0 = −6``. Of several terms none is the
    answer: who predicts the sum adds them. `bias` is None where the layer has none.
    """
    total_run = Run(number(total), result_ink(theme, total), bold=True, answer=True)

    def runs(count: int) -> list[Run]:
        if count < 0:
            return [Run(f"{name} = ", theme.muted), total_run]
        scaled = factor != 1 and not math.isnan(factor)
        found = [Run("(", theme.muted)] if scaled else []
        for index, (title, value) in enumerate(terms[:count]):
            found += [Run(" + ", theme.muted)] if index else []
            label = term(title)
            found += [Run(f"{label} ", theme.role("input").ink)] if title else []
            found.append(Run(term_value(label, value, first=not index), theme.text, bold=True))
        if count < len(terms):
            rest = sum(value for _, value in terms[count:])
            if count:
                found.append(Run(f" + {tr('{n} more', n=len(terms) - count)}: ", theme.muted))
            else:
                found.append(Run(f"{tr('{n} terms', n=len(terms))} ", theme.muted))
            found.append(Run(number(rest), theme.text))
        if scaled:
            found.append(Run(f") · {number(factor)}", theme.muted))
        if bias is not None:
            found += [Run(f" + {tr('bias')} ", theme.muted), Run(signed(bias), theme.text)]
        found.append(Run(" = ", theme.muted))
        # Two terms and more are what a reader adds, unless one of them is the number itself.
        tells = count < 2 or number(total) in [number(value) for _, value in terms[:count]]
        return [Run(f"{name} = ", theme.muted), *(replace(run, answer=tells) for run in found), total_run]

    # No term is shorter than this: of a thousand channels no more are tried than could fit.
    count = int(min(len(terms), room / text_width(" + 0", size, mono=True) + 1))
    least = -1 if len(terms) > 1 else 1
    while count > least and text_width("".join(r.text for r in runs(count)), size, mono=True) > room:
        count -= 1
    return tuple(runs(count))


def called(name: str) -> str:
    """Return what a channel is called: by its name, or by its number where it has no other."""
    return tr("channel {name}", name=name) if name.isdigit() else name


def term(name: str) -> str:
    """Return what stands before a number that is added: where the name ends in a digit, a colon parts the two."""
    return f"{called(name)}:" if name[-1:].isdigit() else name


def term_value(label: str, value: float, *, first: bool) -> str:
    """Write a number that is added behind its label: in brackets below zero, unless the label parts it already."""
    return number(value) if label.endswith(":") or (label and first) else signed(value)


def sum_line(
    theme: Theme,
    x: float,
    y: float,
    name: str,
    terms: list[tuple[str, float]],
    bias: float | None,
    total: float,
    room: float,
    factor: float = 1.0,
) -> Label:
    """Write a sum as `sum_runs` does, as one line."""
    return Label(x, y, sum_runs(theme, name, terms, bias, total, room, factor), SIZE, mono=True)


def product_sum_runs(
    theme: Theme,
    title: str,
    window: Floats,
    kernel: Floats,
    room: float,
    size: float,
    *,
    leaves_out: bool = False,
    whole: bool = True,
) -> tuple[Run, ...]:
    """``R: 2·(−1) + 1·1 + … = −1``, all in one line; with `leaves_out`, what is missing (NaN) has no product.

    Where they are not the `whole` of what is being made, but one term of several, their sum is not the answer.
    """  # fmt: skip
    if leaves_out:
        there = ~np.isnan(window)
        window, kernel = window[there], kernel[there]
    head, total = (f"{called(title)}: " if title else ""), number(float((window * kernel).sum()))
    end = (Run(" = ", theme.muted), Run(total, theme.text, bold=True, answer=whole))
    spare = room - text_width(f" = {total}", size, mono=True)
    return (*products_runs(theme, head, window, kernel, spare, size), *end)


def products_line(
    theme: Theme, x: float, y: float, title: str, window: Floats, kernel: Floats, room: float, *,
    leaves_out: bool = False,
) -> Label:  # fmt: skip
    """Write products and their sum as `product_sum_runs` does, as one line."""
    runs = product_sum_runs(theme, title, window, kernel, room, SMALL, leaves_out=leaves_out)
    return Label(x, y, runs, SMALL, mono=True)

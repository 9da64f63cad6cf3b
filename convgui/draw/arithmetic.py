"""The line under the picture: the number being made, its products, their sum, the bias."""

from __future__ import annotations

import math

import numpy as np

from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed
from convgui.draw.picture import Floats, Label, Run
from convgui.draw.theme import Theme
from convgui.words import tr

SIZE = 13.0
SMALL = 12.0


def products_text(window: Floats, kernel: Floats, room: float, size: float) -> str:
    """Write ``2·1 + 0·(−1) + …`` with as many products as fit `room` pixels, and say how many are left out."""
    # No product is shorter than "0·0 + ": of a large kernel no more are written than could fit.
    most = int(room / text_width("0·0 + ", size, mono=True)) + 2
    pairs = zip(window.ravel()[:most].tolist(), kernel.ravel()[:most].tolist(), strict=True)
    terms = [f"{number(v)}·{signed(w)}" for v, w in pairs]
    shown = len(terms)
    text = _first(terms, shown, window.size)
    while shown > 1 and text_width(text, size, mono=True) > room:
        shown -= 1
        text = _first(terms, shown, window.size)
    return text


def _first(terms: list[str], shown: int, whole: int) -> str:
    rest = " + " + tr("{n} more", n=whole - shown) if shown < whole else ""
    return " + ".join(terms[:shown]) + rest


def sum_line(
    theme: Theme,
    x: float,
    y: float,
    name: str,
    parts: list[tuple[str, float]],
    bias: float,
    total: float,
    room: float,
    factor: float = 1.0,
) -> Label:
    """``out[0, 1, 1] = R −1 + G −3 + B 4 + bias 0 = 0``.

    Parts that do not fit are counted, never dropped silently; in the least room the sum stays alone. A `factor` other
    than 1 stands for values that were left out: ``(R −1 + G −3) · 1.5 + bias 0 = −6``.
    """

    def runs(count: int) -> list[Run]:
        if count < 0:
            return [Run(f"{name} = ", theme.muted), Run(number(total), theme.role("result").ink, bold=True)]
        scaled = factor != 1 and not math.isnan(factor)
        found = [Run(f"{name} = {'(' if scaled else ''}", theme.muted)]
        for place, (title, value) in enumerate(parts[:count]):
            found.append(Run(f"{' + ' if place else ''}{title}{' ' if title else ''}", theme.muted))
            found.append(Run(signed(value) if place or not title else number(value), theme.text))
        if count < len(parts):
            rest = sum(value for _, value in parts[count:])
            if count:
                found.append(Run(f" + {tr('{n} more', n=len(parts) - count)} ", theme.muted))
            else:
                found.append(Run(f"{tr('{n} channels', n=len(parts))} ", theme.muted))
            found.append(Run(signed(rest) if count else number(rest), theme.text))
        if scaled:
            found.append(Run(f") · {number(factor)}", theme.muted))
        found.append(Run(f" + {tr('bias')} ", theme.muted))
        found.append(Run(signed(bias), theme.text))
        found.append(Run(" = ", theme.muted))
        found.append(Run(number(total), theme.role("result").ink, bold=True))
        return found

    count = len(parts)
    least = -1 if len(parts) > 1 else 1
    while count > least and text_width("".join(r.text for r in runs(count)), SIZE, mono=True) > room:
        count -= 1
    return Label(x, y, tuple(runs(count)), SIZE, mono=True)


def products_line(
    theme: Theme,
    x: float,
    y: float,
    title: str,
    window: Floats,
    kernel: Floats,
    room: float,
    *,
    leaves_out: bool = False,
) -> Label:
    """``R: 2·(−1) + 1·1 + … = −1``, all in one line; with `leaves_out`, what is missing (NaN) has no product."""
    if leaves_out:
        there = ~np.isnan(window)
        window, kernel = window[there], kernel[there]
    head, tail = (f"{title}: " if title else ""), f" = {number(float((window * kernel).sum()))}"
    spare = room - text_width(head + tail, SMALL, mono=True)
    text = products_text(window, kernel, spare, SMALL)
    return Label(x, y, (Run(head, theme.muted), Run(text, theme.muted), Run(tail, theme.text)), SMALL, mono=True)

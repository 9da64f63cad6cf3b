"""Waveform: what is said of a sample or a weight that is pointed at."""

from __future__ import annotations

import numpy as np

from convgui.draw.number import number, product
from convgui.draw.picture import Hit
from convgui.draw.titled_grid import index_text
from convgui.model.nearby import goes_into, lying_at, value_under
from convgui.scenes.waveform.wave import Wave
from convgui.words import tr, trn

MOST = 6
"""Outputs that are named with their weights."""


def title_of(data: Wave, position: int) -> str:
    """Return what an output is called: ``out[4]``, with its filter where there are several."""
    return f"out[{position}]" if data.filters == 1 else f"out[{data.filter}, {position}]"


def name_of(data: Wave, channel: int, cell: int) -> str:
    """Return what a sample is called: ``in[4]``, with its channel where there are several."""
    index = index_text(cell)
    return f"in[{index}]" if data.channels == 1 else f"in[{data.first + channel}, {index}]"


def pointed_sentences(data: Wave, hit: Hit, position: int) -> tuple[str, ...]:
    """Say what is pointed at while the window is at a position."""
    return _weight(data, hit, position) if hit.kind == "kernel" else _sample(data, hit)


def _sample(data: Wave, hit: Hit) -> tuple[str, ...]:
    channel, cell = hit.index[0] - data.first, hit.index[-1]
    value = float(value_under(data.axis, data.making.x[channel : channel + 1], np.array([cell]))[0, 0])
    name, said = name_of(data, channel, cell), number(value)
    when = data.timeline.lasting(cell) if data.timeline.timed else ""
    found = goes_into(data.axis, cell)
    weighed = dict[int, float]()
    for at, tap in found:
        weighed[at] = weighed.get(at, 0.0) + float(data.making.kernels[channel][tap])
    if not 0 <= cell < data.input.length:
        first = tr("{name} = {value} is padding", name=name, value=said)
    elif weighed:
        first = trn("{cell} feeds {n} output", "{cell} feeds {n} outputs", len(weighed), cell=f"{name} = {said}")
    else:
        first = f"{name} = {said}"
    first = f"{first}; {when}" if when else first
    return first, _outputs(data, weighed) if weighed else tr("No window reaches this cell.")


def _outputs(data: Wave, weighed: dict[int, float]) -> str:
    some = [f"{title_of(data, at)} ×{number(weight)}" for at, weight in list(weighed.items())[:MOST]]
    rest = len(weighed) - len(some)
    return ", ".join(some) + (" + " + tr("{n} more", n=rest) if rest else "")


def _weight(data: Wave, hit: Hit, position: int) -> tuple[str, ...]:
    channel, tap = hit.index[1], hit.index[-1]
    cell = int(lying_at(data.axis, position)[tap])
    value = float(value_under(data.axis, data.making.x[channel : channel + 1], np.array([cell]))[0, 0])
    weight = float(data.making.kernels[channel][tap])
    name = f"w[{', '.join(map(str, (*hit.index[:2], tap)))}] = {number(weight)}"
    made = f"{name_of(data, channel, cell)} = {number(value)}: {product(value, weight)} = {number(value * weight)}"
    return (
        tr("{weight} serves all {n} positions of the window", weight=name, n=data.making.positions),
        tr("here it meets {value}", value=made),
    )

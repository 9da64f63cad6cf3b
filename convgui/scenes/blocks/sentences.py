"""What happens at a moment, and what the picture as a whole shows."""

from __future__ import annotations

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import SMALL, Equation, Said, called, products_text, sum_runs
from convgui.draw.number import grouped, number, product, signed, times
from convgui.draw.picture import Hit, Run
from convgui.draw.theme import Theme
from convgui.layers.layer import AnyArray
from convgui.scenes.blocks.columns import has_columns
from convgui.scenes.blocks.layer import Blocks
from convgui.scenes.readers import of_filter, weighed_outputs
from convgui.words import tr, trn


def sentences(b: Blocks, hit: Hit | None, now: int) -> tuple[Said, Said]:
    """What is made now, and of what."""
    if b.show == "many":
        return _filter(b, hit, now)
    if hit is not None and hit.kind in ("input", "kernel", "weight") and not _makes(b, hit):
        return _pointed(b, hit, now)
    position = b.view.position(now)
    if b.show == "pixel":
        return _pixel(b, position)
    window, kernel = b.window(b.filter, position), b.weight[b.filter]
    terms = channel_sums(b, b.filter, position)
    head = tr("{n} products", n=kernel.size) + (f", {called(terms[0][0])}: " if b.depth > 1 else ": ")
    total = number(float(b.output[(b.filter, *position)]))
    said = Equation(f"out{[b.filter, *position]} = ", total)
    return said, head + products_text(window[0], kernel[0], 900, SMALL)


def _makes(b: Blocks, hit: Hit) -> bool:
    """Whether a pixel that is pointed at is one of those whose product is shown."""
    return hit.kind == "input" and has_columns(b) and bool(b.reached(hit.index[-2:]))


def channel_sums(b: Blocks, chosen: int, position: Position) -> list[tuple[str, float]]:
    """Return what a filter finds in each of its channels, by the channels' names."""
    sums = (b.window(chosen, position) * b.weight[chosen]).sum(axis=(1, 2)).tolist()
    names = b.names[b.first(chosen) : b.first(chosen) + b.depth] if b.depth > 1 else ("Σ",)
    return list(zip(names, sums, strict=True))


def sum_of(b: Blocks, chosen: int, position: Position, theme: Theme, room: float, size: float) -> tuple[Run, ...]:
    """Write how a filter's number is made of what it finds in each channel."""
    name, total = f"out{[chosen, *position]}", float(b.output[(chosen, *position)])
    return sum_runs(theme, name, channel_sums(b, chosen, position), b.said_bias(chosen), total, room, size=size)


def _pointed(b: Blocks, hit: Hit, now: int) -> tuple[str, str]:
    """Which outputs an input cell feeds, or how often a weight is used."""
    positions = b.view.positions
    if hit.kind == "input":
        index = b.index(hit.index[-2:])
        value = b.x[(hit.index[0], *index)]
        reached = b.reached(hit.index[-2:])
        if b.show == "one" and reached and hit.index[0] in b.view.channels.reads(b.filter):
            name = f"in{list(hit.index)} = {number(float(value))}"
            fed = trn("{cell} feeds {n} output", "{cell} feeds {n} outputs", len(reached), cell=name)
            own = b.weight[b.filter][hit.index[0] - b.first(b.filter)]
            fed = of_filter(fed, b.filter, b.view.channels, len(reached))
            return fed, weighed_outputs(b.weighed(hit.index[-2:], own), (b.filter,))
        where = ", ".join(f"[{i}, {j}]" for i, j in reached)
        feeds = trn(
            "feeds the output at {n} place: {where}",
            "feeds the output at {n} places: {where}",
            len(reached),
            where=where,
        )
        said = feeds if reached else tr("no window reaches it")
        return f"in{list(hit.index)} = {number(float(value))}", said
    if hit.kind == "kernel":
        weight = b.weight[hit.index]
        name = ", ".join(map(str, hit.index))
        first = f"w[{name}] = {number(float(weight))}"
        serves = tr("serves all {places} places of the window", places=positions)
        if b.show != "one":
            return first, serves
        value = float(b.window(hit.index[0], b.view.position(now))[hit.index[1:]])
        made = f"{product(value, float(weight))} = {number(value * float(weight))}"
        return first, f"{tr('here it meets {value}: {product}', value=number(value), product=made)}; {serves}"
    o, c = hit.index
    own = c in b.view.channels.reads(o)
    value = b.weight[(*b.view.channels.kernel(o, c), 0, 0)] if own else 0.0
    text = tr("takes input channel {c} into output channel {o}, at all {places} pixels", c=c, o=o, places=positions)
    return f"w[{o}, {c}] = {number(float(value))}", text if own else tr("another group: no weight leads here")


def _filter(b: Blocks, hit: Hit | None, now: int) -> tuple[str, str]:
    size = times(*b.weight.shape[2:])
    first = trn(
        "Filter {now}: {n} kernel of {size} and a bias make output channel {now}",
        "Filter {now}: {n} kernels of {size} and a bias make output channel {now}",
        b.depth,
        now=now,
        size=size,
    )
    if hit is not None and hit.kind == "wiring":
        o, c = hit.index
        if c not in b.view.channels.reads(o):
            return first, tr(
                "No kernel leads from input channel {c} to output channel {o}: they are in different groups", c=c, o=o
            )
        return (
            first,
            tr(
                "Its kernel for input channel {c} begins {weights}",
                c=c,
                weights=", ".join(map(number, b.weight[b.view.channels.kernel(o, c)].ravel()[:6])),
            ),
        )
    return first, sizes_sentence(b)


def sizes_sentence(b: Blocks) -> str:
    """Count kernels, weights and biases of the layer."""
    return tr(
        "{product} = {kernels} kernels of {size}: {weights} weights and {biases} biases",
        product=f"{len(b.weight)} · {b.depth}",
        kernels=grouped(len(b.weight) * b.depth),
        size=times(*b.weight.shape[2:]),
        weights=grouped(b.weight.size),
        biases=len(b.bias),
    )


def _pixel(b: Blocks, position: Position) -> tuple[Said, Said]:
    pixel = b.pixel(position)
    shown = _listed(pixel)
    window, kernel = b.window(0, position), b.weight[0]
    terms = products_text(window[:, 0, 0], kernel[:, 0, 0], 700, SMALL)
    total = number(float(pixel[0]))
    bias = f" + {tr('bias')} {signed(float(b.bias[0]))}" if b.biased else ""
    made = f"({shown}) → ReLU ({_listed(np.maximum(pixel, 0))})" if b.relu else f"({shown})"
    first = Equation(f"out[:, {position[0]}, {position[1]}] = ", made)
    return first, Equation(f"{tr('row {n}', n=0)}: {terms}{bias} = ", total)


def _listed(pixel: AnyArray) -> str:
    """Write the numbers of a pixel, the first eight of more."""
    return ", ".join(number(float(v)) for v in pixel[:8]) + (" …" if len(pixel) > 8 else "")


def input_shape(b: Blocks, axes: str = "") -> str:
    """Return the input's shape, with the letters of its axes, and how far it is padded."""
    size = times(len(b.x), *b.given[2:])
    padded = times(*b.x.shape[1:])
    said = f"{size}  {axes}" if axes else size
    return said if b.given[2:] == b.x.shape[1:] else tr("{size}, padded to {padded}", size=said, padded=padded)


def rule(b: Blocks) -> str:
    """What the picture shows, as one sentence."""
    rows, columns = b.output.shape[1:]
    if b.show == "many":
        size = times(*b.output.shape)
        return tr("Each filter makes one channel; the {n} channels are stacked to {size}.", n=len(b.weight), size=size)
    if b.show == "pixel" or (b.show == "photo" and b.view.spec.taps == 1):
        matrix, pixels = times(len(b.weight), len(b.x)), grouped(rows * columns)
        text = tr("The same {matrix} matrix at each of {pixels} pixels", matrix=matrix, pixels=pixels)
        if b.cut:
            text = tr("The same {matrix} matrix at each of {pixels} pixels of this part", matrix=matrix, pixels=pixels)
        if b.relu:
            zeros, all_ = grouped(int((b.output < 0).sum())), grouped(b.output.size)
            return tr("{text}; ReLU sets {zeros} of {all} numbers to 0.", text=text, zeros=zeros, all=all_)
        return tr("{text}: {before} channels become {after}.", text=text, before=len(b.x), after=len(b.weight))
    if b.depth < len(b.x):
        return tr(
            "The filter is as deep as its group ({depth} of {all} channels): it slides in height and width only.",
            depth=b.depth,
            all=len(b.x),
        )
    return tr(
        "The filter is as deep as its input ({depth} = {depth}): it slides in height and width only.", depth=b.depth
    )

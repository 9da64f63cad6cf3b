"""What happens at a moment, and what the picture as a whole shows."""

from __future__ import annotations

from convgui.draw.arithmetic import SMALL, products_text
from convgui.draw.number import grouped, number, signed, times
from convgui.draw.picture import Hit
from convgui.scenes.blocks.layer import Blocks

MOST_TERMS = 12


def sentences(b: Blocks, hit: Hit | None, now: int) -> tuple[str, str]:
    """What is made now, and of what."""
    if b.show == "many":
        return _filter(b, hit, now)
    if hit is not None and hit.kind in ("input", "kernel", "weight"):
        return _pointed(b, hit)
    row, column = divmod(now, b.output.shape[2])
    if b.show == "pixel":
        return _pixel(b, row, column)
    window, kernel = b.window(b.filter, (row, column)), b.weight[b.filter]
    first = b.first(b.filter)
    parts = (window * kernel).sum(axis=(1, 2)).tolist()
    names = b.names[first : first + b.depth] if b.depth > 1 else ("Σ",)
    terms = [f"{n} {number(v) if not k else signed(v)}" for k, (n, v) in enumerate(zip(names, parts, strict=True))]
    if len(terms) > MOST_TERMS:
        rest = sum(parts[MOST_TERMS:])
        terms = [*terms[:MOST_TERMS], f"{len(parts) - MOST_TERMS} more {signed(rest)}"]
    name = f"out[{b.filter}, {row}, {column}]"
    total = number(float(b.output[b.filter, row, column]))
    bias = f" + bias {signed(float(b.bias[b.filter]))}"
    count = kernel.size
    head = f"{count} products" + (f", {names[0]}: " if b.depth > 1 else ": ")
    return f"{name} = {' + '.join(terms)}{bias} = {total}", head + products_text(window[0], kernel[0], 900, SMALL)


def _pointed(b: Blocks, hit: Hit) -> tuple[str, str]:
    """Which outputs an input cell feeds, or how often a weight is used."""
    places = b.output[0].size
    if hit.kind == "input":
        row, column = hit.index[-2:]
        value = b.x[hit.index[0], row - b.origin[0], column - b.origin[1]]
        fed = b.fed((row, column))
        count = f"{len(fed)} place{'' if len(fed) == 1 else 's'}"
        where = ", ".join(f"[{i}, {j}]" for i, j in fed) or "no window reaches it"
        return f"in[{hit.index[0]}, {row}, {column}] = {number(float(value))}", f"feeds the output at {count}: {where}"
    if hit.kind == "kernel":
        weight = b.weight[hit.index]
        name = ", ".join(map(str, hit.index))
        return f"w[{name}] = {number(float(weight))}", f"serves all {places} places of the window"
    o, c = hit.index
    begin = b.first(o)
    own = begin <= c < begin + b.depth
    value = b.weight[o, c - begin, 0, 0] if own else 0.0
    text = f"takes input channel {c} into output channel {o}, at all {places} pixels"
    return f"w[{o}, {c}] = {number(float(value))}", text if own else "another group: no weight leads here"


def _filter(b: Blocks, hit: Hit | None, now: int) -> tuple[str, str]:
    kernels = "1 kernel" if b.depth == 1 else f"{b.depth} kernels"
    size = times(*b.weight.shape[2:])
    first = f"Filter {now}: {kernels} of {size} and a bias make output channel {now}"
    if hit is not None and hit.kind == "wiring":
        o, c = hit.index
        begin = b.first(o)
        if not begin <= c < begin + b.depth:
            return first, f"No kernel leads from input channel {c} to output channel {o}: they are in different groups"
        return (
            first,
            f"Its kernel for input channel {c} begins {', '.join(map(number, b.weight[o, c - begin].ravel()[:6]))}",
        )
    count, weights = len(b.weight) * b.depth, b.weight.size
    product = f"{len(b.weight)} · {b.depth} = {grouped(count)} kernels"
    return first, f"{product} of {size}: {grouped(weights)} weights and {len(b.bias)} biases"


def _pixel(b: Blocks, row: int, column: int) -> tuple[str, str]:
    made = b.output[:, row, column]
    shown = ", ".join(number(float(v)) for v in made[:8]) + (" …" if len(made) > 8 else "")
    window, kernel = b.window(0, (row, column)), b.weight[0]
    terms = products_text(window[:, 0, 0], kernel[:, 0, 0], 700, SMALL)
    total = number(float(made[0]))
    return f"out[:, {row}, {column}] = ({shown})", f"first row: {terms} + bias {signed(float(b.bias[0]))} = {total}"


def rule(b: Blocks) -> str:
    """What the picture shows, as one sentence."""
    rows, columns = b.output.shape[1:]
    if b.show == "many":
        size = times(*b.output.shape)
        return f"Each filter makes one channel; the {len(b.weight)} channels are stacked to {size}."
    if b.show == "pixel" or (b.show == "photo" and b.spec.taps == 1):
        pixels = f"{grouped(rows * columns)}{' of this part' if b.cut else ''} pixels"
        text = f"The same {times(len(b.weight), len(b.x))} matrix at each of {pixels}"
        if b.relu:
            return f"{text}; ReLU sets {grouped(int((b.output < 0).sum()))} of {grouped(b.output.size)} numbers to 0."
        return f"{text}: {len(b.x)} channels become {len(b.weight)}."
    depth = f"as deep as its input ({b.depth} = {b.depth})"
    if b.depth < len(b.x):
        depth = f"as deep as its group ({b.depth} of {len(b.x)} channels)"
    return f"The filter is {depth}: it slides in height and width only."

"""Slide on small grids: one moment. The window, the light it casts, the numbers that have landed, the arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import SIZE, SMALL, products_line, sum_line
from convgui.draw.colour import faded
from convgui.draw.grids import value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number, signed
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, Hit, Item, Label, Lines, Picture, Polygons, Run
from convgui.draw.prediction import about
from convgui.draw.words import label
from convgui.scenes.scene import Focus
from convgui.scenes.slide.grid import MARGIN, GridLayout
from convgui.scenes.slide.numbers import Numbers
from convgui.words import tr, trn


def steps(numbers: Numbers) -> int:
    """Output cells of the filter; each channel's own while they are shown apart."""
    return numbers.output.size * (numbers.channels if numbers.apart else 1)


def draw_frame(layout: GridLayout, at: float, focus: Focus) -> Picture:
    """Draw the slide at a moment between two steps, or at the cell the reader points at."""
    numbers, hit = layout.numbers, focus.hit
    cells = numbers.output.size
    last = steps(numbers) - 1
    landed = min(int(at), last)
    row = landed // cells if numbers.apart else 0
    made = _made(numbers, landed)
    position, gliding = made[0], _gliding(numbers, at)
    pointed = _pointed_position(numbers, hit)
    if pointed is not None:
        position = gliding = pointed
        if numbers.apart and hit is not None and hit.kind == "partial":
            row = hit.index[0] - numbers.first
    active = (row,) if numbers.apart else tuple(range(numbers.channels))
    items: list[Item] = _results(layout, landed, position, active)
    items += _windows(layout, gliding, position, active)
    items += _pointed(layout, hit)
    lines, summary = _arithmetic(layout, hit, position, active)
    lines = about(lines, made == (position, row if numbers.apart else None))
    if layout.canvas.captions:
        items += lines
    canvas = layout.canvas
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, summary,
        _answer(numbers, *made),
    )  # fmt: skip


def _made(numbers: Numbers, landed: int) -> tuple[Position, int | None]:
    """Return the position whose number a step makes, and in which channel while they are apart."""
    channel, step = divmod(landed, numbers.output.size)
    return numbers.view.position(step), channel if numbers.apart else None


def _answer(numbers: Numbers, position: Position, channel: int | None) -> str:
    return number(float(numbers.output[position] if channel is None else numbers.partial[channel][position]))


def _gliding(numbers: Numbers, at: float) -> tuple[float, ...]:
    """Return where the window is between two positions; from the last one it does not glide to another channel."""
    last = steps(numbers) - 1
    (here, channel), (there, following) = (_made(numbers, min(step, last)) for step in (int(at), int(at) + 1))
    share = at - int(at) if channel == following else 0.0
    return tuple(p + (q - p) * share for p, q in zip(here, there, strict=True))


def _pointed_position(numbers: Numbers, hit: Hit | None) -> Position | None:
    if hit is None or hit.kind not in ("output", "partial"):
        return None
    position = hit.index[-2:]
    return position if numbers.view.makes(position) else None


def _results(layout: GridLayout, landed: int, position: Position, active: tuple[int, ...]) -> list[Item]:
    """Partial results, products and output as far as they have landed, the present one outlined."""
    numbers, theme = layout.numbers, layout.canvas.theme
    cells = numbers.output.size
    items: list[Item] = []
    present: list[Box] = []
    for channel, grid in zip(layout.rows, layout.partials, strict=False):
        shown = landed + 1 - channel * cells if numbers.apart else landed + 1
        items.append(replace(grid, reveal=max(0, min(shown, cells)), making=0 < shown <= cells))
        if channel in active:
            present.append(cell_box(grid, *position))
    if layout.products is not None:
        x, y, _, _ = layout.products
        products = numbers.window(0, position) * numbers.kernels[0]
        grid = value_cells(products, theme, "result", (x, y), layout.cell, name="products", title=tr("products"))
        items.append(replace(grid, outline=theme.role("plain").line, making=products.size == 1))
    if layout.output is not None:
        items.append(replace(layout.output, reveal=landed + 1, making=landed < cells))
        present.append(cell_box(layout.output, *position))
    items.append(outlines(present, theme.role("kernel").line, 2.5))
    return items


def _windows(layout: GridLayout, gliding: tuple[float, ...], position: Position, active: tuple[int, ...]) -> list[Item]:
    """The window on each active input, its taps where it is dilated, and the light from it to kernel and result."""
    numbers, theme = layout.numbers, layout.canvas.theme
    kernel, padded = theme.role("kernel"), numbers.view.over_padding
    window = padded.box(gliding)
    frames, beams, taps = list[Box](), [], list[Box]()
    for row, channel in enumerate(layout.rows):
        if channel not in active:
            continue
        grid, weights = layout.inputs[row], layout.kernels[row]
        frames.append(cell_box(grid, *window))
        x, y, wide, high = frames[-1]
        kx, ky, kw, kh = weights.box
        beams.append([(x + wide, y), (kx, ky), (kx, ky + kh), (x + wide, y + high)])
        if layout.partials:
            cx, cy, _, ch = cell_box(layout.partials[row], *position)
            beams.append([(kx + kw, ky), (cx, cy), (cx, cy + ch), (kx + kw, ky + kh)])
        elif layout.products is not None:
            px, py, _, ph = layout.products
            beams.append([(kx + kw, ky), (px, py), (px, py + ph), (kx + kw, ky + kh)])
        if padded.dilated:
            taps += [cell_box(grid, window[0] + i, window[1] + j) for i, j in padded.offsets]
    items: list[Item] = [Polygons(np.array(beams, dtype=float).reshape(-1, 4, 2), faded(kernel.line, 0.13))]
    if taps:
        items.append(outlines(taps, kernel.line, 2.0, inset=1.5))
    items.append(outlines(frames, kernel.line, 2.5))
    return items


def _pointed(layout: GridLayout, hit: Hit | None) -> list[Item]:
    """What a hovered input cell touches, or what a hovered weight serves."""
    if hit is None or hit.kind not in ("input", "kernel"):
        return []
    numbers, view, theme = layout.numbers, layout.numbers.view, layout.canvas.theme
    channel = hit.index[0] - numbers.first if hit.kind == "input" else hit.index[1]
    if channel not in layout.rows:
        return []
    row = layout.rows.index(channel)
    blue = theme.role("input").line
    if hit.kind == "kernel":
        tap = hit.index[-2:]
        # A weight that meets padding alone serves no cell.
        served = [cell_box(layout.inputs[row], *view.padded_index(met)) for met in view.served(tap)]
        return [
            outlines(served, faded(theme.role("kernel").line, 0.9), 1.8, inset=2),
            outlines([cell_box(layout.kernels[row], *tap)], theme.text, 2.5),
        ]
    cell = hit.index[-2:]
    items: list[Item] = [outlines([cell_box(layout.inputs[row], *view.padded_index(cell))], theme.text, 2.5)]
    target = layout.partials[row] if layout.partials else layout.output
    hits = view.hits(cell)
    if target is None or not hits:
        return items
    for position, tap in hits:
        x, y, _, _ = cell_box(target, *position)
        weight = numbers.kernels[channel, tap[0] : tap[0] + 1, tap[1] : tap[1] + 1]
        scale = float(np.abs(numbers.kernels[channel]).max()) or 1.0
        badge = value_cells(
            weight, theme, "kernel", (x, y), layout.cell, limit=scale,
            name=f"weight to {position}", title=tr("weight to {cell}", cell=position),
        )  # fmt: skip
        items.append(replace(badge, outline=blue, outline_width=2.0))
    if layout.output is not None and target is not layout.output:
        items.append(outlines([cell_box(layout.output, *position) for position, _ in hits], blue))
    return items


def _arithmetic(
    layout: GridLayout, hit: Hit | None, position: Position, active: tuple[int, ...]
) -> tuple[list[Item], str]:
    """Two lines of arithmetic, and the same as one sentence for readers who cannot see it."""
    numbers, canvas = layout.numbers, layout.canvas
    theme, x, room = canvas.theme, MARGIN, canvas.width - 2 * MARGIN
    top = layout.footer
    rule = Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)
    if hit is not None and hit.kind == "input":
        first, second = _input_sentence(numbers, hit)
    elif hit is not None and hit.kind == "kernel":
        first, second = _weight_sentence(numbers, hit, position)
    else:
        return _sum(layout, hit, position, active, rule)
    lines: list[Item] = [rule]
    lines.append(label(x, top + 32, first, theme.text, SIZE, mono=True))
    lines.append(_fitted(x, top + 62, second, theme.muted, room))
    return lines, f"{first} {second}"


def _fitted(x: float, y: float, text: str, ink: tuple[int, int, int, int], room: float) -> Label:
    return Label(x, y, (Run(elide(text, SMALL, room, mono=True), ink),), SMALL, mono=True)


def _sum(
    layout: GridLayout, hit: Hit | None, position: Position, active: tuple[int, ...], rule: Lines
) -> tuple[list[Item], str]:
    numbers, canvas = layout.numbers, layout.canvas
    theme, room, top = canvas.theme, canvas.width - 2 * MARGIN, layout.footer
    channel = active[0] if len(active) == 1 else layout.rows[0]
    if hit is not None and hit.kind == "partial":
        channel = hit.index[0] - numbers.first
    window = numbers.window(channel, position)
    title = numbers.names[channel] if numbers.channels > 1 else ""
    kernel, out = numbers.kernels[channel], numbers.leaves_out
    products = products_line(theme, MARGIN, top + 62, title, window, kernel, room, leaves_out=out)
    if numbers.apart and numbers.channels > 1:
        value = float(numbers.partial[channel][position])
        name = f"{numbers.names[channel]}[{position[0]}, {position[1]}]"
        runs = (Run(f"{name} = ", theme.muted), Run(number(value), theme.role("result").ink, True, answer=True))
        left = room - text_width("".join(run.text for run in runs), SIZE, mono=True)
        said = tr("this channel's own result, not yet added")
        own = elide(f"   {said}", SIZE, left, mono=True)
        first = Label(MARGIN, top + 32, (*runs, Run(own, theme.muted)), SIZE, True)
    else:
        name = f"out[{numbers.filter}, {position[0]}, {position[1]}]"
        parts = [
            (numbers.names[c] if numbers.channels > 1 else "Σ", float(numbers.partial[c][position]))
            for c in range(numbers.channels)
        ]
        total = float(numbers.output[position])
        first = sum_line(
            theme, MARGIN, top + 32, name, parts, numbers.bias, total, room, float(numbers.factor[position])
        )
    return [rule, first, products], f"{first.text}; {products.text}"


def _input_sentence(numbers: Numbers, hit: Hit) -> tuple[str, str]:
    view, channel, cell = numbers.view, hit.index[0] - numbers.first, hit.index[-2:]
    name, value = f"in{list(hit.index)}", number(float(numbers.padded[(channel, *view.padded_index(cell))]))
    if not view.holds(cell):
        first = tr("{name} = {value} is padding", name=name, value=value)
        return first, tr("It lies outside the input and only fills the window.")
    hits = view.hits(cell)
    terms = ", ".join(f"out[{i}, {j}] × {signed(float(numbers.kernels[channel][tap]))}" for (i, j), tap in hits)
    first = trn("{cell} feeds {n} output", "{cell} feeds {n} outputs", len(hits), cell=f"{name} = {value}")
    return first, terms or tr("No window reaches this cell.")


def _weight_sentence(numbers: Numbers, hit: Hit, position: Position) -> tuple[str, str]:
    channel, tap = hit.index[1], hit.index[-2:]
    weight = float(numbers.kernels[channel][tap])
    value = float(numbers.window(channel, position)[tap])
    name = f"w{list(hit.index)}"
    met = number(value * weight)
    first = tr(
        "{weight} serves all {n} positions of the window", weight=f"{name} = {number(weight)}", n=numbers.output.size
    )
    product = f"{number(value)}·{signed(weight)} = {met}"
    return first, tr("here it meets {value}: {product}", value=number(value), product=product)

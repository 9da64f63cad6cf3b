"""Slide on small grids: one moment. The window, the light it casts, the numbers that have landed, the arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import SIZE, SMALL, products_line, sum_line
from convgui.draw.colour import faded
from convgui.draw.grids import value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number, signed
from convgui.draw.picture import Box, Cells, Hit, Item, Label, Lines, Picture, Polygons, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.words import label
from convgui.scenes.scene import Focus
from convgui.scenes.slide.grid import MARGIN, GridLayout
from convgui.scenes.slide.numbers import Numbers
from convgui.words import tr, trn

Place = tuple[int, int]


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
    place: Place = divmod(landed % cells, numbers.output.shape[1])
    corner: tuple[float, float] = _corner(layout, at)
    pointed = _pointed_place(layout, hit)
    if pointed is not None:
        place = pointed
        corner = numbers.corner(place)
        if numbers.apart and hit is not None and hit.kind == "partial":
            row = hit.index[0] - numbers.first
    active = (row,) if numbers.apart else tuple(range(numbers.channels))
    items: list[Item] = _results(layout, landed, place, active)
    items += _windows(layout, corner, place, active)
    items += _pointed(layout, hit)
    lines, summary = _arithmetic(layout, hit, place, active)
    made = _made(numbers, landed)
    told = made == ((place, row) if numbers.apart else (place, None))
    lines = about(lines, told)
    if layout.canvas.captions:
        items += lines
    canvas = layout.canvas
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, summary,
        _answer(numbers, *made),
    )  # fmt: skip


def _made(numbers: Numbers, landed: int) -> tuple[Place, int | None]:
    """Return the place that a step makes a number at, and in which channel while they are apart."""
    cells = numbers.output.size
    return divmod(landed % cells, numbers.output.shape[1]), landed // cells if numbers.apart else None


def _answer(numbers: Numbers, place: Place, channel: int | None) -> str:
    return number(float(numbers.output[place] if channel is None else numbers.partial[channel][place]))


def _corner(layout: GridLayout, at: float) -> tuple[float, float]:
    """Where the gliding window begins, in padded cells."""
    numbers = layout.numbers
    cells, width = numbers.output.size, numbers.output.shape[1]
    here = min(int(at), steps(numbers) - 1)
    there = min(here + 1, steps(numbers) - 1)
    share = at - int(at)
    first = numbers.corner(divmod(here % cells, width))
    second = numbers.corner(divmod(there % cells, width))
    if there // cells != here // cells:
        second = first
    return (first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share)


def _pointed_place(layout: GridLayout, hit: Hit | None) -> Place | None:
    if hit is None or hit.kind not in ("output", "partial"):
        return None
    row, column = hit.index[-2:]
    rows, columns = layout.numbers.output.shape
    return (row, column) if 0 <= row < rows and 0 <= column < columns else None


def _results(layout: GridLayout, landed: int, place: Place, active: tuple[int, ...]) -> list[Item]:
    """Partial results, products and output as far as they have landed, the present one outlined."""
    numbers, theme = layout.numbers, layout.canvas.theme
    cells = numbers.output.size
    items: list[Item] = []
    shape_only: list[Box] = []
    for channel, grid in zip(layout.rows, layout.partials, strict=False):
        shown = landed + 1 - channel * cells if numbers.apart else landed + 1
        items.append(replace(grid, reveal=max(0, min(shown, cells)), making=0 < shown <= cells))
        if channel in active:
            shape_only.append(_cell(grid, place))
    if layout.products is not None:
        x, y, _, _ = layout.products
        products = numbers.window(0, place) * numbers.kernels[0]
        grid = value_cells(products, theme, "result", (x, y), layout.cell, name="products", title=tr("products"))
        items.append(replace(grid, outline=theme.role("plain").line, making=products.size == 1))
    if layout.output is not None:
        items.append(replace(layout.output, reveal=landed + 1, making=landed < cells))
        shape_only.append(_cell(layout.output, place))
    items.append(Rects(np.array(shape_only, dtype=float).reshape(-1, 4), stroke=theme.role("kernel").line, width=2.5))
    return items


def _cell(grid: Cells, place: Place) -> Box:
    return (grid.x + place[1] * grid.width, grid.y + place[0] * grid.height, grid.width, grid.height)


def _windows(layout: GridLayout, corner: tuple[float, float], place: Place, active: tuple[int, ...]) -> list[Item]:
    """The window on each active input, its taps where it is dilated, and the light from it to kernel and result."""
    numbers, theme, u = layout.numbers, layout.canvas.theme, layout.cell
    kernel = theme.role("kernel")
    high, wide = numbers.extent[0] * u, numbers.extent[1] * u
    frames, beams, taps = [], [], []
    for row, channel in enumerate(layout.rows):
        if channel not in active:
            continue
        grid, weights = layout.inputs[row], layout.kernels[row]
        x, y = grid.x + corner[1] * u, grid.y + corner[0] * u
        frames.append((x, y, wide, high))
        kx, ky, kw, kh = weights.box
        beams.append([(x + wide, y), (kx, ky), (kx, ky + kh), (x + wide, y + high)])
        if layout.partials:
            cx, cy, _, ch = _cell(layout.partials[row], place)
            beams.append([(kx + kw, ky), (cx, cy), (cx, cy + ch), (kx + kw, ky + kh)])
        elif layout.products is not None:
            px, py, _, ph = layout.products
            beams.append([(kx + kw, ky), (px, py), (px, py + ph), (kx + kw, ky + kh)])
        if numbers.dilation != (1, 1):
            taps += [
                (x + j * numbers.dilation[1] * u + 1.5, y + i * numbers.dilation[0] * u + 1.5, u - 3, u - 3)
                for i in range(numbers.kernels.shape[1])
                for j in range(numbers.kernels.shape[2])
            ]
    items: list[Item] = [Polygons(np.array(beams, dtype=float).reshape(-1, 4, 2), faded(kernel.line, 0.13))]
    if taps:
        items.append(Rects(np.array(taps), stroke=kernel.line, width=2.0))
    items.append(Rects(np.array(frames, dtype=float).reshape(-1, 4), stroke=kernel.line, width=2.5))
    return items


def _pointed(layout: GridLayout, hit: Hit | None) -> list[Item]:
    """What a hovered input cell touches, or what a hovered weight serves."""
    if hit is None or hit.kind not in ("input", "kernel"):
        return []
    numbers, theme, u = layout.numbers, layout.canvas.theme, layout.cell
    channel = hit.index[0] - numbers.first if hit.kind == "input" else hit.index[1]
    if channel not in layout.rows:
        return []
    row = layout.rows.index(channel)
    blue = theme.role("input").line
    if hit.kind == "kernel":
        tap = (hit.index[-2], hit.index[-1])
        # A weight that meets padding alone serves no cell.
        served = np.array([_cell(layout.inputs[row], met) for met in numbers.served(tap)], dtype=float).reshape(-1, 4)
        return [
            Rects(served + _INSET, stroke=faded(theme.role("kernel").line, 0.9), width=1.8),
            Rects(np.array([_cell(layout.kernels[row], tap)]), stroke=theme.text, width=2.5),
        ]
    at = (hit.index[-2] + numbers.before[0], hit.index[-1] + numbers.before[1])
    items: list[Item] = [Rects(np.array([_cell(layout.inputs[row], at)]), stroke=theme.text, width=2.5)]
    target = layout.partials[row] if layout.partials else layout.output
    inside = 0 <= hit.index[-2] < numbers.size[0] and 0 <= hit.index[-1] < numbers.size[1]
    touched = numbers.touched(hit.index[-2], hit.index[-1]) if inside else []
    if target is None or not touched:
        return items
    for cell, tap in touched:
        x, y, _, _ = _cell(target, cell)
        weight = numbers.kernels[channel, tap[0] : tap[0] + 1, tap[1] : tap[1] + 1]
        scale = float(np.abs(numbers.kernels[channel]).max()) or 1.0
        badge = value_cells(
            weight, theme, "kernel", (x, y), u, limit=scale,
            name=f"weight to {cell}", title=tr("weight to {cell}", cell=cell),
        )  # fmt: skip
        items.append(replace(badge, outline=blue, outline_width=2.0))
    if layout.output is not None and target is not layout.output:
        boxes = [_cell(layout.output, cell) for cell, _ in touched]
        items.append(Rects(np.array(boxes, dtype=float), stroke=blue, width=2.0))
    return items


_INSET = np.array([2.0, 2.0, -4.0, -4.0])


def _arithmetic(layout: GridLayout, hit: Hit | None, place: Place, active: tuple[int, ...]) -> tuple[list[Item], str]:
    """Two lines of arithmetic, and the same as one sentence for readers who cannot see it."""
    numbers, canvas = layout.numbers, layout.canvas
    theme, x, room = canvas.theme, MARGIN, canvas.width - 2 * MARGIN
    top = layout.footer
    rule = Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)
    if hit is not None and hit.kind == "input":
        first, second = _input_sentence(numbers, hit)
    elif hit is not None and hit.kind == "kernel":
        first, second = _weight_sentence(numbers, hit, place)
    else:
        return _sum(layout, hit, place, active, rule)
    lines: list[Item] = [rule]
    lines.append(label(x, top + 32, first, theme.text, SIZE, mono=True))
    lines.append(_fitted(x, top + 62, second, theme.muted, room))
    return lines, f"{first} {second}"


def _fitted(x: float, y: float, text: str, ink: tuple[int, int, int, int], room: float) -> Label:
    return Label(x, y, (Run(elide(text, SMALL, room, mono=True), ink),), SMALL, mono=True)


def _sum(
    layout: GridLayout, hit: Hit | None, place: Place, active: tuple[int, ...], rule: Lines
) -> tuple[list[Item], str]:
    numbers, canvas = layout.numbers, layout.canvas
    theme, room, top = canvas.theme, canvas.width - 2 * MARGIN, layout.footer
    channel = active[0] if len(active) == 1 else layout.rows[0]
    if hit is not None and hit.kind == "partial":
        channel = hit.index[0] - numbers.first
    window = numbers.window(channel, place)
    title = numbers.names[channel] if numbers.channels > 1 else ""
    kernel, out = numbers.kernels[channel], numbers.leaves_out
    products = products_line(theme, MARGIN, top + 62, title, window, kernel, room, leaves_out=out)
    if numbers.apart and numbers.channels > 1:
        value = float(numbers.partial[channel][place])
        name = f"{numbers.names[channel]}[{place[0]}, {place[1]}]"
        runs = (Run(f"{name} = ", theme.muted), Run(number(value), theme.role("result").ink, True, answer=True))
        left = room - text_width("".join(run.text for run in runs), SIZE, mono=True)
        said = tr("this channel's own result, not yet added")
        own = elide(f"   {said}", SIZE, left, mono=True)
        first = Label(MARGIN, top + 32, (*runs, Run(own, theme.muted)), SIZE, True)
    else:
        name = f"out[{numbers.filter}, {place[0]}, {place[1]}]"
        parts = [
            (numbers.names[c] if numbers.channels > 1 else "Σ", float(numbers.partial[c][place]))
            for c in range(numbers.channels)
        ]
        total = float(numbers.output[place])
        first = sum_line(theme, MARGIN, top + 32, name, parts, numbers.bias, total, room, float(numbers.factor[place]))
    return [rule, first, products], f"{first.text}; {products.text}"


def _input_sentence(numbers: Numbers, hit: Hit) -> tuple[str, str]:
    channel, (row, column) = hit.index[0] - numbers.first, hit.index[-2:]
    name = f"in[{hit.index[0]}, {row}, {column}]"
    height, width = numbers.size
    if not (0 <= row < height and 0 <= column < width):
        value = numbers.padded[channel, row + numbers.before[0], column + numbers.before[1]]
        first = tr("{name} = {value} is padding", name=name, value=number(float(value)))
        return first, tr("It lies outside the input and only fills the window.")
    value = numbers.padded[channel, row + numbers.before[0], column + numbers.before[1]]
    touched = numbers.touched(row, column)
    terms = ", ".join(f"out[{i}, {j}] × {signed(float(numbers.kernels[channel][tap]))}" for (i, j), tap in touched)
    first = trn(
        "{cell} feeds {n} output", "{cell} feeds {n} outputs", len(touched), cell=f"{name} = {number(float(value))}"
    )
    return first, terms or tr("No window reaches this cell.")


def _weight_sentence(numbers: Numbers, hit: Hit, place: Place) -> tuple[str, str]:
    channel, tap = hit.index[1], (hit.index[-2], hit.index[-1])
    weight = float(numbers.kernels[channel][tap])
    value = float(numbers.window(channel, place)[tap])
    name = f"w[{hit.index[0]}, {channel}, {tap[0]}, {tap[1]}]"
    met = number(value * weight)
    first = tr(
        "{weight} serves all {n} positions of the window", weight=f"{name} = {number(weight)}", n=numbers.output.size
    )
    product = f"{number(value)}·{signed(weight)} = {met}"
    return first, tr("here it meets {value}: {product}", value=number(value), product=product)

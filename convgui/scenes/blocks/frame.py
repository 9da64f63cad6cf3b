"""One moment: an output cell, an output channel, or a pixel is made."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np

from convgui.draw.arithmetic import Equation, Said, product_sum_runs, said_runs, sum_of_products, text_of
from convgui.draw.colour import faded
from convgui.draw.footer import footer_items
from convgui.draw.gaps import Span, operator, wedges
from convgui.draw.grids import largest, value_cells
from convgui.draw.metrics import fact_lines
from convgui.draw.number import number
from convgui.draw.panels import outlines
from convgui.draw.picture import Box, Cells, Hit, Item, Lines, Picture, Polygons, Run, Texts
from convgui.draw.prediction import about
from convgui.draw.window import Window, framed, window
from convgui.draw.writing import COMPACT, writing
from convgui.scenes.blocks import solid
from convgui.scenes.blocks.columns import grids, has_columns, named, way
from convgui.scenes.blocks.layer import Blocks, Floats
from convgui.scenes.blocks.layout import BlockLayout, lines
from convgui.scenes.blocks.sentences import channel_sums, rule, sentences, sum_of
from convgui.scenes.blocks.solid import Solid
from convgui.scenes.scene import Focus
from convgui.words import tr


def steps(b: Blocks) -> int:
    """Output cells, or output channels while all filters are shown."""
    return len(b.output) if b.show == "many" else int(b.output[0].size)


def draw_frame(layout: BlockLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps, or what the reader points at."""
    b, canvas, hit = layout.blocks, layout.canvas, focus.hit
    landed = min(int(at), steps(b) - 1)
    share = at - int(at) if landed < steps(b) - 1 else 0.0
    now = landed
    pointed = step_of(b, hit) if hit is not None else None
    if pointed is not None:
        now, share = pointed, 0.0
    if hit is not None and hit.kind == "input" and b.show != "many" and not layout.vectors:
        # The window is at some other place, and would claim to be about what is pointed at.
        items = _output(layout, values_of(b), landed + 1)
    else:
        items = (_channel if b.show == "many" else _cell)(layout, landed, now, share)
    items += _pointed(layout, hit, now)
    first, second = sentences(b, hit, now)
    if canvas.captions:
        below = _lines(layout, hit, _made_of(layout, first, second, now), landed)
        items += about(below, now == landed)
    answer = "" if b.show == "many" else number(float(values_of(b)[0].flat[landed]))
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits,
        f"{text_of(_line(layout, first, now, inf))}; {second}; {rule(b)}", answer,
    )  # fmt: skip


def step_of(b: Blocks, hit: Hit) -> int | None:
    """Return the step that a pointed cell stands for."""
    if b.show == "many":
        number = hit.index[0]
        return number if hit.kind in ("wiring", "kernel") and 0 <= number < len(b.output) else None
    position = hit.index[-2:]
    if hit.kind == "input" and has_columns(b):
        reached = b.reached(position)
        return b.view.step(reached[0]) if reached else None
    return b.view.step(position) if hit.kind == "output" and b.view.makes(position) else None


def values_of(b: Blocks) -> Floats:
    """Return the block of results that is drawn: of one filter or of all, after a ReLU where there is one."""
    values = b.output[b.filter : b.filter + 1] if b.show == "one" else b.output
    return np.maximum(values, 0) if b.relu else values


def _cell(layout: BlockLayout, landed: int, now: int, share: float) -> list[Item]:
    """The window bored through the input, its light, and the output as far as it has come."""
    b, canvas = layout.blocks, layout.canvas
    theme = canvas.theme
    kernel = theme.role("kernel").line
    items = _output(layout, values_of(b), landed + 1)
    here, there = (b.view.position(min(step, steps(b) - 1)) for step in (now, now + 1))
    row, column, high, wide = b.view.box([p + (q - p) * share for p, q in zip(here, there, strict=True)])
    seen = layout.input.box(row, column, high, wide)
    target = layout.output.box(*here)
    items += solid.bored(layout.input, row, column, (high, wide), kernel)
    if layout.vectors:
        items += _columns(layout, now, seen, target, landed)
    else:
        block = layout.filters[0]
        ends = [
            ((layout.input.back, block.x), layout.input.lifted(seen), _rows(block.front)),
            ((block.back, layout.output.x), block.lifted(block.front), _rows(target)),
        ]
        items += wedges(ends, theme)
    down, across = (axis.taps for axis in b.view.axes)
    items += window(layout.front, Window((row, column), (down, across), _weights(layout)), theme, tr("window"))
    items.append(framed([target], layout.output.cell, theme))
    return [*items, *_operators(layout)]


def _operators(layout: BlockLayout) -> list[Item]:
    """The signs in the gaps beside a filter that is a block."""
    theme, out = layout.canvas.theme, layout.output
    if layout.vectors or not layout.canvas.captions:
        return []
    block, y = layout.filters[0], out.y + out.front[3] / 2
    signs = operator((block.back, out.x), y, "Σ", theme, "result")
    return [*operator((layout.input.back, block.x), y, "×", theme), *signs]


def _weights(layout: BlockLayout) -> Texts:
    """Write the weights that meet the first channel, which is seen from the front; none where none do."""
    b = layout.blocks
    if layout.vectors or b.first(b.filter):
        return ()
    kernel = b.weight[b.filter][0]
    return writing(b.weight, layout.front.width).texts(kernel)


def _output(layout: BlockLayout, values: Floats, count: int) -> list[Item]:
    """The output block with its first cells; the others are empty."""
    theme, block = layout.canvas.theme, layout.output

    def sides(number: int) -> list[Item]:
        """Draw the sides with as many cells."""
        drawn = solid.draw(block, values, theme, "result", largest(values), "output", tr("output"), number)
        return [item for item in drawn if not isinstance(item, Cells)]

    # The newest cell lies above the others, so that it can be left out where it is to be predicted.
    newest = [replace(item, making=True) for item in sides(count) if isinstance(item, Polygons)]
    front = value_cells(
        values[0], theme, "result", (block.x, block.y), block.cell, limit=largest(values),
        name="output", title=tr("output"), numbers=writing(values, block.cell, COMPACT),
    )  # fmt: skip
    return [*sides(count - 1), *newest, replace(front, reveal=count, making=True)]


def _rows(box: Box) -> Span:
    """Return where a box begins and ends from above."""
    return (box[1], box[1] + box[3])


def _columns(layout: BlockLayout, now: int, seen: Box, target: Box, landed: int) -> list[Item]:
    """The pixel's column, and what the weights make of it: the answer, as long as it is about the cell being made."""
    b, theme = layout.blocks, layout.canvas.theme
    position, first = b.view.position(now), layout.vectors["weights"]
    drawn = grids(b, position, theme, layout.columns, first.width)
    items: list[Item] = []
    for name, cells in drawn.items():
        if name != "weights":
            items.append(replace(cells, making=name != "pixel" and now == landed))
    right, box = layout.input.back, drawn["pixel"].box
    start = (right, layout.input.lifted(seen)[0] + seen[3] / 2)
    items += way(start, (first.x - right) / 2, drawn, theme)
    if layout.canvas.captions:
        items += named(drawn, position, theme)
    last = drawn["rectified" if b.relu else "result"].box
    items += wedges([((last[0] + last[2], layout.output.x), _rows(last), _rows(target))], theme)
    items.append(framed([box], first.width, theme))
    if b.show == "pixel":
        items += solid.bored(layout.output, position[0], position[1], (1, 1), theme.role("kernel").line)
    return items


def _channel(layout: BlockLayout, landed: int, now: int, share: float) -> list[Item]:
    """The output's channels as far as they are stacked, and the filter that makes the present one."""
    b, theme = layout.blocks, layout.canvas.theme
    kernel, whole = theme.role("kernel").line, layout.output
    count = max(landed, now) + 1
    part = replace(whole, shape=(count, *whole.shape[1:]))
    items = solid.frame(whole, theme.muted) if count < whole.shape[0] else []
    items += solid.draw(part, b.output[:count], theme, "result", largest(b.output), "output", tr("output"))
    _, rows, columns = whole.shape
    edge = [
        whole.point(now, 0, 0), whole.point(now + 1, 0, 0), whole.point(now + 1, 0, columns),
        whole.point(now + 1, rows, columns), whole.point(now, rows, columns), whole.point(now, 0, columns),
    ]  # fmt: skip
    items.append(Polygons(np.array([edge]), faded(kernel, 0.35), kernel, 2.0))
    if now == 0:
        items.append(outlines([whole.front], kernel, 2.5))
    if layout.wiring is not None:
        x, y, wide, high = layout.wiring
        pitch = high / len(b.weight)
        items.append(outlines([(x - 2, y + (now + share) * pitch - 1, wide + 2, pitch)], kernel, 2.5))
    if now in layout.shown:
        block = layout.filters[layout.shown.index(now)]
        items.append(outlines([block.front], kernel, 2.5))
        items += _edges(block, kernel)
    return items


def _edges(block: Solid, line: tuple[int, int, int, int]) -> list[Item]:
    return [replace(i, stroke=line, width=2.2, dash="solid") for i in solid.frame(block, line) if isinstance(i, Lines)]


def _pointed(layout: BlockLayout, hit: Hit | None, now: int) -> list[Item]:
    """Outline what the reader points at, and what belongs to it."""
    b, theme = layout.blocks, layout.canvas.theme
    if hit is None:
        return []
    boxes = [grid.box(hit.index) for grid in layout.hits if grid.kind == hit.kind and grid.prefix == hit.index[:-2]]
    items: list[Item] = [outlines(boxes, theme.text, 2.5)]
    if hit.kind == "input" and b.show != "many":
        cells = b.reached(hit.index[-2:])
        items.append(outlines([layout.output.box(*c) for c in cells], theme.role("input").line, 2.2, inset=1))
    if hit.kind == "kernel" and b.show == "one" and b.view.channels.ends(*hit.index[:2])[1] == 0:
        # Of the input only its first channel can be seen from the front.
        (row, column, _, _), (down, right) = b.view.box(b.view.position(now)), b.view.offset(hit.index[-2:])
        items.append(outlines([layout.input.box(row + down, column + right)], theme.text, 2.5))
    return items


def _line(layout: BlockLayout, first: Said, now: int, room: float) -> tuple[Run, ...]:
    """Write what is said first as far as there is room: of a filter's number, as many terms as fit."""
    b, theme, size = layout.blocks, layout.canvas.theme, layout.footer.size
    if b.show == "one" and isinstance(first, Equation):
        return sum_of(b, b.filter, b.view.position(now), theme, room, size)
    return said_runs(first, theme.text, theme, size, room)


def _made_of(layout: BlockLayout, first: Said, second: Said, now: int) -> list[tuple[Run, ...]]:
    """Write how a number is made: of a filter's number all products, as far as there is room."""
    b, theme, below = layout.blocks, layout.canvas.theme, layout.footer
    room, size = below.room, below.size
    line = _line(layout, first, now, room)
    if b.show == "one" and isinstance(second, str) and not isinstance(first, Equation):
        written = fact_lines(second, size, room, max(lines(b, layout.canvas) - 2, 1))
        return [line, *((Run(text, theme.muted),) for text in written)]
    if b.show != "one" or not isinstance(first, Equation) or b.depth == 1:
        return [line, said_runs(second, theme.muted, theme, size, room, result=theme.muted, bold=False)]
    position = b.view.position(now)
    seen, kernel, total = b.window(b.filter, position), b.weight[b.filter], float(b.output[(b.filter, *position)])
    if layout.vectors:
        name, bias = f"out{[b.filter, *position]}", b.said_bias(b.filter)
        found = sum_of_products(theme, name, seen[:, 0, 0], kernel[:, 0, 0], bias, total, room, size)
        return found if lines(b, layout.canvas) > 3 else [found[0], found[2]]
    names = [name for name, _ in channel_sums(b, b.filter, position)]
    count = lines(b, layout.canvas) - 2
    return [
        line,
        *(product_sum_runs(theme, names[c], seen[c], kernel[c], room, size, whole=False) for c in range(max(count, 1))),
    ]


def _lines(layout: BlockLayout, hit: Hit | None, made_of: list[tuple[Run, ...]], landed: int) -> list[Item]:
    """Write how the number of this step is made, and what the picture shows."""
    title = tr("This step") if hit is None else tr("Pointed at")
    last = steps(layout.blocks) - 1
    detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
    return footer_items(layout.footer, title, detail, [*made_of, rule(layout.blocks)], layout.canvas.theme)

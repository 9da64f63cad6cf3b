"""One moment of the chain: a pass makes one number, those before it have landed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import SMALL, factor_runs, products_text, text_of
from convgui.draw.footer import Footer, footer_items
from convgui.draw.gaps import Span, sign_radius, wedges
from convgui.draw.grids import value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import MINUS, grouped, number
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, Cells, Hit, Item, Label, Picture, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.titled_grid import TitledGrid, indices
from convgui.draw.window import RING, Window, framed, touched, window
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor.chain import Chain, Floats
from convgui.scenes.factor.layout import MOST_GRIDS, ChainLayout
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

Reached: TypeAlias = tuple[int, int, dict[tuple[int, int], str]]
"""Into which stack and channel a cell goes, and by place what it is multiplied by."""


@dataclass(frozen=True)
class Now:
    """The number that is being made: that of a position, by the pass `turn` of a round, in one channel or in all."""

    round: int
    turn: int
    position: Position


def steps(c: Chain) -> int:
    """Cells that all passes of all rounds make; channels that stay apart are made together."""
    return len(c.rounds) * _round_steps(c)


def _round_steps(c: Chain) -> int:
    return sum(view.positions for view in c.views)


def now_of(c: Chain, step: int) -> Now:
    """Return what a step makes."""
    turn_of_round, rest = divmod(step, _round_steps(c))
    for turn, view in enumerate(c.views):
        if rest < view.positions:
            return Now(turn_of_round, turn, view.position(rest))
        rest -= view.positions
    raise IndexError(step)


def step_of(c: Chain, hit: Hit, current: int = 0) -> int | None:
    """Return the step that makes a cell, in the given round."""
    if hit.kind == "output":
        turn = len(c.rounds[0]) - 1
    elif hit.kind == "between":
        turn = hit.index[0] - 1
    else:
        return None
    position = hit.index[-2:]
    if not c.views[turn].makes(position):
        return None
    before = sum(view.positions for view in c.views[:turn])
    return current * _round_steps(c) + before + c.views[turn].step(position)


def draw_frame(layout: ChainLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps, or the cell the reader points at."""
    c, canvas, hit = layout.chain, layout.canvas, focus.hit
    last = steps(c) - 1
    landed = min(int(at), last)
    share = at - int(at) if landed < last else 0.0
    now = now_of(c, landed)
    answer = answer_of(c, now)
    pointed = step_of(c, hit, now.round) if hit is not None else None
    if pointed is not None:
        now, share = now_of(c, pointed), 0.0
    following = now_of(c, min(landed + 1, last)) if share else now
    stale = hit is not None and hit.kind == "input"
    items = _numbers(layout, landed, _reached(layout, hit, now))
    items += [] if stale else _light(layout, now, following, share)
    items += [*layout.signs, *_indices(layout, now, stale=stale), *_pointed(layout, hit)]
    first, second = words(c, hit, now)
    if canvas.captions:
        below = lines(c, canvas, layout.footer, first, second, headed(c, hit, landed))
        n = hit.index[1] if hit is not None and hit.kind == "between" else 0
        items += about(below, pointed in (None, landed) and not n)
    summary = f"{''.join(r.text for r in first)}; {second}; {verdict(c)[0]}{verdict(c)[1]}"
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), layout.hits, summary, answer)


def answer_of(c: Chain, now: Now) -> str:
    """Return the number that is made; what a later term adds to numbers that stand there already is none to predict."""
    if now.round and now.turn == len(c.rounds[0]) - 1:
        return ""
    return number(float(c.stacks[now.round][now.turn + 1][0][now.position]))


def _numbers(layout: ChainLayout, landed: int, reached: Reached | None) -> list[Item]:
    """Kernels of the present round, and what its passes have made so far; what a pointed cell has `reached` is lit."""
    c = layout.chain
    now = now_of(c, landed)
    within = landed - now.round * _round_steps(c) + 1
    items: list[Item] = []
    for turn, grids in enumerate(layout.kernels):
        values = c.rounds[now.round][turn].kernels[: len(grids)]
        items += [_redrawn(layout, 2 * turn + 1, v, g) for v, g in zip(values, grids, strict=True)]
    for turn, (view, grids) in enumerate(zip(c.views, layout.stacks[1:], strict=True)):
        output, count = c.stacks[now.round][turn + 1], view.positions
        shown = max(0, min(within, count))
        within -= count
        making = now.turn == turn
        if turn == len(c.views) - 1:
            drawn = [_output(layout, grids[0], now.round, shown, making=making)]
        else:
            drawn = [
                replace(_redrawn(layout, 2 * turn + 2, output[n], grid), reveal=shown, making=making)
                for n, grid in enumerate(grids)
            ]
        for n, grid in enumerate(drawn):
            meets = reached is not None and reached[:2] == (turn + 1, n)
            items += touched(grid, reached[2], layout.canvas.theme) if reached is not None and meets else [grid]
    return items


def _redrawn(layout: ChainLayout, column: int, values: Floats, grid: Cells) -> Cells:
    """Draw other numbers in the place of a grid, on the scale of its column."""
    return value_cells(
        values, layout.canvas.theme, grid.role, (grid.x, grid.y), grid.width, limit=layout.limits[column],
        name=grid.name, title=grid.title, numbers=layout.writings[column],
    )  # fmt: skip


def _output(layout: ChainLayout, grid: Cells, turn: int, shown: int, *, making: bool) -> Cells:
    """The output: cells that this round has made carry its share, the others what earlier rounds left."""
    c = layout.chain
    values = c.totals[turn].copy()
    if turn:
        values.ravel()[shown:] = c.totals[turn - 1].ravel()[shown:]
    drawn = replace(_redrawn(layout, -1, values, grid), name="output", making=making and not turn)
    return drawn if turn else replace(drawn, reveal=shown)


def _window(layout: ChainLayout, now: Now) -> list[tuple[Box, Cells, Box]]:
    """For each channel that the pass reads: its window, its kernel and the cell it makes."""
    c = layout.chain
    step, window = c.rounds[now.round][now.turn], c.views[now.turn].box(now.position)
    targets = layout.stacks[now.turn + 1]
    found = []
    for n, grid in enumerate(layout.stacks[now.turn]):
        target = targets[0] if step.across else targets[n]
        found.append((cell_box(grid, *window), layout.kernels[now.turn][n], cell_box(target, *now.position)))
    return found


def _light(layout: ChainLayout, now: Now, following: Now, share: float) -> list[Item]:
    moves = share > 0 and following.turn == now.turn and following.round == now.round
    ahead = _window(layout, following) if moves else []
    view, step = layout.chain.views[now.turn], layout.chain.rounds[now.round][now.turn]
    down, across = (axis.taps for axis in view.axes)
    weights = layout.writings[2 * now.turn + 1]
    ends, items, written = list[tuple[Span, Span, Span]](), list[Item](), list[Box]()
    before, after = layout.row.gap(2 * now.turn), layout.row.gap(2 * now.turn + 1)
    for n, (seen, grid, target) in enumerate(_window(layout, now)):
        lies, source = seen, layout.stacks[now.turn][n]
        if now.turn:
            # Each term has intermediate numbers of its own.
            source = _redrawn(layout, 2 * now.turn, layout.chain.stacks[now.round][now.turn][n], source)
        if moves:
            lies = _between(seen, ahead[n][0], share)
        corner = ((lies[1] - source.y) / source.height, (lies[0] - source.x) / source.width)
        texts = weights.texts(step.kernels[n])
        items += window(source, Window(corner, (down, across), texts), layout.canvas.theme, source.title)
        through = (grid.y, grid.y + grid.box[3])
        ends.append((before, (lies[1], lies[1] + lies[3]), through))
        if step.across and len(layout.stacks[now.turn]) > 1:
            # What is added meets at the Σ and goes on from there once.
            (start, end), level = after, layout.row.level(2 * now.turn + 1)
            middle_of, half = (start + end) / 2, sign_radius(after)
            ends.append(((start, middle_of - half), through, (level - half / 2, level + half / 2)))
            on = ((middle_of + half, end), (level - half / 2, level + half / 2), (target[1], target[1] + target[3]))
            ends += [on] if not n else []
        elif not layout.row.turns(2 * now.turn + 1):
            ends.append((after, through, (target[1], target[1] + target[3])))
        written.append(target)
    theme = layout.canvas.theme
    items = [*wedges(ends, theme), *items, framed(list(dict.fromkeys(written)), layout.row.cell, theme)]
    if layout.factors is not None and now.round < len(layout.factors.terms):
        column, row = layout.factors.terms[now.round]
        items.append(outlines([(row if now.turn == 0 else column).box], theme.role("kernel").line, 2.5))
    return items


def _indices(layout: ChainLayout, now: Now, *, stale: bool) -> list[Item]:
    """Indices of the input and of the output, those of the window and of the cell that is made in its colour."""
    c, theme, sizes = layout.chain, layout.canvas.theme, layout.measure
    top, left = c.origin
    source, output = layout.stacks[0][0], layout.stacks[-1][0]
    under = [cell for cell, _ in c.views[0].reads(now.position)] if now.turn == 0 and not stale else []
    rows, columns = {i + top for i, _ in under}, {j + left for _, j in under}
    told = (now.position[:1], now.position[1:]) if now.turn == len(c.views) - 1 and not stale else ((), ())
    given = TitledGrid(source, rows_at="left", columns_above=True, origin=(top, left))
    return [
        *indices(given, sizes, theme, rows, columns),
        *indices(TitledGrid(output, rows_at="right", columns_above=True), sizes, theme, *told),
    ]


def _between(a: Box, b: Box, share: float) -> Box:
    x, y, wide, high = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return (x, y, wide, high)


def _pointed(layout: ChainLayout, hit: Hit | None) -> list[Item]:
    """The cell that is pointed at, or a weight of a factor with all places that it serves."""
    c, theme = layout.chain, layout.canvas.theme
    if hit is None or hit.kind not in ("input", "between", "factor"):
        return []
    cell = hit.index[-2:]
    if hit.kind == "factor":
        turn, n = hit.index[:2]
        boxes = [cell_box(layout.stacks[turn][n], *met) for met in c.views[turn].served(cell)]
        return [
            outlines(boxes, theme.role("kernel").line, 1.8, inset=2),
            outlines([cell_box(layout.kernels[turn][n], *cell)], theme.text, RING),
        ]
    turn, n = (0, _row(c, hit.index[0])) if hit.kind == "input" else hit.index[:2]
    cell = c.index(cell) if hit.kind == "input" else cell
    return [outlines([cell_box(layout.stacks[turn][n], *cell)], theme.text, RING)]


def _reached(layout: ChainLayout, hit: Hit | None, now: Now) -> Reached | None:
    """Return the stack and the channel that a pointed cell goes into, and by position what it is multiplied by."""
    c = layout.chain
    if hit is None or hit.kind not in ("input", "between"):
        return None
    turn, n = (0, _row(c, hit.index[0])) if hit.kind == "input" else hit.index[:2]
    cells = c.copies(hit.index[-2:]) if hit.kind == "input" else [hit.index[-2:]]
    step, numbers = c.rounds[now.round][turn], layout.writings[2 * turn + 1]
    weights = {(i, j): numbers.text(weight) for (i, j), weight in c.read(turn, cells, step.kernels[n]).items()}
    return turn + 1, 0 if step.across else n, weights


def _row(c: Chain, channel: int) -> int:
    return 0 if c.kind == "spatial" else channel - c.first


def words(c: Chain, hit: Hit | None, now: Now) -> tuple[tuple[Run, ...], str]:
    """The number that is made, as text runs without colours of their own, and what it is made of."""
    if hit is not None and hit.kind == "factor":
        weight = c.rounds[now.round][hit.index[0]].kernels[hit.index[1], hit.index[2], hit.index[3]]
        served = len(c.views[hit.index[0]].served(hit.index[2:]))
        what = c.rounds[now.round][hit.index[0]].title
        return (Run(f"{what}: {tr('weight {value}', value=number(float(weight)))}", (0, 0, 0, 255)),), tr(
            "serves all {served} positions", served=served
        )
    if hit is not None and hit.kind == "input":
        return _input_words(c, hit)
    step, source = c.rounds[now.round][now.turn], c.stacks[now.round][now.turn]
    output = c.stacks[now.round][now.turn + 1]
    position = now.position
    last = now.turn == len(c.rounds[0]) - 1
    name = _name(c, position, last=last)
    n = hit.index[1] if hit is not None and hit.kind == "between" and not step.across else 0
    value = number(float(output[n][position]))
    several = not step.across and len(source) > 1 and (hit is None or hit.kind != "between")
    if several:
        # Every channel has made a number; what one of them adds up stands below.
        made = zip(c.names, output[:MOST_GRIDS], strict=False)
        value = ", ".join(f"{channel} {number(float(values[position]))}" for channel, values in made)
        value += ", …" if len(output) > MOST_GRIDS else ""
    if last and now.round:
        before, after = (number(float(c.totals[t][position])) for t in (now.round - 1, now.round))
        value = f"{before} + {value if not value.startswith('−') else f'({value})'} = {after}"
    note = tr("pass {n} of {all}", n=now.turn + 1, all=len(c.rounds[0]))
    if len(c.rounds) > 1:
        note = f"{note}, {tr('term {n} of {all}', n=now.round + 1, all=len(c.rounds))}"
    window = c.views[now.turn].values(source, position)
    window, kernel = (window, step.kernels) if step.across else (window[n], step.kernels[n])
    title = "" if step.across or len(source) == 1 else f"{c.names[n]}: "
    terms = title + products_text(window, kernel, 10_000 if window.size <= 64 else 900, SMALL)
    ink = (0, 0, 0, 255)
    return (
        Run(f"{'' if several else title}{name} = ", ink),
        Run(value, ink, bold=True, answer=not (last and now.round)),
        Run(f"   {note}", ink),
    ), terms


def _name(c: Chain, position: tuple[int, ...], *, last: bool) -> str:
    """Return what the number that a pass makes is called: by its filter where the layer has several, else by its grid.

    Of a spatially separable kernel one channel of one filter is drawn.
    """
    if last:
        return f"out{[c.filter, *position] if c.filters > 1 and c.kind != 'spatial' else list(position)}"
    return f"{tr('depthwise') if c.kind == 'depthwise' else tr('intermediate')}{list(position)}"


def _input_words(c: Chain, hit: Hit) -> tuple[tuple[Run, ...], str]:
    n, cell = _row(c, hit.index[0]), c.index(hit.index[-2:])
    reached = list(c.read(0, c.copies(hit.index[-2:]), c.rounds[0][0].kernels[0]))
    value = number(float(c.stacks[0][0][n][cell]))
    text = f"in{list(hit.index)} = {value}"
    return (Run(text, (0, 0, 0, 255)),), trn(
        "feeds {n} number of the first pass: {places}",
        "feeds {n} numbers of the first pass: {places}",
        len(reached),
        places=", ".join(map(str, reached)),
    )


def verdict(c: Chain) -> tuple[str, str]:
    """Whether the passes make what the kernel makes, computed now."""
    if c.exact:
        head = tr("Equal to the direct result") if c.kind == "spatial" else tr("Equal to the filter at once")
        kind, by = c.stacks[0][-1].dtype, number(c.difference)
        rounding = tr("{difference}, the rounding of {type}", difference=by, type=kind) if c.difference else "0"
        return head, f": {tr('largest difference {by}.', by=rounding)}"
    by, error = number(c.difference), number(100 * c.error, 1)
    if c.kind == "spatial":
        head = tr("{n} of {all} terms", n=len(c.rounds), all=c.rank)
        text = tr("the kernel differs by {error} %, the output by up to {by}.", error=error, by=by)
    elif c.kind == "depthwise":
        head = tr("The nearest depthwise separable layer")
        text = tr("its weights differ by {error} %, the output by up to {by}.", error=error, by=by)
    else:
        head = tr("The nearest flattened filter")
        text = tr("the filter differs by {error} %, the output by up to {by}.", error=error, by=by)
    return head, f": {text}"


def cost_line(c: Chain) -> str:
    """Multiplications of the passes against the layer as it is."""
    total = sum(cost.multiplications for cost in c.costs)
    at_once = c.layer_cost.multiplications
    parts = " + ".join(grouped(cost.multiplications) for cost in c.costs)
    parts = f"{parts} = {grouped(total)}" if len(c.costs) > 1 else grouped(total)
    weights = grouped(sum(cost.weights for cost in c.costs))
    share = number(round(total / at_once, 3))
    all_weights = grouped(c.layer_cost.weights)
    return tr(
        "{parts} multiplications, {whole} at once (× {share}); {weights} weights, {all_weights} at once",
        parts=parts,
        whole=grouped(at_once),
        share=share,
        weights=weights,
        all_weights=all_weights,
    )


def headed(c: Chain, hit: Hit | None, landed: int) -> tuple[str, str]:
    """Return the title of the sum, and which step it is."""
    if hit is not None:
        return tr("Pointed at"), ""
    return tr("This step"), tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=steps(c) - 1)


def lines(
    c: Chain, canvas: Canvas, below: Footer, first: tuple[Run, ...], second: str, head: tuple[str, str]
) -> list[Item]:
    """The number with its products, the cost and the verdict, as lines below the picture."""
    theme, size = canvas.theme, below.words
    result = theme.role("result").ink
    made = theme.role("warning").ink if any(r.bold and r.text.split("= ")[-1][0] == MINUS for r in first) else result
    runs = tuple(replace(r, colour=made if r.bold else theme.text) for r in first)
    while len(runs) > 1 and text_width(text_of(runs), below.size, mono=True) > below.room:
        runs = runs[:-1]
    items = footer_items(below, *head, [runs, factor_runs(Run(second, theme.muted), theme), cost_line(c)], theme)
    ink, y = result if c.exact else theme.role("warning").ink, below.first + 3 * below.pitch
    items.append(Rects(np.array([(below.x, y - 10, 11.0, 11.0)]), fill=ink, radius=5.5))
    said, text = verdict(c)
    text = elide(text, size, below.room - 18 - text_width(said, size, bold=True))
    items.append(Label(below.x + 18, y, (Run(said, ink, bold=True), Run(text, theme.muted)), size))
    return items

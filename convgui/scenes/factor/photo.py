"""The chain on a photo: what each pass makes of the whole picture, and a loupe on the pixel that is being made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import Bytes
from convgui.draw.footer import Footer, footer
from convgui.draw.ground import opacity_around, over_checks
from convgui.draw.levels import Levels, input_levels
from convgui.draw.measure import measure
from convgui.draw.metrics import elide
from convgui.draw.number import times
from convgui.draw.overview import Overview, overview_hits, overviews
from convgui.draw.panels import HEADING, heading, outlines
from convgui.draw.photos import loupe, marks, result_levels, tiles
from convgui.draw.picture import Box, Hit, HitGrid, Item, Picture, Raster, Rects
from convgui.draw.pixels import pixel_values
from convgui.draw.prediction import about
from convgui.draw.theme import Role
from convgui.draw.viewport import Viewport, pyramid, seen, view_through
from convgui.draw.words import label
from convgui.model.document import View
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor import frame, strip
from convgui.scenes.factor.chain import PictureChain
from convgui.scenes.factor.frame import Now, now_of
from convgui.scenes.factor.layout import MOST_GRIDS
from convgui.scenes.scene import Focus
from convgui.words import tr

LOUPE, GAP = 150.0, 26.0
LEAST = 90.0
"""Height of the pictures below which there is no loupe."""


@dataclass(frozen=True, eq=False)
class PhotoLayout:
    """Where the pictures stand.

    Attributes
    ----------
    ports : tuple of tuple of Viewport
        For each stack the viewport of each channel that is drawn; an input in colour has one.
    scales : tuple of Levels
        One a stack.
    loupe : Box or None
        The room of the loupe; None where the pictures need it.
    """

    chain: PictureChain
    canvas: Canvas
    ports: tuple[tuple[Viewport, ...], ...]
    factors: strip.Strip | None
    loupe: Box | None
    scales: tuple[Levels, ...]
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(c: PictureChain, view: View, canvas: Canvas) -> PhotoLayout:
    """Place the stacks side by side, the factors above them and the loupe below."""
    words = canvas.captions
    sizes = measure(canvas.width, canvas.height, words=words)
    below, margin = (
        footer(canvas.width, canvas.height, sizes.margin, 4, told=canvas.told),
        sizes.margin if words else 8.0,
    )
    top = min(margin, 16.0)
    factors = None
    if words and c.kind == "spatial":
        factors = strip.lay_out(c, canvas, sizes, top, canvas.width - 2 * margin)
        top = factors.bottom + 14
    head, low = (HEADING + 4, canvas.height - below.top + LOUPE) if words else (0.0, 8.0)
    opened = words and canvas.height - top - head - low >= LEAST
    low -= 0.0 if opened or not words else LOUPE - 10
    count = len(c.stacks[0])
    wide = (canvas.width - 2 * margin - GAP * (count - 1)) / count
    high = max(40.0, canvas.height - top - head - low)
    ports, base, hits = [], list[Item](factors.items if factors else ()), list[HitGrid]()
    for index, stack in enumerate(c.stacks[0]):
        x = margin + index * (wide + GAP)
        shown = 1 if index == 0 and _coloured(c) else min(len(stack), MOST_GRIDS)
        shape = (int(stack.shape[1]), int(stack.shape[2]))
        row = tuple(
            view_through(box, shape, view.centre, view.zoom)
            for box in tiles(shown, shape, (x, top + head, wide, high), 6.0, 0.0)
        )
        ports.append(row)
        if words:
            base += _title(c, index, (x, top, wide), canvas)
        for n, port in enumerate(row):
            hits.append(_hit(c, index, n, port))
    scales = _scales(c, input_levels(c.sample.data))
    base += _rasters(c, 0, tuple(ports), canvas, scales)
    lens = (margin, canvas.height - low + 10, canvas.width - 2 * margin, LOUPE - 18) if opened else None
    if canvas.live:
        hits += overview_hits([port for row in ports for port in row])
    return PhotoLayout(
        c, canvas, tuple(ports), factors, lens, scales, below, tuple(base),
        (*hits, *(factors.hits if factors else ())),
    )  # fmt: skip


def _coloured(c: PictureChain) -> bool:
    return c.names[:3] == ("R", "G", "B") and len(c.names) <= 4


def _title(c: PictureChain, index: int, at: tuple[float, float, float], canvas: Canvas) -> list[Item]:
    stack, last = c.stacks[0][index], index == len(c.stacks[0]) - 1
    size = times(*(stack.shape if len(stack) > 1 else stack.shape[1:]))
    role: Role = "result" if index else "input"
    if index == 0:
        several = c.kind == "spatial" and len(c.sample.channels) > 1
        title = tr("Input {name}", name=c.names[0]) if several else tr("Input")
        size = tr("{part} of {whole}", part=size, whole=times(*c.size)) if c.cut else size
    else:
        title = tr("Output") if last else tr("After {title}", title=c.rounds[0][index - 1].title.lower())
    x, y, wide = at
    return heading(x, y, title, size, canvas.theme.role(role).ink, canvas.theme, wide)


def _hit(c: PictureChain, index: int, n: int, port: Viewport) -> HitGrid:
    last = index == len(c.stacks[0]) - 1
    channel = c.first + (c.channel if c.kind == "spatial" else n)
    kind, prefix = ("input", (channel,)) if index == 0 else ("output", (c.filter,)) if last else ("between", (index, n))
    top, left = c.origin if index == 0 else (0, 0)
    shape = (port.rows, port.columns)
    return HitGrid(kind, prefix, port.x, port.y, port.across, port.down, shape, (top, left), port.clip)


def _rasters(
    c: PictureChain, turn: int, ports: tuple[tuple[Viewport, ...], ...], canvas: Canvas, scales: tuple[Levels, ...]
) -> list[Item]:
    """Draw the stacks of a round, far zoomed in with their values; the output is the sum of the rounds so far."""
    items: list[Item] = []
    for index, (stack, row) in enumerate(zip(c.shown[turn], ports, strict=True)):
        last = index == len(ports) - 1
        for n, port in enumerate(row):
            image, box = _colours(c, turn, (index, n), port, canvas, scales)
            kind = "input" if index == 0 else "output" if last else f"stack {index}"
            items.append(Raster(image, box, port.clip, smooth=port.across < 2, name=f"{kind} {n}"))
            if canvas.captions:
                values = stack.levels[0][:3] if index == 0 and _coloured(c) else stack.levels[0][n : n + 1]
                title = tr("input") if index == 0 else tr("output") if last else f"{tr('Intermediate')} {n}"
                name = f"pixels of {kind} {n}"
                items += pixel_values(port, values, image, canvas.theme, name, title, live=canvas.live)
    every = [port for row in ports for port in row]
    items.append(Rects(np.array([port.clip for port in every]), stroke=canvas.theme.line, width=1.0))
    if canvas.live:
        items += [item for one in _small(c, turn, ports, canvas, scales) for item in one.items]
    return items


def _colours(
    c: PictureChain, turn: int, which: tuple[int, int], port: Viewport, canvas: Canvas, scales: tuple[Levels, ...]
) -> tuple[Bytes, Box]:
    """Give what a port shows of one channel of a stack its colours, over a checked ground where it is transparent."""
    index, n = which
    part, box = seen(c.shown[turn][index], port, canvas.pixels)
    image = scales[index].colours(part[:3] if index == 0 and _coloured(c) else part[n], canvas.theme)
    alpha = c.sample.alpha
    if index == 0 and alpha is not None:
        opacity = opacity_around(alpha.values, alpha.opaque, (c.origin[0], c.origin[1]), (port.rows, port.columns))
        hidden, _ = seen(pyramid(opacity), port, canvas.pixels)
        image = over_checks(image, hidden, alpha.associated, box[2] / hidden.shape[1], canvas.theme)
    return image, box


def _small(
    c: PictureChain, turn: int, ports: tuple[tuple[Viewport, ...], ...], canvas: Canvas, scales: tuple[Levels, ...]
) -> list[Overview]:
    every = [(index, n) for index, row in enumerate(ports) for n in range(len(row))]
    return overviews(
        [ports[index][n] for index, n in every],
        lambda which, port: _colours(c, turn, every[which], port, canvas, scales)[0],
        canvas.theme,
    )


def _scales(c: PictureChain, levels: Levels) -> tuple[Levels, ...]:
    """One scale a stack: the first term's, so that later and smaller terms look smaller."""
    found = [levels]
    for step, result in zip(c.rounds[0][:-1], c.stacks[0][1:-1], strict=True):
        found.append(result_levels(result, step.kernels, levels))
    return (*found, result_levels(c.totals[-1], c.kernel, levels))


def draw_frame(layout: PhotoLayout, at: float, focus: Focus) -> Picture:
    """Draw the pixel of a pass that a step makes, or the one the reader points at."""
    c, canvas, hit = layout.chain, layout.canvas, focus.hit
    landed = min(int(at), frame.steps(c) - 1)
    now = now_of(c, landed)
    items: list[Item] = _rasters(c, now.round, layout.ports, canvas, layout.scales) if now.round else []
    pointed = frame.step_of(c, hit, now.round) if hit is not None else None
    answer = frame.answer_of(c, now)
    now = now_of(c, pointed) if pointed is not None else now
    n = hit.index[1] if hit is not None and hit.kind == "between" else 0
    items += _light(layout, now)
    if hit is not None and hit.kind == "input":
        items += _reached(layout, hit)
    first, second = frame.words(c, hit, now)
    if canvas.captions:
        opened = _opened(layout, layout.loupe, now, n) if layout.loupe is not None else []
        below = frame.lines(c, canvas, layout.footer, first, second, frame.headed(c, hit, landed))
        items += about([*opened, *below], pointed in (None, landed) and not n)
    said = "".join(run.text for run in first)
    summary = f"{said}; {second}; {''.join(frame.verdict(c))}"
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, summary, answer
    )


def _light(layout: PhotoLayout, now: Now) -> list[Item]:
    """Mark what the pass reads and what it makes, and the factor that it multiplies with."""
    theme = layout.canvas.theme
    kernel = theme.role("kernel").line
    window = layout.chain.views[now.turn].box(now.position)
    sources = [(port.cell(*window), port.frame) for port in layout.ports[now.turn]]
    targets = [(port.cell(*now.position), port.frame) for port in layout.ports[now.turn + 1]]
    items = marks([*sources, *targets], kernel, theme)
    clips = [port.clip for port in layout.ports[now.turn + 1]]
    items.append(outlines(clips, kernel, 1.6))
    if layout.factors is not None and now.round < len(layout.factors.terms):
        column, row = layout.factors.terms[now.round]
        items.append(outlines([(row if now.turn == 0 else column).box], kernel, 2.5))
    return items


def _reached(layout: PhotoLayout, hit: Hit) -> list[Item]:
    """Mark the pointed pixel of the input and the pixels of the first pass that read it."""
    c, theme = layout.chain, layout.canvas.theme
    cell = c.index(hit.index[-2:])
    port, target = layout.ports[0][0], layout.ports[1][0]
    boxes = [(port.cell(*cell), port.frame)]
    places = [place for copy in c.copies(hit.index[-2:]) for place in c.views[0].reach(copy)]
    boxes += [(target.cell(*place), target.frame) for place in places]
    return marks(boxes, theme.role("input").line, theme)


def _opened(layout: PhotoLayout, room: Box, now: Now, n: int) -> list[Item]:
    """The loupe: the window of the pass beside its kernel, and the number that it makes."""
    c, theme = layout.chain, layout.canvas.theme
    step, source = c.rounds[now.round][now.turn], c.stacks[now.round][now.turn]
    windows = c.views[now.turn].values(source, now.position)
    kernels, names = step.kernels, c.names
    if not step.across:
        windows, kernels, names = windows[n : n + 1], kernels[n : n + 1], names[n : n + 1]
    total = float((windows * kernels).sum())
    levels = layout.scales[0]
    most = max(abs(levels.low), abs(levels.high)) or 1.0
    scale = most if now.turn == 0 else float(np.abs(source).max()) or 1.0
    x, y, wide, high = room
    box = (x, y + 18, wide, high - 18)
    found = loupe(box, windows[:MOST_GRIDS], kernels[:MOST_GRIDS], names[:MOST_GRIDS], total, theme, scale)
    title = tr("Pass {n}: {title}", n=now.turn + 1, title=step.title.lower())
    if len(windows) > MOST_GRIDS:
        title += ", " + tr("{n} of {all} channels are drawn", n=MOST_GRIDS, all=len(windows))
    head = label(x, y + 8, elide(title, 13, wide, bold=True), theme.text, 13, bold=True)
    return [head, *found.items]

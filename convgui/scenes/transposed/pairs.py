"""All channels of a transposed layer: what each input channel adds to each output channel, and the sums."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core import FilterView
from convgui.draw.arithmetic import sum_runs
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.picture import Cells, Hit, HitGrid, Item, Picture, Rects, Run
from convgui.draw.theme import Role
from convgui.draw.titled_grid import title_items
from convgui.draw.window import framed, ringed
from convgui.draw.words import label
from convgui.draw.writing import NOTHING, writing
from convgui.model.document import Document
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.scenes.transposed.ways import Floats, layer_part
from convgui.words import tr

MOST = 4
"""Input and output channels that are drawn."""
LARGEST, NAMES, SUM = 44.0, 18.0, 46.0
"""Side of a cell, height of the words above a part, and of the gap in which the Σ stands."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """What each input channel adds to each output channel.

    Attributes
    ----------
    x : tuple of ndarray
        ``(H, W)`` an input channel.
    parts : dict
        ``(Ho, Wo)`` by output and input channel, where a kernel leads from one to the other.
    sums : tuple of ndarray
        The layer's own answer an output channel, before the bias.
    bias : tuple of float
    names : tuple of str
        Of the input channels.
    biased : bool
        Whether the layer has a bias.
    """

    x: tuple[Floats, ...]
    parts: dict[tuple[int, int], Floats]
    sums: tuple[Floats, ...]
    bias: tuple[float, ...]
    names: tuple[str, ...]
    biased: bool = True

    @property
    def order(self) -> tuple[tuple[int, int], ...]:
        """Output and input channel of each step."""
        return tuple(sorted(self.parts))

    def sum_after(self, output: int, count: int) -> Floats:
        """Return what the parts of an output channel add up to after some steps."""
        landed = [self.parts[pair] for pair in self.order[:count] if pair[0] == output]
        return np.asarray(sum(landed, np.zeros_like(self.sums[output])))


@dataclass(frozen=True, eq=False)
class PairsLayout:
    """A row an input channel, a column an output channel, and the sums below."""

    pairs: Pairs
    canvas: Canvas
    measure: Measure
    inputs: tuple[Cells, ...]
    parts: dict[tuple[int, int], Cells]
    outputs: tuple[Cells, ...]
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def pairs(document: Document) -> Pairs:
    """Compute the part of every pair of channels, and the layer itself.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    layer, sample = document.layer, document.sample
    channels = layer.spec.channels
    seen = FilterView(layer.spec.one_filter(), sample.spatial).on_two_axes
    x = tuple(plane.astype(np.float64).reshape(seen.spatial) for plane in sample.data)
    parts = {
        (output, channel): layer_part(layer, channel, output, x[channel]).reshape(seen.output_shape)
        for output in range(channels.outputs)
        for channel in channels.reads(output)
    }
    whole = replace(layer, bias=np.zeros_like(layer.bias)).forward(sample.data.astype(np.float64))
    sums = tuple(plane.reshape(seen.output_shape) for plane in whole)
    return Pairs(x, parts, sums, tuple(map(float, layer.bias)), sample.channels, layer.has_bias)


def several(document: Document) -> bool:
    """Whether a layer has more than one kernel, and few enough to draw all of them."""
    spec = document.layer.spec
    return max(spec.in_channels, spec.out_channels) > 1 and max(spec.in_channels, spec.out_channels) <= MOST


def lay_out(p: Pairs, canvas: Canvas) -> PairsLayout:
    """Stand the inputs at the left, their parts in rows beside them, and the sums below."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 2, told=canvas.told)
    margin, (h, w), (ho, wo) = sizes.margin, p.x[0].shape, p.sums[0].shape
    count, rows, names = len(p.x), len(p.sums), NAMES if words else 4.0
    top = min(margin, 16.0) + sizes.above + (NAMES - 2 if words else 0.0)
    bottom = below.top - 10 if words else canvas.height - margin
    gap = max(sizes.gap * 0.7, 12.0)
    across = (canvas.width - 2 * margin - gap * rows) / (w + rows * wo)
    room = bottom - top - count * names - names - SUM
    cell = float(max(int(min(across, room / (count * max(h, ho) + ho), LARGEST)), 3))
    left = round(max(margin, (canvas.width - cell * (w + rows * wo) - gap * rows) / 2))
    high = max(h, ho) * cell + names

    def grid(values: Floats, every: Floats, role: Role, column: int, row: float, name: str, title: str) -> Cells:
        x = left if not column else left + w * cell + gap + (column - 1) * (wo * cell + gap)
        written = writing(every, cell, sizes.least) if words else NOTHING
        return value_cells(
            values, canvas.theme, role, (float(round(x)), float(round(top + row))), cell, limit=largest(every),
            name=name, title=title, numbers=written,
        )  # fmt: skip

    every = np.stack([*p.parts.values(), *p.sums])
    inputs = tuple(
        grid(x, np.stack(p.x), "input", 0, n * high + (high - names - h * cell) / 2, f"input {n}", tr("input"))
        for n, x in enumerate(p.x)
    )
    parts = {
        (f, c): grid(v, every, "result", f + 1, c * high, f"part {c} {f}", tr("part")) for (f, c), v in p.parts.items()
    }
    lowest = count * high - names + SUM
    outputs = tuple(grid(v, every, "result", f + 1, lowest, f"output {f}", tr("output")) for f, v in enumerate(p.sums))
    base = [*inputs, *(_words(p, canvas, sizes, inputs, parts, outputs) if words else [])]
    for column in outputs:
        # The channel's name stands at its left.
        centre = column.x + column.box[2] * 0.7
        base += operator((centre - 60, centre + 60), column.y - SUM / 2, "Σ", canvas.theme, "result")
    hits = (
        *(_hits("input", (n,), g) for n, g in enumerate(inputs)),
        *(_hits("part", pair, g) for pair, g in parts.items()),
        *(_hits("output", (f,), g) for f, g in enumerate(outputs)),
    )
    return PairsLayout(p, canvas, sizes, inputs, parts, outputs, below, tuple(base), hits)


def _hits(kind: str, prefix: tuple[int, ...], grid: Cells) -> HitGrid:
    return HitGrid(kind, prefix, grid.x, grid.y, grid.width, grid.height, grid.content.shape)


def _words(
    p: Pairs,
    canvas: Canvas,
    sizes: Measure,
    inputs: tuple[Cells, ...],
    parts: dict[tuple[int, int], Cells],
    outputs: tuple[Cells, ...],
) -> list[Item]:
    theme, items = canvas.theme, list[Item]()
    first = inputs[0]
    shape = times(len(p.x), *p.x[0].shape)
    items += title_items((first.x, first.y - 16), outputs[0].x - 8, (tr("Input"), shape), "input", sizes, theme)
    for n, grid in enumerate(inputs):
        name = tr("channel {name}", name=p.names[n])
        items.append(label(grid.x, grid.y - 5, elide(name, 12, grid.box[2] + 20), theme.role("input").ink, 12))
    for (f, c), grid in parts.items():
        text = elide(f"in[{c}] · w[{c}, {f}]", 12, grid.box[2] + 16, mono=True)
        items.append(label(grid.x, grid.y - 5, text, theme.muted, 12, mono=True))
    for f, grid in enumerate(outputs):
        text = elide(tr("output {n}", n=f), 13, grid.box[2] * 0.7 - 24, bold=True)
        items.append(label(grid.x, grid.y - 6, text, theme.role("result").ink, 13, bold=True))
    return items


def draw_frame(layout: PairsLayout, at: float, focus: Focus) -> Picture:
    """Show the parts as far as they have come and what they add up to, or the sum of the cell that is pointed at."""
    p, canvas, hit = layout.pairs, layout.canvas, focus.hit
    theme, landed = canvas.theme, min(int(at), len(p.order) - 1)
    now = p.order[landed]
    items: list[Item] = [layout.parts[pair] for pair in p.order[: landed + 1]]
    items += [replace(layout.parts[pair], reveal=0) for pair in p.order[landed + 1 :]]
    for f, grid in enumerate(layout.outputs):
        done = sum(pair[0] == f for pair in p.order[: landed + 1])
        values = p.sum_after(f, landed + 1)
        written = writing(np.stack([*p.parts.values(), *p.sums]), grid.width, layout.measure.least)
        shown = value_cells(
            values, theme, "result", (grid.x, grid.y), grid.width, limit=largest(*p.parts.values(), *p.sums),
            name=grid.name, title=grid.title, numbers=written if canvas.captions else NOTHING,
        )  # fmt: skip
        items.append(shown if done else replace(shown, reveal=0))
    items.append(framed([layout.inputs[now[1]].box, layout.parts[now].box], 40.0, theme))
    output, position = _asked(p, hit, now)
    if hit is not None and hit.kind in ("part", "output"):
        rings = [(grid, position) for pair, grid in layout.parts.items() if pair[0] == output]
        items.append(ringed([*rings, (layout.outputs[output], position)], theme))
    elif hit is not None:
        grid = layout.inputs[hit.index[0]]
        items.append(ringed([(grid, (hit.index[-2], hit.index[-1]))], theme))
        goes = [layout.parts[pair].box for pair in p.order if pair[1] == hit.index[0]]
        items.append(Rects(np.array(goes), stroke=theme.role("input").line, width=2.5))
    lines, said = _lines(layout, output, position)
    if canvas.captions:
        title = tr("This step") if hit is None else tr("Pointed at")
        step = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=len(p.order) - 1)
        items += footer_items(layout.footer, title, step if hit is None else "", lines, theme)
    paper = theme.background
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), layout.hits, said)


def _asked(p: Pairs, hit: Hit | None, now: tuple[int, int]) -> tuple[int, tuple[int, int]]:
    """Return the output channel and the cell whose sum is written: the one pointed at, or the one in the middle."""
    rows, columns = p.sums[0].shape
    if hit is None or hit.kind == "input":
        return now[0], (rows // 2, columns // 2)
    return hit.index[0], (hit.index[-2], hit.index[-1])


def _lines(layout: PairsLayout, output: int, position: tuple[int, int]) -> tuple[list[tuple[Run, ...] | str], str]:
    p, theme, below = layout.pairs, layout.canvas.theme, layout.footer
    pairs_of = [pair for pair in p.order if pair[0] == output]
    terms = [(p.names[c], float(p.parts[f, c][position])) for f, c in pairs_of]
    total = float(p.sums[output][position]) + p.bias[output]
    name = f"out{[output, *position]}"
    runs = sum_runs(theme, name, terms, p.bias[output] if p.biased else None, total, below.room, size=below.size)
    rule = tr(
        "Each input channel adds through a kernel of its own for each output channel: {n} kernels. A column adds up to "
        "its output.",
        n=len(p.parts),
    )
    return [runs, rule], f"{name} = {number(total)}. {rule}"

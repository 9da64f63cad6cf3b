"""Several values of one parameter side by side: a column each, with the same input and the same kernel."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convgui.core.filter_axis import FilterAxis
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import LAYER, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, Side, measure
from convgui.draw.number import times
from convgui.draw.padded import with_padding
from convgui.draw.picture import HitGrid, Item
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import DETAIL, TitledGrid, heading
from convgui.draw.words import label
from convgui.draw.writing import Writing, writing
from convgui.model.document import Document
from convgui.scenes.arithmetic.geometry import DILATIONS, MODES, STRIDES, Geometry, geometry, tried_on
from convgui.scenes.canvas import Canvas
from convgui.words import mark, tr

COMPARED = {
    "dilation": ("dilation", DILATIONS),
    "stride": ("stride", STRIDES),
    "padding": ("padding", ("valid", "same", "same_upper", "full")),
    "sides": ("padding", ("same_upper", "same_lower")),
    "mode": ("mode", MODES),
}
"""What can be compared: which parameter it is, and its values."""
NAMES = {
    ("dilation", "1"): mark("Dilation 1"),
    ("dilation", "2"): mark("Dilation 2"),
    ("dilation", "4"): mark("Dilation 4"),
    ("stride", "1"): mark("Stride 1"),
    ("stride", "2"): mark("Stride 2"),
    ("stride", "3"): mark("Stride 3"),
    ("padding", "valid"): mark("Valid"),
    ("padding", "same"): mark("Same"),
    ("padding", "same_upper"): mark("Same, upper"),
    ("padding", "same_lower"): mark("Same, lower"),
    ("padding", "full"): mark("Full"),
    ("mode", "zeros"): mark("Zeros"),
    ("mode", "reflect"): mark("Reflect"),
    ("mode", "replicate"): mark("Replicate"),
    ("mode", "circular"): mark("Circular"),
}
LARGEST, SMALLEST = 56, 4
MOST_BESIDE = 24
"""Cells a side of a padded input up to which there are columns."""
SIGNED = 18.0
"""Side of a cell from which an index with a sign stands above it."""
BRACKET = 20.0
"""Height of the line that measures a window."""
SIDE = 64.0
"""Width of the words at the left."""
BETWEEN = (16.0, 72.0)
"""Least and largest distance of two columns."""
MANY = 4
"""Columns of which only the first and the last have indices of rows."""
SIGN = 32.0
"""Height of a sign between the words at the left."""


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared, and a layer with each of its values; each is called by its `names`."""

    what: str
    names: tuple[str, ...]
    each: tuple[Geometry, ...]


@dataclass(frozen=True, eq=False)
class Columns:
    """The grids, placed: an input and an output in each column, and one kernel at the left."""

    compared: Compared
    canvas: Canvas
    measure: Measure
    kernel: TitledGrid
    inputs: tuple[TitledGrid, ...]
    outputs: tuple[TitledGrid, ...]
    weights: Writing
    footer: Footer
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def values(document: Document, what: str) -> tuple[str, ...]:
    """Return those values that the layer can have on its input, each of which gives something else."""
    name, every = COMPARED[what]
    spec, spatial = document.layer.spec, document.sample.spatial
    found = dict[tuple[FilterAxis, ...], str]()
    for value in every:
        tried = tried_on(spec, spatial, name, value)
        if tried is not None and max(tried.padded_shape) <= MOST_BESIDE:
            found.setdefault(tried.axes, value)
    padded = document.filter_view.padded_shape != spatial
    return tuple(found.values()) if padded or what != "mode" else ()


def compared(document: Document, what: str, options: dict[str, str]) -> Compared:
    """Compute a layer with each value of what is compared."""
    name, _ = COMPARED[what]
    chosen = values(document, what)
    each = tuple(geometry(document, {**options, name: value}) for value in chosen)
    return Compared(what, tuple(tr(NAMES[name, value]) for value in chosen), each)


def lay_out(compared: Compared, canvas: Canvas) -> Columns:
    """Place the columns: every input above its output, so that all begin at one height."""
    sizes, theme = measure(canvas.width, canvas.height, words=canvas.captions), canvas.theme
    below = footer(canvas.width, canvas.height, sizes.margin, 1 + len(compared.each))
    bottom = below.top - 10 if canvas.captions else canvas.height - sizes.margin
    u, gap = _cell(compared, canvas.width - 2 * sizes.margin, bottom - min(sizes.margin, 20.0), sizes)
    high = max(g.padded.shape[0] for g in compared.each)
    used = _above(sizes) + _height(compared, u, sizes)
    top = round(min(sizes.margin, 20.0) + _above(sizes) + max(0.0, bottom - min(sizes.margin, 20.0) - used) * 0.4)
    lefts = _lefts(compared, u, gap, canvas.width, sizes)
    middle = top + high * u
    kernel = _kernel(compared, canvas, u, (lefts[0], middle + _between(u, sizes) / 2), sizes)
    limit, many = largest(*(g.output for g in compared.each)), len(compared.each) >= MANY
    inputs, outputs, items = list[TitledGrid](), list[TitledGrid](), list[Item]([kernel.cells])
    items += heading(kernel, lefts[1] - sizes.index - 8, sizes, theme)
    for g, name, left, after in zip(compared.each, compared.names, lefts[1:], (*lefts[2:], canvas.width), strict=True):
        wide = max(g.padded.shape[1], g.output.shape[1]) * u
        x = left + round((wide - g.padded.shape[1] * u) / 2)
        # Smaller inputs stand on one line with the others, above the gap.
        grid = _input(g, (name, _detail(g, compared.what)), canvas, u, (x, middle - g.padded.shape[0] * u), sizes)
        if many and inputs:
            grid = replace(grid, rows_at="")
        cells, border = with_padding(grid.cells, (*g.view.padded_index((0, 0)), *g.view.spatial), theme)
        items += [cells, *border, *heading(grid, after - sizes.index - 8, sizes, theme)]
        inputs.append(grid)
        x = left + round((wide - g.output.shape[1] * u) / 2)
        below_it = _output(g, limit, canvas, u, (x, middle + _between(u, sizes)), sizes)
        outputs.append(replace(below_it, rows_at="") if many and g is not compared.each[-1] else below_it)
    items += _row_titles(lefts[0], (top, middle), outputs, kernel, sizes, theme)
    signs = list[Item]()
    for grid in inputs:
        x, wide = grid.cells.x, grid.cells.box[2]
        signs += operator((x, x + wide), middle + _between(u, sizes) / 2, LAYER, theme) if sizes.words else []
    g = compared.each[0]
    hits = [kernel.hits("kernel", *g.index[:2])]
    hits += [grid.hits("input", *g.index[2:]) for grid in inputs]
    hits += [grid.hits("output", g.index[0]) for grid in outputs]
    return Columns(
        compared, canvas, sizes, kernel, tuple(inputs), tuple(outputs), writing(g.kernel, u, sizes.least), below,
        tuple(items), tuple(signs), tuple(hits),
    )  # fmt: skip


def _row_titles(
    x: float, rows: tuple[float, float], outputs: list[TitledGrid], kernel: TitledGrid, sizes: Measure, theme: Theme
) -> list[Item]:
    """Say at the left what the two rows are."""
    if not sizes.words:
        return []
    size, (top, _), (_, y, wide, high) = sizes.title, rows, kernel.cells.box
    last, above = max(grid.cells.y + grid.cells.box[3] for grid in outputs), y - DETAIL - size - 4
    words, under = above - SIGN, y + high + SIGN + size + 4
    inputs, results = theme.role("input").ink, theme.role("result").ink
    items: list[Item] = [
        label(x, min(words - 8, max(top + size, (top + words) / 2)), tr("Input"), inputs, size, bold=True),
        label(x, max(under, min((under + last) / 2, last - 8)), tr("Output"), results, size, bold=True),
    ]
    # From above, the words read: input ∗ kernel = output.
    for sign, at in ((LAYER, above - SIGN / 2), ("=", y + high + SIGN / 2)):
        middle = x + min(max(wide, SIGN), SIDE) / 2
        items += operator((middle - 0.75 * SIGN, middle + 0.75 * SIGN), at, sign, theme)
    return items


def _above(sizes: Measure) -> float:
    return sizes.header(columns_above=bool(sizes.index)) + (BRACKET if sizes.words else 0.0)


def _between(u: float, sizes: Measure) -> float:
    return float(round(max(sizes.gap, 1.2 * u)))


def _height(compared: Compared, u: float, sizes: Measure) -> float:
    rows = max(g.padded.shape[0] for g in compared.each) + max(g.output.shape[0] for g in compared.each)
    return float(rows) * u + _between(u, sizes) + sizes.index


def _widths(compared: Compared, u: float, words: bool) -> list[float]:
    """Width of the first column, which has titles besides the kernel, and of the others."""
    side = max(compared.each[0].kernel.shape[1] * u, SIDE if words else 0.0)
    return [side, *(max(g.padded.shape[1], g.output.shape[1]) * u for g in compared.each)]


def _cell(compared: Compared, width: float, height: float, sizes: Measure) -> tuple[float, float]:
    """Return the side of a cell and the distance of the columns, both as large as they can be."""
    gaps = len(compared.each)
    indexed = (2 if gaps >= MANY else gaps + 1) * sizes.index
    u = LARGEST
    while u > SMALLEST:
        left = width - sum(_widths(compared, u, sizes.words)) - indexed
        if left >= gaps * BETWEEN[0] and _above(sizes) + _height(compared, u, sizes) <= height:
            break
        u -= 1
    left = width - sum(_widths(compared, u, sizes.words)) - indexed
    return float(u), float(int(min(BETWEEN[1], max(4.0, left / gaps)))) + (0.0 if gaps >= MANY else sizes.index)


def _lefts(compared: Compared, u: float, gap: float, width: float, sizes: Measure) -> list[float]:
    """Return where the kernel and the columns begin."""
    widths = _widths(compared, u, sizes.words)
    first = sizes.index if len(compared.each) >= MANY else 0.0
    x = float(round((width - sum(widths) - gap * len(compared.each) - first) / 2))
    lefts = list[float]()
    for n, wide in enumerate(widths):
        lefts.append(x)
        x += wide + gap + (0.0 if n else first)
    return lefts


def _kernel(compared: Compared, canvas: Canvas, u: float, at: tuple[float, float], sizes: Measure) -> TitledGrid:
    """The kernel beside the gaps, since it is the same in all of them."""
    weights = compared.each[0].kernel
    rows, columns = weights.shape
    corner = (at[0], float(round(at[1] - rows * u / 2)))
    cells = value_cells(
        weights, canvas.theme, "kernel", corner, u, name="kernel", title=tr("kernel"),
        numbers=writing(weights, u, sizes.least),
    )  # fmt: skip
    return TitledGrid(cells, tr("Kernel"), times(rows, columns), role="kernel")


def _input(
    g: Geometry, words: tuple[str, str], canvas: Canvas, u: float, at: tuple[float, float], sizes: Measure
) -> TitledGrid:
    cells = value_cells(
        g.padded, canvas.theme, "input", at, u, limit=largest(g.x), name="input", title=tr("input"),
        numbers=writing(g.padded, u, sizes.least),
    )  # fmt: skip
    top, left = g.view.origin
    # Two indices with a sign would run into each other.
    shown = sizes.index > 0 and (left == 0 or u >= SIGNED)
    # The room for indices stays, so that all columns' titles stand level.
    lift = (BRACKET if sizes.words else 0.0) + (0.0 if shown else sizes.index)
    side: Side = "left" if shown else ""
    return TitledGrid(cells, *words, side, shown, (top, left), "input", lift)


def _output(g: Geometry, limit: float, canvas: Canvas, u: float, at: tuple[float, float], sizes: Measure) -> TitledGrid:
    """An output, on the scale of all of them."""
    cells = value_cells(
        g.output, canvas.theme, "result", at, u, limit=limit, name="output", title=tr("output"),
        numbers=writing(g.output, u, sizes.least),
    )  # fmt: skip
    return TitledGrid(cells, tr("Output"), times(*g.output.shape), "right" if sizes.index else "", role="result")


def _detail(g: Geometry, what: str) -> str:
    """What is special in a column, and the shape that comes out: how far the kernel reaches, or the padding."""
    before, after = g.view.axes[-1].before, g.view.axes[-1].after
    special = times(*g.x.shape)
    if what == "dilation":
        special = tr("covers {size}", size=times(*g.inflated.shape))
    elif what != "stride" and before + after:
        special = tr("padding {before} + {after}", before=before, after=after)
    return f"{special} → {times(*g.output.shape)}"

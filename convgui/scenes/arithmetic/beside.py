"""Several values of one parameter side by side: a column each, with the same input and the same kernel."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convgui.core.filter_axis import FilterAxis
from convgui.core.filter_view import Position
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import LAYER, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import text_width
from convgui.draw.number import times
from convgui.draw.padded import with_padding
from convgui.draw.picture import HitGrid, Item
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.words import label
from convgui.draw.writing import COMPACT, Writing, writing
from convgui.model.document import Document, View
from convgui.scenes.arithmetic.geometry import DILATIONS, MODES, STRIDES, Geometry, geometry, tried_on
from convgui.scenes.canvas import Canvas
from convgui.scenes.choice import marked_cells
from convgui.words import mark, tr

COMPARED = {
    "dilation": ("dilation", DILATIONS),
    "stride": ("stride", STRIDES),
    "padding": ("padding", ("valid", "same", "same_upper", "causal", "full")),
    "sides": ("padding", ("same_upper", "same_lower")),
    "time": ("padding", ("same", "same_upper", "causal", "causal_stride")),
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
    ("padding", "same_upper"): mark("same_upper"),
    ("padding", "same_lower"): mark("same_lower"),
    ("padding", "full"): mark("Full"),
    ("padding", "causal"): mark("Causal"),
    ("padding", "causal_stride"): mark("causal_stride"),
    ("mode", "zeros"): mark("Zeros"),
    ("mode", "reflect"): mark("Reflect"),
    ("mode", "replicate"): mark("Replicate"),
    ("mode", "circular"): mark("Circular"),
}
LARGEST, SMALLEST = 56, 4
MOST_BESIDE = 24
"""Cells a side of a padded input up to which there are columns."""
SPARSE = 17.0
"""Side of a cell below which, where the kernel has holes, only the cells that it reads have their numbers."""
BRACKET = 18.0
"""Height of the line that measures a window."""
SIDE = 64.0
"""Width of the words at the left."""
BETWEEN = (12.0, 72.0)
"""Least and largest distance of two columns."""
MARGIN = 16.0
"""Beside the columns, at most."""
FALL = (10.0, 40.0)
"""Least and largest height of a gap, between an input and the kernel below it or that and the output."""
NARROW = 14.0
"""Of a gap with column indices at its lower end, what is left above them at least."""
APART = 14.0
"""Between the titles of the rows and the indices."""
STEEP = 0.55
"""Least height of a gap in cells."""
SIGN = 44.0
"""Width of the room for a sign beside a kernel."""
TOP, AIR = 8.0, 6.0
"""Least room above the titles, and what is added to it first where something is left."""


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared, and a layer with each of its values; each is called by its `names`."""

    what: str
    names: tuple[str, ...]
    each: tuple[Geometry, ...]


@dataclass(frozen=True, eq=False)
class Columns:
    """The grids, placed: an input, the kernel and an output in each column, from above.

    Attributes
    ----------
    level : bool
        Whether the output stands beside the kernel, not below it.
    marks : tuple
        The output cell of each column that a caption speaks of once all are made.
    """

    compared: Compared
    canvas: Canvas
    measure: Measure
    inputs: tuple[TitledGrid, ...]
    kernels: tuple[TitledGrid, ...]
    outputs: tuple[TitledGrid, ...]
    weights: Writing
    level: bool
    marks: tuple[Position | None, ...]
    footer: Footer
    base: tuple[Item, ...]
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


@dataclass(frozen=True)
class _Sizes:
    """What is found before the grids are placed: side of a cell, height of a gap, room between two columns.

    With `level`, the output stands beside the kernel.
    """

    u: float
    fall: float
    between: float
    level: bool


def lay_out(compared: Compared, view: View, canvas: Canvas) -> Columns:
    """Place the columns: every input above the kernel and that above its output or beside it, in rows of one height."""
    sizes, theme = measure(canvas.width, canvas.height, words=canvas.captions), canvas.theme
    below = footer(canvas.width, canvas.height, sizes.margin, len(compared.each))
    bottom = below.top - 4 if canvas.captions else canvas.height - sizes.margin
    first = min(sizes.margin, TOP)
    room = (canvas.width - 2 * min(sizes.margin, MARGIN), bottom - first)
    found = max((_sizes(compared, *room, sizes, level=level) for level in (False, True)), key=lambda some: some.u)
    u, fall, level = found.u, found.fall, found.level
    used = _above(compared, sizes) + _height(compared, u, fall, sizes, level=level)
    high = max(g.padded.shape[0] for g in compared.each)
    taps = compared.each[0].kernel.shape[0]
    spare = max(0.0, bottom - first - used)
    middle = round(first + _above(compared, sizes) + min(spare, max(AIR, 0.4 * spare))) + high * u
    rows = (middle, middle + fall, middle + fall + (0 if level else fall + taps * u))
    limit = largest(*(g.output for g in compared.each))
    inputs, kernels, outputs, items = list[TitledGrid](), list[TitledGrid](), list[TitledGrid](), list[Item]()
    lefts, rooms = _lefts(compared, found, canvas.width, sizes), _rooms(compared, u, sizes)
    for n, (g, left, after) in enumerate(zip(compared.each, lefts, (*lefts[1:], canvas.width), strict=True)):
        wide = _wide(g, u, level=level)
        group = (wide - (g.kernel.shape[1] + g.output.shape[1]) * u - SIGN) / 2

        def centred(columns: int, left: float = left, wide: float = wide) -> float:
            return left + round((wide - columns * u) / 2)

        # Smaller inputs stand on one line with the others, above the gap.
        at = (centred(g.padded.shape[1]), rows[0] - g.padded.shape[0] * u)
        grid = _input(g, (compared.names[n], _detail(g, compared.what)), canvas, u, at, sizes, bracket(compared, sizes))
        grid = grid if rooms[n][0] else replace(grid, rows_at="")
        cells, border = with_padding(grid.cells, (*g.view.padded_index((0, 0)), *g.view.spatial), theme)
        shown = replace(cells, content=replace(cells.content, texts=())) if _sparse(compared, u) else cells
        items += [shown, *border, *heading(grid, after - sizes.index - 8, sizes, theme)]
        inputs.append(grid)
        beside = float(round(left + max(group, 0.0)))
        kernels.append(_kernel(g, canvas, u, (beside if level else centred(g.kernel.shape[1]), rows[1]), sizes))
        items += [kernels[-1].cells, *_signs(kernels[-1], sizes, theme, ends=not level)]
        x = beside + g.kernel.shape[1] * u + SIGN if level else centred(g.output.shape[1])
        outputs.append(_output(g, limit, canvas, u, (x, rows[2]), sizes, level=level))
    left = min(inputs[0].cells.x, kernels[0].cells.x - SIGN) - sizes.index - APART
    items += _row_titles(left, (inputs[0], kernels[0], *(() if level else outputs[:1])), sizes, theme)
    if level:
        items += _beside_last(outputs[-1], canvas.width, sizes, theme)
    g = compared.each[0]
    hits = [grid.hits("kernel", *g.index[:2]) for grid in kernels]
    hits += [grid.hits("input", *g.index[2:]) for grid in inputs]
    hits += [grid.hits("output", g.index[0]) for grid in outputs]
    return Columns(
        compared, canvas, sizes, tuple(inputs), tuple(kernels), tuple(outputs), writing(g.kernel, u, sizes.least),
        level, _marks(compared, view), below, tuple(items), tuple(hits),
    )  # fmt: skip


def _sparse(compared: Compared, u: float) -> bool:
    """Whether only the cells that the kernel reads have their numbers."""
    return u < SPARSE and any(max(g.view.spec.dilation) > 1 for g in compared.each)


def _signs(kernel: TitledGrid, sizes: Measure, theme: Theme, *, ends: bool) -> list[Item]:
    """Write the operators beside a kernel: from above, the column reads input ∗ kernel = output.

    Without `ends`, the last one lies above the light in its gap and is drawn with that.
    """
    if not sizes.words:
        return []
    x, y, wide, high = kernel.cells.box
    before = operator((x - SIGN, x), y + high / 2, LAYER, theme)
    return [*before, *(operator((x + wide, x + wide + SIGN), y + high / 2, "=", theme) if ends else [])]


def _marks(compared: Compared, view: View) -> tuple[Position | None, ...]:
    """Return the output cell of each column that a caption speaks of: one for all, or one for each."""
    found = marked_cells(view, view.layer + 1)
    cells = found * len(compared.each) if len(found) == 1 else found
    if len(cells) != len(compared.each):
        return (None,) * len(compared.each)
    return tuple(cell if g.view.makes(cell) else None for g, cell in zip(compared.each, cells, strict=True))


def _beside_last(output: TitledGrid, width: float, sizes: Measure, theme: Theme) -> list[Item]:
    """Say beside the last output what the outputs are."""
    x, y, wide, high = output.cells.box
    x, size = x + wide + sizes.index + APART, sizes.title
    if not sizes.words or x + text_width(output.title, size, bold=True) > width:
        return []
    ink = theme.role("result").ink
    return [label(x, y + high / 2 + 0.36 * size, output.title, ink, size, bold=True)]


def _row_titles(x: float, rows: tuple[TitledGrid, ...], sizes: Measure, theme: Theme) -> list[Item]:
    """Say what the rows are, so that the words end beside the first column."""
    if not sizes.words:
        return []
    items, size = list[Item](), sizes.title
    x = max(min(sizes.margin, MARGIN), x - max(text_width(_row_name(grid), size, bold=True) for grid in rows))
    for grid in rows:
        middle = grid.cells.y + grid.cells.box[3] / 2
        items.append(label(x, middle + 0.36 * size, _row_name(grid), theme.role(grid.role).ink, size, bold=True))
        if grid.role == "kernel":
            items.append(label(x, middle + 0.36 * size + 18, grid.detail, theme.muted, sizes.small, mono=True))
    return items


def _row_name(grid: TitledGrid) -> str:
    return tr("Input") if grid.role == "input" else grid.title


def bracket(compared: Compared, sizes: Measure) -> float:
    """Return the height of the line that measures a window: there is one where the windows differ."""
    return BRACKET if sizes.words and len({g.inflated.shape for g in compared.each}) > 1 else 0.0


def crowded(g: Geometry, u: float, sizes: Measure) -> bool:
    """Whether the numbers of an output would run into each other: then only the one that is spoken of is written."""
    return not writing(g.output, u, sizes.least).font


def _above(compared: Compared, sizes: Measure) -> float:
    return sizes.header(columns_above=bool(sizes.index)) + bracket(compared, sizes)


def _height(compared: Compared, u: float, fall: float, sizes: Measure, *, level: bool) -> float:
    above, below = max(g.padded.shape[0] for g in compared.each), max(g.output.shape[0] for g in compared.each)
    taps = compared.each[0].kernel.shape[0]
    if level:
        return float(above + max(taps, below)) * u + fall
    return float(above + taps + below) * u + 2 * fall + sizes.index


def _wide(g: Geometry, u: float, *, level: bool) -> float:
    """Width of a column's grids, without the sign before its kernel."""
    beside = (g.kernel.shape[1] + g.output.shape[1]) * u + SIGN if level else 0.0
    return float(max(g.padded.shape[1] * u, g.output.shape[1] * u, beside))


def _widths(compared: Compared, u: float, words: bool, *, level: bool) -> list[float]:
    """Width of the titles at the left, and of the columns."""
    signs = 2 * SIGN if words else 0.0
    if level:
        each = [max(g.padded.shape[1] * u, (g.kernel.shape[1] + g.output.shape[1]) * u + signs) for g in compared.each]
        return [2 * SIDE if words else 0.0, *each]
    kernel = compared.each[0].kernel.shape[1] * u + signs
    return [SIDE if words else 0.0, *(max(_wide(g, u, level=False), kernel) for g in compared.each)]


def _rooms(compared: Compared, u: float, sizes: Measure) -> list[tuple[float, float]]:
    """Room for the indices of rows, left and right of each column: inputs of the same rows share those of the first."""
    rows, found = {(g.view.origin[0], g.padded.shape[0]) for g in compared.each}, list[tuple[float, float]]()
    for n, g in enumerate(compared.each):
        beyond = (g.padded.shape[1] - g.output.shape[1]) * u / 2
        found.append((sizes.index if n == 0 or len(rows) > 1 else 0.0, max(0.0, sizes.index - max(beyond, 0.0))))
    return found


def _sizes(compared: Compared, width: float, height: float, sizes: Measure, *, level: bool) -> _Sizes:
    """Find the largest cells for which there is room, and share out what is left of it."""
    count = len(compared.each)
    u = LARGEST

    def spare() -> tuple[float, float]:
        across = sum(_widths(compared, u, sizes.words, level=level)) + sum(map(sum, _rooms(compared, u, sizes)))
        return width - across, height - _above(compared, sizes) - _height(compared, u, least(), sizes, level=level)

    def least() -> float:
        return max(FALL[0], STEEP * u, sizes.index + NARROW if level else 0.0)

    while u > SMALLEST and not (spare()[0] >= count * BETWEEN[0] and spare()[1] >= 0):
        u -= 1
    beside, below = spare()
    fall = float(int(min(least() + max(0.0, below) / 2, max(FALL[1], least()))))
    return _Sizes(float(u), fall, float(int(min(BETWEEN[1], max(4.0, beside / count)))), level)


def _lefts(compared: Compared, found: _Sizes, width: float, sizes: Measure) -> list[float]:
    """Return where the columns begin, the words at the left and all of them together in the middle."""
    side, *widths = _widths(compared, found.u, sizes.words, level=found.level)
    side /= 2 if found.level else 1
    rooms = _rooms(compared, found.u, sizes)
    columns = [_wide(g, found.u, level=found.level) for g in compared.each]
    margin = min(sizes.margin, MARGIN)
    x = margin + side
    used = sum(widths) + sum(map(sum, rooms)) + found.between * len(widths)
    free = width - margin - x - used - (side if found.level else 0.0)
    x, lefts = x + max(0.0, free) / 2, list[float]()
    for wide, column, (left, right) in zip(widths, columns, rooms, strict=True):
        x += found.between + left
        lefts.append(float(round(x + (wide - column) / 2)))
        x += wide + right
    return lefts


def _kernel(g: Geometry, canvas: Canvas, u: float, at: tuple[float, float], sizes: Measure) -> TitledGrid:
    """The kernel in the gap of a column; it is the same in all of them."""
    cells = value_cells(
        g.kernel, canvas.theme, "kernel", at, u, name="kernel", title=tr("kernel"),
        numbers=writing(g.kernel, u, sizes.least),
    )  # fmt: skip
    return TitledGrid(cells, tr("Kernel"), times(*g.kernel.shape), role="kernel")


def _input(
    g: Geometry, words: tuple[str, str], canvas: Canvas, u: float, at: tuple[float, float], sizes: Measure, lift: float
) -> TitledGrid:
    cells = value_cells(
        g.padded, canvas.theme, "input", at, u, limit=largest(g.x), name="input", title=tr("input"),
        numbers=writing(g.padded, u, sizes.least),
    )  # fmt: skip
    (top, left), shown = g.view.origin, sizes.index > 0
    return TitledGrid(cells, *words, "left" if shown else "", shown, (top, left), "input", lift)


def _output(
    g: Geometry, limit: float, canvas: Canvas, u: float, at: tuple[float, float], sizes: Measure, *, level: bool
) -> TitledGrid:
    """An output, on the scale of all of them."""
    cells = value_cells(
        g.output, canvas.theme, "result", at, u, limit=limit, name="output", title=tr("output"),
        numbers=writing(g.output, u, COMPACT),
    )  # fmt: skip
    return TitledGrid(
        cells,
        tr("Output"),
        times(*g.output.shape),
        "right" if sizes.index else "",
        level and sizes.index > 0,
        role="result",
    )


def _detail(g: Geometry, what: str) -> str:
    """What is special in a column, and the shape that comes out: how far the kernel reaches, or the padding."""
    before, after = g.view.axes[-1].before, g.view.axes[-1].after
    special = times(*g.x.shape)
    if what == "dilation":
        special = tr("covers {size}", size=times(*g.inflated.shape))
    elif what != "stride" and before + after:
        special = tr("padding {before} + {after}", before=before, after=after)
    return f"{special} → {times(*g.output.shape)}"

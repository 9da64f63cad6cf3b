"""A kernel of three axes as one factor an axis: each of its slices is a weight times a column times a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convgui.core import separable_factors
from convgui.core.costs import passes, standard
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.number import grouped, number, product, signed, times
from convgui.draw.picture import Cells, HitGrid, Item, Picture, Run
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import title_items
from convgui.draw.window import framed, ringed
from convgui.draw.words import label, middle
from convgui.draw.writing import writing
from convgui.model.document import Document
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor.chain import Floats, tidy
from convgui.scenes.scene import Focus
from convgui.words import tr

LARGEST, NAME, MOST = 48.0, 64.0, 5
"""Largest side of a cell, room for a slice's name, and slices that are drawn."""
EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Solid:
    """A 3D kernel and its strongest product of three vectors.

    Attributes
    ----------
    kernel, near : ndarray
        ``(depth, rows, columns)``: the kernel, and what the product makes.
    factors : tuple of ndarray
        Along depth, rows and columns.
    error : float
        Distance of both, relative to the kernel (Frobenius norm).
    cheap, whole : int
        Multiplications of one pass an axis, and of the kernel at once.
    """

    kernel: Floats
    near: Floats
    factors: tuple[Floats, ...]
    error: float
    cheap: int
    whole: int
    index: tuple[int, int]

    @property
    def drawn(self) -> int:
        """How many slices are drawn."""
        return min(len(self.kernel), MOST)


@dataclass(frozen=True, eq=False)
class SolidLayout:
    """The grids, placed: `slices`, `weights` and `products` by slice."""

    solid: Solid
    canvas: Canvas
    measure: Measure
    row: Row
    slices: tuple[Cells, ...]
    weights: tuple[Cells, ...]
    column: Cells
    along: Cells
    products: tuple[Cells, ...]
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def solid(document: Document) -> Solid:
    """Factor the chosen kernel."""
    view, spec = document.view, document.layer.spec.one_filter()
    kernel = document.layer.effective_weight[view.filter, view.channel]
    factors = tidy(separable_factors(kernel).terms[0])
    near = np.einsum("d,h,w->dhw", *factors)
    size, spatial = float(np.linalg.norm(kernel)), document.sample.spatial
    error = float(np.linalg.norm(kernel - near)) / size if size else 0.0
    cheap = sum(cost.multiplications for cost in passes(spec, spatial, range(spec.rank)[::-1]))
    whole = standard(spec, spatial).multiplications
    return Solid(kernel, near, factors, error, cheap, whole, (view.filter, view.channel))


def lay_out(s: Solid, canvas: Canvas) -> SolidLayout:
    """Place a slice of the kernel a row, with its weight; column and row stand beside the middle of all."""
    sizes, theme = measure(canvas.width, canvas.height, words=canvas.captions), canvas.theme
    below = footer(canvas.width, canvas.height, sizes.margin, 3, told=canvas.told)
    bottom, top = below.top - 10 if canvas.captions else canvas.height - sizes.margin, min(sizes.margin, 20.0)
    _, high, wide = s.kernel.shape
    name = NAME if sizes.words else 0.0
    slots = [
        Slot(high, wide, left=name, above=sizes.above),
        Slot(1, 1, right=name / 2, above=0.0),
        Slot(high, 1, right=name / 2, above=sizes.above, shared=s.drawn > 1),
        Slot(1, wide, above=sizes.above, shared=s.drawn > 1),
        Slot(high, wide, above=sizes.above),
    ]
    box = (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top)
    found = row(slots, box, sizes, s.drawn, LARGEST)
    depth, column, along = s.factors
    shown = range(s.drawn)

    def grid(values: Floats, every: Floats, slot: int, band: int, called: str, title: str) -> Cells:
        return value_cells(
            values, theme, "kernel", found.box(slot, band)[:2], found.cell, limit=largest(every), name=called,
            title=title, numbers=writing(every, found.cell, sizes.least),
        )  # fmt: skip

    titles = [tr("slice {n}", n=n) for n in shown]
    slices = tuple(grid(s.kernel[n], s.kernel, 0, n, f"kernel {n}", titles[n]) for n in shown)
    weights = tuple(grid(depth[n : n + 1, None], depth, 1, n, f"depth {n}", titles[n]) for n in shown)
    products = tuple(grid(s.near[n], s.kernel, 4, n, f"product {n}", titles[n]) for n in shown)
    one = grid(column[:, None], column, 2, 0, "column", tr("column"))
    other = grid(along[None], along, 3, 0, "row", tr("row"))
    items: list[Item] = [*slices, *weights, one, other, *products]
    items += _signs(s, found, canvas) if sizes.words else []
    hidden = f", {tr('first {n} shown', n=s.drawn)}" if s.drawn < len(depth) else ""
    heads = (
        (slices[0], tr("Kernel"), times(*s.kernel.shape) + hidden),
        (weights[0], tr("Depth"), times(len(depth), 1, 1)),
        (one, tr("Column"), times(1, high, 1)),
        (other, tr("Row"), times(1, 1, wide)),
        (products[0], tr("Product"), _verdict(s)),
    )
    role: Role = "kernel"
    for n, (cells, title, detail) in enumerate(heads):
        items += title_items((cells.x, cells.y), found.room(n, canvas.width - 6), (title, detail), role, sizes, theme)
    if sizes.words:
        for cells, said in zip(slices, titles, strict=True):
            items.append(label(cells.x - NAME, middle(cells.y, cells.box[3], 12), said, theme.muted, 12))
    hits = (
        *(HitGrid("kernel", (*s.index, n), g.x, g.y, g.width, g.height, g.content.shape) for n, g in enumerate(slices)),
        *(HitGrid("product", (n,), g.x, g.y, g.width, g.height, g.content.shape) for n, g in enumerate(products)),
    )
    return SolidLayout(
        s, canvas, sizes, found, slices, weights, one, other, products, below, tuple(items), hits
    )  # fmt: skip


def _signs(s: Solid, found: Row, canvas: Canvas) -> list[Item]:
    """The operators: in the gaps of each slice, and once beside what all slices share."""
    items = list[Item]()
    for n, sign in enumerate(("=" if s.error < EXACT else "≈", "×", "×", "=")):
        shared = [found.middle] if n == 2 else found.bands
        for y in shared:
            items += operator(found.gap(n), y, sign, canvas.theme)
    return items


def draw_frame(layout: SolidLayout, at: float, focus: Focus) -> Picture:
    """Draw the product of one slice, or of the weight that is pointed at."""
    s, canvas, hit = layout.solid, layout.canvas, focus.hit
    theme, landed = canvas.theme, min(int(at), layout.solid.drawn - 1)
    n = landed if hit is None else hit.index[-3]
    boxes = [g.box for g in (layout.slices[n], layout.weights[n], layout.column, layout.along, layout.products[n])]
    items: list[Item] = [framed(boxes, layout.row.cell, theme)]
    depth, column, along = s.factors
    if hit is not None:
        i, j = hit.index[-2:]
        cells = ((layout.slices[n], (i, j)), (layout.weights[n], (0, 0)), (layout.column, (i, 0)),
                 (layout.along, (0, j)), (layout.products[n], (i, j)))  # fmt: skip
        items.append(ringed(cells, theme))
        factors = product(float(depth[n]), float(column[i]), float(along[j]))
        said = f"{factors} = {number(float(s.near[n, i, j]))}; w{[n, i, j]} = {number(float(s.kernel[n, i, j]))}"
    else:
        said = tr("slice {n}", n=n) + f": {signed(float(depth[n]))} · " + tr("column") + " · " + tr("row")
    few, many = sum(s.kernel.shape), s.kernel.size
    cost = tr(
        "{few} weights and not {many}; {cheap} multiplications in three passes, {whole} at once.",
        few=few, many=many, cheap=grouped(s.cheap), whole=grouped(s.whole),
    )  # fmt: skip
    if canvas.captions:
        head = tr("This step") if hit is None else tr("Pointed at")
        detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=s.drawn - 1) if hit is None else ""
        lines: list[Sequence[Run] | str] = [(Run(said, theme.text),), cost, _sentence(s)]
        items += footer_items(layout.footer, head, detail, lines, theme)
    summary = f"{said}; {_sentence(s)} {cost}"
    return Picture(canvas.width, canvas.height, theme.background, layout.base, tuple(items), layout.hits, summary)


def _verdict(s: Solid) -> str:
    return tr("exact") if s.error < EXACT else tr("off by {error} %", error=number(100 * s.error, 1))


def _sentence(s: Solid) -> str:
    if s.error < EXACT:
        return tr("One factor an axis meets this kernel exactly: its flattened form is the kernel itself.")
    return tr("The strongest factor an axis misses this kernel by {error} %.", error=number(100 * s.error, 1))

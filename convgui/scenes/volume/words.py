"""What is said under the picture: the rule, the number being made, and its products."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from convgui.draw.arithmetic import product_sum_runs, sum_runs, text_of
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.measure import measure
from convgui.draw.metrics import text_width
from convgui.draw.number import ends, grouped, number, times
from convgui.draw.picture import Item, Run
from convgui.draw.theme import Role, Theme
from convgui.draw.titled_grid import index_text, title_items
from convgui.model.document import missing_words
from convgui.scenes.canvas import Canvas
from convgui.scenes.readers import of_filter
from convgui.scenes.volume.layer import Triple, Volume
from convgui.words import mark, tr, trn

MARGIN = 26.0
WHOLE, MOST_NAMED = 27, 3
"""Products that are written in their order, and slices that are named one by one."""
TOP = 10.0
SPATIAL = "D × H × W"
AXES = (mark("depth"), mark("height"), mark("width"))


def index(name: str, *indices: int) -> str:
    """Write ``out[0, 1, 2, 3]``."""
    return f"{name}[{', '.join(map(index_text, indices))}]"


def rule(v: Volume) -> str:
    """Say along which axes the filter has room to move."""
    if v.view.spec.transposed:
        return tr("Each output cell gathers the inputs whose kernels, laid over the output, cover it.")
    free = [name for name, n in zip(AXES, v.output_size, strict=True) if n > 1]
    if len(free) == 3:
        return tr("The filter is shallower than the input, so it slides through the depth too.")
    if v.output_size[0] == 1 and len(free) == 2:
        return tr("The filter is as deep as the input, so the output is flat.")
    if not free:
        return tr("The filter fits in one place only.")
    if len(free) == 1:
        return tr("The filter has room to move in {axis} only.", axis=tr(free[0]))
    return tr("The filter has room to move in {one} and {other} only.", one=tr(free[0]), other=tr(free[1]))


def head(canvas: Canvas) -> float:
    """Return the height of the titles above slices and projections."""
    return TOP + measure(canvas.width, canvas.height, words=canvas.captions).above


def headline(canvas: Canvas, x: float, room: float, title: str, detail: str, role: Role) -> list[Item]:
    """Write a title and its detail, which begins with a shape: with the names of its axes, where there is room."""
    sizes, shape = measure(canvas.width, canvas.height, words=canvas.captions), detail.split(" · ")[0]
    named = detail.replace(shape, f"{shape}  {SPATIAL}", 1)
    shown = named if text_width(named, sizes.small, mono=True) <= room else detail
    return title_items((x, TOP + sizes.above), x + room, (title, shown), role, sizes, canvas.theme)


def footing(canvas: Canvas, margin: float = MARGIN) -> Footer:
    """Return where the words about an output cell stand."""
    return footer(canvas.width, canvas.height, margin, 3, told=canvas.told)


def below(canvas: Canvas) -> float:
    """Return the height of these words."""
    return canvas.height - footing(canvas).top


def lines(
    v: Volume, canvas: Canvas, position: Triple, said: str = "", *, margin: float = MARGIN, places: bool = False
) -> tuple[list[Item], str]:
    """Write the words about one output cell, and all as one sentence.

    Parameters
    ----------
    said : str
        What is said of a cell that is pointed at, in place of the products.
    places : bool
        Whether to say how many places there are on each axis, in place of the products.
    """
    theme, footer = canvas.theme, footing(canvas, margin)
    name, (parts, total) = index("out", v.filter, *position), partial_sums(v, position)
    first = sum_runs(theme, name, parts, v.bias, total, footer.room, 1.0, footer.size)
    if text_width(text_of(first), footer.size, mono=True) > footer.room:
        first = sum_runs(theme, name, [("Σ", total - v.bias)], v.bias, total, footer.room, 1.0, footer.size)
    title = v.names[v.channel] if len(v.names) > 1 else ""
    window, kernel = v.windows(position)[v.channel], v.kernels[v.channel]
    if said:
        second: tuple[Run, ...] = (Run(said, theme.text),)
    elif places:
        second = places_runs(v, theme, footer.room, footer.size)
    else:
        if window.size > WHOLE:
            # Of many products the first are mostly those of dark corners: what counts comes first.
            order = np.argsort(-np.abs(window * kernel), axis=None, kind="stable")
            window, kernel = window.ravel()[order], kernel.ravel()[order]
            largest = tr("largest first")
            title = f"{title}, {largest}" if title else largest
        second = product_sum_runs(theme, title, window, kernel, footer.room, footer.size)
    below_all = rule(v)
    if len(v.names) > 1:
        # In the order of the weights' shape, no channel can be taken for a depth.
        shape = times(v.filters, *v.kernels.shape)
        below_all = f"{below_all} {tr('Weights, F × C × D × H × W: {shape}.', shape=shape)}"
    step, last = v.view.step(position), v.view.positions - 1
    head = tr("Pointed at") if said else tr("This step")
    detail = "" if said else tr("step {n} of 0 … {last}; indices begin at 0", n=grouped(step), last=grouped(last))
    # What is pointed at comes first; the sum of the step goes on below it.
    written: list[Sequence[Run] | str] = [said, first, below_all] if said else [first, second, below_all]
    return footer_items(footer, head, detail, written, theme), f"{rule(v)} {text_of(first)}; {text_of(second)}"


def partial_sums(v: Volume, position: Triple) -> tuple[list[tuple[str, float]], float]:
    """Return what each channel, or of a single one each slice, adds to an output cell; and the cell."""
    windows = v.windows(position)
    if len(v.names) > 1:
        found = [(v.names[c], float((w * k).sum())) for c, (w, k) in enumerate(zip(windows, v.kernels, strict=True))]
    else:
        slices = (windows[0] * v.kernels[0]).sum(axis=(1, 2))
        one = len(slices) == 1
        found = [("Σ" if one else tr("slice {n}", n=i), float(s)) for i, s in enumerate(slices)]
        if len(slices) > MOST_NAMED:
            every = tr("slices 0 … {last}", last=len(slices) - 1)
            found = [("" if i else every, s) for i, (_, s) in enumerate(found)]
    return found, sum(value for _, value in found) + v.bias


def places_runs(v: Volume, theme: Theme, room: float, size: float) -> tuple[Run, ...]:
    """Say how many places the filter has on each axis, and that it has one along the channels."""
    spec, view, count, ink = v.view.spec, v.view, len(v.names), theme.role("warning").ink
    runs: list[Run] = []
    for whole in (True, False):
        runs = [Run(f"{tr('places')}: ", theme.muted)]
        for name, n, extent, stride, output in zip(
            AXES, view.padded_shape, spec.extent, spec.stride, v.output_size, strict=True
        ):
            way = f" {n} − {extent} + 1 =" if stride == 1 else f" ⌊({n} − {extent}) / {stride}⌋ + 1 ="
            runs.append(Run(f"{tr(name)}{way if whole else ''} ", theme.muted))
            runs.append(Run(f"{output}   ", theme.text, bold=True))
        runs.append(Run(f"{tr('channel')}{f' {count} − {count} + 1 =' if whole else ''} ", theme.muted))
        runs += [Run("1", ink, bold=True), Run(f", {tr('so no sliding')}", ink)]
        if text_width(text_of(runs), size, mono=True) <= room:
            break
    return tuple(runs)


def cell_words(v: Volume, cell: Triple, channel: int | None = None) -> str:
    """Say what stands in an input cell and how far it reaches."""
    seen = v.channel if channel is None else channel
    name = index("in", v.first + seen, *cell)
    if not v.view.holds(cell):
        return tr("{cell} lies outside the input: it is padding", cell=name)
    count = len(v.view.reached(cell))
    value = number(float(v.data[(seen, *cell)]))
    fed = trn("{cell} feeds {n} output cell", "{cell} feeds {n} output cells", count, cell=f"{name} = {value}")
    return of_filter(fed, v.filter, v.view.channels, count)


def weight_words(v: Volume, channel: int, tap: Triple, position: Triple) -> str:
    """Say what a weight meets in a window, what comes of it, and how many cells it meets in all."""
    value = float(v.kernels[(channel, *tap)])
    name = f"{index('w', v.filter, channel, *tap)} = {number(value)}"
    met = {t: c for c, t in v.view.reads(position)}.get(tap)
    count = prod(int((axis.table[:, t] >= 0).sum()) for axis, t in zip(v.view.axes, tap, strict=True))
    serves = tr("it meets {n} cells in all", n=grouped(count)) if count != 1 else tr("it meets one cell in all")
    if met is None:
        return f"{tr('{weight} meets padding here', weight=name)}; {serves}"
    seen = float(v.windows(position)[(channel, *tap)])
    cell = f"{index('in', v.first + channel, *met)} = {number(seen)}"
    product = tr("{weight} meets {cell}: {product}", weight=name, cell=cell, product=number(seen * value))
    return f"{product}; {serves}"


def input_detail(v: Volume, *, channel: bool = True) -> str:
    """Describe the input in a few words, and which channel of it is shown."""
    parts = [times(*v.size)]
    if len(v.names) > 1 and channel:
        parts.append(
            tr("channel {name}, {n} of 0 … {last}", name=v.names[v.channel], n=v.channel, last=len(v.names) - 1)
        )
    if len(set(v.sample.units)) > 1:
        pairs = zip(v.sample.spacing, v.sample.units, strict=True)
        parts.append(" × ".join(f"{number(round(size, 3))} {unit}" for size, unit in pairs))
    elif v.sample.units[0] != "px" or len(set(v.spacing)) > 1:
        parts.append(f"{times_of(v.spacing)} {v.sample.units[0]}")
    if v.missing:
        parts.append(v.missing)
    return " · ".join(parts)


def output_detail(v: Volume) -> str:
    """Describe the output in a few words."""
    which = f" · {tr('filter {n} of 0 … {last}', n=v.filter, last=v.filters - 1)}" if v.filters > 1 else ""
    lost = f" · {missing_words(v.lost)}" if v.lost else ""
    return f"{times(*v.output_size)} · {' … '.join(ends(v.least, v.most))}{which}{lost}"


def times_of(values: tuple[float, ...]) -> str:
    """Write sizes: ``1 × 1 × 3``."""
    return " × ".join(number(round(value, 2)) for value in values)

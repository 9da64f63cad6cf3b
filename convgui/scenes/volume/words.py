"""What is said under the picture: the rule, the number being made, and its products."""

from __future__ import annotations

import numpy as np

from convgui.draw.arithmetic import SIZE, products_line, sum_line
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import ends, number, times
from convgui.draw.picture import Item, Label, Lines, Run
from convgui.model.document import missing_words
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.layer import Triple, Volume
from convgui.words import mark, tr, trn

FOOTER = 92.0
"""Height of the words."""
MARGIN = 26.0
AXES = (mark("depth"), mark("height"), mark("width"))


def index(name: str, *indices: int) -> str:
    """Write ``out[0, 1, 2, 3]``."""
    return f"{name}[{', '.join(map(str, indices))}]"


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


def lines(v: Volume, canvas: Canvas, position: Triple, said: str = "") -> tuple[list[Item], str]:
    """Write the words about one output cell, `said` in place of its products if given; and all as one sentence."""
    theme, top, room = canvas.theme, canvas.height - FOOTER, canvas.width - 2 * MARGIN
    first = Label(MARGIN, top + 25, (Run(elide(rule(v), 13, room, bold=True), theme.text, True),), 13)
    several = len(v.names) > 1
    names = [tr("channel {name}", name=n) if n.isdigit() else n for n in v.names]
    windows = v.windows(position)
    if several:
        parts = [(n, float((w * k).sum())) for n, w, k in zip(names, windows, v.kernels, strict=True)]
    else:
        slices = (windows[0] * v.kernels[0]).sum(axis=(1, 2))
        one = len(slices) == 1
        parts = [("Σ" if one else tr("slice {n}", n=i), float(s)) for i, s in enumerate(slices)]
    total = sum(value for _, value in parts) + v.bias
    name = index("out", v.filter, *position)
    second = sum_line(theme, MARGIN, top + 51, name, parts, v.bias, total, room)
    if text_width(second.text, SIZE, mono=True) > room:
        second = sum_line(theme, MARGIN, top + 51, name, [("Σ", total - v.bias)], v.bias, total, room)
    if said:
        text = elide(said, 12, room, mono=True)
        third = Label(MARGIN, top + 75, (Run(text, theme.muted),), 12, True)
    else:
        title = names[v.channel] if several else ""
        third = products_line(theme, MARGIN, top + 75, title, windows[v.channel], v.kernels[v.channel], room)
    border = Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)
    return [border, first, second, third], f"{rule(v)} {second.text}; {third.text}"


def cell_words(v: Volume, cell: Triple) -> str:
    """Say what stands in an input cell and how far it reaches."""
    name = index("in", v.first + v.channel, *cell)
    if not v.view.holds(cell):
        return tr("{cell} lies outside the input: it is padding", cell=name)
    count = len(v.view.reached(cell))
    value = number(float(v.data[(v.channel, *cell)]))
    return trn("{cell} feeds {n} output cell", "{cell} feeds {n} output cells", count, cell=f"{name} = {value}")


def input_detail(v: Volume) -> str:
    """Describe the input in a few words."""
    parts = [times(*v.size)]
    if len(v.names) > 1:
        parts.append(tr("channel {name}, {n} of {all}", name=v.names[v.channel], n=v.channel + 1, all=len(v.names)))
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
    which = f" · {tr('filter {n} of {all}', n=v.filter + 1, all=v.filters)}" if v.filters > 1 else ""
    lost = f" · {missing_words(v.lost)}" if v.lost else ""
    return f"{times(*v.output_size)} · {' … '.join(ends(v.least, v.most))}{which}{lost}"


def times_of(values: tuple[float, ...]) -> str:
    """Write sizes: ``1 × 1 × 3``."""
    return " × ".join(number(round(value, 2)) for value in values)

"""Receptive fields: one layer of the stack, with the fields of the layers before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import Equation, Said, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.number import grouped, number, times
from convgui.draw.picture import Hit, Item, Picture, Run
from convgui.layers.convolution import Convolution
from convgui.model.paths import path_count
from convgui.scenes.receptive.card import card, growth
from convgui.scenes.receptive.fields import Fields
from convgui.scenes.receptive.layout import StackLayout, row_hits, row_items
from convgui.scenes.receptive.maps import maps
from convgui.scenes.receptive.marks import fields_on_input
from convgui.scenes.receptive.strips import draw_strips
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn


def draw_frame(layout: StackLayout, at: float, focus: Focus) -> Picture:
    """Show the fields up to the layer that has landed; the box grows on the way to the next."""
    f, canvas = layout.fields, layout.canvas
    last = len(f.layers) - 1
    landed, share = min(int(at), last), at - int(at) if int(at) < last else 0.0
    hit = focus.hit
    if hit is not None and hit.kind == "layer":
        landed, share = hit.index[-2], 0.0
    pointed = hit is not None and hit.kind in ("input", "sheet")
    cell = f.middle(landed)
    if hit is not None and pointed:
        cell = f.cell_at(landed, hit.index[-2] + 0.0, hit.index[-1] + 0.0)
    items = _fields(layout, landed, share, cell)
    said, second = _sentences(f, landed, cell)
    asking: list[Item] = []
    if canvas.captions:
        words = _footer(layout, said, second, hit is None, landed)
        items += [*row_items(layout, landed), *card(layout, landed, hidden=False), *words]
        if landed >= int(at) > 0:
            asking = _asking(layout, int(at), hit if pointed else None)
    hits = (*layout.hits, row_hits(layout, landed)) if canvas.captions else layout.hits
    asked = _sentences(f, int(at), f.middle(int(at)))[0] if asking else said
    answer = asked.result if asking and isinstance(asked, Equation) else ""
    paper, summary = canvas.theme.background, f"{said} {second}"
    drawn = Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), hits, summary, answer)
    return replace(drawn, asking=tuple(asking))


def _asking(layout: StackLayout, asked: int, hit: Hit | None) -> list[Item]:
    """Draw what is shown while a layer's field is asked for: all that shows one is left at the layer before.

    Whatever is pointed at: that of a later layer would tell it, too.
    """
    f, before = layout.fields, asked - 1
    said = _sentences(f, asked, f.middle(asked))[0]
    if not isinstance(said, Equation):
        return []
    cell = f.middle(before) if hit is None else f.cell_at(before, hit.index[-2] + 0.0, hit.index[-1] + 0.0)
    items = _fields(layout, before, 0.0, cell)
    items += [*row_items(layout, asked, hidden=True), *card(layout, asked, hidden=True)]
    return items + _footer(layout, said, "", hit is None, asked)


def _fields(layout: StackLayout, landed: int, share: float, cell: tuple[int, int]) -> list[Item]:
    """The field of a cell on the input, down the stack and in both maps."""
    items = fields_on_input(layout, landed, share, cell)
    if layout.strips is not None:
        theme = layout.canvas.theme
        items += draw_strips(layout.strips, layout.fields, landed, cell[1], theme, words=layout.canvas.captions)
    return items + maps(layout, landed, cell)


def _sentences(f: Fields, index: int, cell: tuple[int, int]) -> tuple[Said, str]:
    """Return how the field came about, and what it costs."""
    layer, first = f.layers[index], tr("After layer {n} a cell sees {size}", n=f.path[index] + 1, size=_size(f, index))
    second = f"{_branches(f)}{_holes_sentence(f, index, cell)}{_price(f, index)}"
    now, before, grown = f.largest(index)[1], f.largest(index - 1)[1], growth(f, index)
    if min(map(min, f.sizes[index])) == 0:
        first = f"{first}: {tr('the stride leaves gaps, and what lies in one sees nothing.')}"
    elif grown is None or (grown[0] == 1 and before == now):
        first = f"{first}: {tr('{title} adds {n}.', title=layer.title, n=number(now - before))}"
    else:
        k, d, step, _ = grown
        dilated = f" · {tr('dilation {n}', n=d)}" if d > 1 else ""
        stride = tr("stride {n}", n=number(step))
        head = tr("After layer {n} a cell sees {size}", n=f.path[index] + 1, size="\0").partition("\0")
        sums = f"{number(before)} + ({k} − 1){dilated} · {stride} = "
        way = f"{_size(f, index)}{head[2]}: {sums}"
        return Equation(head[0], number(now), way, "."), second
    return first, second


def _size(f: Fields, index: int) -> str:
    """Write how much a cell sees after a layer; where cells differ, what they see in turn, or least and most."""
    lines = f.extents(index)
    if all(len(set(turns)) == 1 for turns in lines):
        return times(*(turns[0] for turns in lines))
    if len(set(lines)) == 1 and len(set(lines[0])) == 2:
        words = mark("{least} or {most} in turn") if len(lines) == 1 else mark("{least} or {most} a side in turn")
        return tr(words, least=min(lines[0]), most=max(lines[0]))
    least, most = (times(*(end(turns) for turns in lines)) for end in (min, max))
    return tr("{least} to {most}, by where it lies", least=least, most=most)


def _branches(f: Fields) -> str:
    """Say, where layers branch, along which way the field is followed."""
    ways = path_count(f.document, len(f.document.layers))
    if ways == 1:
        return ""
    return tr("Of {n} ways from the input to the output the one with the widest field is shown.", n=grouped(ways)) + " "


def _holes_sentence(f: Fields, index: int, cell: tuple[int, int]) -> str:
    seen = [*(f.seen(index, axis, cell[axis]) for axis in (0, 1)), f.seen_aside(index, cell)]
    sizes = (*f.size, f.sample.spatial[f.left_out] if f.plane else 1)
    if not all(line.size and line[0] >= 0 and line[-1] < n for line, n in zip(seen, sizes, strict=True)):
        # At the border padding takes the place of some cells, and between strides a cell may see nothing.
        return ""
    total = int(np.prod([line[-1] - line[0] + 1 for line in seen]))
    reached = int(np.prod([line.size for line in seen]))
    if reached == total:
        return ""
    missed = grouped(total - reached)
    return tr("Gridding: {n} of its {all} cells are never read.", n=missed, all=grouped(total)) + " "


ALIKE = 4
"""Layers from which a stack is taken for a network, whose real layers have many channels."""


def _price(f: Fields, index: int) -> str:
    layers = [layer for layer in f.layers[: index + 1] if isinstance(layer, Convolution)]
    held = [layer.parameters["weight"].size for layer in f.layers[: index + 1] if "weight" in layer.parameters]
    weights = sum(held)
    if not held:
        return tr("Layers without weights.")
    # One kernel does what convolutions do alone.
    if len(held) > len(layers) or any(len(set(turns)) > 1 for turns in f.extents(index)):
        return trn(
            "{n} layer holds {weights} weights.",
            "{n} layers hold {weights} weights.",
            len(held),
            weights=grouped(weights),
        )
    every = [layer.spec for layer in f.layers if isinstance(layer, Convolution)]
    single = len(every) > ALIKE and all(spec.in_channels == spec.out_channels == 1 for spec in every)
    after = " " + tr("One channel a layer here.") if single else ""
    if len(held) == 1:
        return (
            trn("{n} layer holds {weights} weights.", "{n} layers hold {weights} weights.", 1, weights=grouped(weights))
            + after
        )
    first, last = layers[0].spec, layers[-1].spec
    one = int(np.prod([max(turns) for turns in f.extents(index)])) * first.in_channels * last.out_channels
    said = trn(
        "{n} layer holds {weights} weights; one kernel of that size would hold {one}.",
        "{n} layers hold {weights} weights; one kernel of that size would hold {one}.",
        len(layers),
        weights=grouped(weights),
        one=grouped(one),
    )
    return said + after


def _footer(layout: StackLayout, first: Said, second: str, present: bool, landed: int) -> list[Item]:
    theme, last = layout.canvas.theme, len(layout.fields.layers) - 1
    detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if present else ""
    title = tr("This step") if present else tr("Pointed at")
    below = layout.footer
    said: tuple[Run, ...] | str = said_runs(
        first, theme.text, theme, below.size, below.room, result=theme.role("kernel").ink
    )
    if not below.headed and not isinstance(first, Equation):
        said = first
    return footer_items(layout.footer, title, detail, [said, second], theme)

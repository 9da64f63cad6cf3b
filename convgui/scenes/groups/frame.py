"""One moment: an output channel lights the channels that it sees."""

from __future__ import annotations

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.footer import footer_items
from convgui.draw.number import grouped, number, times
from convgui.draw.panels import outlines
from convgui.draw.picture import Curves, Hit, Item, Picture, Rects, Run
from convgui.scenes.groups.layout import MOST_BOXES, WiringLayout, wire
from convgui.scenes.groups.wiring import Truth, Wiring
from convgui.scenes.scene import Focus
from convgui.words import tr, trn


def draw_frame(layout: WiringLayout, at: float, focus: Focus) -> Picture:
    """Draw the wiring with one output lit, or what the reader points at."""
    w, canvas, hit = layout.wiring, layout.canvas, focus.hit
    last = w.sizes[-1] - 1
    landed = min(int(at), last)
    share = at - int(at) if landed < last else 0.0
    output = landed
    if hit is not None and hit.kind == "matrix":
        output, share = hit.index[0], 0.0
    masks = w.behind(output)
    if hit is not None and hit.kind == "channel":
        masks = w.through(hit.index[0], hit.index[1])
        if hit.index[0] == len(w.sizes) - 1:
            output, share = hit.index[1], 0.0
    items = _lit(layout, masks)
    if hit is None or hit.kind != "channel" or hit.index[0] == len(w.sizes) - 1:
        kernel = canvas.theme.role("kernel").line
        band, box = layout.row(output + share), layout.channel(len(w.sizes) - 1, output + share)
        items.append(outlines([band], kernel, 2.5))
        items.append(outlines([box], kernel, 2.5))
    items += _pointed(layout, hit)
    first, second = words(w, hit, output, masks)
    if canvas.captions:
        theme, title = canvas.theme, tr("This step") if hit is None else tr("Pointed at")
        detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
        items += footer_items(layout.footer, title, detail, [(Run(first, theme.text, bold=True),), second], theme)
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits,
        f"{first}. {second}",
    )  # fmt: skip


def step_of(w: Wiring, hit: Hit) -> int | None:
    """Return the output channel that a clicked box or row stands for."""
    if hit.kind == "matrix":
        return hit.index[0]
    return hit.index[1] if hit.kind == "channel" and hit.index[0] == len(w.sizes) - 1 else None


def _lit(layout: WiringLayout, masks: tuple[Truth, ...]) -> list[Item]:
    """Wires between lit channels, and those channels."""
    w, kernel = layout.wiring, layout.canvas.theme.role("kernel").line
    curves, boxes = [], []
    for index, link in enumerate(w.links):
        met = link & masks[index + 1][:, None] & masks[index]
        curves += [wire(layout, index, int(start), int(to)) for to, start in np.argwhere(met)]
    for stage, mask in enumerate(masks):
        boxes += [layout.channel(stage, int(index)) for index in np.flatnonzero(mask)]
    if max(w.sizes) > MOST_BOXES:
        items: list[Item] = [Rects(np.array(boxes), fill=kernel)]
        return [Curves(np.array(curves), faded(kernel, 0.7), 0.8), *items] if curves else items
    items = [outlines(boxes, kernel, 2.2)]
    return [Curves(np.array(curves), kernel, 2.2), *items] if curves else items


def _pointed(layout: WiringLayout, hit: Hit | None) -> list[Item]:
    w, theme = layout.wiring, layout.canvas.theme
    if hit is None:
        return []
    if hit.kind == "choice":
        return [
            Rects(np.array([grid.box(hit.index)]), stroke=theme.text, width=1.5, radius=3)
            for grid in layout.hits
            if grid.kind == "choice" and grid.origin == hit.index
        ]
    x, y, wide, high = layout.matrix
    down, across = high / w.sizes[-1], wide / w.sizes[0]
    if hit.kind == "matrix":
        row, column = hit.index
        cell = (x + column * across, y + row * down, across, down)
        return [outlines([cell, layout.channel(0, column)], theme.text, 2.5)]
    items: list[Item] = [outlines([layout.channel(hit.index[0], hit.index[1])], theme.text, 2.5)]
    if hit.index[0] == 0:
        items.append(outlines([(x + hit.index[1] * across, y, across, high)], theme.text, 2.0))
    return items


def some(mask: Truth, most: int = 10) -> str:
    """List channels: all, or the first few."""
    found = np.flatnonzero(mask).tolist()
    text = ", ".join(map(str, found[:most]))
    return text if len(found) <= most else f"{text} … ({len(found)})"


def words(w: Wiring, hit: Hit | None, output: int, masks: tuple[Truth, ...]) -> tuple[str, str]:
    """What is lit, and what it costs."""
    kernel = times(*w.spec.kernel_size)
    if hit is not None and hit.kind == "choice":
        cost = dict(w.costs)[hit.index[1]]
        share = number(round(cost.weights / w.costs[0][1].weights, 3))
        title = trn(
            "{n} group: {weights} weights", "{n} groups: {weights} weights", hit.index[1], weights=grouped(cost.weights)
        )
        title = tr("{cost} in both layers", cost=title) if w.layers > 1 else title
        products = grouped(cost.multiplications)
        return title, tr("{n} multiply-adds, × {share} of the dense layer", n=products, share=share)
    if hit is not None and hit.kind == "matrix":
        row, column = hit.index
        ways = int(w.paths[row, column])
        lead = tr("No way leads from input {column} to output {row}", column=column, row=row)
        if ways:
            lead = trn(
                "One way leads from input {column} to output {row}",
                "{n} ways lead from input {column} to output {row}",
                ways,
                column=column,
                row=row,
            )
        return lead, _sees(w, row, kernel)
    if hit is not None and hit.kind == "channel" and hit.index[0] < len(w.sizes) - 1:
        stage, channel = hit.index[:2]
        if stage == 0:
            reached = tr(
                "Input {channel} reaches {n} of {all} outputs", channel=channel, n=int(masks[-1].sum()), all=w.sizes[-1]
            )
            return reached, some(masks[-1])
        name = int(w.order[channel]) if w.shuffles[stage - 1] else channel
        title = tr("Channel {name}", name=name)
        if w.shuffles[stage - 1]:
            title = tr("Channel {name}, now at place {place}", name=name, place=channel)
        return title, tr(
            "made of inputs {inputs}; leads to outputs {outputs}", inputs=some(masks[0]), outputs=some(masks[-1])
        )
    seen = int(masks[0].sum())
    first = tr(
        "Output {output} sees {n} of {all} input channels: {channels}",
        output=output,
        n=seen,
        all=w.sizes[0],
        channels=some(masks[0]),
    )
    return first, _sees(w, output, kernel)


def _sees(w: Wiring, output: int, kernel: str) -> str:
    """What the wiring as a whole means."""
    if any(w.shuffles):
        order = " ".join(map(str, w.order[:18].tolist())) + (" …" if len(w.order) > 18 else "")
        if (w.paths > 0).all():
            return tr(
                "The shuffle deals the channels out as {order}; after it every output sees every input.", order=order
            )
        return tr(
            "The shuffle deals the channels out as {order}; after it not every output sees every input yet.",
            order=order,
        )
    if len(w.links) > 1:
        closed = tr("The groups stay apart: however many layers follow, no output sees the other groups.")
        return closed if w.groups > 1 else tr("Dense layers let every output see every input.")
    each, own = w.spec.channels.depth, w.group(1, output)
    count = each * w.spec.taps
    which = tr("Group {n}, of {all} groups", n=own, all=w.groups) if w.groups > 1 else tr("One group")
    return trn(
        "{which}: the filter has {n} kernel of {kernel}, {weights} weights.",
        "{which}: the filter has {n} kernels of {kernel}, {weights} weights.",
        each,
        which=which,
        kernel=kernel,
        weights=grouped(count),
    )

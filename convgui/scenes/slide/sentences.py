"""Slide on small grids: what is said of the cell that is pointed at."""

from __future__ import annotations

from convgui.core.filter_view import Position
from convgui.draw.number import number, product
from convgui.draw.picture import Hit
from convgui.draw.titled_grid import index_text
from convgui.scenes.readers import of_filter, weighed_outputs
from convgui.scenes.slide.numbers import Numbers
from convgui.words import tr, trn


def pointed_sentences(numbers: Numbers, hit: Hit, position: Position) -> tuple[str, str]:
    """Say what is pointed at while the window is at a position, in two sentences."""
    if hit.kind == "input":
        return input_sentences(numbers, hit)
    return weight_sentences(numbers, hit, position) if hit.kind == "kernel" else pair_sentences(numbers, hit, position)


def input_sentences(numbers: Numbers, hit: Hit) -> tuple[str, str]:
    """Say which outputs an input cell feeds, and with which weights."""
    channel, cell = hit.index[0] - numbers.first, hit.index[-2:]
    name, view = _cell_name(numbers.axes(hit.index)), numbers.view
    value = number(float(numbers.padded[(channel, *view.padded_index(cell))]))
    if not view.holds(cell):
        first = tr("{name} = {value} is padding", name=name, value=value)
        if not view.weighed(cell, numbers.kernels[channel]):
            return first, tr("No window reaches this cell.")
        return first, tr("It lies outside the input and only fills the window.")
    touched = view.weighed(cell, numbers.kernels[channel])
    first = trn("{cell} feeds {n} output", "{cell} feeds {n} outputs", len(touched), cell=f"{name} = {value}")
    first = of_filter(first, numbers.filter, numbers.readers, len(touched))
    fed = {numbers.axes(out): weight for out, weight in touched.items()}
    return first, weighed_outputs(fed, numbers.which) or tr("No window reaches this cell.")


def _cell_name(index: tuple[int, ...]) -> str:
    """Name an input cell; one in the padding has indices below 0."""
    return f"in[{', '.join(map(index_text, index))}]"


def weight_sentences(numbers: Numbers, hit: Hit, position: Position) -> tuple[str, str]:
    """Say how often a weight is used, and what it meets at a position."""
    weight, value, product = _pair(numbers, hit, position)
    first = tr(
        "{weight} serves all {n} positions of the window",
        weight=f"{_weight_name(numbers, hit)} = {number(weight)}", n=numbers.output.size,
    )  # fmt: skip
    return first, tr("here it meets {value}: {product}", value=number(value), product=product)


def pair_sentences(numbers: Numbers, hit: Hit, position: Position) -> tuple[str, str]:
    """Say of which value and which weight a product is made."""
    row, column, _, _ = numbers.view.box(position)
    down, right = numbers.view.offset(hit.index[-2:])
    name = _cell_name(numbers.axes((numbers.first + hit.index[1], int(row + down), int(column + right))))
    _, _, product = _pair(numbers, hit, position)
    text = f"{name} · {_weight_name(numbers, hit)} = {product}"
    return text, tr("one of the {n} products that are added", n=numbers.kernels[0].size)


def _weight_name(numbers: Numbers, hit: Hit) -> str:
    return f"w{list(numbers.axes(hit.index))}"


def _pair(numbers: Numbers, hit: Hit, position: Position) -> tuple[float, float, str]:
    channel, tap = hit.index[1], (hit.index[-2], hit.index[-1])
    weight, value = float(numbers.kernels[channel][tap]), float(numbers.window(channel, position)[tap])
    return weight, value, f"{product(value, weight)} = {number(value * weight)}"

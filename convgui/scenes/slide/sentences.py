"""Slide on small grids: what is said of the cell that is pointed at."""

from __future__ import annotations

from convgui.draw.metrics import BETWEEN
from convgui.draw.number import number, signed
from convgui.draw.picture import Hit
from convgui.scenes.slide.numbers import Numbers
from convgui.words import tr, trn


def pointed_sentences(numbers: Numbers, hit: Hit, position: tuple[int, int]) -> tuple[str, str]:
    """Say what is pointed at while the window is at a position, in two sentences."""
    if hit.kind == "input":
        return input_sentences(numbers, hit)
    return weight_sentences(numbers, hit, position) if hit.kind == "kernel" else pair_sentences(numbers, hit, position)


def input_sentences(numbers: Numbers, hit: Hit) -> tuple[str, str]:
    """Say which outputs an input cell feeds, and with which weights."""
    channel, (row, column) = hit.index[0] - numbers.first, hit.index[-2:]
    name = f"in[{hit.index[0]}, {row}, {column}]"
    height, width = numbers.size
    value = number(float(numbers.padded[channel, row + numbers.before[0], column + numbers.before[1]]))
    if not (0 <= row < height and 0 <= column < width):
        first = tr("{name} = {value} is padding", name=name, value=value)
        return first, tr("It lies outside the input and only fills the window.")
    touched = numbers.touched(row, column)
    terms = BETWEEN.join(f"out[{i}, {j}] × {signed(float(numbers.kernels[channel][tap]))}" for (i, j), tap in touched)
    first = trn("{cell} feeds {n} output", "{cell} feeds {n} outputs", len(touched), cell=f"{name} = {value}")
    return first, terms or tr("No window reaches this cell.")


def weight_sentences(numbers: Numbers, hit: Hit, position: tuple[int, int]) -> tuple[str, str]:
    """Say how often a weight is used, and what it meets at a position."""
    weight, value, product = _pair(numbers, hit, position)
    first = tr(
        "{weight} serves all {n} positions of the window",
        weight=f"{_weight_name(hit)} = {number(weight)}", n=numbers.output.size,
    )  # fmt: skip
    return first, tr("here it meets {value}: {product}", value=number(value), product=product)


def pair_sentences(numbers: Numbers, hit: Hit, position: tuple[int, int]) -> tuple[str, str]:
    """Say of which value and which weight a product is made."""
    tap, first = hit.index[-2:], numbers.corner(position)
    row, column = (first[n] + tap[n] * numbers.dilation[n] - numbers.before[n] for n in (0, 1))
    name = f"in[{numbers.first + hit.index[1]}, {row}, {column}]"
    _, _, product = _pair(numbers, hit, position)
    text = f"{name} · {_weight_name(hit)} = {product}"
    return text, tr("one of the {n} products that are added", n=numbers.kernels[0].size)


def _weight_name(hit: Hit) -> str:
    return f"w[{', '.join(map(str, hit.index))}]"


def _pair(numbers: Numbers, hit: Hit, position: tuple[int, int]) -> tuple[float, float, str]:
    channel, tap = hit.index[1], (hit.index[-2], hit.index[-1])
    weight, value = float(numbers.kernels[channel][tap]), float(numbers.window(channel, position)[tap])
    return weight, value, f"{number(value)}·{signed(weight)} = {number(value * weight)}"

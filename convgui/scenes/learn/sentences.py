"""Learn a kernel: what is said of a step, in words and in the numbers of the method's own rule."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np

from convgui.draw.arithmetic import Equation, Said
from convgui.draw.grids import largest
from convgui.draw.number import MINUS, most_decimals, number
from convgui.draw.picture import Hit
from convgui.layers.channels import in_brackets
from convgui.scenes.learn.descent import Descent, Floats
from convgui.words import tr

NOTHING = 0.00025
"""Part of the largest weight below which a number is 0 to a reader."""
LEAST = 0.001
"""The smallest percentage that is written."""
MORE = 3
"""Decimals more than usual that the numbers of an update are written with where its result asks for them."""


def sentences(run: Descent, channel: int, step: int, hit: Hit | None, slope: Floats, *, reveal: bool) -> list[Said]:
    """Say what a step is about: the loss, and of the weight or the output that is pointed at how it is made."""
    share = run.losses[step] / run.losses[0] * 100 if run.losses[0] else 0.0
    first = tr("step {step}: loss {loss}, {share}", step=step, loss=number(run.losses[step]), share=part(share))
    weights = as_rows(run.weights[step, 0, channel])
    slopes = as_rows(slope)
    if hit is not None and hit.kind in ("prediction", "error"):
        i, j = hit.index
        predicted, wanted = as_rows(run.prediction(step))[i, j], as_rows(run.wanted)[i, j]
        second = tr(
            "{name} = {value}, wanted {wanted}, error {error}",
            name=f"out[{i}, {j}]",
            value=number(predicted),
            wanted=number(wanted),
            error=number(predicted - wanted),
        )
        return [first, second]
    if hit is not None and hit.kind == "input gradient":
        i, j = hit.index[-2:]
        steep = number(float(as_rows(run.input_gradient(step)[channel])[i, j]))
        count = int(np.isfinite(run.wanted).sum())
        met = tr("2 / {n} of Σ error · weight over the outputs that read in[{i}, {j}]", n=count, i=i, j=j)
        return [first, f"∂L/∂x[{i}, {j}] = {steep}: {met}"]
    i, j = weight_of(hit, slopes)
    value, grad = float(weights[i, j]), float(slopes[i, j])
    wanted = float(as_rows(run.target[0, channel])[i, j])
    goal = f", {tr('the hidden weight is {value}', value=number(wanted))}" if reveal else ""
    if run.method == "sgd":
        return [f"{first}; η = {number(run.rate)}{goal}", *_update(run, channel, step, (i, j))]
    told, steep = _digits(run, value), in_brackets(_digits(run, grad))
    weight = f"w[{i}, {j}] = {told}, ∂L/∂w = {steep}{goal}"
    return [first, weight, *_update(run, channel, step, (i, j))]


def said(run: Descent) -> int:
    """Return how many sentences are said of a step."""
    return 2 if run.method == "sgd" else 4


def part(share: float) -> str:
    """Write a percentage of the first loss in digits that count; of what is next to nothing, that it is."""
    if 0 < share < LEAST:
        return tr("under {share} % of the beginning", share=number(LEAST))
    return tr("{share} % of the beginning", share=number(float(f"{share:.3g}")))


RULES = {
    "momentum": ("v ← 0.9 v + ∂L/∂w", "w ← w − η v"),
    "adam": ("m ← 0.9 m + 0.1 ∂L/∂w", "s ← 0.999 s + 0.001 (∂L/∂w)²", "w ← w − η m̂ / (√ŝ + ε)"),
}
"""The update of two methods; Adam's m̂ and ŝ are m and s without their bias (Kingma and Ba, arXiv 1412.6980)."""


def _update(run: Descent, channel: int, step: int, weight: tuple[int, int]) -> list[Said]:
    """Write the method's rule with its rate, and the update of one weight with its numbers."""
    before, after, *memory = (
        float(as_rows(kept[step, 0, channel])[weight]) for kept in (run.weights, run.moved, *run.memory)
    )
    result = _digits(run, after)
    if run.method == "sgd":
        slope = float(as_rows(run.kernel_gradient(step)[channel])[weight])
        old, rate, steep = _following(run, (before, run.rate, slope), lambda w, r, g: w - r * g, result)
        return [Equation(f"w{list(weight)} ← w − η · ∂L/∂w = {old} − {rate} · {in_brackets(steep)} = ", result)]
    rule = tr("{rule} with {rate}", rule=", ".join(RULES[run.method]), rate=f"η = {number(run.rate)}")
    if run.method == "momentum":
        old, rate, speed = _following(run, (before, run.rate, *memory), lambda w, r, v: w - r * v, result)
        return [rule, Equation(f"v = {speed}, w = {old} − {rate} · {in_brackets(speed)} = ", result)]
    old, rate, mean, square = _following(
        run, (before, run.rate, *memory), lambda w, r, m, s: w - r * m / sqrt(s) if s > 0 else w, result
    )
    head = f"m̂ = {mean}, ŝ = {square}, w = {old} − {rate} · {in_brackets(mean)} / √{square} = "
    return [rule, Equation(head, result)]


def _following(run: Descent, values: tuple[float, ...], rule: Callable[..., float], result: str) -> tuple[str, ...]:
    """Write numbers with as few decimals as it takes for the result to follow from what is written."""
    usual = most_decimals()
    for decimals in range(usual, usual + MORE + 1):
        texts = tuple(_digits(run, value, decimals) for value in values)
        if _digits(run, rule(*(float(text.replace(MINUS, "-")) for text in texts))) == result:
            return texts
    return tuple(_digits(run, value) for value in values)


def _digits(run: Descent, value: float, decimals: int | None = None) -> str:
    """Write a number of the descent; what is next to nothing beside the kernel's weights is 0 to three decimals."""
    return "0.000" if 0 < abs(value) < NOTHING * largest(run.target) else number(value, decimals)


def weight_of(hit: Hit | None, slopes: Floats) -> tuple[int, int]:
    """Return the weight that is pointed at, or else the one of the steepest slope."""
    if hit is not None and hit.kind in ("learned", "kernel gradient"):
        return (hit.index[-2], hit.index[-1])
    row, column = np.unravel_index(int(np.abs(slopes).argmax()), slopes.shape)
    return (int(row), int(column))


def weight_told(hit: Hit | None, slope: Floats) -> tuple[int, int] | None:
    """Return the weight whose update is written out, if one is."""
    pairs = ("learned", "kernel gradient")
    return weight_of(hit, as_rows(slope)) if hit is None or hit.kind in pairs else None


def as_rows(values: Floats) -> Floats:
    """Return an array as rows: that of one axis is one row."""
    return values.reshape(-1, values.shape[-1])

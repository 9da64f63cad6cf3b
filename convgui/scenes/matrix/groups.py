"""The small grids beside the matrix: what goes in, the kernels, what comes out, and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.draw.number import grouped, times
from convgui.draw.theme import Role
from convgui.scenes.matrix.product import Floats, Product
from convgui.words import tr

MOST_GRIDS = 6


@dataclass(frozen=True, eq=False)
class Group:
    """Grids that belong together, under one title."""

    title: str
    detail: str
    role: Role
    kind: str
    arrays: tuple[tuple[tuple[int, ...], Floats], ...]

    @property
    def cells(self) -> tuple[int, int]:
        """Rows, and columns of all grids together."""
        return max(a.shape[0] for _, a in self.arrays), sum(a.shape[1] for _, a in self.arrays)


def groups(p: Product) -> tuple[Group, ...]:
    """Choose the grids: what goes in, the kernels, what comes out, and what it is compared with."""
    given, result = p.vector.reshape(p.vector_shape), p.result.reshape(p.result_shape)
    forward = p.mode != "ct"
    first = Group(
        tr("Input x") if forward else tr("Output y = C x"),
        f"{times(*p.shapes[0])} → {grouped(p.vector.size)}",
        "input" if forward else "result",
        "input" if forward else "source",
        _channels(given),
    )
    last = Group(
        {"c": tr("Output y"), "ct": "Cᵀ y", "ctc": "CᵀC x"}[p.mode],
        f"{grouped(p.result.size)} → {times(*p.shapes[1])}",
        "result",
        "output",
        _channels(result),
    )
    if p.mode == "c":
        return (first, _kernels(p), last)
    shape = p.vector_shape if forward else p.result_shape
    if p.mode == "ctc":
        return (first, last)
    was = Group(tr("Input x"), tr("for comparison"), "input", "original", _channels(p.original.reshape(shape)))
    return (first, _kernels(p), last, was)


def _channels(array: Floats) -> tuple[tuple[tuple[int, ...], Floats], ...]:
    return tuple(((c,), array[c]) for c in range(min(len(array), MOST_GRIDS)))


def _kernels(p: Product) -> Group:
    first, second = p.kernels.shape[:2]
    every = [(a, b) for a in range(first) for b in range(second)]
    if len(every) > MOST_GRIDS and not p.spec.transposed:
        every = [(p.filter, b) for b in range(second)]
    shown = every[:MOST_GRIDS]
    count = first * second
    which = "" if len(shown) == count else f", {tr('{n} of {all}', n=len(shown), all=count)}"
    turned = f", {tr('flipped')}" if p.flipped else ""
    title = tr("Kernel") if count == 1 else tr("Kernels")
    detail = times(*p.spec.kernel_size) + which + turned
    return Group(title, detail, "kernel", "kernel", tuple((index, p.kernels[index]) for index in shown))


def count(p: Product, group: Group) -> int:
    """How many grids a group would have if all were drawn; kernels say so themselves."""
    if group.kind == "kernel":
        return len(group.arrays)
    return p.result_shape[0] if group.kind in ("output", "original") else p.vector_shape[0]

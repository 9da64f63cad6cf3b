"""The size formula with the user's numbers, the floor explained, and the sizes that give the same output."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from convgui.core import ConvSpec, FilterView, SpecError
from convgui.core.filter_axis import FilterAxis
from convgui.core.spec import AXES
from convgui.draw.metrics import BETWEEN
from convgui.draw.number import number
from convgui.words import mark, tr, trn


@dataclass(frozen=True)
class Axis:
    """One axis of a layer; `name` is ``"each"`` where height and width are alike."""

    name: str
    of: FilterAxis


def axes(layer: FilterView) -> tuple[Axis, ...]:
    """Return the layer's axes; they are one where nothing differs."""
    if len(layer.axes) > 1 and len(set(layer.axes)) == 1:
        return (Axis("each", layer.axes[0]),)
    return tuple(Axis(name, axis) for name, axis in zip(AXES[len(layer.axes)], layer.axes, strict=True))


def uneven(layer: FilterView) -> bool:
    """Whether on some axis there is more padding on one side than on the other."""
    return any(axis.before != axis.after for axis in layer.axes)


def symbols(layer: FilterView) -> str:
    """Write the formula in symbols."""
    padding = "P₁ + P₂" if uneven(layer) else "2P"
    return f"out = ⌊(W + {padding} − D·(K − 1) − 1) / S⌋ + 1"


def numbers(axis: Axis, both: bool) -> str:
    """Write the formula with the numbers of one axis; with `both`, the padding of either side."""
    of, name = axis.of, "" if axis.name == "each" else f"{tr(axis.name)} "
    padding = f"{of.before} + {of.after}" if both else f"2·{of.before}"
    inner = f"{of.cells} + {padding} − {of.dilation}·({of.kernel_size} − 1) − 1"
    return f"{name}= ⌊({inner}) / {of.stride}⌋ + 1 = ⌊{of.room} / {of.stride}⌋ + 1"


def simple(layer: FilterView) -> str:
    """Write the formula that most texts give, which knows neither dilation nor the floor."""
    return f"(W − K + {'P₁ + P₂' if uneven(layer) else '2P'}) / S + 1"


def simple_numbers(axis: Axis, both: bool) -> tuple[str, str]:
    """Write the simple formula with the numbers of one axis, and whether it says the same as the general one."""
    of = axis.of
    padding = f"{of.before} + {of.after}" if both else f"2·{of.before}"
    said = of.undilated
    text = f"({of.cells} − {of.kernel_size} + {padding}) / {of.stride} + 1 = {number(said, 2)}"
    if said == of.positions:
        return text, tr("the same")
    return text, tr("it lacks D") if of.dilation > 1 else tr("it lacks the floor")


def letters(layer: FilterView) -> str:
    """Say what the letters of both formulas stand for."""
    padding = tr("P₁, P₂ padding before and after") if uneven(layer) else tr("P padding on each side")
    words = (tr("W input size"), tr("K kernel size"), padding, tr("D dilation"), tr("S stride"))
    return BETWEEN.join((*words, tr("⌊ ⌋ rounded down")))


def floor(layer: FilterView) -> str:
    """Explain what the floor does here, and what the hatching means; nothing where there is neither."""
    parts = [_rounded(axis) for axis in axes(layer) if axis.of.leftover]
    if parts:
        return tr("{sentence}.", sentence="; ".join(parts))
    between = any(axis.unread.size for axis in layer.axes)
    said = [tr("No tap meets the hatched cells.")] if between else []
    if max(layer.spec.stride) > 1:
        quotients = ", ".join(f"{axis.of.room} / {axis.of.stride}" for axis in axes(layer))
        said.insert(0, tr("{quotients} leaves no remainder: the windows end with the input.", quotients=quotients))
    return " ".join(said)


def _rounded(axis: Axis) -> str:
    """Say what the floor drops on one axis."""
    quotient = f"{axis.of.room} / {axis.of.stride} = {number(axis.of.moves, 2)}"
    if axis.name == "depth":
        return trn(
            "{quotient}, rounded down: the hatched last slice is in no window",
            "{quotient}, rounded down: the hatched last {n} slices are in no window",
            axis.of.leftover,
            quotient=quotient,
        )
    if axis.name == "height":
        return trn(
            "{quotient}, rounded down: the hatched last row is in no window",
            "{quotient}, rounded down: the hatched last {n} rows are in no window",
            axis.of.leftover,
            quotient=quotient,
        )
    if axis.name == "width":
        return trn(
            "{quotient}, rounded down: the hatched last column is in no window",
            "{quotient}, rounded down: the hatched last {n} columns are in no window",
            axis.of.leftover,
            quotient=quotient,
        )
    return trn(
        "{quotient}, rounded down: the hatched last row and column are in no window",
        "{quotient}, rounded down: the hatched last {n} rows and columns are in no window",
        axis.of.leftover,
        quotient=quotient,
    )


def same_sizes(layer: FilterView, axis: Axis) -> Sequence[int]:
    """Return the input sizes on an axis that give the same output size: up to `LISTED`, or else a range of them.

    Where the padding reads the input and may need more of it than there is, it is the range about the size at hand.
    """
    spec, spatial, of = layer.spec, layer.spatial, axis.of
    index = 0 if axis.name == "each" else AXES[spec.rank].index(axis.name)

    def size(cells: int, of: ConvSpec) -> int:
        try:
            return of.output_shape((*spatial[:index], cells, *spatial[index + 1 :]))[index]
        except SpecError:
            return 0

    # An output never shrinks when its input grows, so that both ends are found without trying all between them.
    plain, stop = replace(spec, padding_mode="zeros"), of.cells + 1
    while size(stop, plain) <= of.positions:
        stop *= 2
    sizes = range(1, stop + 1)
    first, last = (
        side(sizes, of.positions, key=lambda cells: size(cells, plain)) for side in (bisect_left, bisect_right)
    )
    found = sizes[first:last]
    if len(found) <= LISTED:
        return [cells for cells in found if size(cells, spec)]
    if spec.padding_mode == "zeros":
        return found
    legal = partial(takewhile, lambda cells: size(cells, spec))
    fewer = sum(1 for _ in legal(range(of.cells - 1, max(found.start, of.cells - TRIED) - 1, -1)))
    more = sum(1 for _ in legal(range(of.cells + 1, min(found.stop, of.cells + TRIED))))
    return range(of.cells - fewer, of.cells + more + 1)


LISTED, TRIED = 12, 500
"""Sizes up to which each is named, and how many are tried in either direction where a padding may not be legal."""
GIVING = {
    "depth": (
        mark("input depths {listed} and {last} both give {out}"),
        mark("input depths {listed} and {last} all give {out}"),
        mark("input depths {first} to {last} all give {out}"),
        mark("only input depth {size} gives {out}"),
    ),
    "height": (
        mark("input heights {listed} and {last} both give {out}"),
        mark("input heights {listed} and {last} all give {out}"),
        mark("input heights {first} to {last} all give {out}"),
        mark("only input height {size} gives {out}"),
    ),
    "width": (
        mark("input widths {listed} and {last} both give {out}"),
        mark("input widths {listed} and {last} all give {out}"),
        mark("input widths {first} to {last} all give {out}"),
        mark("only input width {size} gives {out}"),
    ),
    "each": (
        mark("input sizes {listed} and {last} both give {out}"),
        mark("input sizes {listed} and {last} all give {out}"),
        mark("input sizes {first} to {last} all give {out}"),
        mark("only input size {size} gives {out}"),
    ),
}
"""How it is said that two, more, many or only one size of the input give a size of the output."""


def siblings(layer: FilterView) -> str:
    """List the input sizes that give the same output; nothing where on each axis only one does."""
    parts, several = [], False
    for axis in axes(layer):
        sizes = same_sizes(layer, axis)
        several = several or len(sizes) > 1
        two, more, many, one = GIVING[axis.name]
        if len(sizes) > LISTED:
            parts.append(tr(many, first=sizes[0], last=sizes[-1], out=axis.of.positions))
        elif len(sizes) > 1:
            listed = ", ".join(map(str, sizes[:-1]))
            parts.append(tr(two if len(sizes) == 2 else more, listed=listed, last=sizes[-1], out=axis.of.positions))
        else:
            parts.append(tr(one, size=axis.of.cells, out=axis.of.positions))
    text = "; ".join(parts)
    return tr("{sentence}.", sentence=text[0].upper() + text[1:]) if several else ""

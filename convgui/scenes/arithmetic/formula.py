"""The size formula with the user's numbers, the floor explained, and the sizes that give the same output."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from convgui.core import ConvSpec, SpecError
from convgui.draw.number import number
from convgui.layers.layer import Shape
from convgui.scenes.arithmetic.geometry import Geometry
from convgui.words import mark, tr, trn


@dataclass(frozen=True)
class Axis:
    """One axis of a layer in numbers."""

    name: str
    cells: int
    before: int
    after: int
    kernel: int
    dilation: int
    stride: int
    out: int

    @property
    def reach(self) -> int:
        """What is divided by the stride: how far the window can move."""
        return self.cells + self.before + self.after - self.dilation * (self.kernel - 1) - 1

    @property
    def rest(self) -> int:
        """What the division leaves over."""
        return self.reach % self.stride


def axes(g: Geometry) -> tuple[Axis, ...]:
    """Return the layer's axes; height and width are one where nothing differs."""
    names = ("height", "width")
    sizes = zip(g.x.shape, g.kernel.shape, g.output.shape, strict=True)
    found = [
        Axis(names[a], cells, *g.pads[a], kernel, g.spec.dilation[a], g.spec.stride[a], out)
        for a, (cells, kernel, out) in enumerate(sizes)
    ]
    if g.rank == 1:
        return (found[1],)
    both = replace(found[0], name="each")
    return (both,) if both == replace(found[1], name="each") else tuple(found)


def symbols(g: Geometry) -> str:
    """Write the formula in symbols."""
    uneven = any(before != after for before, after in g.pads)
    padding = "P₁ + P₂" if uneven else "2P"
    return f"out = ⌊(W + {padding} − D·(K − 1) − 1) / S⌋ + 1"


def numbers(axis: Axis, uneven: bool) -> str:
    """Write the formula with the numbers of one axis."""
    padding = f"{axis.before} + {axis.after}" if uneven else f"2·{axis.before}"
    inner = f"{axis.cells} + {padding} − {axis.dilation}·({axis.kernel} − 1) − 1"
    name = "" if axis.name == "each" else f"{tr(axis.name)} "
    return f"{name}= ⌊({inner}) / {axis.stride}⌋ + 1 = ⌊{axis.reach} / {axis.stride}⌋ + 1"


def floor(g: Geometry) -> str:
    """Explain what the floor does here, and what the hatching means."""
    parts = [_rounded(axis) for axis in axes(g) if axis.rest]
    if parts:
        return tr("{sentence}.", sentence="; ".join(parts))
    between = any(unread.size for unread in g.unread)
    if all(axis.stride == 1 for axis in axes(g)):
        said = tr("Stride 1 leaves no rest, so the floor changes nothing.")
    else:
        whole = ", ".join(f"{axis.reach} / {axis.stride}" for axis in axes(g))
        said = tr("{quotients} leaves no rest: the windows end with the input.", quotients=whole)
    return f"{said} {tr('No tap meets the hatched cells.')}" if between else said


def _rounded(axis: Axis) -> str:
    """Say what the floor drops on one axis."""
    quotient = f"{axis.reach} / {axis.stride} = {number(axis.reach / axis.stride, 2)}"
    if axis.name == "height":
        return trn(
            "{quotient}, rounded down: the hatched last row is in no window",
            "{quotient}, rounded down: the hatched last {n} rows are in no window",
            axis.rest,
            quotient=quotient,
        )
    if axis.name == "width":
        return trn(
            "{quotient}, rounded down: the hatched last column is in no window",
            "{quotient}, rounded down: the hatched last {n} columns are in no window",
            axis.rest,
            quotient=quotient,
        )
    return trn(
        "{quotient}, rounded down: the hatched last row and column are in no window",
        "{quotient}, rounded down: the hatched last {n} rows and columns are in no window",
        axis.rest,
        quotient=quotient,
    )


def same_sizes(axis: Axis, spec: ConvSpec, spatial: Shape) -> Sequence[int]:
    """Return the input sizes on an axis that give the same output size: up to `LISTED`, or else a range of them.

    Where the padding reads the input and may need more of it than there is, it is the range about the size at hand.
    """
    place = 0 if axis.name in ("height", "each") else spec.rank - 1

    def made(cells: int, of: ConvSpec) -> int:
        try:
            return of.output_shape((*spatial[:place], cells, *spatial[place + 1 :]))[place]
        except SpecError:
            return 0

    # An output never shrinks when its input grows, so that both ends are found without trying all between them.
    plain, sizes = replace(spec, padding_mode="zeros"), range(1, axis.cells + 2 * axis.stride + 2)
    first, last = (side(sizes, axis.out, key=lambda cells: made(cells, plain)) for side in (bisect_left, bisect_right))
    found = sizes[first:last]
    if len(found) <= LISTED:
        return [cells for cells in found if made(cells, spec)]
    if spec.padding_mode == "zeros":
        return found
    legal = partial(takewhile, lambda cells: made(cells, spec))
    fewer = sum(1 for _ in legal(range(axis.cells - 1, max(found.start, axis.cells - TRIED) - 1, -1)))
    more = sum(1 for _ in legal(range(axis.cells + 1, min(found.stop, axis.cells + TRIED))))
    return range(axis.cells - fewer, axis.cells + more + 1)


LISTED, TRIED = 12, 500
"""Sizes up to which each is named, and how many are tried in either direction where a padding may not be legal."""
GIVING = {
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


def siblings(g: Geometry) -> str:
    """List the input sizes that give the same output."""
    parts = []
    for axis in axes(g):
        sizes = same_sizes(axis, g.named, g.x.shape[-g.rank :])
        two, more, many, one = GIVING[axis.name]
        if len(sizes) > LISTED:
            parts.append(tr(many, first=sizes[0], last=sizes[-1], out=axis.out))
        elif len(sizes) > 1:
            listed = ", ".join(map(str, sizes[:-1]))
            parts.append(tr(two if len(sizes) == 2 else more, listed=listed, last=sizes[-1], out=axis.out))
        else:
            parts.append(tr(one, size=axis.cells, out=axis.out))
    text = "; ".join(parts)
    return tr("{sentence}.", sentence=text[0].upper() + text[1:])

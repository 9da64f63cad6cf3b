"""What happens at a moment, in words and products."""

from __future__ import annotations

import numpy as np

from convgui.draw.number import number, signed
from convgui.draw.picture import Hit
from convgui.scenes.transposed.four import Four


def by_input(f: Four) -> bool:
    """Whether a step of the shown way is an input cell and not an output cell."""
    return f.view in ("scatter", "overlap")


def words(f: Four, hit: Hit | None, landed: int, entered: int | None, left: int | None) -> tuple[str, str]:
    """What happens now: a name with its number, then what it is made of."""
    if hit is not None and hit.kind in ("kernel", "turned"):
        return _weight(f, hit)
    if by_input(f) and left is None:
        return _paints(f, landed if entered is None else entered)
    if entered is not None and left is None:
        return _paints(f, entered)
    return _gathers(f, landed if left is None else left)


def _weight(f: Four, hit: Hit) -> tuple[str, str]:
    row, column = hit.index[-2], hit.index[-1]
    if hit.kind == "turned":
        row, column = f.kernel.shape[0] - 1 - row, f.kernel.shape[1] - 1 - column
    tap = row * f.kernel.shape[1] + column
    used = int(np.count_nonzero(f.table.source[:, tap] >= 0))
    value = number(float(f.kernel[row, column]))
    return f"w[{row}, {column}] = {value}", f"it carries {used} of {f.x.size} inputs to an output; the rest is cut off"


def _paints(f: Four, place: int) -> tuple[str, str]:
    row, column = divmod(place, f.x.shape[1])
    count = len(f.reached(place))
    if f.view == "overlap":
        counts = f.touched[-1]
        low, high = number(float(counts.min())), number(float(counts.max()))
        return (
            f"in[{row}, {column}] lays its kernel over {count} cells",
            f"in the end {low} to {high} kernels lie on a cell",
        )
    value = float(f.x[row, column])
    cut = f.kernel.size - count
    lost = f", {cut} fall outside" if cut else ""
    return (
        f"in[{row}, {column}] = {number(value)} paints {number(value)} · kernel",
        f"{count} cells of the output get a share{lost}",
    )


def _gathers(f: Four, place: int) -> tuple[str, str]:
    row, column = divmod(place, f.output.shape[1])
    met = f.sources(place)
    if f.view == "overlap":
        names = ", ".join(f"in[{i}, {j}]" for (i, j), _ in met)
        return f"{len(met)} kernels lie on out[{row}, {column}]", f"those of {names}" if met else "no kernel reaches it"
    terms = " + ".join(f"{number(float(f.x[cell]))}·{signed(float(f.kernel[tap]))}" for cell, tap in met)
    first = f"out[{row}, {column}] = {number(float(f.output[row, column]))}"
    if f.view == "stuffed":
        zeros = f.kernel.size - len(met)
        return first, f"{terms or '0'}; {zeros} of {f.kernel.size} weights meet no input"
    if not terms:
        return first, "no input reaches it"
    return first, f"{terms}, once all have painted" if f.view == "scatter" else terms

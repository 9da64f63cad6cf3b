"""Even or uneven, and why, in sentences."""

from __future__ import annotations

from math import gcd, isinf

from convgui.draw.number import number
from convgui.scenes.overlap.counts import Counts, Interior, nearest_even


def verdict(c: Counts) -> tuple[str, list[str]]:
    """Return one word, and sentences that say why and how much."""
    return ("Even" if c.even else "Uneven"), [*reasons(c), amount(c), remedy(c)]


def reasons(c: Counts) -> list[str]:
    """Say for each axis that differs why its overlap is even or not."""
    if c.square:
        return [reason(c.interiors[0])]
    names = ("Rows: ", "Columns: ") if len(c.interiors) > 1 else ("",)
    return [name + reason(i) for name, i in zip(names, c.interiors, strict=True)]


def reason(i: Interior) -> str:
    """Say why the overlap on one axis is even or not."""
    if gcd(i.stride, i.dilation) > 1:
        return f"dilation {i.dilation} and stride {i.stride} share a factor, so the taps miss some cells."
    if i.even:
        return f"kernel {i.kernel} is divisible by stride {i.stride}."
    return f"kernel {i.kernel} is not divisible by stride {i.stride}."


def spread(i: Interior) -> str:
    """Write one period of the overlap."""
    return ", ".join(str(n) for n in i.counts)


def amount(c: Counts) -> str:
    """Say how many kernels meet in the interior."""
    if c.even:
        most = max(c.interiors[-1].counts)
        row = c.across
        flat = int((row == most).sum())
        return f"In a row, {most} on each cell away from the border; {flat} of {row.size} cells are in that even part."
    if isinf(c.ratio):
        return "Some cells get no kernel at all: gaps."
    last = c.interiors[-1]
    if len(c.interiors) == 1:
        return f"Overlap {spread(last)} in turn, ratio {number(last.ratio, 2)} : 1."
    if c.square:
        squared = f"{number(last.ratio, 2)} : 1, squared in 2D to {number(c.ratio, 2)} : 1"
        return f"Overlap {spread(last)} in turn along a row, ratio {squared}."
    return f"Ratio {number(c.ratio, 2)} : 1 in 2D, the product of both axes."


def remedy(c: Counts) -> str:
    """Say which kernel sizes would be even."""
    if c.even:
        return "Only the border has fewer."
    axis = next(i for i in c.interiors if not i.even)
    sizes = nearest_even(axis.kernel, axis.stride, axis.dilation)
    if not sizes:
        return "No kernel size is even here; change the dilation, or resize, then convolve."
    return f"Even with kernel {' or '.join(str(k) for k in sizes)}; or resize, then convolve."

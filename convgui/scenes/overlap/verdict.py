"""Even or uneven, and why, in sentences."""

from __future__ import annotations

from math import gcd, isinf

from convgui.draw.number import number
from convgui.scenes.overlap.counts import Counts, Interior, nearest_even
from convgui.words import mark, tr


def verdict(c: Counts) -> tuple[str, list[str]]:
    """Return one word, and sentences that say why and how much."""
    small = [tr("All of this output is border; what follows is the middle of a longer one.")] if c.all_border else []
    return (tr("Even") if c.even else tr("Uneven")), [*reasons(c), *small, amount(c), remedy(c)]


def reasons(c: Counts) -> list[str]:
    """Say for each axis that differs why its overlap is even or not."""
    if c.square:
        return [reason(c.interiors[0])]
    names = (f"{tr('Depth')}: ", f"{tr('Rows')}: ", f"{tr('Columns')}: ")[-len(c.interiors) :]
    names = names if len(c.interiors) > 1 else ("",)
    return [name + reason(i) for name, i in zip(names, c.interiors, strict=True)]


def reason(i: Interior) -> str:
    """Say why the overlap on one axis is even or not."""
    if gcd(i.stride, i.dilation) > 1:
        return tr(
            "dilation {dilation} and stride {stride} share a factor, so the taps miss some cells.",
            dilation=i.dilation,
            stride=i.stride,
        )
    if i.kernel == i.stride and i.dilation == 1:
        words = mark("kernel {kernel} is as large as stride {stride}: side by side, no overlap.")
        return tr(words, kernel=i.kernel, stride=i.stride)
    if i.even:
        return tr("kernel {kernel} is divisible by stride {stride}.", kernel=i.kernel, stride=i.stride)
    return tr("kernel {kernel} is not divisible by stride {stride}.", kernel=i.kernel, stride=i.stride)


def spread(i: Interior) -> str:
    """Write one period of the overlap."""
    return ", ".join(str(n) for n in i.counts)


def amount(c: Counts) -> str:
    """Say how many kernels meet in the interior."""
    if c.even:
        most = max(c.interiors[-1].counts)
        row = c.across
        flat = int((row == most).sum())
        return tr(
            "In a row, {most} on each cell away from the border; {flat} of {size} cells are in that even part.",
            most=most,
            flat=flat,
            size=row.size,
        )
    if isinf(c.ratio):
        return tr("Some cells get no kernel at all: gaps.")
    last = c.interiors[-1]
    if len(c.interiors) == 1:
        return tr("Overlap {spread} in turn, ratio {ratio} : 1.", spread=spread(last), ratio=number(last.ratio, 2))
    if c.square:
        words = mark("Overlap {counts} in turn along a row, ratio {ratio} : 1, squared in 2D to {squared} : 1.")
        if c.rank > 2:
            words = mark("Overlap {counts} in turn along a row, ratio {ratio} : 1, cubed in 3D to {squared} : 1.")
        ratio, squared = number(last.ratio, 2), number(c.ratio, 2)
        return tr(words, counts=spread(last), ratio=ratio, squared=squared)
    words = mark("Ratio {ratio} : 1 in 2D, the product of both axes.")
    if c.rank > 2:
        words = mark("Ratio {ratio} : 1 in 3D, the product of all axes.")
    return tr(words, ratio=number(c.ratio, 2))


def remedy(c: Counts) -> str:
    """Say which kernel sizes would be even."""
    if c.even:
        return tr("Only the border has fewer.") if c.has_border else tr("No cell has fewer, not even at the border.")
    axis = next(i for i in c.interiors if not i.even)
    sizes = nearest_even(axis.kernel, axis.stride, axis.dilation)
    if not sizes:
        return tr("No kernel size is even here; change the dilation, or resize, then convolve.")
    if len(sizes) == 1:
        return tr("Even with kernel {size}; or resize, then convolve.", size=sizes[0])
    most = ", ".join(str(k) for k in sizes[:-1])
    return tr("Even with kernel {sizes} or {last}; or resize, then convolve.", sizes=most, last=sizes[-1])

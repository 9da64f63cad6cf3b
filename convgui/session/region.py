"""A part of a picture: where it lies, what its values are like, and the document that works on it alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.spec import SpecError
from convgui.draw.number import number
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Alpha, Sample
from convgui.session.edits import with_sample
from convgui.words import tr


@dataclass(frozen=True)
class Region:
    """Rows and columns of an input; the last ones are those behind the region's own."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def cut(self) -> tuple[slice, slice, slice]:
        """What cuts it out of ``(C, H, W)``."""
        return slice(None), slice(self.top, self.bottom), slice(self.left, self.right)

    def holds(self, cell: tuple[int, int]) -> bool:
        """Tell whether a cell, by row and column, is one of the region's."""
        return self.top <= cell[0] < self.bottom and self.left <= cell[1] < self.right

    def __str__(self) -> str:
        return f"[{self.top}:{self.bottom}, {self.left}:{self.right}]"


LARGE = 1e100
"""From here on values are measured in parts of the largest one."""


def whole(sample: Sample) -> Region:
    """Return all of a picture."""
    rows, columns = sample.spatial
    return Region(0, 0, rows, columns)


def spanned(first: tuple[int, int], last: tuple[int, int], sample: Sample) -> Region:
    """Return the region from one cell to another, both of them in it, as far as there is a picture."""
    ends = zip(first, last, sample.spatial, strict=True)
    (top, bottom), (left, right) = (sorted(min(max(n, 0), size - 1) for n in (one, other)) for one, other, size in ends)
    return Region(top, left, bottom + 1, right + 1)


def moved(region: Region, way: tuple[int, int], sample: Sample) -> Region:
    """Return a region elsewhere, by rows and columns, whole inside the picture."""
    rows, columns = sample.spatial
    down = min(max(way[0], -region.top), rows - region.bottom)
    across = min(max(way[1], -region.left), columns - region.right)
    return Region(region.top + down, region.left + across, region.bottom + down, region.right + across)


def measured(sample: Sample, region: Region) -> str:
    """Say how large a region is, and for each channel the mean, deviation and ends of its values."""
    rows, columns = region.bottom - region.top, region.right - region.left
    lines = [tr("{rows} × {columns} cells", rows=rows, columns=columns)]
    (down, across), (unit, other) = sample.spacing[-2:], sample.units[-2:]
    if unit == other != "px":
        lines[0] += f" · {number(rows * down)} × {number(columns * across)} {unit}"
    for name, plane in zip(sample.channels, sample.data[region.cut], strict=True):
        there = plane.astype(np.float64)
        there = there[np.isfinite(there)]
        if not there.size:
            lines.append(tr("{channel}: no values", channel=name))
            continue
        # A power of 2 changes no digit; squares and sums of the largest numbers would be more than there is.
        size = float(2.0 ** np.frexp(np.abs(there).max())[1]) if np.abs(there).max() > LARGE else 1.0
        lines.append(
            tr(
                "{channel}: mean {mean}, deviation {deviation}, {least} … {most}",
                channel=name, mean=number(float((there / size).mean()) * size),
                deviation=number(float((there / size).std()) * size),
                least=number(float(there.min())), most=number(float(there.max())),
            )
        )  # fmt: skip
    return "\n".join(lines)


def cropped(document: Document, region: Region) -> Document:
    """Work on a region alone, which keeps its place in the body, its name says from where it is.

    Raises
    ------
    SpecError
        If the input is no picture, or the layers do not take so small a one.
    """
    sample = document.sample
    if len(sample.spatial) != 2:
        raise SpecError("input", tr("is no picture; regions are cut out of pictures."))
    data = np.ascontiguousarray(sample.data[region.cut])
    alpha = sample.alpha and Alpha(sample.alpha.values[region.cut[1:]].copy(), sample.alpha.associated)
    lost = int(np.count_nonzero(~np.isfinite(data))) if sample.nonfinite else 0
    affine = sample.affine
    if affine:
        # The centre of the first cell has moved.
        first = (region.top, region.left, 1)
        affine = tuple((*row[:-1], float(np.dot(row, first))) for row in affine)
    part = replace(
        sample, data=data, name=f"{sample.name} {region}", source="", nonfinite=lost, alpha=alpha, affine=affine,
        axis_selection=None,
    )  # fmt: skip
    try:
        changed = replace(document, sample=part)
        changed.shapes  # noqa: B018  # whether they fit
    except SpecError:
        changed = with_sample(document, part)
    view = replace(changed.view, step=_same_place(document, changed, region), zoom=1.0, centre=(0.5, 0.5))
    return changed.with_view(view)


def _same_place(document: Document, part: Document, region: Region) -> int:
    """Return the step at which a part shows the output cell that the whole shows; 0 where that is not inside.

    In Slide, steps are the cells of the output, row by row, and of each channel in turn where they are apart.
    """
    view, layer = document.view, document.chosen
    if view.scene != "slide" or view.layer or not isinstance(layer, Convolution) or layer is not part.chosen:
        return 0
    old, new = (layer.spec.output_shape(one.sample.spatial) for one in (document, part))
    turn, cell = divmod(max(view.step, 0), int(np.prod(old)))
    place = []
    for n, stride, first in zip(np.unravel_index(cell, old), layer.spec.stride, (region.top, region.left), strict=True):
        place.append(int(n) - first * stride if layer.spec.transposed else int(n) - first // stride)
    if not all(0 <= n < size for n, size in zip(place, new, strict=True)):
        return 0
    return turn * int(np.prod(new)) + int(np.ravel_multi_index(tuple(place), new))

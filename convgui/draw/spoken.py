"""A picture for those who hear it: its grids as tables of numbers, and its cells one beside the other."""

from __future__ import annotations

from convgui.draw.panels import box_centre
from convgui.draw.picture import Cells, Hit, HitGrid, Picture

MOST_CELLS = 4096
"""Cells of a grid that are read out one by one; of a larger one the sentence has to do."""


def tables(picture: Picture) -> tuple[Cells, ...]:
    """Return the grids whose numbers are written, in painting order."""
    grids = (item for item in picture.items if isinstance(item, Cells) and item.content.texts)
    return tuple(grid for grid in grids if grid.content.shape[0] * grid.content.shape[1] <= MOST_CELLS)


def neighbour(picture: Picture, hit: Hit | None, way: tuple[int, int]) -> Hit | None:
    """Return the cell beside one that can be pointed at: the next in its grid, otherwise the nearest of another grid.

    Parameters
    ----------
    hit : Hit or None
        Where to begin; from nowhere the first cell of the first grid.
    way : tuple of int
        One step ``(right, down)``, each −1, 0 or 1.
    """
    grid = _grid_of(picture, hit)
    if hit is None or grid is None:
        return _at(picture.hits[0], 0, 0) if picture.hits else None
    row, column = hit.index[-2] - grid.origin[0] + way[1], hit.index[-1] - grid.origin[1] + way[0]
    if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]:
        return _at(grid, row, column)
    x, y = box_centre(grid.box(hit.index))
    best: tuple[float, Hit] | None = None
    for other in picture.hits:
        if other is grid:
            continue
        found = _nearest(other, x, y)
        far, aside = _along(box_centre(other.box(found.index)), (x, y), way)
        if far > 0 and (best is None or far + 2 * aside < best[0]):
            best = (far + 2 * aside, found)
    return best[1] if best is not None else hit


def _grid_of(picture: Picture, hit: Hit | None) -> HitGrid | None:
    if hit is None:
        return None
    for grid in reversed(picture.hits):
        row, column = hit.index[-2] - grid.origin[0], hit.index[-1] - grid.origin[1]
        same = grid.kind == hit.kind and grid.prefix == hit.index[:-2]
        if same and 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]:
            return grid
    return None


def _at(grid: HitGrid, row: int, column: int) -> Hit:
    return Hit(grid.kind, (*grid.prefix, row + grid.origin[0], column + grid.origin[1]))


def _nearest(grid: HitGrid, x: float, y: float) -> Hit:
    row, column = grid.index_at(x, y)
    return _at(grid, min(max(row, 0), grid.shape[0] - 1), min(max(column, 0), grid.shape[1] - 1))


def _along(to: tuple[float, float], start: tuple[float, float], way: tuple[int, int]) -> tuple[float, float]:
    """Return how far a point lies in a direction, and how far beside it."""
    x, y = to[0] - start[0], to[1] - start[1]
    return (x * way[0] + y * way[1], abs(x * way[1]) + abs(y * way[0]))

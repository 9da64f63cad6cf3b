"""A picture for those who hear it: its grids as tables of numbers, and its cells one beside the other."""

from __future__ import annotations

from convgui.draw.picture import Box, Cells, Hit, HitGrid, Picture
from convgui.words import mark, tr

MOST_CELLS = 4096
"""Cells of a grid that are read out one by one; of a larger one the sentence has to do."""
NAMES = {
    "input": mark("input"),
    "output": mark("output"),
    "kernel": mark("kernel"),
    "kernels": mark("kernel"),
    "window": mark("window"),
    "products": mark("products"),
    "partial": mark("products summed"),
    "sum": mark("sum"),
    "weight to": mark("weight to"),
    "filter": mark("filter"),
    "pixel": mark("pixel"),
    "weights": mark("weights"),
    "result": mark("result"),
    "rectified": mark("after ReLU"),
    "tap": mark("weights"),
    "matrix": mark("matrix"),
    "vector": mark("vector"),
    "stretched": mark("stretched input"),
    "turned": mark("turned kernel"),
    "painted": mark("painted"),
    "nearest": mark("nearest separable kernel"),
    "stack": mark("channel"),
    "row": mark("row"),
    "column": mark("column"),
    "overlap": mark("overlap"),
    "choices": mark("kernel sizes and strides"),
    "ways": mark("number of ways"),
    "strength": mark("strength"),
    "dilation": mark("dilation"),
    "target": mark("target"),
    "learned": mark("learned kernel"),
    "prediction": mark("prediction"),
    "error": mark("error"),
    "kernel gradient": mark("kernel gradient"),
    "input gradient": mark("input gradient"),
    "large": mark("chosen channel"),
    "depth": mark("depth"),
    "height": mark("height"),
    "width": mark("width"),
}
"""What the words are called that scenes make the names of their grids of; numbers and channels stand beside them."""
LONGEST = max(len(name.split()) for name in NAMES)


def tables(picture: Picture) -> tuple[Cells, ...]:
    """Return the grids whose numbers are written, in painting order."""
    grids = (item for item in picture.items if isinstance(item, Cells) and item.content.texts)
    return tuple(grid for grid in grids if grid.content.shape[0] * grid.content.shape[1] <= MOST_CELLS)


def title(grid: Cells) -> str:
    """Return a grid's name in the language spoken; what is no word of the program's stays as it is."""
    words, said = grid.name.split(), list[str]()
    while words:
        for count in range(min(LONGEST, len(words)), 0, -1):
            name = " ".join(words[:count])
            if name in NAMES or count == 1:
                said.append(tr(NAMES[name]) if name in NAMES else name)
                del words[:count]
                break
    return " ".join(said)


def cell_box(grid: Cells, place: int) -> Box:
    """Return the box of a cell counted row by row."""
    row, column = divmod(place, grid.content.shape[1])
    return (grid.x + column * grid.width, grid.y + row * grid.height, grid.width, grid.height)


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
    x, y = _middle(grid.box(hit.index))
    best: tuple[float, Hit] | None = None
    for other in picture.hits:
        if other is grid:
            continue
        found = _nearest(other, x, y)
        far, aside = _along(_middle(other.box(found.index)), (x, y), way)
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
    column = min(max(int((x - grid.x) // grid.width), 0), grid.shape[1] - 1)
    level = y - grid.y - grid.slope * (x - grid.x)
    return _at(grid, min(max(int(level // grid.height), 0), grid.shape[0] - 1), column)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2] / 2, box[1] + box[3] / 2)


def _along(to: tuple[float, float], start: tuple[float, float], way: tuple[int, int]) -> tuple[float, float]:
    """Return how far a point lies in a direction, and how far beside it."""
    x, y = to[0] - start[0], to[1] - start[1]
    return (x * way[0] + y * way[1], abs(x * way[1]) + abs(y * way[0]))

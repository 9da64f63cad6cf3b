"""What is marked on the padded input: the step that does not fit."""

from __future__ import annotations

from itertools import product

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.colour import faded
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Item, Lines, Rects
from convgui.draw.titled_grid import INDEX, NARROWEST, index_text
from convgui.draw.words import label, middle
from convgui.scenes.arithmetic.plan import Plan, shown_lack

SIZE = 12.0


def misfits(plan: Plan, position: Position) -> list[Item]:
    """Strike out the windows that would come next in this row and column, and draw the cells that they lack."""
    g, grid, line = plan.geometry, plan.padded.cells, plan.canvas.theme.role("warning").line
    items = list[Item]()
    lacking = [axis for axis in g.windows.axes if axis.short]
    for axis, (window, (row, column, rows, columns)) in zip(lacking, g.windows.missed(position), strict=True):
        if not shown_lack(axis):
            continue
        cells = product(range(int(row), int(row + rows)), range(int(column), int(column + columns)))
        boxes = [cell_box(grid, *cell) for cell in cells]
        # Only what is not there is struck: a number stays readable.
        strokes = [(x, y, x + u, y + v) for x, y, u, v in boxes] + [(x, y + v, x + u, y) for x, y, u, v in boxes]
        items += [
            Rects(np.array(boxes), fill=plan.canvas.theme.background),
            outlines(boxes, line, 1.0, "dashed"),
            Lines(np.array(strokes), faded(line, 0.6), 1.4),
            outlines([cell_box(grid, *window)], line, 2.0, "dashed"),
        ]
    return [*items, *_lacking_indices(plan)]


def _lacking_indices(plan: Plan) -> list[Item]:
    """The indices of rows and columns that there would have to be."""
    g, grid, theme, sizes = plan.geometry, plan.padded.cells, plan.canvas.theme, plan.measure
    if not sizes.index or grid.width < NARROWEST:
        return []
    (top, left), ink, items = g.view.origin, theme.role("warning").ink, list[Item]()
    (rows, columns), (down, across) = g.padded.shape, g.view.axes
    for i in range(rows, rows + shown_lack(down)):
        y = middle(grid.y + i * grid.height, grid.height, SIZE)
        items.append(label(grid.x - 8, y, index_text(i + top), ink, SIZE, bold=True, mono=True, anchor="end"))
    for j in range(columns, columns + shown_lack(across)):
        x = grid.x + (j + 0.5) * grid.width
        text = index_text(j + left)
        items.append(label(x, grid.y - INDEX, text, ink, SIZE, bold=True, mono=True, anchor="middle"))
    return items

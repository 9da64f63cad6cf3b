"""Reading pictures as a person does: what is written where, and whether it collides."""

from __future__ import annotations

from itertools import combinations

from convgui.draw.metrics import text_width
from convgui.draw.picture import Cells, Label, Picture


def grid(picture: Picture, name: str) -> Cells:
    """Return the grid of that name."""
    found = [item for item in picture.items if isinstance(item, Cells) and item.name == name]
    assert len(found) == 1, f"{len(found)} grids are called {name!r}"
    return found[0]


def written(picture: Picture, name: str) -> list[list[str]]:
    """Return the numbers a reader sees in a grid."""
    return [list(row) for row in grid(picture, name).shown_texts()]


def sentences(picture: Picture) -> list[str]:
    """Return all labels."""
    return [item.text for item in picture.items if isinstance(item, Label)]


def line(picture: Picture, start: str) -> str:
    """Return the only label that starts so."""
    found = [text for text in sentences(picture) if text.startswith(start)]
    assert len(found) == 1, f"{found} start with {start!r}"
    return found[0]


def label_box(item: Label) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of a label."""
    width = sum(text_width(run.text, item.size, mono=item.mono, bold=run.bold) for run in item.runs)
    left = item.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * width
    return (left, item.y - 0.75 * item.size, left + width, item.y + 0.2 * item.size)


def check_words(picture: Picture) -> None:
    """Fail where labels overlap each other or a grid, leave the picture, or are too small to read."""
    labels = [item for item in picture.items if isinstance(item, Label) and item.text.strip()]
    boxes = [(item.text, label_box(item)) for item in labels]
    for item in labels:
        assert item.size >= 8, item.text
    for text, (left, top, right, bottom) in boxes:
        assert left >= -0.5, text
        assert top >= -0.5, text
        assert right <= picture.width + 0.5, text
        assert bottom <= picture.height + 0.5, text
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one!r} collides with {other!r}"
    for cells in (item for item in picture.items if isinstance(item, Cells)):
        assert cells.font == 0 or cells.font >= 8, cells.name
        x, y, width, height = cells.box
        if not cells.outline[3]:
            # Nothing but the numbers is drawn, in the middle of the cells' height.
            spare = (cells.height - cells.font) / 2
            y, height = y + spare, height - 2 * spare
        for text, (left, top, right, bottom) in boxes:
            apart = right <= x or left >= x + width or bottom <= y or top >= y + height
            assert apart or beside_number(cells, (left, top, right, bottom)), f"{text!r} lies on {cells.name!r}"


def beside_number(cells: Cells, box: tuple[float, float, float, float]) -> bool:
    """Whether a label lies within one cell of a grid, such as a weight, and not on the cell's number."""
    left, top, right, bottom = box
    row, column = int((top - cells.y) // cells.height), int((left - cells.x) // cells.width)
    x, y = cells.x + column * cells.width, cells.y + row * cells.height
    rows, columns = cells.content.shape
    if not (0 <= row < rows and 0 <= column < columns):
        return False
    if not (x <= left and right <= x + cells.width and y <= top and bottom <= y + cells.height):
        return False
    texts = cells.shown_texts()
    if not cells.font or not texts or not texts[row][column]:
        return True
    middle = y + (0.5 - cells.rise) * cells.height
    half = 0.3 * cells.font * len(texts[row][column])
    aside = right <= x + cells.width / 2 - half or left >= x + cells.width / 2 + half
    return aside or top >= middle + 0.36 * cells.font or bottom <= middle - 0.36 * cells.font


def chips(picture: Picture, name: str) -> dict[tuple[int, int], str]:
    """Return the weights that stand in the cells of a grid, as the texts of their chips."""
    cells = next(item for item in picture.items if isinstance(item, Cells) and item.name == name)
    found = {}
    for item in picture.items:
        if isinstance(item, Label) and item.text.startswith("×"):
            left, top, right, bottom = label_box(item)
            row, column = ((top + bottom) / 2 - cells.y) // cells.height, ((left + right) / 2 - cells.x) // cells.width
            if 0 <= row < cells.content.shape[0] and 0 <= column < cells.content.shape[1]:
                found[int(row), int(column)] = item.text[1:]
    return found

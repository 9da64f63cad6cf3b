"""The stage as screen readers find it: each grid of numbers is a table, each cell has a name and a value.

Qt remembers interfaces by their place in memory and deletes them itself: all of a stage when the stage goes, each once.
So it gets another one whenever it asks for a stage's, and what it was given stays until Qt has deleted it. Interfaces
look up what they stand for in the picture that is shown when they are asked. Where Qt takes nothing for an answer and
its stubs leave that out, the answers are `Any`.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from convgui.draw.panels import cell_box
from convgui.draw.picture import Box, Cells, Picture
from convgui.draw.spoken import tables
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.words import tr


class StageInterface(QAccessibleWidget):
    """The picture: its sentence, and its grids as children."""

    def __init__(self, stage: PictureWidget) -> None:
        super().__init__(stage, QAccessible.Role.Graphic, stage.accessibleName())
        self._stage: PictureWidget | None = stage
        self._known: list[TableInterface] = []
        self._read: tuple[Picture | None, tuple[Cells, ...]] = (None, ())

    def grids(self) -> tuple[Cells, ...]:
        """Return the grids of the picture shown."""
        picture = self._stage.picture if self._stage is not None else None
        if picture is not self._read[0]:
            self._read = (picture, tables(picture) if picture is not None else ())
        return self._read[1]

    def on_screen(self, box: Box) -> QRect:
        """Return where a box of the picture is on the screen."""
        if self._stage is None:
            return QRect()
        corner = self._stage.mapToGlobal(self._stage.rect().topLeft())
        x, y, width, height = (round(side) for side in self._stage.on_widget(box))
        return QRect(x, y, width, height).intersected(self._stage.rect()).translated(corner)

    def childCount(self) -> int:
        return len(self.grids())

    def child(self, index: int) -> Any:
        if not 0 <= index < self.childCount():
            return None
        while len(self._known) <= index:
            self._known.append(TableInterface(self, len(self._known)))
        return self._known[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.index if isinstance(child, TableInterface) and child.parent() is self else -1

    def childAt(self, x: int, y: int) -> Any:
        for number in reversed(range(self.childCount())):
            found = self.child(number)
            if found is not None and found.rect().contains(x, y):
                return found
        return None

    def release(self) -> None:
        """Let go of a stage that is being destroyed, and have Qt delete the tables, which it does not do by itself."""
        tables, self._known, self._stage, self._read = self._known, [], None, (None, ())
        for table in tables:
            table.release()


class _Part(QAccessibleInterface):
    """What tables and cells have in common: no window object of their own."""

    def object(self) -> Any:
        return None

    def window(self) -> Any:
        return None

    def setText(self, text: QAccessible.Text, value: str, /) -> None:
        """Refuse: numbers are changed by the keyboard on the stage and in the kernel editor."""

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def release(self) -> None:
        """Have Qt forget and delete this: where it had not heard of it yet, it is told first."""
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(self))


class TableInterface(_Part):
    """A grid of the picture, by its number among them."""

    def __init__(self, stage: StageInterface, index: int) -> None:
        super().__init__()
        self._stage, self.index = stage, index
        self._cells: list[CellInterface] = []

    def grid(self) -> Cells | None:
        """Return the grid, if the picture shown has so many."""
        grids = self._stage.grids()
        return grids[self.index] if self.index < len(grids) else None

    def on_screen(self, box: Box) -> QRect:
        """Return where a box of the picture is on the screen."""
        return self._stage.on_screen(box)

    def isValid(self) -> bool:
        return self.grid() is not None

    def parent(self) -> QAccessibleInterface:
        return self._stage

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Table

    def text(self, text: QAccessible.Text, /) -> str:
        grid = self.grid()
        if grid is None or text != QAccessible.Text.Name:
            return ""
        rows, columns = grid.content.shape
        return tr("{name}, {rows} rows, {columns} columns", name=grid.title, rows=rows, columns=columns)

    def rect(self) -> QRect:
        grid = self.grid()
        return self.on_screen(grid.box) if grid is not None else QRect()

    def childCount(self) -> int:
        grid = self.grid()
        return grid.content.shape[0] * grid.content.shape[1] if grid is not None else 0

    def child(self, index: int) -> Any:
        if not 0 <= index < self.childCount():
            return None
        while len(self._cells) <= index:
            self._cells.append(CellInterface(self, len(self._cells)))
        return self._cells[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.index if isinstance(child, CellInterface) and child.parent() is self else -1

    def childAt(self, x: int, y: int) -> Any:
        grid, rect = self.grid(), self.rect()
        if grid is None or not rect.contains(x, y):
            return None
        rows, columns = grid.content.shape
        row = (y - rect.top()) * rows // max(rect.height(), 1)
        return self.child(row * columns + (x - rect.left()) * columns // max(rect.width(), 1))

    def release(self) -> None:
        cells, self._cells = self._cells, []
        for cell in cells:
            cell.release()
        super().release()


class CellInterface(_Part):
    """A cell of a grid, counted row by row."""

    def __init__(self, table: TableInterface, index: int) -> None:
        super().__init__()
        self._table, self.index = table, index

    def isValid(self) -> bool:
        return self.index < self._table.childCount()

    def parent(self) -> QAccessibleInterface:
        return self._table

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Cell

    def text(self, text: QAccessible.Text, /) -> str:
        grid = self._table.grid()
        if grid is None or not self.isValid():
            return ""
        row, column = divmod(self.index, grid.content.shape[1])
        if text == QAccessible.Text.Name:
            down, across = grid.axes
            return f"{grid.title}, {down} {row}, {across} {column}"
        if text == QAccessible.Text.Value:
            return grid.shown_texts()[row][column] or tr("empty")
        return ""

    def rect(self) -> QRect:
        grid = self._table.grid()
        if grid is None or not self.isValid():
            return QRect()
        return self._table.on_screen(cell_box(grid, *divmod(self.index, grid.content.shape[1])))

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> Any:
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def childAt(self, x: int, y: int) -> Any:
        return None


def make_interface(_kind: str, thing: QObject | None) -> QAccessibleInterface | None:
    """Return a new interface of a stage; of anything else Qt makes it.

    Qt asks again for a stage that it knows: Python's classes get other meta-objects as slots are added to them, and an
    interface belongs to one of those. PySide keeps what is returned here as long as the application.
    """
    if not isinstance(thing, PictureWidget):
        return None
    interface = StageInterface(thing)
    thing.destroyed.connect(interface.release)
    return interface


def serve_screen_readers() -> None:
    """Have Qt ask here for the interfaces of all stages that are made from now on."""
    QAccessible.installFactory(make_interface)


def announce(stage: PictureWidget, sentence: str) -> None:
    """Have a sentence read out, where somebody listens."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(stage, sentence))

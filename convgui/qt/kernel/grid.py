"""The grid on which weights are edited: typing, dragging, wheel, arrows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from convgui.draw.grids import largest, value_cells
from convgui.draw.number import number
from convgui.draw.picture import Hit, HitGrid, Item, Lines, Picture, Rects
from convgui.draw.theme import LIGHT, Theme
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.widgets.painting import painting
from convgui.session.number_entry import DIGITS, PIXELS_A_STEP, parse_number, stepped
from convgui.words import tr

Floats = NDArray[np.float64]
WIDEST = 44.0
"""Pixels of a cell at most."""
PART = 16
"""Taps of a long kernel of one axis that are shown at a time."""
WHOLE = 40.0
"""Height of the curve of all its taps, below which they stand."""


def parts(kernel: Floats) -> tuple[Floats, ...]:
    """Return what is shown of a kernel at a time: the slices of three axes, or so many taps of one axis."""
    if kernel.ndim == 3:
        return tuple(kernel)
    if kernel.ndim == 1:
        return tuple(kernel[None, first : first + PART] for first in range(0, kernel.size, PART))
    return (kernel,)


class KernelGrid(PictureWidget):
    """One kernel as a grid of cells; of three axes, one slice across the depth, of many taps of one axis, some of them.

    Emits ``changed(index, value)`` for each new weight, ``finished`` when a gesture ends and ``sliced(index)`` when
    another slice or part is shown; it shows only what it is given.
    """

    changed = Signal(object, float)
    finished = Signal()
    rejected = Signal(str)
    sliced = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kernel: Floats = np.zeros((1, 1))
        self._slices: Floats = self._kernel
        self._slice = 0
        self._theme: Theme = LIGHT
        self._widest = WIDEST
        self._chosen = (0, 0)
        self._grip: tuple[tuple[int, int], float] | None = None
        self._typing: tuple[int, int] | None = None
        self._offered = ""
        self._entry = QLineEdit(self)
        self._entry.setObjectName("value")
        self._entry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._entry.hide()
        self._entry.installEventFilter(self)
        self._entry.editingFinished.connect(self._on_entry)
        self.setAccessibleName(tr("Kernel weights"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.clicked.connect(self._on_clicked)
        self.double_clicked.connect(self._on_double_clicked)
        self.dragged.connect(self._on_dragged)
        self.released.connect(self._on_released)
        self.wheeled.connect(self._on_wheeled)
        self.resized.connect(self._redraw)

    def set_scale(self, scale: float) -> None:
        """Draw cells for numbers of `scale` times their usual size."""
        self._widest = round(WIDEST * scale)
        self._redraw()

    def show_kernel(self, kernel: Floats, theme: Theme) -> None:
        """Show weights of one, two or three axes; nothing is emitted."""
        shown = parts(kernel)
        self._slice = min(self._slice, len(shown) - 1)
        self._slices = kernel
        grid = shown[self._slice]
        if grid.shape != self._kernel.shape:
            self._typing = None
            self._put_entry_away()
        self._kernel, self._theme = grid, theme
        self._chosen = (min(self._chosen[0], grid.shape[0] - 1), min(self._chosen[1], grid.shape[1] - 1))
        self._redraw()

    @property
    def slice(self) -> int:
        """Which slice of a kernel of three axes is shown, or which part of a long one."""
        return self._slice

    def choose_slice(self, index: int) -> None:
        """Show another slice of a kernel of three axes, or another part of a long one."""
        wanted = min(max(index, 0), len(parts(self._slices)) - 1)
        if wanted != self._slice:
            self._typing = None
            self._put_entry_away()
            self._slice = wanted
            self.show_kernel(self._slices, self._theme)
            self.sliced.emit(wanted)

    @property
    def cell(self) -> float:
        """Side of a cell in pixels."""
        rows, columns = self._kernel.shape
        return float(max(4, int(min(self._widest, (self.width() - 4) / columns, 300 / rows))))

    @property
    def _top(self) -> float:
        """Where the cells begin: below the curve of a long kernel."""
        return 2 + (WHOLE if self._long else 0)

    @property
    def _long(self) -> bool:
        return self._slices.ndim == 1 and self._slices.size > PART

    def sizeHint(self) -> QSize:
        return QSize(240, round(self._kernel.shape[0] * self.cell + self._top) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(self._kernel.shape[0] * self.cell + self._top) + 2)

    def _redraw(self) -> None:
        cell, theme = self.cell, self._theme
        rows, columns = self._kernel.shape
        self.setFixedHeight(round(rows * cell + self._top) + 2)
        cells = value_cells(
            self._kernel, theme, "kernel", (2, self._top), cell, limit=largest(self._slices), name="kernel"
        )
        i, j = self._chosen
        mark = np.array([(2 + j * cell, self._top + i * cell, cell, cell)])
        ring = theme.text if self.hasFocus() else theme.muted
        overlay: tuple[Item, ...] = (Rects(mark, stroke=ring, width=2.0 if self.hasFocus() else 1.2),)
        hits: tuple[HitGrid, ...] = (HitGrid("kernel", (), 2, self._top, cell, cell, (rows, columns)),)
        words = tr("row {row}, column {column}", row=i, column=j)
        whole: tuple[Item, ...] = ()
        if self._long:
            whole, above = self._curve()
            hits, words = (*hits, above), tr("tap {n} of {all}", n=self._slice * PART + j, all=self._slices.size)
        words = f"{words}: {number(float(self._kernel[i, j]))}"
        if self._slices.ndim == 3:
            words = f"{tr('slice {n}', n=self._slice)}, {words}"
        self.show_picture(
            Picture(float(self.width()), float(self.height()), theme.panel, (cells, *whole), overlay, hits, words)
        )

    def _curve(self) -> tuple[tuple[Item, ...], HitGrid]:
        """Draw all taps of a long kernel, the part that is shown marked, and return what is pointed at there."""
        theme, count, wide = self._theme, self._slices.size, max(self.width() - 4.0, 1.0)
        most, height = float(largest(self._slices)) or 1.0, WHOLE - 8
        x = 2 + (np.arange(count) + 0.5) * wide / count
        y = 2 + height / 2 * (1 - self._slices / most)
        first, last = self._slice * PART, min(self._slice * PART + PART, count)
        box = np.array([[2 + first * wide / count, 2, (last - first) * wide / count, height]])
        axis = np.array([[2, 2 + height / 2, 2 + wide, 2 + height / 2]])
        line = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
        items = Rects(box, fill=theme.window), Lines(axis, theme.line), Lines(line, theme.role("kernel").ink, 1.2)
        shown = len(parts(self._slices))
        return items, HitGrid("part", (), 2, 2, PART * wide / count, height, (1, shown))

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.palette().window())
        super().paintEvent(event)

    def _index(self, position: tuple[int, int]) -> tuple[int, ...]:
        if self._slices.ndim == 1:
            return (self._slice * PART + position[1],)
        return (self._slice, *position) if self._slices.ndim == 3 else position

    def _set(self, position: tuple[int, int], value: float) -> None:
        self.changed.emit(self._index(position), value)

    def _choose(self, position: tuple[int, int]) -> None:
        columns = self._kernel.shape[1]
        if self._long and not 0 <= position[1] < columns:
            # Before its first tap is the part before.
            before = self._slice
            self.choose_slice(before + (1 if position[1] >= columns else -1))
            if self._slice != before:
                position = (0, 0) if self._slice > before else (0, PART - 1)
        rows, columns = self._kernel.shape
        self._chosen = (min(max(position[0], 0), rows - 1), min(max(position[1], 0), columns - 1))
        self._redraw()

    def _on_clicked(self, hit: Hit | None) -> None:
        if hit is not None and hit.kind == "part":
            self.choose_slice(hit.index[1])
        elif hit is not None:
            self._choose((hit.index[0], hit.index[1]))

    def _on_double_clicked(self, hit: Hit | None) -> None:
        if hit is not None and hit.kind == "kernel":
            self._choose((hit.index[0], hit.index[1]))
            self._offer()

    def _on_dragged(self, start: Hit | None, _over: Hit | None, way: QPointF) -> None:
        if start is None or start.kind != "kernel":
            return
        if self._grip is None:
            position = (start.index[0], start.index[1])
            self._choose(position)
            self._grip = (position, float(self._kernel[position]))
        position, before = self._grip
        self._set(position, stepped(before, int(-way.y() / PIXELS_A_STEP)))

    def _on_released(self) -> None:
        self._grip = None
        self.finished.emit()

    def _on_wheeled(self, hit: Hit | None, turns: float, _at: QPointF) -> None:
        if hit is not None and hit.kind == "kernel":
            position = (hit.index[0], hit.index[1])
            self._choose(position)
            self._set(position, stepped(float(self._kernel[position]), round(turns)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only while focused: where the wheel is to scroll the panel, no weight changes by accident."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        moves = {keys.Key_Left: (0, -1), keys.Key_Right: (0, 1), keys.Key_Up: (-1, 0), keys.Key_Down: (1, 0)}
        key = Qt.Key(event.key())
        if key in moves and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            di, dj = moves[key]
            self._choose((self._chosen[0] + di, self._chosen[1] + dj))
        elif key in (keys.Key_PageUp, keys.Key_PageDown) and len(parts(self._slices)) > 1:
            self.choose_slice(self._slice + (1 if key == keys.Key_PageDown else -1))
        elif key in (keys.Key_Plus, keys.Key_Minus) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._set(self._chosen, stepped(float(self._kernel[self._chosen]), 1 if key == keys.Key_Plus else -1))
            self.finished.emit()
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_F2):
            self._offer()
        elif key in (keys.Key_Delete, keys.Key_Backspace):
            self._set(self._chosen, 0.0)
            self.finished.emit()
        elif event.text() and event.text() in "0123456789.-−":
            self._offered = ""
            self._type(event.text())
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the next weight, and out of the grid after the last."""
        rows, columns = self._kernel.shape
        position = self._chosen[0] * columns + self._chosen[1] + (1 if forward else -1)
        if 0 <= position < rows * columns:
            self._choose(divmod(position, columns))
            return True
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # The weight that the keyboard is at shows it.
        self._ringed = False
        self._redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._redraw()

    def _offer(self) -> None:
        """Show the chosen weight in a field to be changed."""
        self._offered = number(float(self._kernel[self._chosen]), DIGITS)
        self._type(self._offered)
        # Selected from its end, so that a long number is seen from its beginning.
        self._entry.setSelection(len(self._offered), -len(self._offered))

    def _type(self, text: str) -> None:
        cell = max(self.cell, 54.0)
        i, j = self._chosen
        left = min(2 + j * self.cell, self.width() - cell - 2)
        self._entry.setGeometry(round(left), round(self._top + i * self.cell), round(cell), max(round(self.cell), 24))
        self._entry.setText(text)
        self._typing = self._chosen
        self._entry.show()
        self._entry.setFocus()

    def _on_entry(self) -> None:
        position, self._typing = self._typing, None
        if position is None:
            return
        text = self._entry.text()
        self._put_entry_away()
        if text == self._offered:
            # The field shows six digits of a value that may have more.
            return
        try:
            value = parse_number(text)
        except (ValueError, ZeroDivisionError):
            self.rejected.emit(tr("“{text}” is not a number; type one such as −0.5 or 1/9.", text=text))
            return
        self._set(position, value)
        self.finished.emit()

    def _put_entry_away(self) -> None:
        """Take the focus first: hiding a focused child makes Qt look for the next one, which walks the weights."""
        if self._entry.hasFocus():
            self.setFocus()
        self._entry.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._entry and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self._typing = None
                self._put_entry_away()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._on_entry()
                step = {Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Tab: (0, 1)}.get(
                    Qt.Key(key), (0, 1)
                )
                columns = self._kernel.shape[1]
                if step == (0, 1) and self._chosen[1] == columns - 1 and not self._long:
                    self._choose((self._chosen[0] + 1, 0))
                else:
                    self._choose((self._chosen[0] + step[0], self._chosen[1] + step[1]))
                return True
        return super().eventFilter(watched, event)

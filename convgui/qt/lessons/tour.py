"""The tour at the first start: six stops, each a part of the window and a sentence on what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from convgui.qt.context import Context
from convgui.qt.widgets.paint import qcolor
from convgui.qt.widgets.painting import painting
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import mark, tr

DIM = QColor(0, 0, 0, 120)
CARD, GAP, MARGIN = 330, 14, 4


@dataclass(frozen=True)
class Stop:
    """A part of the window and what is said about it."""

    part: str
    title: str
    sentence: str


STOPS = (
    Stop(
        "lessons",
        mark("Lessons"),
        mark("Each opens one picture with its own numbers and walks through it. Your own lessons are listed here too."),
    ),
    Stop(
        "stage",
        mark("The stage"),
        mark(
            "Point at any cell to see what it is made of, and click to keep it lit. On a picture, turn the wheel to "
            "zoom. Every number is computed."
        ),
    ),
    Stop(
        "transport",
        mark("Step by step"),
        mark("Space plays; left and right go one position back and forward; Home and End jump."),
    ),
    Stop(
        "kernel",
        mark("The kernel"),
        mark("Click a weight and type, or drag it up and down. Presets hold the kernels worth knowing."),
    ),
    Stop(
        "scenes",
        mark("Many ways of looking"),
        mark(
            "The same layer as a sliding window, a matrix, a receptive field and more. Tabs that do not apply say why."
        ),
    ),
    Stop(
        "open",
        mark("Your own input"),
        mark(
            "Open a photo, a volume or numbers, or drop a file anywhere. Ctrl+K finds everything, ? lists the keys, "
            "and F1 opens the lesson about what is under the pointer."
        ),
    ),
)


class Tour(QWidget):
    """Lies over the window, lights one of its `parts` after the other, and says when it has ``ended()``."""

    ended = Signal()

    def __init__(self, context: Context, parts: Mapping[str, QWidget]) -> None:
        super().__init__(context.window)
        self._window, self._look, self._parts = context.window, context.look, parts
        self.index = 0
        self.setAccessibleName(tr("Tour"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self.title, self.words, self.counter = PlainLabel(), PlainLabel(), PlainLabel()
        self.title.setObjectName("section")
        self.words.setWordWrap(True)
        self.counter.setObjectName("small")
        self.skip, self.back, self.next = QPushButton(tr("Skip")), QPushButton(tr("Back")), QPushButton()
        row = QHBoxLayout()
        row.addWidget(self.counter, 1)
        for button in (self.skip, self.back, self.next):
            row.addWidget(button)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(row)
        self.skip.clicked.connect(self.end)
        self.back.clicked.connect(lambda: self.go(self.index - 1))
        self.next.clicked.connect(lambda: self.go(self.index + 1))
        self._window.installEventFilter(self)

    def begin(self) -> None:
        """Show the first stop."""
        self.go(0)
        self.show()
        self.raise_()
        self.next.setFocus()

    def end(self) -> None:
        """Go away."""
        self._window.removeEventFilter(self)
        self.hide()
        self._parts["stage"].setFocus()
        self.deleteLater()
        self.ended.emit()

    def go(self, index: int) -> None:
        """Show a stop; after the last one the tour ends."""
        if index >= len(STOPS):
            self.end()
            return
        self.index = max(index, 0)
        stop = STOPS[self.index]
        self.title.setText(tr(stop.title))
        self.words.setText(tr(stop.sentence))
        self.setAccessibleDescription(tr(stop.sentence))
        self.counter.setText(tr("{number} of {all}", number=self.index + 1, all=len(STOPS)))
        self.back.setEnabled(self.index > 0)
        self.next.setText(tr("Done") if self.index == len(STOPS) - 1 else tr("Next"))
        self._lay_out()

    def lit(self) -> QRect:
        """Return the part that is lit, in the tour's coordinates; empty where the part is hidden."""
        part = self._parts[STOPS[self.index].part]
        if not part.isVisible():
            return QRect()
        # Qt's own visible region leaves out children that paint all of themselves, such as the grid of a kernel.
        seen = QRect(part.mapTo(self._window, QPoint()), part.size())
        around = part.parentWidget()
        while around is not None and around is not self._window:
            seen &= QRect(around.mapTo(self._window, QPoint()), around.size())
            around = around.parentWidget()
        return seen & self.rect()

    def _lay_out(self) -> None:
        self.setGeometry(self._window.rect())
        part = self._parts[STOPS[self.index].part]
        around = part.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(part)
            around = around.parentWidget()
        wide = min(round(CARD * self._look().scale), self.width() - 2 * GAP)
        self.card.setFixedWidth(wide)
        self.card.adjustSize()
        self.card.move(_beside(self.lit(), QRect(0, 0, wide, self.card.height()), self.rect()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        lit = self.lit()
        shade, hole = QPainterPath(), QPainterPath()
        shade.addRect(QRectF(self.rect()))
        if not lit.isEmpty():
            hole.addRoundedRect(QRectF(lit.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)), 8, 8)
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(shade.subtracted(hole), DIM)
            painter.setPen(QPen(qcolor(self._look().theme.role("kernel").line), 2))
            painter.drawPath(hole)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk by the keyboard; nothing below the tour hears it."""
        keys = Qt.Key
        if event.key() == keys.Key_Escape:
            self.end()
        elif event.key() in (keys.Key_Right, keys.Key_Return, keys.Key_Enter, keys.Key_Space):
            self.go(self.index + 1)
        elif event.key() == keys.Key_Left:
            self.go(self.index - 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._lay_out()
        return super().eventFilter(watched, event)


def _beside(lit: QRect, card: QRect, room: QRect) -> QPoint:
    """Return where a card covers least of what is lit: right, left, below or above it; otherwise in its middle."""
    middle = QPoint(lit.center().x() - card.width() // 2, lit.center().y() - card.height() // 2)
    for corner in (
        QPoint(lit.right() + GAP, middle.y()),
        QPoint(lit.left() - GAP - card.width(), middle.y()),
        QPoint(middle.x(), lit.bottom() + GAP),
        QPoint(middle.x(), lit.top() - GAP - card.height()),
    ):
        x = min(max(corner.x(), GAP), room.width() - card.width() - GAP)
        y = min(max(corner.y(), GAP), room.height() - card.height() - GAP)
        if not lit.isEmpty() and not QRect(QPoint(x, y), card.size()).intersects(lit):
            return QPoint(x, y)
    return QPoint((room.width() - card.width()) // 2, (room.height() - card.height()) // 2)

"""Lecture mode: only words, picture and dots, as large as the screen allows; the pointer goes, and `b` blanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from convgui.draw.colour import faded
from convgui.draw.footer import told_line
from convgui.draw.metrics import text_width
from convgui.draw.picture import Label
from convgui.draw.theme import Theme
from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.lessons.lesson_walk import LessonWalk
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.presenter import Presenter
from convgui.qt.widgets.paint import PicturePainter, qcolor
from convgui.qt.widgets.painting import painting
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.qt.widgets.style import css

HEIGHT = 1080
"""Pixels of a screen's height that all other sizes here are for."""
ENLARGED = 4 / 3
"""How much larger a picture is drawn there: its titles of 18 pixels become 24."""
WORDS, LINES, ABOVE, BELOW = 24, 3, 30, 10
"""Pixels of the words' font, how many lines there is room for with that of the sum, and pixels above and below them."""
LINE = 1.45
"""Height of a line in sizes of the font."""
NUMBERS = 1.4, 24.0
"""How much larger than elsewhere numbers are where their cells have room, and the size that they come to so."""
MARGIN = 110
"""Pixels beside the words at least."""
DOT, NOW, PITCH, ROW = 12, 14, 30, 58
"""Pixels of a dot, of the present one, from one to the next, and of the row that they stand in."""
POINTER_GOES = 2000
"""Milliseconds after which a pointer that rests is hidden."""


class Words(PlainLabel):
    """The caption in the middle with the sum below it, in room for all of them, so that the picture stays put."""

    def __init__(self) -> None:
        self._unit, self._lines = 1.0, LINES
        self._sum: Label | None = None
        super().__init__()
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        self.hide()

    def fit(self, unit: float, theme: Theme, texts: Sequence[str]) -> None:
        """Take the size that belongs to a screen, the colours of a theme, and room for the longest of some texts."""
        colours = f"background: {css(theme.background)}; color: {css(theme.text)};"
        self.setStyleSheet(f"font-size: {round(WORDS * unit)}px; {colours}")
        self._unit = unit
        line, room = max(self.fontMetrics().height(), 1), self._room()
        most = max((self._high(room, text) for text in texts), default=line)
        self._lines = min(max(round(most / line), 1), LINES - 1) + 1
        self.setFixedHeight(round((ABOVE + BELOW + self._lines * WORDS * LINE) * unit))
        self._balance()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._balance()

    def tell(self, line: Label | None) -> None:
        """Write a sum below the words."""
        if line != self._sum:
            self._sum = line
            self.update()

    @property
    def sum(self) -> str:
        """The sum as it is written."""
        return "" if self._sum is None else self._sum.text

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._balance()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._sum is None:
            return
        size = WORDS * self._unit
        with painting(self) as painter:
            y = self.height() - (BELOW + 0.4 * WORDS) * self._unit
            scale = min(size / self._sum.size, self.width() / max(self._wide(self._sum), 1.0))
            painter.scale(scale, scale)
            PicturePainter().paint_items(painter, [replace(self._sum, x=self.width() / 2 / scale, y=y / scale)])

    @staticmethod
    def _wide(line: Label) -> float:
        return text_width(line.text, line.size, mono=True) + 2 * line.size

    def _room(self) -> int:
        return max(self.width() - 2 * round(MARGIN * self._unit), 1)

    def _balance(self) -> None:
        """Make the lines about equally long, and no more of them than it takes."""
        room = self._room()
        lines, wide = self._high(room, self.text()), room
        for part in range(7):
            narrower = wide - (room >> (part + 1))
            if narrower > 0 and self._high(narrower, self.text()) <= lines:
                wide = narrower
        side, below = (self.width() - wide) // 2, round((BELOW + WORDS * LINE) * self._unit)
        self.setContentsMargins(side, round(ABOVE * self._unit), side, below)

    def _high(self, width: int, text: str) -> int:
        within = QRect(0, 0, width, 10_000)
        return self.fontMetrics().boundingRect(within, Qt.TextFlag.TextWordWrap, text).height()


class Dots(QWidget):
    """One dot a caption; the present one is orange."""

    def __init__(self, caption: CaptionBar) -> None:
        super().__init__()
        self._caption, self._unit = caption, 1.0
        self._theme: Theme | None = None
        self.hide()

    def fit(self, unit: float, theme: Theme) -> None:
        """Take the size that belongs to a screen, and the colours of a theme."""
        self._unit, self._theme = unit, theme
        self.setFixedHeight(round(ROW * unit))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, unit, lesson = self._theme, self._unit, self._caption.lesson
        if theme is None:
            return
        count = len(lesson.captions) if lesson is not None else 0
        with painting(self) as painter:
            painter.fillRect(self.rect(), qcolor(theme.background))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            left = self.width() / 2 - PITCH * unit * (count - 1) / 2
            for index in range(count):
                here = index == self._caption.index
                side = (NOW if here else DOT) * unit
                painter.setBrush(qcolor(theme.role("kernel").line if here else faded(theme.muted, 0.4)))
                middle = left + index * PITCH * unit
                painter.drawEllipse(QRectF(middle - side / 2, (self.height() - side) / 2, side, side))


class Blank(QWidget):
    """Covers a window in black until any key is pressed, which does nothing else."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def begin(self) -> None:
        """Cover the window."""
        window = self.parentWidget()
        assert window is not None
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)

    def event(self, event: QEvent) -> bool:
        """Take every key, also those of commands."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hide()


class Lecture(QObject):
    """A window's lecture mode, which the window begins and ends.

    Attributes
    ----------
    on : bool
        Whether it is on.
    words, dots : QWidget
        What stands above and below the stage meanwhile.
    """

    def __init__(self, window: QMainWindow, stage: PictureWidget, caption: CaptionBar, presenter: Presenter) -> None:
        super().__init__(window)
        self._window, self._stage, self._caption, self._presenter = window, stage, caption, presenter
        self.on, self._unit = False, 1.0
        self.words, self.dots, self.blank = Words(), Dots(caption), Blank(window)
        self._reason = ""
        self._pointed = QPoint()
        self._rests = QTimer(self, singleShot=True, interval=POINTER_GOES)
        self._rests.timeout.connect(self._hide_pointer)
        caption.told.connect(self._show)
        presenter.failed.connect(self._on_failed)
        stage.shown.connect(self._tell)
        for widget in (stage, self.words, self.dots, self.blank):
            widget.setMouseTracking(True)
            widget.installEventFilter(self)

    @property
    def scale(self) -> float:
        """Pixels of the stage for one of a picture."""
        return ENLARGED * self._unit

    def turn(self, on: bool) -> None:
        """Begin or end."""
        self.on = on
        self.blank.hide()
        for widget in (self.words, self.dots):
            widget.setVisible(on)
        self._show_pointer()
        if on:
            self._rests.start()

    def fit(self, height: int, theme: Theme) -> None:
        """Take sizes and colours from a screen's height and a theme."""
        self._unit = height / HEIGHT
        lesson = self._caption.lesson
        self.words.fit(self._unit, theme, [caption.text for caption in lesson.captions] if lesson is not None else [])
        self.dots.fit(self._unit, theme)

    def press(self, event: QKeyEvent, walk: LessonWalk) -> bool:
        """Do what a key stands for in a lecture; returns whether it stands for something."""
        keys, key = Qt.Key, event.key()
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            return False
        if key in (keys.Key_B, keys.Key_Period):
            self.blank.begin()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        elif key in (keys.Key_PageDown, keys.Key_PageUp) and not walk.leafs:
            walk.turn(1 if key == keys.Key_PageDown else -1)
        elif key in (keys.Key_Right, keys.Key_Down, keys.Key_Space):
            walk.stride(1)
        elif key in (keys.Key_Left, keys.Key_Up, keys.Key_Backspace):
            walk.stride(-1)
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the pointer back when it is moved, not when something moves below it."""
        if self.on and event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            at = event.globalPosition().toPoint()
            if at != self._pointed:
                self._pointed = at
                self._show_pointer()
                self._rests.start()
        return super().eventFilter(watched, event)

    def _hide_pointer(self) -> None:
        self._window.setCursor(Qt.CursorShape.BlankCursor)
        # What nobody sees points at nothing, and playing need not wait for it.
        self._presenter.point(None)

    def _show_pointer(self) -> None:
        self._rests.stop()
        self._window.unsetCursor()

    def _on_failed(self, reason: str) -> None:
        self._reason = reason
        self._show()

    def _show(self) -> None:
        self.words.setText(self._reason or self._caption.stands)
        self.dots.update()

    def _tell(self) -> None:
        picture = self._stage.picture
        self.words.tell(told_line(picture) if self.on and picture is not None else None)

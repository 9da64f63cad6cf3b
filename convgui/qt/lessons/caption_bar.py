"""The words of the open lesson, walked one at a time."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from convgui.draw.theme import Theme
from convgui.model.document import Caption, Lesson
from convgui.qt.widgets.plain_text import PlainLabel, plain
from convgui.qt.widgets.style import icon
from convgui.words import tr

TALLEST, SLACK = 10_000, 8
"""Pixels that no words fill, and by which the words' column may be narrower than its parts say."""
FREE, CLOSE = 8, 4
"""Pixels above and below the words, and where the window is low."""
NARROW = 600
"""Width below which the buttons of a lesson's words stand below these."""


JOINED = re.compile(r"(?<=[\d−A-Z]) ([×·]) (?=[\d−A-Z])")
"""What joins the sides of a shape, or the factors of a product."""
ROW_OF_NUMBERS = re.compile(r"(?<![\d−])(?<!\d )(?:−?\d+ ){1,4}−?\d+(?! ?\d)")
"""A kernel written out, or a count in groups of three digits."""


def kept_together(text: str) -> str:
    """Return words in which no line ends within a shape, a product or a few numbers, such as ``3 × 3`` or ``1 2 1``."""
    return ROW_OF_NUMBERS.sub(lambda found: found[0].replace(" ", "\u00a0"), JOINED.sub("\u00a0\\1\u00a0", text))


class CaptionBar(QFrame):
    """The lesson's words, walked one at a time, with what a question needs beside them.

    Emits ``leaving()`` before the reader goes to other words and ``walked(index)`` then, ``begun_again()`` when he
    wants the lesson back, and ``told()`` when it says something else; ``onward()`` asks for the next lesson.
    """

    leaving = Signal()
    walked = Signal(int)
    told = Signal()
    begun_again = Signal()
    onward = Signal()

    def __init__(self, beside: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self._lesson: Lesson | None = None
        self._index = 0
        self._beside = beside
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about = PlainLabel()
        self.about.setObjectName("small")
        self.again = QPushButton(tr("Start over"))
        self.again.setToolTip(tr("Go back to the lesson as it began"))
        self.back = QPushButton(tr("Back to the lesson"))
        self.back.setToolTip(tr("Show again what these words are about"))
        self.next_lesson = QPushButton(tr("Next lesson"))
        self.next_lesson.hide()
        self.next_lesson.clicked.connect(self.onward)
        self.counter = PlainLabel()
        self.counter.setObjectName("small")
        self._changed, self._away, self._settled = "", False, False
        self.before, self.after = QToolButton(), QToolButton()
        for button, tip in ((self.before, tr("Previous sentence")), (self.after, tr("Next sentence"))):
            button.setObjectName("icon")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(26, FREE, 14, FREE)
        self._row.addWidget(self.words, 1)
        if beside is not None:
            self._row.addWidget(beside)
        row = QHBoxLayout()
        row.addStretch()
        for widget in (self.again, self.back, self.about, self.counter, self.before, self.after, self.next_lesson):
            row.addWidget(widget)
        self._row.addLayout(row)
        self._buttons = row
        self.before.clicked.connect(lambda: self.walk(-1))
        self.after.clicked.connect(lambda: self.walk(1))
        self.again.clicked.connect(self.begun_again)
        self.back.clicked.connect(lambda: self.arrive(self._index))
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where they would leave these a few letters a line."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if self.width() < NARROW else directions.LeftToRight)
        super().resizeEvent(event)
        self._reserve()
        # A bar that is just being shown hears of no second size.
        self._row.setGeometry(self.contentsRect())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._reserve()

    def stand(self, *, low: bool) -> None:
        """Take no more height than the letters need in a low window: it is the picture's."""
        free, margins = CLOSE if low else FREE, self._row.contentsMargins()
        if margins.top() != free:
            self._row.setContentsMargins(margins.left(), free, margins.right(), free)
            self._reserve()

    def _reserve(self) -> None:
        """Be as high as any words of the lesson need, with what stands beside them: the picture below stays put."""
        if self._lesson is None:
            return
        if self._beside is not None:
            # What has not been shown yet is as large as its style makes it only once it has that.
            for part in self._beside.findChildren(QWidget):
                part.ensurePolished()
        margins, space = self._row.contentsMargins(), max(self._row.spacing(), 0)
        below, last = self._row.direction() == QBoxLayout.Direction.TopToBottom, len(self._lesson.captions) - 1
        room, found = self.width() - margins.left() - margins.right(), [0]
        for index, caption in enumerate(self._lesson.captions):
            hint = self._buttons_room(last=index == last)
            if index == self._index and (self._changed or self.about.text()):
                hint = hint.expandedTo(self._buttons.sizeHint())
            beside = self._beside.sizeHint() if caption.predict and self._beside is not None else QSize(0, 0)
            taken = 0 if below else hint.width() + space + (beside.width() + space if beside.width() else 0)
            across = QRect(0, 0, max(room - taken - SLACK, 1), TALLEST)
            words = (
                self.words.fontMetrics()
                .boundingRect(across, Qt.TextFlag.TextWordWrap, kept_together(caption.text))
                .height()
            )
            parts = (words, beside.height(), hint.height())
            found.append(sum(parts) + 2 * space if below else max(parts))
        self.setFixedHeight(max(found) + margins.top() + margins.bottom())

    def _buttons_room(self, *, last: bool) -> QSize:
        """Return what the buttons beside any words take, or beside the `last`, where another lesson is offered."""
        count = len(self._lesson.captions) if self._lesson is not None else 0
        metrics = self.counter.fontMetrics()
        told = [metrics.horizontalAdvance(f"{n} / {count}") for n in range(1, count + 1)]
        self.counter.setMinimumWidth(max(told, default=0))
        parts = (self.counter, self.before, self.next_lesson if last else self.after)
        # Also of those that are not shown: with one more of them the picture would move.
        for part in (*parts, self.again, self.back, self.next_lesson):
            part.ensurePolished()
        high = max(part.sizeHint().height() for part in (*parts, self.again, self.back, self.next_lesson))
        space = max(self._buttons.spacing(), 0)
        return QSize(sum(part.sizeHint().width() + space for part in parts), high)

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the theme's ink."""
        self.before.setIcon(icon("left", theme.text))
        self.after.setIcon(icon("right", theme.text))

    @property
    def lesson(self) -> Lesson | None:
        """The lesson whose words are shown."""
        return self._lesson

    @property
    def caption(self) -> Caption | None:
        """The caption shown."""
        return self._lesson.captions[self._index] if self._lesson and self._lesson.captions else None

    @property
    def index(self) -> int:
        """Which caption is shown, from 0."""
        return self._index

    @property
    def stands(self) -> str:
        """The words that belong to what is on screen; empty where there are none."""
        caption = self.caption
        return "" if caption is None or self._changed or self.about.text() else caption.text

    @property
    def ended(self) -> bool:
        """Whether the last words of a lesson are shown, and it is as they say."""
        return self._lesson is not None and bool(self.stands) and self._index + 1 == len(self._lesson.captions)

    def offer(self, title: str) -> None:
        """Offer the next lesson by its title; "" offers none."""
        self.next_lesson.setVisible(bool(title))
        self.next_lesson.setToolTip(plain(title))
        self.after.setVisible(self._lesson is not None and len(self._lesson.captions) > 1 and not title)

    def show_lesson(self, lesson: Lesson | None, index: int = 0) -> None:
        """Show a lesson's words from `index` on, or hide; nothing is emitted."""
        if lesson is self._lesson:
            return
        count = len(lesson.captions) if lesson is not None else 0
        self._lesson, self._changed, self._away, self._settled = lesson, "", False, False
        self.stand_at(max(0, min(index, count - 1)))

    def stand_at(self, index: int) -> None:
        """Show the words of a caption; nothing is emitted."""
        self._index = index
        self.tell(about="")

    def tell(self, *, changed: str = "", away: bool = False, about: str, settled: bool = False) -> None:
        """Say how the words stand to what is shown.

        Parameters
        ----------
        changed : str
            Why they are not about that, if they are not: they give way to this and a way back.
        away : bool
            Whether it is only looked at otherwise: in another scene.
        about : str
            Which step the words are about, where another one is shown.
        settled : bool
            Whether what was changed stays so: no way leads back.
        """
        self._changed, self._away, self._settled = changed, away, settled
        self.about.setText(about)
        self._show()

    def go(self, index: int) -> None:
        """Go to the words of a caption and say so; those that are shown may be about another step."""
        self.walk(index - self._index)

    def walk(self, way: int) -> None:
        """Go to the next (1) or previous (-1) words and say so."""
        index = self._index + way
        if self._lesson is not None and 0 <= index < len(self._lesson.captions):
            self.leaving.emit()
            self.arrive(index)

    def arrive(self, index: int) -> None:
        """Go to the words of a caption and say so, with nothing to be kept of what was shown."""
        self.stand_at(index)
        self.walked.emit(index)

    def _show(self) -> None:
        caption = self.caption
        self.setVisible(caption is not None)
        if caption is None or self._lesson is None:
            self.told.emit()
            return
        count = len(self._lesson.captions)
        self.words.setText(self._changed or kept_together(caption.text))
        self.again.setVisible(bool(self._changed) and not self._away and not self._settled)
        self.back.setVisible(bool(self._changed) and self._away)
        self.about.setVisible(bool(self.about.text()) and not self._changed)
        self.counter.setText(f"{self._index + 1} / {count}")
        self.before.setEnabled(self._index > 0)
        self.after.setEnabled(self._index + 1 < count)
        several = count > 1
        for widget in (self.counter, self.before, self.after):
            widget.setVisible(several)
        self._reserve()
        self.told.emit()

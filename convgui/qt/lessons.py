"""The list of lessons by chapter, each with a thumbnail that its scene draws, and the words of the open one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QWidget,
)

from convgui.draw.compose import centred
from convgui.draw.picture import Picture
from convgui.draw.theme import Theme
from convgui.files.errors import LoadError
from convgui.files.own_lessons import PREFIX
from convgui.model.document import Caption, Document, Lesson
from convgui.qt.fonts import font
from convgui.qt.paint import PicturePainter, qcolor
from convgui.qt.painting import painting
from convgui.qt.plain_text import PlainLabel, plain
from convgui.qt.style import icon
from convgui.qt.tasks import Answer, Latest
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from convgui.words import tr

THUMBNAIL = QSize(46, 30)
CHAPTER, ROW = 32, 44
"""Heights of a chapter's row and of a lesson's, at the usual size of text."""
WIDTH = 216
NARROW = 420
"""Width below which the buttons of a lesson's words stand below these."""
ZOOM = 4
"""The scene draws on a canvas this many times the size of the thumbnail."""
_ID = Qt.ItemDataRole.UserRole


class LessonList(QListWidget):
    """Chapters and lessons; emits ``opened(id)`` when the user chooses one."""

    opened = Signal(str)

    def __init__(
        self, lessons: Sequence[Lesson], load: Callable[[str], Document], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("lessons")
        self.setAccessibleName(tr("Lessons"))
        self.setIconSize(THUMBNAIL)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMouseTracking(True)
        self.setWordWrap(True)
        self._load = load
        self._theme: Theme | None = None
        self._scale = 1.0
        self._undrawn: list[QListWidgetItem] = []
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_drawn)
        self._fill(lessons)
        self.itemClicked.connect(self._on_chosen)
        self.itemActivated.connect(self._on_chosen)

    def _fill(self, lessons: Sequence[Lesson]) -> None:
        chapter = ""
        for lesson in lessons:
            if lesson.chapter != chapter:
                chapter = lesson.chapter
                self._add_chapter(tr(chapter))
            self._add_lesson(lesson)

    def list_again(self, lessons: Sequence[Lesson]) -> None:
        """List other lessons, and draw the thumbnails of those that were not there; own lessons may have changed."""
        self._latest.abandon()
        missing = {id(item) for item in self._undrawn}
        items = [self.item(row) for row in range(self.count())]
        known = {item.data(_ID): item.icon() for item in items if id(item) not in missing}
        self._undrawn.clear()
        self.clear()
        self._fill(lessons)
        for item in (self.item(row) for row in range(self.count())):
            identity = item.data(_ID)
            if identity and identity in known and not identity.startswith(PREFIX):
                item.setIcon(known[identity])
            elif identity:
                self._undrawn.append(item)
        self._colour_chapters()
        self._draw_next()

    def _add_chapter(self, title: str) -> None:
        item = QListWidgetItem(title, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._size(item)

    def _add_lesson(self, lesson: Lesson) -> None:
        item = QListWidgetItem(lesson.title, self)
        item.setData(_ID, lesson.id)
        item.setToolTip(plain(lesson.title))
        self._size(item)
        blank = QPixmap(THUMBNAIL)
        blank.fill(Qt.GlobalColor.transparent)
        item.setIcon(QIcon(blank))

    def _size(self, item: QListWidgetItem) -> None:
        """Give a row the height that its text needs: two lines of a lesson's title."""
        if item.data(_ID):
            item.setSizeHint(QSize(0, round(ROW * self._scale)))
        else:
            item.setFont(font(round(12 * self._scale), bold=True))
            item.setSizeHint(QSize(0, round(CHAPTER * self._scale)))

    def set_scale(self, scale: float, breadth: float) -> None:
        """Make room for text of `scale` times its usual size, in `breadth` times the usual width."""
        self.setFixedWidth(round(WIDTH * breadth))
        if scale != self._scale:
            self._scale = scale
            for row in range(self.count()):
                self._size(self.item(row))

    def _on_chosen(self, item: QListWidgetItem) -> None:
        if item.data(_ID):
            self.opened.emit(item.data(_ID))

    def show_lesson(self, lesson: Lesson | None) -> None:
        """Mark the open lesson; nothing is emitted."""
        self.blockSignals(True)
        self.clearSelection()
        for row in range(self.count()):
            item = self.item(row)
            if lesson is not None and item.data(_ID) == lesson.id:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def set_theme(self, theme: Theme) -> None:
        """Draw the thumbnails in a theme, one after the other in the background."""
        self._theme = theme
        self._colour_chapters()
        self._undrawn = [self.item(row) for row in range(self.count()) if self.item(row).data(_ID)]
        self._draw_next()

    def _colour_chapters(self) -> None:
        for row in range(self.count()):
            if not self.item(row).data(_ID) and self._theme is not None:
                self.item(row).setForeground(qcolor(self._theme.muted))

    def close_drawing(self) -> None:
        """Stop drawing thumbnails and wait for the thread to end."""
        self._undrawn.clear()
        self._latest.close()

    def _draw_next(self) -> None:
        if self._undrawn and self._theme is not None:
            identity, theme, load = self._undrawn[0].data(_ID), self._theme, self._load
            self._latest.submit(lambda _: small_picture(load(identity), theme))

    def _on_drawn(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation or not self._undrawn:
            return
        item = self._undrawn.pop(0)
        if isinstance(answer.error, (LoadError, ValueError, MemoryError)):
            # A lesson of the user's own that is damaged: opening it says why.
            self._draw_next()
            return
        if answer.error is not None:
            raise answer.error
        item.setIcon(QIcon(thumbnail(answer.result, self.devicePixelRatioF())))
        self._draw_next()


def small_picture(document: Document, theme: Theme) -> Picture:
    """Draw a document without words, for a thumbnail."""
    canvas = Canvas(THUMBNAIL.width() * ZOOM, THUMBNAIL.height() * ZOOM, theme, captions=False)
    return draw(scene(document.view.scene), document, canvas)


def thumbnail(picture: Picture, ratio: float) -> QPixmap:
    """Paint a picture at a thumbnail's size."""
    sharp = 2 * ratio
    large = QPixmap(THUMBNAIL * sharp)
    with painting(large) as painter:
        painter.scale(sharp / ZOOM, sharp / ZOOM)
        PicturePainter().paint(painter, centred(picture))
    small = large.scaled(
        THUMBNAIL * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small.setDevicePixelRatio(ratio)
    return small


class CaptionBar(QFrame):
    """The lesson's words, walked one at a time.

    Emits ``walked(place)`` when the reader goes to other words, and ``begun_again()`` when he wants the lesson back.
    """

    walked = Signal(int)
    begun_again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self._lesson: Lesson | None = None
        self._place = 0
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about = PlainLabel()
        self.about.setObjectName("small")
        self.again = QPushButton(tr("Start over"))
        self.again.setToolTip(tr("Go back to the lesson as it began"))
        self.counter = PlainLabel()
        self.counter.setObjectName("small")
        self._changed = self._away = False
        self.before, self.after = QToolButton(), QToolButton()
        for button, tip in ((self.before, tr("Previous sentence")), (self.after, tr("Next sentence"))):
            button.setObjectName("icon")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(26, 8, 14, 8)
        self._row.addWidget(self.words, 1)
        row = QHBoxLayout()
        row.addStretch()
        for widget in (self.again, self.about, self.counter, self.before, self.after):
            row.addWidget(widget)
        self._row.addLayout(row)
        self.before.clicked.connect(lambda: self.walk(-1))
        self.after.clicked.connect(lambda: self.walk(1))
        self.again.clicked.connect(self.begun_again)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where they would leave these a few letters a line."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if self.width() < NARROW else directions.LeftToRight)
        super().resizeEvent(event)

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
        return self._lesson.captions[self._place] if self._lesson and self._lesson.captions else None

    @property
    def place(self) -> int:
        """Which caption is shown, from 0."""
        return self._place

    def show_lesson(self, lesson: Lesson | None, place: int = 0) -> None:
        """Show a lesson's words from `place` on, or hide; nothing is emitted."""
        if lesson is self._lesson:
            return
        count = len(lesson.captions) if lesson is not None else 0
        self._lesson, self._changed, self._away = lesson, False, False
        self.stand_at(max(0, min(place, count - 1)))

    def stand_at(self, place: int) -> None:
        """Show the words at a place; nothing is emitted."""
        self._place = place
        self.tell(about="")

    def tell(self, *, changed: bool = False, away: bool = False, about: str) -> None:
        """Say how the words stand to what is shown.

        Parameters
        ----------
        changed : bool
            Whether that is not what the lesson shows there: the words then give way to a way back.
        away : bool
            Whether another scene is shown, about which the lesson says nothing.
        about : str
            Which step the words are about, where another one is shown.
        """
        self._changed, self._away = changed, away
        self.about.setText(about)
        self._show()

    def go(self, place: int) -> None:
        """Go to the words at a place and say so."""
        self.walk(place - self._place)

    def walk(self, way: int) -> None:
        """Go to the next (1) or previous (-1) words and say so."""
        if self._lesson is None or not 0 <= self._place + way < len(self._lesson.captions):
            return
        self.stand_at(self._place + way)
        self.walked.emit(self._place)

    def _show(self) -> None:
        caption = self.caption
        self.setVisible(caption is not None and not self._away)
        if caption is None or self._lesson is None:
            return
        count = len(self._lesson.captions)
        self.words.setText(
            tr("The lesson was changed: what it says here is not about this.") if self._changed else caption.text
        )
        self.again.setVisible(self._changed)
        self.about.setVisible(bool(self.about.text()) and not self._changed)
        self.counter.setText(f"{self._place + 1} / {count}")
        self.before.setEnabled(self._place > 0)
        self.after.setEnabled(self._place + 1 < count)
        several = count > 1
        for widget in (self.counter, self.before, self.after):
            widget.setVisible(several)

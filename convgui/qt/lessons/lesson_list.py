"""The list of lessons by chapter, each with a thumbnail that its scene draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QWidget,
)

from convgui.draw.compose import centred
from convgui.draw.picture import Picture
from convgui.draw.theme import Theme
from convgui.files.errors import LoadError
from convgui.files.own_lessons import PREFIX
from convgui.model.document import Document, Lesson
from convgui.qt.widgets.fonts import font
from convgui.qt.widgets.paint import PicturePainter, qcolor
from convgui.qt.widgets.painting import painting
from convgui.qt.widgets.plain_text import plain
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from convgui.session.finding import Entry, holds
from convgui.session.synonyms import synonyms
from convgui.words import tr

THUMBNAIL = QSize(46, 30)
CHAPTER, ROW = 32, 44
"""Heights of a chapter's row and of a lesson's, at the usual size of text."""
WIDTH, ABOVE = 216, 8
TICK = "✓"
ZOOM = 4
"""The scene draws on a canvas this many times the size of the thumbnail."""
_ID = Qt.ItemDataRole.UserRole


class LessonList(QListWidget):
    """Chapters and lessons, above them a line that searches; emits ``opened(id)`` when the user chooses one."""

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
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_drawn)
        self._lessons: dict[str, Lesson] = {}
        self._walked: frozenset[str] = frozenset()
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("Search the lessons"))
        self.search.setAccessibleName(tr("Search the lessons"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(tr("Clear"))
        self.search.textChanged.connect(lambda _: self._sift())
        self.search.returnPressed.connect(self._on_searched)
        self._fill(lessons)
        self.itemClicked.connect(self._on_chosen)
        self.itemActivated.connect(self._on_chosen)

    def _fill(self, lessons: Sequence[Lesson]) -> None:
        chapter = ""
        self._lessons = {lesson.id: lesson for lesson in lessons}
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
        self._sift()
        self._draw_next()

    def following(self, identity: str) -> Lesson | None:
        """Return the lesson that comes after another one; None after the last and for what is not listed."""
        ids = list(self._lessons)
        index = ids.index(identity) + 1 if identity in self._lessons else len(ids)
        return self._lessons[ids[index]] if index < len(ids) else None

    def show_walked(self, walked: frozenset[str]) -> None:
        """Tick the lessons that were read to their end."""
        self._walked = walked
        for row in range(self.count()):
            if self.item(row).data(_ID):
                self._title(self.item(row))

    def _title(self, item: QListWidgetItem) -> None:
        """Write a lesson's title, with a tick behind it where it was read to its end."""
        lesson = self._lessons[item.data(_ID)]
        done = lesson.id in self._walked
        item.setText(f"{lesson.title} {TICK}" if done else lesson.title)
        told = tr("{title}, read to its end", title=lesson.title) if done else lesson.title
        item.setData(Qt.ItemDataRole.AccessibleTextRole, told)

    def _sift(self) -> None:
        """Show the lessons that hold what is searched, and the chapters of these."""
        typed, chapter, some = self.search.text(), None, False
        for item in (self.item(row) for row in range(self.count())):
            lesson = self._lessons.get(item.data(_ID))
            if lesson is None:
                if chapter is not None:
                    chapter.setHidden(not some)
                chapter, some = item, False
                continue
            entry = Entry(lesson.title, tr(lesson.chapter), f"{lesson.id} {synonyms('lesson', lesson.id)}")
            found = holds(entry, typed)
            item.setHidden(not found)
            some = some or found
        if chapter is not None:
            chapter.setHidden(not some)

    def _on_searched(self) -> None:
        """Open the first lesson that was found."""
        rows = (self.item(row) for row in range(self.count()))
        first = next((item for item in rows if item.data(_ID) and not item.isHidden()), None)
        if first is not None and self.search.text():
            self._on_chosen(first)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the line that searches above the list."""
        high = self.search.sizeHint().height()
        self.setViewportMargins(0, high + ABOVE, 0, 0)
        self.search.setGeometry(ABOVE, ABOVE, self.width() - 3 * ABOVE, high)
        super().resizeEvent(event)

    def _add_chapter(self, title: str) -> None:
        item = QListWidgetItem(title, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._size(item)

    def _add_lesson(self, lesson: Lesson) -> None:
        item = QListWidgetItem(self)
        item.setData(_ID, lesson.id)
        self._title(item)
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

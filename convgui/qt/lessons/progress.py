"""How far the user has come in the lessons: what was read to its end is ticked, and the next one is offered."""

from __future__ import annotations

from PySide6.QtCore import QObject

from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.lessons.lesson_list import LessonList
from convgui.qt.settings import Remembered


class Progress(QObject):
    """Ticks the lesson whose last words are reached, remembers it, and offers the next one there."""

    def __init__(self, caption: CaptionBar, lessons: LessonList, remembered: Remembered) -> None:
        super().__init__(caption)
        self._caption, self._lessons, self._remembered = caption, lessons, remembered
        self._known = remembered.walked()
        lessons.show_walked(self._known)
        caption.told.connect(self._on_told)
        caption.onward.connect(self._on_onward)

    def _on_told(self) -> None:
        lesson = self._caption.lesson
        if lesson is None or not lesson.id or not self._caption.ended:
            self._caption.offer("")
            return
        following = self._lessons.following(lesson.id)
        self._caption.offer(following.title if following is not None else "")
        if lesson.id not in self._known:
            self._remembered.set_walked(lesson.id)
            self._known = self._remembered.walked()
            self._lessons.show_walked(self._known)

    def _on_onward(self) -> None:
        lesson = self._caption.lesson
        following = self._lessons.following(lesson.id) if lesson is not None else None
        if following is not None:
            self._lessons.opened.emit(following.id)

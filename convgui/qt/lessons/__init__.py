"""Lessons: listed, walked, written, and the help that they give."""

from convgui.qt.lessons.caption_bar import NARROW, CaptionBar
from convgui.qt.lessons.lesson_list import CHAPTER, ROW, THUMBNAIL, WIDTH, ZOOM, LessonList, small_picture, thumbnail

__all__ = [
    "CHAPTER", "NARROW", "ROW", "THUMBNAIL", "WIDTH", "ZOOM", "CaptionBar", "LessonList", "small_picture", "thumbnail",
]  # fmt: skip

"""Help is a lesson about what is pointed at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from convgui.files.lessons import lesson_index
from convgui.qt.lessons.help import FIELDS, PARTS, lesson_under
from convgui.scenes import scene, scenes
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_help_opens_the_lesson_about_what_is_pointed_at(opened: Opened) -> None:
    window = opened.window
    stride = window.inspector.layer.stride
    point = stride.mapToGlobal(QPoint(2, stride.height() // 2))
    window.open_lesson(lesson_under(window.context, window.stage, point))
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == FIELDS["stride"]
    window.stage.setFocus()
    window.open_lesson(lesson_under(window.context, window.stage, QPoint(-5000, -5000)))
    assert window.session.document.lesson.id == scene(window.session.document.view.scene).lesson


def test_all_that_helps_is_there() -> None:
    ids = {lesson.id for lesson in lesson_index()}
    assert {*FIELDS.values(), *PARTS.values(), *(found.lesson for found in scenes())} <= ids
    assert len({found.lesson for found in scenes()}) == len(scenes()), "each its own"

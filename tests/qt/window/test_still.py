"""The picture stands still while the words of a lesson are walked: bars keep the height of what is tallest in them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from convgui.files.lessons import lesson_index
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LESSONS = [lesson.id for lesson in lesson_index()]


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_walking_a_lesson_never_moves_the_picture(opened: Opened, size: tuple[int, int], part: int) -> None:
    """From the first to the last words, with the offer of the next lesson, the stage keeps its place and size."""
    window = opened.window
    window.setUpdatesEnabled(False)
    window.resize(*size)
    for lesson in LESSONS[part::4]:
        window.open_lesson(lesson)
        opened.settle()
        # The panels and the bars follow the document one after the other.
        opened.bot.wait(60)
        shown = window.session.document.lesson
        assert shown is not None
        places = []
        for caption in range(len(shown.captions)):
            window.caption.go(caption)
            opened.settle()
            for _ in range(3):
                QApplication.processEvents()
            stage = window.stage
            places.append((stage.mapTo(window, stage.rect().topLeft()).toTuple(), stage.size().toTuple()))
        assert len(set(places)) == 1, f"{lesson}: {places}"

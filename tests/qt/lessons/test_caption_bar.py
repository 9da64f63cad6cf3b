"""The words of a lesson stand whole in their bar, from the first moment that it is shown."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convgui.files.lessons import load_lesson
from convgui.qt.lessons.caption_bar import CaptionBar
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("width", [400, 908, 1800])
def test_shown_for_the_first_time_at_another_width_than_it_began_with(qtbot: QtBot, width: int) -> None:
    window, bar = QWidget(), CaptionBar()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(bar)
    column.addStretch()
    bar.show_lesson(load_lesson("single-channel").lesson)
    window.resize(width, 600)
    with qtbot.waitExposed(window):
        window.show()
    for part in (bar.words, bar.counter, bar.before, bar.after):
        assert bar.rect().contains(part.geometry()), part
    assert bar.words.height() >= bar.words.heightForWidth(bar.words.width())


def test_in_a_window_that_has_just_opened(opened: Opened) -> None:
    bar = opened.window.caption
    assert bar.isVisible()
    for part in (bar.words, bar.counter, bar.before, bar.after):
        assert bar.rect().contains(part.geometry()), part

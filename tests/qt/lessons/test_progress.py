"""Lessons are searched by the words people use, ticked when they were read to their end, and lead to the next one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def shown(window: MainWindow) -> list[str]:
    rows = (window.lessons.item(row) for row in range(window.lessons.count()))
    return [item.text() for item in rows if not item.isHidden()]


def test_the_list_is_searched(opened: Opened) -> None:
    window = opened.window
    everything = shown(window)
    QTest.keyClicks(window.lessons.search, "deconvolution")
    found = shown(window)
    assert "Transposed" in found[0] or found[0] in everything
    assert 0 < len(found) < 12
    assert "Dilation" not in found
    QTest.keyClick(window.lessons.search, Qt.Key.Key_Return)
    opened.settle()
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id.startswith("transposed")
    window.lessons.search.setText("no such lesson")
    assert shown(window) == []
    window.lessons.search.clear()
    assert shown(window) == everything


def test_the_end_of_a_lesson_ticks_it_and_leads_to_the_next(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("single-channel")
    opened.settle()
    caption = window.caption
    while caption.after.isEnabled():
        assert not caption.next_lesson.isVisible()
        QTest.mouseClick(caption.after, Qt.MouseButton.LeftButton)
        opened.settle()
    assert caption.next_lesson.isVisible()
    assert caption.next_lesson.toolTip() == "Multi-channel, one kernel a channel"
    assert "Single channel ✓" in shown(window)
    assert Remembered().walked() == {"single-channel"}
    QTest.mouseClick(caption.next_lesson, Qt.MouseButton.LeftButton)
    opened.settle()
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == "multi-channel-apart"
    assert not caption.next_lesson.isVisible()


def test_ticks_are_there_at_the_next_start(opened: Opened) -> None:
    opened.window.remembered.set_walked("dilation")
    opened.window.remembered.set_walked("gridding")
    window = MainWindow(opened.window.session.document, Remembered())
    assert [text for text in shown(window) if "✓" in text] == ["Dilation ✓", "Gridding ✓"]
    window.retire()
    window.deleteLater()

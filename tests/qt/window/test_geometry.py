"""Windows stand where they can be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize

from convgui.qt.window.geometry import first_size, seen

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_window_off_all_screens_is_brought_back() -> None:
    screen, right = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)
    kept = QRect(2000, 100, 900, 700)
    assert seen(kept, [screen, right]) == kept
    assert screen.contains(seen(kept, [screen]))
    assert screen.contains(seen(QRect(100, -900, 3000, 2000), [screen]))
    assert seen(kept, []) == kept


def test_the_first_window_is_no_larger_than_its_screen() -> None:
    assert first_size(QSize(1920, 1080)) == QSize(1440, 900)
    assert first_size(QSize(1366, 728)) == QSize(1366, 728)
    assert first_size(QSize(800, 800)) == QSize(800, 800)

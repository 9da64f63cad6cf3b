"""Windows stand where they can be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize

from convgui.qt.app import Windows
from convgui.qt.window.geometry import cascaded, first_size, seen

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


@pytest.mark.parametrize("size", [QSize(1424, 876), QSize(900, 600), QSize(1440, 900)])
def test_each_new_window_stands_where_none_is(size: QSize) -> None:
    screen = QRect(0, 0, 1440, 900)
    corners = [QPoint(8, 16)]
    for _ in range(12):
        frame = cascaded(QRect(QPoint(8, 16), size), corners[-1], screen, QSize(700, 500))
        assert screen.contains(frame)
        assert frame.width() >= 700
        assert frame.height() >= 500
        near = min(abs(frame.left() - c.x()) + abs(frame.top() - c.y()) for c in corners)
        assert near >= 16, "it would look as if nothing had opened"
        corners.append(frame.topLeft())


def test_windows_cascade(windows: Windows) -> None:
    shown = [windows.show() for _ in range(3)]
    corners = {(window.x(), window.y()) for window in shown}
    assert len(corners) == 3
    screen = shown[0].screen().availableGeometry()
    assert all(screen.contains(window.geometry()) for window in shown[1:])
    before = shown[0].remembered.geometry()
    shown[2].close()
    assert shown[0].remembered.geometry() == before, "a size that was given for another window's sake is not kept"

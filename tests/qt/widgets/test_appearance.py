"""What preferences come to: sizes of text, shades, motion."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.qt.widgets.appearance import look_of
from convgui.session.preferences import Preferences
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def shown_width(opened: Opened) -> float:
    picture = opened.window.stage.picture
    return 0.0 if picture is None else picture.width


def test_larger_text_leaves_the_pointer_on_what_is_under_it(opened: Opened) -> None:
    window = opened.window
    window.prefer(Preferences(size=150))
    opened.bot.waitUntil(lambda: shown_width(opened) == window.stage.room[0] != window.stage.width())
    picture = window.stage.picture
    assert picture is not None
    grid = next(grid for grid in picture.hits if grid.kind == "output")
    x, y, width, height = grid.box((*grid.prefix, 1, 1))
    QTest.mouseClick(
        window.stage, Qt.MouseButton.LeftButton, pos=QPoint(round(1.5 * (x + width / 2)), round(1.5 * (y + height / 2)))
    )
    pinned = window.presenter.focus.pinned
    assert pinned is not None
    assert (pinned.kind, pinned.index[-2:]) == ("output", (1, 1))
    window.prefer(Preferences())


def test_the_system_decides_where_it_is_asked(qapp: QApplication) -> None:
    assert look_of(Preferences(shade="system")).theme.shade in ("light", "dark")
    assert look_of(Preferences(motion="none")).still
    assert not look_of(Preferences(motion="full")).still

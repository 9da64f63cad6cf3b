"""The status line: what is being done, how far it is, and that opening and computing do not end each other."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from convgui.qt.panels.status import StatusLine


def test_opening_is_shown_although_computing_ends(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_opening(True)
    assert (line.working.isHidden(), line.working.maximum()) == (False, 0)
    line.show_opened(0.4)
    line.show_busy(True)
    line.show_busy(False)
    line.show_progress(1.0)
    assert (line.stop.isHidden(), line.working.maximum(), line.working.value()) == (False, 100, 40)
    line.show_opening(False)
    line.show_opened(0.5)
    assert line.working.isHidden()
    line.show_progress(0.25)
    assert (line.working.isHidden(), line.working.value()) == (False, 25)


def test_what_is_being_computed_tells_how_far_it_is(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_computed(0.5)
    assert line.working.isHidden(), "what comes late tells of nothing"
    line.show_busy(True)
    assert line.working.maximum() == 0, "not every scene tells"
    line.show_progress(0.9)
    line.show_computed(0.3)
    assert (line.working.maximum(), line.working.value()) == (100, 30)
    line.show_busy(False)
    assert line.working.value() == 90
    line.show_progress(1.0)
    assert line.working.isHidden()
    line.show_busy(True)
    assert line.working.maximum() == 0, "the next begins anew"

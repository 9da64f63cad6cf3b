"""Words that give way to their room."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from convgui.qt.widgets.elided import ElidedLabel


def test_it_ends_in_an_ellipsis_and_says_it_all(qtbot: QtBot) -> None:
    line, words = ElidedLabel(), "206 552 of 5 990 004 values, on a logarithmic scale"
    qtbot.addWidget(line)
    line.setText(words)
    line.resize(900, 20)
    assert line.shown == words
    line.resize(90, 20)
    assert line.shown.endswith("…")
    assert len(line.shown) < len(words)
    assert (line.text(), line.toolTip()) == (words, words)
    assert line.minimumSizeHint().width() == 0
    assert not line.grab().isNull()

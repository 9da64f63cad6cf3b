"""The status line: what is being done, how far it is, and that opening and computing do not end each other."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from convgui.model.sample import Sample
from convgui.qt.panels import status
from convgui.qt.panels.status import StatusLine, exactness
from convgui.session import edits
from tests.documents import textbook


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


def test_the_values_of_an_input_are_looked_through_once() -> None:
    sample = Sample(np.arange(30, dtype=np.int64).reshape(1, 5, 6), "ramp")
    document = replace(textbook(), sample=sample)
    assert exactness(document) == "exact"
    # Looked through again, they would be found to be larger.
    sample.data.setflags(write=True)
    sample.data[0, 0, 0] = 2**40
    assert exactness(edits.set_bias(document, 1.0)) == "exact"
    assert exactness(replace(document, sample=Sample(sample.data, "ramp"))) == "float64"
    kept = len(status._LARGEST)
    del document, sample
    gc.collect()
    assert len(status._LARGEST) < kept, "the input goes with its document"


def test_what_is_said_last_stays_for_as_long_as_it_takes_to_read(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a sentence that another one has taken the place of ends nothing."""
    ends: list[Callable[[], None]] = []
    monkeypatch.setattr(QTimer, "singleShot", lambda _time, _line, end: ends.append(end))
    line = StatusLine()
    qtbot.addWidget(line)
    keys = line.keys.text()
    for sentence in ("one", "two", "three"):
        line.say(sentence)
    for end in ends[:2]:
        end()
        assert line.keys.text() == "three"
    ends[2]()
    assert line.keys.text() == keys
    line.say("four")
    ends[2]()
    assert line.keys.text() == "four"

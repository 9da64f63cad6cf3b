from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings

from convgui.bench.bigs import document_of
from convgui.bench.timed_window import TimedWindow
from tests.documents import textbook


def test_a_measured_window_leaves_no_folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVGUI_DATA", str(data))
    timed = TimedWindow(textbook())
    folder = Path(os.environ["CONVGUI_DATA"])
    assert folder != data
    assert folder.is_dir()
    timed.close()
    # What Qt does with unwritten settings when the process ends.
    QSettings("convgui", "convgui").sync()
    assert not folder.exists()


def test_what_is_dragged_sideways_moves_sideways(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVGUI_DATA", str(data))
    timed = TimedWindow(document_of(np.zeros((3, 600, 600), np.uint8), 3))
    timed.look(True)
    timed.pan(-40, 0)
    down, across = timed.window.session.document.view.centre
    timed.close()
    assert down == 0.5
    assert across > 0.5

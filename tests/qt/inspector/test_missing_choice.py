"""Missing values in the window: what becomes of them is chosen beside the layer, seen at once, undone and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.files.documents import read_document, write_document
from tests.qt.conftest import Opened


def choose(given: Opened, index: int) -> None:
    combo = given.window.inspector.missing.choice
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(combo, Qt.Key.Key_Down)
    combo.activated.emit(index)


def test_what_becomes_of_missing_values_is_chosen(opened: Opened, tmp_path: Path) -> None:
    missing = opened.window.inspector.missing
    assert not missing.isVisibleTo(opened.window)
    x = np.arange(25, dtype=np.float32).reshape(5, 5)
    x[0, 0] = np.nan
    np.save(tmp_path / "x.npy", x)
    opened.window.open_file(tmp_path / "x.npy")
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "x.npy")
    assert missing.isVisibleTo(opened.window)
    assert missing.count.text() == "1 value missing"
    inspector = opened.window.inspector
    body = inspector.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= inspector.viewport().width()
    opened.bot.waitUntil(lambda: opened.summary().startswith("out[0, 0] = Σ NaN"))
    choose(opened, 1)
    opened.bot.waitUntil(lambda: "NaN" not in opened.summary())
    assert opened.window.session.document.missing == "rescale"
    assert missing.count.text() == "1 missing value left out"
    choose(opened, 2)
    opened.bot.waitUntil(lambda: missing.count.text() == "1 missing value counts as 0")
    write_document(opened.window.session.document, tmp_path / "d.convgui")
    assert read_document(tmp_path / "d.convgui").missing == "zero"
    opened.window.session.undo()
    opened.window.session.undo()
    opened.bot.waitUntil(lambda: opened.summary().startswith("out[0, 0] = Σ NaN"))
    assert missing.choice.currentIndex() == 0

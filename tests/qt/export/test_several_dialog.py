"""Every step, in several formats and both themes, is one task: counted before, cancelled as a whole."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from convgui.export import several
from convgui.export.atomic_write import ExportError
from convgui.export.frames import Timing
from convgui.export.job import Settings
from convgui.export.several import pieces
from convgui.qt.export.several_dialog import SeveralDialog
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def dialog(opened: Opened) -> SeveralDialog:
    opened.window.commands.actions["export-several"].trigger()
    found = opened.window.findChild(SeveralDialog)
    assert found is not None
    found.width_box.setValue(320)
    found.height_box.setValue(200)
    found.scale.setValue(1)
    return found


def test_all_steps_in_both_themes_and_several_formats(
    opened: Opened, dialog: SeveralDialog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dialog.count.text() == "18 files", "nine steps, light and dark"
    dialog.last.setValue(2)
    QTest.mouseClick(dialog.formats[".svg"], Qt.MouseButton.LeftButton, pos=dialog.formats[".svg"].rect().center())
    dialog.formats[".svg"].setChecked(True)
    dialog.formats[".gif"].setChecked(True)
    assert dialog.count.text() == "14 files"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder / "book"))
    (folder / "book").mkdir()
    QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert dialog.busy
    assert dialog.close_button.text() == "&Cancel"
    opened.bot.waitUntil(lambda: not dialog.busy)
    assert dialog.state.text() == "book is written."
    names = {path.name for path in (folder / "book").iterdir()}
    pictures = {f"step-{n}-{shade}{e}" for n in range(3) for shade in ("light", "dark") for e in (".png", ".svg")}
    assert names == pictures | {"steps-0-2-light.gif", "steps-0-2-dark.gif"}
    light, dark = (
        int(np.asarray(Image.open(folder / "book" / f"step-1-{shade}.png").convert("L"))[0, 0])
        for shade in ("light", "dark")
    )
    assert light > 200
    assert dark < 60
    with Image.open(folder / "book" / "step-0-light.png") as one:
        assert one.size == (320, 200)
    assert opened.window.remembered.folder("export") == folder
    dialog.close()


def test_cancelling_leaves_nothing(
    opened: Opened, dialog: SeveralDialog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.task.progressed.connect(lambda part: dialog.close_button.click() if part > 0.2 else None)
    dialog.start(folder / "book")
    opened.bot.waitUntil(lambda: not dialog.busy)
    assert dialog.state.text() == "Cancelled; nothing was written."
    assert list(folder.iterdir()) == []
    dialog.close()


def test_what_cannot_be_written_names_the_file_and_leaves_nothing(
    opened: Opened, dialog: SeveralDialog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "book").mkdir()
    (folder / "book" / "old.txt").write_text("kept", encoding="utf-8")
    dialog.start(folder / "book")
    opened.bot.waitUntil(lambda: not dialog.busy)
    assert "not an empty folder" in dialog.state.text()
    assert [path.name for path in folder.iterdir()] == ["book"]
    for box in dialog.themes.values():
        box.setChecked(False)
    assert not dialog.export_button.isEnabled()
    assert dialog.count.text() == "0 files"
    dialog.close()


def test_a_hidden_number_is_warned_of(opened: Opened) -> None:
    window = opened.window
    window.commands.actions["add-note"].trigger()
    panel = window.notes.panel
    assert panel is not None
    panel.predict.click()
    panel.close()
    assert window.prediction.hiding
    window.commands.actions["export-several"].trigger()
    dialog = window.findChild(SeveralDialog)
    assert dialog is not None
    assert "hidden" in dialog.state.text()
    dialog.last.setValue(0)
    assert dialog.state.text() == ""
    dialog.close()


def test_too_many_files_are_refused_before_any_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "MOST_FILES", 10)
    with pytest.raises(ExportError, match="12 files"):
        pieces(Settings(timing=Timing(0, 5)), [".png"], ["light", "dark"])
    assert [piece.name for piece in pieces(Settings(timing=Timing(8, 10)), [".png"], ["light"])] == [
        "step-08.png",
        "step-09.png",
        "step-10.png",
    ]


def test_files_beyond_all_bounds_are_counted_and_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by the random drive: the steps of a large photo held the window up for seconds with every key."""
    monkeypatch.setattr("convgui.export.several.Piece", None)
    with pytest.raises(ExportError, match=re.escape("These are 40,000,000,002 files, and one folder takes 5,000.")):
        pieces(Settings(timing=Timing(0, 9_999_999_999)), [".png", ".svg", ".gif"], ["light", "dark"])

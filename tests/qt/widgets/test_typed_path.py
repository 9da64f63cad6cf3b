"""A whole path typed into Qt's own dialog for files, with the keyboard and in the dialog itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox

from convgui.files.documents import read_document
from convgui.qt.widgets.file_dialogs import ask_where
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
BUTTONS = QMessageBox.StandardButton


class Typist:
    """Types into every dialog for files that opens, and presses what ends it; gives up one that stays open."""

    def __init__(self, texts: list[str], ending: str) -> None:
        self.texts, self.ending, self.left, self.asked = texts, ending, 0, list[str]()
        self._seen: set[int] = set()
        self._timer = QTimer(interval=30)
        self._timer.timeout.connect(self._look)

    def __enter__(self) -> Typist:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QMessageBox):
            self.asked.append(dialog.text())
            dialog.button(BUTTONS.No).click()
        if not isinstance(dialog, QFileDialog):
            return
        if id(dialog) in self._seen or not self.texts:
            self.left += 1
            dialog.reject()
            return
        self._seen.add(id(dialog))
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, self.texts.pop(0))
        self._end(dialog, line)

    def _end(self, dialog: QFileDialog, line: QLineEdit) -> None:
        if self.ending == "list":
            line.completer().complete()
            popup = line.completer().popup()
            assert popup is not None
            QTest.keyClick(popup, Qt.Key.Key_Return)
        elif self.ending == "button":
            box = dialog.findChild(QDialogButtonBox)
            assert box is not None
            accept = next(b for b in box.buttons() if box.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
            QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
        else:
            QTest.keyClick(line, Qt.Key.Key_Return)


ENDINGS = pytest.mark.parametrize("ending", ["enter", "list", "button"])


@pytest.fixture
def away(folder: Path) -> Path:
    """Return a folder that no dialog begins in."""
    (folder / "w").mkdir()
    return folder / "w"


@ENDINGS
def test_a_path_opens_its_file_at_once(opened: Opened, away: Path, ending: str) -> None:
    np.save(away / "ints.npy", np.arange(49).reshape(7, 7))
    with Typist([str(away / "ints.npy")], ending) as typist:
        opened.window.commands.actions["open"].trigger()
    assert typist.left == 0
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.source == str(away / "ints.npy"))


@ENDINGS
def test_a_path_that_is_saved_to_is_where_the_document_is(opened: Opened, away: Path, ending: str) -> None:
    with Typist([str(away / "mine")], ending) as typist:
        opened.window.commands.actions["save-as"].trigger()
    assert typist.left == 0
    opened.bot.waitUntil(lambda: not opened.window.filing.writing)
    assert opened.window.filing.path == away / "mine.convgui"
    assert read_document(away / "mine.convgui").layer.weight.size


@ENDINGS
def test_a_path_of_a_file_that_is_there_is_asked_about(opened: Opened, away: Path, ending: str) -> None:
    (away / "a.png").write_bytes(b"somebody's")
    with Typist([str(away / "a.png")], ending) as typist:
        assert ask_where(opened.window, "Export", away.parent / "x.png", (".png",), "PNG") is None
    assert len(typist.asked) == 1
    assert "a.png" in typist.asked[0]


@ENDINGS
def test_a_path_with_another_ending_gets_one_and_stays_in_its_folder(opened: Opened, away: Path, ending: str) -> None:
    (away / "net3.convgui").write_bytes(b"somebody's")
    with Typist([str(away / "net3.convgui")], ending) as typist:
        chosen = ask_where(opened.window, "Export", away.parent / "x.png", (".png",), "PNG")
    assert chosen == away / "net3.convgui.png"
    assert typist.asked == []


def test_a_folder_that_is_answered_is_gone_into(opened: Opened, away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    answers = [str(away), str(away / "a")]

    def ask(_parent: object, _title: str, begins: str, *_: object) -> tuple[str, str]:
        begun.append(begins)
        return answers.pop(0), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    assert ask_where(opened.window, "Export", away.parent / "x.png", (".png",), "PNG") == away / "a.png"
    assert begun == [str(away.parent / "x.png"), str(away / "x.png")]


def test_a_folder_is_never_written_beside(opened: Opened, away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(away), ""))
    acts: list[Callable[[], object]] = [opened.window.inspector.kernel.files.save, opened.window.filing.save_as]
    for act in acts:
        act()
    assert ask_where(opened.window, "Export", away / "x.png", (".png",), "PNG") is None
    assert [path.name for path in away.parent.iterdir()] == ["w"]

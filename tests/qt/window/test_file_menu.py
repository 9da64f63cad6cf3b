"""The File menu: each kind of dialog begins where it was left; what is on the stage is printed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog

from convgui.qt.settings import Remembered
from tests.files.refusing import CODES, refuse
from tests.qt.conftest import Opened
from tests.qt.export.test_raster import streams, words_of


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where the dialogs began that were asked; the user gives each of them up."""
    folders: list[str] = []

    def ask(_parent: object, _title: str, folder: str, *_: object) -> tuple[str, str]:
        folders.append(folder)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: ask(*given)[0])
    return folders


def test_each_kind_of_dialog_begins_where_it_was_left(
    opened: Opened, folder: Path, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, lectures = folder / "inputs", folder / "lectures"
    inputs.mkdir()
    lectures.mkdir()
    np.save(inputs / "x.npy", np.eye(5))
    actions = opened.window.commands.actions
    with monkeypatch.context() as chosen:
        chosen.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(inputs / "x.npy"), ""))
        actions["open"].trigger()
        opened.bot.waitUntil(lambda: opened.window.session.document.sample.name.startswith("x"))
        chosen.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(lectures / "first.convgui"), ""))
        actions["save-as"].trigger()
        opened.bot.waitUntil(lambda: (lectures / "first.convgui").exists() and not opened.window.filing.writing)
    actions["open"].trigger()
    opened.window.filing.new()
    actions["save-as"].trigger()
    actions["open-pictures"].trigger()
    assert begun[0] == str(inputs)
    assert Path(begun[1]).parent == lectures
    # Nobody has been there yet: it begins with the files that are worked on.
    assert begun[2] == str(lectures)


@pytest.mark.fault
@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("code", CODES)
def test_every_dialog_opens_where_its_folder_cannot_be_entered_any_more(
    opened: Opened, folder: Path, begun: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, locked = opened.window, folder / "locked"
    inside = locked / "inside"
    inside.mkdir(parents=True)
    for kind in ("save", "open", "weights", "slices", "pictures", "export"):
        window.remembered.set_folder(kind, inside)
    window.remembered.add_recent(str(inside / "x.npy"))
    refuse(monkeypatch, locked, code)
    actions = window.commands.actions
    for name in ("save-as", "open", "open-weights", "open-folder", "open-pictures"):
        actions[name].trigger()
    assert len(begun) == 5
    assert not any(str(locked) in where for where in begun)
    for name in ("export", "export-several", "batch"):
        before = len(window.findChildren(QDialog))
        actions[name].trigger()
        assert len(window.findChildren(QDialog)) == before + 1, name
    for dialog in window.findChildren(QDialog):
        dialog.close()


def test_a_folder_that_is_gone_is_not_begun_in(folder: Path) -> None:
    remembered = Remembered()
    remembered.set_folder("open", folder / "gone")
    assert remembered.folder("open") == Path()


@pytest.fixture
def paper(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the system's dialog print to a file."""
    file = folder / "printed.pdf"

    def accept(dialog: QPrintDialog) -> int:
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(file))
        assert printer.docName() == "Single channel – convgui"
        assert printer.pageLayout().orientation() == QPageLayout.Orientation.Landscape
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    return file


def test_what_is_on_the_stage_is_printed_with_real_text(opened: Opened, paper: Path) -> None:
    action = opened.window.commands.actions["print"]
    assert action.shortcut().toString() == "Ctrl+P"
    action.trigger()
    data = paper.read_bytes()
    assert data.count(b"/Type /Page\n") == 1
    assert {"Input", "Kernel", "Output"} <= {text.strip() for text in words_of(data)}


def test_a_print_is_light_in_a_dark_window_too(opened: Opened, paper: Path) -> None:
    def printed() -> bytes:
        opened.window.commands.actions["print"].trigger()
        return max(streams(paper.read_bytes()), key=lambda part: part.count(b" Tf"))

    light = printed()
    opened.window.prefer(opened.window.preferences.with_changes({"shade": "dark"}))
    opened.settle()
    assert printed() == light

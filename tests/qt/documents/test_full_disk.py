"""A disk that is full while it is written to: the document survives, a sentence says so, and nothing is left behind."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from convgui.files.author import _author
from convgui.files.documents import read_document, write_document
from convgui.qt.app import Windows
from convgui.qt.export.dialog import ExportDialog
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import opened_file, save, tap

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.fault]
BUTTONS = QMessageBox.StandardButton


class FullDisk:
    """Lets so many bytes be written to files opened for it, as a file system without room does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        real = os.fdopen
        disk = self

        class Stream(io.BufferedRandom):
            def write(self, data: Any) -> int:
                if disk.room is not None:
                    disk.room -= len(memoryview(data).cast("B"))
                    if disk.room < 0:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return super().write(data)

        def opened(handle: int, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if mode == "w+b":
                return Stream(io.FileIO(handle, "r+b"))
            return real(handle, mode, *rest, **named)

        monkeypatch.setattr("convgui.files.atomic_write.os.fdopen", opened)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def said(opened: Opened) -> str:
    return opened.window.banner.words.text() if opened.window.banner.isVisible() else ""


@pytest.mark.parametrize("room", [0, 1, 100, 1000])
def test_saving_at_the_end_of_the_room(opened: Opened, folder: Path, full: FullDisk, room: int) -> None:
    path = folder / "a.convgui"
    write_document(textbook(), path)
    before = path.read_bytes()
    opened_file(opened, path)
    tap(opened, 5)
    full.room = room
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: "No space left on device" in said(opened))
    assert "a.convgui cannot be written" in said(opened)
    assert path.read_bytes() == before
    assert names(folder) == ["a.convgui"]
    assert opened.window.isWindowModified()
    full.room = None
    save(opened)
    assert read_document(path).layer.weight[0, 0, 0, 0] == 5
    assert not said(opened)


def close_while_saving(opened: Opened, answers: Answers) -> None:
    opened.window.commands.actions["save"].trigger()
    opened.window.close()


def close_and_save(opened: Opened, answers: Answers) -> None:
    answers.answer = BUTTONS.Save
    opened.window.close()


@pytest.mark.parametrize("act", [close_while_saving, close_and_save])
def test_closing_while_the_disk_is_full_keeps_the_window(
    opened: Opened, answers: Answers, folder: Path, full: FullDisk, act: Callable[[Opened, Answers], None]
) -> None:
    answers.file = str(folder / "a.convgui")
    tap(opened, 5)
    full.room = 100
    act(opened, answers)
    opened.bot.waitUntil(lambda: "No space left on device" in said(opened))
    assert opened.window.isVisible()
    assert opened.window.isWindowModified()
    assert opened.window.session.document.layer.weight[0, 0, 0, 0] == 5
    assert not names(folder)
    full.room, answers.answer = None, BUTTONS.Save
    opened.window.close()
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert read_document(folder / "a.convgui").layer.weight[0, 0, 0, 0] == 5


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_the_first_start_of_all(qtbot: QtBot, data: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str | Path, flags: int, *more: int, **options: int) -> int:
        if flags & os.O_CREAT and str(path).startswith(str(data)):
            raise OSError(code, os.strerror(code), str(path))
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)
    _author.cache_clear()
    windows = Windows()
    window = windows.show()
    windows.begin(None)
    qtbot.waitUntil(lambda: window.stage.picture is not None)
    assert window.isVisible()
    window.filing.clean(window.session.document)
    window.close()


def test_the_copy_for_the_next_start_is_no_reason_to_stay(opened: Opened, data: Path, full: FullDisk) -> None:
    full.room = 10
    opened.window.close()
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert not list((data / "last").glob("*")), "nothing half written"


@pytest.mark.parametrize(
    ("what", "ending"), [("picture", ".png"), ("picture", ".svg"), ("array", ".npy"), ("model", ".onnx")]
)
def test_an_export(opened: Opened, folder: Path, full: FullDisk, what: str, ending: str) -> None:
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.what.setCurrentIndex(dialog.what.findData(what))
    dialog.format.setCurrentIndex(dialog.format.findData(ending))
    full.room = 20
    with opened.bot.waitSignal(dialog.task.failed):
        dialog.start(folder / f"a{ending}")
    assert f"a{ending} cannot be written: No space left on device" in dialog.state.text()
    assert not names(folder)
    dialog.close()

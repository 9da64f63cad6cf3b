"""Wherever memory runs out, a user reads a sentence, and never what NumPy says of it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convgui import __main__ as program
from convgui.core.memory import OUT_OF_MEMORY, in_words
from convgui.files.recovery import RecoverySlot
from convgui.model.sample import Sample
from convgui.qt.app.crash_recovery import CrashRecovery
from convgui.qt.export.dialog import ExportDialog
from convgui.scenes.scene import Scene
from convgui.scenes.slide import SCENE as SLIDE
from convgui.session import edits
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import tap

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.fault]
RAW = "Unable to allocate 8.00 GiB for an array with shape (1024, 1024, 1024) and data type float64"


def fail(*_: object, **__: object) -> Any:
    raise MemoryError(RAW)


def said(opened: Opened, words: str) -> None:
    banner = opened.window.banner
    opened.bot.waitUntil(lambda: banner.isVisible() and words in banner.words.text())
    assert RAW not in banner.words.text()


def test_each_task_has_a_sentence() -> None:
    for task, sentence in OUT_OF_MEMORY.items():
        assert in_words(MemoryError(RAW), task) == sentence
        assert sentence.startswith("There is not enough memory")
    assert in_words(ValueError("The kernel is too large.")) == "The kernel is too large."
    assert in_words(AssertionError()) == "AssertionError", "never an empty banner"


@pytest.mark.parametrize(("what", "where"), [
    ("picture", "convgui.qt.export.raster.Rasteriser.__call__"),
    ("array", "convgui.export.job.output"),
    ("animation", "convgui.qt.export.raster.Rasteriser.__call__"),
])  # fmt: skip
def test_an_export(opened: Opened, monkeypatch: pytest.MonkeyPatch, folder: Path, what: str, where: str) -> None:
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.what.setCurrentIndex(dialog.what.findData(what))
    monkeypatch.setattr(where, fail)
    path = folder / f"a{dialog.format.currentData()}"
    with opened.bot.waitSignal(dialog.task.failed):
        dialog.start(path)
    assert dialog.state.text() == OUT_OF_MEMORY["export"]
    assert not list(folder.iterdir())
    dialog.close()


def test_opening(opened: Opened, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    before = opened.window.session.document
    monkeypatch.setattr("convgui.qt.documents.opening.load", fail)
    np.save(folder / "a.npy", np.ones((3, 3)))
    opened.window.open_file(folder / "a.npy")
    said(opened, OUT_OF_MEMORY["open"])
    assert opened.window.session.document is before


@pytest.mark.parametrize(("name", "where"), [
    ("a.npy", "convgui.files.arrays.literal_eval"),
    ("a.npz", "convgui.files.arrays.zipfile.ZipFile.infolist"),
    ("a.png", "convgui.files.pictures.read_png"),
])  # fmt: skip
def test_a_reader_does_not_call_a_file_damaged(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, where: str
) -> None:
    path = folder / name
    if name.endswith("png"):
        Image.fromarray(np.zeros((4, 4), np.uint8)).save(path)
    else:
        (np.savez if name.endswith("z") else np.save)(path, np.ones((3, 3)))
    monkeypatch.setattr(where, fail)
    opened.window.open_file(path)
    said(opened, f"{name} cannot be opened: there is not enough memory for it")


@pytest.mark.parametrize("where", ["write_archive", "Arrays", "state_json"])
def test_saving(opened: Opened, answers: Answers, monkeypatch: pytest.MonkeyPatch, folder: Path, where: str) -> None:
    answers.file = str(folder / "a.convgui")
    tap(opened, 5)
    monkeypatch.setattr(f"convgui.files.documents.{where}", fail)
    opened.window.commands.actions["save"].trigger()
    said(opened, "not enough memory")
    assert opened.window.isWindowModified()
    assert not list(folder.iterdir())
    monkeypatch.undo()


@pytest.mark.usefixtures("quick")
def test_a_copy_of_work_in_progress(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecoverySlot, "save", fail)
    tap(opened, 5)
    said(opened, f"Work in progress is not being kept: {OUT_OF_MEMORY['save']}")


def test_bringing_back_what_was_lost(opened: Opened, monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    slot = RecoverySlot.create(data / "recovery")
    slot.save(textbook())
    slot._lock.release()
    recovering = CrashRecovery(data / "recovery", opened.window, lambda: opened.window)
    monkeypatch.setattr("convgui.files.recovery.read_stored_document", fail)
    recovering.restore()
    said(opened, OUT_OF_MEMORY["open"])
    recovering.close()
    assert slot.path.exists(), "it may be read another time"


def test_computing(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(SLIDE), "cost", lambda *_: 10**9)
    monkeypatch.setattr(type(SLIDE), "prepare", fail)
    opened.window.session.replace(edits.set_bias(opened.window.session.document, 3.0), "Change bias")
    said(opened, OUT_OF_MEMORY["show"])
    monkeypatch.undo()
    opened.window.session.undo()
    opened.settle()


def test_computing_the_rest(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scene, "rest", lambda *_: True)
    monkeypatch.setattr(Scene, "complete", fail)
    monkeypatch.setattr(type(SLIDE), "rest", lambda *_: True)
    monkeypatch.setattr(type(SLIDE), "complete", fail)
    opened.window.use_sample(Sample(np.ones((1, 9, 9)), "ones"))
    said(opened, OUT_OF_MEMORY["show"])
    monkeypatch.undo()


def test_the_command_line(monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(folder / "a.npy", np.ones((4, 4)))
    monkeypatch.setattr("convgui.export.batch.output", fail)
    arguments = ["apply", "sobel-x", str(folder / "a.npy"), "-o", str(folder / "out")]
    assert program.main(arguments) == 2
    err = capsys.readouterr().err
    assert f"a.npy failed: {OUT_OF_MEMORY['show']}" in err
    assert RAW not in err
    monkeypatch.setattr(program, "_run", fail)
    assert program.main(["lessons"]) == 2
    assert capsys.readouterr().err == f"convgui: {OUT_OF_MEMORY['show']}\n"


NO_ROOM = ImportError("_imaging.so: failed to map segment from shared object")
"""What is raised where a library is loaded that no addresses are left for."""


def test_a_library_without_room_is_memory_that_ran_out() -> None:
    assert in_words(NO_ROOM, "open") == OUT_OF_MEMORY["open"]
    assert in_words(ImportError("No module named 'av'")) == "No module named 'av'"


def test_a_file_whose_library_has_no_room_is_not_called_damaged(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def no_room(*_: object) -> Any:
        raise NO_ROOM

    Image.new("L", (9, 9)).save(folder / "a.png")
    np.save(folder / "a.npy", np.zeros((4, 4)))
    monkeypatch.setattr(
        import_module("convgui.files.load"), "SIGNATURES", ((b"\x93NUMPY", no_room), (b"\x89PNG", no_room))
    )
    for name in ("a.npy", "a.png"):
        opened.window.open_file(folder / name)
        said(opened, f"{name} cannot be opened: there is not enough memory for it")


def test_work_in_the_background_whose_library_has_no_room(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> Any:
        raise NO_ROOM

    monkeypatch.setattr("convgui.qt.stage.preparing.prepared", no_room)
    monkeypatch.setattr("convgui.qt.stage.presenter.INLINE", -1)
    session = opened.window.session
    session.replace(edits.set_bias(session.document, 3.0), "Edit bias")
    said(opened, OUT_OF_MEMORY["show"])

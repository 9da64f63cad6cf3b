"""Long work, files that move under it, and starts on a machine where much is damaged or short."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from convgui.files.documents import read_document
from convgui.files.lessons import load_lesson
from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow
from convgui.scenes import scene
from convgui.scenes.scene import for_scene
from convgui.session import edits
from convgui.session.session import Session
from convgui.session.walking import with_lesson_start
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import opened_file, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
ROOT = Path(__file__).resolve().parents[3]


def weights(window: MainWindow) -> list[float]:
    found: list[float] = window.session.document.layer.weight.ravel().tolist()
    return found


def test_a_hundred_steps_are_taken_back_in_a_window(qtbot: QtBot) -> None:
    session, rng, past = Session(with_lesson_start(load_lesson("single-channel"))), Random(5), list[list[float]]()
    for _ in range(100):
        past.append(session.document.layer.weight.ravel().tolist())
        at = (rng.randrange(3), rng.randrange(3))
        changed = edits.set_tap(session.document, at, rng.randrange(-99, 99) + 0.5, every_channel=False)
        session.replace(changed, "Edit weight")
    # It is not shown: nothing is painted, and all else hears of every step.
    window = MainWindow(session.document, Remembered(), session)
    for wanted in reversed(past):
        window.commands.actions["undo"].trigger()
        assert weights(window) == wanted
    assert not session.undo_name
    assert not window.commands.actions["undo"].isEnabled()
    window.filing.clean(session.document)
    window.close()
    window.deleteLater()


def test_learning_by_every_rule_then_back(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("learn-kernel")
    opened.settle()
    start, shown = window.session.document, scene("learn")
    for option in shown.options(for_scene(shown, start)):
        for choice, _ in option.choices:
            window.options.chosen.emit(option.name, choice)
            opened.settle()
            for step in (0, 1, 7, window.presenter.player.steps // 2, -1):
                window.presenter.jump(step)
            tap(opened, float(len(choice)))
            opened.settle()
            assert window.stage.picture is not None
            assert window.stage.picture.summary
    while window.session.document.lesson is not None and window.session.undo_name != "Open lesson":
        window.session.undo()
        opened.settle()
    assert weights(window) == start.layer.weight.ravel().tolist()
    assert not window.banner.isVisible()


def rename_file(photo: Path) -> None:
    photo.rename(photo.with_name("other.png"))


def rename_folder(photo: Path) -> None:
    photo.parent.rename(photo.parent.with_name("elsewhere"))


def remove(photo: Path) -> None:
    photo.unlink()


def forbid(photo: Path) -> None:
    photo.unlink()
    photo.mkdir()


@pytest.mark.parametrize("kind", ["png", "npy"])
@pytest.mark.parametrize("change", [rename_file, rename_folder, remove, forbid])
@pytest.mark.fault
def test_a_linked_input_that_goes_while_it_is_shown(
    opened: Opened, answers: Answers, folder: Path, kind: str, change: Callable[[Path], None]
) -> None:
    photo = folder / "in" / f"photo.{kind}"
    photo.parent.mkdir()
    data = np.arange(90 * 100, dtype=np.uint8).reshape(90, 100)
    if kind == "png":
        Image.fromarray(data).save(photo)
    else:
        np.save(photo, data.astype(np.float64))
    window = opened.window
    window.open_file(photo)
    opened.bot.waitUntil(lambda: window.session.document.sample.name == photo.name)
    answers.file = str(folder / "linked.convgui")
    window.filing.save_copy(True)
    opened.bot.waitUntil(lambda: (folder / "linked.convgui").exists() and not window.filing._saver.waiting)
    opened_file(opened, folder / "linked.convgui")
    change(photo)
    tap(opened, 5)
    window.presenter.jump(3)
    opened.settle()
    np.testing.assert_array_equal(np.asarray(window.session.document.sample.data)[0], data)
    window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: not window.filing._saver.waiting)
    if window.isWindowModified():
        assert window.banner.words.text().endswith(".")
        answers.file = str(folder / "inside.convgui")
        window.filing.save_copy(False)
        opened.bot.waitUntil((folder / "inside.convgui").exists)
        opened.bot.waitUntil(lambda: not window.filing._saver.waiting)
        kept = read_document(folder / "inside.convgui")
        np.testing.assert_array_equal(np.asarray(kept.sample.data)[0], data)
        assert kept.layer.weight[0, 0, 0, 0] == 5


START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from convgui.qt.app import make_application
from convgui.qt.window import MainWindow
def look():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if not windows or windows[0].stage.picture is None:
        QTimer.singleShot(20, look)
        return
    print("shown", windows[0].banner.words.text())
    windows[0]._leaving = True
    windows[0].close()
made = make_application(["convgui"])
QTimer.singleShot(20, look)
from convgui.__main__ import main
sys.exit(main([]))
"""


def start(tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.update(XDG_CONFIG_HOME=str(tmp_path / "config"), CONVGUI_DATA=str(tmp_path / "data"), **more)
    return subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.fault
def test_a_start_with_damaged_settings(tmp_path: Path) -> None:
    (tmp_path / "config" / "convgui").mkdir(parents=True)
    conf = tmp_path / "config" / "convgui" / "convgui.conf"
    nested, geometry = b"[" * 5000, rb"@ByteArray(\x1\xd9)"
    conf.write_bytes(b"[General]\npreferences=" + nested + b"\ngeometry=" + geometry + b"\nrecent=\xff\xfe\x00\n[")
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "shown" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.fault
@pytest.mark.skipif(sys.platform != "linux", reason="Linux limits addresses")
@pytest.mark.parametrize("megabytes", [150, 300])
def test_a_start_with_too_few_addresses(tmp_path: Path, megabytes: int) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    done = subprocess.run(
        [sys.executable, "-m", "convgui"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "CONVGUI_DATA": str(tmp_path)}, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("convgui: the window needs 340 MB of addresses")
    assert done.stderr.count("\n") == 1

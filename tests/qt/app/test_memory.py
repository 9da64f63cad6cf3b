"""With little memory left the window stays, says so, and goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgui.core.memory import out_of_memory
from convgui.qt.faults import report_faults
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.slide import SCENE as SLIDE
from convgui.session import edits
from tests.qt.conftest import Opened

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import resource, sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from convgui.core.memory import allow
from convgui.qt.app import Windows, make_application
from convgui.qt.lessons import LessonList
from convgui.session import edits

LessonList._draw_next = lambda self: None
QMessageBox.question = lambda *_: QMessageBox.StandardButton.Yes
app = make_application(["convgui"])
windows = Windows()
window = windows.show()
QTest.qWait(200)
pages = int(Path("/proc/self/statm").read_text().split()[0])
most = pages * resource.getpagesize() + (int(sys.argv[2]) << 20)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
path = Path(sys.argv[1])
for _ in range(2):
    window.banner.say("")
    window.open_file(path)
    while not window.banner.isVisible() and window.session.document.sample.name != path.name:
        QTest.qWait(10)
    print(window.session.document.sample.name, "|", window.banner.words.text(), flush=True)
window.session.replace(edits.set_bias(window.session.document, 3.0), "Change bias")
for scene in ("maps", "factor", "slide"):
    window.session.look(scene=scene, step=0)
    while window.status.working.isVisible():
        QTest.qWait(10)
window.resize(1500, 1000)
QTest.qWait(50)
window.open_lesson("dilation")
while window.status.working.isVisible():
    QTest.qWait(10)
print("lives", window.session.document.view.scene, flush=True)
import os
os._exit(0)
"""


@pytest.mark.fault
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits an address space")
@pytest.mark.parametrize(("side", "room", "opens"), [((8000, 9000), 220, False), ((1000, 1500), 300, True)])
def test_a_picture_too_large_for_the_memory_is_a_sentence(
    tmp_path: Path, side: tuple[int, int], room: int, opens: bool
) -> None:
    path = tmp_path / "large.png"
    Image.fromarray(np.zeros(side, np.uint8)).save(path, compress_level=1)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(room)], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "CONVGUI_DATA": str(tmp_path / "data"),
             "XDG_CONFIG_HOME": str(tmp_path / "config"), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1",
             "OPENBLAS_NUM_THREADS": "1"},
        check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert lines[-1].startswith("lives ")
    if not opens:
        said = "large.png cannot be opened: there is not enough memory for it; close other programs, or shrink it."
        assert lines[:2] == [f"grid | {said}"] * 2
    else:
        assert lines[0].startswith("large.png |")


def test_memory_that_runs_out_in_the_background_is_a_sentence(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened.window

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(type(SLIDE), "cost", lambda *_: 10**9)
    monkeypatch.setattr(type(SLIDE), "prepare", fail)
    window.session.replace(edits.set_bias(window.session.document, 3.0), "Change bias")
    opened.bot.waitUntil(window.banner.isVisible)
    assert window.banner.words.text() == out_of_memory()
    monkeypatch.undo()
    window.session.undo()
    opened.settle()
    assert not window.banner.isVisible()


@pytest.mark.parametrize("step", ["prepare", "look", "lay_out"])
def test_memory_that_runs_out_in_the_window_is_a_sentence(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    window = opened.window

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(type(SLIDE), step, fail)
    window.session.replace(edits.set_bias(window.session.document, 3.0), "Change bias")
    assert window.banner.words.text() == out_of_memory()
    monkeypatch.undo()
    window.session.undo()
    opened.settle()
    assert window.stage.picture is not None
    assert window.stage.picture.summary
    assert not window.banner.isVisible()


def test_memory_that_runs_out_anywhere_else_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("convgui.qt.faults.log_path", lambda: tmp_path / "errors.log")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []
    report_faults(said.append)
    error = MemoryError()
    sys.excepthook(MemoryError, error, error.__traceback__)
    assert said == [out_of_memory()]


def test_work_that_failed_keeps_none_of_its_arrays(opened: Opened) -> None:
    import weakref

    kept: list[weakref.ref[np.ndarray[tuple[int], np.dtype[np.float64]]]] = []
    answers: list[Answer] = []
    latest = LatestOnlyWorker()
    latest.answered.connect(answers.append)

    def work(_: object) -> None:
        large = np.zeros(1000)
        kept.append(weakref.ref(large))
        raise MemoryError

    latest.submit(work)
    opened.bot.waitUntil(lambda: bool(answers))
    latest.close()
    assert isinstance(answers[0].error, MemoryError)
    assert kept[0]() is None

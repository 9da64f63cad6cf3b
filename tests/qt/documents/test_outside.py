"""What other programs and disks do: kill, cut off, take forever to read, hold names that are none."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from convgui.files import links, load, raw
from convgui.files.documents import write_document
from convgui.files.own_lessons import own_lessons
from convgui.files.unfinished import noted, part_beside
from convgui.qt.app import Windows
from convgui.qt.documents.opening import Opener
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BUTTONS = QMessageBox.StandardButton


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("quick")
@pytest.mark.skipif(os.name != "posix", reason="needs permissions")
def test_what_is_kept_is_for_nobody_else(windows: Windows, qtbot: QtBot, data: Path) -> None:
    for name in ("recovery", "last"):
        (data / name).mkdir(mode=0o755)
        (data / name).chmod(0o755)
        (data / name / "old.convgui").write_bytes(b"")
        (data / name / "old.convgui").chmod(0o644)
    (data / "errors.log").write_text("old")
    (data / "errors.log").chmod(0o644)
    again = Windows()
    window = again.show()
    window.session.replace(textbook(stride=2), "Edit")
    qtbot.waitUntil(lambda: len(list((data / "recovery").glob("*.convgui"))) == 2)
    for path in (*(data / "recovery").iterdir(), *(data / "last").iterdir(), data / "errors.log"):
        assert mode(path) == 0o600, path
    assert mode(data / "recovery") == mode(data / "last") == 0o700
    window.filing.clean(window.session.document)
    window.close()
    assert mode(data / "last" / "last.convgui") == 0o600
    assert window.isHidden()


HALF = """
import os, signal, sys
from pathlib import Path
from convgui.files.atomic_write import atomic_write
with atomic_write(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs kill")
def test_half_written_files_of_the_dead_are_swept(folder: Path, data: Path) -> None:
    target = folder / "文" / "a.convgui"
    target.parent.mkdir()
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "CONVGUI_DATA": str(data), "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", HALF, str(target)], env=environment, check=False, timeout=60)
    torn = list(target.parent.iterdir())
    assert len(torn) == 1
    other = target.parent / ".somebody's.convgui-part"
    other.write_bytes(b"not ours")
    living = part_beside(target)
    living.write_bytes(b"half")
    with noted(living):
        Windows()
        assert set(target.parent.iterdir()) == {other, living}
    assert not list((data / "unfinished").iterdir())


def test_the_log_is_where_the_data_are(opened: Opened, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convgui.qt.faults import report_faults

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    report_faults(opened.window.banner.say)
    sys.excepthook(ValueError, ValueError("planted"), None)
    assert "planted" in (data / "errors.log").read_text(encoding="utf-8")
    assert str(data / "errors.log") in opened.window.banner.words.text()
    assert mode(data / "errors.log") == 0o600


def sparse(path: Path, size: int) -> None:
    path.touch()
    os.truncate(path, size)


@pytest.mark.skipif(os.name != "posix", reason="needs sparse files")
def test_a_checksum_is_stopped_and_the_next_file_opens(opened: Opened, folder: Path) -> None:
    sparse(folder / "huge.bin", 60 << 30)
    document = textbook()
    link = links.Link(folder / "huge.bin", "0" * 64, 60 << 30)
    write_document(document, folder / "linked.convgui", links={document.sample: link})
    np.save(folder / "small.npy", np.ones((6, 6)))
    opener: Opener = opened.window.opener
    opened.window.open_file(folder / "linked.convgui")
    opened.bot.waitUntil(opened.window.status.stop.isVisible)
    QTest.mouseClick(opened.window.status.stop, Qt.MouseButton.LeftButton)
    opened.window.open_file(folder / "small.npy")
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "small.npy")
    opened.window.open_file(folder / "linked.convgui")
    began = time.monotonic()
    opener.close()
    assert time.monotonic() - began < 20, "the whole file takes minutes"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_pipes_are_refused_and_not_waited_for(opened: Opened, data: Path, folder: Path) -> None:
    (data / "lessons").mkdir(exist_ok=True)
    for path in (data / "lessons" / "pipe.convgui", folder / "a.convgui", folder / "a.json", folder / "a.npy"):
        os.mkfifo(path)
    assert own_lessons() == ()
    for name in ("a.convgui", "a.json", "a.npy"):
        opened.window.banner.say("")
        opened.window.open_file(folder / name)
        opened.bot.waitUntil(lambda: "not a regular file" in opened.window.banner.words.text())


@pytest.mark.fault
@pytest.mark.parametrize("name", ["n" * 300 + ".npy", "n" * 300 + ".convgui", "loop.npy", "loop.convgui"])
def test_names_too_long_and_loops_of_links_are_one_sentence(
    opened: Opened, answers: Answers, folder: Path, name: str
) -> None:
    if name.startswith("loop"):
        (folder / name).symlink_to(folder / name)
    opened.window.open_file(folder / name)
    opened.bot.waitUntil(lambda: "cannot be opened" in opened.window.banner.words.text())
    opened.window.banner.say("")
    answers.file = str(folder / name.replace(".npy", ".convgui"))
    if name.endswith(".npy") and name.startswith("loop"):
        return
    opened.window.commands.actions["save-as"].trigger()
    opened.bot.waitUntil(lambda: "cannot be written" in opened.window.banner.words.text())


TRUNCATED = """
import os, sys
import numpy as np
from dataclasses import replace
from pathlib import Path
from convgui.files import load, oriented, raw
from convgui.files.documents import read_document, write_document
from convgui.qt.app import make_application
from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow
from convgui.session import edits
from tests.documents import textbook
oriented.MAP_ABOVE = raw.MAP_ABOVE = 1000
app = make_application(["convgui"])


def survive(path):
    sample = load(path)
    base = sample.data
    while base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert base is not None, "it is mapped"
    before = sample.data.sum()
    os.truncate(path, 400)
    document = replace(edits.with_sample(textbook(), sample), lesson=None)
    window = MainWindow(document, Remembered())
    window.show()
    window.presenter.start()
    while window.stage.picture is None or window.status.working.isVisible():
        app.processEvents()
    window.grab()
    write_document(document, path.with_suffix(".convgui"))
    assert read_document(path.with_suffix(".convgui")).sample.data.sum() == before
    window.filing.clean(document)
    window.close()


for name in sys.argv[1:]:
    survive(Path(name))
print("alive")
"""


@pytest.mark.fault
@pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody cut off a mapped file")
def test_mapped_files_that_are_cut_off(folder: Path, data: Path) -> None:
    values = np.random.default_rng(3).integers(0, 90, (40, 50, 60)).astype(np.int16)
    paths = [folder / f"a.{kind}" for kind in ("npy", "nii", "tif", "mrc", "nrrd")]
    for path in paths:
        write_volume(path, values)
    environment = {**os.environ, "CONVGUI_DATA": str(data), "QT_QPA_PLATFORM": "offscreen", "HOME": str(data)}
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", TRUNCATED, *map(str, paths)], cwd=root, env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("alive")


def write_volume(path: Path, values: Any) -> None:
    """Write int16 as a plain volume of a kind, by other libraries or by hand."""
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".tif":
        tifffile = pytest.importorskip("tifffile")
        tifffile.imwrite(path, values, photometric="minisblack")
    elif path.suffix == ".nii":
        nibabel = pytest.importorskip("nibabel")
        nibabel.save(nibabel.Nifti1Image(values.T, np.eye(4)), path)
    elif path.suffix == ".nrrd":
        sizes = " ".join(str(n) for n in values.shape[::-1])
        head = f"NRRD0004\ntype: int16\ndimension: 3\nsizes: {sizes}\nencoding: raw\nendian: little\n\n"
        path.write_bytes(head.encode() + values.astype("<i2").tobytes())
    else:
        filled = bytearray(1024)
        for place, number in enumerate((*values.shape[::-1], 1)):
            filled[4 * place : 4 * place + 4] = number.to_bytes(4, "little")
        for place, number in enumerate((1, 2, 3)):
            filled[64 + 4 * place : 68 + 4 * place] = number.to_bytes(4, "little")
        filled[208:216] = b"MAP \x44\x44\0\0"
        path.write_bytes(bytes(filled) + values.astype("<i2").tobytes())


def test_without_room_for_a_copy_a_large_file_is_read(
    folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "MAP_ABOVE", 100)
    (data / "copies").write_text("in the way")
    np.save(folder / "a.npy", np.arange(600.0).reshape(20, 30))
    assert load(folder / "a.npy").data.sum() == 179700


# A shell that runs the tests in the background has them ignore the key.
OPENS = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from PySide6.QtCore import QTimer
from convgui.qt.app import application as app
make = app.make_application
def made(words):
    application = make(words)
    QTimer.singleShot(0, lambda: print("open", flush=True))
    return application
app.make_application = made
app.run()
"""


@pytest.mark.fault
@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is a signal")
def test_a_terminal_ends_the_window_that_it_started(tmp_path: Path) -> None:
    environment = {**os.environ, "CONVGUI_DATA": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with subprocess.Popen([sys.executable, "-c", OPENS], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=30) == -signal.SIGINT
        finally:
            process.kill()

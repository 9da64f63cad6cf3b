"""Where settings are read from: what Qt would wait for, or read into memory whole, is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from convgui.qt import settings
from convgui.qt.settings import LARGEST, Remembered, settings_problem


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


ODD: dict[str, Callable[[Path], None]] = {
    "pipe": lambda path: os.mkfifo(path),
    "folder": lambda path: path.mkdir(),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "terabyte": sparse,
}


@pytest.mark.fault
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the system keeps them in a way of its own")
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("where", ["convgui/convgui.conf", "convgui.conf", "QtProject.conf"])
def test_what_is_no_file_of_settings_is_said_and_left_alone(
    odd: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list[str]()
    monkeypatch.setattr(settings, "keep_settings_in", kept.append)
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: str(spare))
    path = tmp_path / where
    path.parent.mkdir(exist_ok=True)
    ODD[odd](path)
    said = settings_problem(tmp_path)
    assert said.startswith(f"The settings in {path} cannot be read: ")
    assert kept == [str(spare)]
    assert path.is_symlink() or path.exists()


START = """
import sys
from convgui.qt.settings import Remembered, settings_problem, write_settings
from PySide6.QtCore import QSettings
remembered = Remembered()
remembered.add_recent("a.png")
write_settings()
assert Remembered().recent() == ["a.png"], "kept for this session"
QSettings(QSettings.Scope.UserScope, "QtProject").allKeys()
print(settings_problem())
"""


@pytest.mark.fault
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the system keeps them in a way of its own")
@pytest.mark.parametrize("where", ["own/convgui/convgui.conf", "own/QtProject.conf", "shared/convgui/convgui.conf"])
def test_whoever_reads_settings_first_does_not_wait_for_a_pipe(where: str, tmp_path: Path) -> None:
    """A process of its own, and none of the doors that ask beforehand: measuring, testing, a plain window."""
    path = tmp_path / where
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    places = {"XDG_CONFIG_HOME": str(tmp_path / "own"), "XDG_CONFIG_DIRS": str(tmp_path / "shared")}
    run = [sys.executable, "-c", START]
    done = subprocess.run(run, capture_output=True, text=True, env={**os.environ, **places}, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert str(path) in done.stdout


def test_settings_that_are_there_or_not_there_yet_are_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list[str]()
    monkeypatch.setattr(settings, "keep_settings_in", kept.append)
    assert settings_problem(tmp_path / "none") == ""
    path = tmp_path / "convgui" / "convgui.conf"
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    assert settings_problem(tmp_path) == ""
    (tmp_path / "elsewhere").write_bytes(b"[General]\ntoured=yes\n" + b";" * (LARGEST // 2))
    assert settings_problem(tmp_path) == ""
    assert kept == []
    assert Remembered().recent() == []

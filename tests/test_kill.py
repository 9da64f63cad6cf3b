"""Killed in the middle of work: a complete, recent document comes back, every time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from convgui.files.recovery import RecoverySlot, lost_copies
from tests.documents import textbook
from tests.kill import killed
from tests.working import number_of

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 on this system"),
]
MOMENTS = tuple(0.0037 * place for place in range(20))
"""Seconds after the first copy; a copy takes about ten milliseconds, so they fall into all of its stages."""


def start(where: str, data: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CONVGUI_DATA": str(data), "QT_QPA_PLATFORM": "offscreen"}
    environment.update(HOME=str(data), XDG_CONFIG_HOME=str(data / "config"))
    command = [sys.executable, "-m", "tests.working", where]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def kill_after(process: subprocess.Popen[str], seconds: float) -> int:
    """Wait for the first copy, then so long, then kill; returns the last edit that was said to be on the disk."""
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, "it never kept anything"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    os.kill(process.pid, signal.SIGKILL)
    said = [first, *iter(process.stdout.readline, "")]
    process.communicate(timeout=20)
    # The very last line may have been cut off by the kill.
    return max(int(line) for line in said[:-1] or said)


def killed_child(parent: subprocess.Popen[str], folder: Path, seconds: float) -> int:
    """Let a child work in a folder and kill it; returns the last edit that it said was on the disk."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(f"{folder}\n")
    parent.stdin.flush()
    child, said = 0, [0]
    while not child or len(said) < 2:
        word, *rest = parent.stdout.readline().split()
        if word == "child":
            child = int(rest[0])
        else:
            said.append(int(word))
    with pytest.raises(subprocess.TimeoutExpired):
        parent.wait(timeout=seconds)
    os.kill(child, signal.SIGKILL)
    said.extend(int(line) for line in iter(parent.stdout.readline, "dead\n"))
    return said[-1]


def test_killed_at_many_moments(tmp_path: Path) -> None:
    torn = 0
    parent = start("many", tmp_path)
    for place, seconds in enumerate(MOMENTS):
        folder = tmp_path / str(place)
        said = killed_child(parent, folder, seconds)
        torn += any(path.name.startswith(".") for path in folder.iterdir())
        found = lost_copies(folder)
        assert len(found) == 1
        number = number_of(found[0].read().document)
        assert number >= said, "what was said to be kept is kept"
        assert not [path for path in folder.iterdir() if path.name.startswith(".")], "what was half written is swept"
        found[0].discard()
        assert not list(folder.iterdir())
    parent.communicate(timeout=20)
    assert torn, "some kills fell into the middle of a write"


def test_the_window_killed_in_the_middle_of_work(tmp_path: Path) -> None:
    said = kill_after(start("window", tmp_path), 0.4)
    found = lost_copies(tmp_path / "recovery")
    assert len(found) == 1
    # A copy takes a moment to follow its edit; more than a few edits are never lost.
    assert number_of(found[0].read().document) >= said - 40
    found[0].discard()


def test_several_lost_sessions_come_back_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    dead = [start(str(tmp_path), tmp_path) for _ in range(2)]
    said = sorted(kill_after(process, 0.01) for process in dead)
    living = start(str(tmp_path), tmp_path)
    assert living.stdout is not None
    living.stdout.readline()
    own = RecoverySlot.create(tmp_path)
    own.save(textbook())
    found = lost_copies(tmp_path)
    numbers = sorted(number_of(one.read().document) for one in found)
    assert len(numbers) == 2, "neither the other process' copy nor our own is taken"
    assert all(number >= low for number, low in zip(numbers, said, strict=True))
    assert lost_copies(tmp_path) == [], "what is being offered is not offered twice"
    for one in found:
        one.leave()
    again = lost_copies(tmp_path)
    assert len(again) == 2, "what was not answered is offered at the next start"
    for one in again:
        one.discard()
    own.discard()
    kill_after_reading(living)
    left = lost_copies(tmp_path)
    assert len(left) == 1
    left[0].discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seconds", [0.15, 0.6])
def test_killed_while_all_is_written_at_once_and_started_again(seconds: float, tmp_path: Path) -> None:
    wrong, _ = killed(tmp_path, seconds)
    assert not wrong


def kill_after_reading(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)

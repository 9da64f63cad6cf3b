"""A lock is somebody's, for as long as he holds it, and never one of a file that is gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convgui.files import locks
from convgui.files.locks import Lock

pytestmark = pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed on Windows")


def test_what_somebody_holds_nobody_else_gets(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    first = Lock.take(path, b"about")
    assert first is not None
    assert path.read_bytes() == f"{os.getpid()}\nabout".encode()
    assert Lock.take(path, b"other") is None
    assert path.read_bytes().endswith(b"\nabout")
    first.release()
    assert not path.exists()
    again = Lock.take(path)
    assert again is not None
    again.release()


@pytest.mark.parametrize("made_anew", [False, True])
def test_a_file_that_was_removed_before_it_was_locked_holds_no_lock(
    made_anew: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, hold = tmp_path / "a.lock", locks._hold

    def late(handle: int) -> None:
        path.rename(tmp_path / "gone")
        if made_anew:
            path.touch()
        hold(handle)

    monkeypatch.setattr(locks, "_hold", late)
    assert Lock.take(path) is None

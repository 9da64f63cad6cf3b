"""Whatever state the user's own folders are in, what a start reads and writes there neither raises nor waits."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from convgui.files import author as author_file
from convgui.files.author import author
from convgui.files.own_kernels import own_kernels
from convgui.files.own_lessons import own_lessons
from convgui.files.recovery import lost_copies
from convgui.files.report import report
from convgui.files.unfinished import sweep
from convgui.files.user_folders import (
    OVERRIDE,
    author_path,
    keep_private,
    kernels_folder,
    last_folder,
    lessons_folder,
    log_path,
    recovery_folder,
    unfinished_folder,
)
from convgui.qt.documents.last_session import ELSEWHERE, kept
from convgui.qt.faults import write_down
from tests.files.refusing import CODES, refuse

pytestmark = [pytest.mark.fault, pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")]

FILES: dict[str, Callable[[], Path]] = {
    "author": author_path,
    "errors.log": log_path,
    "a lesson": lambda: lessons_folder() / "a.convgui",
    "a kernel": lambda: kernels_folder() / "a.txt",
    "a copy": lambda: recovery_folder() / "a.convgui",
    "a torn copy": lambda: recovery_folder() / ".a.part",
    "a note": lambda: unfinished_folder() / "a.lock",
    "the last file": lambda: last_folder() / ELSEWHERE,
}


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        stream.truncate(size)


INSTEAD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a terabyte": lambda path: sparse(path, 1 << 40),
    "a loop of links": lambda path: path.symlink_to(path),
    "a folder": Path.mkdir,
    "bytes that are no text": lambda path: path.write_bytes(bytes(range(256)) * 8),
    "nothing at all": lambda path: path.write_bytes(b""),
}


def begin() -> None:
    """Do what a start and its first fault do."""
    keep_private()
    sweep()
    assert len(author()) == 32
    assert own_lessons() == ()
    assert own_kernels() == ()
    for copy in lost_copies(recovery_folder()):
        assert copy.what
        copy.leave()
    kept()
    write_down("something")
    report()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "data"))
    monkeypatch.setattr("sys.stderr.write", lambda _: 0)
    author_file._author.cache_clear()
    return tmp_path / "data"


@pytest.mark.parametrize("instead", INSTEAD)
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_programs_is_something_else(name: str, instead: str) -> None:
    path = FILES[name]()
    path.parent.mkdir(parents=True, exist_ok=True)
    INSTEAD[instead](path)
    begin()


@pytest.mark.parametrize("folder", [recovery_folder, last_folder, lessons_folder, kernels_folder, unfinished_folder])
def test_a_folder_of_the_programs_is_a_file(folder: Callable[[], Path]) -> None:
    folder().parent.mkdir(parents=True)
    folder().write_bytes(b"in the way")
    begin()


@pytest.mark.parametrize("code", CODES)
def test_the_folder_cannot_be_entered(data: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (recovery_folder, last_folder, lessons_folder, kernels_folder, unfinished_folder):
        folder().mkdir(parents=True)
    refuse(monkeypatch, data, code)
    begin()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_the_disk_takes_nothing(data: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data.mkdir()
    opened = os.open

    def refuse(path: str | Path, flags: int, *more: int, **options: int) -> int:
        if flags & os.O_CREAT and str(path).startswith(str(data)):
            raise OSError(code, os.strerror(code), str(path))
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)
    begin()
    assert author() == author(), "it is the same word until the program ends"

"""What is no regular file is refused when it is opened, whatever was there a moment before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from convgui.files.regular import is_folder, is_regular, is_there, matching, open_regular, read_regular
from tests.files.refusing import CODES, refuse

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")

OTHERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "it is a pipe"),
    "a device": (lambda path: path.symlink_to(os.devnull), "it is a device"),
    "a folder": (Path.mkdir, "it is a folder"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_file_is_named_and_never_waited_for(kind: str, tmp_path: Path) -> None:
    make, said = OTHERS[kind]
    make(tmp_path / "a")
    with pytest.raises(OSError, match=r"a'$") as caught:
        open_regular(tmp_path / "a")
    assert (caught.value.strerror or "").startswith(said)
    assert not is_regular(tmp_path / "a")


def test_a_file_is_opened_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    with open_regular(tmp_path / "a") as stream:
        assert stream.read() == b"content"
    assert is_regular(tmp_path / "a")
    assert not is_regular(tmp_path / "none")
    assert not is_regular(tmp_path / ("a" * 300))


def test_no_more_is_read_than_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    assert read_regular(tmp_path / "a", 7) == b"content"
    with pytest.raises(OSError, match=r"a'$"):
        read_regular(tmp_path / "a", 6)
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(OSError, match=r"sparse'$"):
        read_regular(tmp_path / "sparse", 100)


@pytest.mark.parametrize("name", ["none", "a" * 300, "a/b", "loop", "\0", "\udcff"])
def test_what_is_not_there_is_no_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for ask in (is_regular, is_folder, is_there):
        assert ask(tmp_path / name) is False
    assert matching(tmp_path / name, "*") == []


@pytest.mark.parametrize("code", CODES)
def test_a_folder_that_cannot_be_entered_holds_nothing(
    tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "a").write_bytes(b"")
    assert is_there(locked / "a")
    assert matching(locked, "*") == [locked / "a"]
    refuse(monkeypatch, locked, code)
    for ask in (is_regular, is_folder, is_there):
        assert ask(locked / "a") is False
    assert matching(locked, "*") == []

"""A file appears whole or not at all, with the rights it had, where it was."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from convgui.files.atomic_write import atomic_write
from convgui.files.errors import WriteError
from convgui.files.unfinished import noted, part_beside, sweep

posix = pytest.mark.skipif(os.name != "posix", reason="needs permissions and links")


@posix
@pytest.mark.parametrize("old", [0o600, 0o640, 0o664])
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_an_old_file_keeps_its_rights_and_a_new_one_gets_the_usual(tmp_path: Path, old: int, umask: int) -> None:
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(old)
    before = os.umask(umask)
    try:
        for target in (path, tmp_path / "new"):
            write(target, b"new")
        with atomic_write(path.with_name("private"), private=True) as stream:
            stream.write(b"new")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    modes = {place.name: stat.S_IMODE(place.stat().st_mode) for place in tmp_path.iterdir()}
    assert modes == {"old": old, "new": 0o666 & ~umask, "private": 0o600}
    assert {place.read_bytes() for place in tmp_path.iterdir()} == {b"new"}


@posix
def test_what_a_link_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "a", tmp_path / "b"
    link.symlink_to(target)
    for content in (b"one", b"two"):
        write(link, content)
        assert link.is_symlink()
        assert target.read_bytes() == content
    assert len(list(target.parent.iterdir())) == 1


def write(path: Path, data: bytes) -> None:
    with atomic_write(path) as stream:
        stream.write(data)


def refuse() -> None:
    raise WriteError(Path("a"), "somebody else was here")


def fail() -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.fault
@pytest.mark.parametrize(("inside", "check"), [(None, refuse), (refuse, None), (fail, None), (None, fail)])
def test_whatever_goes_wrong_the_old_file_stays(
    tmp_path: Path, inside: Callable[[], None] | None, check: Callable[[], None] | None
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def failing() -> None:
        with atomic_write(path, check=check) as stream:
            stream.write(b"new")
            if inside is not None:
                inside()

    with pytest.raises(WriteError):
        failing()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_being_written_is_not_swept(tmp_path: Path) -> None:
    part = part_beside(tmp_path / "a")
    part.write_bytes(b"half")
    with noted(part):
        sweep()
        assert part.read_bytes() == b"half"
    sweep()
    assert part.exists(), "nobody was killed while it was written"


@pytest.mark.fault
@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_file_that_is_protected_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.convgui"
    path.write_bytes(b"old")
    path.chmod(mode)
    with pytest.raises(WriteError, match="protected against writing"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.fault
@pytest.mark.skipif(os.name != "posix", reason="needs pipes")
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path, linked: bool) -> None:
    pipe = path = tmp_path / "pipe"
    os.mkfifo(pipe)
    if linked:
        path = tmp_path / "link"
        path.symlink_to(pipe)
    with pytest.raises(WriteError, match="it is a pipe"), atomic_write(path) as stream:
        stream.write(b"new")
    assert pipe.is_fifo()

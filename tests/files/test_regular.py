"""What is no regular file is refused when it is opened, whatever was there a moment before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from convgui.files.regular import is_regular, open_regular

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

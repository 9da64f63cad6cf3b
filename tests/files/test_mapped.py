"""Large inputs are mapped from a copy, where there is room for it and the file is whole."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files.mapped import mapped
from convgui.files.source import Source
from convgui.files.user_folders import OVERRIDE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows maps the file itself")
VALUES = np.arange(100, dtype=np.float64)


def opened(folder: Path, size: int = 800) -> NDArray[Any] | None:
    """Map numbers behind 16 bytes of something else, as many bytes of them as are said to be there."""
    path = folder / "a.bin"
    path.write_bytes(bytes(16) + VALUES.tobytes())
    with path.open("rb") as stream:
        source = Source("a.bin", stream, 16 + size, path)
        return mapped(source, np.dtype(np.float64), (size // 8,), 16, size)


def test_it_holds_the_numbers_whatever_becomes_of_the_file(tmp_path: Path) -> None:
    array = opened(tmp_path)
    assert isinstance(array, np.memmap)
    (tmp_path / "a.bin").write_bytes(b"")
    np.testing.assert_array_equal(array, VALUES)


def test_a_file_that_ends_early_is_not_mapped(tmp_path: Path) -> None:
    assert opened(tmp_path, 808) is None


@pytest.mark.parametrize(("free", "there"), [(1599, False), (1600, True)])
def test_there_has_to_be_room_for_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, there: bool) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert (opened(tmp_path) is not None) == there


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "file"))
    assert opened(tmp_path) is None

"""What is advised where a file cannot be written fits the reason."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from convgui.export.atomic_write import ExportError, write_file
from convgui.files.atomic_write import atomic_write
from convgui.files.errors import WriteError
from convgui.words import told_anew

ADVICE = [
    (errno.EROFS, "choose a folder on another disk."),
    (errno.ENOSPC, "free some space, or choose another folder."),
    (errno.EDQUOT, "free some space, or choose another folder."),
    (errno.EACCES, "choose a folder that you may write to."),
    (errno.ENAMETOOLONG, "choose a shorter name."),
    (errno.EIO, "choose another folder."),
]


@pytest.mark.parametrize(("number", "advice"), ADVICE)
def test_advice_fits_what_the_disk_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WriteError) as raised, atomic_write(tmp_path / "a.convgui"):
        pass
    said = f"{tmp_path / 'a.convgui'} cannot be written: {os.strerror(number)}; {advice}"
    assert str(raised.value) == said
    assert told_anew(str(raised.value)) == said
    with pytest.raises(ExportError) as exported:
        write_file(tmp_path / "a.convgui", b"")
    assert str(exported.value) == said

"""A folder that the disk refuses: locked, on a drive that is gone, or damaged."""

from __future__ import annotations

import errno
import os
import pathlib
from collections.abc import Callable
from pathlib import Path

import pytest

CODES = (errno.EACCES, errno.ESTALE, errno.EIO, errno.ENOTCONN)
CALLS = ("stat", "lstat", "open", "scandir", "mkdir", "listdir")


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, code: int) -> None:
    """Have the system refuse whatever is asked of a folder and of all in it; permissions do not stop every user."""
    inside = f"{folder}{os.sep}"

    def refusing(call: Callable[..., object]) -> Callable[..., object]:
        def refused(path: object, *more: object, **options: object) -> object:
            if isinstance(path, str | os.PathLike) and f"{os.fspath(path)}{os.sep}".startswith(inside):
                raise OSError(code, os.strerror(code), str(path))
            return call(path, *more, **options)

        return refused

    for name in CALLS:
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    # Python 3.10's paths hold the system's calls from when pathlib was imported.
    held = getattr(pathlib, "_normal_accessor", None)
    for name in CALLS if held is not None else ():
        if hasattr(held, name) and name != "open":
            monkeypatch.setattr(held, name, refusing(getattr(held, name)))

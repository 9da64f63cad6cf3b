"""Locks that the system takes back when a process ends, however it ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _hold(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _hold(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """A lock that is held, with the process' id written in its file for whoever looks."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle

    @classmethod
    def take(cls, path: Path, about: bytes = b"") -> Lock | None:
        """Take the lock of a file, which is made where it is missing; None while somebody else holds it.

        Its first line becomes the process' id, and what follows is `about`.

        Raises
        ------
        OSError
            If the file cannot be opened.
        """
        # What a link leads to is not the program's to write in.
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            _hold(handle)
            # Somebody may have removed the file between opening and locking; then the lock is of nothing.
            if not os.path.samestat(os.fstat(handle), path.stat()):
                raise OSError("removed")
        except OSError:
            os.close(handle)
            return None
        with suppress(OSError):
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode() + about)
        return cls(path, handle)

    def release(self) -> None:
        """Give the lock back and remove its file."""
        with suppress(OSError):
            if sys.platform != "win32":
                self._path.unlink(missing_ok=True)
            os.close(self._handle)
        if sys.platform == "win32":
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

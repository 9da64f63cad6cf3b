"""Files that appear whole or not at all: written beside their place, brought to the disk, then renamed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from convgui.files.errors import WriteError
from convgui.files.other_formats import special_file
from convgui.files.unfinished import noted, part_beside
from convgui.words import tr


@contextmanager
def atomic_write(path: Path, *, private: bool = False, check: Callable[[], None] | None = None) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes the file `path` at the end of the block.

    Whatever goes wrong in between, the old file stays as it is and nothing is left beside it.

    Parameters
    ----------
    private : bool
        Whether nobody but the user may read the file. It stands in a folder of the program's own, which is swept by
        itself.
    check : callable, optional
        Called in the last moment before the file takes its place; what it raises prevents that.

    Raises
    ------
    WriteError
        If the file cannot be written, with one sentence that says why.
    """
    part: Path | None = None
    with ExitStack() as stack:
        try:
            # A link stays a link: what it points to is replaced.
            # From Python 3.13 on, resolving says nothing of links that lead in a circle.
            with suppress(FileNotFoundError):
                path.stat()
            path = path.resolve()
            # A new file beside it would take its place in spite of that.
            if path.exists():
                mode = path.stat().st_mode
                # Of a device or a pipe it would take the place just the same.
                if not stat.S_ISREG(mode):
                    raise WriteError(path, special_file(mode))
                if not mode & 0o222:
                    raise WriteError(path, tr("it is protected against writing"))
            part = part_beside(path)
            if not private:
                stack.enter_context(noted(part))
            stack.callback(_discard, part)
            with os.fdopen(_new(part), "w+b") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(0o600 if private else _mode(path))
            if check is not None:
                check()
            part.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise WriteError(path, tr("its links lead in a circle")) from error
            raise WriteError.of(path, error) from error
        except RuntimeError as error:  # what resolving a loop of links ends in
            if part is not None:
                raise
            raise WriteError(path, tr("its links lead in a circle")) from error


def _new(part: Path) -> int:
    return os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _discard(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Return the permissions of the old file, or those of a new one."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    return 0o666 & ~current_umask()


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too, where the system lets a folder be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def current_umask() -> int:
    """Return what the system takes from the permissions of new files; asking is setting."""
    umask = os.umask(0)
    os.umask(umask)
    return umask

"""Files that appear whole or not at all: written beside their place, brought to the disk, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from convgui.files.errors import WriteError
from convgui.words import tr


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes the file `path` at the end of the block.

    Whatever goes wrong in between, the old file stays as it is and nothing is left beside it.

    Raises
    ------
    WriteError
        If the file cannot be written, with one sentence that says why.
    """
    temporary: Path | None = None
    try:
        # A link stays a link: what it points to is replaced.
        path = path.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        raise WriteError(path, error.strerror or tr("the disk refused")) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes; WriteError as for `whole`."""
    with whole(path) as stream:
        stream.write(data)


def _mode(path: Path) -> int:
    """Return the permissions of the old file, or those of a new one."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too, where the system lets a folder be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

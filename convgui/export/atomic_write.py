"""A finished file appears at once or not at all: written beside its place, then renamed into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from convgui.core.errors import ConvguiError
from convgui.files.atomic_write import atomic_write, current_umask
from convgui.files.errors import WriteError, not_written
from convgui.files.unfinished import noted, part_beside
from convgui.words import tr


class ExportError(ConvguiError):
    """Something that could not be written; the text is one sentence for the user."""


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside `path` that takes its place when the block ends without an error.

    Raises
    ------
    ExportError
        If the file cannot be written. After this or any other error, and after a cancelled export, nothing is left
        behind and the old file, if there was one, is whole.
    """
    try:
        with atomic_write(path) as stream:
            yield stream
    except WriteError as error:
        raise ExportError(str(error)) from error


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a new folder beside `path` that takes its place when the block ends without an error.

    Raises
    ------
    ExportError
        If `path` is there and is not an empty folder, or if it cannot be written; nothing is left behind then.
    """
    part = part_beside(path.absolute())
    with noted(part):
        try:
            if path.exists() and not (path.is_dir() and not any(path.iterdir())):
                raise ExportError(
                    tr("{path} is there already and is not an empty folder; choose a new name.", path=path)
                )
            part.mkdir(0o700)
            yield part
            part.chmod(0o777 & ~current_umask())
            if path.exists():
                path.rmdir()
            part.replace(path)
        except OSError as error:
            raise _refused(path, error) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_file(path: Path, data: bytes) -> None:
    """Write bytes to a file beside `path` and rename it into place.

    Raises
    ------
    ExportError
        If that fails; nothing is left behind then.
    """
    with atomic_file(path) as stream:
        stream.write(data)


def _refused(path: Path, error: OSError) -> ExportError:
    return ExportError(not_written(path, error.strerror or tr("the disk refused"), error.errno))

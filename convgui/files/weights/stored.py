"""A file of weights that was judged when it was opened, and is read again when its values are wanted.

What was judged is where each tensor lies. In a file that has been written anew since, other numbers lie there, and
nothing in them would tell: so every later reading makes sure that the file is the one that was judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from convgui.files.regular import open_regular
from convgui.files.source import Source
from convgui.files.stamps import Stamp
from convgui.words import tr


@contextmanager
def open_again(source: Source, path: Path, stamp: Stamp) -> Iterator[BinaryIO]:
    """Open a file that was judged before; LoadError if it is not there, or is not what it was, before and after."""
    try:
        stream = open_regular(path)
    except OSError as error:
        raise source.error(str(error.strerror or error), _put_back(source, path)) from error
    with stream:
        _check(source, path, stamp, stream)
        try:
            yield stream
        except Exception:
            # What is read of half a file makes no sense; this says why.
            _check(source, path, stamp, stream)
            raise
        _check(source, path, stamp, stream)


def _check(source: Source, path: Path, stamp: Stamp, stream: BinaryIO) -> None:
    now = Stamp.of(stream)
    if now.size < stamp.size:
        cut = (
            tr("it has been cut off since it was opened")
            if path == source.path
            else tr("{name} has been cut off since it was opened", name=path.name)
        )
        raise source.error(cut, _put_back(source, path))
    if now != stamp:
        changed = (
            tr("it has been changed since it was opened")
            if path == source.path
            else tr("{name} has been changed since it was opened", name=path.name)
        )
        raise source.error(changed, tr("open it again to see what is in it now"))


def _put_back(source: Source, path: Path) -> str:
    return tr("put the file back") if path == source.path else tr("put the file {name} back", name=path.name)


@contextmanager
def stored(source: Source) -> Iterator[BinaryIO]:
    """Give the content of a source, whose file may be closed by now; LoadError if it is not what it was."""
    if source.path is None or source.stamp is None:
        assert isinstance(source.stream, BytesIO)
        yield BytesIO(source.stream.getvalue())
    else:
        with open_again(source, source.path, source.stamp) as stream:
            yield stream


def read_stored(source: Source, begin: int, length: int) -> bytes:
    """Return bytes of a source, whose file may be closed by now.

    Raises
    ------
    LoadError
        If it was changed meanwhile.
    """
    with stored(source) as stream:
        stream.seek(begin)
        data = stream.read(length)
    if len(data) < length:
        raise source.error(tr("it has been cut off since it was opened"), tr("put the file back"))
    return data

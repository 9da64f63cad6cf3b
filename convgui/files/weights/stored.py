"""Bytes of a file that was opened before and is read again when its values are wanted."""

from __future__ import annotations

from io import BytesIO

from convgui.files.regular import open_regular
from convgui.files.source import Source
from convgui.words import tr


def read_stored(source: Source, begin: int, length: int) -> bytes:
    """Return bytes of a source, whose file may be closed by now.

    Raises
    ------
    LoadError
        If there are fewer: the file was changed meanwhile.
    """
    if source.path is None:
        assert isinstance(source.stream, BytesIO)
        data = source.stream.getvalue()[begin : begin + length]
    else:
        try:
            with open_regular(source.path) as stream:
                stream.seek(begin)
                data = stream.read(length)
        except OSError as error:
            raise source.error(str(error.strerror or error), tr("put the file back")) from error
    if len(data) < length:
        raise source.error(tr("it has been cut off since it was opened"), tr("put the file back"))
    return data

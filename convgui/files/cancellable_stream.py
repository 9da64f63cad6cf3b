"""A file as a decoder reads it: the decoder can be stopped at every block, and how far it has come can be told."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import IO, cast

from convgui.files.source import Source


def cancellable(source: Source) -> IO[bytes]:
    """Return the content of a source as a file that can be stopped; decoders only read, seek and tell."""
    return cast("IO[bytes]", CancellableStream(source))


def cancellable_bytes(source: Source, data: bytes) -> IO[bytes]:
    """Return bytes as such a file."""
    return cancellable(replace(source, stream=io.BytesIO(data), size=len(data), progress=None))


class CancellableStream:
    """The content of a source for decoders that know nothing of stopping.

    A picture of 100 megapixels takes a PNG decoder half a minute; it reads its file block by block all the while.
    """

    def __init__(self, source: Source) -> None:
        self._source, self._stream = source, source.stream
        self._told = 0

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes; LoadCancelledError if the user wants to stop."""
        source = self._source
        source.check_cancelled()
        part = self._stream.read(size)
        hundredths = 100 * self._stream.tell() // max(source.size, 1)
        if source.progress is not None and hundredths > self._told:
            self._told = hundredths
            source.progress(hundredths / 100)
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to another offset, as in any file."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the offset in the file."""
        return self._stream.tell()

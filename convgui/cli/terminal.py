"""Standard input, output and error: a reader that goes away is no error, and no name commands the terminal."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from convgui.cli.arguments import UNSEEN, UsageError
from convgui.files.errors import LoadError
from convgui.files.source import REFUSE_BYTES
from convgui.words import tr

STANDARD = "-"
"""What stands for standard input or output where a file is asked for; a file of that name is called ``./-``."""
STDIN_NAME = "standard-input"
CHUNK = 1 << 20
_UNSEEN_IN_TEXT = {code: text for code, text in UNSEEN.items() if chr(code) not in "\n\r\t"}


class Stream(io.TextIOBase):
    """Standard output or error, for as long as somebody reads it; then what is written to it is dropped.

    Parameters
    ----------
    inner : text stream or None
        What is written to; None where the program was started without one.
    """

    def __init__(self, inner: Any) -> None:
        self._inner, self._gone = inner, inner is None
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write a text, with whatever could command a terminal made visible."""
        shown = text.translate(_UNSEEN_IN_TEXT)
        encoding = getattr(self._inner, "encoding", None) or "utf-8"
        shown = shown.encode(encoding, "backslashreplace").decode(encoding)
        self._attempt(lambda: self._inner.write(shown))
        if "\n" in text or "\r" in text:
            self.flush()
        return len(text)

    def send(self, path: Path) -> None:
        """Copy a file's bytes."""

        def copy() -> None:
            with path.open("rb") as stream:
                shutil.copyfileobj(stream, self._inner.buffer, CHUNK)
            self._inner.buffer.flush()

        self._attempt(copy)

    def flush(self) -> None:
        """Bring out what is held back; nothing where what is written to has been closed, as when all ends."""
        if not getattr(self._inner, "closed", False):
            self._attempt(lambda: self._inner.flush())

    def isatty(self) -> bool:
        """Tell whether somebody looks at it."""
        return not self._gone and bool(self._inner.isatty())

    def fileno(self) -> int:
        """Return the system's number of the stream."""
        return int(self._inner.fileno()) if self._inner is not None else super().fileno()

    @property
    def there(self) -> bool:
        """Whether the program was started with this stream."""
        return self._inner is not None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The name of the encoding, for whoever asks."""
        return getattr(self._inner, "encoding", None) or "utf-8"

    def _attempt(self, work: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            work()
        except OSError as error:
            self._gone = True
            # A pipe nobody reads is EPIPE; Windows says EINVAL.
            unread = error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL)
            self.failure = None if unread else error
            self._drop()

    def _drop(self) -> None:
        """Send what is still held back, by us or by a library, nowhere: closing the stream would fail again."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._inner.fileno())
            os.close(nowhere)


@contextmanager
def standard_streams() -> Iterator[Stream]:
    """Write to standard output and error through `Stream`; gives the former."""
    _fill_gaps()
    before = sys.stdout, sys.stderr
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield out
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before


def _fill_gaps() -> None:
    """Open what the program was started without: the first file it opens would take that number, and its messages."""
    missing = 3
    while missing:
        # The lowest number that is free is given out first; what lies above the three was not missing.
        number = os.open(os.devnull, os.O_RDWR)
        missing = 0 if number > 2 else missing - 1
        if number > 2:
            os.close(number)


@contextmanager
def read_from(name: str) -> Iterator[str]:
    """Give the path to read for a name: standard input, read to its end, for ``-``.

    Raises
    ------
    LoadError
        If the name is empty, which Python takes for the folder one is in.
    UsageError
        If there is no standard input, or it is a terminal or without end.
    """
    if not name:
        raise LoadError("", tr("its name is empty"), tr("give the name of a file"))
    if name != STANDARD:
        yield name
        return
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None or sys.stdin.isatty():
        raise UsageError(tr("“-” reads standard input, and nothing is piped into it; name a file, or use `… < FILE`."))
    with tempfile.TemporaryDirectory(prefix="convgui-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / STDIN_NAME
        with path.open("wb") as file:
            while block := stream.read(CHUNK):
                file.write(block)
                if file.tell() > REFUSE_BYTES:
                    raise UsageError(
                        tr("standard input is longer than {most} GiB; name a file.", most=REFUSE_BYTES >> 30)
                    )
        yield str(path)


@contextmanager
def write_to(name: str, form: str) -> Iterator[Path]:
    """Give the path to write for a name: for ``-`` one of this format, whose content then goes to standard output.

    Raises
    ------
    UsageError
        If the name is empty, if there is no standard output, or if it is a terminal, which would show the bytes as
        letters.
    """
    if not name:
        raise UsageError(tr("the name of the output is empty; name a file, or a folder."))
    if name != STANDARD:
        yield Path(name)
        return
    out = sys.stdout
    if not isinstance(out, Stream) or not out.there:
        raise UsageError(tr("“-” writes to standard output, which is closed; name a file."))
    if out.isatty() and form != "svg":
        raise UsageError(tr("standard output is a terminal, which cannot show a file; name a file, or use `… > FILE`."))
    with tempfile.TemporaryDirectory(prefix="convgui-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"standard-output.{form}"
        yield path
        if path.exists():
            out.send(path)

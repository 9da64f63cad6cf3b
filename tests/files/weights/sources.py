"""A file as the readers are given it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convgui.files.source import Source


@contextmanager
def source(path: Path) -> Iterator[Source]:
    with path.open("rb") as stream:
        yield Source(path.name, stream, path.stat().st_size, path.resolve())

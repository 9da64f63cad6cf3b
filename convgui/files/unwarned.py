"""Quiet where a library warns on the terminal: what is wrong with a file is said here, or does not matter."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unwarned() -> Iterator[None]:
    """Keep warnings off the terminal while the block runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

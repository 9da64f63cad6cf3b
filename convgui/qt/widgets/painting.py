"""Painters that are ended, whatever happens while they paint.

A painter that an error leaves open on an image, a page or a widget ends the process once that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPaintDevice, QPainter


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """Paint on a device; errors go on to the caller once the painter has ended."""
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Have clips, transforms and hints as they were when this is over, an error or not."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()

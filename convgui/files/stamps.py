"""What tells that a file is not what it was, without reading it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import BinaryIO

TICK = 0.011
"""Seconds within which two changes of a file may bear the same time: a system's clock for files ticks so slowly."""


@dataclass(frozen=True)
class Stamp:
    """What changes when a file is written, replaced or cut: which file it is, its length and its times."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, stream: BinaryIO) -> Stamp:
        """Return what an opened file is now."""
        status = os.fstat(stream.fileno())
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def settle(self) -> None:
        """Wait until every later change would bear another time."""
        age = time.time() - max(self.modified, self.changed) / 1e9
        if -TICK < age < TICK:
            time.sleep(TICK - abs(age))

"""How many processors there are, and one of its own for each thread."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any


def processors() -> int:
    """Return how many threads share large work by default: the processor's cores, four at most."""
    return min(os.cpu_count() or 1, 4)


def spread(threads: Sequence[int]) -> None:
    """Send threads that were just started to processors of their own; they are free to move on from there.

    Linux begins a thread where its parent runs, and after a pause leaves both there for some 8 ms before it uses a
    processor that idles: longer than most pictures take (two threads on 10 ms of work each after 50 ms of rest: 18 ms
    as they are, 11 ms when sent). Does nothing on other systems.

    Parameters
    ----------
    threads : sequence of int
        Their native identifiers.
    """
    if sys.platform != "linux":
        return
    here, allowed = _where(), os.sched_getaffinity(0)
    others = sorted(allowed - {here})
    if here < 0 or not others:
        return
    for i, thread in enumerate(threads):
        # One that has ended already needs no processor; a sandbox may forbid what is only for speed.
        with suppress(ProcessLookupError, PermissionError):
            os.sched_setaffinity(thread, {others[i % len(others)]})
            os.sched_setaffinity(thread, allowed)


def _where() -> int:
    """Return the processor that this thread runs on, or -1 where the system does not say."""
    found = _getcpu()
    return -1 if found is None else int(found())


@cache
def _getcpu() -> Any:
    return getattr(ctypes.CDLL(None), "sched_getcpu", None)

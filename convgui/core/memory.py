"""How much memory a result may take: asked before anything is allocated."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from convgui.core.spec import SpecError
from convgui.words import mark, tr

SHARE = 0.75
"""Part of the machine's memory that one result may take by default; the input and the rest need some too."""
FALLBACK = 8 << 30
"""Allowed where the machine does not say how much memory it has."""
RESERVE = 96 << 20
"""Of a limited address space, what is left for the window, its threads and what they do meanwhile."""
THREAD = 16 << 20
"""Bytes of addresses that a thread takes."""
NO_ROOM = ("failed to map segment", "cannot allocate memory", "Cannot allocate memory")
"""What the system's loader says of a library that it has no addresses for."""
SMALL = 8 << 20
"""Bytes of a result that is tried however little is left."""

Task: TypeAlias = Literal["show", "open", "save", "export"]
OUT_OF_MEMORY: dict[Task, str] = {
    "show": mark("There is not enough memory for this; close other programs, or make the input or the layer smaller."),
    "open": mark("There is not enough memory to open this; close other programs, or choose a smaller file."),
    "save": mark("There is not enough memory to save this; close other programs, and save it again."),
    "export": mark("There is not enough memory to export this; close other programs, or choose a smaller size."),
}


def physical_memory() -> int | None:
    """Return the machine's memory in bytes, or None where the system does not tell."""
    try:
        pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return pages * page if pages > 0 and page > 0 else None


def headroom() -> int | None:
    """Return the bytes that may still be allocated where the address space has a limit; None where it has none.

    Some are kept back: a window that cannot paint ends the program, whatever is computed beside it.
    """
    if sys.platform != "linux":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return None
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return max(limit - pages * resource.getpagesize() - RESERVE, 0)


def room_for_thread() -> bool:
    """Whether a thread may be started: without memory it dies as it begins, and who started it waits for ever."""
    left = headroom()
    return left is None or left >= THREAD


@dataclass
class _Allowed:
    """What one result may take in this process; None for a share of the machine's memory."""

    bytes: int | None = None


_allowed = _Allowed()


def allow(budget: int | None) -> None:
    """Let one result take so many bytes from now on, where the caller sets no budget; None is as at first."""
    _allowed.bytes = budget


def default_budget() -> int:
    """Return the bytes that a result may take if the caller sets no budget."""
    memory = physical_memory()
    allowed = FALLBACK if memory is None else int(memory * SHARE)
    if _allowed.bytes is not None:
        allowed = _allowed.bytes
    left = headroom()
    return allowed if left is None else min(allowed, max(left, SMALL))


def out_of_memory(task: Task = "show") -> str:
    """Say in one sentence that memory ran out, and what to do."""
    return tr(OUT_OF_MEMORY[task])


def ran_out(error: BaseException | None) -> bool:
    """Whether an error says that memory ran out: also where a library is wanted that no addresses are left for."""
    if isinstance(error, ImportError):
        return any(words in str(error) for words in NO_ROOM)
    return isinstance(error, MemoryError)


def in_words(error: BaseException, task: Task = "show") -> str:
    """Return what a user reads of an error: its own sentence, or what to do where memory ran out in a task."""
    if ran_out(error):
        return out_of_memory(task)
    return str(error) or type(error).__name__


def check_budget(shape: tuple[int, ...], item: int, budget: int | None) -> None:
    """Refuse a result that needs more memory than is allowed.

    Parameters
    ----------
    shape : tuple of int
        The shape of all that is to be allocated.
    item : int
        Bytes of one number.
    budget : int or None
        Bytes that are allowed; None stands for a share of the machine's memory.

    Raises
    ------
    SpecError
        Saying how much is needed and how much is allowed.
    """
    if budget is not None and budget < 0:
        raise SpecError("budget", tr("is {budget}; a number of bytes from 0 up is needed.", budget=budget), 0)
    allowed = default_budget() if budget is None else budget
    # An address space has its end too, on a machine of any size.
    allowed = min(allowed, int(np.iinfo(np.intp).max))
    needed = prod(shape) * item
    if needed > allowed:
        raise SpecError(
            "budget",
            tr(
                "the result {shape} needs {needed}, and {allowed} are allowed.",
                shape=shape,
                needed=readable(needed),
                allowed=readable(allowed),
            ),
        )


def readable(count: int) -> str:
    """Write a number of bytes in the largest unit that leaves at least 1."""
    value, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB", "TB", "PB", "EB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return tr("{n} bytes", n=f"{value:.0f}") if unit == "bytes" else f"{value:.1f} {unit}"

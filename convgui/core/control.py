"""How long work is cancelled and watched: the two callbacks, and the error that a cancelled call raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

CancelCheck: TypeAlias = Callable[[], bool]
Progress: TypeAlias = Callable[[float], None]


class Cancelled(Exception):  # noqa: N818 - it reports an intention, not a fault
    """The caller's `cancel` returned True; the result is incomplete and was dropped."""


def stop_if(cancel: CancelCheck | None) -> None:
    """Raise `Cancelled` if `cancel` returns True."""
    if cancel is not None and cancel():
        raise Cancelled


class Control:
    """Polls `cancel` and reports `progress`, both in the thread that called, between two tiles.

    Parameters
    ----------
    cancel : callable, optional
        Returns True once the work should stop.
    progress : callable, optional
        Receives the part that is done, 0 to 1, never falling.
    total : int
        How many units of work there are.
    """

    def __init__(self, cancel: CancelCheck | None, progress: Progress | None, total: int) -> None:
        self._cancel = cancel
        self._progress = progress
        self._total = max(total, 1)
        self._told = -1.0

    def check(self, done: int) -> None:
        """Report that `done` units are finished and stop if that is wanted.

        Raises
        ------
        Cancelled
            If `cancel` returned True.
        """
        stop_if(self._cancel)
        part = min(done / self._total, 1.0)
        if self._progress is not None and part > self._told:
            self._told = part
            self._progress(part)

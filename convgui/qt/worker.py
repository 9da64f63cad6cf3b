"""Work in the background of which only the newest matters."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, get_native_id
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from convgui.core.memory import ran_out, room_for_thread

BEHIND = 10
"""How far work in the background stands behind the window, on Linux's scale from -20 to 19."""
Work: TypeAlias = Callable[[Callable[[], bool]], Any]


@dataclass(frozen=True)
class Answer:
    """What came of one piece of work: a result, or the error it ended with."""

    generation: int
    result: Any = None
    error: Exception | None = None


def _step_back() -> None:
    """Let the window go first wherever both want a processor; threads of this one's inherit that."""
    if sys.platform == "linux":
        thread = get_native_id()
        # A sandbox may forbid what is only for comfort; a thread that fails to begin would take all work with it.
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, thread, max(BEHIND, os.getpriority(os.PRIO_PROCESS, thread)))


def _let_go(error: BaseException) -> None:
    """Free the arrays of the work that failed: an error remembers where it was raised, with all that was there."""
    seen: BaseException | None = error
    while seen is not None:
        traceback.clear_frames(seen.__traceback__)
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):
        gc.collect()


def _begin(pool: ThreadPoolExecutor) -> None:
    """Start a pool's thread now. With little memory left it may die as it begins, and who waits for it waits for ever.

    Raises
    ------
    MemoryError
        If it cannot be started.
    """
    if not room_for_thread():
        raise MemoryError
    try:
        pool.submit(lambda: None)
    except RuntimeError as error:
        raise MemoryError from error


class LatestOnlyWorker(QObject):
    """Runs one piece of work at a time, and of those that wait only the newest.

    `answered` is emitted in the thread of this object, once for each piece of work that ran to its end or failed.
    Work that was abandoned before it began is never heard of again. Work steps back behind the window unless it is
    `urgent`: what keeps the user's work does not wait for a machine that is busy with something else.
    """

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None, *, urgent: bool = False) -> None:
        super().__init__(parent)
        first = (lambda: None) if urgent else _step_back
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="convgui", initializer=first)
        _begin(self._pool)
        self._waiting: Future[None] | None = None
        self._stop = Event()
        self._closed = False
        self.generation = 0

    def submit(self, work: Work, *, abandon: bool = False, behind: bool = False) -> int:
        """Queue `work`, replacing what has not begun; `abandon` also cancels what is running.

        With `behind`, nothing is replaced: what waits comes first. After `close` nothing begins: what is still on its
        way to a window that has just closed may ask for work.

        Parameters
        ----------
        work : callable
            Called in the background with a function that returns True once the work should stop.

        Returns
        -------
        int
            The generation that the answer will carry.
        """
        self.generation += 1
        if self._closed:
            return self.generation
        if self._waiting is not None and not behind:
            self._waiting.cancel()
        if abandon:
            self._stop.set()
            self._stop = Event()
        self._waiting = self._pool.submit(self._run, work, self.generation, self._stop)
        return self.generation

    def abandon(self) -> None:
        """Cancel everything; answers that still arrive belong to older generations."""
        self.generation += 1
        if self._waiting is not None:
            self._waiting.cancel()
        self._stop.set()
        self._stop = Event()

    def close(self) -> None:
        """Cancel everything and wait for the thread to end."""
        self.abandon()
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, work: Work, generation: int, stop: Event) -> None:
        try:
            answer = Answer(generation, result=work(stop.is_set))
        except Exception as error:  # whatever it was, the window has to hear of it
            answer = Answer(generation, error=MemoryError() if ran_out(error) else error)
            _let_go(error)
        self.answered.emit(answer)

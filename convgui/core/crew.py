"""Threads that live for one call and share a list of tiles; cancelling, progress."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import numpy as np

from convgui.core.control import Control
from convgui.core.memory import room_for_thread
from convgui.core.processors import spread

Tile = TypeVar("Tile")


class _Failures:
    """What went wrong in a thread, to be raised where the call was made."""

    def __init__(self) -> None:
        self.first: BaseException | None = None
        self.stop = threading.Event()

    def add(self, error: BaseException) -> None:
        if self.first is None:
            self.first = error
        self.stop.set()


class Crew(Generic[Tile]):
    """Threads that share tiles; the calling thread is one of them, and alone polls and reports.

    Parameters
    ----------
    tiles : iterable
    worker : callable
        Called once in each thread; makes the function that does a tile and returns how many units of work that was.
    control : Control
    """

    def __init__(self, tiles: Iterable[Tile], worker: Callable[[], Callable[[Tile], int]], control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._tiles = iter(tiles)
        self._worker = worker
        self._done = 0
        self._failures = _Failures()

    def _next(self) -> Tile | None:
        with self._lock:
            return None if self._failures.stop.is_set() else next(self._tiles, None)

    def work(self, leader: bool) -> None:
        """Do tiles until none is left."""
        do = self._worker()
        with np.errstate(all="ignore"):
            while True:
                if leader:
                    self._control.check(self._done)
                tile = self._next()
                if tile is None:
                    return
                units = do(tile)
                with self._lock:
                    self._done += units

    def follow(self) -> None:
        """Work in a thread of its own; errors are kept for the caller."""
        try:
            self.work(leader=False)
        except BaseException as error:
            self._failures.add(error)

    def run(self, threads: int) -> None:
        """Do all tiles with so many threads.

        Raises
        ------
        Cancelled
        """
        others = []
        for i in range(1, threads):
            if not room_for_thread():
                break
            others.append(threading.Thread(target=self.follow, name=f"convolve-{i}"))
            others[-1].start()
        spread([thread.native_id for thread in others if thread.native_id is not None])
        try:
            self.work(leader=True)
        except BaseException as error:
            self._failures.add(error)
            raise
        finally:
            for thread in others:
                thread.join()
        if self._failures.first is not None:
            raise self._failures.first
        self._control.check(self._done)

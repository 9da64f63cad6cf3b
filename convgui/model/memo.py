"""One memo: what an edit leaves as it was is not computed again.

Whoever needs something that takes long asks for it as a *piece*, with a key: everything that the piece depends on.
An edit makes other keys, and only what has another key is computed. So nobody has to decide whether something that was
computed before "is still the same"; the one way to be wrong is a key that leaves something out.

* **Keys** are tuples that begin with a name. Arrays, samples and layers in them are compared by identity: they are
  never written to, and a key keeps them alive, so that none takes another's place. Numbers, texts, specs and bytes are
  compared by value; weights come as their bytes, since an edit makes another array, and may make the same numbers.
* **Preparations** bound the memory: when one ends, the pieces that it has not asked for are dropped. When one is
  cancelled or fails, its finished pieces and those of the last one that ended stay, and nothing else does; what was
  being computed leaves nothing.
* **Near** pieces differ in the end of their key, such as the weights: by linearity one follows from the other.
* A worker and the window may ask at the same time. Nothing is locked while something is computed; a preparation that
  ends behind a later one drops nothing that the later one has asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import numpy as np

from convgui.layers.layer import Cancel, Progress

Value = TypeVar("Value")
Key: TypeAlias = tuple[Any, ...]
"""A name, and what a piece with that name depends on: arrays, tuples, and whatever can be hashed."""


class _Same:
    """An array, compared by identity."""

    def __init__(self, array: object) -> None:
        self._array = array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._array is other._array

    def __hash__(self) -> int:
        return id(self._array)


def _hashable(key: Key) -> Key:
    parts = (_Same(part) if isinstance(part, np.ndarray) else part for part in key)
    return tuple(_hashable(part) if isinstance(part, tuple) else part for part in parts)


def same_key(one: Key, other: Key) -> bool:
    """Whether two keys are of the same piece: their arrays are the same ones, all else is equal."""
    return _hashable(one) == _hashable(other)


class Memo:
    """Pieces by their keys, each with the last preparation that asked for it."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[Any, int]] = {}
        self._lock = Lock()
        self._begun = self._ended = 0
        self._running = set[int]()

    @contextmanager
    def preparation(self) -> Iterator[Pieces]:
        """Begin to ask for all that is needed now; at the end, what was not asked for is dropped."""
        with self._lock:
            self._begun += 1
            number = self._begun
            self._running.add(number)
        ended = False
        try:
            yield Pieces(self, number)
            ended = True
        finally:
            with self._lock:
                if ended:
                    self._ended = max(self._ended, number)
                wanted = {self._ended, *self._running}
                self._running.discard(number)
                self._kept = {key: piece for key, piece in self._kept.items() if piece[1] in wanted}

    @property
    def latest(self) -> Pieces:
        """The pieces of the last preparation that ended; what is added to them is kept as long as they are."""
        return Pieces(self, self._ended)

    def drop(self, but: str = "") -> None:
        """Drop all pieces, or all that have another name."""
        with self._lock:
            self._kept = {k: v for k, v in self._kept.items() if k[0] == but}

    def __len__(self) -> int:
        return len(self._kept)

    def _find(self, key: Key, number: int) -> Any:
        """Return the piece with a key, which counts as asked for, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            value, before = self._kept.pop(key)
            self._kept[key] = (value, max(before, number))
            return value

    def _near(self, key: Key) -> Key:
        """Return the key that was asked for last of those that begin like this, or this."""
        with self._lock:
            return next((other for other in reversed(self._kept) if other[: len(key)] == key), key)

    def _put(self, key: Key, value: Any, number: int) -> None:
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (value, number)


@dataclass(frozen=True)
class Pieces:
    """What one preparation asks a memo for."""

    memo: Memo
    number: int

    def piece(self, key: Key, compute: Callable[[], Value]) -> Value:
        """Return the piece with a key; it is computed where it is not there."""
        known: Value | None = self.get(key)
        if known is None:
            known = compute()
            self.put(key, known)
        return known

    def get(self, key: Key) -> Any:
        """Return the piece with a key, or None."""
        return self.memo._find(_hashable(key), self.number)

    def near(self, key: Key, *, keep: bool = False) -> Any:
        """Return the piece that was asked for last of those whose keys begin like this, or None.

        Something follows from it, and it is not asked for itself unless it is to be kept.
        """
        return self.memo._find(self.memo._near(_hashable(key)), self.number if keep else 0)

    def put(self, key: Key, value: object) -> None:
        """Keep a piece, in place of one with the same key."""
        self.memo._put(_hashable(key), value, self.number)


def no_pieces() -> Pieces:
    """Return the pieces of a new memo: nothing is known, and what is computed is forgotten with it."""
    return Memo().latest


@dataclass(frozen=True)
class Work:
    """How something is computed: with which pieces, until when, and who hears how far it has come.

    Called, it says whether to stop: whatever takes a `cancel` takes it.
    """

    pieces: Pieces = field(default_factory=no_pieces)
    cancel: Cancel | None = None
    progress: Progress | None = None

    def __call__(self) -> bool:
        """Whether to stop."""
        return self.cancel is not None and self.cancel()

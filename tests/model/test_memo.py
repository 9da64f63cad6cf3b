"""A memo keeps what is asked for again, and nothing else."""

from __future__ import annotations

import gc
import weakref
from threading import Barrier, Thread

import numpy as np
import pytest

from convgui.core import Cancelled
from convgui.model.memo import Key, Memo, Pieces, Work


def kept(memo: Memo) -> set[object]:
    """Return the names of what is there."""
    return {key[0] for key in memo._kept}


def ask(pieces: Pieces, *keys: Key) -> list[object]:
    """Ask for pieces, each computed as an object of its own."""
    return [pieces.piece(key, object) for key in keys]


def test_a_piece_is_computed_once_for_a_key() -> None:
    memo = Memo()
    with memo.preparation() as pieces:
        first, other = ask(pieces, ("a", 1), ("a", 2))
    assert first is not other
    with memo.preparation() as pieces:
        assert ask(pieces, ("a", 1), ("a", 2)) == [first, other]
        assert ask(pieces, ("b", 1)) != [first]


def test_arrays_are_compared_by_identity_wherever_they_stand() -> None:
    memo, array = Memo(), np.zeros(3)
    pieces = memo.latest
    (first,) = ask(pieces, ("a", array, ("nested", array)))
    assert ask(pieces, ("a", array, ("nested", array))) == [first]
    assert ask(pieces, ("a", array.copy(), ("nested", array))) != [first]
    assert ask(pieces, ("a", array, ("nested", array.copy()))) != [first]
    assert ask(pieces, ("a", array[:], ("nested", array))) != [first], "another view of it"


def test_a_key_keeps_its_arrays_alive_so_that_no_other_takes_their_place() -> None:
    memo, array = Memo(), np.zeros(3)
    ask(memo.latest, ("a", array))
    alive = weakref.ref(array)
    del array
    gc.collect()
    assert alive() is not None
    memo.drop()
    gc.collect()
    assert alive() is None


def test_what_a_preparation_does_not_ask_for_is_dropped_at_its_end() -> None:
    memo = Memo()
    with memo.preparation() as pieces:
        ask(pieces, ("a",), ("b",))
    with memo.preparation() as pieces:
        ask(pieces, ("b",), ("c",))
        assert kept(memo) == {"a", "b", "c"}
    assert kept(memo) == {"b", "c"}
    ask(memo.latest, ("d",))
    assert kept(memo) == {"b", "c", "d"}, "added to it"
    with memo.preparation():
        pass
    assert not len(memo)


def test_a_cancelled_computation_leaves_nothing_and_what_was_there_stays() -> None:
    memo = Memo()
    with memo.preparation() as pieces:
        ask(pieces, ("a",))

    def stopped() -> object:
        raise Cancelled

    def prepare(turn: int) -> None:
        with memo.preparation() as pieces:
            ask(pieces, ("finished", turn))
            pieces.piece(("a", "half"), stopped)

    for turn in range(5):
        with pytest.raises(Cancelled):
            prepare(turn)
        assert [key for key in memo._kept if key[0] == "finished"] == [("finished", turn)], "not those of all of them"
    assert kept(memo) == {"a", "finished"}
    assert memo.latest.get(("a", "half")) is None


def test_a_preparation_that_ends_behind_a_later_one_drops_nothing_of_it() -> None:
    memo = Memo()
    with memo.preparation() as early:
        ask(early, ("early",))
        with memo.preparation() as late:
            ask(late, ("late",), ("both",))
        ask(early, ("both",))
    assert {"late", "both"} <= kept(memo)
    assert memo.latest == late
    with memo.preparation() as pieces:
        ask(pieces, ("late",))
    assert kept(memo) == {"late"}


def test_near_is_what_was_asked_for_last_of_those_that_begin_alike() -> None:
    memo = Memo()
    with memo.preparation() as pieces:
        first, _, third = ask(pieces, ("a", 1, "x"), ("a", 2, "x"), ("a", 1, "y"))
        assert pieces.near(("a", 1)) is third
        pieces.get(("a", 1, "x"))
        assert pieces.near(("a", 1)) is first
        assert pieces.near(("b",)) is None
        assert pieces.near(("a", 1, "x", "longer")) is None
    with memo.preparation() as pieces:
        assert pieces.near(("a", 2)) is not None
        assert pieces.near(("a", 1), keep=True) is first
    assert list(memo._kept) == [("a", 1, "x")], "what something else followed from is not kept for that"


def test_two_threads_ask_at_the_same_time() -> None:
    memo, meet, found = Memo(), Barrier(2), list[object]()

    def work(name: str) -> None:
        for turn in range(200):
            with memo.preparation() as pieces:
                meet.wait(30)
                found.append(pieces.piece(("shared", turn), object) is not None)
                ask(pieces, (name, turn))
                assert pieces.get((name, turn)) is not None

    threads = [Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 400
    assert len(memo) <= 6


def test_work_is_asked_whether_to_stop() -> None:
    assert not Work()()
    assert Work(cancel=lambda: True)()
    assert Work().pieces.memo is not Work().pieces.memo, "nothing is remembered that nobody holds"

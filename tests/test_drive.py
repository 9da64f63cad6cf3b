"""A random user, for a few seeds; ``python -m tests.drive`` goes on."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path

import pytest

from tests.drive import world
from tests.drive.actions import Action, draw
from tests.drive.running import Setting, run, shrink
from tests.drive.world import FindingError, World, new_world

pytestmark = pytest.mark.fault


@pytest.mark.parametrize(
    ("seed", "setting"),
    [(11, Setting("light", (1280, 800))), (12, Setting("dark", (820, 600))), (13, Setting("dark", (1500, 950)))],
)
def test_whatever_is_done_the_window_shows_what_is_there(seed: int, setting: Setting) -> None:
    found = run(draw(seed, 100), setting)
    assert found is None, f"seed {seed}, after {found.after} actions: {found.words}"


def test_shrinking_keeps_what_is_needed() -> None:
    actions: list[Action] = [("wait", number) for number in range(40)]

    def fails(fewer: object) -> bool:
        assert isinstance(fewer, tuple)
        return {("wait", 7), ("wait", 31)} <= set(fewer)

    assert shrink(actions, fails, 60) == (("wait", 7), ("wait", 31))


class Clock:
    """Time that passes by itself: of the clock and of the processor, so much at each look."""

    def __init__(self, passes: float, works: float) -> None:
        self._passes, self._works = count(0.0, passes), count(0.0, works)

    def monotonic(self) -> float:
        return next(self._passes)

    def process_time(self) -> float:
        return next(self._works)

    def thread_time(self) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("passes", "works", "found"),
    [(2, 0.1, False), (2, 4, True), (2, 1, False), (0.5, 4, False), (10, 0, True)],
)
def test_a_machine_with_much_else_to_do_is_no_finding(
    passes: float, works: float, found: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object
) -> None:
    with new_world(tmp_path) as there:
        monkeypatch.setattr(world, "time", Clock(passes, works))
        answers = iter([False] * 45)
        if found:
            with pytest.raises(FindingError, match=r"(?s)thread .*test_drive.*waited in vain for an answer$"):
                there.until(lambda: next(answers, True), "an answer")
        else:
            there.until(lambda: next(answers, True), "an answer")


@pytest.mark.parametrize("ends", [True, False])
def test_what_takes_minutes_is_stopped_and_has_to_end_then(
    ends: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object
) -> None:
    with new_world(tmp_path) as there:
        monkeypatch.setattr(world, "time", Clock(2, 4))
        stopped = list[bool]()
        if ends:
            assert there.until(lambda: bool(stopped), "a picture", lambda: stopped.append(True))
        else:
            with pytest.raises(FindingError, match="waited in vain for a picture"):
                there.until(lambda: False, "a picture", lambda: stopped.append(True))
        assert stopped == [True]


def _work(there: World, words: str) -> None:
    with there.moving(words):
        end = time.thread_time() + 0.03
        while time.thread_time() < end:
            pass


def test_a_window_that_stands_still_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object) -> None:
    with new_world(tmp_path) as there:
        monkeypatch.setattr(world, "STILL", 0.02)
        with pytest.raises(FindingError, match=r"the window stood still for 0 s with a long sum$"):
            _work(there, "a long sum")
        with there.moving("a long wait"):
            looks = iter([False] * 20)
            there.until(lambda: next(looks, True), "a long wait")

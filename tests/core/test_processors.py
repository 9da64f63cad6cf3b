"""Threads that were just started are sent to processors of their own, and stay free to move."""

import os
import sys
import threading

import pytest

from convgui.core.processors import processors, spread

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told where threads run")


def test_there_is_one_at_least() -> None:
    assert 1 <= processors() <= 4


@LINUX
def test_a_thread_is_sent_away_and_left_free(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.sched_getaffinity(0)
    told: list[set[int]] = []
    monkeypatch.setattr(os, "sched_setaffinity", lambda thread, cpus: told.append(set(cpus)))
    spread([threading.get_native_id()])
    if len(allowed) == 1:
        assert not told
    else:
        (away, free) = told
        assert len(away) == 1
        assert away < allowed
        assert free == allowed


@LINUX
def test_a_thread_that_has_ended_is_no_matter() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    assert thread.native_id is not None
    before = os.sched_getaffinity(0)
    spread([thread.native_id])
    assert os.sched_getaffinity(0) == before

"""Background work: the newest counts, and nothing outlives its owner."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from threading import Event, Thread, get_native_id

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convgui.qt.app import TURN
from convgui.qt.worker import BEHIND, Answer, LatestOnlyWorker


def test_answers_arrive_in_the_window_thread(qtbot: QtBot, qapp: QApplication) -> None:
    latest = LatestOnlyWorker()
    with qtbot.waitSignal(latest.answered) as caught:
        generation = latest.submit(lambda stop: 6 * 7)
    answer: Answer = caught.args[0]
    assert (answer.generation, answer.result, answer.error) == (generation, 42, None)
    latest.close()


def test_an_error_is_an_answer(qtbot: QtBot) -> None:
    latest = LatestOnlyWorker()
    with qtbot.waitSignal(latest.answered) as caught:
        latest.submit(lambda stop: 1 // 0)
    assert isinstance(caught.args[0].error, ZeroDivisionError)
    latest.close()


def test_of_those_that_wait_only_the_newest_runs(qtbot: QtBot) -> None:
    latest, go, ran = LatestOnlyWorker(), Event(), list[int]()

    def work(number: int) -> Callable[[Callable[[], bool]], int]:
        def run(_: Callable[[], bool]) -> int:
            go.wait(5)
            ran.append(number)
            return number

        return run

    results: list[int] = []
    latest.answered.connect(lambda answer: results.append(answer.result))
    for number in range(5):
        latest.submit(work(number))
    go.set()
    qtbot.waitUntil(lambda: bool(results) and results[-1] == 4)
    assert set(ran) <= {0, 4}
    latest.close()


def test_closing_stops_what_runs(qtbot: QtBot) -> None:
    latest, started = LatestOnlyWorker(), Event()

    def endless(stop: Callable[[], bool]) -> str:
        started.set()
        while not stop():
            pass
        return "stopped"

    latest.submit(endless)
    assert started.wait(5)
    latest.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ranks the threads of one process")
def test_after_closing_nothing_begins(qtbot: QtBot) -> None:
    latest, begun = LatestOnlyWorker(), list[bool]()
    latest.close()
    for behind in (False, True):
        latest.submit(lambda _: begun.append(True), behind=behind)
    latest.close()
    assert not begun


def test_work_stands_behind_the_window(qtbot: QtBot) -> None:
    latest, here = LatestOnlyWorker(), os.getpriority(os.PRIO_PROCESS, get_native_id())
    with qtbot.waitSignal(latest.answered) as caught:
        latest.submit(lambda stop: os.getpriority(os.PRIO_PROCESS, get_native_id()))
    assert caught.args[0].result == max(here, BEHIND)
    assert os.getpriority(os.PRIO_PROCESS, get_native_id()) == here
    latest.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ranks the threads of one process")
def test_work_is_done_where_ranks_are_forbidden(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", forbidden)
    latest = LatestOnlyWorker()
    with qtbot.waitSignal(latest.answered) as caught:
        latest.submit(lambda stop: 7)
    assert caught.args[0].result == 7
    latest.close()


def test_threads_take_short_turns(qapp: QApplication) -> None:
    assert sys.getswitchinterval() == pytest.approx(TURN)


@pytest.mark.fault
def test_its_thread_stands_ready_before_memory_runs_out(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that is started without memory dies as it begins, and the window would wait for it for ever."""
    latest = LatestOnlyWorker()
    monkeypatch.setattr(Thread, "start", no_thread)
    with qtbot.waitSignal(latest.answered) as caught:
        latest.submit(lambda stop: "done")
    assert caught.args[0].result == "done"
    latest.close()


@pytest.mark.fault
@pytest.mark.parametrize("way", ["no room", "no thread"])
def test_without_memory_for_a_thread_there_is_no_worker(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "no room":
        monkeypatch.setattr("convgui.core.memory.headroom", lambda: 1 << 20)
    else:
        monkeypatch.setattr(Thread, "start", no_thread)
    with pytest.raises(MemoryError):
        LatestOnlyWorker()


def no_thread(_: Thread) -> None:
    raise RuntimeError("can't start new thread")

"""Playing: what goes to the device, what is said where there is none, the cursor, and that it stops."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.qt.app import Windows
from convgui.qt.sound.device import NoSoundError, SystemDevice
from convgui.qt.sound.hearing import Hearing, playable
from convgui.qt.window import MainWindow
from tests.documents import document, random_document


@dataclass
class Silent:
    """A device that keeps what it is to play."""

    fault: str = ""
    played: list[tuple[NDArray[np.float32], int]] = field(default_factory=list)
    stops: int = 0

    def play(self, sound: NDArray[np.float32], rate: int) -> None:
        if self.fault:
            raise NoSoundError(self.fault)
        self.played.append((sound, rate))

    def stop(self) -> None:
        self.stops += 1


def ramp(rate: int = 8000, length: int = 16_000) -> Document:
    values = (np.arange(length) % 800 * 40).astype(np.int16)[None]
    made = document(np.zeros((1, 9)), [[[0, 0.5, 0]]], view=View(scene="waveform"), padding=1)
    return replace(made, sample=Sample(values, "ramp.wav", spacing=(1 / rate,), units=("s",)))


def window_of(qtbot: QtBot, windows: Windows, made: Document, device: Silent) -> tuple[MainWindow, Hearing]:
    window = windows.show()
    window.session.replace(made, "test")
    hearing = window.hearing
    hearing._device = device
    qtbot.waitUntil(lambda: window.presenter.layout_now is not None)
    return window, hearing


def test_the_output_is_played_from_the_step_on_and_stopped_by_the_same_command(qtbot: QtBot, windows: Windows) -> None:
    device = Silent()
    window, hearing = window_of(qtbot, windows, ramp(), device)
    window.presenter.jump(200)
    window.commands.actions["hear-output"].trigger()
    qtbot.waitUntil(lambda: hearing.playing)
    sound, rate = device.played[0]
    assert rate == 8000
    assert np.allclose(sound[:, 0], np.arange(200, 16_000) % 800 * 20 / 32768)
    window.commands.actions["hear-output"].trigger()
    assert not hearing.playing
    assert device.stops == 1


def test_the_cursor_follows_and_ends_with_the_sound(qtbot: QtBot, windows: Windows) -> None:
    device = Silent()
    window, hearing = window_of(qtbot, windows, ramp(), device)
    places: list[tuple[str, float]] = []
    hearing.cursor.connect(lambda side, place: places.append((side, place)))
    window.commands.actions["hear-input"].trigger()
    qtbot.waitUntil(lambda: any(side == "input" for side, _ in places))
    assert window.stage._cursor
    qtbot.waitUntil(lambda: not hearing.playing)
    heard = [place for side, place in places if side]
    assert heard == sorted(heard)
    assert max(heard) <= 16_000
    assert not window.stage._cursor


def test_what_clips_and_what_has_no_rate_is_said(qtbot: QtBot, windows: Windows) -> None:
    device = Silent()
    loud = ramp()
    loud = replace(loud, layers=(loud.layer.with_weight((0, 0, 1), 4.0),))
    window, hearing = window_of(qtbot, windows, loud, device)
    window.commands.actions["hear-output"].trigger()
    qtbot.waitUntil(lambda: hearing.playing)
    assert "quieter" in window.banner.words.text()
    assert np.abs(device.played[0][0]).max() < 1


@pytest.mark.parametrize("fault", ["No sound device plays this (none); connect one."])
def test_without_a_device_one_sentence_is_said(qtbot: QtBot, windows: Windows, fault: str) -> None:
    window, hearing = window_of(qtbot, windows, ramp(), Silent(fault))
    window.commands.actions["hear-input"].trigger()
    qtbot.waitUntil(lambda: fault in window.banner.words.text())
    assert not hearing.playing
    assert hearing.side is None


def test_what_has_two_axes_is_not_heard(qtbot: QtBot, windows: Windows) -> None:
    device = Silent()
    window, _ = window_of(qtbot, windows, random_document(1, 1, (6, 6), (3, 3)), device)
    window.commands.actions["hear-input"].trigger()
    assert "one axis" in window.banner.words.text()
    assert not device.played


def test_another_input_stops_what_is_heard(qtbot: QtBot, windows: Windows) -> None:
    device = Silent()
    window, hearing = window_of(qtbot, windows, ramp(length=80_000), device)
    window.commands.actions["hear-input"].trigger()
    qtbot.waitUntil(lambda: hearing.playing)
    window.session.replace(ramp(length=90), "other")
    assert not hearing.playing


def test_without_the_module_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NoSoundError, match=r"convgui\[sound\]"):
        SystemDevice().play(np.zeros((4, 1), np.float32), 8000)


def test_rates_that_no_device_plays_are_changed_and_said() -> None:
    assert playable(48_000) == (48_000, "")
    rate, said = playable(250)
    assert rate == 4000
    assert "16 times as fast" in said

"""The sounds that ship are those that their script makes, say that they are synthesised, and hold what they should."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from convgui.files.samples import load_sample, samples

SCRIPT = Path(__file__).parents[2] / "packaging" / "sounds.py"
NAMES = ("chord", "drums", "sweep", "vowels")


@pytest.fixture(scope="module")
def sounds() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sounds", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_each_sound_comes_out_as_it_ships(name: str, sounds: Any) -> None:
    shipped = load_sample(name)
    assert (shipped.units, shipped.spacing) == (("s",), (1 / 16_000,))
    # Sines and exponentials differ in their last bit from one processor to another.
    made = sounds.whole(sounds.SOUNDS[name]()).astype(int)
    assert np.abs(made - shipped.data[0].astype(int)).max() <= 1
    assert 0.79 < np.abs(shipped.data.astype(float)).max() / 32768 < 0.81


def test_the_heartbeats_come_out_as_they_ship(sounds: Any) -> None:
    shipped = load_sample("ecg")
    assert (shipped.channels, shipped.units, shipped.spacing) == (("ECG [mV]",), ("s",), (1 / 250,))
    assert np.abs(shipped.data[0] - sounds.ecg()).max() < 0.0016
    beats = np.flatnonzero(np.diff((shipped.data[0] > 0.6).astype(int)) > 0)
    assert 60 < 60 * 250 / float(np.diff(beats).mean()) < 80


def test_they_say_that_they_are_synthetic_and_are_small() -> None:
    found = {info.id: info for info in samples()}
    for name in (*NAMES, "ecg"):
        assert "synthe" in found[name].title
        assert "packaging/sounds.py" in found[name].credit
    assert sum(found[name].path.stat().st_size for name in (*NAMES, "ecg")) < 420_000


def test_the_chord_has_its_tones(sounds: Any) -> None:
    part = load_sample("chord").data[0, 20_000:36_000].astype(float)
    strength = np.abs(np.fft.rfft(part * np.hanning(16_000)))
    strongest = {int(n) for n in np.argsort(strength)[-9:]}
    assert {round(tone) for tone in sounds.TONES} <= strongest


@pytest.mark.parametrize("number", range(5))
def test_vowels_have_their_formants(number: int, sounds: Any) -> None:
    first = round((number * 0.6 + 0.1) * 16_000)
    part = load_sample("vowels").data[0, first : first + 5_600].astype(float)
    strength = np.abs(np.fft.rfft(part * np.hanning(part.size))) ** 2
    frequency = np.fft.rfftfreq(part.size, 1 / 16_000)

    def near(centre: float, width: float) -> float:
        return float(strength[np.abs(frequency - centre) < width].sum())

    one, two, three = sounds.VOWELS[number]
    # Stronger than half-way to the next resonance.
    assert near(one, 130) > 3 * near((one + two) / 2, 130) or two - one < 400
    assert near(two, 130) > 1.5 * near((two + three) / 2, 130)

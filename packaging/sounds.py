"""Make the sounds and measurements that ship in resources/samples, all of them synthesised: nobody's recordings.

    python3 packaging/sounds.py

chord.wav    three tones with their harmonics, one after the other and then together
drums.wav    two bars of kick, snare and hat
sweep.wav    a tone that rises from 200 to 7,800 Hz
vowels.wav   five vowels by formant synthesis: pulses of a voice through resonances where a mouth has them (formants of
             men's vowels after Peterson and Barney 1952)
ecg.csv      heartbeats as sums of bells (P, Q, R, S, T), as McSharry and others 2003 have them; no patient's

Seeds are fixed, so that the same numbers come out each time.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "samples"
RATE, ECG_RATE = 16_000, 250
LOUD = 0.8
"""Of the largest number that 16 bits hold."""
TONES = (261.626, 329.628, 391.995)
"""C, E and G in Hz."""
VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))
"""Formants in Hz of a, e, i, o and u."""
WIDTHS = (80.0, 100.0, 140.0)
"""Of the formants, in Hz."""
BEAT = ((-0.2, 0.12, 0.025), (-0.026, -0.11, 0.01), (0.0, 1.05, 0.011), (0.028, -0.24, 0.012), (0.26, 0.31, 0.055))
"""P, Q, R, S and T: seconds from R, millivolts, width in seconds."""

Floats = NDArray[np.float64]


def _times(seconds: float, rate: int = RATE) -> Floats:
    return np.arange(round(seconds * rate)) / rate


def chord() -> Floats:
    """Return three tones that begin one after the other and fade together."""
    t = _times(3.0)
    out = np.zeros_like(t)
    for number, tone in enumerate(TONES):
        since = t - 0.5 * number
        rising = np.clip(since / 0.02, 0, 1) * np.exp(-np.maximum(since, 0) / 1.4)
        harmonics = (np.sin(2 * np.pi * tone * n * since) * np.exp(-0.25 * n * np.maximum(since, 0)) / n**1.3
                     for n in range(1, 9))  # fmt: skip
        out += rising * sum(harmonics)
    return out * np.clip((3.0 - t) / 0.1, 0, 1)


def drums() -> Floats:
    """Return two bars at 150 beats a minute."""
    rng = np.random.default_rng(21)
    beat = 0.4
    out = np.zeros(round(8 * beat * RATE))
    for number in range(16):
        _strike(out, number * beat / 2, _hat(rng, open_=number % 8 == 7), 0.35)
    for place in (0, 2, 2.5, 4, 6, 6.5, 7.5):
        _strike(out, place * beat, _kick(), 1.0)
    for number in (1, 3, 5, 7):
        _strike(out, number * beat, _snare(rng), 0.75)
    return out


def _strike(out: Floats, at: float, sound: Floats, strength: float) -> None:
    first = round(at * RATE)
    part = out[first : first + sound.size]
    part += strength * sound[: part.size]


def _kick() -> Floats:
    """A tone that falls from 150 to 45 Hz."""
    t = _times(0.3)
    phase = 45 * t + 105 * 0.04 * (1 - np.exp(-t / 0.04))
    return np.asarray(np.sin(2 * np.pi * phase) * np.exp(-t / 0.09) * np.clip((0.3 - t) / 0.03, 0, 1))


def _snare(rng: np.random.Generator) -> Floats:
    t = _times(0.2)
    body = np.sin(2 * np.pi * 185 * t) * np.exp(-t / 0.05)
    rattle = rng.normal(0, 0.6, t.size) * np.exp(-t / 0.06)
    return np.asarray((0.5 * body + 0.6 * rattle) * np.clip((0.2 - t) / 0.03, 0, 1))


def _hat(rng: np.random.Generator, *, open_: bool) -> Floats:
    """Noise less what is slow in it."""
    t = _times(0.18 if open_ else 0.06)
    noise = rng.normal(0, 0.6, t.size + 2)
    bright = noise[2:] - 2 * noise[1:-1] + noise[:-2]
    fading = np.exp(-t / (0.07 if open_ else 0.018)) * np.clip((t[-1] - t) / 0.01, 0, 1)
    return np.asarray(0.4 * bright * fading)


def vowels() -> Floats:
    """Return a e i o u, sung on a tone that falls a little, gliding from one to the next."""
    each, glide = 0.6, 0.12
    t = _times(each * len(VOWELS))
    pitch = 125 - 20 * t / t[-1] + 2 * np.sin(2 * np.pi * 5 * t)
    phase = np.cumsum(pitch) / RATE
    pulses = np.diff(np.floor(phase), prepend=0.0) * np.sqrt(pitch / 120)
    voiced = _resonated(pulses, np.full(t.size, 0.0), np.full(t.size, 120.0))
    where = np.clip(t / each, 0, len(VOWELS) - 1e-9)
    # Each vowel is held, and glides into the next.
    place = np.floor(where) + np.clip((where % 1 - (1 - glide / each)) / (glide / each), 0, 1)
    for formant, width in enumerate(WIDTHS):
        centre = np.interp(place, np.arange(len(VOWELS)), [vowel[formant] for vowel in VOWELS])
        voiced = _resonated(voiced, centre, np.full(t.size, width))
    sound = np.diff(voiced, prepend=0.0)
    return np.asarray(sound * np.clip(t / 0.03, 0, 1) * np.clip((t[-1] - t) / 0.08, 0, 1))


def _resonated(x: Floats, centre: Floats, width: Floats) -> Floats:
    """Lead a signal through a resonance whose place moves, of strength 1 at 0 Hz."""
    radius = np.exp(-np.pi * width / RATE)
    one, two = 2 * radius * np.cos(2 * np.pi * centre / RATE), -(radius**2)
    out, before, last = np.zeros_like(x), 0.0, 0.0
    for n, (value, a, b) in enumerate(zip(x.tolist(), one.tolist(), two.tolist(), strict=True)):
        before, last = last, (1 - a - b) * value + a * last + b * before
        out[n] = last
    return out


def ecg() -> Floats:
    """Return 16 s of heartbeats in millivolts, with breath and noise."""
    rng = np.random.default_rng(4)
    t = _times(16.0, ECG_RATE)
    out = 0.06 * np.sin(2 * np.pi * 0.22 * t) + rng.normal(0, 0.012, t.size)
    at = 0.4
    while at < 17:
        for after, height, width in BEAT:
            out += height * np.exp(-((t - at - after) ** 2) / (2 * width**2))
        at += 0.84 + 0.05 * np.sin(2 * np.pi * 0.22 * at) + rng.normal(0, 0.012)
    return out


def sweep() -> Floats:
    """Return a tone that rises evenly from 200 to 7,800 Hz in two seconds."""
    t = _times(2.0)
    phase = 200 * t + (7800 - 200) * t**2 / 4
    return np.asarray(np.sin(2 * np.pi * phase) * np.clip(t / 0.01, 0, 1) * np.clip((2.0 - t) / 0.01, 0, 1))


def whole(sound: Floats) -> NDArray[np.int16]:
    """Return a sound as 16 bits hold it."""
    return np.asarray(np.rint(sound / np.abs(sound).max() * LOUD * 32767), np.int16)


SOUNDS = {"chord": chord, "drums": drums, "sweep": sweep, "vowels": vowels}


def table() -> str:
    """Return the heartbeats as text."""
    rows = (f"{n / ECG_RATE:.3f},{value:.3f}" for n, value in enumerate(ecg()))
    return "\n".join(["time [s],ECG [mV]", *rows, ""])


def main() -> None:
    """Write the files."""
    for name, make in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as target:
            target.setnchannels(1)
            target.setsampwidth(2)
            target.setframerate(RATE)
            target.writeframes(whole(make()).astype("<i2").tobytes())
    (FOLDER / "ecg.csv").write_bytes(table().encode())
    for path in (*(FOLDER / f"{name}.wav" for name in SOUNDS), FOLDER / "ecg.csv"):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

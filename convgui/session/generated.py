"""Inputs of any size and number of channels, made instead of opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.draw.number import times
from convgui.model.sample import Sample
from convgui.words import mark, tr

Floats = NDArray[np.float64]
MOST_SIDE, MOST_CHANNELS, MOST_CELLS = 8192, 1024, 1 << 24
"""Of an axis, of the channels, and of the cells of all channels together; one axis alone can have all cells."""
MOST_RATE = 1e6
"""Samples a second."""


@dataclass(frozen=True)
class Signal:
    """What shapes an input of one axis.

    Attributes
    ----------
    rate : float
        Samples a second; 0 where cells are just cells, and then frequencies are waves a cell.
    frequency, last : float
        Of a wave, and of the end of a chirp, in Hz.
    amplitude : float
        What values go up to.
    """

    rate: float = 0.0
    frequency: float = 1 / 16
    last: float = 1 / 4
    amplitude: float = 1.0


def generated(shape: tuple[int, ...], filling: str, seed: int = 0, signal: Signal | None = None) -> Sample:
    """Make an input.

    Parameters
    ----------
    shape : tuple of int
        ``(C, *spatial)`` with 1 to 3 spatial axes.
    filling : str
        One of `FILLINGS`.
    seed : int
        Of what is random: the same seed makes the same numbers.
    signal : Signal, optional
        The rate, frequency and amplitude of an input of one axis; without, cells are just cells.

    Raises
    ------
    SpecError
        If there are no cells, or too many, or a wave is to have more than one axis.
    """
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise SpecError("input", tr("of {shape} has no cells; every size is at least 1.", shape=times(*shape)))
    if prod(shape) > MOST_CELLS:
        words = tr("of {shape} has more than {most:,} cells; make it smaller.", shape=times(*shape), most=MOST_CELLS)
        raise SpecError("input", words)
    said = signal or Signal()
    if filling in WAVES:
        if len(shape) != 2:
            raise SpecError("input", tr("of a wave has one axis; choose one axis, or another filling."))
        title, wave = _WAVES[filling]
        data = np.broadcast_to(wave(np.arange(shape[-1]) / (said.rate or 1.0), said), shape).copy()
    else:
        title, fill = _FILLINGS[filling]
        data = fill(shape, seed)
        if filling in SCALED and len(shape) == 2:
            data *= said.amplitude
    name = f"{times(*shape)}, {tr(title).lower()}"
    if len(shape) != 2 or not said.rate:
        return Sample(data, name)
    return Sample(data, name, spacing=(1 / said.rate,), units=("s",), note=_folded(filling, said))


def _folded(filling: str, signal: Signal) -> str:
    """Say where a wave has too few samples; "" where it has enough."""
    highest = max(signal.frequency, signal.last) if filling == "chirp" else signal.frequency
    if filling not in WAVES or 2 * highest <= signal.rate:
        return ""
    alias = abs(highest - signal.rate * round(highest / signal.rate))
    words = mark("{high:g} Hz is above half the sample rate, {half:g} Hz: its samples are those of {alias:g} Hz.")
    return tr(words, high=highest, half=signal.rate / 2, alias=alias)


def _sine(t: Floats, of: Signal) -> Floats:
    return np.asarray(of.amplitude * np.sin(2 * np.pi * of.frequency * t), np.float64)


def _square(t: Floats, of: Signal) -> Floats:
    """Half of each wave is up; a crossing that rounding puts just before a sample counts as at it."""
    return np.where((of.frequency * t + 1e-9) % 1 < 0.5, of.amplitude, -of.amplitude)


def _saw(t: Floats, of: Signal) -> Floats:
    return np.asarray(of.amplitude * (2 * ((of.frequency * t + 1e-9) % 1) - 1), np.float64)


def _chirp(t: Floats, of: Signal) -> Floats:
    """Rise evenly from one frequency to the other at the end."""
    length = t[-1] or 1.0
    phase = of.frequency * t + (of.last - of.frequency) * t**2 / (2 * length)
    return np.asarray(of.amplitude * np.sin(2 * np.pi * phase), np.float64)


def _digits(shape: tuple[int, ...], seed: int) -> Floats:
    return np.random.default_rng(seed).integers(0, 10, shape).astype(np.float64)


def _normal(shape: tuple[int, ...], seed: int) -> Floats:
    return np.random.default_rng(seed).standard_normal(shape).round(2)


def _ramp(shape: tuple[int, ...], _: int) -> Floats:
    return np.arange(prod(shape), dtype=np.float64).reshape(shape)


def _impulse(shape: tuple[int, ...], _: int) -> Floats:
    values = np.zeros(shape)
    middle: tuple[int, ...] = tuple(n // 2 for n in shape[1:])
    values.reshape(shape[0], -1)[:, np.ravel_multi_index(middle, shape[1:])] = 1
    return values


def _checkerboard(shape: tuple[int, ...], _: int) -> Floats:
    board = (np.indices(shape[1:]).sum(axis=0) + 1) % 2
    return np.broadcast_to(board, shape).astype(np.float64)


def _step(shape: tuple[int, ...], _: int) -> Floats:
    values = np.zeros(shape)
    values[..., (shape[-1] + 1) // 2 :] = 1
    return values


_FILLINGS: dict[str, tuple[str, Callable[[tuple[int, ...], int], Floats]]] = {
    "digits": (mark("Random digits 0 to 9"), _digits),
    "normal": (mark("Normal noise"), _normal),
    "ramp": (mark("Counted 0, 1, 2 …"), _ramp),
    "impulse": (mark("An impulse in the middle"), _impulse),
    "step": (mark("A step from 0 to 1"), _step),
    "checkerboard": (mark("A checkerboard"), _checkerboard),
    "zeros": (mark("Zeros"), lambda shape, _: np.zeros(shape)),
    "ones": (mark("Ones"), lambda shape, _: np.ones(shape)),
}
FILLINGS: dict[str, str] = {identity: title for identity, (title, _) in _FILLINGS.items()}
"""What an input can be filled with, by id: its title."""
_WAVES: dict[str, tuple[str, Callable[[Floats, Signal], Floats]]] = {
    "sine": (mark("A sine"), _sine),
    "chirp": (mark("A chirp, which rises"), _chirp),
    "square": (mark("A square wave"), _square),
    "saw": (mark("A sawtooth"), _saw),
}
WAVES: dict[str, str] = {identity: title for identity, (title, _) in _WAVES.items()}
"""What only an input of one axis can be filled with, by id: its title."""
SCALED = frozenset({"normal", "impulse", "step", "ones"})
"""Fillings that the amplitude of a signal scales too."""

"""Inputs of any size and number of channels, made instead of opened."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.draw.number import times
from convgui.model.sample import Sample
from convgui.words import mark, tr

Floats = NDArray[np.float64]
MOST_SIDE, MOST_CHANNELS, MOST_CELLS = 8192, 1024, 1 << 24
"""Of an axis, of the channels, and of the cells of all channels together."""


def generated(shape: tuple[int, ...], filling: str, seed: int = 0) -> Sample:
    """Make an input.

    Parameters
    ----------
    shape : tuple of int
        ``(C, *spatial)`` with 1 to 3 spatial axes.
    filling : str
        One of `FILLINGS`.
    seed : int
        Of what is random: the same seed makes the same numbers.

    Raises
    ------
    SpecError
        If there are no cells, or too many.
    """
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise SpecError("input", tr("of {shape} has no cells; every size is at least 1.", shape=times(*shape)))
    if prod(shape) > MOST_CELLS:
        words = tr("of {shape} has more than {most:,} cells; make it smaller.", shape=times(*shape), most=MOST_CELLS)
        raise SpecError("input", words)
    title, fill = _FILLINGS[filling]
    return Sample(fill(shape, seed), f"{times(*shape)}, {tr(title).lower()}")


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

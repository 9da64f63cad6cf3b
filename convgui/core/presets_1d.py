"""Kernels of one axis worth knowing: for sound, measurements, and whatever else goes on in time.

All are meant as they meet the input: the first tap lies on the earliest cell. The windowed sinc is the textbook's
(Smith 1997, chapter 16): an ideal filter cut to so many taps and faded by Hamming's window.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convgui.core.kernel_shapes import Array, fixed, odd
from convgui.core.named_kernel import Parameter, Preset
from convgui.words import mark, tr

LONGEST = 4096
"""Taps of a kernel."""


def moving_average(size: float) -> Array:
    """Make the mean of so many cells."""
    return np.full(int(size), 1 / int(size))


def exponential(size: float, share: float) -> Array:
    """Make weights that become less by a factor with each step into the past, of sum 1; the last tap is now."""
    past = np.arange(int(size))[::-1]
    weights = (1.0 - share) ** past
    return np.asarray(weights / weights.sum(), np.float64)


def gaussian(size: float, sigma: float) -> Array:
    """Make a bell of sum 1."""
    bell = np.exp(-(_along(int(size)) ** 2) / (2 * sigma**2))
    return np.asarray(bell / bell.sum(), np.float64)


def edge(size: float) -> Array:
    """Make the mean of the later half less the mean of the earlier half, the middle of an odd number counting for 0."""
    half = max(int(size) // 2, 1)
    sides = [np.full(half, -1 / half), np.full(half, 1 / half)]
    return np.concatenate([sides[0], [0.0], sides[1]] if int(size) % 2 else sides)


def echo(delay: float, strength: float, count: float) -> Array:
    """Make the cell now and weaker ones `delay` cells apart before it; the last tap is now.

    Raises
    ------
    ValueError
        If the last echo is further back than a kernel reaches.
    """
    reach = int(delay) * int(count) + 1
    if reach > LONGEST:
        words = mark(
            "The echoes reach {n:,} cells back, and a kernel has at most {most:,}; take fewer, or a shorter delay."
        )
        raise ValueError(tr(words, n=reach - 1, most=LONGEST))
    kernel = np.zeros(reach)
    kernel[:: int(delay)] = strength ** np.arange(int(count), -1, -1)
    return kernel


def low_pass(size: float, cutoff: float) -> Array:
    """Make a windowed sinc of sum 1; `cutoff` is a share of the sample rate, at most a half."""
    taps = odd(size)
    ideal = np.sinc(2 * cutoff * _along(taps)) * np.hamming(taps)
    return np.asarray(ideal / ideal.sum(), np.float64)


def high_pass(size: float, cutoff: float) -> Array:
    """Make what a low pass of the same cut-off leaves of the input."""
    low = low_pass(size, cutoff)
    low[low.size // 2] -= 1
    return -low


def gabor_1d(size: float, wavelength: float, sigma: float) -> Array:
    """Make a wave under a bell, of mean 0, so that what is constant answers 0."""
    along = _along(odd(size))
    bell = np.exp(-(along**2) / (2 * sigma**2))
    wave = bell * np.cos(2 * np.pi * along / wavelength)
    return np.asarray(wave - bell * (wave.sum() / bell.sum()), np.float64)


def chirp_template(size: float, first: float, last: float) -> Array:
    """Make a wave that rises from one frequency to another, each a share of the sample rate, of energy 1."""
    t = np.arange(int(size), dtype=np.float64)
    phase = 2 * np.pi * (first * t + (last - first) * t**2 / (2 * int(size)))
    wave = np.cos(phase) * np.hanning(int(size) + 2)[1:-1]
    return np.asarray(wave / np.sqrt((wave**2).sum()), np.float64)


def _along(taps: int) -> NDArray[np.float64]:
    """Places of taps, 0 in the middle."""
    return np.arange(taps, dtype=np.float64) - (taps - 1) / 2


def _taps(default: float, least: float = 1, step: float = 1) -> Parameter:
    return Parameter("size", mark("Size"), default, least, LONGEST, step)


_CUTOFF = Parameter("cutoff", mark("Cut-off, of the sample rate"), 0.1, 0.001, 0.499, 0.001)


def averages() -> list[Preset]:
    """Return what smooths."""
    return [
        Preset(
            "identity-1d",
            mark("Identity 1D"),
            mark("Copies the input: only the cell under the middle counts."),
            1,
            fixed([0, 1, 0]),
        ),
        Preset(
            "moving-average",
            mark("Moving average"),
            mark("Takes the plain mean of neighbours: noise fades, and so does what changes fast."),
            1,
            moving_average,
            (_taps(5),),
            how=mark("Waves that fit into it a whole number of times vanish."),
        ),
        Preset(
            "exponential",
            mark("Exponential average"),
            mark("Takes a mean in which each step into the past counts less by the same factor."),
            1,
            exponential,
            (_taps(16), Parameter("share", mark("Share of what is new"), 0.3, 0.001, 1, 0.01)),
            how=mark("The last tap is now, so it is meant for a causal layer."),
        ),
        Preset(
            "gaussian-1d",
            mark("Gaussian 1D"),
            mark("Smooths with a bell: near cells count more than far ones, and no wave comes back inverted."),
            1,
            gaussian,
            (_taps(9, 3, 2), Parameter("sigma", mark("Sigma"), 1.5, 0.2, 1000, 0.1)),
        ),
    ]


def changes() -> list[Preset]:
    """Return what finds change."""
    return [
        Preset(
            "difference",
            mark("Central difference"),
            mark("Measures the slope from the cell before to the cell after: positive where values rise."),
            1,
            fixed([-0.5, 0, 0.5]),
        ),
        Preset(
            "forward-difference",
            mark("Forward difference"),
            mark("Measures the step from a cell to the next one: the fastest changes count most."),
            1,
            fixed([-1, 1]),
        ),
        Preset(
            "second-difference",
            mark("Second difference"),
            mark("Measures curvature: positive in a dip, negative on a bump, zero on a slope."),
            1,
            fixed([1, -2, 1]),
        ),
        Preset(
            "edge-1d",
            mark("Edge"),
            mark("Finds steps: the mean of what comes after less the mean of what was before."),
            1,
            edge,
            (_taps(8, 2),),
        ),
    ]


def waves() -> list[Preset]:
    """Return what lets some frequencies through, or finds a form."""
    frequency = mark("Wave, of the sample rate")
    return [
        Preset(
            "low-pass",
            mark("Low pass"),
            mark("Lets slow waves through and stops those above the cut-off."),
            1,
            low_pass,
            (_taps(63, 3, 2), _CUTOFF),
            how=mark("It is a sinc in Hamming's window: the more taps, the sharper its edge."),
        ),
        Preset(
            "high-pass",
            mark("High pass"),
            mark("Stops slow waves and what is constant, and lets those above the cut-off through."),
            1,
            high_pass,
            (_taps(63, 3, 2), _CUTOFF),
            how=mark("It is the input less its low pass."),
        ),
        Preset(
            "gabor-1d",
            mark("Gabor 1D"),
            mark("Finds waves of one length, wherever they are."),
            1,
            gabor_1d,
            (
                _taps(33, 3, 2),
                Parameter("wavelength", mark("Wavelength in cells"), 8, 2, 2000, 0.5),
                Parameter("sigma", mark("Sigma"), 6, 0.5, 1000, 0.5),
            ),
        ),
        Preset(
            "matched-chirp",
            mark("Matched filter of a chirp"),
            mark("Answers most where the input holds this rising tone, however deep in noise, as a radar's does."),
            1,
            chirp_template,
            (
                _taps(64, 8),
                Parameter("first", frequency, 0.02, 0, 0.5, 0.01),
                Parameter("last", mark("Last wave, of the sample rate"), 0.2, 0, 0.5, 0.01),
            ),
            how=mark(
                "Of all filters with its energy none answers stronger to that tone: a matched filter is its form."
            ),
        ),
        Preset(
            "echo",
            mark("Echo"),
            mark("Adds what was there some time ago, weaker each time."),
            1,
            echo,
            (
                Parameter("delay", mark("Delay in cells"), 8, 1, LONGEST - 1, 1),
                Parameter("strength", mark("Strength of each echo"), 0.5, 0, 1, 0.05),
                Parameter("count", mark("Echoes"), 2, 1, 16, 1),
            ),
            how=mark("The last tap is now, so it is meant for a causal layer."),
        ),
    ]

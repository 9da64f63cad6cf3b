"""SciPy as an oracle: one channel forward, every algorithm forced in turn."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import SpecError, convolve
from convgui.core.algorithms import ALGORITHMS
from tests.core.reference import AnyArray

# SciPy has no types; a name of type Any needs no exemption.
ndimage: Any = import_module("scipy.ndimage")
signal: Any = import_module("scipy.signal")
NAMES = list(ALGORITHMS)
NDIMAGE_MODES = {"zeros": "constant", "reflect": "mirror", "replicate": "nearest", "circular": "grid-wrap"}


@dataclass(frozen=True)
class Plane:
    """One channel and one filter, without their channel axes."""

    x: AnyArray
    kernel: AnyArray
    threads: int

    def convolve(self, name: str, **keywords: Any) -> AnyArray | None:
        """Call with one algorithm; None where it does not apply."""
        x, weight = self.x[None], self.kernel[None, None]
        try:
            result: AnyArray = convolve(x, weight, algorithm=name, threads=self.threads, **keywords)[0]
        except SpecError as error:
            if error.field != "algorithm":
                raise
            return None
        return result

    @property
    def tolerance(self) -> float:
        """Ours, and once more what SciPy itself may lose."""
        reach = float(np.abs(self.kernel).sum(dtype=np.float64) * np.abs(self.x).max())
        return 2 * reach * (2.0**-21 if self.x.dtype == np.float32 else 1e-13)


@st.composite
def planes(draw: st.DrawFn, rank: int | None = None) -> Plane:
    """Draw a kernel, sometimes of rank 1, that fits into its input."""
    axes = rank or draw(st.integers(1, 3))
    longest = {1: 40, 2: 11, 3: 4}[axes]
    sides = [draw(st.integers(1, longest)) for _ in range(axes)]
    more = [draw(st.integers(0, {1: 300, 2: 40, 3: 8}[axes])) for _ in range(axes)]
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    kernel = rng.standard_normal(sides)
    if draw(st.booleans()):
        kernel = np.ones(())
        for n in sides:
            kernel = np.multiply.outer(kernel, rng.standard_normal(n))
    x = rng.standard_normal([k + m for k, m in zip(sides, more, strict=True)])
    return Plane(x.astype(dtype), np.asarray(kernel, dtype), draw(st.sampled_from([1, 2])))


@pytest.mark.parametrize("name", NAMES)
def test_signal_correlate(name: str) -> None:
    met = []

    @settings(max_examples=80)
    @given(planes(), st.sampled_from(["valid", "full"]))
    def check(plane: Plane, padding: str) -> None:
        got = plane.convolve(name, padding=padding)
        if got is not None:
            met.append(1)
            expected = signal.correlate(plane.x, plane.kernel, mode=padding, method="direct")
            np.testing.assert_allclose(got, expected, rtol=0, atol=plane.tolerance)

    check()
    assert met, "the algorithm has to have been tried"


@pytest.mark.parametrize("name", NAMES)
def test_signal_correlate2d_with_its_boundaries(name: str) -> None:
    boundary = {"zeros": "fill", "circular": "wrap"}

    @settings(max_examples=60)
    @given(planes(rank=2), st.sampled_from(list(boundary)), st.integers(1, 3))
    def check(plane: Plane, mode: str, stride: int) -> None:
        got = plane.convolve(name, padding="full", padding_mode=mode, stride=stride)
        if got is not None:
            whole = signal.correlate2d(plane.x, plane.kernel, mode="full", boundary=boundary[mode])
            np.testing.assert_allclose(got, whole[::stride, ::stride], rtol=0, atol=plane.tolerance)

    check()


@pytest.mark.parametrize("name", NAMES)
def test_ndimage_correlate_in_every_padding_mode(name: str) -> None:
    @settings(max_examples=80)
    @given(planes(), st.sampled_from(list(NDIMAGE_MODES)), st.integers(1, 2))
    def check(plane: Plane, mode: str, dilation: int) -> None:
        spread = np.zeros([(n - 1) * dilation + 1 for n in plane.kernel.shape], plane.kernel.dtype)
        spread[(slice(None, None, dilation),) * spread.ndim] = plane.kernel
        if any(e > n for e, n in zip(spread.shape, plane.x.shape, strict=True)):
            return
        # The centre of ndimage is cell n // 2 of the kernel, so that many cells stand before the first.
        pads = [(n // 2, n - 1 - n // 2) for n in spread.shape]
        got = plane.convolve(name, padding=pads, padding_mode=mode, dilation=dilation)
        if got is not None:
            expected = ndimage.correlate(plane.x, spread, mode=NDIMAGE_MODES[mode])
            np.testing.assert_allclose(got, expected, rtol=0, atol=plane.tolerance)

    check()

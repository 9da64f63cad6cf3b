"""Long kernels and long inputs of one axis: exact, in float32 and float64, and by an algorithm that is not foolish."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import ConvSpec, convolve
from convgui.core.execution import chosen

signal: Any = import_module("scipy.signal")


def algorithm(cells: int, k: int, **keywords: Any) -> str:
    spec = ConvSpec.of(1, 1, (k,), **keywords)
    rng = np.random.default_rng(0)
    x, weight = rng.random((1, cells), np.float32), rng.random((1, 1, k), np.float32)
    return str(chosen(spec, x, weight, np.dtype(np.float32)))


@settings(max_examples=25)
@given(st.integers(1, 4096), st.integers(0, 20_000), st.integers(0, 99))
def test_whole_numbers_are_exact_whatever_the_kernel(k: int, more: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, weight = rng.integers(-99, 100, k + more), rng.integers(-9, 10, k)
    made = convolve(x[None], weight[None, None], padding="causal")[0]
    np.testing.assert_array_equal(made, np.convolve(x, weight[::-1])[: x.size])


@pytest.mark.parametrize(("dtype", "unit"), [(np.float32, 2.0**-21), (np.float64, 1e-13)])
@pytest.mark.parametrize(
    ("k", "dilation", "stride"), [(3, 512, 1), (64, 1, 1), (1024, 1, 1), (4096, 1, 3), (1024, 24, 1)]
)
def test_a_long_signal_is_scipys(k: int, dilation: int, stride: int, dtype: Any, unit: float) -> None:
    rng = np.random.default_rng(k)
    x, weight = rng.standard_normal(120_000), rng.standard_normal(k)
    spread = np.zeros(dilation * (k - 1) + 1)
    spread[::dilation] = weight
    wanted = signal.oaconvolve(x, spread[::-1], "valid")[::stride]
    made = convolve(x[None].astype(dtype), weight[None, None].astype(dtype), dilation=dilation, stride=stride)[0]
    assert made.dtype == dtype
    assert np.abs(made - wanted).max() <= 2 * unit * np.abs(weight).sum() * np.abs(x).max()


def test_few_taps_are_added_and_many_are_transformed() -> None:
    """Each was a third or a tenth as fast by what was chosen before; 1,024 taps 64 cells apart took a minute."""
    assert algorithm(1_000_000, 3) == "shift_add"
    assert algorithm(1_000_000, 3, dilation=512) == "shift_add"
    for k, dilation in ((128, 1), (1024, 1), (4096, 1), (1024, 64), (4096, 24)):
        assert algorithm(1_000_000, k, dilation=dilation) == "fft", (k, dilation)

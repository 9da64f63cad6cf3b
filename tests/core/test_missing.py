"""Convolution with missing values, against NumPy's masked averages and a loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import convolve
from convgui.core.missing import convolve_present


def test_a_box_over_one_missing_and_three_gives_two() -> None:
    x = np.array([[1.0, np.nan, 3.0]])
    assert convolve_present(x, np.full((1, 1, 3), 1 / 3))[0, 0] == pytest.approx(2, rel=1e-15)


def test_where_nothing_is_there_the_result_is_missing() -> None:
    x = np.array([[np.nan, np.nan, np.nan, 4.0, 8.0]])
    made = convolve_present(x, np.full((1, 1, 3), 1 / 3), np.array([1.0]))
    assert np.isnan(made[0, 0])
    np.testing.assert_allclose(made[0, 1:], [5.0, 7.0])


@given(
    st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.integers(0, 2),
    st.sampled_from(["zeros", "reflect", "replicate", "circular"]), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_against_a_loop(k: int, stride: int, dilation: int, pad: int, mode: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 9, 8))
    x[rng.random(x.shape) < 0.3] = np.nan
    weight, bias = rng.normal(size=(3, 2, k, k)), rng.normal(size=3)
    made = convolve_present(x, weight, bias, stride=stride, padding=pad, dilation=dilation, padding_mode=mode)
    names = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    around = np.pad(x, ((0, 0), (pad, pad), (pad, pad)), mode=names[mode])  # type: ignore[call-overload]
    for f, i, j in np.ndindex(*made.shape):
        rows, columns = (slice(s * stride, s * stride + dilation * (k - 1) + 1, dilation) for s in (i, j))
        seen, w = around[:, rows, columns], weight[f]
        there = ~np.isnan(seen)
        if not there.any():
            assert np.isnan(made[f, i, j])
            continue
        right = (seen * w)[there].sum() * np.abs(w).sum() / np.abs(w)[there].sum() + bias[f]
        assert made[f, i, j] == pytest.approx(right, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_with_nothing_missing_are_those_of_a_convolution(dtype: type[np.floating]) -> None:
    x = np.random.default_rng(1).normal(size=(1, 40, 50)).astype(dtype)
    x[0, 20, 20] = np.nan
    weight = np.random.default_rng(2).normal(size=(2, 1, 5, 5))
    made, plain = convolve_present(x, weight), convolve(x, weight, dtype=dtype)
    assert made.dtype == dtype
    there = ~np.isnan(plain)
    np.testing.assert_array_equal(made[there], plain[there])
    assert np.isfinite(made).all()


def test_a_filter_without_weights_makes_its_bias_whatever_is_missing() -> None:
    x = np.array([[1.0, np.nan, 3.0, 4.0, 5.0]])
    made = convolve_present(x, np.zeros((1, 1, 2)), np.array([7.0]))
    assert made[0, 2:].tolist() == [7, 7], "nothing is missing in these windows"

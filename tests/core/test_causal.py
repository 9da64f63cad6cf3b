"""Padding before the input alone: what comes out at a time is made of what was there until then."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import ConvSpec, SpecError, convolve, convolve_transposed

signal: Any = import_module("scipy.signal")

Shape: TypeAlias = tuple[int, int, int, int]
SHAPES = st.tuples(st.integers(1, 30), st.integers(1, 6), st.integers(1, 5), st.integers(1, 4))
"""Cells, taps, dilation and stride."""


def taps(k: int, d: int, seed: int) -> tuple[Any, Any]:
    """Return whole weights, and the same as a filter of `scipy.signal`: turned, with zeros between them."""
    weight = np.random.default_rng(seed).integers(-9, 10, k).astype(np.float64)
    spread = np.zeros(d * (k - 1) + 1)
    spread[::d] = weight
    return weight, spread[::-1]


def test_the_numbers_of_the_book() -> None:
    x, weight = np.arange(1.0, 6.0)[None], np.array([[[1.0, 2.0, 3.0]]])
    assert convolve(x, weight, padding="causal").tolist() == [[3, 8, 14, 20, 26]]
    assert convolve(x, weight, padding="causal", dilation=2).tolist() == [[3, 6, 11, 16, 22]]


@given(SHAPES, st.integers(0, 99))
def test_both_conventions_are_scipys_filter(shape: Shape, seed: int) -> None:
    n, k, d, s = shape
    weight, ours = taps(k, d, seed)
    x = np.random.default_rng(seed + 1).integers(-9, 10, n).astype(np.float64)
    filtered, common = signal.lfilter(ours, 1, x), dict[str, Any](stride=s, dilation=d)
    made = convolve(x[None], weight[None, None], padding="causal", **common)[0]
    np.testing.assert_array_equal(made, filtered[::s])
    if d * (k - 1) + 1 >= s and n >= s:
        less = convolve(x[None], weight[None, None], padding="causal_stride", **common)[0]
        np.testing.assert_array_equal(less, filtered[s - 1 :: s])


@given(SHAPES, st.sampled_from(["causal", "causal_stride"]), st.sampled_from(["zeros", "replicate"]), st.data())
def test_the_future_changes_nothing(shape: Shape, name: str, mode: str, data: st.DataObject) -> None:
    n, k, d, s = shape
    t = data.draw(st.integers(0, n - 1))
    spec = ConvSpec.of(1, 1, (k,), stride=s, dilation=d, padding=name, padding_mode=mode)
    x = np.random.default_rng(n).normal(size=(1, n))
    other = x.copy()
    other[:, t:] += 5
    weight = np.ones((1, 1, k))
    common = dict[str, Any](stride=s, dilation=d, padding=name, padding_mode=mode)
    try:
        reached = [o for o in range(spec.output_shape((n,))[0]) if o * s - spec.pads((n,))[0][0] + d * (k - 1) >= t]
    except SpecError:
        return
    one, two = convolve(x, weight, **common), convolve(other, weight, **common)
    first = reached[0] if reached else one.size
    # Where the first cell itself stands in the padding, it is the past.
    if t or mode == "zeros":
        np.testing.assert_array_equal(one[:, :first], two[:, :first])
    if name == "causal" and reached:
        assert first == -(-t // s)
        assert one[0, first] != two[0, first] or d * (k - 1) < first * s - t


@given(SHAPES, st.integers(0, 99))
def test_a_transposed_layer_is_trimmed_on_the_right(shape: Shape, seed: int) -> None:
    n, k, d, s = shape
    extent = d * (k - 1) + 1
    weight, turned = taps(k, d, seed)
    x = np.random.default_rng(seed + 1).integers(-9, 10, n).astype(np.float64)
    more = max(extent - s, 0)
    made = convolve_transposed(x[None], weight[None, None], stride=s, dilation=d, padding=((0, more),))[0]
    np.testing.assert_array_equal(made, signal.upfirdn(turned[::-1], x, s)[: made.size])
    assert made.size == (n * s if extent >= s else (n - 1) * s + extent)


@pytest.mark.parametrize("size", [(3, 3), (1, 3), (3, 3, 3)])
@pytest.mark.parametrize("name", ["causal", "causal_stride"])
def test_it_is_of_one_axis(size: tuple[int, ...], name: str) -> None:
    with pytest.raises(
        SpecError, match=f"^padding: '{name}' is for one axis, which is time, and the layer has {len(size)}"
    ):
        ConvSpec.of(1, 1, size, padding=name)
    with pytest.raises(SpecError, match="a transposed convolution takes numbers"):
        ConvSpec.of(1, 1, (3,), padding=name, transposed=True)

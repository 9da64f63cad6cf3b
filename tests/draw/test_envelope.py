"""Envelopes equal the least and the greatest by brute force, of any signal, part and number of columns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.draw.envelope import BLOCK, NEAR, AnyArray, envelope, exact_columns, gathered


def brute(data: AnyArray, edges: list[int]) -> tuple[list[list[float]], list[list[float]]]:
    parts = [data[:, a:b].astype(float) for a, b in pairwise(edges)]
    return [np.nanmin(p, axis=1).tolist() for p in parts], [np.nanmax(p, axis=1).tolist() for p in parts]


def signal(seed: int, channels: int, length: int, kind: str, *, beside: bool) -> AnyArray:
    values = np.random.default_rng(seed).normal(0, 9000, (channels, length)).astype(kind)
    # As sound is stored, one channel beside the other.
    return np.ascontiguousarray(values.T).T if beside else values


@given(
    st.integers(0, 99), st.integers(1, 3), st.integers(1, 20_000), st.sampled_from(["i2", "i4", "f4", "f8"]),
    st.booleans(), st.integers(1, 40), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_columns_are_the_extremes_between_their_edges(
    seed: int, channels: int, length: int, kind: str, beside: bool, count: int, one: float, other: float
) -> None:
    data = signal(seed, channels, length, kind, beside=beside)
    found = envelope(data)
    assert found is not None
    assert found.range == (float(data.min()), float(data.max()))
    first, last = sorted((int(one * (length - 1)), int(other * length)))
    last = max(last, first + 1)
    edges, low, high = found.columns(first, last, count)
    assert (low.T.tolist(), high.T.tolist()) == brute(data, edges.tolist())
    size = max((last - first) / count, BLOCK)
    assert (np.diff(edges) > 0).all()
    assert abs(edges[0] - first) <= size
    assert abs(edges[-1] - last) <= size


@given(st.integers(0, 99), st.integers(1, 2), st.integers(1, 3000), st.integers(0, 50), st.integers(1, 4000))
def test_columns_of_single_samples_are_exact(seed: int, channels: int, length: int, first: int, count: int) -> None:
    data = signal(seed, channels, length, "i2", beside=True)
    edges, low, high = exact_columns(data, first, count)
    assert (edges[0], edges[-1]) == (first, first + length)
    assert len(edges) == min(count, length) + 1
    assert (low.T.tolist(), high.T.tolist()) == brute(data, (edges - first).tolist())


def test_columns_begin_within_a_quarter_of_where_they_would() -> None:
    found = envelope(signal(1, 1, 2_000_000, "i2", beside=False))
    assert found is not None
    for count in (7, 100, 1000, 2_000_000 // NEAR):
        edges, _, _ = found.columns(0, 2_000_000, count)
        assert len(edges) == count + 1
        wanted = np.linspace(0, 2_000_000, count + 1)
        assert np.abs(edges - wanted)[:-1].max() <= 0.25 * 2_000_000 / count + 1e-6


def test_what_is_missing_is_left_out_and_a_block_of_it_stays_missing() -> None:
    data = np.ones((1, 4 * BLOCK), np.float32)
    data[0, 5], data[0, BLOCK : 2 * BLOCK] = np.nan, np.nan
    found = envelope(data)
    assert found is not None
    low, _ = found.levels[0]
    assert low[0, 0] == 1
    assert np.isnan(low[0, 1])
    assert found.range == (1.0, 1.0)


@pytest.mark.parametrize("part", [BLOCK, 3 * BLOCK, 100 * BLOCK])
def test_a_signal_that_comes_in_parts_has_the_same_envelope(part: int) -> None:
    data = signal(3, 2, 10 * BLOCK + 17, "f4", beside=False)
    parts = ((at, data[:, at : at + part]) for at in range(0, data.shape[1], part))
    one, other = envelope(data), gathered(2, data.shape[1], data.dtype, parts)
    assert one is not None
    assert other is not None
    for mine, others in zip(one.levels, other.levels, strict=True):
        assert np.array_equal(mine[0], others[0])
        assert np.array_equal(mine[1], others[1])


def test_it_stops_when_it_is_told_to() -> None:
    asked = iter([False, True])
    assert envelope(np.zeros((1, 1_000_000), np.int16), lambda: next(asked)) is None

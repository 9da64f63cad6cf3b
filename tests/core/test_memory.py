"""A result that cannot fit is refused, before anything is allocated."""

import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convgui.core import SpecError, convolve, convolve_transposed
from convgui.core import memory as budgets
from convgui.core.control import Cancelled
from convgui.core.pooling import (
    average_pool,
    channel_shuffle,
    insert_zeros,
    max_pool,
    max_pool_winners,
    pixel_shuffle,
    pixel_unshuffle,
    upsample_linear,
    upsample_nearest,
)
from convgui.core.pooling_gradients import max_pool_gradient, upsample_linear_gradient

X, WEIGHT = np.ones((1, 100, 100), np.float32), np.ones((4, 1, 3, 3), np.float32)
THIN = np.broadcast_to(0.0, (1, 40, 40))
WIDE = np.broadcast_to(0.0, (4, 1000, 1000))
"""Zeros that take no memory."""


def test_what_fits_exactly_is_done_and_one_byte_less_is_not() -> None:
    need = 4 * 98 * 98 * 4
    assert convolve(X, WEIGHT, budget=need).shape == (4, 98, 98)
    with pytest.raises(SpecError, match=r"budget: the result \(4, 98, 98\) needs 150.1 KB, and 150.1 KB are allowed"):
        convolve(X, WEIGHT, budget=need - 1)
    with pytest.raises(SpecError, match="budget: is -1"):
        convolve(X, WEIGHT, budget=-1)


def test_a_result_far_beyond_any_machine_is_refused_without_allocating() -> None:
    wide = np.broadcast_to(np.float32(1), (1, 10**6, 10**6))
    tracemalloc.start()
    try:
        with pytest.raises(SpecError, match=r"needs 14.6 TB"):
            convolve(wide, WEIGHT, padding=1)
        with pytest.raises(SpecError, match=r"budget: the result .* needs"):
            convolve_transposed(X, np.ones((1, 1, 2, 2), np.float32), stride=10**6)
        with pytest.raises(SpecError, match=r"and 2.0 KB are allowed\.$"):
            convolve_transposed(X, np.ones((1, 1, 2, 2), np.float32), stride=2, budget=2048)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_whole_numbers_count_twice_and_a_given_out_not_at_all() -> None:
    x, weight = np.ones((1, 1000), np.uint8), np.ones((1, 1, 1), np.uint8)
    with pytest.raises(SpecError, match=r"needs 15\.6 KB"):
        convolve(x, weight, budget=8000)
    assert convolve(x, weight, budget=16000).sum() == 1000
    out = np.zeros((1, 1000), np.float32)
    assert convolve(np.zeros((1, 1000), np.float32), np.ones((1, 1, 1), np.float32), out=out, budget=0) is out


def test_a_region_needs_only_its_own_cells() -> None:
    wide = np.broadcast_to(np.float32(1), (1, 10**6, 10**6))
    part = convolve(wide, WEIGHT, padding=1, region=(slice(5, 9), slice(5, 9)))
    assert (part == 9).all()


def test_the_default_is_a_share_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = budgets.physical_memory()
    assert memory is None or budgets.default_budget() < memory
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_PHYS_PAGES": 25, "SC_PAGE_SIZE": 4096}[name], raising=False)
    assert budgets.default_budget() == 76800
    with pytest.raises(SpecError, match=r"and 75\.0 KB are allowed"):
        convolve(X, WEIGHT)

    def unknown(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", unknown, raising=False)
    assert budgets.default_budget() == budgets.FALLBACK


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells of no limit elsewhere")
@pytest.mark.parametrize("left", [0, 40 << 20, 200 << 20])
def test_a_limited_address_space_keeps_room_for_the_window(left: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    limit = used + budgets.RESERVE + left
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    monkeypatch.setattr(budgets, "physical_memory", lambda: 1 << 40)
    found = budgets.headroom()
    assert found is not None
    assert abs(found - left) < 8 << 20
    assert budgets.default_budget() == pytest.approx(max(left, budgets.SMALL), abs=8 << 20)
    budgets.allow(1000)
    try:
        assert budgets.default_budget() == 1000
    finally:
        budgets.allow(None)


@pytest.mark.parametrize(
    "enlarge",
    [
        lambda: upsample_nearest(THIN, 1000),
        lambda: upsample_linear(THIN, 1000),
        # Results that fit, and what is there beside them does not.
        lambda: upsample_linear(np.broadcast_to(0.0, (1, 400_000)), 2),
        lambda: max_pool(WIDE, 2, stride=1000, padding=1),
        lambda: insert_zeros(THIN, 1000),
        lambda: max_pool(WIDE, 2, stride=1),
        lambda: max_pool_winners(WIDE, 2, stride=1),
        lambda: average_pool(WIDE, 2, stride=1),
        lambda: pixel_shuffle(WIDE, 2),
        lambda: pixel_unshuffle(WIDE, 2),
        lambda: channel_shuffle(WIDE, 2),
        lambda: max_pool_gradient(WIDE, WIDE, 1),
        lambda: upsample_linear_gradient(np.zeros((1, 4000)), (2000,), 2),
    ],
)
def test_everything_that_grows_with_a_parameter_asks_first(enlarge: Callable[[], object]) -> None:
    budgets.allow(10 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(SpecError, match=r"budget: the result .* needs .*, and 10.0 MB are allowed"):
            enlarge()
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
        budgets.allow(None)


def test_pooling_and_upsampling_stop_when_they_are_told_to() -> None:
    x = np.ones((1, 8, 8))
    for work in (max_pool, average_pool, upsample_nearest, upsample_linear):
        with pytest.raises(Cancelled):
            work(x, 2, cancel=lambda: True)

"""A result that cannot fit is refused, before anything is allocated."""

import os
import tracemalloc

import numpy as np
import pytest

from convgui.core import SpecError, convolve, convolve_transposed
from convgui.core import memory as budgets

X, WEIGHT = np.ones((1, 100, 100), np.float32), np.ones((4, 1, 3, 3), np.float32)


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

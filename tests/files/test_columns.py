"""Columns under names are a signal: channels, their names, and the rate that a column of times tells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.files import load_bytes
from convgui.files.columns import columns


def table(head: str, *columns: Any, form: str = "%.9g") -> bytes:
    rows = zip(*columns, strict=True)
    return "\n".join([head, *(",".join(form % float(v) for v in row) for row in rows)]).encode()


T = np.arange(100) / 250
A, B = np.sin(T * 30), np.cos(T * 30)


@pytest.mark.parametrize(
    ("name", "factor"),
    [("time", 1), ("time [s]", 1), ("t (ms)", 1e-3), ("Time_ms", 1e-3), ("seconds", 1), ("t/min", 60), ("时间 (s)", 1)],
)
def test_a_column_of_times_tells_the_rate(name: str, factor: float) -> None:
    sample = load_bytes(table(f"{name},left,right [mV]", T / factor, A, B), "x.csv")
    assert sample.data.shape == (2, 100)
    assert sample.channels == ("left", "right [mV]")
    assert sample.units == ("s",)
    assert sample.spacing[0] == pytest.approx(1 / 250, rel=1e-6)
    np.testing.assert_allclose(sample.data.astype(np.float64), np.stack([A, B]), rtol=1e-8)
    assert f"“{name}”" in sample.note


def test_times_may_stand_behind_and_have_a_gap_that_is_said() -> None:
    gap = T.copy()
    gap[50:] += 1
    sample = load_bytes(table("a,time", A, gap), "x.csv")
    assert sample.channels == ("a",)
    assert "not evenly apart" in sample.note
    assert "not evenly" not in load_bytes(table("a,time", A, T, form="%.3f"), "x.csv").note


@pytest.mark.parametrize("head", ["time,a", "t,a"])
def test_times_that_do_not_rise_are_a_column_like_others(head: str) -> None:
    sample = load_bytes(table(head, T[::-1], A), "x.csv")
    assert sample.channels == tuple(head.split(","))
    assert sample.units == ("px",)


def test_many_rows_are_a_signal_and_few_are_a_grid() -> None:
    long, short = (load_bytes(table("a,b", *np.random.default_rng(1).normal(size=(2, n))), "x.csv") for n in (64, 63))
    assert long.data.shape == (2, 64)
    assert long.channels == ("a", "b")
    assert "many more rows than columns" in long.note
    assert short.data.shape == (1, 63, 2)
    without = load_bytes(b"\n".join(table("a,b", A, B).split(b"\n")[1:]), "x.csv")
    assert without.data.shape == (1, 100, 2), "without names it is a grid"


def test_a_missing_value_stays_one() -> None:
    lines = table("time,a", T, A).decode().split("\n")
    lines[5] = lines[5].split(",")[0] + ","
    sample = load_bytes("\n".join(lines).encode(), "x.csv")
    assert sample.nonfinite == 1
    assert np.isnan(sample.data[0, 4])


@given(st.integers(3, 40), st.integers(1, 4), st.floats(1e-4, 1e3), st.floats(-1e3, 1e3))
def test_every_step_is_found_again(rows: int, channels: int, step: float, start: float) -> None:
    values = np.random.default_rng(rows).normal(size=(channels, rows))
    head = ",".join(["time [s]", *(f"c{n}x" for n in range(channels))])
    sample = load_bytes(table(head, start + step * np.arange(rows), *values, form="%.17g"), "x.csv")
    assert sample.data.shape == (channels, rows)
    assert sample.spacing[0] == pytest.approx(step, rel=1e-5)
    np.testing.assert_array_equal(sample.data, values)


def test_milliseconds_that_are_even_are_not_called_uneven() -> None:
    times = np.arange(100) * 4.0
    grid = np.stack([times, np.sin(times)], axis=1)[None]
    found = columns(grid, ("time [ms]", "volt"))
    assert found is not None
    assert found.step == pytest.approx(0.004)
    assert "not evenly apart" not in found.note
    times[50:] += 2
    apart = columns(np.stack([times, np.sin(times)], axis=1)[None], ("time [ms]", "volt"))
    assert apart is not None
    assert "not evenly apart" in apart.note

"""The vessels that ship are those that their script makes, and are no patient's."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from convgui.files.samples import load_sample, samples

SCRIPT = Path(__file__).parents[2] / "packaging" / "vessels.py"


def test_the_vessels_come_out_as_they_ship() -> None:
    spec = importlib.util.spec_from_file_location("vessels", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    vessels = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vessels)
    shipped = load_sample("vessels").data
    assert shipped.shape == (1, 64, 64, 64)
    assert np.array_equal(vessels.volume(), shipped[0])


def test_they_say_that_they_are_synthetic_and_are_small() -> None:
    info = next(info for info in samples() if info.id == "vessels")
    assert "synthetic" in info.title
    assert "no patient" in info.credit
    assert info.path.stat().st_size < 100_000


def test_they_run_through_the_whole_volume_in_thin_lines() -> None:
    inside = load_sample("vessels").data[0] > 120
    assert 0.005 < inside.mean() < 0.03
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        assert np.ptp(np.flatnonzero(inside.any(axis=others))) > 55

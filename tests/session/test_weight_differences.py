"""Two files of weights beside each other: every way in which they can differ, in numbers that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.core.control import Cancelled
from convgui.files.weights.read import read_weights
from convgui.files.weights.tensors import WeightFile
from convgui.session.weight_differences import differences, told
from tests.files.weights.built import safetensors


def files(folder: Path) -> tuple[WeightFile, WeightFile]:
    first = {
        "same": np.array([1.0, np.nan, np.inf], np.float32),
        "moved": np.array([[1.0, 2.0], [-4.0, 0.0]], np.float32),
        "wider": np.zeros((2, 3), np.float32),
        "gone": np.zeros(5, np.float32),
        "broken": np.array([1.0, 2.0], np.float32),
    }
    second = {
        "new": np.zeros((1, 2), np.float32),
        "broken": np.array([1.0, np.nan], np.float32),
        "wider": np.zeros((2, 4), np.float32),
        "moved": np.array([[1.5, 2.0], [-4.0, -1.0]], np.float32),
        "same": np.array([1.0, np.nan, np.inf], np.float32),
    }
    for name, arrays in (("a", first), ("b", second)):
        (folder / f"{name}.safetensors").write_bytes(safetensors(arrays))
    return read_weights(folder / "a.safetensors"), read_weights(folder / "b.safetensors")


def test_every_way_to_differ_is_said(tmp_path: Path) -> None:
    found = list(differences(*files(tmp_path)))
    assert {one.name: one.said() for one in found} == {
        "same": "the same",
        # The second and last of four numbers; 1 of 4, the largest without its sign.
        "moved": "2 differ, by up to 1 (25 % of the largest)",
        "wider": "2 × 3 became 2 × 4",
        "gone": "only in the first",
        "broken": "1 differs, by up to ∞",
        "new": "only in the second",
    }
    assert [one.name for one in found] == ["same", "moved", "wider", "gone", "broken", "new"]
    assert told(found) == ("6 tensors: 1 the same, 2 with other numbers, 1 of other shapes, 2 in one file alone.")


def test_a_file_does_not_differ_from_itself(tmp_path: Path) -> None:
    one, _ = files(tmp_path)
    assert all(difference.same for difference in differences(one, one))


def test_comparing_can_be_stopped(tmp_path: Path) -> None:
    one, other = files(tmp_path)
    with pytest.raises(Cancelled):
        list(differences(one, other, lambda: True))

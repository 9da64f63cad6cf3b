"""Two results compared: what is said of their difference, by plain sums, with numbers of any size."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.theme import LIGHT
from convgui.export.comparison import Side, difference


def shown(values: NDArray[np.float64]) -> Side:
    return Side(values, Levels(0.0, 255.0, False), np.zeros((*values.shape[1:], 3), np.uint8))


def test_the_sentence_is_of_the_differences() -> None:
    first = np.random.default_rng(1).normal(size=(2, 3, 4))
    second = first + np.random.default_rng(2).normal(size=(2, 3, 4))
    change = (second - first).ravel().tolist()
    root = math.sqrt(math.fsum(c * c for c in change) / 24)
    said = difference(shown(first), shown(second), LIGHT).said.replace("\N{MINUS SIGN}", "-")
    found = [float(part.split()[-1]) for part in said.removesuffix(" dB").split(" · ")]
    assert found == pytest.approx(
        [max(map(abs, change)), root, math.fsum(change) / 24, 20 * math.log10(255 / root)], rel=2e-3, abs=0.06
    )


def test_the_largest_numbers_have_a_difference() -> None:
    """Their squares are more than the largest number there is."""
    first = np.zeros((1, 2, 2))
    said = difference(shown(first), shown(first + 1e200), LIGHT).said
    assert said.startswith("Largest difference 1e200 · RMS 1e200 · mean 1e200 · PSNR ")


def test_a_value_that_one_of_them_has_not_is_a_difference() -> None:
    first = np.ones((1, 2, 2))
    second = first.copy()
    second[0, 1, 1] = np.nan
    assert difference(shown(first), shown(first), LIGHT).said == "There is no difference."
    assert difference(shown(second), shown(second), LIGHT).said == "There is no difference."
    for one, other in ((first, second), (second, first)):
        said = difference(shown(one), shown(other), LIGHT).said
        assert said == "There is no difference but for 1 value that one of them has not."

"""How a grid writes its numbers: one size and the same decimals for all, decimals before numbers, never in excess."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.draw.writing import NOTHING, writing


@pytest.mark.parametrize(
    ("values", "cell", "texts"),
    [
        ([1, 12, -3], 70, ["1", "12", "−3"]),
        ([0.5, 2.0, -1.25], 70, ["0.50", "2.00", "−1.25"]),
        ([0.5, 2.0], 70, ["0.5", "2.0"]),
        # 1/9 has no end: two decimals, and of small numbers two digits that count.
        ([1 / 9, 1.0], 70, ["0.11", "1.00"]),
        ([1 / 273, 1 / 300], 70, ["0.0037", "0.0033"]),
        ([0.0, -0.001, 1.5], 70, ["0.00", "0.00", "1.50"]),
        # A smaller cell loses decimals first: 5 characters need 45 pixels at 14.
        ([-1.25, 0.5], 44, ["−1.3", "0.5"]),
        # A half is rounded away from 0, also where binary keeps a little less than it.
        ([192.865, -2.675, 1.5], 70, ["192.87", "−2.68", "1.50"]),
        ([float("nan"), 2.0], 40, ["NaN", "2"]),
        ([float("inf"), 2.0], 40, ["∞", "2"]),
    ],
)
def test_all_numbers_of_a_grid_have_the_same_decimals(values: list[float], cell: float, texts: list[str]) -> None:
    chosen = writing(np.array(values), cell)
    assert [chosen.text(value) for value in values] == texts
    assert chosen.font >= 14
    assert max(map(len, texts)) * 0.6 * chosen.font <= cell


def test_numbers_have_38_percent_of_the_cell_where_that_is_more_than_14_pixels() -> None:
    assert writing(np.array([3.0]), 70).font == 26
    assert writing(np.array([3.0]), 50).font == 19
    assert writing(np.array([3.0]), 30).font == 14


def test_colour_alone_is_left_where_no_number_can_be_read() -> None:
    assert writing(np.array([0.37, -0.42]), 30) is NOTHING
    assert writing(np.array([123.0]), 20) is NOTHING
    assert NOTHING.texts(np.ones((2, 2))) == ()


def test_fractions_shrink_before_they_read_as_0() -> None:
    gradient = np.array([-4.2, 0.3])
    assert writing(gradient, 33, 12).text(0.3) == "0.3"
    assert writing(gradient, 33, 12).font == 12
    assert writing(gradient, 24, 12).text(-4.2) == "", "-4 would be another number, and 0.3 would be none"


def test_a_number_that_nobody_expected_is_shortened_or_left_out() -> None:
    chosen = writing(np.array([-1.0, 0.5]), 50, decimals=1)
    assert chosen.text(0.25) == "0.3"
    assert len(chosen.text(-1234567.8)) <= chosen.characters


def test_integers_stand_for_numbers_only_where_they_are_near() -> None:
    """A kernel of -1.5, 9 and 2 said -2 where its editor said -1.5, and sums of such numbers did not add up."""
    for kernel in ([-1.5, 9.0, 2.0], [0.4, 3.6]):
        for cell in range(12, 40):
            way = writing(np.array(kernel), cell, 12)
            texts = [way.text(value).replace("−", "-") for value in kernel]
            assert not any(texts) or [float(text) for text in texts] == pytest.approx(kernel), (cell, texts)
    assert writing(np.array([-160.4, 213.7]), 36, 12).text(213.7) == "214"

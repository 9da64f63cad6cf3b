"""Numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.draw.number import (
    MINUS,
    ends,
    grouped,
    most_decimals,
    number,
    short,
    signed,
    times,
    within,
    write_decimals,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (17, "17"),
        (-3, "−3"),
        (0.5, "0.5"),
        (1 / 9, "0.111"),
        (0.00391, "0.00391"),
        (12.3456, "12.346"),
        (192.8645, "192.865"),
        (-2.0005, "−2.001"),
        (1e-5, "1e−5"),
        (2.5e12, "2.5e12"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
        (123456789, "123456789"),
    ],
)
def test_integers_are_plain_and_decimals_few(value: float, text: str) -> None:
    assert number(value) == text


def test_the_minus_sign_is_a_true_one() -> None:
    assert "-" not in number(-1.5) + number(-1e-9) + signed(-2)
    assert signed(-2) == "(−2)"
    assert signed(2) == "2"


@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.integers(2, 8))
def test_short_fits_and_is_near(value: float, characters: int) -> None:
    text = short(value, characters)
    assert len(text) <= characters
    if text:
        read = float(text.replace(MINUS, "-"))
        assert (read == 0) == (value == 0)
        assert abs(read - value) <= max(0.5 * 1.0001, abs(value) * 0.06) if abs(value) >= 1 else True
        assert abs(read - value) <= abs(value) * 0.501 + 1e-12


def test_counts_are_grouped_by_thin_spaces() -> None:
    assert grouped(86400) == "86\u2009400"
    assert grouped(2025) == "2025"
    assert times(3, 5, 5) == "3 × 5 × 5"


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 0.003, ("0", "0.003")),
        (2_000_000_000, 2_000_000_100, ("2000000000", "2000000100")),
        (-2_000_000_100, -2_000_000_000, ("−2000000100", "−2000000000")),
        (2e9, 2.5e9, ("2e9", "2.5e9")),
        (1e6, 1e6 + 1, ("1000000", "1000001")),
        (1e6, 1e6 + 5e-4, ("1000000", "1000000.0005")),
        (5e9, 5e9, ("5e9", "5e9")),
        (math.nan, math.nan, ("NaN", "NaN")),
        # Rounding alone, which is no range.
        (0.08421052619, 0.08421052678, ("0.0842", "0.0842")),
    ],
)
def test_the_ends_of_a_range_are_told_apart(low: float, high: float, texts: tuple[str, str]) -> None:
    assert ends(low, high) == texts


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (1_000_000.25467, 1e6, 1e6 + 1, "1000000.25"),
        (2_000_000_025.13, 2e9, 2e9 + 100, "2000000025"),
        (-490.2, -1000, 783, "−490"),
        (0.0007664, 0, 0.00268, "0.00077"),
        (0.50004, 0.5, 0.501, "0.50004"),
        (0.3, 7, 7, "0.3"),
    ],
)
def test_a_value_is_written_as_finely_as_its_range_is_wide(value: float, low: float, high: float, text: str) -> None:
    assert within(value, low, high) == text


def test_numbers_written_before_have_as_many_decimals_as_those_written_now() -> None:
    before = most_decimals()
    try:
        write_decimals(3)
        assert short(1.23456, 9) == "1.235"
        write_decimals(1)
        assert short(1.23456, 9) == "1.2"
    finally:
        write_decimals(before)

"""Numbers that are typed by people."""

from __future__ import annotations

import pytest

from convgui.session.number_entry import parse_number, step_for, stepped


def test_numbers_as_people_type_them() -> None:
    assert [parse_number(t) for t in ("1", "−0,5", " 1/4 ", "2e-3")] == [1, -0.5, 0.25, 0.002]
    for wrong in ("", "x", "nan", "inf", "1/2/3"):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is Python's own
            parse_number(wrong)
    assert (step_for(3), step_for(0), step_for(0.25), step_for(0.062)) == (1, 1, 0.01, 0.001)


def test_a_step_goes_from_the_number_itself_and_adds_no_digits() -> None:
    assert stepped(0.00053027, 1) == 0.00054027
    assert stepped(0.3, -1) == 0.29
    assert [stepped(0.1, -1), stepped(0.07, 3), stepped(-2, 3), stepped(0, 1), stepped(1.5, 0)] == [
        0.09,
        0.073,
        1,
        1,
        1.5,
    ]
    assert stepped(1e-15, 1) == 1.1e-15, "not rounded to 0"
    assert stepped(5e-324, 1) >= 5e-324
    assert stepped(1e300, 1) == 1e300

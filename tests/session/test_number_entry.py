"""Numbers that are typed by people."""

from __future__ import annotations

import pytest

from convgui.session.number_entry import parse_number, step_for


def test_numbers_as_people_type_them() -> None:
    assert [parse_number(t) for t in ("1", "−0,5", " 1/4 ", "2e-3")] == [1, -0.5, 0.25, 0.002]
    for wrong in ("", "x", "nan", "inf", "1/2/3"):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is Python's own
            parse_number(wrong)
    assert (step_for(3), step_for(0), step_for(0.25), step_for(0.062)) == (1, 1, 0.01, 0.001)

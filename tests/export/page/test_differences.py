"""Drawings that share lines come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.export.page.differences import Shared, applied, splices

numbers = st.lists(st.integers(0, 5), max_size=12)


@given(numbers, numbers)
def test_what_differs_leads_from_one_to_the_other(before: list[int], now: list[int]) -> None:
    assert applied(before, splices(before, now)) == now


def test_what_stays_is_not_written_again() -> None:
    assert splices([1, 2, 3, 4, 5], [1, 2, 9, 4, 5]) == [[2, 1, 9]]
    assert splices([1, 2], [1, 2]) == []
    assert splices([1, 2], [1, 7, 8, 2]) == [[1, 0, 7, 8]]
    assert splices([1, 7, 8, 2], [1, 2]) == [[1, 2]]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=1, max_size=5))
def test_each_line_is_kept_once_and_every_drawing_comes_back(drawings: list[list[str]]) -> None:
    shared, last = Shared(), list[int]()
    for drawing in drawings:
        dark = [line.upper() if line != "a" else line for line in drawing]
        last = applied(last, shared.add([drawing, dark]))
        assert [shared.lines[n][0] for n in last] == drawing
        assert [shared.lines[n][-1] for n in last] == dark
    assert len(set(shared.lines)) == len(shared.lines)
    assert ("a",) in shared.lines or not any("a" in drawing for drawing in drawings), "alike in both themes: kept once"


def test_themes_with_other_lines_are_no_drawing() -> None:
    with pytest.raises(ValueError, match="longer"):
        Shared().add([["a"], ["a", "b"]])

"""Axes and bars of a scale: what is crowded is left out, and the high end is at the top."""

from __future__ import annotations

import numpy as np

from convgui.draw.axes import axis_below, axis_left, scale_bar
from convgui.draw.picture import Label, Lines, Raster
from convgui.draw.theme import LIGHT

MARKS = [(0.0, "a"), (0.1, "b"), (0.5, "c"), (0.6, "d"), (1.0, "e")]


def test_numbers_that_would_stand_on_each_other_are_left_out() -> None:
    """At 100 pixels a tenth is 10, less than a line is high; the ticks all stay."""
    left = axis_left((20, 30, 200, 100), MARKS, LIGHT)
    assert [item.text for item in left if isinstance(item, Label)] == ["a", "c", "e"]
    below = axis_below((20, 30, 100, 200), [(share, text * 2) for share, text in MARKS], "title", LIGHT)
    assert [item.text for item in below if isinstance(item, Label)] == ["aa", "cc", "ee", "title"]
    for items, axis, start in ((left, 1, 30), (below, 0, 20)):
        (ticks,) = (item for item in items if isinstance(item, Lines))
        assert ticks.segments[:, axis].tolist() == [start + 100 * share for share, _ in MARKS]


def test_where_there_is_room_nothing_is_left_out() -> None:
    left = axis_left((20, 30, 200, 400), MARKS, LIGHT)
    assert [item.text for item in left if isinstance(item, Label)] == ["a", "b", "c", "d", "e"]


def test_the_top_of_a_bar_is_its_high_end() -> None:
    colours = np.array([[10, 0, 0], [20, 0, 0], [30, 0, 0]], np.uint8)
    items = scale_bar((5, 100, 10, 60), colours, "low", "high", LIGHT)
    (bar,) = (item for item in items if isinstance(item, Raster))
    assert bar.image[:, 0, 0].tolist() == [30, 20, 10]
    high, low = (item for text in ("high", "low") for item in items if isinstance(item, Label) and item.text == text)
    assert 100 < high.y < low.y <= 160

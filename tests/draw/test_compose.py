from __future__ import annotations

import numpy as np
import pytest

from convgui.draw.compose import bounds, centred, extent, placed
from convgui.draw.picture import Anchor, Item, Label, Picture, Run
from convgui.draw.svg import svg
from convgui.files.lessons import load_lesson
from tests.scenes.checks import picture_of


@pytest.mark.parametrize("lesson", ["many-filters", "grouped", "transposed-2-4", "receptive-field", "brain-sobel"])
def test_a_moved_picture_is_the_picture_elsewhere(lesson: str) -> None:
    picture = picture_of(load_lesson(lesson), captions=False, size=(400, 300))
    left, top, wide, high = bounds(picture)
    away = Picture(600, 500, picture.background, placed(picture, 30, 50))
    assert bounds(away) == pytest.approx((left + 30, top + 50, wide, high))
    back = Picture(400, 300, picture.background, placed(away, -30, -50))
    assert svg(back).count("<rect") == svg(picture).count("<rect")
    assert bounds(back) == pytest.approx((left, top, wide, high))


def test_centred_is_in_the_middle() -> None:
    picture = centred(picture_of(load_lesson("sobel-photo"), captions=False, size=(400, 300)))
    left, top, wide, high = bounds(picture)
    assert left + wide / 2 == pytest.approx(200, abs=1)
    assert top + high / 2 == pytest.approx(150, abs=1)


def test_nothing_is_the_whole_picture() -> None:
    empty = Picture(40, 30, (0, 0, 0, 255))
    assert bounds(empty) == (0, 0, 40, 30)
    assert centred(empty) is empty
    nothing: tuple[Item, ...] = placed(empty, np.float64(1), 1)
    assert nothing == ()


@pytest.mark.parametrize(("anchor", "left"), [("start", 100), ("middle", 88), ("end", 76)])
def test_words_take_their_room_on_the_side_they_are_written_to(anchor: Anchor, left: float) -> None:
    """Four letters of 10 pixels are 24 wide in the font whose letters are all as wide as each other."""
    ink = (0, 0, 0, 255)
    said = Label(100, 50, (Run("in", ink), Run("[0", ink)), 10, mono=True, anchor=anchor)
    nothing = Label(5, 5, (Run("", ink),), 10)
    assert extent(Picture(200, 80, ink, (said,), (nothing,))) == pytest.approx((left, 40, 24, 13))

"""Every parameter has a tiny picture, in every theme, within its frame."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.draw.parameters import HEIGHT, WIDTH, parameter_picture
from convgui.draw.picture import Rects
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.qt.inspector.parameter_tips import WORDS


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", WORDS)
def test_a_picture_stays_within_its_frame(name: str, theme: Theme) -> None:
    picture = parameter_picture(name, theme)
    assert picture is not None
    boxes = np.concatenate([item.boxes for item in picture.items if isinstance(item, Rects)])
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, :2] + boxes[:, 2:] <= (WIDTH, HEIGHT)).all()


def test_pictures_differ_and_what_is_no_parameter_has_none() -> None:
    drawn = [parameter_picture(name, LIGHT) for name in WORDS]
    boxes = {b"".join(i.boxes.tobytes() for i in p.items if isinstance(i, Rects)) for p in drawn if p is not None}
    assert len(boxes) == len(WORDS)
    assert parameter_picture("colour", LIGHT) is None


def test_dilation_2_puts_nine_weights_onto_every_other_cell() -> None:
    picture = parameter_picture("dilation", LIGHT)
    assert picture is not None
    taps = [item for item in picture.items if isinstance(item, Rects) and item.fill == LIGHT.window]
    near, far = (np.unique(item.boxes[:, 0]) for item in taps)
    assert np.diff(near).tolist() == [16, 16]
    assert np.diff(far).tolist() == [32, 32]

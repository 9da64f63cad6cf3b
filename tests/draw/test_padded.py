"""A grid with padding around what is given."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convgui.draw.grids import value_cells
from convgui.draw.padded import pale_padding, with_padding
from convgui.draw.picture import Rects
from convgui.draw.theme import LIGHT

sides = st.tuples(*[st.integers(0, 3)] * 4)


@given(st.integers(1, 5), st.integers(1, 5), sides)
def test_padding_is_pale_and_dashed_and_what_is_given_is_not(high: int, wide: int, pads: tuple[int, ...]) -> None:
    above, below, left, right = pads
    values = np.ones((above + high + below, left + wide + right))
    inside = np.pad(np.ones((high, wide), bool), ((above, below), (left, right)))
    grid = value_cells(values, LIGHT, "input", (7, 9), 30)
    framed, border = with_padding(grid, (above, left, high, wide), LIGHT)
    for drawn in (framed, pale_padding(grid, (above, left, high, wide), LIGHT)):
        assert np.array_equal(drawn.content.fill[inside], grid.content.fill[inside])
        assert (drawn.content.fill[~inside] == LIGHT.background).all()
        assert (drawn.content.ink[~inside] == LIGHT.muted).all()
    if inside.all():
        assert border == []
        return
    dashed, frame = border
    assert isinstance(dashed, Rects)
    assert isinstance(frame, Rects)
    assert dashed.dash == "dashed"
    assert sorted(map(tuple, dashed.boxes.tolist())) == sorted(
        (7 + 30 * j, 9 + 30 * i, 30, 30) for i, j in np.argwhere(~inside).tolist()
    )
    assert frame.boxes.tolist() == [[7 + 30 * left, 9 + 30 * above, 30 * wide, 30 * high]]

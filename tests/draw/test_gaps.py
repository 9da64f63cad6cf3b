"""What stands between two grids: a wedge has the corners of what it joins, in their order around it."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.draw.gaps import falling, wedge
from convgui.draw.picture import Lines, Polygons
from convgui.draw.theme import LIGHT

SIDES = [((100.0, 160.0), (120.0, 240.0)), ((100.0, 240.0), (300.0, 320.0)), ((100.0, 120.0), (20.0, 80.0))]


@pytest.mark.parametrize(("near", "far"), SIDES)
@pytest.mark.parametrize("down", [True, False])
def test_a_wedge_is_the_trapezium_between_what_it_joins(
    near: tuple[float, float], far: tuple[float, float], down: bool
) -> None:
    fill, edges = (falling if down else wedge)((10.0, 60.0), near, far, LIGHT)
    assert isinstance(fill, Polygons)
    assert isinstance(edges, Lines)
    # All is looked at as if it fell: ends at 10 and 60 from above, sides from the left.
    corners = fill.corners[0] if down else fill.corners[0][:, ::-1]
    lines = edges.segments.reshape(-1, 2, 2) if down else edges.segments.reshape(-1, 2, 2)[:, :, ::-1]
    assert lines.tolist() == [[[near[0], 10], [far[0], 60]], [[near[1], 10], [far[1], 60]]]
    assert sorted(corners.tolist()) == sorted(lines.reshape(-1, 2).tolist())
    # By the shoelace formula; a bow tie of the same four corners has less.
    x, y = corners.T
    area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    assert area == pytest.approx((near[1] - near[0] + far[1] - far[0]) / 2 * 50)

"""Projections against NumPy along the axes and against plain loops; orientation and proportions of what is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.draw.pose import Pose, pose, turned, upright
from convgui.draw.shear_warp import OTHERS, brick, composite, first_hits, maximum, shear
from convgui.draw.surface import lit, otsu, painted

FRAME = (0.0, 0.0, 100.0, 80.0)
# For each axis a turn that looks along it from its first cell, and one from its last.
ALONG = {
    (0, True): (0, 0),
    (0, False): (180, 0),
    (1, True): (0, 90),
    (1, False): (0, -90),
    (2, True): (90, 0),
    (2, False): (-90, 0),
}


SHAPE = (7, 5, 9)


def phantom(shape: tuple[int, int, int] = SHAPE) -> NDArray[np.uint8]:
    return np.random.default_rng(2).integers(1, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(("axis", "forward"), list(ALONG))
def test_along_an_axis_the_projection_is_the_maximum(axis: int, forward: bool) -> None:
    values = phantom()
    values[2:4] = 0
    way = shear(pose(SHAPE, (1, 1, 1), FRAME, ALONG[axis, forward], 4.0))
    assert (way.axis, way.forward) == (axis, forward)
    assert np.array_equal(maximum(brick(values), way), values.max(axis=axis))


@pytest.mark.parametrize("turn", [(25.0, 10.0), (-70.0, 30.0), (20.0, -75.0), (160.0, 5.0)])
def test_every_slice_lies_where_its_ray_meets_the_picture(turn: tuple[float, float]) -> None:
    """One bright cell lands, within half a cell of the sheared image, where the pose says that it is."""
    stands = pose((7, 5, 9), (1.0, 2.0, 1.5), FRAME, turn, 3.0)
    way = shear(stands)
    for cell in ((0, 0, 0), (6, 4, 8), (3, 0, 7), (6, 0, 1)):
        values = np.zeros((7, 5, 9), dtype=np.uint8)
        values[cell] = 200
        image = maximum(brick(values), way)
        assert (image > 0).sum() == 1
        row, column = np.argwhere(image)[0] + 0.5
        a, b, c, d, e, f = way.matrix
        drawn = np.array([a * column + c * row + e, b * column + d * row + f])
        expected = stands.points(np.array([cell]) + 0.5)[0, :2]
        rows, columns = OTHERS[way.axis]
        most = 0.5 * np.linalg.norm(stands.axes[:2, [rows, columns]], axis=0).sum() + 1e-9
        assert np.linalg.norm(drawn - expected) <= most


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_seen_from_anywhere_the_brightest_cell_is_seen_and_nothing_is_invented(about: float, over: float) -> None:
    values = phantom((5, 6, 4))
    image = maximum(brick(values), shear(pose((5, 6, 4), (1, 3, 1), FRAME, (about, over), 2.0)))
    assert image.max() == values.max()
    assert set(np.unique(image)) <= set(np.unique(values)) | {0}


def plain_composite(slices: NDArray[np.float64], opacity: float) -> NDArray[np.float64]:
    """The nearest slice first: light that gets through what is before it."""
    seen, through = np.zeros(slices.shape[1:]), np.ones(slices.shape[1:])
    for values in slices:
        opaque = opacity * np.abs(values)
        seen += through * opaque * values
        through *= 1 - opaque
    return seen


@pytest.mark.parametrize(("axis", "forward"), list(ALONG))
@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
def test_looking_through_is_the_plain_loop(axis: int, forward: bool, dtype: type) -> None:
    values = phantom().view(np.int8).astype(dtype) if dtype is np.int8 else phantom()
    if dtype is np.int8:
        values = np.maximum(values, -127).astype(np.int8)
    way = shear(pose(SHAPE, (1, 1, 1), FRAME, ALONG[axis, forward], 4.0))
    slices = np.moveaxis(values.astype(np.float64), axis, 0)
    expected = plain_composite(slices if forward else slices[::-1], 0.003)
    assert np.allclose(composite(brick(values), way, 0.003), expected, atol=1e-3)


@pytest.mark.parametrize(("axis", "forward"), list(ALONG))
def test_the_first_hit_is_the_nearest_solid_cell(axis: int, forward: bool) -> None:
    solid = np.where(phantom() > 200, np.uint8(255), np.uint8(0))
    way = shear(pose(SHAPE, (1, 1, 1), FRAME, ALONG[axis, forward], 4.0))
    slices = np.moveaxis(solid, axis, 0) > 0
    near = slices.argmax(axis=0) if forward else len(slices) - 1 - slices[::-1].argmax(axis=0)
    assert np.array_equal(first_hits(brick(solid), way), np.where(slices.any(axis=0), near, -1))


def test_hits_are_told_apart_beyond_255_slices() -> None:
    solid = np.zeros((300, 2, 2), dtype=np.uint8)
    solid[[299, 3, 270], [0, 0, 1], [0, 1, 1]] = 255
    way = shear(pose((300, 2, 2), (1, 1, 1), FRAME, (0, 0), 1.0))
    assert first_hits(brick(solid), way).tolist() == [[299, 3], [-1, 270]]


def corner_of(stands: Pose) -> NDArray[np.float64]:
    """Where the first cell lies, from the middle."""
    return np.asarray(stands.points(np.array([[0.5, 0.5, 0.5]]))[0, :2] - np.array(stands.centre))


def test_a_marked_corner_stands_where_it_belongs() -> None:
    x, y = corner_of(pose((8, 8, 8), (1, 1, 1), FRAME, (0, 0), 1.0))
    assert x < 0  # width begins on the left
    assert y < 0  # height begins above
    # Index 0 is inferior, anterior and right: below, and on the left of the picture of a patient who faces the reader.
    known = (("I", "S"), ("A", "P"), ("R", "L"))
    stands = pose((8, 8, 8), (1, 1, 1), FRAME, (0, 0), 1.0, known)
    x, y = corner_of(stands)
    assert x < 0
    assert y > 0
    first, last = stands.points(np.array([[4.0, 0, 4], [4.0, 8, 4]]))[:, 2]
    assert first < last  # the face is nearer than the back of the head


def test_directions_never_mirror_a_right_handed_volume() -> None:
    for directions in ((), (("I", "S"), ("A", "P"), ("R", "L")), (("S", "I"), ("P", "A"), ("R", "L"))):
        assert np.linalg.det(upright(directions)) == pytest.approx(np.linalg.det(upright()))
    assert np.linalg.det(upright((("S", "I"), ("A", "P"), ("R", "L")))) == pytest.approx(-np.linalg.det(upright()))


def test_turning_brings_the_right_side_and_the_top_to_the_front() -> None:
    nearest = [turned((90, 0)) @ np.array(p) for p in ([-1.0, 0, 0], [1.0, 0, 0])]
    assert nearest[0][2] < nearest[1][2]
    assert (turned((0, 90)) @ np.array([0.0, -1, 0]))[2] == pytest.approx(-1)


def test_spacing_is_respected() -> None:
    """A volume of 4 x 8 x 8 cells of 2 x 1 x 1 mm is a cube."""
    flat = pose((4, 8, 8), (2, 1, 1), FRAME, (30, 20), 5.0)
    cube = pose((8, 8, 8), (1, 1, 1), FRAME, (30, 20), 5.0)
    corners = np.array(list(np.ndindex(2, 2, 2)))
    assert np.allclose(flat.points(corners * [4, 8, 8]), cube.points(corners * [8, 8, 8]))
    assert np.linalg.norm(flat.axes[:, 0]) == pytest.approx(10)


def test_otsu_parts_two_groups_and_agrees_with_its_definition() -> None:
    rng = np.random.default_rng(1)
    values = np.clip(np.concatenate([rng.normal(60, 12, 4000), rng.normal(180, 20, 1500)]), 0, 255).astype(int)
    counts = np.bincount(values, minlength=256)

    def between(level: int) -> float:
        low, high = values[values < level], values[values >= level]
        if not low.size or not high.size:
            return 0.0
        return float(low.size * high.size * (low.mean() - high.mean()) ** 2)

    best = max(between(level) for level in range(1, 256))
    assert between(otsu(counts)) == pytest.approx(best)


def test_a_lit_ball_is_brightest_towards_the_light() -> None:
    grid = np.indices((40, 40, 40)) - 19.5
    ball = np.clip(300 - 14 * np.sqrt((grid**2).sum(axis=0)), 0, 255).astype(np.uint8)
    solid = np.where(ball >= 100, np.uint8(255), np.uint8(0))
    stands = pose((40, 40, 40), (1, 1, 1), FRAME, (0, 0), 1.0)
    way = shear(stands)
    hits = first_hits(brick(solid), way)
    brightness, gloss = lit(brick(ball), way, stands, hits)
    assert np.array_equal(brightness > 0, hits >= 0)
    assert brightness[14, 15] > brightness[20, 20] > brightness[27, 27]
    image = painted(brightness, gloss, np.array([200, 100, 50]))
    assert image[0, 0].tolist() == [0, 0, 0, 0]
    assert image[14, 15, 3] == 255
    assert image[14, 15, 0] > image[14, 15, 2]

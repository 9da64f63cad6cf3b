"""Large arrays through a window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.draw.levels import input_levels, output_levels
from convgui.draw.theme import LIGHT
from convgui.draw.viewport import block_means, halved, pyramid, seen, view_through

FRAME = (10.0, 20.0, 300.0, 200.0)


@given(st.integers(1, 500), st.integers(1, 500), st.floats(1, 50), st.floats(0, 1), st.floats(0, 1))
def test_the_array_fills_the_frame_or_is_centred(
    rows: int, columns: int, zoom: float, down: float, across: float
) -> None:
    view = view_through(FRAME, (rows, columns), (down, across), zoom)
    x, y, width, height = view.box
    for start, size, left, room in ((x, width, FRAME[0], FRAME[2]), (y, height, FRAME[1], FRAME[3])):
        if size <= room:
            assert abs((start - left) - (room - size) / 2) < 1e-6
        else:
            assert start <= left + 1e-6
            assert start + size >= left + room - 1e-6
    rows_seen, columns_seen = view.visible()
    assert 0 <= rows_seen.start < rows_seen.stop <= rows
    assert 0 <= columns_seen.start < columns_seen.stop <= columns


@given(st.floats(1, 8), st.floats(1.05, 3), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_zooming_keeps_the_point_under_the_pointer(zoom: float, factor: float, fx: float, fy: float) -> None:
    view = view_through(FRAME, (400, 600), (0.5, 0.5), zoom)
    at = (FRAME[0] + fx * FRAME[2], FRAME[1] + fy * FRAME[3])
    closer, centre = view.zoomed(zoom, at, factor)
    after = view_through(FRAME, (400, 600), centre, closer)
    before_cell = ((at[0] - view.x) / view.across, (at[1] - view.y) / view.down)
    after_cell = ((at[0] - after.x) / after.across, (at[1] - after.y) / after.down)
    assert np.allclose(before_cell, after_cell, atol=1e-6)


def test_moving_follows_the_hand() -> None:
    view = view_through(FRAME, (400, 600), (0.5, 0.5), 4.0)
    after = view_through(FRAME, (400, 600), view.moved((15, -8)), 4.0)
    assert np.allclose((after.x - view.x, after.y - view.y), (15, -8))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 9))
def test_block_means_are_the_means_of_blocks(rows: int, columns: int, factor: int) -> None:
    array = np.random.default_rng(rows * 41 + columns).integers(0, 255, (2, rows, columns)).astype(np.uint8)
    means = block_means(array, factor)
    for i, j in np.ndindex(*means.shape[1:]):
        block = array[:, i * factor : (i + 1) * factor, j * factor : (j + 1) * factor]
        assert np.allclose(means[:, i, j], block.mean(axis=(1, 2)), rtol=1e-5)


@given(st.integers(1, 40), st.integers(1, 40))
def test_halving_averages_blocks_of_four(rows: int, columns: int) -> None:
    array = np.random.default_rng(rows * 41 + columns).integers(0, 255, (2, rows, columns))
    for kind in (np.uint8, np.float32):
        half = halved(array.astype(kind))
        assert half is not None
        assert half.shape == (2, -(-rows // 2), -(-columns // 2))
        assert half.dtype == kind
        for i, j in ((0, 0), (half.shape[1] - 1, half.shape[2] - 1)):
            block = array[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean(axis=(1, 2))
            assert np.allclose(half[:, i, j], block, atol=0.51 if kind is np.uint8 else 1e-4)


def test_seen_at_one_to_one_is_the_array_itself() -> None:
    array = np.arange(60_000, dtype=np.float32).reshape(200, 300)
    part, box = seen(pyramid(array), view_through(FRAME, (200, 300), (0.5, 0.5), 1.0))
    assert np.array_equal(part, array)
    assert box == FRAME


@given(st.integers(401, 3000), st.floats(1, 30), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_a_small_view_takes_a_small_level_and_covers_the_frame(columns: int, zoom: float, centre: float) -> None:
    array = np.tile(np.arange(columns, dtype=np.float32), (300, 1))
    view = view_through(FRAME, (300, columns), (0.5, centre), zoom)
    part, box = seen(pyramid(array), view)
    assert part.shape[-1] <= 4 * FRAME[2] + 4
    left, _, width, _ = view.clip
    assert box[0] <= left + 1e-6
    assert box[0] + box[2] >= left + width - 1e-6
    middle = (left + width / 2 - box[0]) / box[2] * part.shape[-1]
    expected = (left + width / 2 - view.x) / view.across
    step = box[2] / part.shape[-1] / view.across
    assert abs(part[0, min(int(middle), part.shape[-1] - 1)] - expected) <= step + 1


@given(st.integers(401, 900), st.integers(401, 900), st.floats(1, 2), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_a_mean_stands_where_the_cells_lie_that_it_is_of(
    rows: int, columns: int, zoom: float, down: float, across: float
) -> None:
    """Of an array that holds its own indices, a mean of n x n tells its first cell: half of n - 1 before it."""
    index = np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")).astype(np.float32)
    view = view_through(FRAME, (rows, columns), (down, across), zoom)
    part, (x, y, width, height) = seen(pyramid(index), view)
    n = round(width / part.shape[2] / view.across)
    for first, corner, side in ((part[0, 0, 0], y - view.y, view.down), (part[1, 0, 0], x - view.x, view.across)):
        # A last, odd one is averaged with itself.
        if part.shape[1] > 1 and part.shape[2] > 1:
            assert abs(corner / side - (first - (n - 1) / 2)) < 0.01
    assert height / part.shape[1] == pytest.approx(n * view.down)


def test_giving_up_leaves_what_there_is() -> None:
    array = np.zeros((1000, 1000), dtype=np.uint8)
    assert len(pyramid(array).levels) == 3
    assert len(pyramid(array, lambda: True).levels) == 1


def test_levels() -> None:
    assert input_levels(np.zeros((1, 2, 2), dtype=np.uint8)).high == 255
    assert input_levels(np.array([[[-3.0, 5.0]]])).low == -3
    output = np.array([[-10.0, 0.0, 40.0]])
    signed = output_levels(output, 0.0, True, input_levels(output[None]))
    assert signed.low == -signed.high
    colours = signed.colours(np.array([[0.0, signed.high, signed.low]]), LIGHT)
    assert colours[0, 0].min() > 220
    assert colours[0, 1, 2] > colours[0, 1, 0]
    assert colours[0, 2, 0] > colours[0, 2, 2]
    grey = output_levels(output, 2.0, False, input_levels(np.zeros((1, 1, 1), dtype=np.uint8)))
    assert (grey.low, grey.high) == (0.0, 510.0)


def test_means_of_large_whole_numbers_are_exact() -> None:
    for kind in (np.int32, np.uint32, np.int64, np.float64):
        values = 2_000_000_000 + np.arange(64).reshape(8, 8).astype(kind)
        wanted = values.reshape(4, 2, 4, 2).mean(axis=(1, 3))
        np.testing.assert_array_equal(block_means(values, 2), wanted)
        np.testing.assert_array_equal(halved(values), wanted)


@given(st.integers(201, 3000), st.integers(301, 3000), st.floats(1, 9), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_what_is_seen_covers_the_frame_down_and_across(
    rows: int, columns: int, zoom: float, down: float, across: float
) -> None:
    view = view_through(FRAME, (rows, columns), (down, across), zoom)
    part, box = seen(pyramid(np.zeros((rows, columns), np.uint8)), view)
    clip = view.clip
    for side in (0, 1):
        assert box[side] <= clip[side] + 1e-6
        assert box[side] + box[side + 2] >= clip[side] + clip[side + 2] - 1e-6
    # Its cells are square, as those of the array.
    assert abs(box[2] / part.shape[1] - box[3] / part.shape[0]) < 1e-6


@pytest.mark.parametrize("frame", [(10.0, 20.0, 0.0, 0.0), (10.0, 20.0, 0.0, 50.0), (10.0, 20.0, 50.0, 0.0)])
def test_a_frame_without_room_is_looked_through_all_the_same(frame: tuple[float, float, float, float]) -> None:
    view = view_through(frame, (4, 6), (0.5, 0.5), 1.0)
    assert view.visible() == (slice(0, 1), slice(0, 1))
    assert view.centre == (0.5, 0.5)
    assert view.zoomed(1.0, (10, 20), 2.0) == (1.0, (0.5, 0.5))
    assert view.moved((3, 4)) == (0.5, 0.5)
    part, _ = seen(pyramid(np.zeros((1, 4, 6))), view, 1.0)
    assert part.size

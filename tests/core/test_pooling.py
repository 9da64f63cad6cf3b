import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import (
    SpecError,
    average_pool,
    channel_shuffle,
    convolve,
    insert_zeros,
    max_pool,
    max_pool_winners,
    pixel_shuffle,
    pixel_unshuffle,
    upsample_linear,
    upsample_nearest,
)

RNG = np.random.default_rng(3)


def test_max_pool() -> None:
    x = np.array([[[1, 2, 0], [4, 3, 0], [0, 0, -9]]], dtype=np.int8)
    assert max_pool(x, 2, stride=1)[0].tolist() == [[4, 3], [4, 3]]
    assert max_pool_winners(x, 2, stride=1)[0].tolist() == [[2, 2], [0, 0]]
    assert max_pool(-np.ones((1, 3, 3)), 3, padding=1).max() == -1, "padding never wins"
    assert max_pool(np.full((1, 3), -5, np.int16), 2, padding=1).max() == -5


@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.integers(1, 3))
def test_average_pool_is_a_box_filter(size: int, stride: int, padding: int, rank: int) -> None:
    padding = min(padding, size // 2)
    x = RNG.standard_normal((2, *(6,) * rank))
    box = np.full((2, 1, *(size,) * rank), 1 / size**rank)
    expected = convolve(x, box, stride=stride, padding=padding, groups=2)
    np.testing.assert_allclose(average_pool(x, size, stride=stride, padding=padding), expected, atol=1e-12)
    ones = average_pool(np.ones_like(x), size, stride=stride, padding=padding, count_include_pad=False)
    np.testing.assert_allclose(ones, 1)


def test_pool_refuses_more_padding_than_half_the_window() -> None:
    with pytest.raises(SpecError, match="half the window"):
        max_pool(np.zeros((1, 4)), 2, padding=2)


def test_upsampling() -> None:
    assert upsample_nearest([[1, 2]], 2).tolist() == [[1, 1, 2, 2]]
    assert insert_zeros([[1, 2, 3]], 2).tolist() == [[1, 0, 2, 0, 3]]
    assert upsample_linear([[0.0, 1.0]], 2).tolist() == [[0, 0.25, 0.75, 1]]
    np.testing.assert_allclose(upsample_linear([[0.0, 1.0]], 2, align_corners=True), [[0, 1 / 3, 2 / 3, 1]])
    ramp = np.add.outer(np.arange(4.0), 10 * np.arange(5.0))[None]
    fine = upsample_linear(ramp, 3)[0]
    np.testing.assert_allclose(np.diff(fine[3:-3], axis=0), 1 / 3)
    assert upsample_linear(np.ones((1, 1, 1, 1), np.float32), (1, 2, 3)).tolist() == np.ones((1, 1, 2, 3)).tolist()


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_pixel_shuffle_and_back(rank: int) -> None:
    x = RNG.standard_normal((3 * 2**rank, *range(2, 2 + rank)))
    big = pixel_shuffle(x, 2)
    assert big.shape == (3, *(2 * n for n in range(2, 2 + rank)))
    assert (pixel_unshuffle(big, 2) == x).all()
    assert big[(1, *(1,) * rank)] == x[(1 * 2**rank + 2**rank - 1, *(0,) * rank)]


def test_shuffles_refuse_what_does_not_divide() -> None:
    with pytest.raises(SpecError, match="do not divide"):
        pixel_shuffle(np.zeros((3, 2, 2)), 2)
    with pytest.raises(SpecError, match="divide each axis"):
        pixel_unshuffle(np.zeros((1, 3, 2)), 2)
    with pytest.raises(SpecError, match="does not divide 9"):
        channel_shuffle(np.zeros((9, 2)), 2)


def test_channel_shuffle() -> None:
    assert channel_shuffle(np.arange(9), 3).tolist() == [0, 3, 6, 1, 4, 7, 2, 5, 8]


@pytest.mark.parametrize(("factor", "lost"), [(1, [1]), (2, [1, 2, 3, 4]), (3, [2, 3, 4, 5, 6])])
def test_interpolation_reads_no_neighbour_without_weight(factor: int, lost: list[int]) -> None:
    made = upsample_linear(np.array([[1.0, np.nan, 5.0]]), factor)[0]
    assert np.flatnonzero(np.isnan(made)).tolist() == lost


def test_interpolation_between_the_largest_numbers_of_either_sign() -> None:
    for sign in (1, -1):
        made = upsample_linear(sign * np.array([[-1.7e308, 0.4e308]]), 2)
        np.testing.assert_allclose(made[0], sign * np.array([-1.7e308, -1.175e308, -0.125e308, 0.4e308]), rtol=1e-14)


def test_of_equal_values_the_first_wins() -> None:
    x = np.array([[[3, 3, 1], [3, 2, 5], [0, 5, 5]]])
    assert max_pool_winners(x, 2, stride=1).tolist() == [[[0, 3], [3, 1]]]

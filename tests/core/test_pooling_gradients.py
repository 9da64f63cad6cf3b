"""Gradients of pooling and upsampling: the transpose of what goes forward."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core.pooling import average_pool, max_pool, upsample_linear, upsample_nearest
from convgui.core.pooling_gradients import (
    average_pool_gradient,
    max_pool_gradient,
    upsample_linear_gradient,
    upsample_nearest_gradient,
)
from convgui.core.spec import SpecError

shapes = st.lists(st.integers(4, 7), min_size=1, max_size=3).map(tuple)


@given(shapes, st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.integers(0, 99))
def test_the_gradient_of_a_maximum_goes_to_the_winner(
    spatial: tuple[int, ...], size: int, stride: int, padding: int, seed: int
) -> None:
    padding = min(padding, size // 2)
    rng = np.random.default_rng(seed)
    # No two values are equal, so that every window has one winner.
    x = rng.permutation(2 * int(np.prod(spatial))).astype(float).reshape(2, *spatial)
    out = max_pool(x, size, stride=stride, padding=padding)
    grad = rng.normal(size=out.shape)
    found = max_pool_gradient(grad, x, size, stride=stride, padding=padding)
    wanted = np.zeros_like(x)
    for place in np.ndindex(out.shape):
        wanted[x == out[place]] += grad[place]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@given(shapes, st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.integers(0, 99))
def test_averages_and_upsampling_are_transposed(
    spatial: tuple[int, ...], size: int, stride: int, padding: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, *spatial))
    padding = min(padding, size // 2)
    pooled = average_pool(x, size, stride=stride, padding=padding)
    near, linear = upsample_nearest(x, size), upsample_linear(x, size)
    grads = [rng.normal(size=out.shape) for out in (pooled, near, linear)]
    gradients = (
        average_pool_gradient(grads[0], spatial, size, stride=stride, padding=padding),
        upsample_nearest_gradient(grads[1], size),
        upsample_linear_gradient(grads[2], spatial, size),
    )
    for out, grad, gradient in zip((pooled, near, linear), grads, gradients, strict=True):
        assert gradient.shape == x.shape
        # <A x, g> = <x, A^T g> for a linear A.
        assert float((out * grad).sum()) == pytest.approx(float((x * gradient).sum()), abs=1e-9)


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(SpecError, match=r"grad: has shape \(1, 3\)"):
        max_pool_gradient(np.zeros((1, 3)), np.zeros((1, 4)), 2)

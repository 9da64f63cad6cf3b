import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import SpecError, nearest_separable, preset, separable_factors


def test_sobel_is_a_product() -> None:
    factors = separable_factors(preset("sobel-x").weights())
    assert factors.rank == 1
    down, across = factors.terms[0]
    np.testing.assert_allclose(down / down[0], [1, 2, 1])
    np.testing.assert_allclose(across / across[-1], [-1, 0, 1], atol=1e-12)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_all_terms_together_are_the_kernel(rows: int, cols: int, seed: int) -> None:
    kernel = np.random.default_rng(seed).standard_normal((rows, cols))
    factors = separable_factors(kernel)
    assert factors.rank == min(rows, cols)
    np.testing.assert_allclose(factors.sum(factors.rank), kernel, atol=1e-12)


def test_three_axes() -> None:
    assert separable_factors(preset("sobel-3d-z").weights()).rank == 1
    kernel = np.random.default_rng(1).standard_normal((3, 4, 5))
    factors = separable_factors(kernel)
    np.testing.assert_allclose(factors.sum(len(factors.terms)), kernel, atol=1e-12)


def test_nearest_and_its_error() -> None:
    assert nearest_separable(preset("gaussian-5").weights())[1] == pytest.approx(0, abs=1e-12)
    assert nearest_separable(np.diag([3.0, 4.0]))[1] == pytest.approx(3 / 5)
    assert nearest_separable(np.zeros((3, 3)))[1] == 0
    assert separable_factors(np.zeros((3, 3))).rank == 0
    with pytest.raises(SpecError, match="axes"):
        separable_factors([1.0, 2.0])

import numpy as np
import pytest
from hypothesis import given, settings

from convgui.core import ConvSpec, SpecError, convolution_matrix, convolve, convolve_transposed
from tests.core.reference import Case, cases

RNG = np.random.default_rng(0)


def test_the_textbook_matrix() -> None:
    c = convolution_matrix(ConvSpec.of(1, 1, (3, 3)), np.arange(1.0, 10).reshape(1, 1, 3, 3), (4, 4))
    dense = c.dense()
    assert c.shape == (4, 16)
    assert np.count_nonzero(dense) == 36
    row = np.array([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0])
    for i, shift in enumerate((0, 1, 4, 5)):
        assert (dense[i] == np.roll(row, shift)).all()
    assert (c @ np.arange(1, 17)).tolist() == [348, 393, 528, 573]
    assert not np.allclose(dense.T @ dense, np.eye(16))


@settings(max_examples=40)
@given(cases(largest=7))
def test_the_matrix_is_the_convolution(case: Case) -> None:
    c = convolution_matrix(case.spec, case.weight, case.x.shape[1:])
    expected = convolve(case.x, case.weight, **case.keywords).ravel()
    np.testing.assert_allclose(c @ case.x.ravel(), expected, atol=1e-12)
    np.testing.assert_allclose(c.dense() @ case.x.ravel(), expected, atol=1e-12)
    assert (case.weight.ravel()[c.weights] == c.values).all()


@settings(max_examples=40)
@given(cases(transposed=True, largest=6))
def test_the_matrix_of_a_transposed_convolution(case: Case) -> None:
    c = convolution_matrix(case.spec, case.weight, case.x.shape[1:])
    expected = convolve_transposed(case.x, case.weight, **case.keywords).ravel()
    np.testing.assert_allclose(c @ case.x.ravel(), expected, atol=1e-12)


def test_transposing_the_matrix_transposes_the_layer() -> None:
    w = RNG.standard_normal((2, 3, 3, 3))
    forward = convolution_matrix(ConvSpec.of(3, 2, (3, 3), stride=2), w, (7, 9))
    back = convolution_matrix(ConvSpec.of(2, 3, (3, 3), stride=2, transposed=True), w, (3, 4))
    np.testing.assert_array_equal(forward.T.dense(), back.dense())


def test_refusals() -> None:
    spec = ConvSpec.of(1, 1, (3, 3))
    with pytest.raises(SpecError, match="weight"):
        convolution_matrix(spec, np.zeros((1, 1, 2, 2)), (4, 4))
    with pytest.raises(SpecError, match="entries"):
        convolution_matrix(ConvSpec.of(64, 64, (3, 3)), np.zeros((64, 64, 3, 3)), (64, 64))
    with pytest.raises(SpecError, match="write out"):
        convolution_matrix(spec, np.zeros((1, 1, 3, 3)), (150, 150)).dense()
    with pytest.raises(SpecError, match="takes"):
        convolution_matrix(spec, np.zeros((1, 1, 3, 3)), (4, 4)) @ np.zeros(3)

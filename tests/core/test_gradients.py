import numpy as np
import pytest
from hypothesis import given, settings

from convgui.core import (
    ConvSpec,
    SpecError,
    convolve,
    convolve_transposed,
    input_gradient,
    weight_gradient,
)
from tests.core.reference import AnyArray, Case, cases


def _check(case: Case, out: AnyArray) -> None:
    """A layer is linear in input and in weights: <g, layer(x, w)> = <grad, x> = <grad, w>."""
    g = np.random.default_rng(5).standard_normal(out.shape)
    value = float((g * out).sum())
    dx = input_gradient(case.spec, case.weight, g, case.x.shape[1:])
    dw = weight_gradient(case.spec, case.x, g)
    assert dx.shape == case.x.shape
    assert dw.shape == case.weight.shape
    assert float((dx * case.x).sum()) == pytest.approx(value, abs=1e-9)
    assert float((dw * case.weight).sum()) == pytest.approx(value, abs=1e-9)


@settings(max_examples=80)
@given(cases())
def test_gradients_of_a_convolution(case: Case) -> None:
    _check(case, convolve(case.x, case.weight, **case.keywords))


@settings(max_examples=80)
@given(cases(transposed=True))
def test_gradients_of_a_transposed_convolution(case: Case) -> None:
    _check(case, convolve_transposed(case.x, case.weight, **case.keywords))


def test_gradient_by_differences() -> None:
    rng = np.random.default_rng(2)
    x, w, g = rng.standard_normal((2, 5, 6)), rng.standard_normal((3, 2, 3, 3)), rng.standard_normal((3, 3, 3))
    spec = ConvSpec.of(2, 3, (3, 3), stride=2, padding=1)
    dw = weight_gradient(spec, x, g)
    moved = w.copy()
    moved[1, 0, 2, 1] += 1e-3
    change = (g * (convolve(x, moved, stride=2, padding=1) - convolve(x, w, stride=2, padding=1))).sum()
    assert change / 1e-3 == pytest.approx(dw[1, 0, 2, 1], rel=1e-6)


def test_wrong_shapes_are_named() -> None:
    spec = ConvSpec.of(1, 1, (3,))
    with pytest.raises(SpecError, match="grad: has shape"):
        input_gradient(spec, np.zeros((1, 1, 3)), np.zeros((1, 5)), (5,))
    with pytest.raises(SpecError, match="x: has 2 channels"):
        weight_gradient(spec, np.zeros((2, 5)), np.zeros((1, 3)))


def test_taps_that_lie_far_apart_cost_no_more_than_near_ones() -> None:
    spec = ConvSpec.of(2, 4, (2, 3), dilation=(1, 400_000), groups=2, stride=(1, 2), padding=((0, 0), (1, 0)))
    weight = np.arange(1.0, 25).reshape(4, 1, 2, 3)
    grad = np.array([1.0, 10, 100, 1000]).reshape(4, 1, 1)
    found = input_gradient(spec, weight, grad, (2, 800_001))
    # Column -1 is padding: the first tap of each row meets it.
    assert np.count_nonzero(found) == 2 * 2 * 2
    assert found[:, :, 399_999].tolist() == [[2 + 80, 5 + 110], [1400 + 20_000, 1700 + 23_000]]
    assert found[:, :, 799_999].tolist() == [[3 + 90, 6 + 120], [1500 + 21_000, 1800 + 24_000]]

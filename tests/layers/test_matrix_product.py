"""Matrix products beside NumPy's, and their gradients beside finite differences; masking by its definition."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.layers.masked import Masked
from convgui.layers.matrix_product import MatrixProduct

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("shape", [(5, 4), (5, 3, 4), (5, 2, 3, 4)])
def test_rows_meet_rows(shape: tuple[int, ...]) -> None:
    x, layer = RNG.normal(size=shape), MatrixProduct(2, 2)
    out = layer.forward(x)
    assert out.shape == layer.output_shape(shape) == (2, *shape[1:-1], 3)
    for index in np.ndindex(*out.shape):
        i, *between, j = index
        assert out[index] == pytest.approx(float((x[(i, *between)] * x[(2 + j, *between)]).sum()))
    assert layer.multiply_adds(shape) == out.size * shape[-1]


def test_its_gradient_is_that_of_finite_differences() -> None:
    x, layer = RNG.normal(size=(5, 2, 4)), MatrixProduct(2, 3)
    grad = RNG.normal(size=layer.output_shape(x.shape))
    got = layer.backward(grad, x)
    for index in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[index] = 1e-6
        slope = ((layer.forward(x + step) - layer.forward(x - step)) * grad).sum() / 2e-6
        assert got[index] == pytest.approx(float(slope), abs=1e-6)


@pytest.mark.fault
def test_a_value_without_a_partner_is_refused() -> None:
    with pytest.raises(SpecError, match="first: are 5 of 5 channels; the second value needs some"):
        MatrixProduct(2, 5).output_shape((5, 2, 4))
    with pytest.raises(SpecError, match="inputs: are 3; a matrix product reads two values"):
        MatrixProduct(3, 1)
    with pytest.raises(SpecError, match="inputs: are 3; masking reads two values"):
        Masked(3)
    with pytest.raises(SpecError, match="fill"):
        Masked(2, 0.0, float("nan"))


def test_masking_replaces_what_it_says() -> None:
    tested, value = np.array([[[0.0, 1.0, 2.0]]]), np.array([[[5.0, 6.0, 7.0]]])
    layer, x = Masked(2, 1.0, -3.0), np.concatenate([tested, value])
    assert layer.forward(x).tolist() == [[[5.0, -3.0, 7.0]]]
    assert layer.backward(np.ones((1, 1, 3)), x).tolist() == [[[0.0, 0.0, 0.0]], [[1.0, 0.0, 1.0]]]

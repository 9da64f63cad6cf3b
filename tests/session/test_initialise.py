"""Random weights: the distributions of PyTorch's documentation, by numbers worked out by hand."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from convgui.session.initialise import Drawing, Scheme, drawn, fans, initialised
from tests.documents import textbook

SHAPE = (64, 32, 3, 3)
# fan_in = 32 · 9 = 288, fan_out = 64 · 9 = 576; gain of ReLU √2.
BOUNDS = {"kaiming_uniform": 0.144338, "xavier_uniform": 0.117851, "uniform": 0.0589256}
WIDTHS = {"kaiming_normal": 0.0833333, "xavier_normal": 0.0680414, "normal": 0.0141421}


def test_fans_are_counted() -> None:
    assert fans(SHAPE) == (288, 576)


@pytest.mark.parametrize("scheme", BOUNDS)
def test_uniform(scheme: Scheme) -> None:
    weights = drawn(SHAPE, Drawing(scheme, "ReLU", 7))
    assert np.abs(weights).max() <= BOUNDS[scheme] * 1.0001
    assert np.abs(weights).max() >= BOUNDS[scheme] * 0.999
    assert weights.std() == pytest.approx(BOUNDS[scheme] / 3**0.5, rel=0.02)


@pytest.mark.parametrize("scheme", WIDTHS)
def test_normal(scheme: Scheme) -> None:
    weights = drawn(SHAPE, Drawing(scheme, "ReLU", 7))
    assert weights.std() == pytest.approx(WIDTHS[scheme], rel=0.02)
    assert abs(weights.mean()) < WIDTHS[scheme] * 0.03


@pytest.mark.parametrize("shape", [(4, 3, 3, 3), (8, 1, 2, 2), (2, 2, 5)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    flat = drawn(shape, Drawing("orthogonal", "Linear", 3)).reshape(shape[0], -1)
    rows, columns = flat.shape
    product = flat @ flat.T if rows <= columns else flat.T @ flat
    assert np.allclose(product, np.eye(min(rows, columns)))


def test_gain_and_seed() -> None:
    for scheme in get_args(Scheme):
        one = drawn(SHAPE, Drawing(scheme, "Linear", 5))
        assert np.array_equal(one, drawn(SHAPE, Drawing(scheme, "Linear", 5)))
        assert not np.array_equal(one, drawn(SHAPE, Drawing(scheme, "Linear", 6)))
        factor = 1.0 if scheme == "uniform" else 5 / 3
        assert np.allclose(drawn(SHAPE, Drawing(scheme, "Tanh", 5)), one * factor)


def test_a_document_is_initialised() -> None:
    document = initialised(textbook(), Drawing("kaiming_uniform", "ReLU", 1))
    assert not document.layer.bias.any()
    assert document.layer.weight.shape == textbook().layer.weight.shape

"""Softmax over channels: by SciPy, in pictures and other libraries; `test_kinds` takes it through the rest."""

from __future__ import annotations

from importlib import import_module
from math import log
from typing import Any

import numpy as np
import pytest

from convgui.layers.relu import ReLU
from convgui.layers.softmax import Softmax
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of

special: Any = import_module("scipy.special")
VALUES = np.array([[[log(1.0), 5.0]], [[log(2.0), 5.0]], [[log(5.0), 5.0]]])
"""Shares of 1, 2 and 5 in 8, and three equal ones."""


def test_by_hand() -> None:
    out = Softmax().forward(VALUES)
    assert out[:, 0, 0].tolist() == pytest.approx([0.125, 0.25, 0.625])
    assert out[:, 0, 1].tolist() == pytest.approx([1 / 3] * 3)
    assert Softmax().forward(np.array([[3.0, -9.0]])).tolist() == [[1, 1]]


@pytest.mark.parametrize("shape", [(4, 5), (4, 3, 2), (4, 2, 2, 3)])
def test_as_scipy_makes_it_and_its_slope(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    np.testing.assert_allclose(Softmax().forward(800 * x), special.softmax(800 * x, axis=0), rtol=1e-12, atol=1e-300)
    assert_slopes(Softmax(), x)
    assert_float32_stays(Softmax(), x)
    assert_same_everywhere(alone(Softmax(), x))


def test_what_is_missing_is_missing_in_its_position_alone() -> None:
    out = Softmax().forward(np.array([[np.nan, 1.0], [2.0, 2.0]]))
    assert np.isnan(out).tolist() == [[True, False], [True, False]]


@pytest.mark.parametrize("line", ["nn.Softmax(dim=1)", "nn.Softmax(1)", "nn.Softmax2d()", "nn.Softmax(dim=-3)"])
def test_a_line_of_pytorch(line: str) -> None:
    assert apply(alone(ReLU(), VALUES), parse(line)).chosen == Softmax()


@pytest.mark.parametrize("line", ["nn.Softmax(dim=-1)", "nn.Softmax(dim=2)", "nn.Softmax()", "nn.Softmax(dim='a')"])
def test_a_line_of_pytorch_over_another_axis(line: str) -> None:
    with pytest.raises(PasteError, match="dim: has to be 1: convgui's softmax is over the channels"):
        apply(alone(ReLU(), VALUES), parse(line))


def test_a_cell_is_explained() -> None:
    document = alone(Softmax(), np.array([[[0.0]], [[1.0]]]), channel="1")
    picture = picture_of(document, 0)
    assert picture.summary == "out[1, 0, 0] = exp(1) / (exp(0) + exp(1)) = 0.731"
    assert_legible(picture)
    many = alone(Softmax(), np.zeros((8, 1, 2)))
    assert picture_of(many, 0).summary.endswith("exp(0) + exp(0) + 2 more) = 0.125")
    assert_hits_return(many)


def test_a_single_channel_is_said_to_be_everything() -> None:
    assert Softmax().rule(1) == "A single channel has the whole share: every value becomes 1."

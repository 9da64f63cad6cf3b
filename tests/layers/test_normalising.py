"""An epsilon, and how a channel's weight and bias are written around a normalised value."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.layer_norm import LayerNorm
from convgui.layers.normalising import check_eps, weighed


@pytest.mark.parametrize(
    ("weight", "bias", "text"),
    [(1, 0, "n"), (2, 0, "2 · n"), (1, 0.5, "n + 0.5"), (1, -0.5, "n + (-0.5)"), (-3, -1, "(-3) · n + (-1)")],
)
def test_what_is_1_or_0_is_left_out_and_a_sign_behind_another_is_bracketed(
    weight: float, bias: float, text: str
) -> None:
    assert weighed("n", weight, bias, lambda value: f"{value:g}") == text


@pytest.mark.parametrize("eps", [0.0, -1e-5, math.nan, math.inf])
def test_an_epsilon_is_a_finite_number_above_0(eps: float) -> None:
    check_eps(1e-12)
    with pytest.raises(SpecError, match="a number above 0 is needed") as caught:
        check_eps(eps)
    assert caught.value.field == "eps"


@pytest.mark.parametrize("layer", [LayerNorm.plain(2), BatchNorm.plain(2)])
def test_what_is_typed_for_it(layer: LayerNorm | BatchNorm) -> None:
    changed = layer.with_field("eps", "0.25")
    assert isinstance(changed, LayerNorm | BatchNorm)
    assert changed.eps == 0.25
    for typed in ("many", "-1", "0"):
        with pytest.raises(SpecError, match="a number above 0 is needed"):
            layer.with_field("eps", typed)


def test_a_negative_mean_stands_in_brackets() -> None:
    layer = LayerNorm(np.ones(2), np.array([0.0, -2.0]), 0.5)
    values = np.array([[[-3.0]], [[-1.0]]])
    written = layer.written_sum(values, np.ones((1, 1)), 1, lambda value: f"{value:g}")
    assert written == "(-1 − (-2)) / √(1 + 0.5) + (-2)"

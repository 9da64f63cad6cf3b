"""Scale and shift: by its definition, in pictures, files and other libraries, and as ONNX writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.scale import Scale
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_legible, picture_of

EVERY = pytest.mark.parametrize("layer", [Scale.by(-0.5, 2.0), Scale(np.array([2.0, -3.0]), np.array([0.5, 0.0]))])


@EVERY
@pytest.mark.parametrize("shape", [(2, 4), (2, 3, 2), (2, 2, 3, 2)])
def test_it_is_what_its_definition_says(layer: Scale, shape: tuple[int, ...], tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(size=shape)
    weight, bias = (array.reshape(-1, *(1,) * (len(shape) - 1)) for array in (layer.weight, layer.bias))
    np.testing.assert_allclose(layer.forward(x), x * weight + bias, rtol=1e-15)
    assert_float32_stays(layer, x)
    assert_slopes(layer, x)
    assert_same_everywhere(alone(layer, x))
    assert kept_in_a_file(layer, x, tmp_path).alike(layer)
    if len(shape) < 4:
        assert_legible(picture_of(alone(layer, x), 1))


def test_a_cell_is_explained() -> None:
    assert "(−0.5) · (−3) + 2 = 3.5" in picture_of(alone(Scale.by(-0.5, 2.0), [[[1.0, -3.0]]]), 1).summary


@pytest.mark.parametrize(
    ("operator", "numbers", "before", "want"),
    [
        ("Mul", 3.0, False, (3, 0)), ("Mul", 3.0, True, (3, 0)), ("Add", 3.0, False, (1, 3)),
        ("Add", 3.0, True, (1, 3)),
        ("Sub", 3.0, False, (1, -3)), ("Sub", 3.0, True, (-1, 3)), ("Div", 4.0, False, (0.25, 0)),
        ("Neg", 0.0, False, (-1, 0)),
    ],
)  # fmt: skip
def test_onnx_computes_with_numbers_of_the_file(operator: str, numbers: float, before: bool, want: object) -> None:
    given = np.array([[[[numbers]]]], np.float32)
    arrays = () if operator == "Neg" else (None,) if before else (given,)
    layer = Scale.from_onnx(OnnxNode(operator, {}, arrays, first=given if before else None))
    assert (float(layer.weight[0]), float(layer.bias[0])) == want


@pytest.mark.parametrize(
    ("operator", "numbers", "before", "words"),
    [
        ("Div", np.ones(1), True, "divides numbers by what is computed"),
        ("Div", np.zeros(1), False, "would divide by 0"),
        ("Add", np.ones((5, 6)), False, "one number is needed, or one a channel"),
        ("Mul", np.array([np.nan]), False, "not finite"),
    ],
)
def test_what_it_does_not_read(operator: str, numbers: NDArray[np.float64], before: bool, words: str) -> None:
    node = OnnxNode(operator, {}, (None,) if before else (numbers,), first=numbers if before else None)
    with pytest.raises(SpecError, match=words):
        Scale.from_onnx(node)


def test_numbers_that_do_not_belong_together() -> None:
    with pytest.raises(SpecError, match="has 3 numbers, and the weight 2"):
        Scale(np.ones(2), np.ones(3))
    with pytest.raises(SpecError, match="takes 2 channels and gets 3"):
        Scale(np.ones(2), np.ones(2)).output_shape((3, 4))

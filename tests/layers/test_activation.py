"""Activations: by hand and by SciPy, in pictures, files and other libraries."""

from __future__ import annotations

from importlib import import_module
from math import log, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.layers import choices
from convgui.layers.activation import Activation
from convgui.layers.relu import ReLU
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, picture_of

special: Any = import_module("scipy.special")
stats: Any = import_module("scipy.stats")
X = np.concatenate([np.linspace(-9, 9, 37) + 0.01, [-700.0, 700.0, 0.0]])
LINES = {
    "relu6": "nn.ReLU6()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "silu": "nn.SiLU()",
    "gelu": "nn.GELU()",
    "gelu_tanh": "nn.GELU(approximate='tanh')",
    "hard_sigmoid": "nn.Hardsigmoid()",
    "hard_swish": "nn.Hardswish()",
    "elu": "nn.ELU()",
}
EVERY = pytest.mark.parametrize("function", LINES)


def cubic(x: Any) -> Any:
    """Return GELU's form with tanh, as Hendrycks and Gimpel (arXiv 1606.08415) write it."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


BY_DEFINITION: dict[str, Any] = {
    "relu6": lambda x: np.minimum(np.maximum(0, x), 6),
    "sigmoid": special.expit,
    "tanh": lambda x: 2 * special.expit(2 * x) - 1,
    "silu": lambda x: x * special.expit(x),
    "gelu": lambda x: x * stats.norm.cdf(x),
    "gelu_tanh": cubic,
    "hard_sigmoid": lambda x: np.where(x <= -3, 0, np.where(x >= 3, 1, x / 6 + 1 / 2)),
    "hard_swish": lambda x: np.where(x <= -3, 0, np.where(x >= 3, x, x * (x + 3) / 6)),
    "elu": lambda x: np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1),
}


@EVERY
def test_it_is_what_its_definition_says(function: str) -> None:
    layer, x = Activation(function), X[None]
    np.testing.assert_allclose(layer.forward(x), BY_DEFINITION[function](x), rtol=1e-12, atol=1e-14)
    assert np.isfinite(layer.backward(np.ones_like(x), x)).all()
    assert_float32_stays(layer, x)
    assert np.isnan(layer.forward(np.array([[nan, 1.0]]))).tolist() == [[True, False]]


@EVERY
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_slope(function: str, rank: int) -> None:
    assert_slopes(Activation(function), 3 * np.random.default_rng(rank).normal(size=(2, *(5, 4, 3)[:rank])))


def test_by_hand() -> None:
    assert Activation("elu", 2).forward(np.array([[-log(2), 3.0]]))[0].tolist() == pytest.approx([-1, 3])
    assert Activation("sigmoid").forward(np.array([[log(3)]]))[0, 0] == pytest.approx(0.75)
    assert Activation("silu").forward(np.array([[log(3)]]))[0, 0] == pytest.approx(0.75 * log(3))
    assert Activation("gelu").forward(np.array([[1.0]]))[0, 0] == pytest.approx(0.8413447460685429)
    assert Activation("gelu_tanh").forward(np.array([[1.0]]))[0, 0] == pytest.approx(0.8411919906082768)
    assert Activation("relu6").backward(np.ones((1, 4)), np.array([[0.0, 6.0, 5.0, -1.0]])).tolist() == [[0, 0, 1, 0]]


@EVERY
def test_a_line_of_pytorch(function: str) -> None:
    assert apply(alone(ReLU(), X[None]), parse(LINES[function])).chosen == Activation(function)


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("nn.ELU(alpha=0.5, inplace=True)", Activation("elu", 0.5)),
        ("(2): Hardswish(inplace=True)", Activation("hard_swish")),
        ("(2): GELU(approximate='none')", Activation("gelu")),
        ("nn.ReLU6(True)", Activation("relu6")),
        ("torch.nn.SiLU(inplace=False)", Activation("silu")),
    ],
)
def test_its_keywords(line: str, layer: Activation) -> None:
    assert apply(alone(ReLU(), X[None]), parse(line)).chosen == layer


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nn.GELU(approximate='sin')", "is 'sin'; it is 'none' or 'tanh'"),
        ("nn.ELU(alpha='a')", "a number is needed"),
        ("nn.Sigmoid(1)", "takes 0 arguments at most"),
    ],
)
def test_a_line_of_pytorch_that_is_none(line: str, says: str) -> None:
    with pytest.raises(PasteError, match=says):
        apply(alone(ReLU(), X[None]), parse(line))


@pytest.mark.fault
def test_what_it_cannot_be() -> None:
    with pytest.raises(SpecError, match="function: is 'swoosh'; the functions are relu6, sigmoid"):
        Activation("swoosh")
    with pytest.raises(SpecError, match="alpha: is nan; a finite number"):
        Activation("elu", nan)
    with pytest.raises(SpecError, match="alpha: is x; a finite number"):
        Activation("elu").with_field("alpha", "x")


@EVERY
@pytest.mark.parametrize("shape", [(2, 5), (2, 4, 5), (2, 2, 3, 4)])
def test_other_libraries_give_the_array_on_screen(function: str, shape: tuple[int, ...]) -> None:
    layer = Activation(function, 0.75) if function == "elu" else Activation(function)
    assert_same_everywhere(alone(layer, 3 * np.random.default_rng(2).normal(size=shape)))


def test_it_is_kept_in_a_file_and_chosen_in_its_form(tmp_path: Path) -> None:
    assert kept_in_a_file(Activation("elu", 0.5), X[None], tmp_path) == Activation("elu", 0.5)
    assert [field.name for field in Activation("silu").form((1, 4))] == ["function"]
    assert [field.name for field in Activation("elu").form((1, 4))] == ["function", "alpha"]
    assert Activation("silu").with_field("function", "elu") == Activation("elu")
    ids = [entry.id for entry in choices()]
    assert ids[ids.index("prelu") + 1 :][:9] == [name.replace("_", "-") for name in LINES]


@pytest.mark.parametrize(
    ("function", "value", "says"),
    [
        ("relu6", -2.0, "min(max(0, −2), 6) = 0"),
        ("sigmoid", 0.0, "1 / (1 + exp(0)) = 0.5"),
        ("tanh", -0.5, "tanh(−0.5) = −0.462"),
        ("silu", -2.0, "(−2) / (1 + exp(2)) = −0.238"),
        ("gelu", -1.0, "(−1) · (1 + erf(−1 / √2)) / 2 = −0.159"),
        ("gelu_tanh", 1.0, "1 · (1 + tanh(0.798 · (1 + 0.0447 · 1³))) / 2 = 0.841"),
        ("hard_sigmoid", 1.5, "min(max(0, 1.5 + 3), 6) / 6 = 0.75"),
        ("hard_swish", -1.0, "(−1) · min(max(0, −1 + 3), 6) / 6 = −0.333"),
        ("elu", -1.0, "exp(−1) − 1) = −0.632"),
        ("elu", 2.0, "in[0, 0, 0] = 2"),
    ],
)
def test_a_cell_is_explained(function: str, value: float, says: str) -> None:
    document = alone(Activation(function), np.full((1, 2, 2), value))
    assert picture_of(document, 0).summary.endswith(says)
    assert_hits_return(document)


def test_alpha_is_written_where_it_is_not_1() -> None:
    document = alone(Activation("elu", 0.5), np.full((1, 2, 2), -1.0))
    assert picture_of(document, 0).summary == "out[0, 0, 0] = 0.5 · (exp(−1) − 1) = −0.316"

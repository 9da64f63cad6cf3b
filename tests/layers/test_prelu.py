"""PReLU: one slope or one a channel, by hand, in pictures, files and other libraries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.export.code import code
from convgui.layers.form import Chosen
from convgui.layers.leaky_relu import LeakyReLU
from convgui.layers.prelu import PReLU
from convgui.layers.relu import ReLU
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, picture_of

VALUES = np.array([[[-4.0, 3.0]], [[-4.0, 0.0]]])
ONE, TWO = PReLU(np.array([0.5])), PReLU(np.array([0.5, -2.0]))


def test_by_hand() -> None:
    assert ONE.forward(VALUES).tolist() == [[[-2, 3]], [[-2, 0]]]
    assert TWO.forward(VALUES).tolist() == [[[-2, 3]], [[8, 0]]]
    assert TWO.backward(np.full(VALUES.shape, 3.0), VALUES).tolist() == [[[1.5, 3]], [[-6, -6]]]
    assert np.isnan(TWO.forward(np.array([[np.nan], [1.0]]))).tolist() == [[True], [False]]
    assert_float32_stays(TWO, VALUES)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_one_slope_is_a_leaky_relu_and_both_have_their_slope(rank: int) -> None:
    x = np.random.default_rng(rank).normal(size=(2, *(3, 4, 2)[:rank]))
    np.testing.assert_array_equal(ONE.forward(x), LeakyReLU(0.5).forward(x))
    assert_slopes(ONE, x)
    assert_slopes(TWO, x)


def test_channels() -> None:
    with pytest.raises(SpecError, match="num_parameters: the layer takes 2 channels and gets 3"):
        TWO.output_shape((3, 4))
    assert ONE.output_shape((3, 4)) == (3, 4)
    assert TWO.adapted((3, 4)).weight.tolist() == [0.5, -2, 0.5]
    assert ONE.adapted((3, 4)) is ONE
    for weight in (np.zeros(0), np.zeros((2, 2)), np.zeros(())):
        with pytest.raises(SpecError, match=r"weight: has shape .*one slope is needed, or one a channel"):
            PReLU(weight)


def test_the_number_of_slopes_is_chosen() -> None:
    (field,) = TWO.form((2, 4, 4))
    assert isinstance(field, Chosen)
    assert [value for value, _ in field.choices] == [1, 2]
    shared = TWO.with_field("num_parameters", 1)
    assert shared.parameters["weight"].tolist() == [-0.75]
    assert shared.with_field("num_parameters", 2).parameters["weight"].tolist() == [-0.75, -0.75]


def test_its_slopes_are_kept_in_a_file(tmp_path: Path) -> None:
    assert kept_in_a_file(TWO, VALUES, tmp_path).alike(TWO)


@pytest.mark.parametrize(
    ("line", "slopes"),
    [
        ("nn.PReLU()", [0.25]),
        ("nn.PReLU(2)", [0.25, 0.25]),
        ("nn.PReLU(num_parameters=2, init=0.5)", [0.5, 0.5]),
        ("(prelu1): PReLU(num_parameters=1)", [0.25]),
        ("nn.PReLU(1, 0, device=None, dtype=torch.float32)", [0]),
    ],
)
def test_a_line_of_pytorch(line: str, slopes: list[float]) -> None:
    layer = apply(alone(ReLU(), VALUES), parse(line)).chosen
    assert layer.parameters["weight"].tolist() == slopes


def test_a_line_of_pytorch_keeps_what_was_learnt() -> None:
    assert apply(alone(TWO, VALUES), parse("nn.PReLU(2)")).chosen is TWO
    with pytest.raises(PasteError, match="a whole number above 0"):
        apply(alone(TWO, VALUES), parse("nn.PReLU(0)"))
    with pytest.raises(PasteError, match="takes 3 channels and gets 2"):
        apply(alone(TWO, VALUES), parse("nn.PReLU(3)"))


@pytest.mark.parametrize("layer", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize("shape", [(2, 5), (2, 4, 5), (2, 2, 3, 4)])
def test_other_libraries_give_the_array_on_screen(layer: PReLU, shape: tuple[int, ...]) -> None:
    document = alone(layer, np.random.default_rng(2).normal(size=shape))
    assert_same_everywhere(document)
    written = code(document, "pytorch")
    assert f"model = nn.PReLU({2 if layer is TWO else ''})" in written
    assert "model.weight.copy_(torch.tensor([0.5" in written


def test_a_cell_is_explained() -> None:
    picture = picture_of(alone(TWO, VALUES, channel="1"), 0)
    assert picture.summary == "out[1, 0, 0] = (−2) · (−4) = 8"
    assert picture_of(alone(TWO, VALUES), 1).summary == "out[0, 0, 1] = in[0, 0, 1] = 3"
    assert_hits_return(alone(TWO, VALUES))

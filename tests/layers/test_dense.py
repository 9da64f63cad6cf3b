"""Flatten and dense: by hand, as a convolution, in pictures, files and other libraries."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.export.code import code
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.dense import Dense
from convgui.layers.flatten import Flatten
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session.formulas import size_formula
from convgui.session.pasted import PasteError, apply, parse
from convgui.session.stack import rewritings, rewritten
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.model.chains import run
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of, words

X = np.array([[[1.0, -2.0], [3.0, 0.0]]])
DENSE = Dense(np.array([[1.0, 2.0, -1.0, 0.5], [0.0, 0.0, 1.0, 0.0]]), np.array([0.5, 0.0]))
"""1 - 4 - 3 + 0 + 0.5 = -5.5, and the third value alone."""
SHAPES = pytest.mark.parametrize("shape", [(3, 5), (3, 4, 5), (3, 2, 3, 4)])


def drawn(inputs: int, outputs: int = 4) -> Dense:
    rng = np.random.default_rng(4)
    return Dense(rng.normal(size=(outputs, inputs)), rng.normal(size=outputs))


def test_by_hand() -> None:
    assert DENSE.forward(X).tolist() == [[[-5.5]], [[3.0]]]
    assert DENSE.forward(X.reshape(4, 1)).tolist() == [[-5.5], [3.0]], "what is flat already is taken as it is"
    assert Flatten().forward(np.arange(12.0).reshape(2, 2, 3)).reshape(-1).tolist() == list(range(12))
    assert Flatten().output_shape((2, 4, 5, 6)) == (240, 1, 1, 1)
    assert Flatten().output_shape((2, 7)) == (14, 1)


@SHAPES
def test_slopes_and_other_libraries(shape: tuple[int, ...]) -> None:
    x, layer = np.random.default_rng(1).normal(size=shape), drawn(prod(shape))
    for one in (layer, Flatten()):
        assert_slopes(one, x)
        assert_float32_stays(one, x)
        assert_same_everywhere(alone(one, x))
    both = Document(Sample(x, "drawn"), (Flatten(), ReLU(), layer, drawn(4, 2)), View(layer=3))
    assert both.shapes[-1] == (2, *(1,) * (len(shape) - 1))
    assert_same_everywhere(both)
    written = code(both, "pytorch", all_layers=True, weights=False)
    assert f"    Flatten(),\n    nn.ReLU(),\n    Linear({prod(shape)}, 4),\n    Linear(4, 2),\n" in written


@SHAPES
def test_as_a_convolution_it_makes_the_same(shape: tuple[int, ...]) -> None:
    sample = Sample(np.random.default_rng(2).normal(size=shape), "drawn")
    document = Document(sample, (ReLU(), drawn(prod(shape)), ReLU()), View(layer=1))
    (entry,) = rewritings(document)
    assert entry.title == "Write as a convolution"
    turned = rewritten(document, entry)
    assert turned.layer.spec.kernel_size == shape[1:]
    assert not any(any(pair) for pair in turned.layer.spec.pads(shape[1:]))
    assert turned.shapes == document.shapes
    np.testing.assert_allclose(run(turned.layers, sample), run(document.layers, sample), rtol=1e-12, atol=1e-12)


def test_a_convolution_that_cannot_be_shown_is_refused() -> None:
    sample = Sample(np.zeros((1, 200, 200)), "zeros")
    document = Document(sample, (Dense(np.ones((1, 40_000)), np.zeros(1)),))
    with pytest.raises(SpecError, match="kernel_size: is 200 × 200; at most"):
        rewritten(document, rewritings(document)[0])


def test_a_batch_norm_is_folded_into_it() -> None:
    norm = BatchNorm(np.array([2.0, 3.0]), np.ones(2), np.array([0.5, -1]), np.array([3.0, 0]), 1.0)
    document = Document(Sample(X, "test"), (DENSE, norm), View(layer=1))
    folded = rewritten(document, rewritings(document)[0])
    assert [type(layer) for layer in folded.layers] == [Dense]
    np.testing.assert_allclose(run(folded.layers, folded.sample), run(document.layers, document.sample))


def test_what_is_missing_is_missing_in_every_sum() -> None:
    holed = X.copy()
    holed[0, 1, 1] = np.nan
    assert np.isnan(DENSE.forward(holed)).all()
    assert np.isnan(Flatten().forward(holed)).sum() == 1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Dense(np.zeros(4), np.zeros(1)), r"weight: has shape \(4,\); a row of weights"),
        (lambda: Dense(np.zeros((0, 4)), np.zeros(0)), "weight: has shape"),
        (lambda: Dense(np.zeros((2, 4)), np.zeros(4)), r"bias: has shape \(4,\), the layer needs \(2,\)"),
        (lambda: DENSE.output_shape((2, 3, 4)), "in_features: the layer takes 4 values, and 2 × 3 × 4 = 24 come in"),
        (lambda: Dense.drawn(1 << 20, 17), "weight: would have 17,825,792 numbers, and a layer has at most 16,777,216"),
        (lambda: Dense.drawn(1, 32769), "out_features: is 32769; a layer has at most 32768"),
        (lambda: Flatten().output_shape((3, 200, 200)), "input: of 3 × 200 × 200 values to flatten is too large"),
    ],
)
@pytest.mark.fault
def test_what_cannot_be(make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(SpecError, match=says):
        make()


def test_its_outputs_are_set_and_what_comes_in_is_followed() -> None:
    assert DENSE.with_field("out_features", 1).parameters["weight"].tolist() == [[1, 2, -1, 0.5]]
    more = DENSE.with_field("out_features", 5)
    assert isinstance(more, Dense)
    assert more.weight[:2].tolist() == DENSE.weight.tolist()
    assert more.output_shape((1, 2, 2)) == (5, 1, 1)
    wider = DENSE.adapted((2, 3))
    assert wider.weight.tolist() == [[1, 2, -1, 0.5, 1, 2], [0, 0, 1, 0, 0, 0]]
    assert DENSE.adapted((4, 1)) is DENSE


def test_the_size_says_the_flattening() -> None:
    assert size_formula(alone(DENSE, X)).endswith("1 × 2 × 2 = 4\n4 → 2")
    assert size_formula(alone(Flatten(), X)).endswith("C: 1 · 4 = 4\nH: 2 / 2 = 1\nW: 2 / 2 = 1")


def test_its_weights_are_kept_in_a_file(tmp_path: Path) -> None:
    assert kept_in_a_file(DENSE, X, tmp_path).alike(DENSE)
    assert kept_in_a_file(Flatten(), X, tmp_path) == Flatten()


def test_lines_of_pytorch() -> None:
    document = alone(ReLU(), X)
    linear = apply(document, parse("nn.Linear(in_features=4, out_features=3, bias=True)")).chosen
    assert linear.alike(Dense.drawn(4, 3))
    assert apply(alone(DENSE, X), parse("nn.Linear(4, 2)")).chosen is DENSE
    unbiased = apply(alone(DENSE, X), parse("nn.Linear(4, 2, bias=False, device=None, dtype=None)")).chosen
    assert unbiased.alike(replace(DENSE, bias=np.zeros(2)))
    for line in ("nn.Flatten()", "nn.Flatten(1)", "(3): Flatten(start_dim=1, end_dim=-1)", "nn.Flatten(1, 3)"):
        assert apply(document, parse(line)).chosen == Flatten()
    both = apply(document, parse("nn.Sequential(nn.Flatten(), nn.Linear(4, 120), nn.ReLU(), nn.Linear(120, 10))"))
    assert both.shapes[-1] == (10, 1, 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nn.Linear(2, 3)", "the layer takes 2 values, and 1 × 2 × 2 = 4 come in"),
        ("nn.Linear(4)", "The number of outputs is missing"),
        ("nn.Linear(4, 0)", "a whole number above 0"),
        ("nn.Linear(100000, 100000)", "The number of outputs is 100000; a layer has at most 32768"),
        ("nn.Flatten(2)", "start_dim: leaves axes apart"),
        ("nn.Flatten(end_dim=2)", "end_dim: leaves axes apart"),
    ],
)
def test_lines_of_pytorch_that_are_none(line: str, says: str) -> None:
    with pytest.raises(PasteError, match=says):
        apply(alone(ReLU(), X), parse(line))


def test_our_own_line_of_pytorch_is_read_again() -> None:
    text = code(Document(Sample(X, "test"), (Flatten(), DENSE), View()), "pytorch", all_layers=True, weights=False)
    model = text[text.index("model =") :].split("\n# y")[0]
    again = apply(Document(Sample(X, "test"), (Flatten(), DENSE)), parse(model))
    assert all(one.alike(other) for one, other in zip(again.layers, (Flatten(), DENSE), strict=True))


def test_a_cell_is_explained() -> None:
    picture = picture_of(alone(DENSE, X), 0)
    assert picture.summary == "out[0, 0, 0] = 1·1 + 2·(−2) + (−1)·3 + 0.5·0 + 0.5 = −5.5"
    assert_legible(picture)
    many = alone(Dense(np.ones((1, 9)), np.zeros(1)), np.ones((1, 3, 3)))
    assert picture_of(many, 0).summary == "out[0, 0, 0] = 1·1 + 1·1 + 1·1 + 1·1 + 5 more = 9"
    assert_hits_return(many)
    flat = alone(Flatten(), np.arange(8.0).reshape(2, 2, 2), channel="5")
    assert picture_of(flat, 0).summary == "out[5, 0, 0] = in[1, 0, 1] = 5"
    assert_hits_return(flat)


def test_the_weights_are_counted_in_the_receptive_field() -> None:
    document = Document(Sample(X, "test"), (DENSE, ReLU()), View(scene="receptive", layer=1))
    said = words(picture_of(document, 1))
    assert "1 layer holds 8 weights." in said
    assert "8" in said, "in the table's row"

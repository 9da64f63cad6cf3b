"""Generated code is run, and gives the array on screen."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import ConvSpec
from convgui.export.atomic_write import ExportError
from convgui.export.code import TARGETS, code
from convgui.export.onnx_file import onnx_bytes
from convgui.layers.code import numbers
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.layer_norm import LayerNorm
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import MISSING, Document, Missing, View
from convgui.model.sample import Sample
from tests.documents import random_document, textbook
from tests.export.code.stacks import same, single, stacks
from tests.export.code.stand_ins import importable
from tests.model.chains import run

BOX = Convolution(ConvSpec.of(1, 1, (2, 2)), np.full((1, 1, 2, 2), 0.25), np.zeros(1))


def executed(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(text, "generated", "exec"), space)
    return space


def run_numpy(document: Document) -> Any:
    return executed(code(document, "numpy", all_layers=True))["run"](document.sample.data)


def run_torch(document: Document) -> Any:
    torch = pytest.importorskip("torch")
    model = executed(code(document, "pytorch", all_layers=True))["model"]
    with torch.no_grad():
        return model(torch.tensor(document.sample.data)[None])[0].numpy()


def run_jax(document: Document) -> Any:
    with importable("jax"):
        return np.asarray(executed(code(document, "jax", all_layers=True))["run"](document.sample.data))


def run_keras(document: Document) -> Any:
    with importable("tensorflow"):
        return executed(code(document, "keras", all_layers=True))["run"](document.sample.data)


@settings(max_examples=60)
@given(single())
def test_numpy_gives_every_layer(document: Document) -> None:
    same(run_numpy(document), document, exact=True)


@settings(max_examples=30)
@given(stacks())
def test_numpy_gives_every_stack(document: Document) -> None:
    same(run_numpy(document), document, exact=False)


@settings(max_examples=30)
@given(single())
def test_pytorch_gives_every_layer(document: Document) -> None:
    same(run_torch(document), document, exact=True)


@settings(max_examples=20)
@given(stacks())
def test_pytorch_gives_every_stack(document: Document) -> None:
    same(run_torch(document), document, exact=False)


@settings(max_examples=15)
@given(single())
def test_jax_gives_every_layer(document: Document) -> None:
    same(run_jax(document), document, exact=False)


@settings(max_examples=15)
@given(stacks())
def test_jax_gives_every_stack(document: Document) -> None:
    same(run_jax(document), document, exact=False)


@settings(max_examples=25)
@given(single())
def test_keras_gives_every_layer(document: Document) -> None:
    same(run_keras(document), document, exact=False)


@settings(max_examples=25)
@given(stacks())
def test_keras_gives_every_stack(document: Document) -> None:
    same(run_keras(document), document, exact=False)


@pytest.mark.parametrize("shape", [(3, 5), (3, 4, 5), (3, 2, 3, 4)])
def test_a_layer_norm_is_the_same_everywhere(shape: tuple[int, ...]) -> None:
    """Its epsilon is one that no library has by itself."""
    layer = LayerNorm(np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, -1.0]), 0.25)
    document = Document(Sample(np.random.default_rng(2).normal(size=shape), "drawn"), (layer,))
    for made in (run_numpy, run_jax, run_keras):
        same(made(document), document, exact=False)
    assert "eps=0.25" in code(document, "pytorch")


def test_sides_are_counted_from_the_last_axis() -> None:
    """As torch.nn.functional.pad has it: left, right, top, bottom."""
    spec = ConvSpec.of(1, 1, (2, 2), padding=((1, 0), (2, 3)))
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))
    text = code(Document(Sample(np.zeros((1, 5, 6)), "zeros"), (layer,)), "pytorch")
    assert "nn.ZeroPad2d((2, 3, 1, 0))" in text


@settings(max_examples=20)
@given(stacks())
def test_every_target_is_python_with_and_without_weights(document: Document) -> None:
    for target in TARGETS:
        for weights in (True, False):
            for all_layers in (True, False):
                ast.parse(code(document, target.id, all_layers=all_layers, weights=weights))


def test_without_weights_they_are_given() -> None:
    document = random_document(2, 3, (5, 6), (3, 2), padding=1)
    layer = document.layer
    run = executed(code(document, "numpy", weights=False))["run"]
    same(run(document.sample.data, layer.weight, layer.bias), document, exact=True)
    text = code(document, "pytorch", weights=False)
    assert "model = nn.Conv2d(2, 3, (3, 2), padding=1)" in text
    assert "tensor" not in text


def test_the_plain_case_reads_as_one_would_write_it() -> None:
    document = textbook(stride=2, padding=1)
    assert "nn.Conv2d(1, 1, 3, stride=2, padding=1)" in code(document, "pytorch")


@settings(max_examples=30)
@given(single())
def test_numbers_read_back_to_the_bit(document: Document) -> None:
    array = document.layer.weight / 3
    assert np.array_equal(np.array(ast.literal_eval(numbers(array, 4))), array)


def test_a_zero_keeps_its_sign() -> None:
    """Times an infinite input, or under a division, -0 is another number than 0."""
    read = np.array(ast.literal_eval(numbers(np.array([[0.0, -0.0], [-1.0, 2.0]]))), dtype=float)
    assert np.signbit(read).tolist() == [[False, True], [True, False]]


@pytest.mark.fault
def test_too_many_weights_and_no_target() -> None:
    with pytest.raises(ExportError, match="copy the code without weights, or save an ONNX file"):
        code(random_document(64, 64, (9, 9), (3, 3)), "pytorch")
    with pytest.raises(ValueError, match="there is no target 'caffe'; the targets are: pytorch"):
        code(textbook(), "caffe")


def with_holes(document: Document, missing: Missing, seed: int) -> Document:
    data = document.sample.data.astype(np.float64)
    data[np.random.default_rng(seed).random(data.shape) < 0.3] = np.nan
    return replace(document, sample=Sample(data, "x", nonfinite=int(np.isnan(data).sum())), missing=missing)


@pytest.mark.parametrize("missing", MISSING)
@settings(max_examples=40)
@given(document=st.one_of(single(), stacks()), seed=st.integers(0, 99))
def test_numpy_treats_missing_values_as_the_screen_does(document: Document, missing: Missing, seed: int) -> None:
    holed = with_holes(document, missing, seed)
    want = run(holed.layers, holed.sample, None, missing)
    np.testing.assert_allclose(run_numpy(holed), want, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("layers", [(BOX,), (ReLU(), BOX), (Pool("average", (2, 2), (1, 1), (0, 0)),)])
def test_a_box_over_missing_values_by_hand(layers: tuple[Layer, ...]) -> None:
    x = np.array([[[1, np.nan, 3.0], [3, np.nan, 5]]])
    wanted: dict[Missing, list[list[float]]] = {"spread": [[np.nan, np.nan]], "rescale": [[2, 4]], "zero": [[1, 2]]}
    for missing in MISSING:
        holed = Document(Sample(x, "x", nonfinite=2), layers, missing=missing)
        np.testing.assert_allclose(run_numpy(holed)[0], wanted[missing])


@pytest.mark.parametrize("target", ["pytorch", "jax", "keras"])
def test_what_other_libraries_cannot_do_is_refused_and_not_done_otherwise(target: str) -> None:
    x = np.array([[[1, np.nan, 3.0], [3, np.nan, 5]]])
    holed = Document(Sample(x, "x", nonfinite=2), (BOX,))
    with pytest.raises(ExportError, match=r"leaves missing values out and rescales .*; copy the code for NumPy"):
        code(replace(holed, missing="rescale"), target)
    zero = code(replace(holed, missing="zero"), target)
    ast.parse(zero)
    assert "nan" in zero.lower()
    complete = replace(holed, sample=Sample(np.nan_to_num(x), "x"), missing="rescale")
    assert code(complete, target) == code(replace(complete, missing="spread"), target) != zero
    # Left out are the values of windows with weights alone: here both choices do the same.
    assert code(replace(holed, layers=(ReLU(),), missing="rescale"), target)


def test_onnx_has_no_missing_values_and_says_so() -> None:
    x = np.array([[[1, np.nan, 3.0], [3, np.nan, 5]]])
    refusals: tuple[tuple[Missing, str], ...] = (("rescale", "ONNX has no layer"), ("zero", "does not count missing"))
    for missing, says in refusals:
        with pytest.raises(ExportError, match=says):
            onnx_bytes(Document(Sample(x, "x", nonfinite=2), (BOX,), missing=missing))
    assert onnx_bytes(Document(Sample(x, "x", nonfinite=2), (BOX,)))


def test_code_of_a_later_layer_counts_nothing_as_0() -> None:
    x = np.array([[[1, np.nan, 3.0], [3, np.nan, 5]]])
    both = Document(Sample(x, "x", nonfinite=2), (ReLU(), BOX), View(layer=1), missing="zero")
    assert "isnan" not in code(both, "numpy")
    assert "isnan" in code(both, "numpy", all_layers=True)

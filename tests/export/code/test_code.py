"""Generated code is run, and gives the array on screen."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from convgui.export.code import TARGETS, code
from convgui.export.whole import ExportError
from convgui.layers.code import numbers
from convgui.model.document import Document
from tests.documents import random_document, textbook
from tests.export.code.stacks import same, single, stacks


def executed(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(text, "generated", "exec"), space)
    return space


def run_numpy(document: Document) -> Any:
    return executed(code(document, "numpy", whole=True))["run"](document.sample.data)


def run_torch(document: Document) -> Any:
    torch = pytest.importorskip("torch")
    model = executed(code(document, "pytorch", whole=True))["model"]
    with torch.no_grad():
        return model(torch.tensor(document.sample.data)[None])[0].numpy()


def run_jax(document: Document) -> Any:
    pytest.importorskip("jax")
    return np.asarray(executed(code(document, "jax", whole=True))["run"](document.sample.data))


def run_keras(document: Document) -> Any:
    pytest.importorskip("tensorflow")
    return executed(code(document, "keras", whole=True))["run"](document.sample.data)


@settings(max_examples=60)
@given(single())
def test_numpy_gives_every_layer_to_the_bit(document: Document) -> None:
    same(run_numpy(document), document, exact=True)


@settings(max_examples=30)
@given(stacks())
def test_numpy_gives_every_stack(document: Document) -> None:
    same(run_numpy(document), document, exact=False)


@settings(max_examples=30)
@given(single())
def test_pytorch_gives_every_layer_to_the_bit(document: Document) -> None:
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


@settings(max_examples=20)
@given(stacks())
def test_every_target_is_python_with_and_without_weights(document: Document) -> None:
    for target in TARGETS:
        for weights in (True, False):
            for whole in (True, False):
                ast.parse(code(document, target.id, whole=whole, weights=weights))


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
    assert "nn.Conv2d(1, 1, 3, stride=2, padding=1, bias=False)" in code(document, "pytorch")


@settings(max_examples=30)
@given(single())
def test_numbers_read_back_to_the_bit(document: Document) -> None:
    array = document.layer.weight / 3
    assert np.array_equal(np.array(ast.literal_eval(numbers(array, 4))), array)


@pytest.mark.fault
def test_too_many_weights_and_no_target() -> None:
    with pytest.raises(ExportError, match="copy the code without weights, or save an ONNX file"):
        code(random_document(64, 64, (9, 9), (3, 3)), "pytorch")
    with pytest.raises(ValueError, match="there is no target 'caffe'; the targets are: pytorch"):
        code(textbook(), "caffe")

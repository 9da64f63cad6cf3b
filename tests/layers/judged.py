"""What a kind of layer is judged by: finite differences, and other libraries on what is written for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnx.reference
import pytest
from numpy.typing import ArrayLike, NDArray

from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.layers.layer import Layer
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from tests.export.code.stacks import same
from tests.export.code.test_code import run_jax, run_keras, run_numpy
from tests.model.chains import run

Numbers = NDArray[Any]


def alone(layer: Layer, data: ArrayLike, scene: str = "cells", **options: str) -> Document:
    return Document(Sample(np.asarray(data), "test"), (layer,), View(scene=scene, options=options))


def assert_slopes(layer: Layer, x: Numbers, step: float = 1e-6) -> None:
    """Compare `backward` with what a small change of each input cell changes."""
    grad = np.random.default_rng(7).normal(size=layer.output_shape(x.shape))
    slopes = layer.backward(grad, x)
    assert slopes.shape == x.shape
    for index in np.ndindex(*x.shape):
        more, less = x.copy(), x.copy()
        more[index] += step
        less[index] -= step
        change = ((layer.forward(more) - layer.forward(less)) * grad).sum() / (2 * step)
        assert change == pytest.approx(slopes[index], abs=1e-5), (layer, index)


def by_onnx(document: Document) -> Numbers:
    """Run a document's layers by ONNX's reference implementation, in float64, and look at what it says of shapes."""
    model = onnx.load_model_from_string(onnx_bytes(document, double=True))
    onnx.checker.check_model(model, full_check=True)
    x = document.sample.data.astype(np.float64)
    (out,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": x[None]})
    return np.asarray(out[0])


def assert_same_everywhere(document: Document, *, by_reference: bool = True) -> None:
    """Run what is written for NumPy, JAX, Keras and ONNX, and compare with what is on screen."""
    for made in (run_numpy, run_jax, run_keras):
        same(made(document), document, exact=False)
    want = run(document.layers, document.sample)
    if by_reference:
        np.testing.assert_allclose(by_onnx(document), want, rtol=1e-6, atol=1e-6)


def assert_float32_stays(layer: Layer, x: Numbers) -> None:
    """A result has the type of its input, and what is missing stays missing."""
    single = layer.forward(x.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, layer.forward(x.astype(np.float64)), rtol=2e-5, atol=2e-5)


def kept_in_a_file(layer: Layer, data: ArrayLike, folder: Any) -> Layer:
    write_document(alone(layer, data), folder / "a.convgui")
    return read_document(folder / "a.convgui").chosen

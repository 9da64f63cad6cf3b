"""The ONNX file is checked and run by ONNX's own reference, and compared with the array on screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.checker
import onnx.reference
import pytest
from hypothesis import assume, given, settings

from convgui.export.atomic_write import ExportError
from convgui.export.onnx_file import onnx_bytes, write_onnx
from convgui.export.protobuf import varint
from convgui.files.lessons import load_lesson
from convgui.layers.activation import Activation
from convgui.layers.convolution import Convolution
from convgui.layers.leaky_relu import LeakyReLU
from convgui.layers.pooling import Pool
from convgui.model.document import Document
from tests.documents import textbook
from tests.export.code.stacks import same, single, stacks


def referable(document: Document) -> bool:
    """Whether ONNX's reference can run it; the runtime runs all, see below.

    Its ConvTranspose fails on groups, its pooling on an input that is smaller than the window before it is padded, its
    MaxPool where it is padded and moves by one cell; its Erf, of which GELU is made, rounds to float32.
    """
    if any(isinstance(layer, Activation) and layer.function == "gelu" for layer in document.layers):
        return False
    specs = [layer.spec for layer in document.layers if isinstance(layer, Convolution)]
    pools = [(p, shape[1:]) for p, shape in zip(document.layers, document.shapes, strict=False) if isinstance(p, Pool)]
    small = any(n < k for pool, shape in pools for n, k in zip(shape, pool._extent, strict=True))
    crept = any(pool.kind == "max" and any(pool.padding) and set(pool.stride) == {1} for pool, _ in pools)
    return not small and not crept and not any(spec.transposed and spec.groups > 1 for spec in specs)


def evaluated(document: Document, *, double: bool = True) -> Any:
    model = onnx.load_model_from_string(onnx_bytes(document, double=double))
    onnx.checker.check_model(model, full_check=True)
    x = document.sample.data.astype(np.float64 if double else np.float32)[None]
    (y,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": x})
    return y[0]


@settings(max_examples=30)
@given(single())
def test_every_layer(document: Document) -> None:
    assume(referable(document))
    same(evaluated(document), document, exact=False)


@settings(max_examples=20)
@given(stacks())
def test_every_stack(document: Document) -> None:
    assume(referable(document))
    same(evaluated(document), document, exact=False)


@settings(max_examples=20)
@given(stacks())
def test_every_stack_in_a_runtime(document: Document) -> None:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(onnx_bytes(document), providers=["CPUExecutionProvider"])
    (y,) = session.run(None, {"x": document.sample.data.astype(np.float32)[None]})
    want = Document(document.sample, document.layers).sample.data
    for layer in document.layers:
        want = layer.forward(want)
    assert np.allclose(y[0], want, rtol=1e-5, atol=1e-3)


def test_a_lesson_in_float32(tmp_path: Path) -> None:
    document = load_lesson("multi-channel-sum")
    write_onnx(document, tmp_path / "a.onnx")
    model = onnx.load(str(tmp_path / "a.onnx"))
    assert model.producer_name == "convgui"
    assert [tuple(d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim)] == [(1, 3, 5, 5)]
    layer = document.layer
    assert isinstance(layer, Convolution)
    same(evaluated(document, double=False).astype(float), document, exact=True)


def test_varints_are_those_of_the_specification() -> None:
    assert varint(0) == b"\x00"
    assert varint(150) == b"\x96\x01"
    assert varint(-2) == b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"


@pytest.mark.fault
def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        write_onnx(textbook(), tmp_path / "missing" / "a.onnx")


def test_numbers_beyond_float32_are_refused_by_their_value() -> None:
    document = textbook()
    large = document.layer.weight.copy()
    large[0, 0, 1, 1] = 1e300
    document = replace(document, layers=(replace(document.layer, weight=large),))
    with pytest.raises(ExportError, match=r"1e\+300.*float32"):
        onnx_bytes(document)
    assert onnx_bytes(document, double=True)
    slope = replace(document, layers=(LeakyReLU(-1e300),))
    with pytest.raises(ExportError, match=r"-1e\+300.*float32"):
        onnx_bytes(slope)

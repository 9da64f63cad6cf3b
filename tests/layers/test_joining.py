"""Add, multiply and concatenate: by their definition, in networks, in files and in what is written of them."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.reference
import pytest
from hypothesis import given, settings

from convgui.export.code import code
from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.layers.add import Add
from convgui.layers.concatenate import Concatenate
from convgui.layers.joining import Joining
from convgui.layers.multiply import Multiply
from convgui.layers.relu import ReLU
from convgui.model.document import Document
from convgui.model.flow import overflows
from convgui.model.sample import Sample
from tests.export.code.stand_ins import importable
from tests.export.code.test_code import executed
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.model.graphs import by_definition, graphs, residual
from tests.scenes.checks import assert_legible, picture_of

SHAPES = [(6, 4), (6, 3, 2), (6, 2, 3, 2)]
EVERY = pytest.mark.parametrize(
    "layer", [Add(), Add(3), Multiply(), Multiply(3), Concatenate(), Concatenate(3)], ids=repr
)


@EVERY
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_what_its_definition_says(layer: Joining, shape: tuple[int, ...], tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(size=shape)
    parts = np.split(x, layer.inputs)
    want = x if isinstance(layer, Concatenate) else sum(parts[1:], parts[0])
    if isinstance(layer, Multiply):
        want = parts[0] * parts[1] * (parts[2] if layer.inputs == 3 else 1)
    np.testing.assert_allclose(layer.forward(x), want, rtol=1e-13)
    assert_float32_stays(layer, x)
    assert_slopes(layer, x)
    assert_same_everywhere(alone(layer, x))
    assert kept_in_a_file(layer, x, tmp_path).alike(layer)
    if len(shape) < 4:
        assert_legible(picture_of(alone(layer, x), 1))


def test_how_large_sums_and_products_may_become() -> None:
    sample = Sample(np.full((2, 3), 1e200), "test")
    assert not overflows(Document(sample, (Add(),)), (0,))
    assert overflows(Document(sample, (Multiply(),)), (0,))


def test_a_cell_is_explained() -> None:
    x = np.array([[2.0, -3.0], [5.0, -7.0]])
    assert "2 + 5" in picture_of(alone(Add(), x), 0).summary
    assert "−3 + (−7)" in picture_of(alone(Add(), x), 1).summary
    assert "2 · 5" in picture_of(alone(Multiply(), x), 0).summary


@settings(max_examples=40)
@given(graphs())
def test_what_is_written_of_a_network_makes_its_values(document: Document) -> None:
    results = _results(document)
    for library, module in (("numpy", nullcontext()), ("jax", importable("jax")), ("keras", importable("tensorflow"))):
        with module:
            made = executed(code(document, library, all_layers=True))["run"](document.sample.data)
        several = made if isinstance(made, tuple) else (made,)
        for got, want in zip(several, results, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


def _results(document: Document) -> list[Any]:
    read = {n for numbers in document.sources or [(i,) for i in range(len(document.layers))] for n in numbers}
    return [value for n, value in enumerate(by_definition(document)) if n not in read]


@settings(max_examples=40)
@given(graphs())
def test_a_network_in_onnx(document: Document) -> None:
    model = onnx.load_model_from_string(onnx_bytes(document, double=True))
    onnx.checker.check_model(model, full_check=True)
    made = onnx.reference.ReferenceEvaluator(model).run(None, {"x": document.sample.data[None]})
    for got, want in zip(made, _results(document), strict=True):
        np.testing.assert_allclose(got[0], want, rtol=1e-9, atol=1e-9)


@settings(max_examples=40)
@given(graphs())
def test_a_network_is_kept_in_a_file(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    path = tmp_path_factory.mktemp("kept") / "a.convgui"
    write_document(document, path)
    again = read_document(path)
    assert again.sources == document.sources
    assert again.shapes == document.shapes
    assert all(one.alike(other) for one, other in zip(document.layers, again.layers, strict=True))


def test_pytorch_is_written_as_a_class() -> None:
    written = code(residual(1), "pytorch", all_layers=True, weights=False)
    body = written[written.index("    def forward") : written.index("model = ")].split("\n")
    assert [line.strip() for line in body if line.strip()] == [
        "def forward(self, x):",
        "x0 = x",
        "x = self.layer1(x)",
        "x = self.layer2(x)",
        "x = self.layer3(x)",
        "x = self.layer4(x)",
        "x4 = x",
        "x = x4 + x0",
        "x = self.layer6(x)",
        "x6 = x",
        "x = torch.cat([x6, x0], dim=1)",
        "x = self.layer8(x)",
        "return x",
    ]


def test_pytorch_gives_the_network() -> None:
    torch = pytest.importorskip("torch")
    document = residual()
    model = executed(code(document, "pytorch", all_layers=True))["model"]
    with torch.no_grad():
        made = model(torch.tensor(document.sample.data)[None])[0].numpy()
    np.testing.assert_allclose(made, by_definition(document)[-1], rtol=1e-9)


def test_a_join_of_parts_of_one_value_is_written_for_pytorch_in_a_network_too() -> None:
    document = residual(1)
    parts = Document(document.sample, (ReLU(), Add(), Add()), sources=((0,), (1,), (2, 2)))
    body = code(parts, "pytorch", all_layers=True)
    assert "self.layer2 = Add(2)" in body
    assert "x = self.layer2(x)" in body
    assert "x = x2 + x2" in body

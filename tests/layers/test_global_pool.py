"""Global and adaptive pooling: by its definition, in pictures, files and other libraries."""

from __future__ import annotations

from math import ceil, floor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from convgui.core.control import Cancelled
from convgui.core.spec import SpecError
from convgui.export.atomic_write import ExportError
from convgui.export.code import code
from convgui.export.onnx_file import onnx_bytes
from convgui.layers.global_pool import GlobalPool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import applied
from convgui.model.geometry import output_geometry
from convgui.model.sample import Sample
from convgui.scenes.receptive.fields import fields
from convgui.session.formulas import size_formula
from convgui.session.pasted import PasteError, apply, parse
from tests.export.code.stacks import same
from tests.export.code.test_code import run_jax, run_keras, run_numpy
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of

CASES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((2, 7), (3,)), ((2, 6), (2,)), ((2, 3), (5,)), ((2, 5, 7), (3, 2)), ((2, 4, 6), (2, 3)), ((2, 3, 4), (1, 1)),
    ((1, 3, 2), (4, 3)), ((2, 3, 4, 5), (2, 4, 3)), ((1, 2, 3, 3), (1, 1, 1)),
]  # fmt: skip
KINDS: list[Literal["max", "average"]] = ["max", "average"]
EVERY_CASE = pytest.mark.parametrize(("shape", "size"), CASES, ids=str)
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def by_definition(x: NDArray[Any], size: tuple[int, ...], over: Any) -> NDArray[Any]:
    """From floor(o n / m) to ceil((o + 1) n / m), as PyTorch parts an axis."""
    out = np.empty((len(x), *size))
    for cell in np.ndindex(*size):
        pairs = zip(cell, x.shape[1:], size, strict=True)
        cut = tuple(slice(floor(o * n / m), ceil((o + 1) * n / m)) for o, n, m in pairs)
        for channel in range(len(x)):
            out[(channel, *cell)] = over(x[channel][cut])
    return out


@EVERY_CASE
@EVERY_KIND
def test_it_is_what_its_definition_says(shape: tuple[int, ...], size: tuple[int, ...], kind: Any) -> None:
    layer, x = GlobalPool(kind, size), np.random.default_rng(3).normal(size=shape)
    over: Any = np.max if kind == "max" else np.mean
    np.testing.assert_allclose(layer.forward(x), by_definition(x, size, over), rtol=1e-13, atol=1e-15)
    assert_float32_stays(layer, x)
    assert_slopes(layer, x)
    holed = np.where(np.random.default_rng(4).random(shape) < 0.5, np.nan, x)
    spread, present = layer.forward(holed), layer.forward_present(holed)
    np.testing.assert_array_equal(np.isnan(spread), by_definition(np.isnan(holed), size, np.any).astype(bool))
    with np.errstate(all="ignore"):
        left = by_definition(holed, size, lambda part: over(part[~np.isnan(part)]) if (part == part).any() else np.nan)
    np.testing.assert_allclose(present, left, rtol=1e-13)
    document = Document(Sample(holed, "holed", nonfinite=int(np.isnan(holed).sum())), (layer,), missing="rescale")
    np.testing.assert_allclose(run_numpy(document), applied(layer, holed, "rescale"), rtol=1e-12)


def test_windows_by_hand() -> None:
    """Five cells in three windows: 0 and 1, 1 to 3, 3 and 4."""
    x = np.array([[1.0, 2.0, 6.0, 4.0, 0.0]])
    assert GlobalPool("average", (3,)).forward(x).tolist() == [[1.5, 4, 2]]
    assert GlobalPool("max", (3,)).forward(x).tolist() == [[2, 6, 4]]
    assert GlobalPool("average", (1,)).forward(x).tolist() == [[2.6]]
    assert GlobalPool("max", (2,)).backward(np.array([[1.0, 2.0]]), x).tolist() == [[0, 0, 3, 0, 0]]
    ties = np.array([[[5.0, 5.0], [5.0, 5.0]]])
    assert GlobalPool("max", (1, 1)).backward(np.ones((1, 1, 1)), ties).tolist() == [[[1, 0], [0, 0]]]


@EVERY_CASE
@EVERY_KIND
def test_other_libraries_give_the_array_on_screen(shape: tuple[int, ...], size: tuple[int, ...], kind: Any) -> None:
    document = alone(GlobalPool(kind, size), np.random.default_rng(2).normal(size=shape))
    uneven = any(n % m for n, m in zip(shape[1:], size, strict=True))
    if not uneven:
        assert_same_everywhere(document)
        return
    for made in (run_numpy, run_jax, run_keras):
        same(made(document), document, exact=False)
    with pytest.raises(ExportError, match=r"Adaptive .* pooling .* has no counterpart in ONNX"):
        onnx_bytes(document)


def test_what_is_global_is_written_so() -> None:
    document = alone(GlobalPool("average", (1, 1)), np.zeros((2, 4, 4)))
    assert "model = nn.AdaptiveAvgPool2d(1)" in code(document, "pytorch")
    model = onnx.load_model_from_string(onnx_bytes(document))
    assert [node.op_type for node in model.graph.node] == ["GlobalAveragePool", "Identity"]
    assert "nn.AdaptiveMaxPool2d((2, 3))" in code(alone(GlobalPool("max", (2, 3)), np.zeros((1, 4, 4))), "pytorch")


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("nn.AdaptiveAvgPool2d(1)", GlobalPool("average", (1, 1))),
        ("(avgpool): AdaptiveAvgPool2d(output_size=(6, 7))", GlobalPool("average", (6, 7))),
        ("nn.AdaptiveMaxPool2d((1, 2), return_indices=False)", GlobalPool("max", (1, 2))),
    ],
)
def test_a_line_of_pytorch(line: str, layer: GlobalPool) -> None:
    assert apply(alone(ReLU(), np.zeros((1, 4, 4))), parse(line)).chosen == layer


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nn.AdaptiveAvgPool2d()", "Output size is missing"),
        ("nn.AdaptiveAvgPool2d((None, 7))", "whole numbers are needed"),
        ("nn.AdaptiveAvgPool2d(0)", "Output size"),
        ("nn.AdaptiveMaxPool2d(1, True)", "return_indices: is True"),
        ("nn.AdaptiveAvgPool1d(1)", "the layer is made for 1"),
    ],
)
def test_a_line_of_pytorch_that_is_none(line: str, says: str) -> None:
    with pytest.raises(PasteError, match=says):
        apply(alone(ReLU(), np.zeros((1, 4, 4))), parse(line))


@pytest.mark.fault
def test_what_it_cannot_be() -> None:
    with pytest.raises(SpecError, match="output_size: has 0 axes"):
        GlobalPool("max", ())
    with pytest.raises(SpecError, match="output_size: has 2 axes, the input has 1"):
        GlobalPool("max", (1, 1)).output_shape((1, 5))


def test_it_is_kept_in_a_file_and_says_its_size(tmp_path: Path) -> None:
    layer = GlobalPool("average", (2, 3))
    assert kept_in_a_file(layer, np.zeros((1, 4, 4)), tmp_path) == layer
    assert size_formula(alone(layer, np.zeros((1, 4, 5)))).endswith("H: 4 → 2\nW: 5 → 3")


def test_a_cell_is_explained() -> None:
    x = np.array([[[1.0, -2.0, 6.0, 4.0, 0.0]]])
    document = alone(GlobalPool("average", (1, 3)), x)
    assert picture_of(document, 1).summary == "out[0, 0, 1] = ((−2) + 6 + 4) / 3 = 2.667"
    assert_legible(picture_of(document, 1))
    assert_hits_return(document)
    largest = alone(GlobalPool("max", (1, 1)), np.arange(20.0).reshape(1, 4, 5))
    assert picture_of(largest, 0).summary.endswith("8, 11 more) = 19")
    assert_hits_return(largest)


def test_the_field_is_the_windows_own() -> None:
    """After a 5 to 3 pooling the cells see 2, 3 and 2 cells; a global one sees everything."""
    x = np.random.default_rng(1).normal(size=(1, 5, 6))
    layers = (GlobalPool("average", (3, 6)), GlobalPool("max", (1, 1)))
    found = fields(Document(Sample(x, "drawn"), layers, View()), random=False)
    assert found.sizes[0] == ((2, 3, 2), (1,))
    assert [found.span(0, 0, cell) for cell in range(3)] == [(0, 2), (1, 3), (3, 2)]
    assert found.largest(1) == (5, 6)
    first = found.strengths[0]
    assert first.corner == (1, 3)
    assert first.values.tolist() == [[1 / 3]] * 3
    picture = picture_of(Document(Sample(x, "drawn"), layers, View(scene="receptive", layer=1)), 1)
    assert_legible(picture)


def test_cells_become_larger() -> None:
    document = Document(Sample(np.zeros((1, 5, 6)), "test", spacing=(2.0, 3.0)), (GlobalPool("max", (3, 2)), ReLU()))
    assert output_geometry(document, 1).spacing == (2 * 5 / 3, 9)


def test_stopping_does_not_wait_for_the_other_channels() -> None:
    asked = []

    def cancel() -> bool:
        asked.append(True)
        return len(asked) > 3

    # Each channel of 4 MB is done by itself.
    x = np.ones((50, 4, 1000), np.float32)
    with pytest.raises(Cancelled):
        GlobalPool("average", (1000, 1000)).forward(x, cancel)
    assert len(asked) == 4

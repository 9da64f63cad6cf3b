"""Upsampling by any factor or to a size, with aligned corners or not: by PyTorch's formulas and by SciPy."""

from __future__ import annotations

from importlib import import_module
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import pytest
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.export.code import code
from convgui.export.onnx_file import onnx_bytes
from convgui.layers.form import Chosen, Real, Sizes
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.part import part
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.geometry import output_geometry
from convgui.model.sample import Sample
from convgui.scenes.receptive.fields import fields
from convgui.session.formulas import size_formula
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of

ndimage: Any = import_module("scipy.ndimage")
CASES = [
    (Upsample((2, 3), "linear", align_corners=True), (2, 3, 4)),
    (Upsample((1.5, 1.0), "linear"), (1, 5, 4)),
    (Upsample((2.5, 0.6), "nearest"), (1, 4, 7)),
    (Upsample((2.3, 1.7), "linear"), (2, 3, 5)),
    (Upsample((), "nearest", (5, 3)), (2, 3, 7)),
    (Upsample((), "linear", (5, 3)), (1, 3, 7)),
    (Upsample((), "linear", (6, 4), True), (2, 3, 7)),
    (Upsample((), "linear", (1, 1), True), (1, 3, 2)),
    (Upsample((), "nearest", (7,)), (2, 3)),
    (Upsample((1.5,), "linear", align_corners=True), (2, 5)),
    (Upsample((), "linear", (3, 4, 5)), (1, 2, 3, 3)),
    (Upsample((), "linear", (4, 2, 3), True), (2, 3, 3, 2)),
]
EVERY = pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)


def by_formula(layer: Upsample, x: NDArray[Any]) -> NDArray[Any]:
    """Resize axis by axis, as torch.nn.functional.interpolate is documented."""
    for axis in range(1, x.ndim):
        n = x.shape[axis]
        given = layer.scale_factor[axis - 1] if layer.scale_factor else None
        m = layer.size[axis - 1] if given is None else floor(n * given)
        step = n / m if given is None else 1 / given
        rows = []
        for o in range(m):
            if layer.mode == "nearest":
                rows.append(x.take(min(floor(o * step + 1e-9), n - 1), axis))
                continue
            at = o * (n - 1) / max(m - 1, 1) if layer.align_corners else max((o + 0.5) * step - 0.5, 0)
            low = min(floor(at), n - 1)
            share = min(at - low, 1.0)
            rows.append((1 - share) * x.take(low, axis) + share * x.take(min(low + 1, n - 1), axis))
        x = np.stack(rows, axis)
    return x


@EVERY
def test_it_is_what_the_formula_says(layer: Upsample, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    out = layer.forward(x)
    assert out.shape == layer.output_shape(shape)
    assert layer.filter_view(shape).output_shape == out.shape[1:]
    np.testing.assert_allclose(out, by_formula(layer, x), rtol=1e-12, atol=1e-12)
    assert_float32_stays(layer, x)
    assert_slopes(layer, x)
    assert_same_everywhere(alone(layer, x))


@EVERY
def test_parts_are_parts_of_the_whole(layer: Upsample, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    whole, rng = layer.forward(x), np.random.default_rng(2)
    for _ in range(6):
        ends = [sorted(rng.choice(n + 1, 2, replace=False)) for n in whole.shape[1:]]
        made = tuple(slice(int(first), int(last)) for first, last in ends)
        some = part(layer, shape, made)
        inside = x[(slice(None), *some.read)]
        np.testing.assert_allclose(some.forward(inside), whole[(slice(None), *made)], rtol=1e-12, atol=1e-12)
        grad = np.zeros(whole.shape)
        grad[(slice(None), *made)] = 1.0
        back = layer.backward(grad, x)
        found = some.backward(grad[(slice(None), *made)], inside)
        np.testing.assert_allclose(found, back[(slice(None), *some.read)], rtol=1e-12, atol=1e-12)


def test_as_scipy_zooms() -> None:
    """SciPy's zoom lays corners on corners, or with `grid_mode` edges on edges."""
    x = np.random.default_rng(3).normal(size=(1, 5, 6))
    aligned = Upsample((), "linear", (9, 11), True).forward(x)[0]
    np.testing.assert_allclose(aligned, ndimage.zoom(x[0], (9 / 5, 11 / 6), order=1), atol=1e-12)
    edges = Upsample((3, 2), "linear").forward(x)[0]
    zoomed = ndimage.zoom(x[0], (3, 2), order=1, grid_mode=True, mode="nearest")
    np.testing.assert_allclose(edges, zoomed, atol=1e-12)


def test_by_hand() -> None:
    """The first is the example of PyTorch's documentation for align_corners."""
    x = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    first = Upsample((2, 2), "linear", align_corners=True).forward(x)[0]
    np.testing.assert_allclose(first[0], [1, 4 / 3, 5 / 3, 2])
    np.testing.assert_allclose(first[:, 0], [1, 5 / 3, 7 / 3, 3])
    row = np.array([[0.0, 1.0, 2.0, 3.0, 4.0]])
    assert Upsample((), "nearest", (3,)).forward(row).tolist() == [[0, 1, 3]]
    assert Upsample((0.5,), "nearest").forward(row).tolist() == [[0, 2]]
    assert Upsample((2.0,)) == Upsample((2,)), "a whole factor is one, however it is written"
    holed = Upsample((2,), "linear", align_corners=True).forward(np.array([[1.0, np.nan, 3.0]]))
    assert np.isnan(holed).tolist() == [[False, True, True, True, True, False]]


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("nn.Upsample(size=(5, 7))", Upsample((), "nearest", (5, 7))),
        ("nn.Upsample(5, mode='bilinear')", Upsample((), "linear", (5, 5))),
        ("(up): Upsample(scale_factor=2.0, mode='bilinear', align_corners=True)", Upsample((2, 2), "linear", (), True)),
        ("nn.Upsample(scale_factor=(1.5, 2), align_corners=None)", Upsample((1.5, 2))),
        ("nn.Upsample(scale_factor=2, mode='nearest', recompute_scale_factor=None)", Upsample((2, 2))),
        ("nn.UpsamplingNearest2d(scale_factor=2)", Upsample((2, 2))),
        ("nn.UpsamplingBilinear2d(size=(4, 6))", Upsample((), "linear", (4, 6), True)),
    ],
)
def test_a_line_of_pytorch(line: str, layer: Upsample) -> None:
    document = alone(ReLU(), np.zeros((1, 3, 3)))
    assert apply(document, parse(line)).chosen == layer
    written = code(alone(layer, np.zeros((1, 3, 3))), "pytorch").split("model = ")[1].split("\n")[0]
    assert apply(document, parse(written)).chosen == layer


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nn.Upsample()", "Scale factor is missing"),
        ("nn.Upsample(scale_factor='a')", "a number is needed"),
        ("nn.Upsample(scale_factor=(2, 2, 2))", "got 3 values for 2 axes"),
        ("nn.Upsample(scale_factor=0.1)", "leaves no cell of 3 × 3"),
        ("nn.Upsample(scale_factor=100)", "up to 64 can be shown"),
        ("nn.Upsample(scale_factor=2, mode='bicubic')", "is 'bicubic'; with 2 spatial axes"),
        ("nn.Upsample(scale_factor=2, align_corners=True)", "align_corners: is for linear interpolation"),
        ("nn.Upsample(scale_factor=2, recompute_scale_factor=True)", "give the size, or leave it out"),
        ("nn.Upsample(size=0)", "Size on the height axis is 0"),
    ],
)
def test_a_line_of_pytorch_that_is_none(line: str, says: str) -> None:
    with pytest.raises(PasteError, match=says):
        apply(alone(ReLU(), np.zeros((1, 3, 3))), parse(line))


@pytest.mark.fault
def test_what_it_cannot_be() -> None:
    for factor in (float("nan"), -0.5, float("inf")):
        with pytest.raises(SpecError, match=r"scale_factor: is .*a number above 0") as caught:
            Upsample((factor,))
        assert caught.value.field == "scale_factor"
    with pytest.raises(SpecError, match="size: has 1 axes, the input has 2"):
        Upsample(size=(3,)).output_shape((1, 3, 3))


def test_its_fields_its_file_and_its_size(tmp_path: Path) -> None:
    sized = Upsample((), "linear", (5, 7), True)
    fields_of = {field.name: field for field in sized.form((1, 3, 3))}
    assert isinstance(fields_of["size"], Sizes)
    assert isinstance(fields_of["align_corners"], Chosen)
    assert sized.with_field("mode", "nearest") == Upsample((), "nearest", (5, 7))
    assert sized.with_field("size", (2, 2)).output_shape((1, 3, 3)) == (1, 2, 2)
    half = Upsample((1.5, 1.5))
    assert isinstance(half.form((1, 3, 3))[0], Real)
    assert half.with_field("scale_factor", "2.5") == Upsample((2.5, 2.5))
    for layer in (sized, half, Upsample((1.5, 2), "linear", align_corners=True), Upsample((2, 2))):
        assert kept_in_a_file(layer, np.zeros((1, 3, 3)), tmp_path) == layer
    assert Upsample((2,)).to_json() == {"kind": "upsample", "scale_factor": [2], "mode": "nearest"}, "as it always was"
    assert size_formula(alone(half, np.zeros((1, 3, 4)))) == "H: ⌊3 · 1.5⌋ = 4\nW: ⌊4 · 1.5⌋ = 6"
    assert size_formula(alone(sized, np.zeros((1, 3, 4)))) == "H: 3 → 5\nW: 4 → 7"


def test_a_cell_is_explained() -> None:
    x = np.array([[[0.0, 3.0]]])
    document = alone(Upsample((), "linear", (1, 4), True), x)
    assert picture_of(document, 1).summary == "out[0, 0, 1] = 0.667·0 + 0.333·3 = 1"
    assert_legible(picture_of(document, 1))
    assert_hits_return(document)
    copied = alone(Upsample((), "nearest", (1, 3)), x)
    assert picture_of(copied, 2).summary == "out[0, 0, 2] = in[0, 0, 1] = 3"
    assert_hits_return(copied)


def test_what_a_cell_sees_and_how_large_it_is() -> None:
    x = np.random.default_rng(1).normal(size=(1, 3, 4))
    layer = Upsample((), "linear", (5, 4), True)
    document = Document(Sample(x, "drawn", spacing=(2.0, 1.0)), (layer, ReLU()), View())
    found = fields(document, random=False)
    # Of 5 rows over 3, every second one is a copy.
    assert found.sizes[0] == ((1, 2, 1, 2, 1), (1, 1, 1, 1))
    assert [found.span(0, 0, cell) for cell in (1, 2)] == [(0, 2), (1, 1)]
    assert output_geometry(document, 1).spacing == (1.0, 1.0)
    assert_legible(picture_of(Document(document.sample, document.layers, View(scene="receptive", layer=1)), 1))


def resize(scales: Any = None, sizes: Any = None, **attributes: str) -> OnnxNode:
    arrays = (None, *(None if given is None else np.array(given) for given in (scales, sizes)))
    return OnnxNode("Resize", attributes, arrays)


@pytest.mark.parametrize(
    ("node", "layer"),
    [
        (
            resize([1.0, 1, 2, 2], coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
            Upsample((2, 2)),
        ),
        (resize([1.0, 1, 2, 3]), Upsample((2, 3))),
        (resize([1.0, 1, 1.5, 2], mode="linear"), Upsample((1.5, 2), "linear")),
        (
            resize(None, [1, 3, 5, 7], mode="linear", coordinate_transformation_mode="align_corners"),
            Upsample((), "linear", (5, 7), True),
        ),
        (OnnxNode("Upsample", {"mode": "nearest"}, (np.array([1.0, 1, 2, 2]),)), Upsample((2, 2))),
        (OnnxNode("Resize", {}, (np.array([1.0, 1, 2]),)), Upsample((2,))),
    ],
)
def test_a_node_of_onnx(node: OnnxNode, layer: Upsample) -> None:
    assert Upsample.from_onnx(node) == layer


@pytest.mark.parametrize(
    ("node", "says"),
    [
        (resize(), "scale_factor: is not one number a spatial axis"),
        (resize([1.0, 2, 2, 2]), "scale_factor: is not one number a spatial axis"),
        (resize([1.0, 1, 1.5, 2]), "mode: is 'nearest' by 'half_pixel'"),
        (resize([1.0, 1, 2, 2], mode="cubic"), "mode: is 'cubic'"),
        (resize([1.0, 1, 2, 2], mode="linear", coordinate_transformation_mode="asymmetric"), "by 'asymmetric'"),
        (resize([1.0, 1, np.inf, 2]), "scales: holds numbers that are not finite"),
    ],
)
def test_a_node_of_onnx_that_is_not_read(node: OnnxNode, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        Upsample.from_onnx(node)


@EVERY
def test_what_is_written_for_onnx_is_read_again(layer: Upsample, shape: tuple[int, ...]) -> None:
    """Copies by a factor that is not whole are written as the cells they are, which is another operator."""
    if layer.mode == "nearest":
        return
    graph = onnx.load_model_from_string(onnx_bytes(alone(layer, np.zeros(shape)), double=True)).graph
    held = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    (node,) = [node for node in graph.node if node.op_type == "Resize"]
    attributes = {a.name: onnx.helper.get_attribute_value(a).decode() for a in node.attribute}
    again = Upsample.from_onnx(OnnxNode("Resize", attributes, tuple(held.get(name) for name in node.input[1:])))
    x = np.random.default_rng(1).normal(size=shape)
    np.testing.assert_allclose(again.forward(x), layer.forward(x), atol=1e-6)

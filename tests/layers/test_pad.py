"""Padding as a layer: by NumPy, in pictures, files and other libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.export.code import code
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.pad import Pad
from convgui.layers.part import part
from convgui.layers.relu import ReLU
from convgui.session.formulas import size_formula
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of

ROW = np.array([[1.0, 2.0, 3.0, 4.0]])
X = ROW.reshape(1, 2, 2)
LAYERS: dict[str, tuple[Pad, list[float]]] = {
    "zeros": (Pad(((2, 1),)), [0, 0, 1, 2, 3, 4, 0]),
    "value": (Pad(((1, 0),), "zeros", -2.5), [-2.5, 1, 2, 3, 4]),
    "reflect": (Pad(((2, 3),), "reflect"), [3, 2, 1, 2, 3, 4, 3, 2, 1]),
    "replicate": (Pad(((2, 1),), "replicate"), [1, 1, 1, 2, 3, 4, 4]),
    "circular": (Pad(((1, 4),), "circular"), [4, 1, 2, 3, 4, 1, 2, 3, 4]),
}
"""By PyTorch's documentation of each."""
BIG = [
    Pad(((1, 2), (0, 3))),
    Pad(((2, 0), (1, 1)), "zeros", 0.75),
    Pad(((1, 2), (3, 0)), "reflect"),
    Pad(((5, 1), (0, 9)), "replicate"),
    Pad(((3, 0), (4, 2)), "circular"),
    Pad(((0, 0), (0, 0)), "circular"),
]


@pytest.mark.parametrize("name", LAYERS)
def test_by_hand(name: str) -> None:
    layer, row = LAYERS[name]
    assert layer.forward(ROW).tolist() == [row]
    assert_float32_stays(layer, ROW)
    assert_slopes(layer, ROW)
    holed = layer.forward(np.array([[np.nan, 2.0, 3.0, 4.0]]))
    assert np.isnan(holed).tolist() == [[value == 1 for value in row]]


@pytest.mark.parametrize("layer", BIG, ids=str)
def test_slopes_parts_and_other_libraries(layer: Pad) -> None:
    x = np.random.default_rng(1).normal(size=(2, 3, 4))
    assert_slopes(layer, x)
    assert_same_everywhere(alone(layer, x))
    whole = layer.forward(x)
    rng = np.random.default_rng(2)
    for _ in range(8):
        ends = [sorted(rng.choice(n + 1, 2, replace=False)) for n in whole.shape[1:]]
        made = tuple(slice(int(first), int(last)) for first, last in ends)
        some = part(layer, x.shape, made)
        inside = x[(slice(None), *some.read)]
        np.testing.assert_array_equal(some.forward(inside), whole[(slice(None), *made)])


@pytest.mark.parametrize(("shape", "pads"), [((2, 5), ((1, 2),)), ((1, 3, 2, 4), ((1, 0), (0, 1), (2, 2)))])
@pytest.mark.parametrize("mode", ["zeros", "replicate", "circular"])
def test_other_numbers_of_axes(shape: tuple[int, ...], pads: Any, mode: Any) -> None:
    assert_same_everywhere(alone(Pad(pads, mode), np.random.default_rng(1).normal(size=shape)))


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("nn.ZeroPad2d(1)", Pad(((1, 1), (1, 1)))),
        ("nn.ZeroPad2d((1, 2, 3, 4))", Pad(((3, 4), (1, 2)))),
        ("nn.ConstantPad2d(padding=(0, 1, 0, 0), value=3.5)", Pad(((0, 0), (0, 1)), "zeros", 3.5)),
        ("(0): ReflectionPad2d((1, 1, 0, 0))", Pad(((0, 0), (1, 1)), "reflect")),
        ("nn.ReplicationPad2d(2)", Pad(((2, 2), (2, 2)), "replicate")),
        ("nn.CircularPad2d((0, 0, 2, 1))", Pad(((2, 1), (0, 0)), "circular")),
    ],
)
def test_a_line_of_pytorch(line: str, layer: Pad) -> None:
    document = alone(ReLU(), np.zeros((1, 3, 3)))
    assert apply(document, parse(line)).chosen == layer
    written = code(alone(layer, np.zeros((1, 3, 3))), "pytorch").split("model = ")[1].split("\n")[0]
    assert apply(document, parse(written)).chosen == layer


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nn.ZeroPad2d((1, 2))", "one whole number is needed, or 4: two an axis"),
        ("nn.ZeroPad2d((-1, 0, 0, 0))", "cutting off"),
        ("nn.ZeroPad2d()", "Padding is missing"),
        ("nn.ZeroPad2d(1.5)", "one whole number is needed"),
        ("nn.ReflectionPad2d(3)", "with mode 'reflect' an input of 3 cells allows at most 2"),
        ("nn.CircularPad2d(4)", "with mode 'circular' an input of 3 cells allows at most 3"),
        ("nn.ConstantPad2d(1, 'a')", "a number is needed"),
        ("nn.ZeroPad2d(300)", "up to 256 can be shown"),
        ("nn.ZeroPad3d(1)", "the layer is made for 3"),
    ],
)
def test_a_line_of_pytorch_that_is_none(line: str, says: str) -> None:
    with pytest.raises(PasteError, match=says):
        apply(alone(ReLU(), np.zeros((1, 3, 3))), parse(line))


@pytest.mark.fault
def test_what_it_cannot_be() -> None:
    with pytest.raises(SpecError, match="padding: has 0 axes"):
        Pad(())
    with pytest.raises(SpecError, match="padding: has 1 axes, the input has 2"):
        Pad(((1, 1),)).output_shape((1, 3, 3))
    with pytest.raises(SpecError, match="value: is inf"):
        Pad(((1, 1),), "zeros", float("inf"))
    with pytest.raises(SpecError, match="value: is x; a finite number"):
        Pad(((1, 1),)).with_field("value", "x")


def test_its_fields_and_its_size(tmp_path: Path) -> None:
    layer = Pad(((1, 2), (0, 3)), "replicate")
    assert [field.name for field in layer.form((1, 3, 3))] == ["before", "after", "mode"]
    assert layer.with_field("before", (4, 5)) == Pad(((4, 2), (5, 3)), "replicate")
    assert layer.with_field("after", (4, 5)) == Pad(((1, 4), (0, 5)), "replicate")
    assert [field.name for field in layer.with_field("mode", "zeros").form((1, 3, 3))][-1] == "value"
    assert kept_in_a_file(layer, np.zeros((1, 3, 3)), tmp_path) == layer
    assert size_formula(alone(layer, np.zeros((1, 3, 3)))) == "H: 1 + 3 + 2 = 6\nW: 0 + 3 + 3 = 6"


def test_a_node_of_onnx() -> None:
    pads = np.array([0, 0, 1, 2, 0, 0, 3, 4])
    assert Pad.from_onnx(OnnxNode("Pad", {"mode": "edge"}, (pads,))) == Pad(((1, 3), (2, 4)), "replicate")
    valued = OnnxNode("Pad", {"pads": tuple(pads.tolist()), "value": 2.0})
    assert Pad.from_onnx(valued) == Pad(((1, 3), (2, 4)), "zeros", 2.0)
    assert Pad.from_onnx(OnnxNode("Pad", {}, (pads, np.array(1.5)))) == Pad(((1, 3), (2, 4)), "zeros", 1.5)
    for wrong in (np.array([0, 1, 1, 2, 0, 0, 3, 4]), np.array([0, 0, -1, 2, 0, 0, 3, 4])):
        with pytest.raises(SpecError, match="cutting off, or padding channels"):
            Pad.from_onnx(OnnxNode("Pad", {}, (wrong,)))
    for sides in ([0, 0, 0], [], [0] * 12):
        with pytest.raises(SpecError, match="does not fit"):
            Pad.from_onnx(OnnxNode("Pad", {}, (np.array(sides, np.int64),)))
    with pytest.raises(SpecError, match="mode: is 'odd'"):
        Pad.from_onnx(OnnxNode("Pad", {"mode": "odd"}, (pads,)))


def test_a_cell_is_explained() -> None:
    document = alone(Pad(((1, 1), (1, 1)), "zeros", 0.5), X)
    assert picture_of(document, 0).summary == "out[0, 0, 0] = padding = 0.5"
    assert picture_of(document, 5).summary == "out[0, 1, 1] = in[0, 0, 0] = 1"
    mirrored = alone(Pad(((1, 1), (1, 1)), "reflect"), X)
    assert picture_of(mirrored, 0).summary == "out[0, 0, 0] = in[0, 1, 1] = 4"
    for one in (document, mirrored):
        for step in (0, 5):
            assert_legible(picture_of(one, step))
        assert_hits_return(one)

"""ONNX graphs beside the evaluator of the standard itself: random ones of moves and cuts, and each operator by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from convgui.core.spec import SpecError
from convgui.files.weights.read import read_weights
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.sample import Sample
from convgui.session.found_layer import up_to
from convgui.session.trained import chain, found_layers
from tests.documents import textbook

RNG = np.random.default_rng(11)
Node = tuple[str, Sequence[Any], dict[str, Any]]
"""An operator, its inputs (a name, or an array that stands in the file), its attributes; it makes v0, v1, ..."""


def written(folder: Path, nodes: Sequence[Node], shape: Sequence[Any], opset: int = 17, outputs: int = 1) -> Path:
    made, held = [], {}
    for number, (operator, inputs, attributes) in enumerate(nodes):
        names = []
        for k, given_one in enumerate(inputs):
            if isinstance(given_one, str):
                names.append(given_one)
            else:
                names.append(f"c{number}_{k}")
                held[names[-1]] = np.asarray(given_one)
        count = outputs if operator == "Split" else 1
        ends = [f"v{number}" if n == 0 else f"v{number}_{n}" for n in range(count)]
        made.append(helper.make_node(operator, names, ends, name=f"node{number}", **attributes))
    graph = helper.make_graph(
        made,
        "made",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(f"v{len(nodes) - 1}", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in held.items()],
    )
    path = folder / "made.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8).SerializeToString()
    )
    return path


def ours(path: Path, x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], Document, str]:
    document = replace(textbook(), sample=Sample(x, "made"), lesson=None)
    made, said = chain(document, found_layers(read_weights(path)))
    return value_of(made, len(made.layers)), made, said


def wanted(path: Path, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    (found,) = onnx.reference.ReferenceEvaluator(onnx.load(str(path))).run(None, {"x": x})
    return np.asarray(found)


def same(folder: Path, nodes: Sequence[Node], shape: tuple[int, ...] = (4, 6, 5), **more: Any) -> Document:
    x = RNG.normal(size=shape).astype(np.float32)
    path = written(folder, nodes, (1, *shape), **more)
    got, document, said = ours(path, x)
    assert said == ""
    np.testing.assert_allclose(got.ravel(), wanted(path, x[None]).ravel(), rtol=1e-4, atol=1e-5)
    return document


@pytest.mark.parametrize(
    "nodes",
    [
        [("Shape", ["x"], {}), ("Slice", ["v0", [0], [1], [0]], {}), ("Concat", ["v1", [-1]], {"axis": 0}),
         ("Reshape", ["x", "v2"], {})],
        [("Shape", ["x"], {}), ("Gather", ["v0", np.int64(2)], {}), ("Mul", ["v1", np.int64(2)], {}),
         ("Unsqueeze", ["v2", [0]], {}), ("Concat", [[1, 4], "v3", [10]], {"axis": 0}),
         ("Resize", ["x", "", "", "v4"], {"mode": "nearest", "coordinate_transformation_mode": "asymmetric",
                                          "nearest_mode": "floor"})],
        [("Reshape", ["x", [1, 2, 2, 6, 5]], {}), ("Transpose", ["v0"], {"perm": [0, 2, 1, 3, 4]}),
         ("Reshape", ["v1", [1, 4, 6, 5]], {})],
        [("Transpose", ["x"], {"perm": [0, 2, 3, 1]}), ("ReduceMean", ["v0"], {"axes": [3], "keepdims": 1}),
         ("Sub", ["v0", "v1"], {}), ("Mul", ["v2", "v2"], {}),
         ("ReduceMean", ["v3"], {"axes": [-1], "keepdims": 1}), ("Add", ["v4", np.float32(1e-5)], {}),
         ("Sqrt", ["v5"], {}), ("Div", ["v2", "v6"], {}),
         ("Mul", ["v7", np.array([1, 2, 3, 4], np.float32)], {})],
        [("Slice", ["x", [1, 5], [3, 0], [1, 2], [1, -2]], {})],
        [("Split", ["x"], {"axis": 1}), ("Relu", ["v0"], {}), ("Concat", ["v0_1", "v1"], {"axis": 2})],
        [("Split", ["x", [1, 3]], {"axis": 1}), ("Neg", ["v0_1"], {})],
        [("Gather", ["x", np.int64(-1)], {"axis": 1}), ("Softmax", ["v0"], {"axis": 1})],
        [("Softmax", ["x"], {"axis": 3})],
        [("Softmax", ["x"], {"axis": 2})],
        [("Flatten", ["x"], {"axis": 2}), ("MatMul", ["v0", RNG.normal(size=(30, 3)).astype(np.float32)], {})],
        [("MatMul", ["x", RNG.normal(size=(5, 7)).astype(np.float32)], {}), ("Relu", ["v0"], {})],
        [("Transpose", ["x"], {"perm": [0, 1, 3, 2]}), ("MatMul", ["x", "v0"], {})],
        [("Reshape", ["x", [1, 4, 30]], {}), ("Transpose", ["v0"], {"perm": [0, 2, 1]}),
         ("MatMul", ["v0", "v1"], {}), ("Softmax", ["v2"], {}), ("MatMul", ["v3", "v0"], {})],
        [("DepthToSpace", ["x"], {"blocksize": 2})],
        [("DepthToSpace", ["x"], {"blocksize": 2, "mode": "CRD"})],
        [("Pow", ["x", np.float32(2)], {}), ("ReduceSum", ["v0", [2]], {"keepdims": 0})],
        [("Pow", ["x", np.float32(3)], {}), ("ReduceMin", ["v0"], {"axes": [2, 3]})],
        [("ReduceMax", ["x"], {"axes": [1, 3], "keepdims": 0})],
        [("ReduceMean", ["x"], {"axes": [1]})],
        [("ReduceSum", ["x", [1, 2, 3]], {"keepdims": 0})],
        [("Sub", [np.float32(3), "x"], {}), ("Exp", ["v0"], {}), ("Log", ["v1"], {})],
        [("Abs", ["x"], {}), ("Add", ["v0", np.float32(1)], {}), ("Div", [np.float32(2), "v1"], {}),
         ("Reciprocal", ["v2"], {})],
        [("Relu", ["x"], {}), ("Equal", ["v0", np.float32(0)], {}),
         ("Where", ["v1", np.float32(7), "x"], {})],
        [("Pad", ["x", [0, 2, 0, 0, 0, 1, 0, 0]], {})],
        [("Transpose", ["x"], {"perm": [0, 2, 1, 3]}), ("Pad", ["v0", [0, 0, 0, 1, 0, 0, 0, 2]], {})],
        [("Unsqueeze", ["x", [1]], {}), ("Squeeze", ["v0", [1]], {}), ("Cast", ["v1"], {"to": 1}), ("Neg", ["v2"], {})],
        [("Expand", ["x", [1, 4, 6, 5]], {}), ("Add", ["v0", RNG.normal(size=(5,)).astype(np.float32)], {})],
        [("Concat", ["x", "x"], {"axis": 3}), ("Concat", ["v0", "v0"], {"axis": 1})],
        [("Reshape", ["x", [1, 5, 4, 6]], {}), ("Conv", ["v0", RNG.normal(size=(2, 5, 3, 3)).astype(np.float32)], {})],
    ],
    ids=lambda nodes: "-".join(node[0] for node in nodes),
)  # fmt: skip
def test_what_operators_make_is_what_the_standard_says(tmp_path: Path, nodes: Sequence[Node]) -> None:
    same(tmp_path, nodes, opset=17 if nodes[0][0] != "ReduceSum" else 18, outputs=2)


def test_depth_to_space_and_back(tmp_path: Path) -> None:
    x = RNG.normal(size=(4, 6, 4)).astype(np.float32)
    path = written(tmp_path, [("SpaceToDepth", ["x"], {"blocksize": 2})], (1, 4, 6, 4))
    got, _, _ = ours(path, x)
    blocks = x.reshape(4, 3, 2, 2, 2).transpose(2, 4, 0, 1, 3).reshape(16, 3, 2)
    np.testing.assert_allclose(got, blocks, rtol=1e-6)


@st.composite
def moves(draw: st.DrawFn) -> tuple[list[Node], tuple[int, ...]]:
    """Draw Reshape, Transpose, Squeeze, Slice and additions of what was there before, with their sizes."""
    sizes: tuple[int, ...] = (1, *draw(st.tuples(*[st.sampled_from([1, 2, 3, 4, 6])] * 3)))
    first, nodes, last = sizes[1:], list[Node](), "x"
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["Reshape", "Transpose", "Slice", "Add", "Relu"]))
        if kind == "Reshape":
            factors = [n for size in sizes for n in _primes(size)]
            cuts = sorted(draw(st.lists(st.integers(0, len(factors)), max_size=3)))
            ends = [0, *cuts, len(factors)]
            target = [int(np.prod(factors[a:b])) for a, b in pairwise(ends)]
            sizes = (1, *target)
            nodes.append((kind, [last, np.array(sizes)], {}))
        elif kind == "Transpose":
            order = [0, *draw(st.permutations(range(1, len(sizes))))]
            sizes = tuple(sizes[d] for d in order)
            nodes.append((kind, [last], {"perm": order}))
        elif kind == "Slice":
            axis = draw(st.integers(1, len(sizes) - 1))
            start = draw(st.integers(0, sizes[axis] - 1))
            end = draw(st.integers(start + 1, sizes[axis]))
            sizes = (*sizes[:axis], end - start, *sizes[axis + 1 :])
            nodes.append((kind, [last, [start], [end], [axis]], {}))
        elif kind == "Add":
            order = list(range(len(sizes)))
            nodes.append((kind, [last, last], {}))
        else:
            nodes.append((kind, [last], {}))
        last = f"v{number}"
    return nodes, first


def _primes(n: int) -> list[int]:
    found = []
    for p in (2, 3):
        while n % p == 0:
            found.append(p)
            n //= p
    return [*found, n] if n > 1 else found


@settings(max_examples=150, deadline=None)
@given(drawn=moves())
def test_any_moves_make_what_the_standard_says_or_stop(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[Node], tuple[int, ...]]
) -> None:
    nodes, shape = drawn
    x = RNG.normal(size=shape).astype(np.float32)
    path = written(tmp_path_factory.mktemp("moves"), nodes, (1, *shape))
    try:
        got, _, said = ours(path, x)
    except SpecError:
        # Not even the first of them fits.
        return
    if said:
        assert "spatial axes" in said or "across its axes" in said
        return
    want = wanted(path, x[None])
    if got.size == want.size:
        np.testing.assert_allclose(got.ravel(), want.ravel(), rtol=1e-5)
    else:
        assert nodes[-1][0] in ("Reshape", "Transpose"), "what only moves makes no layer of its own"


def test_channels_that_stand_last_are_taken_for_channels(tmp_path: Path) -> None:
    """As TensorFlow writes its networks: the input is ``(1, H, W, C)``, and a picture is one all the same."""
    weight = RNG.normal(size=(2, 3, 3, 3)).astype(np.float32)
    nodes: list[Node] = [("Transpose", ["x"], {"perm": [0, 3, 1, 2]}), ("Conv", ["v0", weight], {})]
    x = RNG.normal(size=(3, 6, 7)).astype(np.float32)
    path = written(tmp_path, nodes, (1, 6, 7, 3))
    got, document, said = ours(path, x)
    assert (said, len(document.layers)) == ("", 1), "no layer only moves values"
    np.testing.assert_allclose(got, wanted(path, x.transpose(1, 2, 0)[None])[0], rtol=1e-4, atol=1e-5)


def test_a_layer_of_one_axis_goes_along_one_of_the_pictures(tmp_path: Path) -> None:
    weight = RNG.normal(size=(3, 4, 3)).astype(np.float32)
    nodes: list[Node] = [
        ("Conv", ["x", weight], {"strides": [2], "pads": [1, 2], "dilations": [2]}),
        ("MaxPool", ["v0"], {"kernel_shape": [2]}),
    ]
    x = RNG.normal(size=(4, 1, 15)).astype(np.float32)
    path = written(tmp_path, nodes, (1, 4, 15))
    got, _, said = ours(path, x)
    assert said == ""
    np.testing.assert_allclose(got[:, 0], wanted(path, x[:, 0][None])[0], rtol=1e-4, atol=1e-5)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ([("Relu", ["x"], {}), ("TopK", ["v0", [2]], {})], "stops before node1: .*the operator TopK is not read"),
        ([("Relu", ["x"], {}), ("Cast", ["v0"], {"to": 7})], "stops before node1: .*is 'int64'; values stay real"),
        ([("Relu", ["x"], {}), ("Pow", ["v0", np.float32(1.5)], {})], "powers of 2, 3, 1/2 and -1 are taken here"),
        ([("Relu", ["x"], {}), ("Reshape", ["v0", [1, 7, -1]], {})], "does not fit 1 × 4 × 6 × 5"),
        ([("Relu", ["x"], {}), ("Reshape", ["v0", [2, 2, 3, 2, 5]], {}), ("Relu", ["v1"], {}),
          ("Slice", ["v2", [0], [1], [3]], {})], "open an input with 4 spatial axes"),
        ([("Relu", ["x"], {}), ("Gather", ["v0", [0, 1]], {"axis": 1})], "are several; one is taken here"),
        ([("Relu", ["x"], {}), ("Expand", ["v0", [2, 4, 6, 5]], {})], "repeats 1 × 4 × 6 × 5"),
        ([("Relu", ["x"], {}), ("Add", ["v0", np.ones((6, 5), np.float32)], {})], "one number is needed, or one a"),
    ],
    ids=lambda value: value[-1][0] if isinstance(value, list) else "",
)  # fmt: skip
def test_what_is_not_done_stops_the_chain_and_says_why(tmp_path: Path, nodes: Sequence[Node], says: str) -> None:
    x = RNG.normal(size=(4, 6, 5)).astype(np.float32)
    _, document, said = ours(written(tmp_path, nodes, (1, 4, 6, 5)), x)
    assert document.layers[0].title == "ReLU"
    assert re.search(says, said), said


@pytest.mark.fault
def test_a_second_input_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, [("Relu", ["x"], {}), ("Add", ["v0", "state"], {})], (1, 4, 6, 5))
    model = onnx.load(str(path))
    model.graph.input.append(helper.make_tensor_value_info("state", TensorProto.FLOAT, (1, 4, 6, 5)))
    path.write_bytes(model.SerializeToString())
    _, _, said = ours(path, np.zeros((4, 6, 5), np.float32))
    assert "reads state, a further input of the network" in said


@pytest.mark.parametrize("part", [0, 1, 2])
def test_each_part_of_a_split_begins_where_the_one_before_ends(tmp_path: Path, part: int) -> None:
    name = "v0" if part == 0 else f"v0_{part}"
    same(tmp_path, [("Split", ["x", [1, 2, 3]], {"axis": 2}), ("Neg", [name], {})], outputs=3)


def test_a_part_of_a_split_is_found_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, [("Split", ["x"], {"axis": 1}), ("Relu", ["v0_1"], {}), ("Neg", ["v0"], {})],
                   (1, 4, 6, 5), outputs=2)  # fmt: skip
    found = found_layers(read_weights(path))
    assert [layer.name for layer in up_to(found, "v1")] == ["node0", "node1"]
    assert [layer.name for layer in up_to(found, "v0_1")] == ["node0"]

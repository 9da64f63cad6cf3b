"""ONNX: tensors wherever they stand, the graph as it is, and nothing outside the model's folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from onnx import TensorProto, helper, numpy_helper

from convgui.files.errors import LoadError
from convgui.files.resources import resource
from convgui.files.weights.onnx_model import Graph, read_graph
from convgui.files.weights.read import read_weights
from convgui.files.weights.tensors import WeightFile
from tests.files.weights.built import AnyArray
from tests.files.weights.sources import source

KINDS = (
    "float32",
    "float64",
    "float16",
    "int64",
    "int32",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "uint32",
    "uint64",
    "bool",
)


def model(tensors: list[Any], nodes: list[Any] | None = None, **fields: Any) -> bytes:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, None, 7])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes or [helper.make_node("Relu", ["x"], ["y"])], "g", [x], [y], tensors)
    return bytes(helper.make_model(graph, **fields).SerializeToString())


def opened(folder: Path, data: bytes) -> WeightFile:
    path = folder / "a.onnx"
    path.write_bytes(data)
    return read_weights(path)


def graph_of(folder: Path, data: bytes) -> Graph:
    path = folder / "a.onnx"
    path.write_bytes(data)
    with source(path) as given_source:
        return read_graph(given_source)


def raw(name: str, array: AnyArray) -> Any:
    return numpy_helper.from_array(array, name)


def listed(name: str, array: AnyArray) -> Any:
    """A tensor whose values stand one by one, as `onnx` writes them: in the list of their type."""
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    return helper.make_tensor(name, kind, array.shape, array.reshape(-1).tolist())


@pytest.mark.parametrize("way", [raw, listed])
@given(st.data())
def test_values_of_every_type_come_back(
    way: Callable[[str, AnyArray], Any], tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    elements = None if np.dtype(kind).kind != "f" else {"allow_nan": False}
    array = data.draw(hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_side=4, max_dims=4), elements=elements))
    found = opened(tmp_path_factory.mktemp("o"), model([way("w", array)])).tensors["w"]
    assert (found.shape, found.dtype) == (array.shape, array.dtype.name)
    assert found.values().tobytes() == array.tobytes()


def test_bfloat16_stands_as_bits_in_whole_numbers(tmp_path: Path) -> None:
    tensor = TensorProto(name="w", data_type=TensorProto.BFLOAT16, dims=[3], int32_data=[0x3F80, 0xC020, 0x0001])
    assert opened(tmp_path, model([tensor])).tensors["w"].values().tolist() == [1.0, -2.5, 2.0**-133]


def test_weights_in_constant_nodes_are_weights(tmp_path: Path) -> None:
    inside = helper.make_node(
        "Constant", [], ["w"], value=listed("", np.arange(4, dtype=np.float32).reshape(1, 1, 2, 2))
    )
    conv = helper.make_node("Conv", ["x", "w"], ["y"], kernel_shape=[2, 2], auto_pad="SAME_UPPER", dilations=[1, 2])
    graph = graph_of(tmp_path, model([], [inside, conv], opset_imports=[helper.make_opsetid("", 11)]))
    assert [node.op_type for node in graph.nodes] == ["Conv"]
    assert graph.tensors["w"].values().tolist() == [[[[0, 1], [2, 3]]]]
    assert graph.nodes[0].inputs == ("x", "w")
    assert graph.nodes[0].attributes == {"kernel_shape": (2, 2), "auto_pad": "SAME_UPPER", "dilations": (1, 2)}
    assert graph.inputs == {"x": ("N", 3, None, 7)}
    assert graph.outputs == {"y": None}
    assert graph.opset == 11


def test_attributes_of_every_kind(tmp_path: Path) -> None:
    node = helper.make_node("Odd", ["x", "", "x"], ["y"], domain="my", name="n", i=-3, f=0.5, s="text", fs=[1.0, -2.0])
    (found,) = graph_of(tmp_path, model([], [node])).nodes
    assert (found.op_type, found.name, found.inputs) == ("my.Odd", "n", ("x", "", "x"))
    assert found.attributes == {"i": -3, "f": 0.5, "s": "text", "fs": (1.0, -2.0)}


def beside(folder: Path, location: str = "w.bin", **places: Any) -> bytes:
    (folder / "w.bin").write_bytes(bytes(8) + np.arange(6, dtype=np.float32).tobytes())
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2, 3], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, "offset": 8, "length": 24, **places}.items():
        if value is not None:
            tensor.external_data.add(key=key, value=str(value))
    return model([tensor])


@pytest.mark.parametrize("places", [{}, {"length": None}])
def test_values_in_a_file_beside_the_model(tmp_path: Path, places: dict[str, Any]) -> None:
    found = opened(tmp_path, beside(tmp_path, **places))
    assert found.tensors["w"].values().tolist() == [[0, 1, 2], [3, 4, 5]]
    (tmp_path / "w.bin").write_bytes(bytes(20))
    with pytest.raises(LoadError, match="cut off since it was opened"):
        found.tensors["w"].values()


@pytest.mark.fault
@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"location": "../w.bin"}, "outside its folder"),
        ({"location": "/etc/passwd"}, "outside its folder"),
        ({"location": ".."}, "outside its folder"),
        ({"location": ""}, "outside its folder"),
        ({"location": "sub/w.bin"}, "outside its folder"),
        ({"location": "nothing.bin"}, "is not there"),
        ({"location": "link.bin"}, "is not there"),
        ({"location": "hard.bin"}, "is not there"),
        ({"location": "pipe"}, "is not there"),
        ({"offset": 9}, "too short"),
        ({"offset": -8}, "makes no sense"),
        ({"offset": "0x8"}, "makes no sense"),
        ({"length": 20}, "makes no sense"),
        ({"length": 2**70}, "makes no sense"),
        ({"offset": "9" * 5000}, "makes no sense"),
        ({"length": "9" * 5000}, "makes no sense"),
        ({"offset": "\u0663"}, "makes no sense"),
    ],
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, places: dict[str, Any], words: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "w.bin").write_bytes(bytes(100))
    (folder / "link.bin").symlink_to(tmp_path / "w.bin")
    os.link(tmp_path / "w.bin", folder / "hard.bin")
    os.mkfifo(folder / "pipe")
    with pytest.raises(LoadError, match=words):
        opened(folder, beside(folder, **places))


def _damaged(**fields: Any) -> bytes:
    return model([TensorProto(**{"name": "w", "data_type": 1, "dims": [2], **fields})])


@pytest.mark.fault
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_damaged(raw_data=bytes(7)), "holds 1 numbers and needs 2"),
        (_damaged(float_data=[1.0]), "holds 1 numbers and needs 2"),
        (_damaged(), "holds 0 numbers and needs 2"),
        (_damaged(dims=[-1]), "makes no sense"),
        (_damaged(dims=[2**40, 2**40]), "MiB"),
        (_damaged(data_type=8), "type number 8"),
        (_damaged(data_type=99), "type number 99"),
        (b"\x08\x08\x3a\x05abc", "cut off"),
        (b"\x08\x08\x12\x01a", "there is no graph"),
        (b"\x08\x08\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "cut off"),
        (b"\x08\x08\x12\x01a\x13", "unknown kind"),
    ],
)  # fmt: skip
def test_a_damaged_model_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(LoadError, match=words):
        opened(tmp_path, data)


@pytest.mark.fault
def test_a_model_that_is_cut_anywhere_is_refused_or_is_less(tmp_path: Path) -> None:
    data = model([raw("w", np.arange(3, dtype=np.float32))])
    for size in range(len(data)):
        try:
            found = opened(tmp_path, data[:size])
        except LoadError:
            continue
        assert all(tensor.values().size == 3 for tensor in found.tensors.values())


def test_basic_pitch_is_what_its_file_says() -> None:
    path = resource("networks", "basic_pitch.onnx")
    found, oracle = read_weights(path), onnx.load(str(path))
    wanted = {tensor.name: numpy_helper.to_array(tensor) for tensor in oracle.graph.initializer}
    for node in oracle.graph.node:
        if node.op_type == "Constant":
            wanted[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    assert set(found.tensors) == set(wanted)
    for name, values in wanted.items():
        assert np.array_equal(found.tensors[name].values(), values)
    assert found.parameters == 36_037
    with source(path) as given_source:
        graph = read_graph(given_source)
    assert len(graph.nodes) == sum(node.op_type != "Constant" for node in oracle.graph.node)
    assert sum(node.op_type == "Conv" for node in graph.nodes) == 32
    assert [node.inputs for node in graph.nodes] == [
        tuple(node.input) for node in oracle.graph.node if node.op_type != "Constant"
    ]

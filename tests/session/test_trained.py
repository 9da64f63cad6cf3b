"""Layers of a file of weights: told apart by their tensors or by a graph, and put on an input."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.reference
import pytest
from onnx import TensorProto, helper, numpy_helper
from scipy.signal import correlate  # type: ignore[import-untyped]

from convgui.core import ConvSpec
from convgui.core.spec import SpecError
from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.layers.convolution import Convolution
from convgui.layers.relu import ReLU
from convgui.model.document import Document
from convgui.model.flow import all_values, value_of
from convgui.model.sample import Sample
from convgui.session.found_layer import FoundLayer, summary
from convgui.session.trained import chain, found_layers, on_picture
from tests.documents import textbook
from tests.files.weights.built import safetensors

RNG = np.random.default_rng(4)


def weights(*shape: int) -> Any:
    return RNG.normal(size=shape).astype(np.float32)


def found(folder: Path, **arrays: Any) -> tuple[FoundLayer, ...]:
    path = folder / "a.safetensors"
    path.write_bytes(safetensors({name.replace("__", "."): array for name, array in arrays.items()}))
    return found_layers(read_weights(path))


def given(*shape: int) -> Document:
    return replace(textbook(), sample=Sample(RNG.integers(0, 9, shape), "made"), lesson=None)


def test_tensors_are_paired_by_their_names(tmp_path: Path) -> None:
    layers = found(
        tmp_path,
        stem__conv__weight=weights(8, 3, 3, 3),
        stem__conv__bias=weights(8),
        stem__bn__weight=weights(8),
        stem__bn__running_mean=weights(8),
        stem__bn__running_var=weights(8),
        act__weight=weights(8),
        up__deconv__weight=weights(8, 2, 2, 2),
        line__weight=weights(5, 8, 3),
        solid__weight=weights(5, 8, 3, 3, 3),
        fc__weight=weights(10, 8),
        anchors=weights(3, 2),
    )
    assert [(layer.name, layer.kind, bool(layer.reason)) for layer in layers] == [
        ("stem.conv", "Conv2d", False),
        ("stem.bn", "BatchNorm", False),
        ("act", "PReLU", False),
        ("up.deconv", "ConvTranspose2d", False),
        ("line", "Conv1d", False),
        ("solid", "Conv3d", False),
        ("fc", "Dense", False),
        ("anchors", "?", True),
    ]
    assert [layer.parameters for layer in layers[:2]] == [8 * 27 + 8, 24]
    assert summary(layers[0]) == "8 × 3 × 3 × 3, bias 8"
    assert not layers[0].told


def test_as_many_biases_as_the_second_axis_tell_a_transposed_layer_without_its_name(tmp_path: Path) -> None:
    """PyTorch's ConvTranspose2d holds (in, out, *kernel), Conv2d (out, in, *kernel); the biases are as many as out."""
    (layer,) = found(tmp_path, stem__weight=weights(4, 6, 2, 2), stem__bias=weights(6))
    assert layer.kind == "ConvTranspose2d"
    (layer,) = found(tmp_path, stem__weight=weights(4, 6, 2, 2), stem__bias=weights(4))
    assert layer.kind == "Conv2d"


def test_a_convolution_on_the_picture_is_what_scipy_says(tmp_path: Path) -> None:
    weight, bias = weights(2, 3, 3, 3), weights(2)
    (layer,) = found(tmp_path, conv__weight=weight, conv__bias=bias)
    document, said = on_picture(given(3, 7, 8), layer)
    assert said == ""
    x = document.sample.data.astype(float)
    for n in range(2):
        wanted = sum(correlate(x[c], weight[n, c].astype(float), "valid") for c in range(3)) + float(bias[n])
        assert np.allclose(document.layer.forward(x)[n], wanted)


@pytest.mark.parametrize(("takes", "channels"), [(64, 3), (1, 3), (3, 1), (5, 4)])
def test_another_number_of_channels_is_made_to_fit_and_said(tmp_path: Path, takes: int, channels: int) -> None:
    weight = weights(4, takes, 3, 3)
    (layer,) = found(tmp_path, conv__weight=weight)
    document, said = on_picture(given(channels, 7, 8), layer)
    assert f"takes {takes} channel{'s' * (takes > 1)} and the input has {channels}" in said
    made = document.layer
    both = min(takes, channels)
    assert isinstance(made, Convolution)
    assert made.spec.in_channels == channels
    assert np.array_equal(made.weight[:, :both], weight[:, :both])
    assert not made.weight[:, both:].any()
    assert document.shapes[-1] == (4, 5, 6)


GROUPED = [(4, 4, 2), (4, 8, 4), (4, 4, 4), (8, 2, 2), (6, 3, 3), (3, 4, 1)]


@pytest.mark.parametrize("operator", ["Conv", "ConvTranspose"])
@pytest.mark.parametrize(("takes", "makes", "groups"), GROUPED)
@pytest.mark.parametrize("channels", [1, 2, 5, 9])
def test_a_layer_of_groups_is_made_to_fit_other_channels(
    tmp_path: Path, operator: str, takes: int, makes: int, groups: int, channels: int
) -> None:
    transposed = operator == "ConvTranspose"
    each, per_group = takes // groups, makes // groups
    weight = weights(takes, per_group, 3, 3) if transposed else weights(makes, each, 3, 3)
    node = helper.make_node(operator, ["x", "w"], ["y"], kernel_shape=[3, 3], group=groups)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    graph = helper.make_graph([node], "g", values[:1], values[1:], [numpy_helper.from_array(weight, "w")])
    (tmp_path / "m.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    (layer,) = found_layers(read_weights(tmp_path / "m.onnx"))
    document, said = on_picture(given(channels, 5, 6), layer)
    assert f"takes {takes} channels and the input has {channels}" in said
    made = document.layer.weight
    for out in range(makes):
        group, inside = divmod(out, per_group)
        for channel in range(channels):
            kernel = made[channel, out] if transposed else made[out, channel]
            if channel >= each:
                assert not kernel.any()
            elif transposed:
                assert np.array_equal(kernel, weight[group * each + channel, inside])
            else:
                assert np.array_equal(kernel, weight[out, channel])
    assert document.shapes[-1] == ((makes, 7, 8) if transposed else (makes, 3, 4))


def test_one_weight_a_channel_is_depthwise_where_the_input_has_as_many(tmp_path: Path) -> None:
    weight = weights(6, 1, 3, 3)
    (layer,) = found(tmp_path, depthwise__weight=weight)
    document, _ = on_picture(given(3, 7, 8), layer)
    assert document.layer.spec.groups == 3
    made, _ = chain(given(6, 7, 8), [layer])
    assert made.layer.spec.groups == 6
    assert np.array_equal(made.layer.weight, weight)


def test_layers_of_other_axes_and_what_is_no_convolution_are_refused(tmp_path: Path) -> None:
    line, table = found(tmp_path, line__weight=weights(5, 3, 3), table=weights(10, 8))
    with pytest.raises(SpecError, match="slides along 1 axes, and the input has 2"):
        on_picture(given(3, 7, 8), line)
    assert not table.convolves
    with pytest.raises(SpecError, match="no layer that is known"):
        table.layer()
    with pytest.raises(SpecError, match="stops before table"):
        chain(given(3, 7, 8), [table])


def test_a_chain_goes_as_far_as_it_can_and_says_where_it_stops(tmp_path: Path) -> None:
    layers = found(
        tmp_path, a__weight=weights(4, 3, 3, 3), b__weight=weights(2, 4, 3, 3), c__weight=weights(2, 5, 3, 3)
    )
    document, said = chain(given(3, 9, 9), layers)
    assert len(document.layers) == 2
    assert document.shapes[-1] == (2, 5, 5)
    assert "stops before c" in said
    assert "takes 5 channels and gets 2" in said


def onnx_chain(folder: Path, *nodes: Any, **arrays: Any) -> Path:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, None)
    y = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    held = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    model = helper.make_model(
        helper.make_graph(list(nodes), "g", [x], [y], held), opset_imports=[helper.make_opsetid("", 17)]
    )
    path = folder / "a.onnx"
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"pads": [1, 0, 2, 1]},
        {"strides": [2, 3], "dilations": [1, 2]},
        {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
        {"auto_pad": "VALID"},
    ],
)  # fmt: skip
def test_a_graph_gives_layers_as_onnx_computes_them(tmp_path: Path, attributes: dict[str, Any]) -> None:
    nodes = (
        helper.make_node("Conv", ["x", "w", "b"], ["h1"], group=2, **attributes),
        helper.make_node("LeakyRelu", ["h1"], ["h2"], alpha=0.25),
        helper.make_node("MaxPool", ["h2"], ["h3"], kernel_shape=[2, 2], strides=[2, 1], pads=[1, 1, 1, 1]),
        helper.make_node("AveragePool", ["h3"], ["h4"], kernel_shape=[2, 2], count_include_pad=1, pads=[1, 0, 1, 0]),
        helper.make_node("Relu", ["h4"], ["h5"]),
        helper.make_node("ConvTranspose", ["h5", "u"], ["y"], strides=[2, 2], output_padding=[1, 0], pads=[1, 0, 0, 1]),
    )
    path = onnx_chain(tmp_path, *nodes, w=weights(6, 2, 3, 3), b=weights(6), u=weights(6, 2, 3, 2))
    document, said = chain(given(4, 12, 13), found_layers(read_weights(path)))
    assert said == ""
    assert len(document.layers) == 6
    x = document.sample.data.astype(np.float32)
    (wanted,) = onnx.reference.ReferenceEvaluator(onnx.load(str(path))).run(None, {"x": x[None]})
    assert isinstance(wanted, np.ndarray)
    got: Any = x.astype(float)
    for layer in document.layers:
        got = layer.forward(got)
    assert got.shape == wanted[0].shape
    assert np.allclose(got, wanted[0], atol=1e-4)


def test_an_operator_that_is_not_read_stops_the_chain_by_name(tmp_path: Path) -> None:
    nodes = (
        helper.make_node("Conv", ["x", "w"], ["h"], name="/stem/conv"),
        helper.make_node("Einsum", ["h"], ["y"], equation="abcd->abdc"),
    )
    layers = found_layers(read_weights(onnx_chain(tmp_path, *nodes, w=weights(2, 3, 3, 3))))
    document, said = chain(given(3, 9, 9), layers)
    assert len(document.layers) == 1
    assert layers[0].name == "/stem/conv"
    assert layers[0].told
    assert "the operator Einsum is not read" in said


def test_weights_that_are_computed_are_said(tmp_path: Path) -> None:
    nodes = (helper.make_node("Relu", ["x"], ["w"]), helper.make_node("Conv", ["x", "w"], ["y"]))
    layers = found_layers(read_weights(onnx_chain(tmp_path, *nodes)))
    with pytest.raises(SpecError, match="computed by the network itself"):
        layers[1].layer()


def test_the_shipped_networks_are_listed_whole() -> None:
    kinds = [layer.kind for layer in found_layers(read_weights(resource("networks", "pnet.pt")))]
    assert kinds == ["Conv2d", "PReLU"] * 3 + ["Conv2d"] * 2
    silero = found_layers(read_weights(resource("networks", "silero_vad_16k.safetensors")))
    assert [layer.kind for layer in silero if layer.convolves] == ["Conv1d"] * 6
    pitch = found_layers(read_weights(resource("networks", "basic_pitch.onnx")))
    assert sum(layer.kind == "Conv" for layer in pitch) == 32


ELEMENTWISE: dict[str, tuple[str, dict[str, Any]]] = {
    "Clip": ("Clip", {"arrays": [np.float32(0), np.float32(6)]}),
    "Sigmoid": ("Sigmoid", {}),
    "Tanh": ("Tanh", {}),
    "HardSigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "HardSwish": ("HardSwish", {}),
    "Elu": ("Elu", {"alpha": 0.75}),
    "PRelu, one slope": ("PRelu", {"arrays": [np.array([0.25], np.float32)]}),
    "PRelu, one a channel": ("PRelu", {"arrays": [np.array([0.25, -1, 2], np.float32).reshape(3, 1, 1)]}),
    "Softmax": ("Softmax", {"axis": 1}),
    "Softmax from behind": ("Softmax", {"axis": -3}),
    "Identity": ("Identity", {}),
    "Dropout": ("Dropout", {}),
    "Flatten": ("Flatten", {}),
    "GlobalAveragePool": ("GlobalAveragePool", {}),
    "GlobalMaxPool": ("GlobalMaxPool", {}),
    "BatchNormalization": (
        "BatchNormalization",
        {"arrays": [weights(3), weights(3), weights(3), weights(3) ** 2], "epsilon": 0.25},
    ),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_each_operator_computes_what_onnx_says(tmp_path: Path, name: str) -> None:
    operator, about = ELEMENTWISE[name]
    arrays = {f"a{n}": np.asarray(array) for n, array in enumerate(about.get("arrays", ()))}
    attributes = {key: value for key, value in about.items() if key != "arrays"}
    node = helper.make_node(operator, ["x", *arrays], ["y"], **attributes)
    path = onnx_chain(tmp_path, node, **arrays)
    document = replace(given(3, 4, 5), sample=Sample(RNG.normal(scale=4, size=(3, 4, 5)), "made"))
    document, said = chain(document, found_layers(read_weights(path)))
    assert said == ""
    x = document.sample.data.astype(np.float32)
    (wanted,) = onnx.reference.ReferenceEvaluator(onnx.load(str(path))).run(None, {"x": x[None]})
    assert isinstance(wanted, np.ndarray)
    assert np.allclose(document.chosen.forward(x.astype(float)).reshape(-1), wanted.reshape(-1), atol=1e-5)


@pytest.mark.parametrize("turned", [0, 1])
def test_a_dense_layer_reads_the_flattened_input(tmp_path: Path, turned: int) -> None:
    weight, bias = weights(5, 60), weights(5)
    nodes = (
        helper.make_node("Flatten", ["x"], ["h"]),
        helper.make_node("Gemm", ["h", "w", "b"], ["y"], transB=turned),
    )
    path = onnx_chain(tmp_path, *nodes, w=weight if turned else weight.T.copy(), b=bias)
    document, said = chain(given(3, 4, 5), found_layers(read_weights(path)))
    assert said == ""
    got = document.layers[1].forward(document.layers[0].forward(document.sample.data.astype(float)))
    assert np.allclose(got.reshape(-1), weight @ document.sample.data.reshape(-1) + bias, atol=1e-4)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("operator", "arrays", "attributes", "words"),
    [
        ("Clip", [np.float32(5), np.float32(0)], {}, "cuts off at 5.0 and 0.0"),
        ("Softmax", [], {"axis": 0}, "0 channels|axes|one axis"),
        ("Gemm", [weights(60, 4)], {"alpha": 2.0}, "plain dense layer"),
        ("PRelu", [weights(3, 4, 5)], {}, "one slope"),
        ("PRelu", [], {}, "computed by the network"),
        ("Conv", [weights(4)], {}, "needs axes"),
        ("Conv", [np.full((1, 3, 1, 1), np.nan, np.float32)], {}, "not finite"),
        ("Conv", [weights(2, 3, 3, 3)], {"auto_pad": "ODD"}, "not known"),
        ("Conv", [weights(2, 3, 3, 3)], {"pads": [1, 1]}, "does not fit 2 axes"),
        ("ConvTranspose", [weights(3, 2, 3, 3)], {"output_shape": [9, 9]}, "instead of the padding"),
        ("AveragePool", [], {"kernel_shape": [2, 2], "pads": [1, 0, 0, 0]}, "between the sides"),
    ],
)  # fmt: skip
def test_what_is_done_otherwise_here_stops_the_chain_and_is_said(
    tmp_path: Path, operator: str, arrays: list[Any], attributes: dict[str, Any], words: str
) -> None:
    held = {f"a{n}": np.asarray(array) for n, array in enumerate(arrays)}
    node = helper.make_node(operator, ["x", *held], ["y"], **attributes)
    with pytest.raises(SpecError, match=words):
        chain(given(3, 4, 5), found_layers(read_weights(onnx_chain(tmp_path, node, **held))))


def test_pnet_with_its_activations_is_a_chain(tmp_path: Path) -> None:
    layers = found_layers(read_weights(resource("networks", "pnet.pt")))
    document, said = chain(given(3, 12, 12), layers[:4])
    assert said == ""
    assert [layer.title for layer in document.layers] == ["Convolution 3 × 3", "PReLU"] * 2
    assert document.shapes[-1] == (16, 8, 8)


@pytest.mark.parametrize("padding", [[0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 1, 0]])
@pytest.mark.parametrize("counted", [{}, {"count_include_pad": 0}, {"count_include_pad": 1}])
def test_a_mean_counts_its_padding_where_the_file_says_so_and_only_there(
    tmp_path: Path, counted: dict[str, Any], padding: list[int]
) -> None:
    node = helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[2, 3], pads=padding, **counted)
    (layer,) = found_layers(read_weights(onnx_chain(tmp_path, node)))
    x = given(2, 5, 6).sample.data.astype(np.float32)
    model = onnx.load(str(tmp_path / "a.onnx"))
    (wanted,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": x[None]})
    assert np.allclose(layer.layer().forward(x), np.asarray(wanted)[0], rtol=1e-5)


def branching(rng: np.random.Generator) -> onnx.ModelProto:
    """Return a network in which branches meet, with constants of its own, as converters write them."""
    make, array = helper.make_node, numpy_helper.from_array
    tensors = {
        "w": rng.normal(size=(4, 3, 3, 3)), "gate.w": rng.normal(size=(4, 4, 1, 1)), "b": rng.normal(size=4),
        "three": np.array([3.0]), "six": np.array([6.0]), "low": np.array(-0.5), "high": np.array(1.5),
        "two": np.array(2.0), "one": np.array(1.0), "dense": rng.normal(size=(8, 5)),
    }  # fmt: skip
    nodes = [
        make("Reshape", ["b", "to4d"], ["b4"], name="bias"),
        make("Conv", ["x", "w"], ["conv"], name="conv", pads=[1, 1, 1, 1]),
        make("Add", ["conv", "b4"], ["a"], name="biased"),
        make("Add", ["a", "three"], ["a3"], name="plus"),
        make("Clip", ["a3"], ["held"], name="held", min=0.0, max=6.0),
        make("Mul", ["a", "held"], ["swish6"], name="swish"),
        make("Div", ["swish6", "six"], ["swish"], name="sixth"),
        make("GlobalAveragePool", ["swish"], ["mean"], name="mean"),
        make("Conv", ["mean", "gate.w"], ["g"], name="gate"),
        make("HardSigmoid", ["g"], ["gate"], name="hard", alpha=0.2, beta=0.5),
        make("Mul", ["swish", "gate"], ["excited"], name="excited"),
        make("Sub", ["one", "excited"], ["rest"], name="rest"),
        make("MaxPool", ["excited"], ["pooled"], name="pool", kernel_shape=[2, 2], auto_pad="SAME_UPPER"),
        make("Add", ["pooled", "rest"], ["sum"], name="sum"),
        make("Clip", ["sum"], ["cut"], name="cut", min=-0.5, max=1.5),
        make("Concat", ["cut", "excited"], ["both"], name="both", axis=1),
        make("ReduceMean", ["both"], ["means"], name="means", axes=[2, 3]),
        make("Reshape", ["means", "to2d"], ["flat"], name="flat"),
        make("MatMul", ["flat", "dense"], ["y"], name="dense"),
    ]  # fmt: skip
    made = [array(value.astype(np.float32), name) for name, value in tensors.items()]
    made += [array(np.array([1, 4, 1, 1]), "to4d"), array(np.array([1, -1]), "to2d")]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "h", "w"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])
    graph = helper.make_graph(nodes, "branching", [x], [y], made)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 10)], ir_version=8)


def test_a_graph_that_branches_is_built_as_it_is(tmp_path: Path) -> None:
    model = branching(np.random.default_rng(5))
    onnx.save(model, str(tmp_path / "branching.onnx"))
    layers = found_layers(read_weights(tmp_path / "branching.onnx"))
    # What is made of the file's numbers alone is no layer.
    assert [layer.name for layer in layers][:2] == ["conv", "biased"]
    assert all(not layer.reason for layer in layers)
    x = np.random.default_rng(6).normal(size=(3, 6, 7)).astype(np.float32)
    document, said = chain(Document(Sample(x, "drawn"), (ReLU(),)), layers)
    assert said == ""
    assert any(len(numbers) == 2 for numbers in document.sources)
    numbers, values, count = dict[str, int](), all_values(document), 0
    for layer in layers:
        count += len(layer.layers())
        numbers[layer.makes] = count
    for name in numbers:
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    wanted = onnx.reference.ReferenceEvaluator(model).run(list(numbers), {"x": x[None]})
    for (name, number), want in zip(numbers.items(), wanted, strict=True):
        np.testing.assert_allclose(values[number].ravel(), want.ravel(), rtol=1e-5, atol=1e-5, err_msg=name)


def test_what_follows_from_what_is_not_read_is_left_out_and_the_rest_is_there(tmp_path: Path) -> None:
    model = branching(np.random.default_rng(5))
    strange = next(node for node in model.graph.node if node.name == "hard")
    strange.op_type, strange.domain = "Strange", "elsewhere"
    onnx.save(model, str(tmp_path / "strange.onnx"))
    layers = found_layers(read_weights(tmp_path / "strange.onnx"))
    document, said = chain(Document(Sample(np.zeros((3, 6, 7)), "drawn"), (ReLU(),)), layers)
    assert said.startswith("The chain stops before hard: ")
    # The gate's convolution is the last that follows from the input alone.
    assert document.shapes[-1] == (4, 1, 1)


@pytest.mark.parametrize("kind", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize(("size", "dilation"), [((2, 3), (1, 1)), ((3, 3), (2, 1)), ((3, 3), (1, 3)), ((5, 4), (1, 1))])
def test_a_maximum_that_keeps_the_size(
    size: tuple[int, int], dilation: tuple[int, int], kind: str, tmp_path: Path
) -> None:
    """By its definition: the largest value under each window, of which what lies beyond the border is none."""
    attributes: dict[str, Any] = {"kernel_shape": size, "dilations": dilation, "auto_pad": kind}
    node = helper.make_node("MaxPool", ["x"], ["y"], name="pool", **attributes)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, 6, 7]) for name in "xy"]
    onnx.save(helper.make_model(helper.make_graph([node], "g", ends[:1], ends[1:])), str(tmp_path / "a.onnx"))
    x = np.random.default_rng(3).normal(size=(1, 6, 7))
    document, said = chain(given(1, 6, 7), found_layers(read_weights(tmp_path / "a.onnx")))
    assert said == ""
    spare = [d * (k - 1) for k, d in zip(size, dilation, strict=True)]
    before = [n // 2 if kind == "SAME_UPPER" else n - n // 2 for n in spare]
    wide = np.full((6 + spare[0], 7 + spare[1]), -np.inf)
    wide[before[0] : before[0] + 6, before[1] : before[1] + 7] = x[0]
    want = [
        [wide[i : i + spare[0] + 1 : dilation[0], j : j + spare[1] + 1 : dilation[1]].max() for j in range(7)]
        for i in range(6)
    ]
    made = value_of(replace(document, sample=Sample(x, "x")), len(document.layers))
    np.testing.assert_array_equal(made[0], want)


def test_layers_keep_the_names_that_their_file_has_for_them(tmp_path: Path) -> None:
    """Through edits and a document's file; what comes in a layer's place has none, and names make no difference."""
    known = found_layers(read_weights(resource("networks", "pnet.pt")))
    document, _ = chain(given(3, 20, 20), known[:4])
    assert [layer.name for layer in document.layers] == ["conv1", "prelu1", "conv2", "prelu2"]
    assert document.layers[0].full_title == "Convolution 3 × 3 · conv1"
    assert document.layers[0].alike(replace(document.layers[0], name="other"))
    edited = document.with_layer(replace(document.layer, bias=document.layer.bias + 1))
    assert edited.layers[0].name == "conv1"
    write_document(edited, tmp_path / "named.convgui")
    with zipfile.ZipFile(tmp_path / "named.convgui") as archive:
        assert json.loads(archive.read("document.json"))["convgui_document"] == 3, "older programs know no names"
    read = read_document(tmp_path / "named.convgui")
    assert [layer.name for layer in read.layers] == ["conv1", "prelu1", "conv2", "prelu2"]
    assert ReLU().name == ""
    assert ReLU(name="a") == ReLU()


def test_an_operator_that_is_made_of_several_layers_names_them_all(tmp_path: Path) -> None:
    node = helper.make_node("Clip", ["x", "low", "high"], ["y"], name="held")
    path = onnx_chain(tmp_path, node, low=np.float32(-0.5), high=np.float32(1.5))
    document, said = chain(given(3, 4, 5), found_layers(read_weights(path)))
    assert said == ""
    assert [layer.name for layer in document.layers] == ["held"] * 3


def test_a_graph_with_convolutions_of_one_row_takes_a_signal(tmp_path: Path) -> None:
    row = Sample(np.arange(12.0)[None, None], "row")
    spec = ConvSpec.of(1, 2, (1, 3))
    made = Document(row, (Convolution(spec, np.ones(spec.weight_shape), np.zeros(2)), ReLU()))
    path = tmp_path / "row.onnx"
    path.write_bytes(onnx_bytes(made))
    signal = replace(made, sample=Sample(row.data[:, 0], "row", spacing=(0.5,), units=("s",)))
    found, said = chain(signal, found_layers(read_weights(path)))
    assert not said
    assert found.sample.spacing == (1.0, 0.5)
    assert found.sample.units == ("px", "s")
    np.testing.assert_array_equal(value_of(found, 2), value_of(made, 2))


def test_a_graph_for_one_axis_keeps_it_where_it_stops(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Unsqueeze", ["x", "axis"], ["row"]),
        helper.make_node("Squeeze", ["row", "axis"], ["line"]),
        helper.make_node("Conv", ["line", "w"], ["c"], "conv"),
        helper.make_node("Unknown", ["c"], ["y"], "unknown", domain="own"),
    ]
    sizes = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 1, 9]) for n in "xy"]
    values = {"w": np.ones((1, 1, 3), np.float32), "axis": np.array([2])}
    held = [numpy_helper.from_array(value, name) for name, value in values.items()]
    model = helper.make_model(helper.make_graph(nodes, "g", sizes[:1], sizes[1:], held))
    path = tmp_path / "line.onnx"
    path.write_bytes(model.SerializeToString())
    signal = Document(Sample(np.arange(9.0)[None], "line"), (ReLU(),))
    made, said = chain(signal, found_layers(read_weights(path)))
    assert said
    assert made.sample is signal.sample
    assert made.shapes[-1] == (1, 7)

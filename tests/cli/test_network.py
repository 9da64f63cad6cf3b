"""convgui network: what stands in a file of weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from convgui.__main__ import main
from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.session.architectures import recognised
from convgui.session.trained import found_layers
from tests.files.weights.built import safetensors


def test_the_layers_of_a_file_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", str(resource("networks", "pnet.pt"))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["layer", "kind", "tensors", "parameters", "makes", "multiply-adds", "field"]
    assert lines[1].split()[:10] == ["conv1", "Conv2d", "10", "×", "3", "×", "3", "×", "3,", "bias"]
    # 10 x 27 products for each of 222 x 222 cells.
    assert " 280  10 × 222 × 222     13,306,680  3 × 3" in lines[1]
    assert lines[-3] == "This is P-Net; it was trained on (x \N{MINUS SIGN} 127.5) / 128. (--values mtcnn)"
    assert lines[-2] == "PyTorch: 10 layers, 10 of them can be shown, 6,632 parameters"
    assert lines[-1].startswith("on 3 × 224 × 224: ")
    assert lines[-1].endswith("a field of 12 × 12")


def test_what_layers_make_see_and_cost_is_told_for_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", PNET, "--size", "12x12", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["input"] == [3, 12, 12]
    layers = {layer["name"]: layer for layer in told["layers"]}
    assert layers["conv1"] | {"shapes": None, "reason": ""} == {
        "name": "conv1", "kind": "Conv2d", "shapes": None, "parameters": 280, "output": [10, 10, 10],
        "multiply_adds": 10 * 10 * 10 * 27, "field": [3, 3], "supported": True, "reason": "",
    }  # fmt: skip
    assert (layers["conv3"]["output"], layers["conv3"]["field"]) == ([32, 1, 1], [12, 12])
    assert told["totals"]["field"] == [12, 12]
    assert told["totals"]["multiply_adds"] == sum(layer["multiply_adds"] for layer in told["layers"])
    assert told["stops"] == ""


def test_a_graph_is_told_for_its_own_size_and_what_only_moves_has_no_cost(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", str(resource("networks", "basic_pitch.onnx")), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["input"], told["stops"]) == ([43_844, 1], "")
    assert {layer["output"] is None for layer in told["layers"] if layer["kind"] == "Transpose"} >= {True}
    assert all(layer["supported"] for layer in told["layers"])


@pytest.mark.fault
@pytest.mark.parametrize("size", ["0x4", "12", "axb", "1x2x3x4", "\u0661x3"])
def test_a_size_that_is_none_is_one_sentence(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", PNET, "--size", size]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "size" in err


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", str(resource("networks", "silero_vad_16k.safetensors")), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["form"], told["parameters"], len(told["layers"])) == ("safetensors", 309_633, 10)
    first = told["layers"][0]
    assert first["name"] == "stft_conv"
    assert first["shapes"] == {"weight": [258, 1, 256]}
    assert first["supported"]
    assert told["network"] is None
    assert main(["network", PNET, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["network"] == {"name": "P-Net", "values": "mtcnn"}


@pytest.mark.fault
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x02cos\nsystem\n.", b"hello", b"\x89HDF\r\n\x1a\n"])
def test_what_is_no_network_is_one_sentence(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.pt"
    path.write_bytes(content)
    assert main(["network", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "a.pt cannot be opened: " in err
    assert err.count("\n") == 1
    assert main(["network", str(tmp_path / "none.pt")]) == 2


PNET, PHOTO = str(resource("networks", "pnet.pt")), str(resource("samples", "coffee.png"))


@pytest.mark.parametrize("layer", ["conv1", "prelu2", "conv4_1"])
def test_a_layer_of_a_network_on_a_photo_is_its_array(layer: str, tmp_path: Path) -> None:
    assert main(["render", PNET, "--input", PHOTO, "--layer", layer, "--array", "-o", str(tmp_path / "a.npy")]) == 0
    found = np.load(tmp_path / "a.npy")
    known = recognised(found_layers(read_weights(PNET)))
    assert known is not None
    x = np.asarray(Image.open(PHOTO), float).transpose(2, 0, 1)
    # The boxes are in a branch of their own.
    for each in (each for each in known.layers if each.name != "conv4_2"):
        x = np.asarray(each.layer().forward(x))
        if each.name == layer:
            break
    assert found.shape == x.shape
    assert np.allclose(found, x, rtol=1e-4, atol=1e-3)


def test_its_maps_are_drawn(tmp_path: Path) -> None:
    assert main(["render", PNET, "--input", PHOTO, "--layer", "conv1", "-o", str(tmp_path / "a.svg")]) == 0
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "10 channels" in text


@pytest.mark.fault
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((PNET,), "holds trained weights; --input says"),
        ((PNET, "--input", PHOTO, "--layer", "conv9"), "has no layer 'conv9'"),
        ((PHOTO, "--layer", "conv1"), "--layer is for files of trained weights"),
        ((str(resource("networks", "silero_vad_16k.safetensors")), "--input", PHOTO), "stops before stft_conv"),
    ],
)
def test_a_network_that_cannot_be_drawn_is_one_sentence(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", *arguments, "-o", str(tmp_path / "a.png")]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
    assert not (tmp_path / "a.png").exists()


def branches(folder: Path, last: str = "Add") -> Path:
    """Write a network in which a convolution is added to its input; its last operator may be one that nobody knows."""
    weight = numpy_helper.from_array(np.full((2, 2, 1, 1), 0.5, np.float32), "w")
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["mixed"], name="mix"),
        helper.make_node("Relu", ["mixed"], ["rectified"], name="rectify"),
        helper.make_node(last, ["rectified", "x"], ["y"], name="last"),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2, None, None]) for name in "xy"]
    model = helper.make_model(helper.make_graph(nodes, "branches", ends[:1], ends[1:], [weight]))
    onnx.save(model, str(folder / "branches.onnx"))
    return folder / "branches.onnx"


def test_a_network_runs_over_files(tmp_path: Path) -> None:
    x = np.array([[[1.0, -2.0]], [[3.0, -4.0]]])
    np.save(tmp_path / "x.npy", x)
    given = ["apply", str(branches(tmp_path)), str(tmp_path / "x.npy"), "-o"]
    mixed = x.sum(axis=0, keepdims=True) / 2 * np.ones((2, 1, 1))
    wanted = {"last": np.maximum(mixed, 0) + x, "mix": mixed, "rectified": np.maximum(mixed, 0)}
    for name, want in wanted.items():
        assert main([*given, str(tmp_path / name), *(["--layer", name] if name != "last" else [])]) == 0
        np.testing.assert_allclose(np.load(tmp_path / name / "x.npy"), want)


@pytest.mark.fault
def test_a_network_that_stops_before_its_end_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "x.npy", np.ones((2, 1, 2)))
    path, out = str(branches(tmp_path, "Mod")), str(tmp_path / "out")
    assert main(["apply", path, str(tmp_path / "x.npy"), "-o", out]) == 2
    assert "The chain stops before last: the operator Mod is not read" in capsys.readouterr().err
    assert main(["apply", path, str(tmp_path / "x.npy"), "-o", out, "--layer", "rectify"]) == 0
    assert main(["apply", path, str(tmp_path / "x.npy"), "-o", out, "--layer", "rectified1"]) == 2
    assert "has no layer 'rectified1'" in capsys.readouterr().err
    assert main(["apply", "sobel-x", str(tmp_path / "x.npy"), "-o", out, "--layer", "mix"]) == 2
    assert "--layer is for files of trained weights, and sobel-x is none." in capsys.readouterr().err


def test_values_are_scaled_where_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = np.random.default_rng(1).integers(0, 256, (3, 12, 12)).astype(float)
    np.save(tmp_path / "x.npy", x)
    pixels = x.astype(np.uint8).transpose(1, 2, 0)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    held = {name: tensor.values().astype(float) for name, tensor in read_weights(PNET).tensors.items()}
    # Older stubs of NumPy know one axis alone.
    slid: Any = np.lib.stride_tricks.sliding_window_view
    windows = slid((x - 127.5) / 128, (3, 3), axis=(1, 2))
    scaled = np.einsum("crsij,fcij->frs", windows, held["conv1.weight"]) + held["conv1.bias"][:, None, None]
    raw = slid(x, (3, 3), axis=(1, 2))
    as_is = np.einsum("crsij,fcij->frs", raw, held["conv1.weight"]) + held["conv1.bias"][:, None, None]
    for name in ("x.npy", "x.png"):
        given = ["apply", PNET, str(tmp_path / name), "-o", str(tmp_path / "out"), "--layer", "conv1"]
        for extra, wanted in (([], as_is), (["--values", "as-is"], as_is), (["--values", "mtcnn"], scaled)):
            assert main([*given, *extra]) == 0
            np.testing.assert_allclose(np.load(tmp_path / "out" / "x.npy"), wanted, rtol=1e-4, atol=1e-3)
    given = ["render", PNET, "--input", str(tmp_path / "x.png"), "--layer", "conv1", "--values", "mtcnn", "--array"]
    assert main([*given, "-o", str(tmp_path / "y.npy")]) == 0
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), scaled, rtol=1e-4, atol=1e-3)
    capsys.readouterr()


@pytest.mark.fault
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("apply", PNET, "x.npy", "-o", "out", "--values", "imagenet"),
            "need red, green and blue, and the input has 1",
        ),
        (("apply", "sobel-x", "x.npy", "-o", "out", "--values", "unit"), "--values is for files of trained weights"),
        (("render", PNET, "--input", "x.npy", "--values", "imagenet", "-o", "x.png"), "need red, green and blue"),
        (("render", "single-channel", "--values", "unit", "-o", "x.png"), "--values is for files of trained weights"),
    ],
)
def test_values_that_cannot_be_scaled_so_are_one_sentence(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.ones((1, 14, 14)))
    assert main(list(arguments)) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))


def test_an_array_is_taken_as_its_channels_and_what_the_kernels_slide_over(tmp_path: Path) -> None:
    """(C, length) for a layer with one axis: it was taken for one channel of rows and columns."""
    rng = np.random.default_rng(8)
    weight, x = rng.normal(size=(4, 2, 3)).astype(np.float32), rng.normal(size=(2, 9)).astype(np.float32)
    (tmp_path / "a.safetensors").write_bytes(safetensors({"a.weight": weight}))
    np.save(tmp_path / "x.npy", x)
    given = [str(tmp_path / "a.safetensors"), str(tmp_path / "x.npy"), "-o", str(tmp_path / "out"), "--layer", "a"]
    assert main(["apply", *given]) == 0
    wanted = np.stack([np.correlate(x[0], w[0], "valid") + np.correlate(x[1], w[1], "valid") for w in weight])
    np.testing.assert_allclose(np.load(tmp_path / "out" / "x.npy"), wanted, rtol=1e-4, atol=1e-5)


def test_a_model_of_keras_is_counted_for_the_input_that_it_declares(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[1] / "files" / "weights" / "keras" / "seq_k3.keras"
    assert main(["network", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["form"], told["input"]) == ("Keras", [3, 12, 10])
    # "same" of 12 x 10 by a stride of 2, 3 x 3 without padding, then halves of what is left, rounded up.
    outputs = {layer["name"]: layer["output"] for layer in told["layers"]}
    assert outputs["conv2d"] == [8, 6, 5]
    assert outputs["depthwise_conv2d"] == [8, 4, 3]
    assert outputs["max_pooling2d"] == [6, 2, 2]
    assert [layer["multiply_adds"] for layer in told["layers"] if layer["name"] == "conv2d"] == [8 * 6 * 5 * 27]


def test_a_picture_is_stretched_before_a_network_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[1] / "files" / "weights" / "keras" / "seq_k3.keras"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 31, 3), np.uint8)).save(tmp_path / "a.png")
    given = ["apply", str(path), str(tmp_path / "a.png"), "-o", str(tmp_path / "out"), "--format", "npy"]
    assert main([*given, "--resize", "12x10"]) == 0
    (made,) = (tmp_path / "out").glob("*.npy")
    found = np.load(made)
    assert found.size == 7
    assert abs(float(found.sum()) - 1) < 1e-6
    assert main([*given, "--resize", "12xten"]) == 2
    assert "--resize cannot be 12xten; write whole numbers, such as 224x224." in capsys.readouterr().err
    assert main(["apply", "sobel-x", str(tmp_path / "a.png"), "-o", str(tmp_path / "two"), "--resize", "4x4"]) == 2
    assert "--resize is for files of trained weights, and sobel-x is none." in capsys.readouterr().err


def test_two_files_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = {"c.weight": np.ones((2, 1, 3, 3), np.float32)}, {"c.weight": np.ones((2, 1, 3, 3), np.float32)}
    second["c.weight"][1, 0, 2, 2] = 3
    for name, arrays in (("a", first), ("b", second)):
        (tmp_path / f"{name}.safetensors").write_bytes(safetensors(arrays))
    given = ["network", str(tmp_path / "a.safetensors"), "--against", str(tmp_path / "b.safetensors")]
    assert main(given) == 0
    assert capsys.readouterr().out.splitlines() == [
        "c.weight  2 × 1 × 3 × 3  1 differs, by up to 2 (66.67 % of the largest)",
        "1 tensor: 0 the same, 1 with other numbers, 0 of other shapes, 0 in one file alone.",
    ]
    assert main([*given, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["tensors"]
    assert told == {
        "name": "c.weight", "shape": [2, 1, 3, 3], "other": [2, 1, 3, 3], "differ": 1, "most": 2.0, "share": 2 / 3,
    }  # fmt: skip

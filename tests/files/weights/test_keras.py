"""Files of Keras: models that Keras wrote beside what it makes of them itself, and files that lead elsewhere."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.files.errors import LoadError
from convgui.files.weights.keras import KerasFile, group_name
from convgui.files.weights.keras_model import KerasModelError, calls_of
from convgui.files.weights.read import holds_weights, read_weights
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.sample import Sample
from convgui.session.found_layer import up_to
from convgui.session.trained import chain, found_layers, on_picture
from tests.documents import textbook

h5py: Any = import_module("h5py")
MADE = Path(__file__).with_name("keras")
MODELS = sorted(
    path.name for path in MADE.glob("*_k?.*") if ".weights" not in path.name and path.suffix in (".keras", ".h5")
)


def on_input(name: str) -> tuple[Document, np.ndarray[Any, Any]]:
    """Return a document with a model's input, and what Keras makes of it, channels first."""
    with np.load(MADE / f"{name.partition('.')[0]}.npz") as held:
        x, y = held["x"], held["y"]
    x = x if name.startswith("first") else np.moveaxis(x, -1, 0)
    sample = Sample(x.astype(np.float64), "made")
    return replace(textbook(), sample=sample, lesson=None), np.moveaxis(y, -1, 0)


@pytest.mark.parametrize("name", MODELS)
def test_every_value_is_what_keras_makes(name: str) -> None:
    document, wanted = on_input(name)
    file = read_weights(MADE / name)
    found = found_layers(file)
    assert file.form == "Keras"
    assert holds_weights(MADE / name)
    assert not file.unread
    assert not any(layer.reason for layer in found)
    assert sum(layer.parameters for layer in {layer.name: layer for layer in found}.values()) == file.parameters
    made, said = chain(document, found)
    assert not said
    got = value_of(made, len(made.layers))
    assert got.size == wanted.size
    scale = float(np.abs(wanted).max())
    assert float(np.abs(got.reshape(wanted.shape) - wanted).max()) < 1e-6 * scale


def test_all_forms_are_there() -> None:
    assert len(MODELS) == 9


def test_layers_are_listed_by_keras_names() -> None:
    found = found_layers(read_weights(MADE / "nest_k3.keras"))
    assert [layer.name for layer in found[:3]] == ["inner/conv2d_2", "inner/re_lu", "conv2d_3"]
    first = found[0]
    assert (first.kind, first.told, first.convolves) == ("Conv2D", True, True)
    assert first.shapes == {"kernel": (3, 3, 3, 4), "bias": (4,)}
    assert first.parameters == 3 * 3 * 3 * 4 + 4


def test_one_convolution_is_put_on_a_picture() -> None:
    document, _ = on_input("seq_k3.keras")
    found = found_layers(read_weights(MADE / "seq_k3.keras"))[0]
    made, said = on_picture(document, found)
    assert not said
    assert isinstance(made.layer, Convolution)
    with zipfile.ZipFile(MADE / "seq_k3.keras") as archive, archive.open("model.weights.h5") as stream:
        kernel = h5py.File(stream)["layers/conv2d/vars/0"][()]
    for o, i, y, x in ((0, 0, 0, 0), (7, 2, 1, 0), (3, 1, 0, 2)):
        assert made.layer.weight[o, i, y, x] == kernel[y, x, i, o]
    assert made.layer.spec.stride == (2, 2)


def test_the_network_up_to_a_layer() -> None:
    document, _ = on_input("fun_k3.h5")
    found = found_layers(read_weights(MADE / "fun_k3.h5"))
    made, said = chain(document, up_to(found, "left"))
    assert not said
    # An input of 12 x 10 and a row and column of zeros, under a kernel of 3 x 1.
    assert made.shapes[-1] == (4, 11, 11)


def test_weights_alone_are_listed_and_said_to_have_no_strides() -> None:
    file = read_weights(MADE / "seq_k2.weights.h5")
    assert isinstance(file, KerasFile)
    assert not file.told
    found = {layer.name: layer for layer in found_layers(file)}
    assert found["conv2d"].kind == "Conv2D"
    assert found["conv2d"].convolves
    assert not found["conv2d"].told
    assert "by itself" in found["dense"].reason
    document, _ = on_input("seq_k3.keras")
    made, _ = on_picture(document, found["conv2d"])
    assert made.shapes[-1] == (8, 10, 8)


def test_what_is_not_read_is_named_and_what_follows_is_missing(tmp_path: Path) -> None:
    path = changed(tmp_path, "seq_k3.keras", lambda text: text.replace('"LeakyReLU"', '"StrangeLayer"'))
    document, _ = on_input("seq_k3.keras")
    found = found_layers(read_weights(path))
    assert [layer.kind for layer in found if layer.reason] == ["StrangeLayer"]
    made, said = chain(document, found)
    assert "StrangeLayer" in said
    assert len(made.layers) < 7


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"padding": "same"', '"padding": "odd"', "Padding is 'odd'"),
        ('"strides": [2, 2]', '"strides": [2]', "strides: is [2]"),
        ('"activation": "softmax"', '"activation": "magic"', "activation: is 'magic'"),
        ('"axis": -1', '"axis": 0', "The axis is 0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_a_sentence(tmp_path: Path, before: str, after: str, said: str) -> None:
    path = changed(tmp_path, "seq_k3.keras", lambda text: text.replace(before, after))
    document, _ = on_input("seq_k3.keras")
    found = found_layers(read_weights(path))
    try:
        _, told = chain(document, found)
    except SpecError as error:
        told = str(error)
    assert said in told


def changed(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """Write a .keras file again with another description."""
    path = folder / name
    with zipfile.ZipFile(MADE / name) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data.decode()) if member == "config.json" else data)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "has no class"),
        ('{"class_name": "Own", "config": {}}', "describes Own"),
        ('{"class_name": "Sequential", "config": {}}', "no list of layers"),
        ('{"class_name": "Sequential", "config": {"layers": [3]}}', "no class"),
        ('{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {}}]}}', "no name"),
        ('{"class_name": "Functional", "config": {"layers": []}}', "where it ends"),
    ],
)
def test_a_description_that_makes_no_sense_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = changed(tmp_path, "seq_k3.keras", lambda _: text)
    with pytest.raises(LoadError, match=said):
        read_weights(path)


def test_a_layer_that_reads_itself_is_a_sentence() -> None:
    call = [["a", 0, 0, {}]]
    layer = {"class_name": "ReLU", "config": {"name": "a"}, "name": "a", "inbound_nodes": [call]}
    model = {"class_name": "Model", "config": {"layers": [layer], "input_layers": [], "output_layers": call}}
    with pytest.raises(KerasModelError, match="'a' reads what nothing makes"):
        calls_of(model)


def test_a_layer_that_reads_nothing_is_a_sentence(tmp_path: Path) -> None:
    # Such a call is written where the tensor among its arguments is damaged.
    path = changed(tmp_path, "nest_k3.keras", lambda text: "tensoR".join(text.rsplit("tensor", 1)))
    document, _ = on_input("nest_k3.keras")
    _, said = chain(document, found_layers(read_weights(path)))
    assert said == "The chain stops before dense_4: The values of Dense are not told."


def test_more_layers_than_any_network_has_are_refused_before_they_are_followed() -> None:
    # Each reads the one behind it: the worst order in which they can stand.
    many = [
        {
            "class_name": "ReLU",
            "config": {"name": f"a{n}"},
            "name": f"a{n}",
            "inbound_nodes": [[[f"a{n + 1}", 0, 0, {}]]],
        }
        for n in range(5000)
    ]
    ends = {"input_layers": [], "output_layers": [["a0", 0, 0]]}
    with pytest.raises(KerasModelError, match="more than 4,096 layers"):
        calls_of({"class_name": "Model", "config": {"layers": many, **ends}})


def test_models_in_models_end() -> None:
    model: dict[str, Any] = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    for _ in range(40):
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [model]}}
    with pytest.raises(KerasModelError, match="too deep"):
        calls_of(model)


@pytest.mark.parametrize(
    ("name", "group"),
    [("Conv2D", "conv2d"), ("Conv2DTranspose", "conv2d_transpose"), ("BatchNormalization", "batch_normalization"),
     ("PReLU", "p_re_lu"), ("DepthwiseConv2D", "depthwise_conv2d"), ("ReLU", "re_lu"), ("Dense", "dense")],
)  # fmt: skip
def test_groups_are_called_by_classes(name: str, group: str) -> None:
    # As they stand in files that Keras wrote.
    assert group_name(name) == group


def trap(path: Path, make: Callable[[Any], None]) -> Path:
    with h5py.File(path, "w") as file:
        make(file)
    return path


def _external(file: Any) -> None:
    file["a/b"] = h5py.ExternalLink("other.h5", "/x")


def _soft(file: Any) -> None:
    file["a/b"] = h5py.SoftLink("/somewhere")


def _elsewhere(file: Any) -> None:
    file.create_dataset("a/b", (4,), "f4", external=[("other.bin", 0, 16)])


def _virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    file.create_virtual_dataset("a/b", layout)


def _never_written(file: Any) -> None:
    file.create_dataset("a/b", (100, 100), "f4", chunks=(10, 10))


def _packed(file: Any) -> None:
    file.create_dataset("a/b", data=np.zeros(100, "f4"), compression="lzf")


def _texts(file: Any) -> None:
    file["a/b"] = ["x", "y"]


TRAPS: dict[str, tuple[Callable[[Any], None], str]] = {
    "a link to another file": (_external, "not followed"),
    "a link": (_soft, "not followed"),
    "numbers in another file": (_elsewhere, "not opened"),
    "numbers put together from other files": (_virtual, "not opened"),
    "numbers that were never written": (_never_written, "not in the file"),
    "a filter of its own": (_packed, "packed in a way"),
    "texts": (_texts, "holds no numbers"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_nothing_outside_the_file_is_read(tmp_path: Path, name: str) -> None:
    make, said = TRAPS[name]
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = np.arange(4, dtype="f4")
    (tmp_path / "other.bin").write_bytes(bytes(16))
    file = read_weights(trap(tmp_path / "a.h5", make))
    assert not file.tensors
    assert said in file.unread["a/b"]


def test_a_group_that_holds_itself_ends(tmp_path: Path) -> None:
    def loop(file: Any) -> None:
        file.create_group("a")
        file["a/b"] = file["a"]

    file = read_weights(trap(tmp_path / "a.h5", loop))
    assert list(file.unread.values()) == ["it lies too deep"]


def test_an_array_beyond_the_memory_is_refused(tmp_path: Path) -> None:
    path = trap(
        tmp_path / "a.h5", lambda file: file.create_dataset("a", data=np.zeros(8), chunks=(8,), maxshape=(None,))
    )
    with h5py.File(path, "a") as file:
        file["a"].resize((1 << 44,))
    assert read_weights(path).unread == {"a": "its numbers are not in the file"}


@pytest.mark.parametrize("name", ["seq_k3.keras", "nest_k2.h5"])
def test_damage_is_a_sentence(tmp_path: Path, name: str) -> None:
    data, rng, path = (MADE / name).read_bytes(), random.Random(1), tmp_path / name
    sentences = []
    document, _ = on_input(name)
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 2, 8))):
            damaged[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(damaged[: rng.choice((len(data), rng.randrange(1, len(data))))])
        try:
            file = read_weights(path)
            chain(document, found_layers(file))
        except (LoadError, SpecError) as error:
            sentences.append(str(error))
    assert sentences
    assert not any("\n" in sentence for sentence in sentences)


def test_a_file_that_was_changed_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes((MADE / "vol_k3.h5").read_bytes())
    file = read_weights(path)
    path.write_bytes((MADE / "nest_k2.h5").read_bytes())
    with pytest.raises(LoadError, match=r"changed|cut off"):
        next(iter(file.tensors.values())).values()


def test_a_dense_layer_with_its_bias_is_one_layer() -> None:
    document, _ = on_input("seq_k3.keras")
    made, _ = chain(document, found_layers(read_weights(MADE / "seq_k3.keras")))
    kinds = [type(layer).__name__ for layer in made.layers]
    assert kinds[-2:] == ["Dense", "Softmax"]
    assert kinds.count("Dense") == 1
    assert "Scale" not in kinds

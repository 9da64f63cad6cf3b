"""PyTorch's files: the numbers that were saved, and nothing that a pickle says is ever done."""

from __future__ import annotations

import io
import os
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.files.errors import LoadError
from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.files.weights.tensors import WeightFile
from tests.files.weights.built import AnyArray, pytorch_old, pytorch_zip, raw_zip, tensor, tensors

ARRAYS: dict[str, AnyArray] = {
    "conv.weight": np.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype(np.float32),
    "conv.bias": np.arange(4, dtype=np.float64),
    "half": np.array([[1.5, -2.0]], np.float16),
    "count": np.array(7, np.int64),
    "mask": np.array([0, 255], np.uint8),
}
FORMS: dict[str, Callable[[Any], bytes]] = {"zip": pytorch_zip, "older": pytorch_old}
EITHER = pytest.mark.parametrize("form", FORMS)


def opened(folder: Path, data: bytes) -> WeightFile:
    path = folder / "a.pt"
    path.write_bytes(data)
    return read_weights(path)


@EITHER
def test_a_state_dict_comes_back(tmp_path: Path, form: str) -> None:
    found = opened(tmp_path, FORMS[form](tensors(ARRAYS)))
    assert found.form == "PyTorch"
    assert list(found.tensors) == list(ARRAYS)
    for name, wanted in ARRAYS.items():
        values = found.tensors[name].values()
        assert (values.dtype, values.shape) == (wanted.dtype, wanted.shape)
        assert values.tobytes() == wanted.tobytes()


@EITHER
def test_views_of_one_storage_are_read_by_their_strides(tmp_path: Path, form: str) -> None:
    row = np.arange(12, dtype=np.float32)
    whole = tensor("0", row.reshape(3, 4))
    parts = {
        "turned": replace(whole, shape=(4, 3), strides=(1, 4)),
        "corner": replace(whole, offset=5, shape=(2, 2), strides=(4, 1)),
        "one": replace(whole, offset=11, shape=(), strides=()),
        "none": replace(whole, offset=12, shape=(0, 3), strides=(3, 1)),
        "column": replace(whole, offset=1, shape=(3, 1), strides=(4, 1)),
    }
    found = opened(tmp_path, FORMS[form](OrderedDict(parts))).tensors
    grid = row.reshape(3, 4)
    assert np.array_equal(found["turned"].values(), grid.T)
    assert np.array_equal(found["corner"].values(), grid[1:, 1:3])
    assert found["one"].values() == 11
    assert found["none"].values().shape == (0, 3)
    assert np.array_equal(found["column"].values(), grid[:, 1:2])
    found["turned"].values()[...] = 0
    assert np.array_equal(found["turned"].values(), grid.T), "whoever got it may write into it"


@EITHER
@pytest.mark.parametrize("key", ["state_dict", "model_state_dict"])
def test_of_a_checkpoint_the_weights_are_taken(tmp_path: Path, form: str, key: str) -> None:
    more = {"epoch": 3, "optimizer": {"state": {0: {"exp_avg": tensor("9", np.zeros(2, np.float32))}}}}
    found = opened(tmp_path, FORMS[form]({**more, key: tensors(ARRAYS), "nested": [1, (2, None)]}))
    assert list(found.tensors) == list(ARRAYS)
    assert list(found.unread) == ["epoch", "optimizer", "nested"]


class Runs:
    """What a pickle may do to whoever believes it."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.fault
@EITHER
@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (os.system, ("echo ran > {ran}",), "posix.system"),
        (eval, ("open({ran!r}, 'w')",), "__builtin__.eval"),
        (open, ("{ran}", "w"), "_?io.open"),
        (getattr, ({}, "pop"), "__builtin__.getattr"),
        (np.dtype, ("f4",), "numpy.dtype"),
    ],
)
def test_a_program_in_a_file_is_named_and_not_run(
    tmp_path: Path, form: str, function: Callable[..., Any], arguments: tuple[Any, ...], name: str
) -> None:
    ran = str(tmp_path / "ran")
    filled = [a.format(ran=ran) if isinstance(a, str) else a for a in arguments]
    with pytest.raises(LoadError, match=f"names {name}") as caught:
        opened(tmp_path, FORMS[form]({"weight": Runs(function, *filled)}))
    assert "torch.save" in str(caught.value)
    assert not Path(ran).exists()


@pytest.mark.fault
@EITHER
@pytest.mark.parametrize(
    "changes",
    [
        {"offset": 1},
        {"offset": -1},
        {"offset": 2**62},
        {"shape": (13,)},
        {"shape": (3, 5)},
        {"strides": (5, 1)},
        {"strides": (-4, 1)},
        {"strides": (4,)},
        {"strides": (0, 0), "shape": (2**31, 2**31)},
        {"shape": (1,) * 40, "strides": (1,) * 40},
        {"shape": (True, 4)},
    ],
    ids=str,
)
def test_a_tensor_outside_its_storage_is_refused(tmp_path: Path, form: str, changes: dict[str, Any]) -> None:
    whole = tensor("0", np.arange(12, dtype=np.float32).reshape(3, 4))
    with pytest.raises(LoadError, match=r"outside its storage|makes no sense"):
        opened(tmp_path, FORMS[form]({"w": replace(whole, **changes)}))


@pytest.mark.fault
@pytest.mark.parametrize("length", [0, 11, 13, 2**40, -1])
def test_a_storage_is_as_long_as_it_is_said_to_be(tmp_path: Path, length: int) -> None:
    whole = tensor("0", np.arange(12, dtype=np.float32))
    said = replace(whole, storage=replace(whole.storage, length=length), shape=(0,))
    with pytest.raises(LoadError):
        opened(tmp_path, pytorch_zip({"w": said}))
    with pytest.raises(LoadError):
        opened(tmp_path, pytorch_old({"w": whole}, lambda _: length))


def pickled(*operations: bytes) -> bytes:
    return raw_zip(b"\x80\x02" + b"".join(operations) + b".", {})


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "operations"),
    [
        ("an entry for what is no dictionary", (b"]", b"K\x01K\x02s")),
        ("append to what is no list", (b"}", b"K\x01a")),
        ("attributes for a plain value", (b"]", b"}b")),
        ("a key that is no plain value", (b"}", b"]K\x01s")),
        ("a key without a value", (b"}(", b"K\x01u")),
        ("calls something that has no name", (b"K\x01)R",)),
        ("calls torch.FloatStorage", (b"ctorch\nFloatStorage\n)R",)),
        ("names os.system", (b"cos\nsystem\n",)),
        ("uses BYTEARRAY8", (b"\x96" + bytes(8),)),
        ("uses INST", (b"(ios\nsystem\n",)),
        ("uses OBJ", (b"(o",)),
        ("uses EXT1", (b"\x82\x01",)),
        ("damaged", (b"h\x05",)),
        ("damaged", (b"t",)),
        ("damaged", (b"\x8d" + b"\xff" * 7 + b"\x7f",)),
        ("is not described", (b"K\x01Q",)),
    ],
)
def test_a_pickle_does_what_weights_need_and_nothing_else(
    tmp_path: Path, name: str, operations: tuple[bytes, ...]
) -> None:
    with pytest.raises(LoadError, match=name):
        opened(tmp_path, pickled(*operations))


@pytest.mark.fault
def test_containers_inside_themselves_come_to_an_end(tmp_path: Path) -> None:
    endless: list[Any] = []
    endless.append(endless)
    many: Any = ()
    for _ in range(60):
        many = (many, many)
    for content in (endless, {"a": many}, {"state_dict": {"a": endless}}):
        with pytest.raises(LoadError, match="inside themselves"):
            opened(tmp_path, pytorch_zip(content))


@pytest.mark.fault
@EITHER
def test_a_file_that_is_cut_anywhere_is_refused(tmp_path: Path, form: str) -> None:
    data = FORMS[form](tensors({"w": np.arange(3, dtype=np.float32)}))
    for size in range(len(data)):
        with pytest.raises(LoadError):
            opened(tmp_path, data[:size])


@pytest.mark.fault
def test_another_byte_order_is_said(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="byte order"):
        opened(tmp_path, pytorch_zip(tensors(ARRAYS), byteorder=b"big"))


def test_torchscript_gives_its_tensors_by_the_names_of_its_attributes(tmp_path: Path) -> None:
    weight = tensor("0", np.arange(8, dtype=np.float32).reshape(2, 4))
    inner = pytorch_zip({"stem": {"weight": weight}, "scale": 2.0}, code=b"")
    # An object of the archive's own class, whose attributes are set: NEWOBJ, then BUILD.
    head, body = b"\x80\x02c__torch__.net\nNet\n)\x81", b"b."
    with zipfile.ZipFile(io.BytesIO(inner)) as archive:
        content = archive.read("archive/data.pkl")
        storage = archive.read("archive/data/0")
    found = opened(tmp_path, raw_zip(head + content[2:-1] + body, {"0": storage}, {"code/net.py": b"import os"}))
    assert found.form == "TorchScript"
    assert list(found.tensors) == ["stem.weight"]
    assert found.tensors["stem.weight"].values().tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_class_of_its_own_is_no_weight_outside_torchscript(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"__torch__\.net\.Net"):
        opened(tmp_path, pickled(b"c__torch__.net\nNet\n)\x81"))


def test_pnet_is_what_its_authors_say() -> None:
    """Sizes and number of parameters: Zhang and others, "Joint Face Detection", and facenet-pytorch's source."""
    found = read_weights(resource("networks", "pnet.pt"))
    shapes = {name: tensor.shape for name, tensor in found.tensors.items()}
    assert shapes == {
        "conv1.weight": (10, 3, 3, 3), "conv1.bias": (10,), "prelu1.weight": (10,),
        "conv2.weight": (16, 10, 3, 3), "conv2.bias": (16,), "prelu2.weight": (16,),
        "conv3.weight": (32, 16, 3, 3), "conv3.bias": (32,), "prelu3.weight": (32,),
        "conv4_1.weight": (2, 32, 1, 1), "conv4_1.bias": (2,),
        "conv4_2.weight": (4, 32, 1, 1), "conv4_2.bias": (4,),
    }  # fmt: skip
    assert found.parameters == 6632
    assert all(np.isfinite(tensor.values()).all() for tensor in found.tensors.values())

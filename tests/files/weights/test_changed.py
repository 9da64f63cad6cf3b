"""Weights that were written anew since they were listed are never shown under the names of before."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from convgui.files.errors import LoadError
from convgui.files.source import Source
from convgui.files.stamps import Stamp
from convgui.files.weights.read import read_weights
from convgui.files.weights.stored import stored
from convgui.session.trained import found_layers
from tests.files.weights.built import pytorch_old, pytorch_zip, safetensors, tensors

pytestmark = pytest.mark.fault
Arrays = dict[str, NDArray[np.float32]]
A: NDArray[np.float32] = np.arange(18, dtype=np.float32).reshape(2, 1, 3, 3)
B = -A - 1


def npz(arrays: Arrays) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def npy(arrays: Arrays) -> bytes:
    out = io.BytesIO()
    np.save(out, next(iter(arrays.values())))
    return out.getvalue()


FORMS: dict[str, Callable[[Arrays], bytes]] = {
    "a.safetensors": safetensors,
    "zip.pt": lambda arrays: pytorch_zip(tensors(arrays)),
    "old.pt": lambda arrays: pytorch_old(tensors(arrays)),
    "a.npz": npz,
    "a.npy": npy,
}
FIRST, OTHER_ORDER, OTHER_VALUES = (
    {"a.weight": A, "b.weight": B},
    {"b.weight": B, "a.weight": A},
    {"a.weight": B, "b.weight": A},
)


def in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def with_the_old_time(path: Path, data: bytes) -> None:
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def renamed_over(path: Path, data: bytes) -> None:
    other = path.with_name("other")
    other.write_bytes(data)
    before = path.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("write", [in_place, with_the_old_time, renamed_over])
@pytest.mark.parametrize("arrays", [OTHER_ORDER, OTHER_VALUES])
@pytest.mark.parametrize("name", FORMS)
def test_a_file_of_the_same_length_is_noticed(
    tmp_path: Path, name: str, arrays: Arrays, write: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / name
    path.write_bytes(FORMS[name](FIRST))
    layer = next(one for one in found_layers(read_weights(path)) if one.name in ("a", "weight"))
    np.testing.assert_array_equal(layer.layer().parameters["weight"], A)
    write(path, FORMS[name](arrays))
    with pytest.raises(LoadError, match=rf"{name} cannot be opened: it has been changed since it was opened; open it"):
        layer.layer()


@pytest.mark.parametrize("write", [in_place, with_the_old_time, renamed_over])
def test_the_file_beside_a_model_is_noticed(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    (tmp_path / "w.bin").write_bytes(A.tobytes())
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=A.shape, data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="w.bin")
    node = helper.make_node("Conv", ["x", "w"], ["y"], kernel_shape=[3, 3])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    graph = helper.make_graph([node], "g", values[:1], values[1:], [weight])
    (tmp_path / "m.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    (layer,) = found_layers(read_weights(tmp_path / "m.onnx"))
    np.testing.assert_array_equal(layer.layer().parameters["weight"], A)
    write(tmp_path / "w.bin", B.tobytes())
    with pytest.raises(LoadError, match=r"m\.onnx cannot be opened: w\.bin has been changed since it was opened"):
        layer.layer()


def test_a_file_that_is_written_while_its_numbers_are_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors(FIRST))
    with path.open("rb") as stream:
        stamp = Stamp.of(stream)
    stamp.settle()
    source = Source(path.name, io.BytesIO(), 0, path, stamp=stamp)
    with pytest.raises(LoadError, match="has been changed since"), stored(source):
        path.write_bytes(safetensors(OTHER_VALUES))


def test_one_that_stays_as_it_is_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors(FIRST))
    found = read_weights(path)
    path.read_bytes()
    for _ in range(2):
        np.testing.assert_array_equal(found.tensors["a.weight"].values(), A)
        np.testing.assert_array_equal(found.tensors["b.weight"].values(), B)

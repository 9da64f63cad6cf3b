"""Safetensors: the numbers that were written, and no file that two programs could read differently."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convgui.files.errors import LoadError
from convgui.files.weights.read import read_weights
from convgui.files.weights.safetensors import is_safetensors
from tests.files.weights.built import SAFE, raw_safetensors, safetensors


def written(folder: Path, data: bytes) -> Path:
    path = folder / "a.safetensors"
    path.write_bytes(data)
    return path


@given(hnp.arrays(st.sampled_from(sorted(SAFE)), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)))
def test_every_type_and_shape_comes_back(tmp_path_factory: pytest.TempPathFactory, array: Any) -> None:
    two = {"first.weight": array, "second.bias": np.arange(3, dtype=np.float32)}
    found = read_weights(written(tmp_path_factory.mktemp("s"), safetensors(two, format="pt")))
    assert found.form == "safetensors"
    assert found.metadata == {"format": "pt"}
    assert list(found.tensors) == list(two)
    assert found.parameters == array.size + 3
    for name, wanted in two.items():
        values = found.tensors[name].values()
        assert (values.dtype, values.shape) == (wanted.dtype, wanted.shape)
        assert values.tobytes() == wanted.tobytes()


def test_bfloat16_is_the_upper_half_of_float32(tmp_path: Path) -> None:
    # 1.0, -2.5, infinity and the smallest number that is not 0, by their bits.
    raw = struct.pack("<4H", 0x3F80, 0xC020, 0x7F80, 0x0001)
    entry = {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}
    (tensor,) = read_weights(written(tmp_path, raw_safetensors({"w": entry}, raw))).tensors.values()
    assert tensor.dtype == "bfloat16"
    assert tensor.values().tolist() == [1.0, -2.5, float("inf"), 2.0**-133]


@pytest.mark.parametrize(("kind", "size"), [("F8_E4M3", 6), ("C64", 48), ("F4", 3)])
def test_types_that_numpy_does_not_have_are_named(tmp_path: Path, kind: str, size: int) -> None:
    entry = {"dtype": kind, "shape": [2, 3], "data_offsets": [0, size]}
    found = read_weights(written(tmp_path, raw_safetensors({"w": entry}, bytes(size))))
    assert not found.tensors
    assert list(found.unread) == ["w"]
    assert found.unread["w"].startswith("it holds ")


def entry(begin: int, end: int, shape: Any = (2,), kind: Any = "F32") -> dict[str, Any]:
    return {"dtype": kind, "shape": list(shape), "data_offsets": [begin, end]}


TRAPS: dict[str, tuple[Any, int, str]] = {
    "a hole": ({"a": entry(0, 8), "b": entry(12, 20)}, 20, "overlap or leave a hole at byte 8"),
    "an overlap": ({"a": entry(0, 8), "b": entry(4, 12)}, 12, "overlap or leave a hole at byte 4"),
    "more than there is": ({"a": entry(0, 8)}, 4, "take 8 bytes and the file holds 4"),
    "less than there is": ({"a": entry(0, 8)}, 12, "take 8 bytes and the file holds 12"),
    "another size": ({"a": entry(0, 8, (3,))}, 8, "needs 12 bytes and 8 are there"),
    "backwards": ({"a": entry(8, 0)}, 8, "is not described"),
    "a negative side": ({"a": entry(0, 8, (-2,))}, 8, "is not described"),
    "a truth for a side": ({"a": entry(0, 4, (True,))}, 4, "is not described"),
    "an unknown type": ({"a": entry(0, 8, kind="F99")}, 8, "of the unknown type 'F99'"),
    "no description": ({"a": 3}, 0, "is not described"),
    "no table": ([1], 0, "none of the files of weights"),
    "metadata that are no texts": ({"__metadata__": {"a": 1}, "b": entry(0, 8)}, 8, "metadata are no texts"),
    "a name twice": (b'{"a": 1, "a": 2}', 0, "a name stands twice"),
    "no JSON": (b"{]", 0, "header is damaged"),
    "nested deep": (b"{" + b'"a":{' * 100_000, 0, "header is damaged"),
    "a size beyond numbers": ({"a": entry(0, 8, (2**40, 2**40))}, 8, "MiB"),
    "too many axes": ({"a": entry(0, 4, (1,) * 40)}, 4, "is not described"),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", TRAPS)
def test_what_two_programs_could_read_differently_is_refused(tmp_path: Path, name: str) -> None:
    entries, size, words = TRAPS[name]
    with pytest.raises(LoadError, match=words):
        read_weights(written(tmp_path, raw_safetensors(entries, bytes(size))))


@pytest.mark.fault
def test_a_file_that_is_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = safetensors({"w": np.arange(6, dtype=np.float32)})
    for size in range(len(data)):
        with pytest.raises(LoadError):
            read_weights(written(tmp_path, data[:size]))


@pytest.mark.fault
def test_a_file_that_is_cut_off_after_it_was_opened_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, safetensors({"w": np.arange(600, dtype=np.float32)}))
    tensor = read_weights(path).tensors["w"]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(LoadError, match="cut off since it was opened"):
        tensor.values()
    path.unlink()
    with pytest.raises(LoadError, match="put the file back"):
        tensor.values()


def test_the_length_of_a_header_is_not_believed() -> None:
    assert not is_safetensors(struct.pack("<Q", 1 << 60) + b"{", 9)
    assert is_safetensors(safetensors({})[:64], len(safetensors({})))
    assert json.loads(safetensors({})[8:]) == {}

"""HDF5 beside h5py, which writes the files: every way in which numbers lie in them, and none that leads out."""

from __future__ import annotations

import io
import struct
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convgui.files.errors import LoadError
from convgui.files.source import Source
from convgui.files.weights import hdf5_format
from convgui.files.weights.hdf5 import Hdf5, Part, read_hdf5

h5py: Any = import_module("h5py")
TYPES = ["<f2", "<f4", "<f8", ">f4", ">f8", "<i1", "<i2", ">i4", "<i8", "<u1", "<u2", ">u8"]


def read(data: bytes, member: str = "") -> Hdf5:
    return read_hdf5(Source("a.h5", io.BytesIO(data), len(data)), member)


def written(make: Any, **kept: Any) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", **kept) as file:
        make(file)
    return stream.getvalue()


WAYS: dict[str, dict[str, Any]] = {
    "in one piece": {},
    "in blocks": {"chunks": True},
    "deflated": {"compression": "gzip", "chunks": True},
    "shuffled": {"compression": "gzip", "shuffle": True, "chunks": True},
    "with checksums": {"fletcher32": True, "shuffle": True, "compression": 9, "chunks": True},
}


@given(
    hnp.arrays(st.sampled_from(TYPES), hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=7)),
    st.sampled_from(sorted(WAYS)),
    st.sampled_from(["earliest", "latest"]),
)
@settings(max_examples=150)
def test_every_type_shape_and_packing_comes_back(array: Any, way: str, version: str) -> None:
    found = read(written(lambda file: file.create_dataset("some/where", data=array, **WAYS[way]), libver=version))
    if version == "latest" and way != "in one piece":
        assert found.unread == {"some/where": "it lies in a way that is not read"}
        return
    (tensor,) = found.tensors.values()
    values = tensor.values()
    assert (tensor.name, tensor.shape, tensor.dtype) == ("some/where", array.shape, array.dtype.newbyteorder("=").name)
    assert values.dtype == array.dtype.newbyteorder("=")
    np.testing.assert_array_equal(values, array)


def test_a_block_may_reach_beyond_the_array_and_be_packed_by_itself() -> None:
    array = np.arange(7 * 11, dtype="f4").reshape(7, 11)
    data = written(lambda file: file.create_dataset("a", data=array, chunks=(4, 4), compression="gzip"))
    np.testing.assert_array_equal(read(data).tensors["a"].values(), array)


def test_many_links_are_found_over_a_tree_of_many_nodes() -> None:
    def make(file: Any) -> None:
        for n in range(500):
            file[f"group {n % 7}/array {n}"] = np.full(3, n, "f4")

    found = read(written(make))
    assert len(found.tensors) == 500
    assert all(t.values().tolist() == [int(name.split()[-1])] * 3 for name, t in list(found.tensors.items())[::50])


def test_a_single_number_and_nothing_at_all() -> None:
    def make(file: Any) -> None:
        file["one"] = np.float32(2.5)
        file["none"] = np.zeros((0, 3), "f4")
        file["empty"] = h5py.Empty("f4")

    found = read(written(make))
    assert found.tensors["one"].values().item() == 2.5
    assert found.tensors["none"].values().shape == (0, 3)
    assert found.unread == {"empty": "it holds no numbers"}


@pytest.mark.parametrize("version", ["earliest", "latest"])
@pytest.mark.parametrize("said", ["short", "é" * 3, "x" * 70_000])
def test_texts_at_the_root_are_read(said: str, version: str) -> None:
    def make(file: Any) -> None:
        file.attrs["model_config"] = said
        file.attrs["keras_version"] = np.bytes_(b"3.1")
        file.attrs["many"] = np.array([1, 2])
        file.create_group("a").attrs["name"] = "layer"

    found = read(written(make, libver=version))
    assert (found.texts["model_config"], found.texts["keras_version"]) == (said, "3.1")
    assert found.names == {"a": "layer"}


def test_bfloat16_is_known_by_its_bits() -> None:
    # A float of 16 bits: sign, 8 bits of exponent, 7 of mantissa.
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(15, 7, 8, 0, 7)
    kind.set_size(2)
    kind.set_ebias(127)
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        made = h5py.h5d.create(file.id, b"a", kind, h5py.h5s.create_simple((3,)))
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1.0, -2.5, 0.0], np.float32), h5py.h5t.IEEE_F32LE)
    (tensor,) = read(stream.getvalue()).tensors.values()
    assert tensor.dtype == "bfloat16"
    assert tensor.values().tolist() == [1.0, -2.5, 0.0]


def test_a_member_of_an_archive_is_read_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = written(lambda file: file.create_dataset("a", data=np.arange(1000, dtype="f8")))
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", packing) as archive:
            archive.writestr("first.json", "{}")
            archive.writestr("weights.h5", inner)
        data = stream.getvalue()
        found = read(data, "weights.h5")
        np.testing.assert_array_equal(found.tensors["a"].values(), np.arange(1000))


def test_a_part_of_a_file_ends_where_it_ends() -> None:
    part = io.BufferedReader(Part(io.BytesIO(b"0123456789"), 3, 4))
    assert part.read() == b"3456"
    assert part.seek(-2, io.SEEK_END) == 2
    assert part.read(9) == b"56"
    assert part.seek(9) == 9
    assert part.read(1) == b""


def test_a_tree_that_leads_back_to_itself_ends() -> None:
    data = bytearray(written(lambda file: file.create_dataset("a", data=np.zeros(3, "f4"))))
    tree = data.index(b"TREE")
    data[tree + 5] = 1
    data[tree + 24 + 8 : tree + 24 + 16] = struct.pack("<Q", tree)
    with pytest.raises(LoadError, match="cut off, or refers to what is not in it"):
        read(bytes(data))


def test_tables_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5_format.Reader, "left", 1000)
    monkeypatch.setattr(
        "convgui.files.weights.hdf5.Reader", lambda stream, size: hdf5_format.Reader(stream, size, 1000)
    )
    data = written(lambda file: file.create_dataset("a/b/c/d/e/f", data=np.zeros(3, "f4")))
    with pytest.raises(LoadError, match="its tables are too large"):
        read(data)


def test_a_value_that_was_never_written_is_not_zero() -> None:
    def make(file: Any) -> None:
        made = file.create_dataset("a", (20,), "f4", chunks=(10,))
        made[:10] = 1
        file.create_dataset("b", (20,), "f4")

    assert read(written(make)).unread == dict.fromkeys("ab", "its numbers are not in the file")


def test_a_damaged_block_is_a_sentence() -> None:
    array = np.random.default_rng(1).normal(size=400)
    data = bytearray(written(lambda file: file.create_dataset("a", data=array, chunks=(400,), compression="gzip")))
    # What zlib writes begins with 0x78.
    at = data.index(b"\x78\x5e") if b"\x78\x5e" in data else data.index(b"\x78\x9c")
    data[at + 40 : at + 60] = bytes(20)
    with pytest.raises(LoadError, match="damaged"):
        read(bytes(data)).tensors["a"].values()


@pytest.mark.parametrize(
    ("at", "value", "said"), [(8, 9, "version 9"), (13, 4, "addresses have 4 bytes"), (0, 0, "does not begin")]
)
def test_other_versions_are_named(at: int, value: int, said: str) -> None:
    data = bytearray(written(lambda file: file.create_dataset("a", data=np.zeros(3, "f4"))))
    data[at] = value
    with pytest.raises(LoadError, match=said):
        read(bytes(data))


def test_half_a_file_is_a_sentence(tmp_path: Path) -> None:
    data = written(lambda file: file.create_dataset("a", data=np.zeros(3, "f4"), chunks=(2,)))
    for size in range(8, len(data), 61):
        try:
            found = read(data[:size])
        except LoadError:
            continue
        # What it names lies in the half that is there.
        assert all(tensor.values().size == 3 for tensor in found.tensors.values())

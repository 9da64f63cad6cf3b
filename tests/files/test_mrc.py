from __future__ import annotations

import gzip
import struct
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.files import LoadError, load, load_bytes
from convgui.files.axes import parse_selection, same_selection
from tests.files.phantom import phantom

# It has no types.
mrcfile: Any = import_module("mrcfile")


def written(path: Path, values: Any, **header: Any) -> bytes:
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(values)
        file.voxel_size = (1.5, 2.0, 3.0)
        for name, value in header.items():
            file.header[name] = value
    return path.read_bytes()


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint16", "float32", "float16"])
def test_values_and_cell_size(dtype: str, tmp_path: Path) -> None:
    values = (phantom() % 100).astype(dtype)
    data = written(tmp_path / "x.mrc", values)
    for sample in (load(tmp_path / "x.mrc"), load_bytes(gzip.compress(data), "x.map.gz")):
        assert sample.data.dtype == np.dtype(dtype)
        np.testing.assert_array_equal(sample.data[0], values)
        assert sample.spacing == pytest.approx((3.0, 2.0, 1.5))
        assert (sample.units, sample.directions) == (("Å", "Å", "Å"), ())


def test_eight_columns_are_not_taken_for_an_old_dicom_file(tmp_path: Path) -> None:
    values = np.arange(3 * 4 * 8, dtype=np.int16).reshape(3, 4, 8)
    np.testing.assert_array_equal(load_bytes(written(tmp_path / "x.mrc", values), "x.mrc").data[0], values)


def test_big_endian(tmp_path: Path) -> None:
    with mrcfile.new(tmp_path / "x.mrc") as file:
        file.set_data(phantom().astype(">i2"))
        assert file.data.dtype.str == ">i2"
    sample = load(tmp_path / "x.mrc")
    assert sample.data.dtype.isnative
    np.testing.assert_array_equal(sample.data[0], phantom())


@pytest.mark.parametrize("mode", [(0, "i1"), (1, "i2"), (2, "f4"), (6, "u2"), (12, "f2")])
@pytest.mark.parametrize("order", "<>")
def test_a_stamp_of_the_other_order_is_seen_through(order: str, mode: tuple[int, str]) -> None:
    values = np.arange(60).reshape(3, 4, 5).astype(mode[1])
    content = header(order, (5, 4, 3), mode[0])
    content[212:216] = b"\x11\x11\0\0" if order == "<" else b"DD\0\0"
    stored = values.astype(values.dtype.newbyteorder("<" if order == "<" else ">"))
    np.testing.assert_array_equal(load_bytes(bytes(content) + stored.tobytes(), "x.mrc").data[0], values)


@pytest.mark.parametrize("stamp", [bytes(4), b"DA\0\0"[::-1], b"\xff" * 4])
@pytest.mark.parametrize("order", "<>")
def test_a_stamp_that_names_no_order_is_settled_by_the_axes(order: str, stamp: bytes, tmp_path: Path) -> None:
    with mrcfile.new(tmp_path / "x.mrc") as file:
        file.set_data(phantom().astype(f"{order}i2"))
    content = bytearray((tmp_path / "x.mrc").read_bytes())
    content[212:216] = stamp
    np.testing.assert_array_equal(load_bytes(bytes(content), "x.mrc").data[0], phantom())


@pytest.mark.parametrize("axes", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (1, 3, 2)])
def test_axes_in_any_order_give_the_same_array(axes: tuple[int, int, int], tmp_path: Path) -> None:
    # Column, row and section run along these of x, y, z.
    order = [3 - world for world in reversed(axes)]
    column, row, section = axes
    data = written(tmp_path / "x.mrc", phantom().transpose(order), mapc=column, mapr=row, maps=section)
    sides = dict(zip("xyz", phantom().shape[::-1], strict=True))
    content = bytearray(data)
    content[28:40] = np.array([sides["x"], sides["y"], sides["z"]], "<i4").tobytes()
    content[40:52] = (np.array([sides["x"], sides["y"], sides["z"]]) * (1.5, 2.0, 3.0)).astype("<f4").tobytes()
    sample = load_bytes(bytes(content), "x.mrc")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.spacing == pytest.approx((3.0, 2.0, 1.5))


def test_a_stack_of_volumes_is_channels(tmp_path: Path) -> None:
    values = np.stack([phantom(), phantom() + 1])
    with mrcfile.new(tmp_path / "x.mrc") as file:
        file.set_data(values)
    np.testing.assert_array_equal(load(tmp_path / "x.mrc").data, values)


def test_a_single_image_is_a_picture(tmp_path: Path) -> None:
    written(tmp_path / "x.mrc", phantom()[0])
    sample = load(tmp_path / "x.mrc")
    assert sample.data.shape == (1, 6, 7)
    assert sample.spacing == pytest.approx((2.0, 1.5))


def test_a_stack_of_volumes_opens_with_a_choice(tmp_path: Path) -> None:
    values = np.stack([phantom() + at for at in range(20)])
    with mrcfile.new(tmp_path / "x.mrc") as file:
        file.set_data(values)
    for packed in (False, True):
        path = tmp_path / "x.mrc"
        if packed:
            path = tmp_path / "x.mrc.gz"
            path.write_bytes(gzip.compress((tmp_path / "x.mrc").read_bytes()))
        first = load(path)
        np.testing.assert_array_equal(first.data[0], values[0])
        assert "volume 0 of 0 to 19" in first.note
        for at in (7, 19):
            np.testing.assert_array_equal(
                load(path, choose=parse_selection(None, [f"volume={at}"])).data[0], values[at]
            )
        np.testing.assert_array_equal(load(path, choose=parse_selection("volume", [])).data, values)
        np.testing.assert_array_equal(load(path, choose=parse_selection("none", ["z=2"])).data[0], values[:, 2])
        assert load(path, choose=same_selection(first.axis_selection)).note == first.note


@pytest.mark.parametrize(
    ("stamp", "flags", "most", "unsigned"),
    [
        (1146047817, 0, 0, True),
        (1146047817, 1, 0, False),
        (1146047817, 4, 0, True),
        (1146047817, 5, 200, False),
        (0, 0, 126, False),
        (0, 1, 0, False),
        (0, 0, 242, True),
    ],
)
@pytest.mark.parametrize("order", "<>")
def test_bytes_of_imod_have_no_sign(stamp: int, flags: int, most: float, unsigned: bool, order: str) -> None:
    values = np.arange(4, 244, 2, dtype=np.uint8).reshape(4, 5, 6)
    content = header(order, (6, 5, 4), 0)
    struct.pack_into(f"{order}f", content, 80, most)
    struct.pack_into(f"{order}ii", content, 152, stamp, flags)
    sample = load_bytes(bytes(content) + values.tobytes(), "x.mrc")
    assert sample.data.dtype == (np.uint8 if unsigned else np.int8)
    np.testing.assert_array_equal(sample.data[0], values if unsigned else values.view(np.int8))


def header(order: str, sides: tuple[int, int, int], mode: int, extension: int = 0) -> bytearray:
    content = bytearray(1024)
    struct.pack_into(f"{order}4i", content, 0, *sides, mode)
    struct.pack_into(f"{order}3i3f", content, 28, *sides, *sides)
    struct.pack_into(f"{order}3i", content, 64, 1, 2, 3)
    struct.pack_into(f"{order}i", content, 92, extension)
    content[208:214] = b"MAP " + (b"\x44\x44" if order == "<" else b"\x11\x11")
    return content


@pytest.mark.parametrize("width", [6, 7])
@pytest.mark.parametrize("flagged", [False, True])
def test_half_bytes_are_taken_apart(width: int, flagged: bool) -> None:
    values = np.random.default_rng(2).integers(0, 16, (4, 5, width), np.uint8)
    even = np.pad(values, ((0, 0), (0, 0), (0, width % 2)))
    content = header("<", (width, 5, 4), 0 if flagged else 101)
    if flagged:
        struct.pack_into("<ii", content, 152, 1146047817, 16)
    stored = even[..., ::2] | even[..., 1::2] << 4
    sample = load_bytes(bytes(content) + stored.tobytes(), "x.mrc")
    np.testing.assert_array_equal(sample.data[0], values)


def test_colours_are_channels_and_an_extension_is_passed_over() -> None:
    values = np.random.default_rng(2).integers(0, 256, (1, 5, 6, 3), np.uint8)
    sample = load_bytes(bytes(header("<", (6, 5, 1), 16, 80)) + bytes(80) + values.tobytes(), "x.mrc")
    np.testing.assert_array_equal(sample.data, values[0].transpose(2, 0, 1))
    assert sample.channels == ("R", "G", "B")


def test_axes_that_were_not_written_are_x_y_z() -> None:
    content = header("<", (7, 6, 5), 1)
    content[64:76] = bytes(12)
    sample = load_bytes(bytes(content) + phantom().tobytes(), "x.mrc")
    np.testing.assert_array_equal(sample.data[0], phantom())


@pytest.mark.fault
def test_complex_maps_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "x.mrc", phantom().astype(np.complex64))
    with pytest.raises(LoadError, match=r"x\.mrc cannot be opened: it holds complex numbers"):
        load(tmp_path / "x.mrc")


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_map_from_before_2000_bears_no_name(order: str, tmp_path: Path) -> None:
    """The header of CCP4 of then: what MRC2014 put into words 53 and 54 was not there."""
    values = phantom().astype(np.float32)
    head = bytearray(1024)
    struct.pack_into(f"{order}10i", head, 0, *values.shape[::-1], 2, 0, 0, 0, *values.shape[::-1])
    struct.pack_into(f"{order}6f3i", head, 40, *(2.0 * n for n in values.shape[::-1]), 90, 90, 90, 1, 2, 3)
    sample = load_bytes(bytes(head) + values.astype(f"{order}f4").tobytes(), "old.map")
    np.testing.assert_array_equal(sample.data[0], values)
    assert sample.spacing == pytest.approx((2.0, 2.0, 2.0))
    # Not every block of small numbers is one.
    struct.pack_into(f"{order}3i", head, 64, 1, 1, 3)
    with pytest.raises(LoadError, match="none of the kinds"):
        load_bytes(bytes(head) + values.tobytes(), "old.map")

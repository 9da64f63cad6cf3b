from __future__ import annotations

import gzip
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.files import LoadError, load, load_bytes
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


@pytest.mark.fault
def test_complex_maps_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "x.mrc", phantom().astype(np.complex64))
    with pytest.raises(LoadError, match=r"x\.mrc cannot be opened: it holds complex numbers"):
        load(tmp_path / "x.mrc")

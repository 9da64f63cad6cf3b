from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from convgui.files import LoadError, load_bytes

RNG = np.random.default_rng(11)


def tiff(values: NDArray[Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, values, **options)
    return stream.getvalue()


def integers(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    info = np.iinfo(dtype)
    return RNG.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32"])
def test_integers_are_exact(dtype: str, byteorder: str) -> None:
    values = integers((9, 7), dtype)
    sample = load_bytes(tiff(values, byteorder=byteorder))
    assert sample.data.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(sample.data[0], values)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_are_exact_and_what_is_not_a_number_is_counted(dtype: str) -> None:
    values = RNG.normal(size=(9, 7)).astype(dtype)
    values[1, 2], values[3, 4], values[5, 6] = np.nan, np.inf, -np.inf
    sample = load_bytes(tiff(values))
    assert (sample.data.dtype, sample.nonfinite) == (np.dtype(dtype), 3)
    np.testing.assert_array_equal(sample.data[0], np.where(np.isfinite(values), values, 0))


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_rgb(dtype: str, planar: str) -> None:
    values = (RNG.random((9, 7, 3)) * 200).astype(dtype)
    stored = values if planar == "contig" else np.moveaxis(values, -1, 0)
    sample = load_bytes(tiff(stored, photometric="rgb", planarconfig=planar))
    assert sample.channels == ("R", "G", "B")
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0))


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate"])
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "F"])
def test_compressed(mode: str, compression: str) -> None:
    shape = (17, 19, 3) if mode == "RGB" else (17, 19)
    dtype = {"I;16": "uint16", "F": "float32"}.get(mode, "uint8")
    values = (RNG.random(shape) * 250).astype(dtype)
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "TIFF", compression=compression)
    sample = load_bytes(stream.getvalue())
    assert sample.data.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(np.moveaxis(sample.data, 0, -1).reshape(shape), values)


def test_a_stack_is_a_volume() -> None:
    values = integers((5, 9, 7), "uint8")
    np.testing.assert_array_equal(load_bytes(tiff(values, photometric="minisblack")).data, values[np.newaxis])


def test_a_palette_becomes_its_colours() -> None:
    colours = np.zeros((3, 256), np.uint16)
    colours[:, :4] = integers((3, 4), "uint8").astype(np.uint16) * 257
    index = np.array([[0, 1, 2], [3, 2, 1]], np.uint8)
    sample = load_bytes(tiff(index, photometric="palette", colormap=colours))
    assert sample.data.dtype == np.uint8
    np.testing.assert_array_equal(sample.data, (colours >> 8)[:, index])


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_zero_for_white_is_turned_round(dtype: str) -> None:
    values = integers((9, 7), dtype)
    sample = load_bytes(tiff(values, photometric="miniswhite"))
    np.testing.assert_array_equal(sample.data[0], np.iinfo(dtype).max - values)
    assert "white" in sample.note


def test_opaque_alpha_is_dropped_and_other_alpha_kept() -> None:
    values = integers((9, 7, 4), "uint16")
    options = {"photometric": "rgb", "extrasamples": ["unassalpha"]}
    assert load_bytes(tiff(values, **options)).channels == ("R", "G", "B", "A")
    values[..., 3] = 65535
    assert load_bytes(tiff(values, **options)).channels == ("R", "G", "B")


def test_the_first_of_several_sizes_is_opened() -> None:
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(np.full((4, 6), 5, np.uint8))
        writer.write(np.zeros((8, 8), np.uint8))
    sample = load_bytes(stream.getvalue())
    assert sample.data.shape == (1, 4, 6)
    assert "first of its 2 images" in sample.note


def test_too_many_axes() -> None:
    values = np.zeros((2, 3, 4, 8, 8), np.uint8)
    with pytest.raises(LoadError, match="axes"):
        load_bytes(tiff(values, photometric="minisblack", metadata={"axes": "TZQYX"}))

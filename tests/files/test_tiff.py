from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from convgui.files import load, load_bytes, pictures, raw

RNG = np.random.default_rng(11)


def tiff(values: NDArray[Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, values, **options)
    return stream.getvalue()


def lzw(values: NDArray[Any], **options: Any) -> bytes:
    """Write an LZW file of one strip, by codes for single bytes alone; neither library writes 16-bit RGB so."""
    raw = values.tobytes()
    codes = [code for start in range(0, len(raw), 200) for code in (256, *raw[start : start + 200])]
    bits = "".join(f"{code:09b}" for code in (*codes, 257))
    bits += "0" * (-len(bits) % 8)
    strip = int(bits, 2).to_bytes(len(bits) // 8, "big")
    order: Literal["<", ">"] = "<" if values.dtype.isnative else ">"
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        iter([strip]),
        shape=values.shape,
        dtype=values.dtype,
        byteorder=order,
        compression="zlib",
        rowsperstrip=len(values),
        **options,
    )
    # The strip is labelled as Deflate so far: make it 5, LZW.
    tag = struct.pack(f"{order}HHIH", 259, 3, 1, 8)
    return stream.getvalue().replace(tag, tag[:-2] + struct.pack(f"{order}H", 5))


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
    np.testing.assert_array_equal(sample.data[0], np.where(np.isfinite(values), values, np.nan))


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


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_colour_in_lzw_is_exact(channels: int, order: str) -> None:
    values = integers((10, 12, channels), "uint16")
    extra = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    sample = load_bytes(lzw(values.astype(f"{order}u2"), photometric="rgb", **extra))
    assert sample.data.dtype == np.uint16
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0)[:3])
    if channels == 4:
        assert sample.alpha is not None
        np.testing.assert_array_equal(sample.alpha.values, values[..., 3])


def test_16_bit_cmyk_in_lzw_becomes_rgb() -> None:
    values = integers((10, 12, 4), "uint16")
    sample = load_bytes(lzw(values, photometric="separated"))
    plain = load_bytes(tiff(values, photometric="separated"))
    assert sample.channels == ("R", "G", "B")
    np.testing.assert_array_equal(sample.data, plain.data)
    assert sample.note == plain.note


@pytest.mark.parametrize("mode", ["RGB", "YCbCr"])
def test_jpeg_in_tiff_becomes_rgb(mode: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), "#c08040").convert(mode).save(stream, "TIFF", compression="jpeg")
    sample = load_bytes(stream.getvalue())
    assert np.abs(sample.data[:, 5, 5].astype(int) - [0xC0, 0x80, 0x40]).max() <= 3


def test_lab_colours_become_rgb() -> None:
    stream = io.BytesIO()
    Image.new("LAB", (8, 8), (255, 128, 128)).save(stream, "TIFF")
    sample = load_bytes(stream.getvalue())
    assert int(sample.data.min()) >= 250
    assert "LAB" in sample.note


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


@pytest.mark.parametrize("kind", ["unassalpha", "assocalpha"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_alpha_is_kept_apart_and_dropped_where_it_is_opaque(dtype: str, kind: str) -> None:
    values = RNG.random((9, 7, 4)).astype("f4") if dtype == "float32" else integers((9, 7, 4), dtype)
    options = {"photometric": "rgb", "extrasamples": [kind]}
    sample = load_bytes(tiff(values, **options))
    assert sample.channels == ("R", "G", "B")
    assert sample.alpha is not None
    assert sample.alpha.associated == (kind == "assocalpha")
    np.testing.assert_array_equal(sample.alpha.values, values[..., 3])
    np.testing.assert_array_equal(sample.data, np.moveaxis(values[..., :3], -1, 0))
    values[..., 3] = 1 if dtype == "float32" else np.iinfo(dtype).max
    assert load_bytes(tiff(values, **options)).alpha is None


def test_a_further_channel_that_is_no_alpha_stays_one() -> None:
    values = integers((9, 7, 4), "uint8")
    sample = load_bytes(tiff(values, photometric="rgb", extrasamples=["unspecified"]))
    assert (len(sample.data), sample.alpha) == (4, None)


def test_alpha_may_stand_before_another_channel() -> None:
    values = integers((9, 7, 5), "uint8")
    sample = load_bytes(tiff(values, photometric="rgb", extrasamples=["unassalpha", "unspecified"]))
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0)[[0, 1, 2, 4]])
    assert sample.alpha is not None
    np.testing.assert_array_equal(sample.alpha.values, values[..., 3])


def test_the_first_of_several_sizes_is_opened() -> None:
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(np.full((4, 6), 5, np.uint8))
        writer.write(np.zeros((8, 8), np.uint8))
    sample = load_bytes(stream.getvalue())
    assert sample.data.shape == (1, 4, 6)
    assert "first of its 2 images" in sample.note


def test_of_more_axes_the_first_entries_are_opened() -> None:
    values = integers((2, 3, 4, 8, 9), "uint8")
    sample = load_bytes(tiff(values, photometric="minisblack", metadata={"axes": "TCZYX"}))
    np.testing.assert_array_equal(sample.data, values[0])
    assert "time 0 of 0 to 1" in sample.note


@pytest.mark.parametrize("kind", [{"ome": True}, {"imagej": True}, {"compression": "zlib"}])
def test_five_axes_by_every_writer(kind: dict[str, Any]) -> None:
    axes = "TZCYX" if "imagej" in kind else "TCZYX"
    values = integers((2, 3, 4, 8, 9), "uint16")
    sample = load_bytes(tiff(values, photometric="minisblack", metadata={"axes": axes}, **kind))
    np.testing.assert_array_equal(sample.data, values[0].swapaxes(0, 1) if "imagej" in kind else values[0])


IMAGEJ = {"imagej": True, "resolution": (1 / 0.25, 1 / 0.5)}
OME = {"ome": True}
SIZES = {"PhysicalSizeX": 250, "PhysicalSizeY": 500, "PhysicalSizeZ": 2.0}
NANO = {"PhysicalSizeXUnit": "nm", "PhysicalSizeYUnit": "nm", "PhysicalSizeZUnit": "µm"}


@pytest.mark.parametrize(
    ("options", "metadata", "spacing", "units"),
    [
        (IMAGEJ, {"axes": "ZYX", "spacing": 2.0, "unit": "um"}, (2, 0.5, 0.25), ("µm", "µm", "µm")),
        (IMAGEJ, {"axes": "ZYX", "spacing": 0.1, "unit": "inch"}, (2.54, 12.7, 6.35), ("mm", "mm", "mm")),
        (IMAGEJ, {"axes": "ZYX", "spacing": 2.0, "unit": "pixel"}, (1, 1, 1), ("px", "px", "px")),
        (IMAGEJ, {"axes": "TYX", "finterval": 0.1}, (0.1, 1, 1), ("s", "px", "px")),
        (OME, {"axes": "ZYX", **SIZES, **NANO}, (2, 0.5, 0.25), ("µm", "µm", "µm")),
        (OME, {"axes": "TYX", "TimeIncrement": 20, "TimeIncrementUnit": "ms"}, (0.02, 1, 1), ("s", "px", "px")),
        (OME, {"axes": "TYX", "TimeIncrement": 0.5, "TimeIncrementUnit": "h"}, (1800, 1, 1), ("s", "px", "px")),
        (OME, {"axes": "TYX", "TimeIncrement": 2.5, "TimeIncrementUnit": "min"}, (150, 1, 1), ("s", "px", "px")),
        (OME, {"axes": "ZYX", "PhysicalSizeX": 3.0}, (1, 1, 1), ("px", "px", "px")),
        ({"resolution": (300, 300), "photometric": "minisblack"}, None, (1, 1, 1), ("px", "px", "px")),
    ],
)
def test_the_size_of_a_cell(
    options: dict[str, Any], metadata: dict[str, Any] | None, spacing: tuple[float, ...], units: tuple[str, ...]
) -> None:
    values = integers((4, 6, 7), "uint16")
    sample = load_bytes(tiff(values, metadata=metadata, **options))
    np.testing.assert_array_equal(sample.data[0], values)
    assert sample.spacing == pytest.approx(spacing)
    assert sample.units == units


def test_channels_of_a_hyperstack() -> None:
    values = integers((4, 2, 6, 7), "uint16")
    sample = load_bytes(tiff(values, imagej=True, metadata={"axes": "ZCYX", "spacing": 3.0, "unit": "mm"}))
    np.testing.assert_array_equal(sample.data, values.transpose(1, 0, 2, 3))


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_a_big_stack_is_mapped(byteorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (raw, pictures):
        monkeypatch.setattr(module, "MAP_ABOVE", 100)
    values = RNG.normal(size=(4, 6, 7)).astype(np.float32)
    values[1, 2, 3] = np.nan
    path = tmp_path / "x.tif"
    tifffile.imwrite(path, values, byteorder=byteorder, photometric="minisblack")
    before = path.read_bytes()
    sample = load(path)
    np.testing.assert_array_equal(sample.data[0], values)
    assert sample.nonfinite == 1
    assert path.read_bytes() == before
    base: Any = sample.data
    while base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap) == (byteorder == "<")

"""Compressions that only imagecodecs unpacks, against the numbers that tifffile packed; skipped without it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import tifffile

from convgui.files import LoadError, load_bytes

pytest.importorskip("imagecodecs")
RNG = np.random.default_rng(4)
LOSSLESS: dict[str, tuple[str, ...]] = {
    "ZSTD": ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"),
    "LZMA": ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"),
    "LERC": ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"),
    "JPEG2000": ("u1", "u2"),
    "PNG": ("u1", "u2"),
    "WEBP": ("u1",),
    "JPEGXL": ("u1", "u2"),
    "PACKBITS": ("u1", "i1", "u2"),
    "LZW": ("u1", "i2", "f4"),
    "DEFLATE": ("u1", "i2", "f4"),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG2000": {"level": 0}, "WEBP": {"lossless": True}, "JPEGXL": {"lossless": True},
}  # fmt: skip
EITHER = {"ZSTD", "LZMA", "PACKBITS", "LZW", "DEFLATE"}
"""The others have a byte order of their own, and tifffile packs the machine's."""
CASES = [
    (name, kind, order)
    for name, kinds in LOSSLESS.items()
    for kind in kinds
    for order in ("<>" if name in EITHER else "<")
]


def packed(values: np.ndarray[Any, Any], name: str, **more: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, values, compression=name, compressionargs=OPTIONS.get(name, {}), **more)
    return out.getvalue()


@pytest.mark.parametrize("cut", [{}, {"rowsperstrip": 7}, {"tile": (16, 16)}], ids=["one strip", "strips", "tiles"])
@pytest.mark.parametrize(("name", "kind", "order"), CASES)
def test_what_is_packed_without_loss(name: str, kind: str, cut: dict[str, Any], order: Any) -> None:
    dtype = np.dtype(kind)
    whole = dtype.kind in "iu"
    for samples in (3,) if name == "WEBP" else (1, 3):
        shape = (21, 37, 3) if samples == 3 else (21, 37)
        info = np.iinfo(dtype) if whole else None
        values = RNG.integers(info.min, info.max, shape, dtype) if info else RNG.normal(size=shape).astype(dtype)
        photometric = "rgb" if samples == 3 else "minisblack"
        sample = load_bytes(packed(values, name, photometric=photometric, byteorder=order, **cut))
        want = np.moveaxis(values, -1, 0) if samples == 3 else values[None]
        assert sample.data.dtype == want.dtype
        np.testing.assert_array_equal(sample.data, want)


@pytest.mark.parametrize("name", ["ZSTD", "LZMA"])
@pytest.mark.parametrize(("kind", "predictor"), [("u1", 2), ("u2", 2), ("i4", 2), ("f4", 3), ("f8", 3)])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("cut", [{}, {"tile": (16, 16)}], ids=["one strip", "tiles"])
def test_predictors(name: str, kind: str, predictor: int, order: Any, cut: dict[str, Any]) -> None:
    dtype = np.dtype(kind)
    values = (RNG.normal(size=(21, 37)) * 100).astype(dtype)
    sample = load_bytes(packed(values, name, predictor=predictor, byteorder=order, **cut))
    np.testing.assert_array_equal(sample.data[0], values)


@pytest.mark.parametrize("name", ["ZSTD", "JPEG2000", "PNG", "LERC"])
def test_pages_and_planes(name: str) -> None:
    values = RNG.integers(0, 255, (4, 21, 37), np.uint8)
    np.testing.assert_array_equal(load_bytes(packed(values, name, photometric="minisblack")).data[0], values)
    planes = packed(values[:3], name, photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(load_bytes(planes).data, values[:3])


def test_a_damaged_strip_is_refused_in_one_sentence() -> None:
    values = RNG.integers(0, 255, (21, 37), np.uint8)
    for name in ("ZSTD", "JPEG2000", "PNG", "LERC", "JPEGXL"):
        data = bytearray(packed(values, name))
        with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
            page = tiff.pages.first
            at, count = page.dataoffsets[0], page.databytecounts[0]
        data[at : at + count] = bytes(count)
        with pytest.raises(LoadError) as caught:
            load_bytes(bytes(data))
        assert "not installed" not in str(caught.value)

"""Fax compression against libtiff's encoder, which Pillow has."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from convgui.files import LoadError, load_bytes
from convgui.files.fax import unpack_fax

RNG = np.random.default_rng(41)
SCHEMES: dict[str, tuple[str, int, dict[str, Any]]] = {
    "runs": ("tiff_ccitt", 2, {}),
    "T.4": ("group3", 3, {}),
    "T.4 with rows above": ("group3", 3, {"tiffinfo": {292: 1}}),
    "T.4 in whole bytes": ("group3", 3, {"tiffinfo": {292: 4}}),
    "T.6": ("group4", 4, {}),
}


def noise(height: int, width: int) -> NDArray[np.bool_]:
    return RNG.random((height, width)) < 0.5


def runs(height: int, width: int) -> NDArray[np.bool_]:
    return np.asarray(np.cumsum(RNG.random((height, width)) < 0.03, axis=1) % 2 > 0)


def repeated(height: int, width: int) -> NDArray[np.bool_]:
    return np.repeat(runs(-(-height // 3), width), 3, axis=0)[:height]


def disc(height: int, width: int) -> NDArray[np.bool_]:
    y, x = np.mgrid[:height, :width]
    return np.asarray((x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(height, width) / 3) ** 2)


def flat(height: int, width: int) -> NDArray[np.bool_]:
    return np.full((height, width), bool(RNG.integers(2)))


def written(values: NDArray[np.bool_], scheme: str) -> bytes:
    stream, (name, _, options) = io.BytesIO(), SCHEMES[scheme]
    Image.fromarray(values).save(stream, "TIFF", compression=name, **options)
    return stream.getvalue()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("make", [noise, runs, repeated, disc, flat])
def test_every_scheme_and_kind_of_picture(make: Any, scheme: str) -> None:
    for _ in range(12):
        values = make(int(RNG.integers(1, 50)), int(RNG.integers(1, 120)))
        sample = load_bytes(written(values, scheme))
        np.testing.assert_array_equal(sample.data[0], values)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("first", [0, 1])
def test_every_length_of_run(first: int, scheme: str) -> None:
    values = np.arange(5300)[np.newaxis] < np.arange(0, 5300, 7)[:, np.newaxis]
    values = values ^ bool(first)
    np.testing.assert_array_equal(load_bytes(written(values, scheme)).data[0], values)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_data_that_end_early_or_are_damaged_say_nothing_themselves(
    scheme: str, capfd: pytest.CaptureFixture[str]
) -> None:
    values = runs(200, 90)
    whole = written(values, scheme)
    with tifffile.TiffFile(io.BytesIO(whole)) as tiff:
        page = tiff.pages.first
        start, count = page.dataoffsets[0], page.databytecounts[0]
    packed, (_, code, options) = whole[start : start + count], SCHEMES[scheme]
    mixed = bool(options.get("tiffinfo", {}).get(292, 0) & 1)
    for length in range(0, count - 6, 31):
        part = unpack_fax(packed[:length], 90, 200, code, mixed)
        np.testing.assert_array_equal(part, values[: len(part)])
        assert len(part) < 200
    for at in range(start, start + count - 8, 17):
        damaged = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        with suppress(LoadError):
            load_bytes(damaged)
    assert capfd.readouterr() == ("", "")


def test_missing_rows_are_counted() -> None:
    values = runs(40, 90)
    data = written(values, "T.6")
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        tags = tiff.pages.first.tags
        places = [tags[code].valueoffset for code in (257, 278)]
    changed = bytearray(data)
    for at in places:
        changed[at : at + 2] = (100).to_bytes(2, "little")
    with pytest.raises(LoadError, match="promises 100 rows and its picture data end after 40, so 60 are missing"):
        load_bytes(bytes(changed))

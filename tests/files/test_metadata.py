"""EXIF goes on byte for byte: whatever letters, byte order and blocks it has, and however damaged it is."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgui.files.exif import Exif, read_exif
from convgui.files.metadata import NOTHING, metadata_of, reading

PIXELS = np.random.default_rng(2).integers(0, 255, (12, 10, 3)).astype(np.uint8)


def block(order: str, entries: list[tuple[int, int, int, bytes]], at: int = 8) -> bytes:
    """Write a directory as TIFF 6.0 says in section 2: values of more than four bytes stand behind it."""
    behind, head, rest = at + 2 + 12 * len(entries) + 4, struct.pack(f"{order}H", len(entries)), b""
    for tag, kind, count, data in entries:
        inside = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(f"{order}I", behind + len(rest))
        head += struct.pack(f"{order}HHI", tag, kind, count) + inside
        rest += data if len(data) > 4 else b""
    return head + bytes(4) + rest


def exif(order: str, entries: list[tuple[int, int, int, bytes]]) -> bytes:
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8) + block(order, entries)


def text(tag: int, words: bytes) -> tuple[int, int, int, bytes]:
    return tag, 2, len(words) + 1, words + b"\0"


def read(data: bytes) -> Exif:
    return read_exif(reading(io.BytesIO(data)))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("words", ["Ada", "Müller".encode(), "Müller".encode("latin-1"), "张伟".encode(), b"\xff\xfe"])
def test_texts_stay_in_their_own_letters(order: str, words: bytes | str) -> None:
    raw = words.encode() if isinstance(words, str) else words
    found = read(exif(order, [text(271, b"Cam"), text(315, raw)]))
    assert (found.text(315), found.text(271), found.text(33432)) == (raw, b"Cam", b"")
    assert read(found.to_bytes()) == found


@pytest.mark.parametrize("order", ["<", ">"])
def test_blocks_of_the_camera_and_the_place_go_along_with_values_of_every_kind(order: str) -> None:
    values = [(100 + kind, kind, 3, bytes(range(3 * size))) for kind, size in ((1, 1), (3, 2), (4, 4), (5, 8), (12, 8))]
    whole = exif(order, [*values, (0x8769, 4, 1, bytes(4)), (0x8825, 4, 1, bytes(4))])
    camera, place = [text(42036, "Ö 50".encode()), (37500, 7, 9, b"maker0123")], [(1, 2, 2, b"N\0")]
    inner = block(order, camera, len(whole))
    ends = {0x8769: len(whole), 0x8825: len(whole) + len(inner)}
    for tag, at in ends.items():
        head = struct.pack(f"{order}HHI", tag, 4, 1)
        whole = whole.replace(head + bytes(4), head + struct.pack(f"{order}I", at))
    whole += inner + block(order, place, ends[0x8825])
    found = read(whole)
    assert {tag: entry.data for tag, entry in found.values.items()} == {tag: data for tag, _, _, data in values}
    assert found.inner[0x8769].text(42036) == "Ö 50".encode()
    assert found.inner[0x8825].text(1) == b"N"
    again = read(found.to_bytes())
    assert again == found
    # Another reader finds it where the standard says.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = Image.Exif()
        other.load(b"Exif\0\0" + found.to_bytes())
        assert other.get_ifd(0x8769)[37500] == b"maker0123"
        assert other.get_ifd(0x8825)[1] == "N"


def test_what_takes_most_is_left_out_first() -> None:
    entries = [text(271, b"Cam"), (700, 1, 9000, bytes(9000)), text(315, b"Ada"), (701, 1, 3000, bytes(3000))]
    found = read(exif("<", entries))
    assert found.within(20_000) == found
    assert set(found.within(5000).values) == {271, 315, 701}
    assert set(found.within(100).values) == {271, 315}
    assert len(found.within(100).to_bytes()) <= 100
    assert not found.within(10)


def circle() -> bytes:
    return exif("<", [text(315, b"Ada"), (0x8769, 4, 1, struct.pack("<I", 8))])


DAMAGED = {
    "nothing": b"",
    "no header": b"junk",
    "cut": exif("<", [text(315, b"Ada Lovelace")])[:-6],
    "a circle": circle(),
    "many": b"II*\0" + struct.pack("<IH", 8, 65535) + struct.pack("<HHI4s", 300, 1, 4, b"1234") * 65535,
    "overlapping": b"II*\0" + struct.pack("<IH", 8, 900)
    + b"".join(struct.pack("<HHII", n, 1, 10_000, 8) for n in range(900)) + bytes(20_000),
    "a count of four thousand million": exif("<", [(315, 2, (1 << 32) - 1, b"\0\0\0\0\0")]),
    "an unknown kind": exif("<", [(315, 99, 3, b"abc")]),
}  # fmt: skip


@pytest.mark.fault
@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_is_left_out(name: str) -> None:
    found = read(DAMAGED[name])
    assert len(found.to_bytes()) < 2 << 20
    assert read(found.to_bytes()) == found
    assert found.text(315) in (b"", b"Ada")


@pytest.mark.fault
@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("size", [20, 60, 200])
def test_damage_beside_the_pixels_is_no_warning(tmp_path: Path, ending: str, size: int) -> None:
    path = tmp_path / f"a.{ending}"
    given = exif("<", [text(271, b"A camera of some length"), text(315, "Müller".encode())])
    Image.fromarray(PIXELS).save(path, exif=b"Exif\0\0" + given)
    data = bytearray(path.read_bytes())
    at = data.find("Müller".encode())
    data[at - size : at] = b"\xff" * size if ending != "png" else data[at - size : at]
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metadata_of(path)
    assert metadata_of(tmp_path / "none.jpg") == NOTHING

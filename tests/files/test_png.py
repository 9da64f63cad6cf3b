"""PNG: transparency of every depth and kind, animations, and what may stand beside the picture."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convgui.files import LoadError, load_bytes
from convgui.files import png as walking
from tests.files import pngs

RNG = np.random.default_rng(37)
PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4)


def packed(rows: NDArray[Any], depth: int) -> bytes:
    """Return the compressed rows of ``(H, W, samples)`` at any depth, without filters."""
    out = b""
    for row in rows.reshape(len(rows), -1):
        text = "".join(f"{int(value):0{depth}b}" for value in row)
        text += "0" * (-len(text) % 8)
        out += b"\0" + int(text, 2).to_bytes(len(text) // 8, "big")
    return zlib.compress(out)


def png(rows: NDArray[Any], depth: int, colour: int, *extra: bytes) -> bytes:
    start = pngs.SIGNATURE + pngs.header(rows.shape[1], rows.shape[0], depth, colour) + b"".join(extra)
    return start + pngs.chunk(b"IDAT", packed(rows, depth)) + pngs.chunk(b"IEND", b"")


@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2)])
@pytest.mark.parametrize("spare", [0, 0xFFFF])
@pytest.mark.parametrize("which", ["lowest", "any", "highest"])
def test_a_transparent_colour_at_every_depth(depth: int, colour: int, spare: int, which: str) -> None:
    samples = 1 if colour == 0 else 3
    rows = RNG.integers(0, 2**depth, (5, 9, samples))
    rows[4, 1] = {"lowest": 0, "any": rows[4, 1], "highest": 2**depth - 1}[which]
    rows[2, 3] = key = rows[4, 1]
    # Only the low bits of the two bytes of a sample count.
    stored = [int(value) | (spare << depth & 0xFFFF) for value in key]
    sample = load_bytes(png(rows, depth, colour, pngs.chunk(b"tRNS", struct.pack(f">{samples}H", *stored))))
    spread = {2: 85, 4: 17}.get(depth, 1)
    np.testing.assert_array_equal(sample.data, np.moveaxis(rows * spread, -1, 0))
    assert sample.data.dtype == (np.bool_ if depth == 1 else np.uint16 if depth == 16 else np.uint8)
    assert sample.alpha is not None
    full = 65535 if depth == 16 else 255
    np.testing.assert_array_equal(sample.alpha.values, np.where((rows == key).all(-1), 0, full))
    assert len(sample.channels) == samples


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("short", [False, True])
def test_a_palette_with_transparency_at_every_depth(depth: int, short: bool) -> None:
    count = 2**depth
    rows = RNG.integers(0, count, (5, 9, 1))
    rows[0, 0] = 0
    colours = RNG.integers(0, 256, (count, 3)).astype(np.uint8)
    alphas = RNG.integers(0, 255, count).astype(np.uint8)
    if short:
        alphas[1:] = 255
    extra = pngs.chunk(b"PLTE", colours.tobytes()), pngs.chunk(b"tRNS", alphas[: 1 if short else count].tobytes())
    sample = load_bytes(png(rows, depth, 3, *extra))
    np.testing.assert_array_equal(sample.data, np.moveaxis(colours[rows[..., 0]], -1, 0))
    assert sample.alpha is not None
    np.testing.assert_array_equal(sample.alpha.values, alphas[rows[..., 0]])


def test_a_colour_outside_the_palette_is_named() -> None:
    rows = np.full((3, 4, 1), 5)
    with pytest.raises(LoadError, match="its palette has 2 colours, and a pixel asks for number 5"):
        load_bytes(png(rows, 8, 3, pngs.chunk(b"PLTE", bytes(6))))
    with pytest.raises(LoadError, match="needs a palette"):
        load_bytes(png(rows, 8, 3))


LONG = zlib.compress(b"x" * 3_000_000)
BESIDE = {
    "zTXt": pngs.chunk(b"zTXt", b"prompt\0\0" + LONG),
    "iTXt": pngs.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + LONG),
    "iTXt, not compressed": pngs.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"x" * 3_000_000),
    "iCCP": pngs.chunk(b"iCCP", b"profile\0\0" + LONG),
    "iCCP without data": pngs.chunk(b"iCCP", b""),
    "iCCP, not compressed": pngs.chunk(b"iCCP", b"profile\0\0junk"),
    "eXIf of 3 MB": pngs.chunk(b"eXIf", b"II*\0" + bytes(3_000_000)),
    "eXIf of junk": pngs.chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
    "pHYs too short": pngs.chunk(b"pHYs", b"\0"),
    "gAMA of zero": pngs.chunk(b"gAMA", bytes(4)),
    "cHRM too short": pngs.chunk(b"cHRM", b"\0"),
    "sBIT": pngs.chunk(b"sBIT", b"\3"),
    "sRGB empty": pngs.chunk(b"sRGB", b""),
    "tIME": pngs.chunk(b"tIME", b"\0"),
    "unknown": pngs.chunk(b"prVt", bytes(100)),
    "acTL empty": pngs.chunk(b"acTL", b""),
    "many": b"".join(pngs.chunk(b"tEXt", b"a\0" + bytes(100)) for _ in range(3000)),
}


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("behind", [False, True])
def test_what_stands_beside_the_picture(name: str, behind: bool) -> None:
    whole = png(PIXELS[..., np.newaxis], 8, 0)
    at = len(whole) - 12 if behind else whole.index(b"IDAT") - 4
    np.testing.assert_array_equal(load_bytes(whole[:at] + BESIDE[name] + whole[at:]).data[0], PIXELS)


@pytest.mark.parametrize("kind", [b"tEXt", b"iCCP", b"eXIf", b"gAMA", b"tRNS"])
def test_a_wrong_checksum_beside_the_picture_is_said(kind: bytes) -> None:
    damaged = pngs.chunk(kind, b"\0\1")[:-1] + b"?"
    sample = load_bytes(png(PIXELS[..., np.newaxis], 8, 0, damaged))
    np.testing.assert_array_equal(sample.data[0], PIXELS)
    assert f"Its {kind.decode()} chunk is damaged and was passed by." in sample.note


def test_a_critical_chunk_that_png_lacks_is_named() -> None:
    with pytest.raises(LoadError, match="needs the chunk CgBI") as caught:
        load_bytes(png(PIXELS[..., np.newaxis], 8, 0, pngs.chunk(b"CgBI", bytes(4))))
    assert "damaged" not in str(caught.value)


def exif(number: int) -> bytes:
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, number, 0, 0)


TURNED = {
    "eXIf": lambda n: pngs.chunk(b"eXIf", exif(n)),
    "raw profile": lambda n: pngs.chunk(
        b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n  34\n" + exif(n).hex().encode())
    ),
    "XMP": lambda n: pngs.chunk(b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="%d"/>' % n),
    "packed XMP": lambda n: pngs.chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<tiff:Orientation>%d</tiff:Orientation>" % n)
    ),
}


@pytest.mark.parametrize("place", TURNED)
@pytest.mark.parametrize(("number", "wanted"), [(3, PIXELS[::-1, ::-1]), (6, PIXELS.T[:, ::-1]), (9, PIXELS)])
def test_orientation_wherever_it_stands(number: int, wanted: NDArray[Any], place: str) -> None:
    key = pngs.chunk(b"tRNS", b"\0\0")
    sample = load_bytes(png(PIXELS[..., np.newaxis], 8, 0, TURNED[place](number), key))
    np.testing.assert_array_equal(sample.data[0], wanted)
    assert sample.alpha is not None
    np.testing.assert_array_equal(sample.alpha.values == 0, wanted == 0)


def control(number: int, box: tuple[int, int, int, int], dispose: int = 0, blend: int = 0) -> bytes:
    """Return an fcTL chunk; `box` is width, height, left, top."""
    return pngs.chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *box, 1, 10, dispose, blend))


def animated(
    still: NDArray[Any],
    frames: list[tuple[NDArray[Any], tuple[int, int], int, int]],
    depth: int,
    colour: int,
    *extra: bytes,
) -> bytes:
    """Return an APNG whose still picture stands apart; frames are pixels, (left, top), dispose and blend."""
    data = pngs.SIGNATURE + pngs.header(still.shape[1], still.shape[0], depth, colour) + b"".join(extra)
    data += pngs.chunk(b"acTL", struct.pack(">II", len(frames), 0)) + pngs.chunk(b"IDAT", packed(still, depth))
    number = 0
    for rows, (left, top), dispose, blend in frames:
        data += control(number, (rows.shape[1], rows.shape[0], left, top), dispose, blend)
        data += pngs.chunk(b"fdAT", struct.pack(">I", number + 1) + packed(rows, depth))
        number += 2
    return data + pngs.chunk(b"IEND", b"")


@pytest.mark.parametrize("depth", [8, 16])
def test_a_still_picture_outside_the_animation_is_left_out(depth: int) -> None:
    still = np.full((6, 8, 3), 9)
    frames = [RNG.integers(0, 2**depth, (6, 8, 3)) for _ in range(3)]
    sample = load_bytes(animated(still, [(frame, (0, 0), 0, 0) for frame in frames], depth, 2))
    assert sample.data.dtype == f"u{depth // 8}"
    np.testing.assert_array_equal(sample.data, np.stack(frames).transpose(3, 0, 1, 2))
    assert "still picture" in sample.note
    assert sample.spacing[0] == pytest.approx(0.1)


def test_a_frame_that_is_read_in_several_blocks_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number before the data of a frame stands once in its chunk, not once a block."""
    monkeypatch.setattr(walking, "BLOCK", 50)
    frames = [RNG.integers(0, 256, (6, 8, 3)) for _ in range(2)]
    sample = load_bytes(animated(frames[0], [(frame, (0, 0), 0, 0) for frame in frames], 8, 2))
    np.testing.assert_array_equal(sample.data, np.stack(frames).transpose(3, 0, 1, 2))


@pytest.mark.parametrize(("delay", "seconds"), [((5, 0), 0.05), ((1, 4), 0.25), ((300, 1000), 0.3)])
def test_a_delay_without_a_unit_is_in_hundredths(delay: tuple[int, int], seconds: float) -> None:
    frames = [RNG.integers(0, 256, (6, 8, 3)) for _ in range(2)]
    data = animated(frames[0], [(frame, (0, 0), 0, 0) for frame in frames], 8, 2)
    for number in (0, 2):
        known = control(number, (8, 6, 0, 0))
        told = known[8:-4].replace(struct.pack(">HH", 1, 10), struct.pack(">HH", *delay))
        data = data.replace(known, pngs.chunk(b"fcTL", told))
    assert load_bytes(data).spacing[0] == pytest.approx(seconds)


@pytest.mark.parametrize("dispose", [0, 1, 2])
@pytest.mark.parametrize("blend", [0, 1])
@pytest.mark.parametrize("colour", [3, 6])
def test_frames_are_put_together_as_apng_has_it(colour: int, blend: int, dispose: int) -> None:
    colours = RNG.integers(0, 256, (16, 3)).astype(np.uint8)
    alphas = np.array([0, 255, 128, 40] * 4, np.uint8)
    table = np.concatenate([colours, alphas[:, np.newaxis]], axis=1)
    shapes: list[tuple[tuple[int, int], tuple[int, int]]] = [((6, 8), (0, 0)), ((3, 4), (2, 1)), ((2, 8), (0, 4))]
    indices = [RNG.integers(0, 16, shape) for shape, _ in shapes]
    pixels = [part[..., np.newaxis] if colour == 3 else table[part] for part in indices]
    frames = [(part, at, dispose, blend) for part, (_, at) in zip(pixels, shapes, strict=True)]
    extra = (pngs.chunk(b"PLTE", colours.tobytes()), pngs.chunk(b"tRNS", alphas.tobytes())) if colour == 3 else ()
    sample = load_bytes(animated(pixels[0], frames, 8, colour, *extra))
    canvas, wanted = np.zeros((6, 8, 4)), []
    for n, (index, (_, (left, top))) in enumerate(zip(indices, shapes, strict=True)):
        before = canvas.copy()
        for y, x in np.ndindex(index.shape):
            above, below = table[index[y, x]] / 255, before[top + y, left + x]
            if blend == 0:
                canvas[top + y, left + x] = above
                continue
            alpha = above[3] + below[3] * (1 - above[3])
            mixed = above[:3] * above[3] + below[:3] * below[3] * (1 - above[3])
            canvas[top + y, left + x] = [*(mixed / alpha if alpha else mixed), alpha]
        wanted.append(canvas.copy())
        if dispose:
            shown = np.zeros_like(canvas) if dispose == 1 or n == 0 else before
            inside = np.s_[top : top + index.shape[0], left : left + index.shape[1]]
            canvas[inside] = shown[inside]
    expected = np.moveaxis(np.stack(wanted), -1, 0) * 255
    assert sample.alpha is not None
    assert np.abs(sample.alpha.values - expected[3]).max() <= 1
    # A faint colour is rounded twice.
    seen = expected[3] > 100
    assert np.abs(sample.data.astype(int) - expected[:3])[:, seen].max() <= 2


def test_an_animated_palette_keeps_its_colours() -> None:
    colours = [(200, 30, 10), (20, 180, 40), (10, 60, 220)]
    frames = []
    for index in range(3):
        frame = Image.new("P", (9, 8), index)
        frame.putpalette([part for colour in colours for part in colour])
        frames.append(frame)
    stream = io.BytesIO()
    frames[0].save(stream, "PNG", save_all=True, append_images=frames[1:], duration=100)
    sample = load_bytes(stream.getvalue())
    assert [tuple(sample.data[:, t, 0, 0].tolist()) for t in range(3)] == colours


def test_frames_that_lack_are_said() -> None:
    frame = np.zeros((6, 8, 1), int)
    data = animated(frame, [(frame, (0, 0), 0, 0)] * 2, 8, 0)
    at = data.index(b"acTL")
    more = data[: at - 4] + pngs.chunk(b"acTL", struct.pack(">II", 5, 0)) + data[at + 16 :]
    assert "promises 5 frames and holds 2" in load_bytes(more).note.replace("It ", "")


@pytest.mark.parametrize(
    ("chunks", "says"),
    [
        (control(0, (9, 6, 0, 0)), "lies outside"),
        (control(0, (8, 6, 0xFFFFFFFF, 0)), "lies outside"),
        (control(0, (0, 6, 0, 0)), "lies outside"),
        (pngs.chunk(b"fcTL", bytes(5)), "fcTL"),
        (pngs.chunk(b"fdAT", bytes(9)), "impossible order"),
    ],
)
def test_impossible_animations(chunks: bytes, says: str) -> None:
    data = png(np.zeros((6, 8, 1), int), 8, 0)
    with pytest.raises(LoadError, match=says):
        load_bytes(data[:-12] + chunks + data[-12:])


@pytest.mark.parametrize(
    ("chunks", "named"),
    [
        ({"gAMA": struct.pack(">I", 100_000)}, "gAMA"),
        ({"gAMA": struct.pack(">I", 45_455)}, ""),
        ({"gAMA": struct.pack(">I", 45_455), "cHRM": bytes(32), "sRGB": b"\0"}, ""),
        ({"cHRM": bytes(32)}, "cHRM"),
        ({"iCCP": b"icc\0\0" + zlib.compress(b"profile"), "sRGB": b"\0"}, "iCCP"),
        ({"cICP": bytes([9, 16, 0, 1])}, "cICP"),
        ({"sBIT": b"\x05"}, "sBIT"),
        ({"sBIT": b"\x08"}, ""),
        ({"sBIT": b"\x05", "gAMA": struct.pack(">I", 100_000), "iCCP": b"x\0\0x"}, "gAMA, iCCP, sBIT"),
    ],
)
def test_values_are_as_stored_and_what_is_said_of_colours_is_named(chunks: dict[str, bytes], named: str) -> None:
    values = np.random.default_rng(3).integers(0, 256, (5, 6, 1), np.uint8)
    extra = b"".join(pngs.chunk(kind.encode(), data) for kind, data in chunks.items())
    sample = load_bytes(pngs.encode(values, extra=extra))
    np.testing.assert_array_equal(sample.data[0], values[..., 0])
    assert sample.note == (
        f"Its values are as stored: what it says of its colours ({named}) was not applied." if named else ""
    )


@pytest.mark.parametrize(("bits", "named"), [(b"\x08\x08\x08", ""), (b"\x04\x04\x04", "sBIT")])
def test_the_significant_bits_of_a_palette_are_those_of_its_colours(bits: bytes, named: str) -> None:
    """Four bits choose a colour; the colour has eight a sample."""
    extra = pngs.chunk(b"PLTE", bytes(range(48))), pngs.chunk(b"sBIT", bits)
    assert ("sBIT" in load_bytes(png(RNG.integers(0, 16, (4, 5, 1)), 4, 3, *extra)).note) == bool(named)

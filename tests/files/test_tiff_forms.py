"""Every way to store a TIFF's numbers against the numbers themselves."""

from __future__ import annotations

import io
import struct
import sys
from importlib.util import find_spec
from itertools import product
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convgui.files import LoadError, load_bytes
from convgui.files.tiff_lzw import unpack_lzw
from tests.files.tiffs import Form, encode, lzw

RNG = np.random.default_rng(23)
KINDS = [("u", bits) for bits in (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 31, 32, 64)]
KINDS += [("i", bits) for bits in (8, 12, 16, 32, 64)] + [("f", bits) for bits in (16, 32, 64)]
COMPRESSIONS = {"none": 1, "lzw": 5, "deflate": 8, "old deflate": 32946, "packbits": 32773, "lzma": 34925}
ORDERS: tuple[Literal["<", ">"], ...] = ("<", ">")
CUTS: dict[str, dict[str, Any]] = {"one strip": {}, "strips": {"rows": 3}, "tiles": {"tile": 16}}


def numbers(kind: str, bits: int, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return random samples over the whole range of a depth, of 64 bits over what results are exact for."""
    if kind == "f":
        return (RNG.normal(size=shape) * 100).astype(f"f{bits // 8}")
    if bits == 1:
        return RNG.random(shape) < 0.5
    size = next(size for size in (1, 2, 4, 8) if 8 * size >= bits)
    low, high = (
        (0, min(2**bits - 1, 2**53)) if kind == "u" else (-min(2 ** (bits - 1), 2**53), 2 ** (min(bits, 54) - 1))
    )
    return RNG.integers(low, high - (kind == "i"), shape, dtype=f"{kind}{size}", endpoint=True)


def predictors(kind: str, bits: int, compression: int) -> tuple[int, ...]:
    if compression == 1:
        return (1,)
    return (1, *((2,) if bits in (8, 16, 32, 64) else ()), *((3,) if kind == "f" else ()))


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize(("kind", "bits"), KINDS, ids=lambda part: str(part))
def test_numbers_are_exact_in_every_form(kind: str, bits: int, compression: str) -> None:
    code = COMPRESSIONS[compression]
    for n, (order, predictor, cut) in enumerate(product(ORDERS, predictors(kind, bits, code), CUTS)):
        # Planes, pages, bit order and BigTIFF go round from a place of chance on, each with a period of its own.
        n += int(RNG.integers(60))
        planar, samples = ((False, 1), (False, 3), (True, 3))[n % 3]
        pages, fill, big = (1, 3)[n % 2], (1, 2)[n // 2 % 2], n % 5 == 0
        stored = [numbers(kind, bits, (3, 7, 19, 1) if planar else (7, 19, samples)) for _ in range(pages)]
        form = Form(order, code, predictor, bits, planar, fill_order=fill, big=big, **CUTS[cut])
        sample = load_bytes(encode(stored, form, 2 if samples == 3 else 1))
        wanted = np.stack([page[..., 0] if planar else np.moveaxis(page, -1, 0) for page in stored], axis=1)
        wanted = wanted if pages > 1 else wanted[:, 0]
        assert sample.data.dtype == wanted.dtype, form
        np.testing.assert_array_equal(sample.data, wanted, err_msg=str(form))


@pytest.mark.parametrize("size", [0, 1, 300, 5000, 40_000])
@pytest.mark.parametrize("letters", [1, 2, 256])
def test_lzw_over_full_tables(size: int, letters: int) -> None:
    data = RNG.integers(0, letters, size, dtype=np.uint8).tobytes()
    assert unpack_lzw(lzw(data), size) == data


def test_lzw_of_writers_that_go_on_with_a_full_table() -> None:
    data = RNG.integers(0, 256, 6000, dtype=np.uint8).tobytes()
    widths = [min((258 + n).bit_length(), 12) for n in range(6000)]
    bits = f"{256:09b}" + "".join(f"{byte:0{width}b}" for byte, width in zip(data, widths, strict=True))
    bits += "0" * (-len(bits) % 8)
    assert unpack_lzw(int(bits, 2).to_bytes(len(bits) // 8, "big"), 6000) == data


def test_lzw_unpacks_no_more_than_one_run_too_many() -> None:
    data = bytes(300_000)
    assert len(unpack_lzw(lzw(data) * 100, 10)) < 8_000_000


def test_lzw_of_the_first_writers_is_lowest_bit_first() -> None:
    text, codes = b"\x07\x07\x07\x09", [256, 7, 258, 9, 257]
    bits = "".join(f"{code:09b}"[::-1] for code in codes)
    bits += "0" * (-len(bits) % 8)
    packed = bytes(int(bits[n : n + 8][::-1], 2) for n in range(0, len(bits), 8))
    assert packed[0] == 0
    assert packed[1] & 1
    assert unpack_lzw(packed, len(text)) == text


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("samples", [1, 3])
def test_missing_rows_are_counted(cut: str, samples: int, compression: str) -> None:
    page = numbers("u", 8, (20, 16, samples))
    form = Form(compression=COMPRESSIONS[compression], **CUTS[cut])
    whole = encode([page], form, 2 if samples == 3 else 1)
    tag = struct.pack("<HHI", 257, 3, 1)
    # The same data under a header of more rows; the list of strips and tiles stays as it is.
    tall = whole.replace(tag + struct.pack("<HH", 20, 0), tag + struct.pack("<HH", 500, 0))
    tag = struct.pack("<HHI", 278, 3, 1)
    tall = tall.replace(tag + struct.pack("<HH", 20, 0), tag + struct.pack("<HH", 500, 0))
    held = {"one strip": 20, "strips": 21, "tiles": 32}[cut]
    with pytest.raises(LoadError, match=f"promises 500 rows and its picture data end after {held}, so {500 - held} "):
        load_bytes(tall)


@pytest.mark.parametrize("compression", ["deflate", "lzma"])
def test_damaged_data_are_called_so(compression: str, capfd: pytest.CaptureFixture[str]) -> None:
    page = numbers("u", 8, (40, 40, 1))
    data = bytearray(encode([page], Form(compression=COMPRESSIONS[compression])))
    data[200:230] = bytes(range(1, 31))
    with pytest.raises(LoadError, match=r"damaged|missing"):
        load_bytes(bytes(data))
    assert capfd.readouterr() == ("", "")


def test_an_lzw_code_from_nowhere_is_damage() -> None:
    bits = f"{256:09b}{65:09b}{300:09b}".ljust(32, "0")
    with pytest.raises(ValueError, match="not known yet"):
        unpack_lzw(int(bits, 2).to_bytes(4, "big"), 10)


@pytest.mark.parametrize(
    ("bits", "form", "says"),
    [
        (12, Form(compression=5, predictor=2), "predictor 2"),
        (8, Form(compression=5, predictor=3), "predictor 3"),
        (8, Form(compression=5, predictor=9), "predictor 9"),
        (8, Form(tags={339: (3, [6])}), "complex"),
        (8, Form(tags={258: (3, [48])}), "48 bits"),
    ],
)
def test_what_is_not_read_is_named(bits: int, form: Form, says: str) -> None:
    page = numbers("u", bits, (7, 19, 1))
    with pytest.raises(LoadError, match=says) as caught:
        load_bytes(encode([page], form if form.tags or form.predictor == 9 else _with_bits(form, bits)))
    assert "damaged" not in str(caught.value)


def _with_bits(form: Form, bits: int) -> Form:
    # Written as if there were no predictor: only the header is looked at.
    tags = {317: (3, [form.predictor])}
    return Form(form.order, form.compression, 1, bits, tags=tags)


def test_samples_of_different_depths_are_named() -> None:
    page = numbers("u", 8, (7, 19, 3))
    with pytest.raises(LoadError, match=r"different kinds \(5, 6, 5 bits\)"):
        load_bytes(encode([page], Form(tags={258: (3, [5, 6, 5])}), 2))


@pytest.mark.parametrize("shared", [(1, 1), (2, 1), (2, 2), (4, 2)])
@pytest.mark.parametrize("compression", [1, 5])
def test_luma_and_shared_chroma_become_rgb(shared: tuple[int, int], compression: int) -> None:
    wide, high = shared
    blocks = RNG.integers(0, 256, (-(-10 // high), -(-13 // wide), wide * high + 2), dtype=np.uint8)
    rows, columns = blocks.shape[:2]
    luma = np.zeros((rows * high, columns * wide))
    cb, cr = np.zeros_like(luma), np.zeros_like(luma)
    for y, x in product(range(luma.shape[0]), range(luma.shape[1])):
        block = blocks[y // high, x // wide]
        luma[y, x], (cb[y, x], cr[y, x]) = block[y % high * wide + x % wide], block[-2:]
    light = np.stack(
        [luma + 1.402 * (cr - 128), luma - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), luma + 1.772 * (cb - 128)]
    )
    stored = np.frombuffer(blocks.tobytes(), np.uint8).reshape(1, -1, 1)
    tags = {256: (3, [13]), 257: (3, [10]), 258: (3, [8] * 3), 277: (3, [3]), 278: (3, [10]), 339: (3, [1] * 3)}
    tags |= {530: (3, [wide, high])}
    sample = load_bytes(encode([stored], Form(compression=compression, tags=tags), 6))
    wanted = np.clip(light, 0, 255)[:, :10, :13]
    assert np.abs(sample.data.astype(int) - wanted).max() <= 1
    assert sample.channels == ("R", "G", "B")


@pytest.mark.parametrize("kind", ["cie", "icc"])
@pytest.mark.parametrize("bits", [8, 16])
def test_lab_is_as_littlecms_has_it(bits: int, kind: str) -> None:
    lab = RNG.integers([120, 108, 108], [210, 148, 148], (8, 9, 3)).astype(np.uint8)
    picture = Image.frombytes("LAB", (9, 8), (lab ^ [0, 128, 128]).astype(np.uint8).tobytes())
    stored = lab ^ np.array([0, 128, 128]) if kind == "cie" else lab.astype(int)
    page = (stored if bits == 8 else stored * [257, 256, 256]).astype(f"u{bits // 8}")
    sample = load_bytes(encode([page], Form(), 8 if kind == "cie" else 9))
    wanted = np.moveaxis(np.asarray(picture.convert("RGB")), -1, 0)
    inside = ((wanted > 60) & (wanted < 255)).all(axis=0)
    assert inside.sum() > 20
    assert np.abs(sample.data.astype(float) / (1 if bits == 8 else 257) - wanted)[:, inside].max() < 3


def test_dark_greys_in_lab_are_as_cie_defines_them() -> None:
    lightness = np.array([0, 1, 2, 5, 7.9, 8.1, 20, 100])
    stored = np.zeros((1, len(lightness), 3), np.uint16)
    stored[0, :, 0] = np.rint(lightness * 655.35)
    y = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness * 27 / 24389)
    srgb = np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055) * 65535
    sample = load_bytes(encode([stored], Form(), 8))
    assert np.abs(sample.data[:, 0] - srgb).max() < 40


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("compression", [1, 5, 32773])
def test_palettes_of_every_depth(bits: int, compression: int) -> None:
    index = numbers("u", bits, (5, 9, 1))
    colours = RNG.integers(0, 256, (3, 2**bits)) * 257
    form = Form(compression=compression, bits=bits, tags={320: (3, colours.ravel().tolist())})
    sample = load_bytes(encode([index], form, 3))
    assert sample.data.dtype == np.uint8
    np.testing.assert_array_equal(sample.data, (colours // 257)[:, index[..., 0].astype(int)])


@pytest.mark.parametrize("bits", [2, 4, 12])
@pytest.mark.parametrize("associated", [False, True])
def test_alpha_of_any_depth_is_opaque_at_the_end_of_its_type(bits: int, associated: bool) -> None:
    page = numbers("u", bits, (5, 9, 4))
    form = Form(bits=bits, tags={338: (3, [1 if associated else 2])})
    sample = load_bytes(encode([page], form, 2))
    assert sample.alpha is not None
    share = page[..., 3] / (2**bits - 1)
    np.testing.assert_array_equal(sample.alpha.values, np.rint(share * sample.alpha.opaque))
    np.testing.assert_array_equal(sample.data, np.moveaxis(page[..., :3], -1, 0))


@pytest.mark.parametrize("spread", [1, 256, 257])
def test_a_palette_of_8_bits_is_one_however_it_is_spread_over_16(spread: int) -> None:
    index, colours = np.arange(15, dtype=np.uint8).reshape(3, 5, 1), RNG.integers(0, 256, (3, 256))
    for stored, wanted in ((colours * spread, colours.astype(np.uint8)), (colours * 256 + 3, None)):
        data = load_bytes(encode([index], Form(tags={320: (3, stored.ravel().tolist())}), 3)).data
        wanted = stored.astype(np.uint16) if wanted is None else wanted
        assert data.dtype == wanted.dtype
        np.testing.assert_array_equal(data, wanted[:, index[..., 0]])


def test_a_colour_outside_the_palette_is_named() -> None:
    index = np.full((5, 9, 1), 77, np.uint8)
    with pytest.raises(LoadError, match="its palette has 16 colours, and a pixel asks for number 77"):
        load_bytes(encode([index], Form(tags={320: (3, [7] * 48)}), 3))


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 12, 16, 32])
def test_zero_for_white_at_every_depth(bits: int) -> None:
    page = numbers("u", bits, (5, 9, 1))
    sample = load_bytes(encode([page], Form(bits=bits), 0))
    np.testing.assert_array_equal(sample.data[0].astype(np.int64), 2**bits - 1 - page[..., 0].astype(np.int64))


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
@pytest.mark.parametrize("height", [9, 5000])
def test_fax(compression: str, height: int) -> None:
    values = RNG.random((height, 33)) < 0.5
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "TIFF", compression=compression)
    sample = load_bytes(stream.getvalue())
    assert sample.data.dtype == np.bool_
    np.testing.assert_array_equal(sample.data[0], values)


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr", "CMYK"])
@pytest.mark.parametrize("height", [40, 700])
def test_jpeg_inside_is_as_jpeg_outside(mode: str, height: int) -> None:
    ramp = np.linspace(0, 255, height * 64).reshape(height, 64).astype(np.uint8)
    picture = Image.merge("RGB", [Image.fromarray(part) for part in (ramp, ramp[::-1].copy(), ramp[:, ::-1].copy())])
    stream = io.BytesIO()
    picture.convert(mode).save(stream, "TIFF", compression="jpeg", quality=100, strip_size=64 * 64)
    sample = load_bytes(stream.getvalue())
    wanted = np.asarray(picture.convert(mode).convert("L" if mode == "L" else "RGB")).reshape(height, 64, -1)
    assert np.abs(sample.data.astype(int) - np.moveaxis(wanted, -1, 0)).max() <= 6


def test_webp_inside_is_exact() -> None:
    values = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    packed = io.BytesIO()
    Image.fromarray(values).save(packed, "WEBP", lossless=True)
    stored = np.frombuffer(packed.getvalue(), np.uint8).reshape(1, -1, 1)
    tags = {256: (3, [30]), 257: (3, [20]), 258: (3, [8] * 3), 259: (3, [50001]), 277: (3, [3]), 278: (3, [20])}
    sample = load_bytes(encode([stored], Form(tags=tags | {339: (3, [1] * 3)}), 2))
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0))


@pytest.mark.skipif(find_spec("imagecodecs") is not None, reason="with it, these are read")
@pytest.mark.parametrize(("code", "name"), [(50000, "ZSTD"), (34887, "LERC"), (34712, "JPEG2000"), (50002, "JPEGXL")])
def test_a_compression_of_imagecodecs_names_the_extra(code: int, name: str) -> None:
    if name == "ZSTD" and sys.version_info >= (3, 14):
        pytest.skip("Python 3.14 unpacks it by itself")
    page = numbers("u", 8, (8, 8, 1))
    data = encode([page], Form(tags={259: (3, [code])}))
    with pytest.raises(LoadError, match=rf"{name} compression .* needs imagecodecs.*tiff-codecs") as caught:
        load_bytes(data)
    assert "damaged" not in str(caught.value)


@pytest.mark.parametrize(("code", "name"), [(32809, "THUNDERSCAN"), (34676, "SGILOG"), (999, "999")])
def test_a_compression_that_nobody_reads_is_named(code: int, name: str) -> None:
    page = numbers("u", 8, (8, 8, 1))
    with pytest.raises(LoadError, match=f"its {name} compression") as caught:
        load_bytes(encode([page], Form(tags={259: (3, [code])})))
    assert "damaged" not in str(caught.value)


def without_tag(content: bytes, tag: int) -> bytes:
    """Write the directory of a little-endian file anew, one entry fewer."""
    start = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, start)[0]
    entries = [content[start + 2 + 12 * n :][:12] for n in range(count)]
    left = [entry for entry in entries if struct.unpack_from("<H", entry)[0] != tag]
    directory = struct.pack("<H", len(left)) + b"".join(left) + bytes(4)
    return content[:4] + struct.pack("<I", len(content)) + content[8:] + directory


@pytest.mark.parametrize("tag", [262, 278, 279, 277, 259, 284, 339])
def test_a_tag_that_is_left_out_has_its_usual_value(tag: int) -> None:
    page = numbers("u", 8, (9, 12, 1))
    sample = load_bytes(without_tag(encode([page], Form()), tag))
    np.testing.assert_array_equal(sample.data, page[np.newaxis, ..., 0])
    assert sample.note == ""


@pytest.mark.parametrize(("kind", "bits"), [("i", 8), ("i", 16), ("i", 32), ("f", 16), ("f", 32), ("f", 64)])
def test_values_that_have_no_whole_range_are_kept_and_shown_from_white_to_black(kind: str, bits: int) -> None:
    page = numbers(kind, bits, (9, 12, 1))
    sample = load_bytes(encode([page], Form(bits=bits), 0))
    np.testing.assert_array_equal(sample.data, page[np.newaxis, ..., 0])
    assert sample.inverted
    assert "0 means white: it is shown so" in sample.note
    assert not load_bytes(encode([page], Form(bits=bits), 1)).inverted


@pytest.mark.parametrize("formats", [[1, 2, 1], [1, 1, 3]])
def test_samples_of_different_kinds_are_not_called_damaged(formats: list[int]) -> None:
    page = numbers("u", 8, (9, 12, 3))
    with pytest.raises(LoadError, match=r"its samples are of different kinds.*; save it with samples of one kind"):
        load_bytes(encode([page], Form(tags={339: (3, formats)}), 2))

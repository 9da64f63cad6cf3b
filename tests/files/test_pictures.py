from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from convgui.files import LoadError, load, load_bytes
from convgui.files import frames as frames_module
from convgui.files.pictures import upright
from tests.files import pngs

RNG = np.random.default_rng(7)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def noise(channels: int, dtype: type[np.unsignedinteger[Any]] = np.uint8, h: int = 13, w: int = 11) -> NDArray[Any]:
    return RNG.integers(0, np.iinfo(dtype).max, (h, w, channels), dtype=dtype, endpoint=True)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_is_exact(channels: int, dtype: type[np.unsignedinteger[Any]], interlaced: bool) -> None:
    values = noise(channels, dtype)
    sample = load_bytes(pngs.encode(values, interlaced=interlaced), "x.png")
    assert sample.data.dtype == dtype
    colours = channels - (channels in (2, 4))
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0)[:colours])
    assert sample.channels == {1: ("0",), 3: ("R", "G", "B")}[colours]
    assert (sample.alpha is not None) == ("transparent" in sample.note) == (channels in (2, 4))
    if sample.alpha is not None:
        assert not sample.alpha.associated
        np.testing.assert_array_equal(sample.alpha.values, values[..., -1])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [2, 4])
def test_an_opaque_alpha_channel_is_dropped(channels: int, dtype: type[np.unsignedinteger[Any]]) -> None:
    values = noise(channels, dtype)
    values[..., -1] = np.iinfo(dtype).max
    sample = load_bytes(pngs.encode(values))
    np.testing.assert_array_equal(sample.data, np.moveaxis(values[..., :-1], -1, 0))
    assert sample.note == ""


@pytest.mark.parametrize("channels", [1, 3])
def test_a_transparent_colour_of_16_bits_becomes_alpha(channels: int) -> None:
    values = noise(channels, np.uint16)
    key = values[3, 4].astype(">u2").tobytes()
    sample = load_bytes(pngs.encode(values, extra=pngs.chunk(b"tRNS", key)))
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0))
    assert sample.alpha is not None
    alpha = sample.alpha.values
    assert alpha[3, 4] == 0
    assert np.count_nonzero(alpha == 65535) >= alpha.size - 2


@pytest.mark.parametrize(("kind", "options"), [("BMP", {}), ("WEBP", {"lossless": True}), ("TIFF", {})])
def test_lossless_formats_are_exact(kind: str, options: dict[str, Any]) -> None:
    values = noise(3)
    sample = load_bytes(saved(Image.fromarray(values), kind, **options))
    np.testing.assert_array_equal(sample.data, np.moveaxis(values, -1, 0))


def test_jpeg_is_close() -> None:
    ramp = np.broadcast_to(np.arange(0, 256, 4, dtype=np.uint8), (64, 64))
    sample = load_bytes(saved(Image.fromarray(ramp), "JPEG", quality=95))
    assert np.abs(sample.data[0].astype(int) - ramp).max() <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation(orientation: int, kind: str) -> None:
    image = Image.fromarray(np.repeat(np.repeat(noise(3, h=2, w=3), 16, axis=0), 16, axis=1))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(image, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    np.testing.assert_array_equal(load_bytes(data).data, np.moveaxis(expected, -1, 0))


def test_orientations_form_a_group() -> None:
    data = np.arange(6).reshape(1, 2, 3)
    seen = {upright(data, o).tobytes() + bytes(upright(data, o).shape) for o in range(1, 9)}
    assert len(seen) == 8


@pytest.mark.parametrize("transparent", [False, True])
def test_a_palette_becomes_its_colours(transparent: bool) -> None:
    colours = noise(3, h=1, w=4)[0]
    image = Image.fromarray(np.array([[0, 1], [2, 3]], np.uint8)).convert("P")
    image.putpalette(colours.ravel().tolist())
    data = saved(image, "PNG", **({"transparency": b"\xff\x80\xff\xff"} if transparent else {}))
    sample = load_bytes(data)
    np.testing.assert_array_equal(sample.data.reshape(3, 4), colours.T)
    assert (sample.alpha is not None) == transparent
    if sample.alpha is not None:
        assert sample.alpha.values.ravel().tolist() == [255, 128, 255, 255]
    assert "palette" in sample.note


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(kind: str) -> None:
    values = np.zeros((16, 16, 4), np.uint8)
    values[..., 1] = values[..., 2] = 255  # magenta and yellow: red
    sample = load_bytes(saved(Image.fromarray(values, "CMYK"), kind))
    assert sample.channels == ("R", "G", "B")
    assert np.abs(sample.data[:, 8, 8].astype(int) - [255, 0, 0]).max() <= 3
    assert "CMYK" in sample.note


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_one_bit_stays_bool(kind: str) -> None:
    values = RNG.random((9, 13)) < 0.5
    sample = load_bytes(saved(Image.fromarray(values), kind))
    assert sample.data.dtype == np.bool_
    np.testing.assert_array_equal(sample.data[0], values)
    assert "one bit" in sample.note


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_a_volume_of_time(kind: str) -> None:
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("#ff0000", "#00ff00", "#0000ff")]
    lossless = {"lossless": 1} if kind == "WEBP" else {}
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=40, **lossless)
    sample = load_bytes(data)
    assert sample.data.shape == (3, 3, 6, 8)
    assert sample.data[:, :, 5, 7].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert sample.units == ("s", "px", "px")
    assert sample.spacing == pytest.approx((0.04, 1, 1))
    assert sample.channels == ("R", "G", "B")


def test_a_grey_animation_has_one_channel_and_uneven_times_are_told() -> None:
    frames = [Image.fromarray(np.full((6, 8), 40 * i, np.uint8)) for i in range(4)]
    sample = load_bytes(saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[20, 40, 60, 80]))
    assert sample.data.shape == (1, 4, 6, 8)
    assert sample.data[0, :, 2, 2].tolist() == [0, 40, 80, 120]
    assert sample.spacing[0] == pytest.approx(0.05)
    assert "0.02 to 0.08 s" in sample.note


def test_of_a_long_animation_the_beginning_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_module, "ASK_ABOVE", 6 * 8 * 3)
    frames = [Image.fromarray(np.full((6, 8), 40 * i, np.uint8)) for i in range(5)]
    sample = load_bytes(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert sample.data.shape == (1, 3, 6, 8)
    assert "first 3 frames" in sample.note


def test_source_and_name_are_the_file(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpeg"
    path.write_bytes(pngs.encode(noise(3)))
    sample = load(path)
    assert (sample.name, sample.source) == ("holiday.jpeg", str(path.resolve()))
    assert load_bytes(path.read_bytes()).source == ""


def test_a_form_that_is_not_read_is_no_damage(capfd: pytest.CaptureFixture[str]) -> None:
    # 16 bits a pixel, four for each of red, green, blue and alpha.
    head = struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, 16, 3, 8, 1, 1, 0, 0) + struct.pack("<III", 0xF00, 0xF0, 0xF)
    start = b"BM" + struct.pack("<IHHI", 14 + len(head) + 8, 0, 0, 14 + len(head))
    with pytest.raises(LoadError, match="a BMP picture of a form that cannot be read here") as caught:
        load_bytes(start + head + b"\x11\x22" * 4)
    assert "damaged" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_is_clear_in_a_film_is_kept_apart(kind: str) -> None:
    frames = []
    for place in range(3):
        values = np.zeros((6, 8, 4), np.uint8)
        values[:, 2 * place : 2 * place + 2] = (200, 30 + place, 10, 255 if kind == "GIF" else 190)
        frames.append(Image.fromarray(values))
    each: dict[str, dict[str, Any]] = {"GIF": {"disposal": 2}, "WEBP": {"lossless": True}, "PNG": {"disposal": 1}}
    options = each[kind]
    sample = load_bytes(saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=40, **options))
    assert sample.channels == ("R", "G", "B")
    assert sample.alpha is not None
    wanted = np.stack([np.asarray(frame)[..., 3] for frame in frames])
    np.testing.assert_array_equal(sample.alpha.values, wanted)
    np.testing.assert_array_equal(sample.data[0][wanted > 0], 200)

"""Outputs written as they are seen, judged by other programs' readers and by the window's own picture."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from convgui.core import ConvSpec
from convgui.draw.theme import LIGHT
from convgui.export.atomic_write import ExportError
from convgui.export.batch import run_batch, with_layers, with_preset
from convgui.export.seen import Seen, left_out, write_seen
from convgui.files.load import load
from convgui.layers.convolution import Convolution
from convgui.layers.relu import ReLU
from convgui.layers.softmax import Softmax
from convgui.model.colour import in_colour
from convgui.model.document import Document, View
from convgui.model.flow import value_of
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import prepared_whole


def pixels(path: Path) -> NDArray[Any]:
    with Image.open(path) as image:
        return np.asarray(image)


def photo(rows: int = 40, columns: int = 60) -> Sample:
    data = np.random.default_rng(3).integers(0, 256, (3, rows, columns)).astype(np.uint8)
    return Sample(data, "photo", channels=("R", "G", "B"))


def apart(sample: Sample, kernel: NDArray[Any]) -> Document:
    spec = ConvSpec.of(3, 3, kernel.shape, groups=3)
    return Document(sample, (Convolution(spec, np.broadcast_to(kernel, spec.weight_shape).copy(), np.zeros(3)),))


IDENTITY = np.array([[1.0]])


def test_what_the_identity_makes_is_the_photo(tmp_path: Path) -> None:
    sample = photo()
    document = apart(sample, IDENTITY)
    assert in_colour(document)
    write_seen(document, tmp_path / "a.png", Seen())
    assert np.array_equal(pixels(tmp_path / "a.png"), np.moveaxis(sample.data, 0, -1))
    write_seen(document, tmp_path / "a.tif", Seen(16))
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif"), np.moveaxis(sample.data, 0, -1).astype(int) * 257)
    write_seen(document, tmp_path / "b.png", Seen(16))
    assert np.array_equal(np.asarray(load(tmp_path / "b.png").data), sample.data.astype(int) * 257)
    write_seen(document, tmp_path / "a.jpg", Seen())
    assert pixels(tmp_path / "a.jpg").shape == (40, 60, 3)


def test_edges_lie_around_the_middle(tmp_path: Path) -> None:
    sample = photo()
    document = apart(sample, np.array([[-1.0, 1.0]]))
    write_seen(document, tmp_path / "a.tif", Seen(16))
    made = tifffile.imread(tmp_path / "a.tif").astype(int) - 32767.5
    wanted = np.moveaxis(sample.data[:, :, 1:].astype(int) - sample.data[:, :, :-1], 0, -1)
    assert np.all(np.sign(made)[wanted != 0] == np.sign(wanted)[wanted != 0])
    assert np.abs(made[wanted == 0]).max() <= 1


def test_mixed_channels_are_no_colours(tmp_path: Path) -> None:
    sample = photo()
    spec = ConvSpec.of(3, 1, (1, 1))
    document = Document(sample, (Convolution(spec, np.full(spec.weight_shape, 1 / 3), np.zeros(1)),))
    assert not in_colour(document)
    write_seen(document, tmp_path / "a.png", Seen())
    assert np.abs(pixels(tmp_path / "a.png").squeeze() - sample.data.mean(axis=0)).max() <= 0.51
    assert in_colour(replace(apart(sample, IDENTITY), layers=(*apart(sample, IDENTITY).layers, ReLU())))


def test_profile_and_exif_go_along(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[315], exif[33432] = 6, "Ada", "Ada 1843"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = tmp_path / "in.jpg"
    Image.fromarray(np.moveaxis(photo().data, 0, -1)).save(given, exif=exif, icc_profile=profile)
    sample = load(given)
    assert sample.data.shape == (3, 60, 40)
    for ending in ("png", "jpg", "tif"):
        path = tmp_path / f"out.{ending}"
        write_seen(apart(sample, IDENTITY), path, Seen(8, metadata=True))
        with Image.open(path) as image:
            assert image.info["icc_profile"] == profile
            found = image.getexif()
        assert (found[315], found[33432]) == ("Ada", "Ada 1843")
        # What was turned upright is not turned again.
        assert found.get(0x0112, 1) == 1
        assert np.asarray(load(path).data).shape == (3, 60, 40)
        write_seen(apart(sample, IDENTITY), path, Seen(8))
        with Image.open(path) as image:
            assert "icc_profile" not in image.info
            assert 315 not in image.getexif()


@pytest.mark.parametrize("ending", ["png", "jpg", "tif"])
@pytest.mark.parametrize("given", ["jpg", "png", "tif", "webp"])
def test_names_go_along_in_the_letters_they_are_in(tmp_path: Path, given: str, ending: str) -> None:
    exif = Image.Exif()
    exif[315], exif[33432] = "MXYller", "ZW 2024 K"
    source, path = tmp_path / f"in.{given}", tmp_path / f"out.{ending}"
    Image.fromarray(np.moveaxis(photo().data, 0, -1)).save(source, exif=exif)
    data = source.read_bytes().replace(b"MXYller", "Müller".encode()).replace(b"ZW 2024", "© 2024".encode())
    if given == "png":
        at = data.index(b"eXIf")
        size = int.from_bytes(data[at - 4 : at], "big")
        sum_ = zlib.crc32(data[at : at + 4 + size]).to_bytes(4, "big")
        data = data[: at + 4 + size] + sum_ + data[at + 8 + size :]
    source.write_bytes(data)
    write_seen(apart(load(source), IDENTITY), path, Seen(8, metadata=True))
    made = path.read_bytes()
    assert "Müller\0".encode() in made
    assert "© 2024 K\0".encode() in made
    assert load(path).data.shape == (3, 40, 60)


def test_exif_that_is_too_long_for_a_jpeg_goes_along_in_part(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[315], exif[700] = "Ada", bytes(70_000)
    source = tmp_path / "in.png"
    Image.fromarray(np.moveaxis(photo().data, 0, -1)).save(source, exif=exif)
    note = write_seen(apart(load(source), IDENTITY), tmp_path / "out.jpg", Seen(8, metadata=True))
    assert "its EXIF is too long for a JPEG" in note
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.getexif()[315] == "Ada"
        assert 700 not in image.getexif()
    note = write_seen(apart(load(source), IDENTITY), tmp_path / "out.png", Seen(8, metadata=True))
    assert "EXIF" not in note
    with Image.open(tmp_path / "out.png") as image:
        assert len(image.getexif()[700]) == 70_000


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    document = apart(photo(), IDENTITY)
    with pytest.raises(ExportError, match="8 bits"):
        write_seen(document, tmp_path / "a.jpg", Seen(16))
    with pytest.raises(ExportError, match=r"no picture's name"):
        write_seen(document, tmp_path / "a.npy", Seen())
    assert not list(tmp_path.iterdir())


def test_a_batch_makes_pictures(tmp_path: Path) -> None:
    Image.fromarray(np.moveaxis(photo().data, 0, -1)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    done = list(run_batch(with_preset("box"), [tmp_path / "a.png", tmp_path / "b.png"], tmp_path / "out", "jpg"))
    assert sorted(bool(one.failure) for one in done) == [False, True]
    assert pixels(tmp_path / "out" / "a.jpg").shape == (40, 60, 3)


def shares(scene_id: str, **view: Any) -> Document:
    """Return two filters over three channels, and the shares of both: what a network for faces ends in."""
    spec = ConvSpec.of(3, 2, (3, 3))
    weight = np.random.default_rng(4).normal(0, 0.01, spec.weight_shape)
    layers = (Convolution(spec, weight, np.array([0.0, -1.0])), Softmax())
    return Document(photo(), layers, View(scene=scene_id, layer=1, **view))


@pytest.mark.parametrize("scene_id", ["maps", "network"])
@pytest.mark.parametrize("channel", [0, 1])
def test_a_map_of_a_network_is_seen_as_in_the_window(tmp_path: Path, scene_id: str, channel: int) -> None:
    document = shares(scene_id, options={"map-2": str(channel)})
    note = write_seen(document, tmp_path / "a.png", Seen())
    shown = scene(scene_id)
    layout: Any = shown.lay_out(prepared_whole(shown, document), document.view, Canvas(1200, 800, LIGHT))
    last = (len(layout.sheets.stages) if scene_id == "maps" else len(layout.values.graph.blocks)) - 1
    levels = layout.levels(last, channel)
    values = value_of(document, 2)[channel]
    grey = np.rint(255 * np.clip((values - levels.low) / (levels.high - levels.low), 0, 1))
    assert np.abs(pixels(tmp_path / "a.png").astype(int) - grey).max() <= 1
    assert np.ptp(pixels(tmp_path / "a.png").astype(int)) > 100, "shares are not drawn on the scale of the input"
    assert left_out(document) == f"it shows channel {channel} of 0 … 1 alone"
    assert "black is 0" in note


@pytest.mark.parametrize("scene_id", ["maps", "slide", "network"])
def test_a_batch_through_a_network_says_what_does_not_fit(tmp_path: Path, scene_id: str) -> None:
    data = np.moveaxis(photo().data, 0, -1)
    Image.fromarray(data).save(tmp_path / "rgb.png")
    Image.fromarray(data[..., 0]).save(tmp_path / "grey.png")
    document = shares(scene_id)
    # What was chosen for another layer is no channel, and no scale, of the last one.
    document = document.with_view(replace(document.view, layer=0, filter=1, levels=(0.0, 9.0)))
    files = [tmp_path / "rgb.png", tmp_path / "grey.png"]
    for form, seen in (("png", Seen()), ("npy", None)):
        done = {
            one.source.stem: one
            for one in run_batch(with_layers(document), files, tmp_path / f"out-{form}", form, seen=seen)
        }
        assert not any(one.failure for one in done.values())
        fitted = "the layers are for 3 channels and get 1, to which their weights were fitted"
        assert done["grey"].note.endswith(fitted)
        assert "fitted" not in done["rgb"].note
        if seen is not None:
            assert done["rgb"].lacks == "it shows channel 0 of 0 … 1 alone"
            assert done["grey"].lacks == f"it shows channel 0 of 0 … 1 alone; {fitted}"
            assert np.ptp(pixels(done["rgb"].target).astype(int)) > 100

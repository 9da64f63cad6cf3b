"""Animations are decoded again, by readers of others, and compared frame by frame."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from convgui.draw.picture import Picture
from convgui.export.animation import ANIMATIONS, check_animation, write_animation, write_frames
from convgui.export.atomic_write import ExportError
from convgui.export.frames import Film
from convgui.export.palette import Nearest, global_palette
from tests.export.films import SECONDS, film, frames, names, paint


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.apng"])
@pytest.mark.parametrize("transparent", [False, True])
def test_pictures_come_back_to_the_bit_with_their_times(tmp_path: Path, name: str, transparent: bool) -> None:
    made = film(transparent=transparent)
    *_, last = write_animation(made, tmp_path / name, paint)
    assert last == 1
    kind = "RGBA" if transparent else "RGB"
    times = []
    with Image.open(tmp_path / name) as image:
        assert getattr(image, "n_frames", 1) == len(made.shots)
        for number, (frame, wanted) in enumerate(zip(ImageSequence.Iterator(image), frames(made), strict=True)):
            pixels = np.asarray(frame.convert(kind))
            if transparent:
                assert np.array_equal(pixels[..., 3], wanted[..., 3]), number
                pixels, wanted = pixels[pixels[..., 3] > 0], wanted[wanted[..., 3] > 0]
            assert np.array_equal(pixels, wanted), number
            times.append(frame.info["duration"] / 1000)
    assert times == pytest.approx(SECONDS)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_videos_come_back_within_a_tolerance(tmp_path: Path, name: str) -> None:
    # Colours are halved in size and compressed with loss: 3 levels on average, of 255, is what is allowed.
    av = pytest.importorskip("av")

    def smooth(picture: Picture, scale: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        pixels = np.full((44, 61, 3), 200, dtype=np.uint8)
        left = 4 + 8 * int(picture.summary)
        pixels[8:24, left : left + 16] = (0, 114, 178)
        return pixels

    made = film()
    for _ in write_animation(made, tmp_path / name, smooth):
        pass
    with av.open(str(tmp_path / name)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(25)
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    wanted = [smooth(p, 1.0) for p, seconds in made.frames() for _ in range(round(seconds * 25))]
    assert len(shown) == len(wanted) == 50
    for number, (got, want) in enumerate(zip(shown, wanted, strict=True)):
        assert got.shape == (44, 62, 3)  # sides are even
        assert np.abs(got[:, :61].astype(int) - want).mean() < 3, number


@pytest.mark.fault
def test_without_the_extra_a_video_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(
        ExportError, match=r"needs PyAV, which is not installed; choose GIF, .* -m pip install av \(the extra"
    ):
        check_animation(tmp_path / "a.mp4", transparent=False)


@pytest.mark.fault
def test_an_installer_says_why_it_writes_no_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(
        ExportError, match=r"no encoder for a \.mp4 video, .* choose GIF, .* install convgui by pip instead"
    ):
        check_animation(tmp_path / "a.mp4", transparent=False)


@pytest.mark.fault
@pytest.mark.parametrize("name", ["a.mpeg", "a"])
def test_other_endings_are_answered(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"ends in \.gif"):
        check_animation(tmp_path / name, transparent=False)


@pytest.mark.fault
@pytest.mark.parametrize("ending", ANIMATIONS)
def test_a_cancelled_export_leaves_nothing_new(tmp_path: Path, ending: str) -> None:
    if ending in (".mp4", ".webm"):
        pytest.importorskip("av")
    target = tmp_path / f"a{ending}"
    target.write_bytes(b"old")
    work = write_animation(film(9), target, paint)
    for _ in range(4):
        next(work)
    assert len(names(tmp_path)) == 2
    work.close()
    assert names(tmp_path) == [target.name]
    assert target.read_bytes() == b"old"


@pytest.mark.fault
def test_an_error_while_painting_leaves_nothing(tmp_path: Path) -> None:
    def broken(picture: Picture, scale: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        if picture.summary == "3":
            raise ZeroDivisionError
        return paint(picture, scale)

    for ending in (".apng", ".mp4"):
        with pytest.raises(ZeroDivisionError):
            list(write_animation(film(), tmp_path / f"a{ending}", broken))
    assert names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 64 KB, where the tests run as root on Linux."""
    place = tmp_path / "disk"
    place.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def noise(picture: Picture, scale: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Nothing compresses this."""
    return np.random.default_rng(int(picture.summary)).integers(0, 256, (180, 200, 3)).astype(np.uint8)


@pytest.mark.fault
@pytest.mark.parametrize("ending", ANIMATIONS)
def test_a_full_disk_leaves_the_old_file_whole(small_disk: Path, ending: str) -> None:
    if ending in (".mp4", ".webm"):
        pytest.importorskip("av")
    target = small_disk / f"a{ending}"
    target.write_bytes(b"old" * 100)
    with pytest.raises(ExportError, match=r"cannot be written: No space left on device; free some space"):
        list(write_animation(film(12), target, noise))
    assert target.read_bytes() == b"old" * 100
    assert names(small_disk) == [target.name]


@pytest.mark.fault
def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.gif"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("convgui.files.atomic_write.os.fsync", full)
    with pytest.raises(ExportError, match="No space left"):
        list(write_animation(film(), target, paint))
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.gif"]


def test_numbered_pictures_with_a_list_of_their_times(tmp_path: Path) -> None:
    made = film(11)
    list(write_frames(made, tmp_path / "frames", paint))
    inside = tmp_path / "frames"
    assert names(inside) == [*(f"frame-{i:02}.png" for i in range(1, 12)), "frames.txt"]
    for number, wanted in enumerate(frames(made), start=1):
        with Image.open(inside / f"frame-{number:02}.png") as image:
            assert np.array_equal(np.asarray(image), wanted)
    lines = (inside / "frames.txt").read_text().splitlines()
    assert [float(line.split()[1]) for line in lines if line.startswith("duration")] == [
        shot.seconds for shot in made.shots
    ]


@pytest.mark.fault
def test_frames_never_mix_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="is not an empty folder"):
        list(write_frames(film(), tmp_path / "frames", paint))
    work = write_frames(film(), tmp_path / "others", paint)
    for _ in range(3):
        next(work)
    work.close()
    assert names(tmp_path) == ["frames"]
    with pytest.raises(ExportError, match="cannot be written"):
        list(write_frames(film(), tmp_path / "missing" / "frames", paint))


def test_a_palette_is_exact_where_it_can_be_and_near_elsewhere() -> None:
    few = frames(film())
    palette = global_palette(few, 255)
    assert len(palette) == len(np.unique(np.concatenate(few).reshape(-1, 3), axis=0))
    for pixels in few:
        assert np.array_equal(palette[Nearest(palette)(pixels)], pixels)
    rng = np.random.default_rng(3)
    many = rng.integers(0, 256, (60, 60, 3)).astype(np.uint8)
    many[:40] = (250, 250, 250)
    palette = global_palette([many], 200)
    assert len(palette) <= 200
    found = palette[Nearest(palette)(many)].astype(int)
    assert (found[:40] == 250).all()
    distances = ((many.reshape(-1, 1, 3).astype(int) - palette.astype(int)) ** 2).sum(axis=2)
    assert np.array_equal(((found - many) ** 2).sum(axis=2).ravel(), distances.min(axis=1))


def test_faint_pixels_of_a_gif_are_blended_with_the_ground(tmp_path: Path) -> None:
    pixels = np.array([[[0, 0, 200, 255], [200, 100, 0, 51], [9, 9, 9, 4], [0, 0, 0, 0]]], dtype=np.uint8)
    made = film(2, transparent=True)
    list(write_animation(made, tmp_path / "a.gif", lambda *_: np.repeat(pixels, 8, axis=0)))
    with Image.open(tmp_path / "a.gif") as image:
        row = np.asarray(image.convert("RGBA"))[3].tolist()
    assert row[:2] == [[0, 0, 200, 255], [244, 224, 204, 255]]
    assert [pixel[3] for pixel in row[2:]] == [0, 0]


def test_edges_of_a_gif_are_blended_with_the_colour_that_it_will_lie_on(tmp_path: Path) -> None:
    pixels = np.array([[[200, 100, 0, 51], [0, 0, 200, 255]]], dtype=np.uint8)
    list(
        write_animation(
            film(2, transparent=True), tmp_path / "a.gif", lambda *_: np.repeat(pixels, 8, axis=0), 1.0, (0, 50, 0, 255)
        )
    )
    with Image.open(tmp_path / "a.gif") as image:
        assert np.asarray(image.convert("RGBA"))[3].tolist() == [[40, 60, 0, 255], [0, 0, 200, 255]]


def test_a_film_of_one_picture(tmp_path: Path) -> None:
    one = Film(film().shots[:1], film().picture)
    for ending in (".gif", ".apng", ".webp"):
        list(write_animation(one, tmp_path / f"a{ending}", paint))
        with Image.open(tmp_path / f"a{ending}") as image:
            assert np.array_equal(np.asarray(image.convert("RGB")), frames(one)[0])


def test_greys_stay_grey_beside_many_colours() -> None:
    """A grey photo, and brown tints as of a window on it: no grey takes on a tinge, and none moves by more than 2."""
    rng = np.random.default_rng(4)
    photo = np.repeat(rng.permutation(np.arange(256).repeat(40))[:, np.newaxis], 3, axis=1).astype(np.uint8)
    orange = np.array([230, 159, 0])
    tints = (photo[:3000] * 0.7 + orange * 0.3 + rng.integers(-9, 9, (3000, 3))).clip(0, 255).astype(np.uint8)
    frame = np.concatenate([photo, tints])[np.newaxis]
    palette = global_palette([frame], 255)
    assert len(palette) <= 255
    found = palette[Nearest(palette)(photo[np.newaxis])][0].astype(int)
    assert (found[:, 0] == found[:, 1]).all()
    assert (found[:, 1] == found[:, 2]).all()
    assert np.abs(found - photo).max() <= 2
    near = palette[Nearest(palette)(tints[np.newaxis])][0].astype(int)
    assert np.abs(near - tints).mean() < 4

"""What did not change is written as clear and blended: no pixel differs when it is decoded, and files are small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.draw.theme import THEMES
from convgui.export.animation import write_animation
from convgui.export.changes import Changes
from convgui.export.frames import Film, Shot, Timing, film
from convgui.files.lessons import lesson_index, load_lesson
from convgui.qt.export.raster import Rasteriser
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas

ENDINGS = (".webp", ".apng")
STILL = ("overlap",)
"""Scenes of one step."""
BY_SCENE = {load_lesson(lesson.id).view.scene: lesson.id for lesson in reversed(lesson_index())}


def written(pictures: Sequence[Bytes], path: Path) -> int:
    """Write pictures as an animation and return its length."""
    shots = tuple(Shot(float(i), 0.1) for i in range(len(pictures)))
    rows, columns, channels = pictures[0].shape
    ground = (255, 255, 255, 255 if channels == 3 else 0)
    made = Film(shots, lambda at: Picture(columns, rows, ground, summary=str(int(at))))
    for _ in write_animation(made, path, lambda picture, scale: pictures[int(picture.summary)]):
        pass
    return path.stat().st_size


def decoded(path: Path, channels: int) -> list[Bytes]:
    """Return the frames as Pillow shows them."""
    kind = "RGBA" if channels == 4 else "RGB"
    with Image.open(path) as image:
        return [np.asarray(frame.convert(kind)) for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("name", sorted(BY_SCENE))
def test_every_scene_comes_back_to_the_bit(name: str, transparent: bool, tmp_path: Path, qapp: object) -> None:
    document, paint = load_lesson(BY_SCENE[name]), Rasteriser()
    timing = Timing(0, 0 if name in STILL else 1, speed=4, rate=12)
    moving = film(document, scene(name), Canvas(420, 300, THEMES["light"]), timing, transparent=transparent)
    pictures = [paint(picture) for picture, _ in moving.frames()]
    assert pictures[0].shape[2] == (4 if transparent else 3)
    for ending in ENDINGS:
        path = tmp_path / f"a{ending}"
        written(pictures, path)
        got = decoded(path, pictures[0].shape[2])
        assert len(got) == len(pictures)
        for number, (frame, wanted) in enumerate(zip(got, pictures, strict=True)):
            assert np.array_equal(frame, wanted), (ending, number)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("seed", range(4))
def test_every_change_of_opacity_comes_back_to_the_bit(ending: str, seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    pictures = [np.zeros((13, 17, 4), dtype=np.uint8)]
    for _ in range(12):
        made = pictures[-1].copy()
        top, left = rng.integers(0, 12), rng.integers(0, 16)
        size = rng.integers(1, 9, 2)
        part = made[top : top + size[0], left : left + size[1]]
        part[...] = rng.integers(0, 256, part.shape)
        part[..., 3] = rng.choice([0, 1, 128, 254, 255], part.shape[:2]) if rng.random() < 0.5 else 255
        part[part[..., 3] == 0] = 0
        pictures.append(made)
    written(pictures, tmp_path / f"a{ending}")
    got = decoded(tmp_path / f"a{ending}", 4)
    # WebP keeps a picture that is shown twice as one.
    for frame, wanted in zip(got, pictures, strict=True):
        assert np.array_equal(frame, wanted)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_still_photo_under_a_moving_window_is_written_once(ending: str, tmp_path: Path) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (120, 160, 3)).astype(np.uint8)
    pictures = [photo.copy() for _ in range(20)]
    for step, picture in enumerate(pictures):
        # Two corners of one window far apart: the box around both is the whole photo.
        picture[step : step + 4, step : step + 4] = picture[100 - step : 104 - step, 140:144] = (213, 94, 0)
    alone = written(pictures[:1], tmp_path / f"one{ending}")
    assert written(pictures, tmp_path / f"all{ending}") < 1.2 * alone


def test_what_stays_is_clear_and_what_becomes_clear_replaces() -> None:
    ground = np.full((6, 8, 4), 255, dtype=np.uint8)
    opaque = ground.copy()
    opaque[1, 2] = opaque[3, 5] = (10, 20, 30, 255)
    clear = opaque.copy()
    clear[1, 2] = 0
    changes = Changes(grid=2)
    first, over, replaced = (changes.next(picture) for picture in (ground, opaque, clear))
    assert (first.over, first.pixels.shape) == (False, (6, 8, 4))
    assert (over.over, over.top, over.left, over.pixels.shape) == (True, 0, 2, (4, 4, 4))
    assert over.pixels[..., 3].sum() == 2 * 255
    assert over.pixels[1, 0].tolist() == over.pixels[3, 3].tolist() == [10, 20, 30, 255]
    assert (replaced.over, replaced.top, replaced.left) == (False, 0, 2)
    assert np.array_equal(replaced.pixels, clear[0:2, 2:3])


def test_patches_laid_over_each_other_are_the_frames() -> None:
    rng = np.random.default_rng(7)
    pictures = [rng.integers(0, 2, (9, 11, 3)).astype(np.uint8) * 200 for _ in range(5)]
    changes = Changes()
    canvas = np.zeros((9, 11, 4), dtype=np.uint8)
    for before, picture in pairwise([pictures[0], *pictures]):
        patch = changes.next(picture)
        rows, columns, _ = patch.pixels.shape
        place = canvas[patch.top : patch.top + rows, patch.left : patch.left + columns]
        place[...] = np.where(patch.pixels[..., 3:] == 255, patch.pixels, place)
        assert np.array_equal(canvas[..., :3], picture), before.shape

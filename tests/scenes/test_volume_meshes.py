"""Surfaces of triangles lie where the scene's own surface lies, on the same scale, and are taken over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.core.presets import PRESETS
from convgui.draw.theme import DARK, LIGHT
from convgui.model.document import Document
from convgui.model.memo import Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume import SCENE, meshes
from convgui.scenes.volume.layer import volume
from convgui.scenes.volume.meshes import Surfaces, surfaces
from tests.documents import document

MIDDLE, RADIUS = 15.0, 9.0


def ball(preset: str = "sobel-3d-z") -> Document:
    """Return a ball of 200 on 20 whose edge is three cells soft."""
    away = np.linalg.norm(np.moveaxis(np.indices((30, 30, 30)), 0, -1) + 0.5 - MIDDLE, axis=-1)
    data = (20 + 180 * np.clip((RADIUS - away) / 3 + 0.5, 0, 1)).astype(np.uint8)
    return document(data[None], PRESETS[preset].weights()[None, None], padding=1)


def surfaced(shown: Document, threshold: str, work: Work | None = None) -> Surfaces:
    work = work or Work()
    return surfaces(volume(shown, work), threshold, work)


def test_a_ball_s_surface_lies_half_way_and_moves_with_the_threshold() -> None:
    lesson, work = ball(), Work()
    made = surfaced(lesson, "43", work)
    side = made.sides[0]
    assert side.threshold == pytest.approx(0.43 * 255, abs=0.5)
    assert side.words == "surface at 110"
    mesh = side.meshes[0]
    away = np.linalg.norm(mesh.points - MIDDLE, axis=1)
    assert np.abs(away - RADIUS).max() < 0.5
    higher = surfaced(lesson, "70", work).sides[0].meshes[0]
    expected = RADIUS + 1.5 - 3 * (0.70 * 255 - 20) / 180
    assert np.linalg.norm(higher.points - MIDDLE, axis=1).mean() == pytest.approx(expected, abs=0.15)


def test_a_signed_output_has_a_surface_on_both_sides_of_zero() -> None:
    side = surfaced(ball(), "50").sides[1]
    assert side.levels.signed
    assert side.words.startswith("surface at ±")
    first, second = side.meshes
    # The gradient along the depth: positive where the ball begins, negative where it ends.
    assert first.points[:, 0].mean() < MIDDLE < second.points[:, 0].mean()
    assert len(set(side.colours(LIGHT, 1))) == 2
    assert len(side.colours(DARK, 0)) == 2


@pytest.mark.parametrize("threshold", ["auto", "30"])
def test_the_threshold_is_the_one_of_the_scene_s_own_surface(threshold: str) -> None:
    lesson = ball("gaussian-3d")
    view = replace(lesson.view, scene="volume", options={"view": "surface", "threshold": threshold})
    drawn = SCENE.prepare(lesson.with_view(view))
    for look, side in zip(drawn.looks, surfaced(lesson, threshold).sides, strict=True):
        step = (side.levels.high - side.levels.low) / 255
        assert side.threshold == pytest.approx(look.threshold, abs=0 if threshold != "auto" else 12 * step)
    assert "surface at" in str(SCENE.lay_out(drawn, view, Canvas(900, 600, LIGHT)).base)


def test_what_has_not_changed_is_taken_over() -> None:
    lesson = ball()
    work = Work()
    made = surfaced(lesson, "50", work)
    again = surfaced(lesson, "50", work)
    assert all(a is b for a, b in zip(made.sides, again.sides, strict=True))
    layer = lesson.layer
    edited = replace(lesson, layers=(replace(layer, weight=layer.weight * 2),))
    other = surfaced(edited, "50", work)
    assert other.sides[0] is made.sides[0]
    assert other.sides[1].threshold == pytest.approx(2 * made.sides[1].threshold)


def test_a_stride_keeps_the_output_as_long_as_it_is_in_millimetres() -> None:
    lesson = ball("gaussian-3d")
    spec = replace(lesson.layer.spec, stride=(3, 1, 1))
    sample = replace(lesson.sample, spacing=(2.0, 1.0, 1.0), units=("mm", "mm", "mm"))
    strided = replace(lesson, sample=sample, layers=(replace(lesson.layer, spec=spec),))
    made = surfaced(strided, "43")
    assert all(side.extent == (60, 30, 30) for side in made.sides)
    assert np.ptp(made.sides[0].meshes[0].points, axis=0) == pytest.approx([36, 18, 18], abs=1)


def test_of_a_large_volume_cells_are_joined_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meshes, "MOST", 4000)
    side = surfaced(ball(), "43").sides[0]
    assert side.field.shape == (15, 15, 15)
    assert side.words == "surface at 110 · from means of 2 × 2 × 2 cells"
    away = np.linalg.norm(side.meshes[0].points - MIDDLE, axis=1)
    assert np.abs(away - RADIUS).max() < 1


def test_a_threshold_that_nothing_reaches_is_said() -> None:
    flat = replace(ball().sample, data=np.full((1, 6, 6, 6), 3, dtype=np.uint8))
    side = surfaced(replace(ball(), sample=flat), "50").sides[0]
    assert side.words.endswith("nothing reaches it")

"""Volume as projection and as surface: what is drawn for known volumes, turned and measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.picture import Warped
from convgui.draw.theme import LIGHT
from convgui.model.document import Document, View
from convgui.model.memo import Memo, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.scenes.volume import SCENE
from convgui.scenes.volume.looks import look
from convgui.scenes.volume.turned import TurnedLayout
from tests.documents import document
from tests.scenes.checks import assert_legible, words

FRONT = (0.0, 0.0)


def phantom(shape: tuple[int, int, int] = (44, 50, 60)) -> NDArray[np.uint8]:
    """A box with one bright corner: the first cells of every axis."""
    values = np.zeros(shape, dtype=np.uint8)
    values[10:34, 10:40, 10:50] = 90
    values[10:16, 10:16, 10:16] = 250
    return values


def shown(view: str, turn: tuple[float, float] = FRONT, kernel: Any = None, **options: str) -> Document:
    weight = np.zeros((3, 3, 3)) if kernel is None else np.asarray(kernel, dtype=float)
    if kernel is None:
        weight[1, 1, 1] = 1
    chosen = View(scene="volume", turn=turn, options={"view": view, **options})
    return document(phantom()[None], weight[None, None], padding=1, view=chosen)


def laid_out(drawn: Document, moving: bool = False) -> TurnedLayout:
    lay_out = SCENE.lay_out_moving if moving else SCENE.lay_out
    layout = lay_out(SCENE.prepare(drawn), drawn.view, Canvas(880, 640, LIGHT))
    assert isinstance(layout, TurnedLayout)
    return layout


def images(layout: TurnedLayout) -> list[Warped]:
    found = [i for i in layout.base if isinstance(i, Warped)]
    assert len(found) == 2
    return found


def test_from_the_front_the_projection_is_the_maximum_of_both_sides() -> None:
    before, after = images(laid_out(shown("projection")))
    assert np.array_equal(before.image[..., 0], phantom().max(axis=0))
    # The identity kernel leaves the volume as it is.
    assert np.array_equal(after.image, before.image)
    assert after.matrix[:4] == before.matrix[:4]


def test_the_bright_corner_is_upper_left_from_the_front_and_upper_right_from_behind() -> None:
    def place(turn: tuple[float, float]) -> tuple[float, float]:
        layout = laid_out(shown("projection", turn))
        image = images(layout)[0]
        row, column = np.argwhere(image.image[..., 0] == 250).mean(axis=0) + 0.5
        a, b, c, d, e, f = image.matrix
        x, y = layout.poses[0].centre
        return a * column + c * row + e - x, b * column + d * row + f - y

    front, behind, above = place(FRONT), place((180.0, 0.0)), place((0.0, 90.0))
    assert front[0] < -50
    assert front[1] < -50
    assert behind[0] > 50
    assert behind[1] < -50
    # Seen from above depth runs up: the first slice is at the bottom.
    assert above[0] < -50
    assert above[1] > 40


def test_signed_outputs_keep_the_sign_of_the_strongest_value() -> None:
    """A slope across the width is positive where a box begins on the left and negative where it ends."""
    slope = np.zeros((3, 3, 3))
    slope[1, 1] = (-1, 0, 1)
    _, after = images(laid_out(shown("projection", kernel=slope)))
    positive, negative = LIGHT.role("result").positive, LIGHT.role("result").negative
    left, right = after.image[30, 10, :3].astype(int), after.image[30, 50, :3].astype(int)
    assert np.abs(left - np.array(positive[:3])).sum() < np.abs(left - np.array(negative[:3])).sum()
    assert np.abs(right - np.array(negative[:3])).sum() < np.abs(right - np.array(positive[:3])).sum()
    assert after.image[2, 2, :3].tolist() == list(LIGHT.background[:3])


def test_looking_through_is_brightest_where_there_is_most() -> None:
    before, _ = images(laid_out(shown("projection", rays="alpha")))
    grey = before.image[..., 0].astype(int)
    assert grey[0, 0] == 0
    assert 0 < grey[30, 30] < 90
    assert grey[12, 12] > grey[30, 30]


def test_the_surface_lies_at_the_threshold() -> None:
    low, _ = images(laid_out(shown("surface", threshold="20")))
    high, _ = images(laid_out(shown("surface", threshold="60")))

    def height(image: Warped) -> float:
        rows = np.flatnonzero((image.image[..., 3] > 0).any(axis=1))
        return float((rows[-1] - rows[0] + 1) * image.matrix[3])

    cell = np.linalg.norm(laid_out(shown("surface")).poses[0].axes[:, 1])
    assert abs(height(low) - 30 * cell) <= 1.1 * cell
    assert abs(height(high) - 6 * cell) <= 1.1 * cell


def test_the_automatic_threshold_parts_the_box_from_nothing_and_is_said() -> None:
    drawn = shown("surface")
    data = SCENE.prepare(drawn)
    assert 0 < data.looks[0].threshold < 90
    picture = SCENE.picture(SCENE.lay_out(data, drawn.view, Canvas(1400, 700, LIGHT)), 0.0, Focus())
    assert sum("surface at" in text for text in words(picture)) == 2


@pytest.mark.parametrize("view", ["projection", "surface"])
@pytest.mark.parametrize("turn", [(30.0, 20.0), (-120.0, 65.0), (90.0, -90.0)])
def test_turned_pictures_are_legible(view: str, turn: tuple[float, float]) -> None:
    layout = laid_out(shown(view, turn))
    assert_legible(SCENE.picture(layout, 20_000.0, Focus()))


def test_a_volume_of_thick_slices_is_as_deep_as_it_is() -> None:
    drawn = shown("projection", (90.0, 0.0))
    thick = replace(drawn, sample=replace(drawn.sample, spacing=(3.0, 1.0, 1.0)))
    image = images(laid_out(thick))[0]
    across = np.hypot(*image.matrix[:2])
    down = np.hypot(*image.matrix[2:4])
    rows, columns = image.image.shape[:2]
    assert max(across * columns, down * rows) / min(across * columns, down * rows) == pytest.approx(44 * 3 / 50)


def test_dragging_turns_and_the_wheel_magnifies() -> None:
    layout = laid_out(shown("projection"))
    view = SCENE.turned(layout, View(turn=(10.0, 0.0)), (40.0, 500.0))
    assert view.turn == (30.0, 90.0)
    assert SCENE.zoomed(layout, View(), (0, 0), 2.0).zoom == 2.0
    assert SCENE.moved(layout, View(), (50.0, 0.0)).centre[1] < 0.5


def test_large_volumes_are_drawn_from_joined_cells_and_say_so() -> None:
    values = np.zeros((300, 8, 8), dtype=np.uint8)
    values[299, 7, 7] = 200
    one = look(values, Levels(0, 255, False), "maximum", "", None)
    assert one.joined == 2
    assert one.fine.shape == (150, 4, 4)
    assert one.fine.across[0][149, 3, 3] == 200
    data = document(values[None], np.ones((1, 1, 1, 1, 1)), view=View(scene="volume", options={"view": "projection"}))
    picture = SCENE.picture(SCENE.lay_out(SCENE.prepare(data), data.view, Canvas(1400, 700, LIGHT)), 0.0, Focus())
    assert sum("the largest of 2 × 2 × 2 cells" in text for text in words(picture)) == 2


@pytest.mark.parametrize("kind", ["alpha", "surface"])
def test_while_turning_a_large_volume_is_drawn_from_an_eighth_of_its_cells(kind: str) -> None:
    values = np.random.default_rng(3).integers(0, 256, (150, 150, 150), dtype=np.uint8)
    one = look(values, Levels(0, 255, False), kind, "auto", None)
    assert one.fine.shape == (150, 150, 150)
    assert one.coarse.shape == (75, 75, 75)
    corner = values[:2, :2, :2]
    expected = corner[0, 0, 0] if kind == "surface" else int(corner.sum(dtype=int)) >> 3
    assert one.coarse.across[0][0, 0, 0] == expected


def test_a_surface_of_a_middling_volume_is_linear_between_cells() -> None:
    values = np.zeros((42, 3, 3), dtype=np.uint8)
    values[20], values[41] = 200, 100
    one = look(values, Levels(0, 255, False), "surface", "50", None)
    assert one.parts == 2
    assert one.fine.across[0][38:44, 2, 2].tolist() == [0, 50, 150, 150, 50, 0]
    assert one.fine.across[0][80:, 2, 2].tolist() == [0, 25, 75, 100]


@pytest.mark.parametrize("view", ["projection", "surface"])
def test_another_filter_of_a_layer_with_groups_shows_the_channel_that_it_reads(view: str) -> None:
    kernel = np.zeros((2, 1, 3, 3, 3))
    kernel[..., 1, 1, 1] = 1
    chosen = View(scene="volume", turn=FRONT, options={"view": view})
    made = document(np.stack([phantom(), phantom()[:, ::-1, ::-1]]), kernel, padding=1, groups=2, view=chosen)
    memo = Memo()
    for number in (0, 1, 0):
        asked = made.with_view(replace(chosen, filter=number))
        with memo.preparation() as pieces:
            layout = SCENE.lay_out(SCENE.prepare(asked, Work(pieces)), asked.view, Canvas(880, 640, LIGHT))
        assert isinstance(layout, TurnedLayout)
        for drawn, fresh in zip(images(layout), images(laid_out(asked)), strict=True):
            assert np.array_equal(drawn.image, fresh.image)
        if view == "projection":
            seen = made.sample.data[number].max(axis=0)
            assert np.array_equal(images(layout)[0].image[..., 0], seen)

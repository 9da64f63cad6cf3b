"""Linked pictures, in every scene that has them: values in the pixels, overviews, and one zoom for all."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from convgui.draw.number import number
from convgui.draw.picture import Cells, Hit, Picture, Polygons, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from tests.documents import document

ndimage: Any = import_module("scipy.ndimage")
SIZE, KERNEL = (40, 60), [[1, 2, 0], [0, -1, 3], [1, 0, 1]]
PHOTO = np.random.default_rng(8).integers(0, 100, SIZE)
FILTERED = ndimage.correlate(PHOTO, np.array(KERNEL))[1:-1, 1:-1]
SCENES = ("slide", "blocks", "factor", "maps")


def looked_at(identity: str, centre: tuple[float, float], zoom: float) -> tuple[Any, Any, Picture, Document]:
    given = document([PHOTO.tolist()], [[KERNEL]], view=View(scene=identity, centre=centre, zoom=zoom))
    looking = scene(identity)
    prepared = looking.prepare(given)
    prepared = looking.complete(prepared, Work()) if looking.rest(prepared) else prepared
    layout = looking.lay_out(prepared, given.view, replace(Canvas(1300, 800, LIGHT), live=True))
    return looking, layout, looking.picture(layout, 0.0, Focus()), given


def written(picture: Picture, title: str) -> list[tuple[tuple[str, ...], ...]]:
    grids = [g for g in picture.items if isinstance(g, Cells) and g.name.startswith("pixels") and g.title == title]
    return [grid.content.texts for grid in grids]


def holds(texts: tuple[tuple[str, ...], ...], values: np.ndarray[Any, Any]) -> bool:
    """Whether numbers on screen are those of some region of the array; empty ones are below something else."""
    rows, columns = len(texts), len(texts[0])
    wanted = [[number(float(v)) for v in row] for row in values]
    return any(
        all(
            texts[i][j] in ("", wanted[top + i][left + j]) for i in range(rows) for j in range(columns)
        )
        for top in range(len(wanted) - rows + 1)
        for left in range(len(wanted[0]) - columns + 1)
    )  # fmt: skip


@pytest.mark.parametrize("identity", ["slide", "blocks"])
def test_what_stands_in_large_pixels_is_what_they_hold(identity: str) -> None:
    _, _, picture, _ = looked_at(identity, (0.4, 0.6), 8.0)
    (entered,) = written(picture, "input")
    assert len(entered) >= 2
    assert holds(entered, PHOTO)
    (made,) = written(picture, "output" if identity == "slide" else "output channel 0")
    assert holds(made, FILTERED)
    assert not holds(made, FILTERED.T)


def test_factor_writes_what_each_pass_makes() -> None:
    separable = np.outer([1, 2, 1], [1, 0, -1])
    given = document([PHOTO.tolist()], [[separable.tolist()]], view=View(scene="factor", centre=(0.4, 0.6), zoom=14.0))
    looking = scene("factor")
    layout = looking.lay_out(looking.prepare(given), given.view, Canvas(1300, 800, LIGHT))
    picture = looking.picture(layout, 0.0, Focus())
    (made,) = written(picture, "output")
    assert holds(made, ndimage.correlate(PHOTO, separable)[1:-1, 1:-1])
    (entered,) = written(picture, "input")
    assert holds(entered, PHOTO)


@pytest.mark.parametrize("identity", SCENES)
def test_a_whole_picture_has_neither_numbers_nor_overview(identity: str) -> None:
    _, _, picture, _ = looked_at(identity, (0.5, 0.5), 1.0)
    assert not [i for i in picture.items if isinstance(i, Cells) and i.name.startswith("pixels")]
    assert "overview" not in {grid.kind for grid in picture.hits}


@pytest.mark.parametrize("identity", ["slide", "blocks", "factor"])
def test_a_click_on_an_overview_brings_that_point_to_the_middle(identity: str) -> None:
    looking, layout, picture, given = looked_at(identity, (0.5, 0.5), 5.0)
    grids = [grid for grid in picture.hits if grid.kind == "overview"]
    ports = looking.ports(layout)
    assert len(grids) == len(ports) == len([i for i in picture.items if isinstance(i, Raster) and i.name == "overview"])
    for grid in grids:
        rows, columns = grid.shape
        hit = Hit("overview", (*grid.prefix, rows // 4, columns * 3 // 4))
        centre = looking.aimed(layout, given.view, hit).centre
        assert centre == pytest.approx((0.25, 0.75), abs=0.03)


@pytest.mark.parametrize("identity", SCENES)
def test_the_point_under_the_pointer_stays(identity: str) -> None:
    looking, layout, _, given = looked_at(identity, (0.5, 0.5), 3.0)
    for place, port in enumerate(looking.ports(layout)):
        x, y, wide, high = port.frame
        at = (x + 0.4 * wide, y + 0.6 * high)
        view = looking.zoomed(layout, given.view, at, 1.5)
        assert view.zoom == pytest.approx(4.5)
        _, after, _, _ = looked_at(identity, view.centre, view.zoom)
        other = looking.ports(after)[place]
        before = ((at[1] - port.y) / port.down, (at[0] - port.x) / port.across)
        assert ((at[1] - other.y) / other.down, (at[0] - other.x) / other.across) == pytest.approx(before, abs=1e-6)


def test_a_window_that_is_not_in_sight_casts_no_light() -> None:
    for centre, seen in (((0.0, 0.0), True), ((1.0, 1.0), False)):
        looking, layout, _, _ = looked_at("blocks", centre, 5.0)
        picture = looking.picture(layout, 0.0, Focus())
        assert any(len(i.corners) for i in picture.overlay if isinstance(i, Polygons)) == seen


@pytest.mark.parametrize("identity", ["slide", "blocks", "factor"])
def test_marks_stay_in_their_frames(identity: str) -> None:
    looking, layout, _, _ = looked_at(identity, (0.5, 0.5), 10.0)
    ports = looking.ports(layout)
    frames = [port.frame for port in ports]
    rows, columns = ports[0].visible()
    for row in (rows.start, rows.stop - 1):
        for column in (columns.start, columns.stop - 1):
            picture = looking.picture(layout, 0.0, Focus(hover=Hit("input", (0, row, column))))
            boxes = [box for item in picture.overlay if isinstance(item, Rects) for box in item.boxes.tolist()]
            for x, y, wide, high in boxes:
                if min(f[1] for f in frames) - 20 < y < max(f[1] + f[3] for f in frames) - 1:
                    inside = [
                        left - 5 <= x and top - 5 <= y and x + wide <= left + across + 5 and y + high <= top + tall + 5
                        for left, top, across, tall in frames
                    ]
                    assert any(inside), (x, y, wide, high)

"""Slide on large pictures: what is on screen first, exactly, and the rest after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import convolve
from convgui.core.control import Cancelled
from convgui.core.memory import allow
from convgui.draw.picture import Raster
from convgui.draw.theme import THEMES
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw
from convgui.scenes.slide import SCENE, glimpse, pair
from convgui.scenes.slide.glimpse import TAPS, extended, followed
from convgui.scenes.slide.pair import PhotoLayout
from convgui.scenes.slide.photo import LARGE, Photo
from tests.documents import document
from tests.scenes.checks import assert_legible, words

CANVAS = Canvas(900, 640, THEMES["light"])


@pytest.fixture(scope="module")
def large() -> Document:
    """Return 4,200 x 4,100 pixels under one 3 x 3 kernel: more products than are done before the first picture."""
    rng = np.random.default_rng(6)
    data = rng.integers(0, 256, (1, 4200, 4100), dtype=np.uint8)
    made = document(data, np.array([[[[1, 2, 1], [0, 0.5, 0], [-1, -2, -1]]]]), padding=1)
    assert made.layer.spec.multiply_adds(data.shape[1:]) > LARGE
    return made


def laid_out(made: Document, **view: Any) -> tuple[Photo, PhotoLayout]:
    made = made.with_view(replace(made.view, **view))
    data = SCENE.prepare(made)
    assert isinstance(data, Photo)
    layout = SCENE.lay_out(data, made.view, CANVAS)
    assert isinstance(layout, PhotoLayout)
    return data, layout


def test_the_chosen_colours_stay_when_the_whole_comes(large: Document) -> None:
    data, _ = laid_out(large, options={"colours": "coloured"})
    assert data.levels.coloured
    done = SCENE.complete(data)
    assert isinstance(done, Photo)
    assert done.whole is not None
    assert done.levels.coloured


@pytest.mark.parametrize("zoom", [1.0, 3.0, 11.0])
def test_what_is_on_screen_is_exact_at_the_positions_shown(large: Document, zoom: float) -> None:
    data, layout = laid_out(large, zoom=zoom, centre=(0.3, 0.6))
    assert data.whole is None
    glimpse = layout.glimpse
    assert glimpse is not None
    x = np.pad(large.sample.data[0].astype(float), 1)
    kernel = large.layer.weight[0, 0]
    for i in (0, len(glimpse.rows) // 2, len(glimpse.rows) - 1):
        for j in (0, len(glimpse.columns) // 3, len(glimpse.columns) - 1):
            row, column = glimpse.rows[i], glimpse.columns[j]
            assert glimpse.values[i, j] == (x[row : row + 3, column : column + 3] * kernel).sum()
    picture = SCENE.picture(layout, 0.0, Focus())
    assert_legible(picture)
    said = "exact where visible" if glimpse.rows.step == 1 else f"exact at every {glimpse.rows.step}"
    assert any(said in text for text in words(picture))


def test_coarse_values_become_fine_ones(large: Document) -> None:
    wide = Convolution(
        replace(large.layer.spec, kernel_size=(15, 15), padding=((7, 7), (7, 7))),
        np.random.default_rng(1).normal(size=(1, 1, 15, 15)),
        np.zeros(1),
    )
    _, layout = laid_out(large.with_layer(wide))
    assert layout.blurred
    sharp = SCENE.sharpen(layout)
    fine = SCENE.sharpened(layout, sharp)
    assert isinstance(fine, PhotoLayout)
    assert not fine.blurred
    assert fine.glimpse is not None
    assert layout.glimpse is not None
    assert fine.glimpse.values.size > layout.glimpse.values.size
    moved = SCENE.lay_out(layout.photo, View(zoom=4.0), CANVAS)
    assert SCENE.sharpened(moved, sharp) is moved


def test_an_edited_weight_is_followed_and_not_computed_anew(large: Document) -> None:
    data, layout = laid_out(large)
    for count in (1, TAPS + 1):
        weight = large.layer.weight.copy()
        weight.reshape(-1)[: min(count, 9)] += 0.25
        edited = large.with_layer(replace(large.layer, weight=weight))
        after = SCENE.prepare_again(data, edited)
        assert isinstance(after, Photo)
        assert after.shown is data.shown
        assert SCENE.cost_again(data, edited) == 0
        again = SCENE.lay_out_again(layout, after, edited.view, CANVAS)
        assert isinstance(again, PhotoLayout)
        assert again.glimpse is not None
        # One weight is followed; more are a product on the windows.
        assert again.glimpse.updates == (1 if count == 1 else 0)
        region = (again.glimpse.rows, again.glimpse.columns)
        fresh = convolve(large.sample.data, weight, padding=1, region=region, dtype=np.float32)[0]
        np.testing.assert_allclose(again.glimpse.values, fresh, atol=1e-3)
    other = replace(layout.photo.reading, x=layout.photo.reading.x.copy())
    assert layout.glimpse is not None
    assert followed(layout.glimpse, other) is None


def test_the_rest_follows_with_progress_and_can_be_cancelled(large: Document) -> None:
    data, layout = laid_out(large)
    told: list[float] = []
    assert SCENE.rest(data)
    done = SCENE.complete(data, None, told.append)
    assert isinstance(done, Photo)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert done.whole is not None
    assert not SCENE.rest(done)
    glimpse = layout.glimpse
    assert glimpse is not None
    whole = done.whole.levelled.levels[0]
    np.testing.assert_array_equal(whole[np.ix_(glimpse.rows, glimpse.columns)], glimpse.values)
    with pytest.raises(Cancelled):
        SCENE.complete(data, lambda: True)


def test_files_and_thumbnails_show_the_whole(large: Document) -> None:
    picture = draw(scene("slide"), large, CANVAS)
    assert any("…" in text and "1 × 4200 × 4100" in text for text in words(picture))
    assert sum(isinstance(item, Raster) and item.name == "output" for item in picture.items) == 1


def test_panning_keeps_what_is_known_and_computes_the_edges(large: Document) -> None:
    wide = Convolution(
        replace(large.layer.spec, kernel_size=(9, 9), padding=((4, 4), (4, 4))),
        np.random.default_rng(1).normal(size=(1, 1, 9, 9)),
        np.zeros(1),
    )
    _, layout = laid_out(large.with_layer(wide), zoom=9.0, centre=(0.4, 0.5))
    fine = SCENE.sharpened(layout, SCENE.sharpen(layout)) if layout.blurred else layout
    assert isinstance(fine, PhotoLayout)
    view = SCENE.moved(fine, fine.view, (31.0, -22.0))
    panned = SCENE.lay_out_again(fine, fine.photo, view, CANVAS)
    assert isinstance(panned, PhotoLayout)
    assert not panned.blurred
    now, before = panned.glimpse, fine.glimpse
    assert now is not None
    assert before is not None
    assert (now.rows, now.columns) != (before.rows, before.columns)
    fresh = panned.photo.reading.values(now.rows, now.columns)
    np.testing.assert_allclose(now.values, fresh, atol=1e-2)
    assert extended(before, (now.rows[::2], now.columns)) is None


def test_after_the_whole_an_edit_begins_from_it(large: Document) -> None:
    data, layout = laid_out(large, zoom=3.0)
    done = SCENE.complete(data)
    whole = SCENE.lay_out_again(layout, done, layout.view, CANVAS)
    weight = large.layer.weight.copy()
    weight[0, 0, 1, 2] += 0.5
    edited = large.with_layer(replace(large.layer, weight=weight))
    assert SCENE.cost_again(done, edited) == 0
    after = SCENE.prepare_again(done, edited)
    assert isinstance(after, Photo)
    assert after.whole is None
    again = SCENE.lay_out_again(whole, after, layout.view, CANVAS)
    assert isinstance(again, PhotoLayout)
    assert again.glimpse is not None
    assert again.glimpse.updates == 1
    fresh = after.reading.values(again.glimpse.rows, again.glimpse.columns)
    np.testing.assert_allclose(again.glimpse.values, fresh, atol=1e-3)
    assert isinstance(done, Photo)
    kept = SCENE.prepare_again(done, large.with_view(replace(large.view, options={"colours": "grey"})))
    assert isinstance(kept, Photo)
    assert kept.whole is done.whole


def test_another_group_of_channels_is_prepared_in_the_background() -> None:
    data = np.zeros((2, 1200, 1200), np.uint8)
    apart = document(data, np.ones((2, 1, 3, 3)), groups=2)
    before = SCENE.prepare(apart)
    assert isinstance(before, Photo)
    assert SCENE.cost_again(before, apart) == 0
    assert SCENE.cost_again(before, apart.with_view(replace(apart.view, filter=1))) > 0


def test_another_kernel_is_one_product_on_the_windows_that_are_kept(large: Document) -> None:
    data, layout = laid_out(large)
    kept = layout.windows
    assert kept is not None
    assert layout.glimpse is not None
    assert (layout.glimpse.rows, layout.glimpse.columns) == kept.region
    fresh = np.arange(9, dtype=np.float64).reshape(1, 1, 3, 3) - 3
    edited = large.with_layer(replace(large.layer, weight=fresh))
    after = SCENE.prepare_again(data, edited)
    assert isinstance(after, Photo)
    assert after.some is not None
    assert data.some is not None
    assert after.some.windows is data.some.windows
    again = pair.lay_out(after, edited.view, CANVAS, layout)
    assert again.windows is kept
    assert again.glimpse is not None
    expected = convolve(large.sample.data, fresh, padding=1, region=kept.region)
    assert (again.glimpse.values == expected[0]).all()
    assert again.glimpse.updates == 0
    # The whole output comes and goes, and they stay.
    done = SCENE.complete(after)
    assert isinstance(done, Photo)
    complete = pair.lay_out(done, edited.view, CANVAS, again)
    assert complete.glimpse is None
    assert complete.windows is kept


def test_windows_are_those_of_the_view_and_of_the_kernel_s_size(large: Document) -> None:
    data, layout = laid_out(large)
    assert pair.lay_out(data, replace(large.view, zoom=1.5), CANVAS, layout).windows is not layout.windows
    close = pair.lay_out(data, replace(large.view, zoom=20.0), CANVAS, layout)
    assert close.windows is None
    spread = replace(large.layer.spec, dilation=(2, 2))
    dilated = SCENE.prepare_again(data, large.with_layer(replace(large.layer, spec=spread)))
    assert isinstance(dilated, Photo)
    other = pair.lay_out(dilated, large.view, CANVAS, layout)
    assert other.windows is not layout.windows


def test_too_many_windows_are_not_kept_but_coarser_ones(large: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(large.layer.spec, kernel_size=(5, 5), padding=((2, 2), (2, 2)))
    wide = large.with_layer(Convolution(spec, np.ones((1, 1, 5, 5)), np.zeros(1)))
    data, layout = laid_out(wide)
    places = layout.full
    monkeypatch.setattr(glimpse, "KEPT", len(places[0]) * len(places[1]) * 25 - 1)
    full = glimpse.full_glimpse(data.reading, layout.left, CANVAS.pixels, None)
    assert (full.rows, full.columns) == places
    assert full.windows is not None
    assert full.windows.region == glimpse.wanted(layout.left, CANVAS.pixels, 2)
    sharp = pair.lay_out(data, wide.view, CANVAS, sharp=full)
    assert sharp.windows is full.windows
    assert not sharp.blurred
    # Another kernel is shown through the coarser ones, and then finely again.
    other = wide.with_layer(Convolution(spec, np.arange(25, dtype=np.float64).reshape(1, 1, 5, 5), np.zeros(1)))
    after = SCENE.prepare_again(data, other)
    assert isinstance(after, Photo)
    coarse = pair.lay_out(after, wide.view, CANVAS, sharp)
    assert coarse.glimpse is not None
    assert (coarse.glimpse.rows, coarse.glimpse.columns) == full.windows.region
    assert coarse.blurred
    again = SCENE.sharpened(coarse, SCENE.sharpen(coarse))
    assert isinstance(again, PhotoLayout)
    assert not again.blurred
    assert again.windows is full.windows


def test_windows_keep_to_the_memory_allowed(large: Document) -> None:
    data, layout = laid_out(large)
    assert layout.windows is not None
    allow(layout.windows.nbytes * glimpse.BUDGETED - 8)
    try:
        full = glimpse.full_glimpse(data.reading, layout.left, CANVAS.pixels, None)
        assert full.windows is not None
        assert full.windows.nbytes < layout.windows.nbytes
    finally:
        allow(None)

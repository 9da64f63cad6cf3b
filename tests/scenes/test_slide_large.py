"""Slide on large pictures: what is on screen first, exactly, and the rest after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import Windows, convolve
from convgui.core.control import Cancelled
from convgui.core.memory import allow
from convgui.draw.picture import Raster
from convgui.draw.theme import THEMES
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.memo import Memo, Work
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw
from convgui.scenes.slide import SCENE, visible_output
from convgui.scenes.slide.pair import PhotoLayout
from convgui.scenes.slide.photo import LARGE, Photo
from convgui.scenes.slide.visible_output import TAPS, extended
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


class Running:
    """A picture that is prepared and looked at again and again, as a presenter does."""

    def __init__(self) -> None:
        self.memo, self.looks = Memo(), Memo()

    def prepare(self, made: Document) -> Photo:
        with self.memo.preparation() as pieces:
            data = SCENE.prepare(made, Work(pieces))
        assert isinstance(data, Photo)
        return data

    def complete(self, data: Photo) -> Photo:
        done = SCENE.complete(data, Work(self.memo.latest))
        assert isinstance(done, Photo)
        return done

    def look(self, data: Photo, view: View | None = None) -> PhotoLayout:
        view = view or View()
        with self.looks.preparation() as pieces:
            layout = SCENE.lay_out(SCENE.look(data, view, CANVAS, pieces), view, CANVAS)
        assert isinstance(layout, PhotoLayout)
        return layout

    def sharpen(self, data: Photo, layout: PhotoLayout) -> PhotoLayout:
        SCENE.sharpen(layout, Work(self.looks.latest))
        return self.look(data, layout.view)

    @property
    def windows(self) -> list[Windows]:
        return [piece for piece, _ in self.looks._kept.values() if isinstance(piece, Windows)]


def laid_out(made: Document, **view: Any) -> tuple[Running, Photo, PhotoLayout]:
    running, made = Running(), made.with_view(replace(made.view, **view))
    data = running.prepare(made)
    return running, data, running.look(data, made.view)


def test_the_chosen_colours_stay_when_the_whole_comes(large: Document) -> None:
    running, data, _ = laid_out(large, options={"colours": "coloured"})
    assert data.levels.coloured
    done = running.complete(data)
    assert done.full_output is not None
    assert done.levels.coloured


@pytest.mark.parametrize("zoom", [1.0, 3.0, 11.0])
def test_what_is_on_screen_is_exact_at_the_positions_shown(large: Document, zoom: float) -> None:
    _running, data, layout = laid_out(large, zoom=zoom, centre=(0.3, 0.6))
    assert data.full_output is None
    visible_output = layout.visible_output
    assert visible_output is not None
    x = np.pad(large.sample.data[0].astype(float), 1)
    kernel = large.layer.weight[0, 0]
    for i in (0, len(visible_output.rows) // 2, len(visible_output.rows) - 1):
        for j in (0, len(visible_output.columns) // 3, len(visible_output.columns) - 1):
            row, column = visible_output.rows[i], visible_output.columns[j]
            assert visible_output.values[i, j] == (x[row : row + 3, column : column + 3] * kernel).sum()
    picture = SCENE.picture(layout, 0.0, Focus())
    assert_legible(picture)
    said = "exact where visible" if visible_output.rows.step == 1 else f"exact at every {visible_output.rows.step}"
    assert any(said in text for text in words(picture))


def test_coarse_values_stand_where_the_cells_are_that_they_were_computed_for(large: Document) -> None:
    _, _, layout = laid_out(large)
    known, port = layout.visible_output, layout.output_port
    assert known is not None
    assert min(known.rows.step, known.columns.step) >= 3
    (drawn,) = [item for item in layout.base if isinstance(item, Raster) and item.name == "output"]
    x, y, wide, high = drawn.box
    for start, size, cells, first, side in (
        (y, high, known.rows, port.y, port.down),
        (x, wide, known.columns, port.x, port.across),
    ):
        middles = start + (np.arange(len(cells)) + 0.5) * size / len(cells)
        # Of an even number of cells none is in the middle: half a cell at the most.
        assert np.abs((middles - first) / side - (np.array(cells) + 0.5)).max() <= 0.5 + 1e-6


def test_coarse_values_become_fine_ones(large: Document) -> None:
    wide = Convolution(
        replace(large.layer.spec, kernel_size=(15, 15), padding=((7, 7), (7, 7))),
        np.random.default_rng(1).normal(size=(1, 1, 15, 15)),
        np.zeros(1),
    )
    running, data, layout = laid_out(large.with_layer(wide))
    assert layout.blurred
    fine = running.sharpen(data, layout)
    assert not fine.blurred
    assert fine.visible_output is not None
    assert layout.visible_output is not None
    assert fine.visible_output.values.size > layout.visible_output.values.size
    # What comes for a place that one has left is no picture of the new place.
    moved = running.look(data, View(zoom=4.0))
    again = running.sharpen(data, replace(layout, view=View(zoom=4.0)))
    assert again.visible_output is moved.visible_output


def test_an_edited_weight_is_followed_and_not_computed_anew(large: Document) -> None:
    for count in (1, TAPS + 1):
        running, data, layout = laid_out(large)
        weight = large.layer.weight.copy()
        weight.reshape(-1)[: min(count, 9)] += 0.25
        edited = large.with_layer(replace(large.layer, weight=weight))
        assert SCENE.remembers(edited, running.memo.latest)
        after = running.prepare(edited)
        assert after.shown is data.shown
        again = running.look(after)
        assert again.base[0] is layout.base[0], "the input is not coloured again"
        assert again.visible_output is not None
        # One weight is followed; more are a product on the windows.
        assert again.visible_output.updates == (1 if count == 1 else 0)
        region = (again.visible_output.rows, again.visible_output.columns)
        fresh = convolve(large.sample.data, weight, padding=1, region=region, dtype=np.float32)[0]
        np.testing.assert_allclose(again.visible_output.values, fresh, atol=1e-3)
    other = replace(large, sample=replace(large.sample, data=255 - large.sample.data))
    assert not SCENE.remembers(other, running.memo.latest)
    now = running.look(running.prepare(other)).visible_output
    assert now is not None
    assert now.updates == 0


def test_fine_values_that_come_late_follow_the_weights_since(large: Document) -> None:
    wide = Convolution(
        replace(large.layer.spec, kernel_size=(15, 15), padding=((7, 7), (7, 7))),
        np.random.default_rng(1).normal(size=(1, 1, 15, 15)),
        np.zeros(1),
    )
    running, _, layout = laid_out(large.with_layer(wide))
    asked = running.looks.latest
    edited = running.prepare(large.with_layer(wide.with_weight((0, 0, 3, 4), 2.0)))
    assert running.look(edited).blurred
    SCENE.sharpen(layout, Work(asked))
    fine = running.look(edited)
    assert not fine.blurred
    assert fine.visible_output is not None
    fresh = edited.filtering.values(fine.visible_output.rows[:3], fine.visible_output.columns[:4])
    np.testing.assert_allclose(fine.visible_output.values[:3, :4], fresh, atol=1e-2)


def test_the_rest_follows_with_progress_and_can_be_cancelled(large: Document) -> None:
    _running, data, layout = laid_out(large)
    told: list[float] = []
    assert SCENE.rest(data)
    done = SCENE.complete(data, Work(progress=told.append))
    assert isinstance(done, Photo)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert done.full_output is not None
    assert not SCENE.rest(done)
    visible_output = layout.visible_output
    assert visible_output is not None
    whole = done.full_output.levelled.levels[0]
    np.testing.assert_array_equal(whole[np.ix_(visible_output.rows, visible_output.columns)], visible_output.values)
    with pytest.raises(Cancelled):
        SCENE.complete(data, Work(cancel=lambda: True))


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
    running, data, layout = laid_out(large.with_layer(wide), zoom=9.0, centre=(0.4, 0.5))
    fine = running.sharpen(data, layout) if layout.blurred else layout
    view = SCENE.moved(fine, fine.view, (31.0, -22.0))
    panned = running.look(data, view)
    assert not panned.blurred
    now, before = panned.visible_output, fine.visible_output
    assert now is not None
    assert before is not None
    assert (now.rows, now.columns) != (before.rows, before.columns)
    fresh = panned.photo.filtering.values(now.rows, now.columns)
    np.testing.assert_allclose(now.values, fresh, atol=1e-2)
    assert extended(before, (now.rows[::2], now.columns)) is None


def test_after_the_whole_an_edit_begins_from_it(large: Document) -> None:
    running, data, layout = laid_out(large, zoom=3.0)
    done = running.complete(data)
    assert running.look(done, layout.view).visible_output is None
    weight = large.layer.weight.copy()
    weight[0, 0, 1, 2] += 0.5
    edited = large.with_layer(replace(large.layer, weight=weight))
    kept = running.prepare(large.with_view(replace(large.view, options={"colours": "grey"})))
    assert kept.full_output is done.full_output
    assert SCENE.remembers(edited, running.memo.latest)
    after = running.prepare(edited)
    assert after.full_output is None
    again = running.look(after, layout.view)
    assert again.visible_output is not None
    assert again.visible_output.updates == 1
    fresh = after.filtering.values(again.visible_output.rows, again.visible_output.columns)
    np.testing.assert_allclose(again.visible_output.values, fresh, atol=1e-3)
    wholes = [key for key in running.memo._kept if key[0] == "full output"]
    assert not wholes, "what no picture shows any more is not kept"


def test_another_group_of_channels_is_prepared_in_the_background() -> None:
    data = np.zeros((2, 1200, 1200), np.uint8)
    apart = document(data, np.ones((2, 1, 3, 3)), groups=2)
    running = Running()
    running.prepare(apart)
    assert SCENE.remembers(apart, running.memo.latest)
    assert not SCENE.remembers(apart.with_view(replace(apart.view, filter=1)), running.memo.latest)


def test_another_kernel_is_one_product_on_the_windows_that_are_kept(large: Document) -> None:
    running, _data, layout = laid_out(large)
    (kept,) = running.windows
    assert layout.visible_output is not None
    assert (layout.visible_output.rows, layout.visible_output.columns) == kept.region
    fresh = np.arange(9, dtype=np.float64).reshape(1, 1, 3, 3) - 3
    edited = large.with_layer(replace(large.layer, weight=fresh))
    after = running.prepare(edited)
    again = running.look(after)
    assert running.windows == [kept]
    assert again.visible_output is not None
    expected = convolve(large.sample.data, fresh, padding=1, region=kept.region)
    assert (again.visible_output.values == expected[0]).all()
    assert again.visible_output.updates == 0
    # The whole output comes and goes, and they stay.
    assert running.look(running.complete(after)).visible_output is None
    assert running.windows == [kept]


def test_windows_are_those_of_the_view_and_of_the_kernel_s_size(large: Document) -> None:
    running, data, _ = laid_out(large)
    (kept,) = running.windows
    running.look(data, View(zoom=1.5))
    assert kept not in running.windows
    running.look(data, View(zoom=20.0))
    assert not running.windows
    running.look(data)
    (kept,) = running.windows
    spread = replace(large.layer.spec, dilation=(2, 2))
    running.look(running.prepare(large.with_layer(replace(large.layer, spec=spread))))
    assert kept not in running.windows


def test_too_many_windows_are_not_kept_but_coarser_ones(large: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(large.layer.spec, kernel_size=(5, 5), padding=((2, 2), (2, 2)))
    wide = large.with_layer(Convolution(spec, np.ones((1, 1, 5, 5)), np.zeros(1)))
    running = Running()
    data = running.prepare(wide)
    places = laid_out(wide)[2].full
    monkeypatch.setattr(visible_output, "KEPT", len(places[0]) * len(places[1]) * 25 - 1)
    sharp = running.sharpen(data, running.look(data))
    assert not sharp.blurred
    (kept,) = running.windows
    assert kept.region == visible_output.wanted(sharp.output_port, CANVAS.pixels, 2)
    # Another kernel is shown through the coarser ones, and then finely again.
    other = wide.with_layer(Convolution(spec, np.arange(25, dtype=np.float64).reshape(1, 1, 5, 5), np.zeros(1)))
    after = running.prepare(other)
    coarse = running.look(after)
    assert coarse.visible_output is not None
    assert (coarse.visible_output.rows, coarse.visible_output.columns) == kept.region
    assert coarse.blurred
    again = running.sharpen(after, coarse)
    assert not again.blurred
    assert running.windows == [kept]


def test_windows_keep_to_the_memory_allowed(large: Document) -> None:
    running, data, _layout = laid_out(large)
    (kept,) = running.windows
    allow(kept.nbytes * visible_output.BUDGETED - 8)
    try:
        running = Running()
        running.sharpen(data, running.look(data))
        (less,) = running.windows
        assert less.nbytes < kept.nbytes
    finally:
        allow(None)


def test_another_channel_of_the_input_is_drawn_when_it_is_chosen() -> None:
    rng = np.random.default_rng(4)
    made = document(rng.integers(0, 256, (2, 300, 320), dtype=np.uint8), rng.normal(size=(1, 2, 3, 3)), padding=1)
    running, _, _ = laid_out(made)
    data = running.prepare(made)
    for channel in (0, 1, 0):
        view = replace(made.view, channel=channel)
        fresh = Running()
        (mine, *_), (wanted, *_) = (
            [item for item in SCENE.picture(one.look(given, view), 0.0, Focus()).items if isinstance(item, Raster)]
            for one, given in ((running, data), (fresh, fresh.prepare(made)))
        )
        np.testing.assert_array_equal(mine.image, wanted.image, err_msg=f"channel {channel}")

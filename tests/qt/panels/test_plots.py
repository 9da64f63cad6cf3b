"""The line profile and the levels' histogram: drawn with the hand, read from the plots' own data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convgui.core.spec import ConvSpec
from convgui.draw.levels import Levels, histogram
from convgui.draw.number import grouped, number
from convgui.draw.picture import Hit, HitGrid
from convgui.draw.theme import DARK, LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input
from convgui.model.profile import Profile, line_cells, profile
from convgui.model.sample import Sample
from convgui.qt.panels.levels_panel import BINS, LevelsPanel
from convgui.qt.panels.line_profile import clipped
from convgui.session import edits
from tests.documents import document
from tests.model.chains import run
from tests.qt.conftest import Opened


def hit_grid(opened: Opened, kind: str) -> HitGrid:
    opened.settle()
    picture = opened.window.stage.picture
    assert picture is not None
    return next(grid for grid in picture.hits if grid.kind == kind)


def draw_line(opened: Opened, kind: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    grid, stage = hit_grid(opened, kind), opened.window.stage
    ends = []
    for cell in (first, last):
        x, y, wide, high = grid.box((*grid.prefix, *cell))
        ends.append(QPoint(round(x + wide / 2), round(y + high / 2)))
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=ends[0])
    QTest.mouseMove(stage, (ends[0] + ends[1]) / 2)
    QTest.mouseMove(stage, ends[1])
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=ends[1])


def test_a_line_over_the_input_shows_both(opened: Opened) -> None:
    window = opened.window
    profiler = window.profiler
    window.commands.actions["profile"].trigger()
    assert profiler.panel is not None
    assert "drag over" in profiler.panel.words.text()
    assert not profiler.panel.plots[0].getAxis("left").style["showValues"]
    draw_line(opened, "input", (1, 1), (3, 3))
    opened.bot.waitUntil(lambda: profiler.profile is not None and len(profiler.profile.input_trace.at) == 3)
    document = window.session.document
    out = run(document.layers, document.sample)
    x, y = profiler.panel.curves[0][0].getData()
    assert x.tolist() == pytest.approx([0, 2**0.5, 8**0.5])
    assert y.tolist() == [document.sample.data[0, n, n] for n in (1, 2, 3)]
    assert profiler.panel.curves[1][0].getData()[1].tolist() == [out[0, n, n] for n in range(3)]
    profiler.panel.pointed.emit(1.5)
    words = profiler.panel.words.text()
    assert f"input [2, 2]: {number(float(document.sample.data[0, 2, 2]))}" in words
    assert f"output [1, 1]: {number(float(out[0, 1, 1]))}" in words
    assert len(list(window.stage._notes)) == 6
    changed = edits.set_tap(document, (1, 1), 7.0, every_channel=False)
    window.session.replace(changed, "Edit")
    wanted = [run(changed.layers, changed.sample)[0, n, n] for n in range(3)]
    curves = profiler.panel.curves
    opened.bot.waitUntil(lambda: curves[1][0].getData()[1].tolist() == wanted)
    window.commands.actions["profile"].trigger()
    assert list(window.stage._notes) == []
    draw_line(opened, "input", (0, 0), (3, 3))
    assert profiler.profile is not None
    assert len(profiler.profile.input_trace.at) == 3


def test_a_line_over_a_photos_output_follows_the_layers(opened: Opened) -> None:
    window, profiler = opened.window, opened.window.profiler
    opened.show(load_lesson("sobel-photo"))
    window.commands.actions["profile"].trigger()
    profiler._on_lined(Hit("output", (0, 10, 20)), Hit("output", (0, 200, 300)))
    opened.bot.waitUntil(lambda: profiler.profile is not None)
    assert profiler.profile is not None
    document = window.session.document
    out = run(document.layers, document.sample)[document.view.filter]
    cells = line_cells((10, 20), (200, 300))
    assert np.array_equal(profiler.profile.output_trace.cells, cells)
    np.testing.assert_allclose(profiler.profile.output_trace.values[0], out[tuple(cells.T)], rtol=1e-4, atol=1e-2)
    opened.show(load_lesson("single-channel"))
    assert opened.window.profiler.profile is None
    assert list(window.stage._notes) == []


def test_lines_are_cut_to_their_frame() -> None:
    frame = (10.0, 20.0, 100.0, 50.0)
    assert clipped((0, 45, 200, 45), frame) == pytest.approx((10, 45, 110, 45))
    assert clipped((20, 30, 40, 50), frame) == (20, 30, 40, 50)
    assert clipped((0, 0, 5, 5), frame) is None
    assert clipped((50, 0, 50, 200), frame) == pytest.approx((50, 20, 50, 70))


def test_the_histogram_counts_and_the_ends_are_chosen(qtbot: QtBot) -> None:
    panel = LevelsPanel(LIGHT)
    qtbot.addWidget(panel)
    values = np.random.default_rng(1).normal(size=(40, 50)).astype(np.float32)
    heard: list[object] = []
    panel.chosen.connect(heard.append)
    panel.show_output(values, Levels(-2, 2, True), None)
    edges, counts = panel.bars.getData()
    inside = ((values >= edges[20]) & (values < edges[21])).sum()
    assert counts[20] == pytest.approx(np.log10(inside + 1))
    assert round((10**counts - 1).sum()) == values.size
    assert "all 2000 values" in panel.words.text()
    assert panel.plot.getAxis("left")._tickLevels[0][1] == (pytest.approx(np.log10(11)), "10")
    colours = panel.bars.opts["brush"].gradient().stops()
    for place, value in ((0, -2.0), (32, 0.0), (64, 2.0)):
        wanted = Levels(-2, 2, True).colours(np.array([[value]]), LIGHT)[0, 0]
        assert colours[place][1].getRgb() == tuple(wanted.tolist())
    assert heard == []
    assert not panel.automatic.isEnabled()
    panel.region.setRegion((-1.0, 0.5))
    assert heard == [(-1.0, 0.5)]
    panel.show_output(values, Levels(-1.0, 0.5, True), (-1.0, 0.5))
    assert (panel.low.text(), panel.high.text()) == ("−1", "0.5")
    panel.high.setText("1/4")
    panel.high.editingFinished.emit()
    assert heard[-1] == (-1.0, 0.25)
    panel.set_theme(DARK)
    panel.automatic.click()
    assert heard[-1] is None


@pytest.mark.parametrize(
    "values",
    [
        np.array([[0.1, 0.099999994]], np.float32), np.full((2, 3), 5e-324), np.array([[1e16, 1e16 + 2]]),
        np.array([[1e6, 1e6 + 0.0625, np.nan]], np.float32), np.full((2, 3), np.nan), np.zeros((2, 3)),
    ],
)  # fmt: skip
def test_values_that_are_alike_but_for_rounding_are_counted(qtbot: QtBot, values: NDArray[Any]) -> None:
    panel = LevelsPanel(LIGHT)
    qtbot.addWidget(panel)
    panel.show_output(values, Levels(0, 1, False), None)
    edges, counts = panel.bars.getData()
    assert (np.diff(edges) > 0).all()
    assert round((10**counts - 1).sum()) == max(np.isfinite(values).sum(), 1)


def test_the_ends_of_large_values_are_seen_and_typed(qtbot: QtBot) -> None:
    panel = LevelsPanel(LIGHT)
    qtbot.addWidget(panel)
    heard: list[object] = []
    panel.chosen.connect(heard.append)
    panel.show_output(2e9 + np.arange(101.0).reshape(1, 101), Levels(2e9, 2e9 + 100, False), None)
    assert (panel.low.text(), panel.high.text()) == ("2000000000", "2000000100")
    panel.high.setText("2000000050")
    panel.high.editingFinished.emit()
    assert heard == [(2e9, 2e9 + 50)]


@pytest.mark.fault
@pytest.mark.parametrize("text", ["wide", "−3", ""])
def test_levels_that_are_none_are_put_back(qtbot: QtBot, text: str) -> None:
    panel = LevelsPanel(LIGHT)
    qtbot.addWidget(panel)
    heard: list[object] = []
    panel.chosen.connect(heard.append)
    panel.show_output(np.arange(12.0).reshape(3, 4), Levels(0, 11, False), None)
    panel.high.setText(text)
    panel.high.editingFinished.emit()
    assert heard == []
    assert panel.high.text() == "11"


def test_a_sample_is_not_called_all_values(qtbot: QtBot) -> None:
    panel = LevelsPanel(LIGHT)
    qtbot.addWidget(panel)
    panel.show_output(np.arange(12.0).reshape(3, 4), Levels(0, 11, False), None, 90_000)
    assert "12 of 90\u202f000 values" in panel.words.text().replace("\u2009", "\u202f").replace("\xa0", "\u202f")


def test_another_input_has_automatic_levels_again(opened: Opened) -> None:
    document = opened.window.session.document
    chosen = document.with_view(replace(document.view, levels=(1.0, 2.0)))
    assert edits.with_sample(chosen, document.sample).view.levels is None
    assert edits.with_next_picture(chosen, document.sample).view.levels == (1.0, 2.0)


def test_levels_of_a_volume_are_set_in_the_panel(opened: Opened) -> None:
    window = opened.window
    data = np.random.default_rng(2).integers(0, 256, (1, 12, 18, 20)).astype(np.uint8)
    shown = document(data, np.ones((1, 1, 3, 3, 3)), padding=1)
    opened.show(shown.with_view(replace(shown.view, scene="volume", options={"view": "slices"})))
    window.commands.actions["levels"].trigger()
    panel = window.leveller.panel
    assert panel is not None
    opened.bot.waitUntil(lambda: panel.low.isEnabled())
    assert "all 4320 values" in panel.words.text()
    panel.low.setText("900")
    panel.low.editingFinished.emit()
    assert window.session.document.view.levels is not None
    assert window.session.document.view.levels[0] == 900


def test_panels_say_where_they_have_nothing_to_show(opened: Opened) -> None:
    window = opened.window
    data = np.random.default_rng(2).integers(0, 256, (1, 90, 80)).astype(np.uint8)
    opened.show(document(data, np.ones((1, 1, 3, 3)), padding=1))
    for panel in ("levels", "profile"):
        window.commands.actions[panel].trigger()
    levels, profiler = window.leveller.panel, window.profiler.panel
    assert levels is not None
    assert profiler is not None
    assert levels.plot.isVisible()
    assert profiler.plots[0].isVisible()
    window.session.look(scene="maps")
    opened.bot.waitUntil(lambda: levels.plot.isVisible() and not profiler.plots[0].isVisible())
    window.session.look(scene="cost")
    opened.bot.waitUntil(lambda: not levels.plot.isVisible() and not profiler.plots[0].isVisible())
    assert "This scene chooses its scales itself" in levels.words.text()
    assert "no input and output" in profiler.words.text()
    window.session.look(scene="slide")
    opened.bot.waitUntil(lambda: levels.plot.isVisible() and profiler.plots[0].isVisible())
    assert "all 7200 values" in levels.words.text()
    assert levels.low.isEnabled()
    assert "drag over" in profiler.words.text()


def test_levels_are_set_in_the_window_and_remembered(opened: Opened) -> None:
    window = opened.window
    data = np.random.default_rng(2).integers(0, 256, (1, 90, 80)).astype(np.uint8)
    opened.show(document(data, np.array([[[[1, 0, -1], [2, 0, -2], [1, 0, -1]]]]), padding=1))
    window.commands.actions["levels"].trigger()
    panel = window.leveller.panel
    assert panel is not None
    assert panel.isVisible()
    before = window.presenter.layout_now.photo.levels
    panel.region.setRegion((-50.0, 75.0))
    assert replace(window.session.document.view).levels == (-50.0, 75.0)
    levels = window.presenter.layout_now.photo.levels
    assert (levels.low, levels.high) == (-50.0, 75.0)
    panel.automatic.click()
    assert replace(window.session.document.view).levels is None
    assert window.presenter.layout_now.photo.levels == before


@pytest.mark.filterwarnings("error")
def test_a_channel_that_is_missing_all_along_a_line_is_not_drawn(opened: Opened) -> None:
    """Only values that are there make a curve; a random drive met a warning of the plot's."""
    data = np.arange(98.0).reshape(2, 7, 7)
    data[0, 3] = np.nan
    layer = Convolution(ConvSpec.of(2, 1, (1, 1)), np.ones((1, 2, 1, 1)), np.zeros(1))
    opened.show(Document(Sample(data, "numbers", nonfinite=7), (layer,)))
    opened.window.commands.actions["profile"].trigger()
    profiler = opened.window.profiler
    profiler._on_lined(Hit("input", (0, 3, 0)), Hit("input", (0, 3, 6)))
    opened.bot.waitUntil(lambda: profiler.profile is not None and len(profiler.profile.input_trace.at) == 7)
    assert profiler.panel is not None
    assert [len(curves) for curves in profiler.panel.curves] == [1, 0], "the other channel; their sum is missing too"
    opened.window.grab()


def test_a_profile_is_that_of_the_present_document_after_any_change(opened: Opened) -> None:
    window, profiler = opened.window, opened.window.profiler
    rng = np.random.default_rng(3)
    first, second = (
        Convolution(ConvSpec.of(2, 2, (3, 3), padding=1), rng.normal(size=(2, 2, 3, 3)), rng.normal(size=2))
        for _ in range(2)
    )
    data = rng.integers(0, 9, (2, 9, 9)).astype(np.float64)
    data[0, 3, 3] = np.nan
    sample = Sample(data, "numbers", nonfinite=1)
    given = Document(sample, (first, second), View(layer=1))
    opened.show(given)
    window.commands.actions["profile"].trigger()
    profiler._on_lined(Hit("input", (0, 1, 1)), Hit("input", (0, 7, 5)))
    bias, turned = replace(second, bias=second.bias + 3), replace(second, flip=True)
    before = replace(first, bias=first.bias + 1)
    changes = [
        replace(given, layers=(first, bias)),
        replace(given, layers=(first, turned)),
        replace(given, layers=(before, second)),
        replace(given, sample=replace(sample, data=sample.data[:, ::-1])),
        given.with_view(replace(given.view, filter=1)),
        replace(given, layers=(first, Convolution(second.spec, second.weight * 2, second.bias))),
        replace(given, missing="rescale"),
        replace(given, missing="zero"),
    ]
    for changed in changes:
        window.session.replace(changed, "Change")
        alone = chosen_layer_input(changed)
        wanted = profile(alone, "input", (1, 1), (7, 5))

        def there(wanted: Profile = wanted) -> bool:
            found = profiler.profile
            if found is None:
                return False
            pairs = (
                (found.output_trace.values, wanted.output_trace.values),
                (found.input_trace.values, wanted.input_trace.values),
            )
            return all(np.allclose(a, b, equal_nan=True) for a, b in pairs)

        opened.bot.waitUntil(there)
        window.session.undo()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("value", [1.0, -5e9, 1e-300, 3e38])
def test_values_that_hardly_differ_are_counted(kind: type[Any], value: float) -> None:
    near = np.array([value, np.nextafter(kind(value), kind(0))], kind)
    counts, edges = histogram(np.array([*near, *near], kind), BINS)
    assert counts.sum() == 4
    assert (np.diff(edges) > 0).all()


def test_the_histogram_of_an_x_ray_has_the_greys_of_its_picture(opened: Opened) -> None:
    window = opened.window
    data = np.random.default_rng(2).integers(0, 256, (1, 90, 80)).astype(np.uint8)
    shown = document(data, np.full((1, 1, 3, 3), 1 / 9), padding=1)
    opened.show(shown)
    window.commands.actions["levels"].trigger()
    panel = window.leveller.panel
    assert panel is not None
    for inverted in (True, False):
        opened.show(replace(shown, sample=replace(shown.sample, inverted=inverted)))
        stops = [colour.lightness() for _, colour in panel.bars.opts["brush"].gradient().stops()]
        assert sorted(stops, reverse=inverted) == stops
        assert len(set(stops)) > 2
        assert window.presenter.layout_now.canvas.theme.inverted == inverted
        assert ("white (low) to black" in opened.summary()) == inverted


def test_levels_of_a_colour_result_are_of_all_three_channels(opened: Opened) -> None:
    window = opened.window
    data = np.random.default_rng(5).integers(0, 255, (3, 48, 60)).astype(np.float64)
    data[0] += 4000
    opened.show(document(data, np.ones((1, 3, 3, 3))))
    window.session.look(scene="slide")
    window.commands.actions["each-channel"].trigger()
    opened.settle()
    window.commands.actions["levels"].trigger()
    opened.settle()
    shown = run(window.session.document.layers, window.session.document.sample)
    assert shown.shape[0] == 3
    panel = window.leveller.panel
    assert panel is not None
    assert f"all {grouped(shown.size)} values" in panel.words.text()
    edges, counts = panel.bars.getData()
    assert edges[0] == pytest.approx(shown.min(), rel=1e-5)
    assert edges[-1] == pytest.approx(shown.max(), rel=1e-5)
    assert round((10**counts - 1).sum()) == shown.size


def test_a_typed_end_keeps_every_digit_and_leaves_the_other_as_it_is(qtbot: QtBot) -> None:
    panel = LevelsPanel(LIGHT)
    qtbot.addWidget(panel)
    heard: list[object] = []
    panel.chosen.connect(heard.append)
    panel.show_output(np.arange(12.0).reshape(3, 4), Levels(0.12345, 0.56789, False), None)
    panel.low.setText("0.1234567")
    panel.low.editingFinished.emit()
    assert heard == [(0.1234567, 0.56789)]

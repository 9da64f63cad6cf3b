"""A large picture in the window: the visible part follows at once, the rest in the background."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from convgui.model.document import Document
from convgui.scenes.slide.pair import PhotoLayout
from convgui.scenes.slide.photo import Photo
from convgui.session import edits
from tests.documents import document
from tests.qt.conftest import Opened


@pytest.fixture(scope="module")
def large() -> Document:
    data = np.random.default_rng(6).integers(0, 256, (1, 4200, 4100), dtype=np.uint8)
    return document(data, np.array([[[[1, 2, 1], [0, 0.5, 0], [-1, -2, -1]]]]), padding=1)


def prepared(given: Opened) -> Photo:
    data = given.window.presenter.data
    assert isinstance(data, Photo)
    return data


def opened_large(given: Opened, large: Document) -> None:
    given.window.session.replace(large, "Show")
    given.bot.waitUntil(lambda: isinstance(given.window.presenter.data, Photo))
    given.bot.waitUntil(lambda: prepared(given).filtering.x.shape == large.sample.data.shape)


def test_an_edit_is_on_screen_before_control_returns(opened: Opened, large: Document) -> None:
    opened_large(opened, large)
    window = opened.window
    edited = edits.set_tap(window.session.document, (1, 1), 3.0, every_channel=False)
    window.session.replace(edited, "Edit weight")
    layout = window.presenter.layout_now
    assert isinstance(layout, PhotoLayout)
    assert layout.visible_output is not None
    assert layout.visible_output.filtering.kernels[0, 1, 1] == 3.0
    row, column = layout.visible_output.rows[7], layout.visible_output.columns[9]
    x = np.pad(large.sample.data[0].astype(float), 1)[row : row + 3, column : column + 3]
    assert layout.visible_output.values[7, 9] == (x * edited.layer.weight[0, 0]).sum()


def test_the_rest_comes_by_itself_and_its_progress_is_shown(opened: Opened, large: Document) -> None:
    told: list[float] = []
    opened.window.presenter.progressed.connect(told.append)
    opened_large(opened, large)
    moved: list[object] = []
    opened.window.stage.resized.connect(lambda: moved.append(opened.window.stage.size()))
    opened.bot.waitUntil(lambda: opened.window.status.working.isVisible())
    opened.bot.waitUntil(lambda: prepared(opened).full_output is not None)
    assert not moved, "showing how far it is lays out the stage anew"
    assert 0.0 in told
    assert told[-1] == 1.0
    assert not opened.window.status.stop.isVisible()


def test_the_rest_can_be_given_up_until_something_changes(opened: Opened, large: Document) -> None:
    opened_large(opened, large)
    window = opened.window
    opened.bot.waitUntil(lambda: window.status.stop.isVisible())
    QTest.mouseClick(window.status.stop, Qt.MouseButton.LeftButton)
    assert not window.status.stop.isVisible()
    window.session.look(zoom=2.0)
    assert not window.presenter.refining.resting
    assert prepared(opened).full_output is None
    layer = replace(large.layer, bias=np.ones(1))
    window.session.replace(window.session.document.with_layer(layer), "Change bias")
    opened.bot.waitUntil(lambda: prepared(opened).full_output is not None)


def test_a_new_place_is_there_when_control_returns_and_the_newest_edit_wins(opened: Opened, large: Document) -> None:
    opened_large(opened, large)
    window = opened.window
    for value in (1.0, 2.0, 3.0):
        edited = edits.set_tap(window.session.document, (0, 0), value, every_channel=False)
        window.session.replace(edited, "Edit weight", key="tap")
    window.session.look(zoom=8.0, centre=(0.2, 0.7))
    window.stage_input.pan(QPointF(-25, 12))
    layout = window.presenter.layout_now
    assert isinstance(layout, PhotoLayout)
    assert layout.photo.full_output is None
    assert layout.visible_output is not None
    assert (layout.visible_output.rows, layout.visible_output.columns) == layout.full
    opened.bot.waitUntil(lambda: prepared(opened).full_output is not None)
    assert prepared(opened).kernels[0, 0, 0] == 3.0
    picture = window.stage.picture
    assert picture is not None
    small = [hits for hits in picture.hits if hits.kind == "overview"]
    QTest.mouseClick(window.stage, Qt.MouseButton.LeftButton, pos=QPointF(small[0].x + 3, small[0].y + 3).toPoint())
    assert max(window.session.document.view.centre) < 0.1


def test_the_histogram_is_that_of_the_whole_once_it_is_there(opened: Opened) -> None:
    # So small that no progress is told any more once it is there.
    data = np.random.default_rng(6).integers(0, 256, (3, 900, 1200), dtype=np.uint8)
    opened_large(opened, document(data, np.broadcast_to(np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]), (1, 3, 3, 3))))
    window = opened.window
    opened.bot.waitUntil(lambda: prepared(opened).full_output is not None)
    window.leveller.show_panel(True)
    panel = window.leveller.panel
    assert panel is not None
    before = prepared(opened)
    window.session.replace(edits.set_tap(window.session.document, (1, 1), -7.0, every_channel=False), "Edit weight")
    opened.bot.waitUntil(lambda: prepared(opened) is not before and prepared(opened).full_output is not None)
    levelled = window.presenter.scene.levelled(prepared(opened))
    assert levelled is not None
    words = panel.words.text()
    panel.show_nothing()
    panel.show_output(*levelled, None, 898 * 1198)
    assert panel.words.text() == words

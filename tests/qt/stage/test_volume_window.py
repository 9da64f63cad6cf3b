"""A volume in the window: turned by dragging, walked by clicking, its kernel edited slice by slice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.core import convolve
from convgui.core.presets import PRESETS
from convgui.model.document import Document, View
from convgui.scenes.volume.slices import SlicesLayout
from convgui.session.edits import change_spec
from tests.documents import document
from tests.qt.conftest import Opened


def phantom(view: str, side: int = 20) -> Document:
    data = np.random.default_rng(4).integers(0, 256, (1, side, side, side), dtype=np.uint8)
    weight = PRESETS["sobel-3d-z"].weights()[None, None]
    return document(data, weight, padding=1, view=View(scene="volume", options={"view": view}))


def drag(opened: Opened, start: QPoint, way: QPoint) -> None:
    stage = opened.window.stage
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(stage, start + way / 2)
    QTest.mouseMove(stage, start + way)
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=start + way)


def test_dragging_turns_both_sides_and_is_no_undo_step(opened: Opened) -> None:
    opened.show(phantom("projection"))
    undo = opened.window.session.undo_name
    before = opened.window.presenter.layout_now
    drag(opened, QPoint(200, 250), QPoint(60, -20))
    view = opened.window.session.document.view
    assert view.turn == (60.0, 10.0)
    after = opened.window.presenter.layout_now
    assert not np.allclose(before.poses[0].axes, after.poses[0].axes)
    assert np.allclose(after.poses[0].axes, after.poses[1].axes)
    assert opened.window.session.undo_name == undo
    drag(opened, QPoint(200, 250), QPoint(-60, 20))
    assert opened.window.session.document.view.turn == (30.0, 20.0)


def test_the_picture_is_drawn_finely_once_the_hand_rests(opened: Opened) -> None:
    opened.show(phantom("surface", side=150))
    assert "while turning" not in words_of(opened)
    opened.window.session.look(turn=(35.0, 20.0))
    assert "while turning" in words_of(opened)
    opened.bot.waitUntil(lambda: "while turning" not in words_of(opened))


def words_of(opened: Opened) -> str:
    picture = opened.window.stage.picture
    assert picture is not None
    return " ".join(getattr(item, "text", "") for item in picture.items)


def test_the_crosshair_follows_clicks_drags_and_the_wheel(opened: Opened) -> None:
    opened.show(phantom("slices"))
    layout = opened.window.presenter.layout_now
    assert isinstance(layout, SlicesLayout)
    panel = layout.output[2]

    def at(row: int, column: int) -> QPoint:
        return QPoint(round(panel.x + (column + 0.5) * panel.across), round(panel.y + (row + 0.5) * panel.down))

    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=at(3, 5))
    assert layout.volume.position(opened.window.presenter.player.target) == (0, 3, 5)
    drag(opened, at(3, 5), at(9, 11) - at(3, 5))
    assert layout.volume.position(opened.window.presenter.player.target) == (0, 9, 11)
    place = QPointF(at(9, 11))
    stage = opened.window.stage
    wheel = QWheelEvent(
        place, stage.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage, wheel)
    assert layout.volume.position(opened.window.presenter.player.target) == (2, 9, 11)


def test_the_kernel_is_edited_slice_by_slice(opened: Opened) -> None:
    opened.show(phantom("slices"))
    editor, session = opened.window.inspector.kernel, opened.window.session
    assert editor.slice.isVisible()
    assert editor.slice.count() == 3
    assert "Sobel 3D z" in editor.presets.text()
    editor.slice.setCurrentIndex(2)
    editor.slice.activated.emit(2)
    editor.grid.changed.emit(editor.grid._index((0, 1)), 7.0)
    assert session.document.layer.weight[0, 0, 2, 0, 1] == 7
    QGuiApplication.clipboard().setText("1 2 3\n4 5 6\n7 8 9")
    editor.paste()
    kernel = session.document.layer.weight[0, 0]
    assert kernel[2].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert kernel[0].tolist() == PRESETS["sobel-3d-z"].weights()[0].tolist()
    editor.copy()
    session.replace(session.document.with_layer(replace(session.document.layer, weight=np.zeros((1, 1, 3, 3, 3)))), "x")
    editor.paste()
    assert np.array_equal(session.document.layer.weight[0, 0], kernel)
    editor.menu.aboutToShow.emit()
    listed = [action.text() for action in editor.menu.actions() if not action.icon().isNull()]
    assert listed == [p.title for p in PRESETS.values() if p.rank == 3]


def test_a_volume_opens_in_its_scene_and_flat_layers_hide_the_slices(opened: Opened) -> None:
    assert not opened.window.inspector.kernel.slice.isVisible()
    opened.window.use_sample(phantom("slices").sample)
    opened.settle()
    assert opened.window.session.document.view.scene == "volume"
    assert opened.window.inspector.kernel.slice.isVisible()


def test_an_edited_weight_is_on_the_slices_before_the_volume_is_done(opened: Opened) -> None:
    opened.show(phantom("slices", side=40))
    session, presenter = opened.window.session, opened.window.presenter
    presenter.jump(20 * 1600 + 10 * 40 + 5)
    changed = session.document.layer.with_weight((0, 0, 1, 1, 1), 30.0)
    before = presenter.data
    session.replace(session.document.with_layer(changed), "Edit weight", key="tap")
    assert presenter.data is before
    seen = presenter.layout_now.volume
    exact = convolve(session.document.sample.data.astype(float), changed.weight, padding=1)[0]
    for axis, at in enumerate((20, 10, 5)):
        assert np.allclose(seen.slice_out(axis, at), np.take(exact, at, axis=axis), atol=0.01)
    opened.bot.waitUntil(lambda: presenter.data is not before)
    assert not presenter.layout_now.volume.cuts
    assert np.allclose(presenter.layout_now.volume.output, exact, atol=0.01)


def test_keys_turn_what_can_be_turned(opened: Opened) -> None:
    opened.show(phantom("surface"))
    step = opened.window.presenter.player.target
    opened.window.stage.setFocus()
    QTest.keyClick(opened.window.stage, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(opened.window.stage, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert opened.window.session.document.view.turn == (45.0, 5.0)
    assert opened.window.presenter.player.target == step
    assert opened.window.stage_input.turn(QPointF(10, 0))
    opened.show(phantom("slices"))
    assert not opened.window.stage_input.turn(QPointF(10, 0))


def test_work_in_the_background_can_be_stopped(opened: Opened) -> None:
    window = opened.window
    data = np.random.default_rng(1).integers(0, 200, (1, 120, 120, 120)).astype(np.uint8)
    opened.window.session.replace(
        document(data, np.ones((1, 1, 7, 7, 7)), padding=3, view=View(scene="volume")), "Show"
    )
    assert window.status.stop.isVisible()
    QTest.mouseClick(window.status.stop, Qt.MouseButton.LeftButton)
    assert not window.status.working.isVisible()
    assert "Computing was stopped" in window.banner.words.text()
    worker = window.presenter._preparing._worker
    opened.bot.waitUntil(lambda: worker._waiting is None or worker._waiting.done())
    assert window.presenter.data is None


@pytest.mark.parametrize(
    "change", [{"stride": 2}, {"stride": (3, 1, 2)}, {"padding": 0}, {"dilation": 3}, {"kernel_size": (5, 5, 5)}]
)
def test_another_grid_is_shown_at_the_cell_that_is_nearest(opened: Opened, change: dict[str, Any]) -> None:
    """A window of 3 cells with one of padding has its middle at the output cell's own number."""
    opened.show(phantom("slices"))
    window = opened.window
    window.presenter.jump(int(np.ravel_multi_index((11, 8, 14), (20, 20, 20))))
    window.session.replace(change_spec(window.session.document, **change), "Change")
    opened.settle()
    spec, sizes = window.session.document.layer.spec, window.session.document.shapes[1][1:]
    assert window.presenter.player.steps == np.prod(sizes) != 8000
    shown = np.unravel_index(window.presenter.player.target, sizes)
    for cell, wanted, stride, extent, (before, _) in zip(
        shown, (11, 8, 14), spec.stride, spec.extent, spec.pads((20, 20, 20)), strict=True
    ):
        assert abs(cell * stride - before + (extent - 1) / 2 - wanted) <= stride / 2
    window.session.undo()
    opened.settle()
    back = np.array(np.unravel_index(window.presenter.player.target, (20, 20, 20)))
    assert (abs(back - (11, 8, 14)) <= 1).all()


def test_a_film_is_played_frame_by_frame(opened: Opened, tmp_path: Path) -> None:
    """The cell that is looked at stays where it is, and the frames go by in their own time."""
    rng = np.random.default_rng(2)
    frames = [Image.fromarray(rng.integers(0, 256, (20, 30), np.uint8)) for _ in range(6)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:], duration=40)
    window = opened.window
    window.open_file(tmp_path / "film.gif")
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "film.gif")
    opened.settle()
    player = window.presenter.player
    rows, columns = window.session.document.layer.spec.output_shape((6, 20, 30))[1:]
    assert player.stride == rows * columns
    assert player.period == pytest.approx(0.04)
    place = player.target % player.stride
    window.presenter.jump(place)
    QTest.mouseClick(window.transport.forward, Qt.MouseButton.LeftButton)
    assert window.presenter.player.target == player.stride + place
    QTest.mouseClick(window.transport.back, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.transport.play, Qt.MouseButton.LeftButton)
    opened.bot.waitUntil(lambda: not window.presenter.player.playing)
    assert window.presenter.player.target == player.steps - player.stride + place
    window.open_lesson("single-channel")
    opened.settle()
    assert window.presenter.player.stride == 1

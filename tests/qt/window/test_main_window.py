"""The program as a person uses it: open, edit, step, undo, in the real window with real events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QMessageBox, QToolButton

from convgui.core import ConvSpec, preset
from convgui.core.spec import PADDING_MODES
from convgui.draw.number import number
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.numbers import parse_grid
from convgui.files.resources import resource
from convgui.files.samples import load_sample
from convgui.model.document import View
from convgui.qt.dialogs.grid_dialog import GridDialog
from convgui.qt.lessons.caption_bar import kept_together
from convgui.qt.settings import Remembered
from convgui.qt.widgets.bounded_inputs import AxisSpins
from convgui.scenes import scene
from convgui.scenes.scene import reason_against
from convgui.session import stack
from tests.documents import OUTPUT, random_document, textbook
from tests.model.chains import run
from tests.qt.conftest import Opened


def cell(given: Opened, kind: str, index: tuple[int, ...]) -> QPoint:
    """Return where the middle of a cell is on the stage."""
    given.settle()
    picture = given.window.stage.picture
    assert picture is not None
    grid = next(g for g in picture.hits if g.kind == kind and g.prefix == index[:-2])
    x, y, width, height = grid.box(index)
    return QPoint(round(x + width / 2), round(y + height / 2))


def wheel(given: Opened, at: QPoint, delta: int) -> None:
    stage, place = given.window.stage, QPointF(at)
    event = QWheelEvent(
        place, stage.mapToGlobal(place), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage, event)


def test_it_opens_with_the_first_lesson(opened: Opened) -> None:
    assert opened.summary().startswith("out[0, 0] = Σ 12")
    assert opened.window.caption.words.text()
    assert "Single channel" in opened.window.windowTitle()
    assert opened.window.header.tabs.isVisible()


def test_keys_step_jump_and_play(opened: Opened) -> None:
    stage, presenter = opened.window.stage, opened.window.presenter
    for key, step in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, 8),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(stage, key)
        assert presenter.player.target == step
    QTest.keyClick(stage, Qt.Key.Key_Space)
    assert presenter.player.playing
    opened.bot.waitUntil(lambda: presenter.player.target >= 1)
    QTest.keyClick(stage, Qt.Key.Key_Space)
    assert not presenter.player.playing


def test_the_transport_follows_and_leads(opened: Opened) -> None:
    transport, presenter = opened.window.transport, opened.window.presenter
    transport.scrub.setValue(5)
    assert presenter.player.target == 5
    assert transport.counter.text() == "step 5 of 0 … 8"
    QTest.mouseClick(transport.forward, Qt.MouseButton.LeftButton)
    assert transport.scrub.value() == 6
    QTest.mouseClick(transport.start, Qt.MouseButton.LeftButton)
    assert transport.scrub.value() == 0
    QTest.mouseClick(transport.loop, Qt.MouseButton.LeftButton)
    assert presenter.player.loop


def test_hovering_lights_and_pauses(opened: Opened) -> None:
    presenter = opened.window.presenter
    QTest.keyClick(opened.window.stage, Qt.Key.Key_Space)
    QTest.mouseMove(opened.window.stage, cell(opened, "output", (0, 2, 2)))
    opened.bot.waitUntil(lambda: "out[2, 2] = Σ 14" in opened.summary())
    at = presenter.player.clock
    presenter._on_frame()
    assert presenter.player.clock == at
    QTest.mouseMove(opened.window.stage, QPoint(2, 2))
    opened.bot.waitUntil(lambda: presenter.focus.hover is None)
    opened.bot.waitUntil(lambda: presenter.player.clock != at or presenter.player.target > 0)
    QTest.keyClick(opened.window.stage, Qt.Key.Key_Space)


def test_a_click_pins_and_escape_lets_go(opened: Opened) -> None:
    stage = opened.window.stage
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=cell(opened, "input", (0, 2, 2)))
    QTest.mouseMove(stage, QPoint(5, 3))
    opened.bot.waitUntil(lambda: opened.window.presenter.focus.hover is None)
    assert "in[0, 2, 2] = 2 feeds 9 outputs" in opened.summary()
    QTest.keyClick(stage, Qt.Key.Key_Escape)
    assert opened.summary().startswith("out[")


def test_a_weight_is_edited_on_the_stage_and_undone_as_one_step(opened: Opened) -> None:
    stage, session = opened.window.stage, opened.window.session
    before = session.document
    start = cell(opened, "kernel", (0, 0, 0, 0))
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=start)
    for way in (6, 12, 18):
        QTest.mouseMove(stage, start - QPoint(0, way))
        assert session.document.layer.weight[0, 0, 0, 0] == way // 6
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 18))
    assert opened.summary().startswith("w[0, 0, 0, 0]") or "Σ 21" in opened.summary()
    QTest.keyClick(opened.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.document is before
    QTest.keyClick(opened.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert session.document.layer.weight[0, 0, 0, 0] == 3
    wheel(opened, start, -120)
    assert session.document.layer.weight[0, 0, 0, 0] == 2


def test_an_input_cell_is_typed(opened: Opened) -> None:
    stage = opened.window.stage
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=cell(opened, "input", (0, 0, 0)))
    entry = next(e for e in stage.findChildren(QLineEdit) if e.isVisible())
    entry.setText("10")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert opened.window.session.document.sample.data[0, 0, 0] == 10
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=cell(opened, "kernel", (0, 0, 1, 1)))
    entry.setText("zwei")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert "“zwei” is not a number" in opened.window.banner.words.text()


def test_presets_and_tools(opened: Opened) -> None:
    editor, session = opened.window.inspector.kernel, opened.window.session
    editor.use_preset(preset("gaussian-5"))
    assert session.document.layer.spec.kernel_size == (5, 5)
    assert editor.facts.text() == "Σ = 1 · rank 1 · separable"
    assert editor.sentence.isVisible()
    session.undo()
    for name, button in editor._tools.items():
        before = session.document
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert session.document is not before, name
        session.undo()
        assert session.document is before, name


def test_kernels_are_copied_and_pasted_as_text(opened: Opened) -> None:
    editor, clipboard = opened.window.inspector.kernel, QGuiApplication.clipboard()
    editor.copy()
    assert clipboard.text().split() == ["0", "1", "2", "2", "2", "0", "0", "1", "2"]
    for text in ("1 2\n3 4", "[[1, 2], [3, 4]]", "[1 2; 3 4]", "1\t2\n3\t4"):
        clipboard.setText(text)
        editor.paste()
        assert opened.window.session.document.layer.weight[0, 0].tolist() == [[1, 2], [3, 4]]
        opened.window.session.undo()
    clipboard.setText("1 2 three")
    editor.paste()
    assert "three" in editor.problem.text()
    assert editor.problem.isVisible()


def test_an_illegal_value_says_why_and_offers_the_nearest(opened: Opened) -> None:
    form, session = opened.window.inspector.layer, opened.window.session
    height = form.kernel.boxes[0]
    height.setValue(9)
    assert form.problem.text().startswith("Kernel size ")
    assert session.document.layer.spec.kernel_size == (3, 3)
    assert height.value() == 3
    QTest.mouseClick(form.use_nearest, Qt.MouseButton.LeftButton)
    assert session.document.layer.spec.kernel_size == (5, 5)
    assert not form.problem.isVisible()
    height.stepBy(1)
    assert height.value() == 5
    height.stepBy(-10)
    assert session.document.layer.spec.kernel_size == (1, 1)


def test_every_parameter_reaches_the_layer(opened: Opened) -> None:
    opened.show(random_document(4, 4, (8, 8), (3, 3)))
    form = opened.window.inspector.layer

    def spec() -> ConvSpec:
        return opened.window.session.document.layer.spec

    form.stride.boxes[0].setValue(2)
    assert spec().stride == (2, 2)
    form.stride.boxes[1].setValue(1)
    assert spec().stride == (2, 1)
    form.dilation.boxes[0].setValue(2)
    assert spec().dilation == (2, 2)
    form.padding.boxes[0].setValue(1)
    assert spec().padding == ((1, 1), (1, 1))
    for combo, data in ((form.padding_mode, "reflect"), (form.groups, 2), (form.padding_name, "full")):
        combo.setCurrentIndex(combo.findData(data))
        combo.activated.emit(combo.currentIndex())
    assert (spec().padding_mode, spec().groups, spec().padding) == ("reflect", 2, "full")
    form.filters.setValue(6)
    assert spec().out_channels == 6
    form.flip.setChecked(True)
    assert opened.window.session.document.layer.flip
    opened.window.inspector.kernel.bias.setValue(1.5)
    assert opened.window.session.document.layer.bias[0] == 1.5
    assert "⌊(8 + 8 − 4 − 1) / 2⌋ + 1" in opened.window.inspector.formula.text()


def test_the_floor_is_explained(opened: Opened) -> None:
    opened.show(random_document(1, 1, (6, 6), (3, 3), stride=2))
    assert "no window lies on the last 1 row and 1 column." in opened.window.inspector.remainder.text()
    assert ">2</b>" in opened.window.inspector.formula.text()


def test_a_dropped_photo_becomes_the_input(opened: Opened, folder: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "photo.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / "photo.png"))])
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    opened.window.dropEvent(event)
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "photo.png")
    opened.settle()
    document = opened.window.session.document
    assert np.array_equal(document.sample.data, np.moveaxis(pixels, -1, 0))
    assert document.layer.spec.in_channels == 3
    assert opened.window.remembered.recent() == [str(folder / "photo.png")]
    opened.window.session.undo()
    assert opened.window.session.document.lesson is not None


@pytest.mark.fault
def test_a_file_that_does_not_load_leaves_everything(opened: Opened, folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nonsense")
    before = opened.window.session.document
    opened.window.open_file(folder / "broken.png")
    opened.bot.waitUntil(lambda: opened.window.banner.isVisible())
    assert opened.window.banner.words.text().startswith("broken.png cannot be opened")
    assert opened.window.session.document is before
    QTest.mouseClick(opened.window.banner.dismiss, Qt.MouseButton.LeftButton)
    assert not opened.window.banner.isVisible()


def test_a_layer_that_cannot_be_shown_says_so_and_comes_back(opened: Opened) -> None:
    opened.window.session.replace(random_document(1, 1, (4, 4, 4), (2, 2, 2)), "Volume")
    assert "three" in opened.window.banner.words.text()
    opened.window.session.undo()
    opened.settle()
    assert not opened.window.banner.isVisible()
    assert opened.summary().startswith("out[")


def test_a_photo_is_walked_zoomed_and_moved(opened: Opened) -> None:
    opened.window.use_sample(load_sample("camera"))
    opened.window.inspector.kernel.use_preset(preset("sobel-x"))
    opened.bot.waitUntil(lambda: opened.window.presenter.player.steps == 510 * 510)
    opened.settle()

    def view() -> View:
        return opened.window.session.document.view

    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=cell(opened, "output", (0, 100, 200)))
    assert opened.window.presenter.player.target // 510 == pytest.approx(100, abs=2)
    wheel(opened, cell(opened, "input", (0, 100, 100)), 240)
    assert view().zoom == pytest.approx(1.25**2)
    opened.window.commands.actions["larger"].trigger()
    assert view().zoom > 2
    centre = view().centre
    opened.window.stage_input.pan(QPointF(-20, -20))
    assert view().centre[0] > centre[0]
    opened.window.commands.actions["fit"].trigger()
    assert (view().zoom, view().centre) == (1.0, (0.5, 0.5))
    assert opened.window.session.undo_name == "Sobel x"


def test_the_newest_edit_wins(opened: Opened) -> None:
    opened.window.use_sample(load_sample("coffee"))
    session = opened.window.session
    for value in range(12):
        document = session.document
        weight = document.layer.weight.copy()
        weight[0, :, 1, 1] = value
        session.replace(document.with_layer(replace(document.layer, weight=weight)), "Edit", key="tap")
    opened.settle()
    data = opened.window.presenter.data
    assert data.kernels[0, 1, 1] == 11  # type: ignore[attr-defined]


def test_lessons_are_opened_and_walked(opened: Opened) -> None:
    window = opened.window
    row = next(r for r in range(window.lessons.count()) if "the sum" in window.lessons.item(r).text())
    window.lessons.itemClicked.emit(window.lessons.item(row))
    opened.settle()
    lesson = window.session.document.lesson
    assert lesson is not None
    assert lesson.id == "multi-channel-sum"
    for caption in lesson.captions[1:]:
        QTest.mouseClick(window.caption.after, Qt.MouseButton.LeftButton)
        assert window.caption.words.text() == kept_together(caption.text)
        assert window.presenter.player.target == caption.step % window.presenter.player.steps
    assert not window.caption.after.isEnabled()
    QTest.mouseClick(window.caption.before, Qt.MouseButton.LeftButton)
    assert window.caption.words.text() == kept_together(lesson.captions[-2].text)


def test_options_change_the_scene_but_not_the_history(opened: Opened) -> None:
    opened.window.open_lesson("multi-channel-sum")
    opened.settle()
    name = opened.window.session.undo_name
    button = next(b for b in opened.window.options.findChildren(QToolButton) if b.text() == "One at a time")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened.window.presenter.player.steps == 27
    assert opened.window.session.undo_name == name


def test_filters_and_channels_are_leafed_through(opened: Opened) -> None:
    opened.show(random_document(3, 3, (6, 6), (3, 3)))
    editor = opened.window.inspector.kernel
    editor.filter.setCurrentIndex(2)
    editor.filter.activated.emit(2)
    assert opened.summary().startswith("out[2, ")
    editor.channel.activated.emit(1)
    assert opened.window.session.document.view.channel == 1
    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=cell(opened, "kernel", (2, 2, 0, 0)))
    assert opened.window.session.document.view.channel == 2


def test_theme_panels_and_the_lecture_view(opened: Opened) -> None:
    window, actions = opened.window, opened.window.commands.actions
    actions["dark"].trigger()
    assert opened.window.stage.picture is not None
    assert opened.window.stage.picture.background == window.theme.background
    assert Remembered().preferences().shade == "dark"
    actions["lessons"].trigger()
    assert not window.lessons.isVisible()
    assert not Remembered().shown("lessons")
    width = window.stage.width()
    actions["alone"].trigger()
    opened.bot.waitUntil(lambda: window.stage.width() > width)
    assert not window.header.isVisible()
    assert not window.inspector.isVisible()
    QTest.keyClick(window.stage, Qt.Key.Key_Escape)
    assert window.header.isVisible()
    assert window.inspector.isVisible()
    actions["dark"].trigger()


def test_geometry_is_remembered(opened: Opened) -> None:
    opened.window.resize(1100, 720)
    opened.window.close()
    assert Remembered().geometry() is not None


def test_pasting_pictures_and_numbers(opened: Opened) -> None:
    clipboard, paste = QGuiApplication.clipboard(), opened.window.commands.actions["paste"]
    opened.window.stage.setFocus()
    clipboard.setText("1 2 3\n4 5 6\n7 8 9")
    paste.trigger()
    assert opened.window.session.document.sample.data.tolist() == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    clipboard.setText("one two")
    paste.trigger()
    assert "'one'" in opened.window.banner.words.text()
    opened.window.commands.actions["copy"].trigger()
    paste.trigger()
    assert opened.window.session.document.sample.data.shape[0] == 3


def test_typed_numbers_are_checked_while_typing(opened: Opened) -> None:
    dialog = GridDialog(textbook(), opened.window)
    assert dialog.sample is not None
    dialog.text.setPlainText("1 2\n3")
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    assert "line 2" in dialog.state.text().lower()
    dialog.text.setPlainText("1 2\n3 4\n\n5 6\n7 8")
    assert dialog.sample is not None
    assert dialog.sample.data.shape == (2, 2, 2)
    dialog.deleteLater()


def test_a_loader_may_ask(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    from convgui.qt.documents.opening import Question

    asked: list[str] = []

    def answer(_parent: object, _title: str, text: str) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", answer)
    question = Question("Load it all?")
    opened.window.opener.asked.emit(question)
    assert asked == ["Load it all?"]
    assert question.wait(lambda: False)
    assert not Question("never").wait(lambda: True)


def test_everything_has_an_accessible_name(opened: Opened) -> None:
    from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider

    for kind in (QToolButton, QComboBox, QAbstractSpinBox, QSlider):
        for widget in opened.window.findChildren(kind):
            if widget.objectName().startswith("qt_"):
                continue  # Qt's own parts
            text = widget.text() if isinstance(widget, QToolButton) else ""
            assert widget.accessibleName() or text, widget.objectName() or widget


@pytest.mark.thumbnails
def test_the_lesson_list_draws_real_thumbnails(opened: Opened) -> None:
    lessons = opened.window.lessons
    opened.bot.waitUntil(lambda: not lessons._undrawn, timeout=40_000)
    item = next(lessons.item(r) for r in range(lessons.count()) if lessons.item(r).text() == "Single channel")
    image = item.icon().pixmap(lessons.iconSize()).toImage()
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    assert len(colours) > 20
    assert load_lesson("single-channel").view.scene == "slide"
    assert OUTPUT[0][0] == 12


def test_a_lesson_of_ones_own_opens_from_its_file(opened: Opened, folder: Path) -> None:
    own = folder / "own.json"
    own.write_text(resource("lessons", "multi-channel-sum.json").read_text(encoding="utf-8"), encoding="utf-8")
    opened.window.open_file(own)
    assert opened.summary().startswith("out[0, 0, 0] = R 6")
    own.write_text("{", encoding="utf-8")
    opened.window.open_file(own)
    assert "own.json" in opened.window.banner.words.text()


def test_the_kernel_is_copied_in_three_forms(opened: Opened) -> None:
    clipboard, editor = QGuiApplication.clipboard(), opened.window.inspector.kernel
    for action in opened.window.commands.edit.kernel_copies.actions():
        action.trigger()
        assert parse_grid(clipboard.text())[0].tolist() == [[0, 1, 2], [2, 2, 0], [0, 1, 2]]
    editor.copy("numpy")
    assert clipboard.text().startswith("[[")


def test_a_layer_can_be_transposed_and_back(opened: Opened) -> None:
    form, session = opened.window.inspector.layer, opened.window.session
    before = session.document.layer
    form.kind.setCurrentIndex(1)
    form.kind.activated.emit(1)
    assert session.document.layer.spec.transposed
    assert form.output_padding.isVisible()
    assert not form.padding_mode.isVisible()
    form.stride.boxes[0].setValue(2)
    form.output_padding.boxes[0].setValue(1)
    assert session.document.layer.spec.output_shape((5, 5)) == (12, 12)
    assert "P′" in opened.window.inspector.formula.text()
    form.output_padding.boxes[0].setValue(2)
    assert "Output padding" in form.problem.text()
    form.kind.setCurrentIndex(0)
    form.kind.activated.emit(0)
    assert np.array_equal(session.document.layer.weight, before.weight)


def test_the_wheel_over_the_inspector_changes_nothing_by_accident(opened: Opened) -> None:
    before = opened.window.session.document
    form = opened.window.inspector.layer
    for widget in (form.padding_name, form.groups, form.kernel.boxes[0], form.filters):
        opened.window.stage.setFocus()
        place = QPointF(5, 5)
        event = QWheelEvent(
            place, widget.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
    assert opened.window.session.document is before


def test_nothing_pushes_the_inspector_out_of_its_width(opened: Opened) -> None:
    inspector = opened.window.inspector
    for document in (
        random_document(3, 12, (400, 6000), (7, 5), padding="same"),
        random_document(12, 12, (90, 80), (31, 31), groups=12),
        random_document(1, 1, (9, 9), (3, 3), transposed=True, stride=2, output_padding=1),
        random_document(2, 2, (12, 12, 12), (3, 3, 3), padding=1),
    ):
        opened.window.session.replace(document, "Show")
        inspector.layer.kernel.boxes[0].setValue(999)
        QApplication.processEvents()
        body = inspector.widget()
        assert body is not None
        assert body.minimumSizeHint().width() <= inspector.viewport().width()
    opened.window.session.replace(textbook(), "Show")
    opened.settle()


def test_a_click_on_the_map_of_kernels_and_strides_sets_the_layer(opened: Opened) -> None:
    opened.window.open_lesson("overlap-stride-2")
    opened.settle()
    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=cell(opened, "choice", (2, 4)))
    spec = opened.window.session.document.layer.spec
    assert (spec.kernel_size, spec.stride) == ((4, 4), (2, 2))
    assert "kernel 4 is divisible by stride 2" in opened.summary()
    opened.window.session.undo()
    assert opened.window.session.document.layer.spec.kernel_size == (3, 3)


def test_a_click_on_a_group_count_sets_the_layer(opened: Opened) -> None:
    opened.window.open_lesson("grouped")
    opened.settle()
    picture = opened.window.stage.picture
    assert picture is not None
    row = next(g for g in picture.hits if g.kind == "choice" and g.origin[1] == 9)
    middle = QPoint(round(row.x + row.width / 2), round(row.y + row.height / 2))
    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=middle)
    assert opened.window.session.document.layer.spec.groups == 9
    opened.settle()
    picture = opened.window.stage.picture
    assert picture is not None
    # What the lesson says has changed, and the picture may have another room.
    row = next(g for g in picture.hits if g.kind == "choice" and g.origin[1] == 9)
    QTest.mouseMove(opened.window.stage, QPoint(3, 3))
    QTest.mouseMove(opened.window.stage, QPoint(round(row.x + row.width / 2), round(row.y + row.height / 2)))
    opened.bot.waitUntil(lambda: opened.summary().startswith("9 groups: 81 weights"))


def test_every_lesson_opens_and_every_tab_applies_or_says_why(opened: Opened) -> None:
    walked = {"many-filters", "one-by-one-photo", "transposed-2-5", "volume-3d", "max-pooling", "receptive-field"}
    for lesson in lesson_index():
        opened.window.open_lesson(lesson.id)
        opened.settle()
        assert not opened.window.banner.isVisible(), lesson.id
        for identity, button in opened.window.header.tabs._buttons.items():
            assert button.isEnabled() or button.toolTip().endswith("."), (lesson.id, identity)
            # One lesson of each sort of document is looked at through every scene; every lesson would take minutes.
            if button.isEnabled() and lesson.id in walked:
                opened.window.header.tabs.chosen.emit(identity)
                opened.settle()
                assert opened.window.session.document.view.scene == identity
                assert not opened.window.banner.isVisible(), (lesson.id, identity)


def test_each_side_has_a_padding_of_its_own(opened: Opened) -> None:
    form, session = opened.window.inspector.layer, opened.window.session

    def pads() -> object:
        return session.document.layer.spec.padding

    assert not form.padding_after.isVisible()
    place = form.padding_name.findData("each side")
    form.padding_name.setCurrentIndex(place)
    form.padding_name.activated.emit(place)
    assert form.padding_after.isVisible()
    form.padding_after.boxes[0].setValue(2)
    assert pads() == ((0, 2), (0, 2))
    form.padding.boxes[1].setValue(1)
    assert pads() == ((0, 2), (1, 2))
    place = form.padding_name.findData("same_lower")
    form.padding_name.setCurrentIndex(place)
    form.padding_name.activated.emit(place)
    assert pads() == "same_lower"
    place = form.padding_name.findData("number")
    form.padding_name.setCurrentIndex(place)
    form.padding_name.activated.emit(place)
    assert not form.padding_after.isVisible()


def test_many_options_are_lists(opened: Opened) -> None:
    opened.window.resize(1024, 700)
    opened.window.open_lesson("learn-kernel")
    opened.settle()
    combo = opened.window.options._lists["method"]
    combo.setCurrentIndex(combo.findData("adam"))
    combo.activated.emit(combo.currentIndex())
    assert opened.window.session.document.view.options["method"] == "adam"
    opened.settle()


def test_tabs_that_do_not_fit_are_in_a_menu(opened: Opened) -> None:
    window, tabs = opened.window, opened.window.header.tabs
    window.resize(1024, 700)
    QApplication.processEvents()
    assert window.width() == 1024
    window.open_lesson("learn-kernel")
    opened.settle()
    shown = [b.text() for b in tabs._buttons.values() if b.isVisible()]
    hidden = [a.text() for a in tabs.more.menu().actions()]
    assert "Learn" in shown
    assert len(shown) + len(hidden) == len(tabs._buttons)
    assert all(b.geometry().right() <= tabs.width() for b in tabs._buttons.values() if b.isVisible())
    window.resize(1800, 700)
    QApplication.processEvents()
    assert all(b.isVisible() for b in tabs._buttons.values())
    assert not tabs.more.isVisible()
    QTest.mouseClick(tabs._buttons["slide"], Qt.MouseButton.LeftButton)
    opened.settle()
    assert window.session.document.view.scene == "slide"


def test_what_can_be_added_stands_under_headings(opened: Opened) -> None:
    panel = opened.window.inspector.stack
    panel._fill_kinds(panel.add.menu())
    found, heading = dict[str, list[str]](), ""
    for action in panel.add.menu().actions():
        if action.isSeparator():
            heading = action.text()
        else:
            found.setdefault(heading, []).append(action.text())
    assert list(found) == [
        "Convolution", "Pooling and padding", "Activation", "Resizing and shuffling", "Joining branches", "Normalising",
        "Dense", "Nothing",
    ]  # fmt: skip
    assert found["Convolution"] == ["Convolution", "Dilated convolution", "Transposed convolution"]
    assert "Softmax over channels" in found["Activation"]
    assert found["Normalising"] == ["LayerNorm over channels", "BatchNorm", "Scale and shift"]
    assert [title for titles in found.values() for title in titles].count("ReLU") == 1


def test_a_stack_is_built_chosen_and_moved_by_hand(opened: Opened) -> None:
    window, panel = opened.window, opened.window.inspector.stack
    opened.show(random_document(3, 4, (20, 18), (3, 3), padding=1))
    menu = panel.add.menu()
    for title in ("Max pooling", "ReLU", "Pixel shuffle"):
        panel._fill_kinds(menu)
        action = next(a for a in menu.actions() if a.text() == title)
        assert action.isEnabled(), action.toolTip()
        action.trigger()
    rows = [panel.list.item(i).text() for i in range(panel.list.count())]
    shapes = [row.split("\u2003")[1].replace("\u2009", " ") for row in rows]
    assert shapes == ["4 × 20 × 18", "4 × 10 × 9", "4 × 10 × 9", "1 × 20 × 18"]
    assert not window.inspector.kernel.isVisible()
    assert (panel.up.isEnabled(), panel.down.isEnabled()) == (True, False), "the last is chosen"
    window.session.look(step=7)
    place = panel.list.visualItemRect(panel.list.item(1)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.session.document.view.layer == 1
    assert window.session.document.view.step == 0, "another layer begins at its beginning"
    assert (panel.up.isEnabled(), panel.down.isEnabled()) == (True, True)
    kernel = window.inspector.plain.field("kernel_size")
    assert isinstance(kernel, AxisSpins)
    kernel.boxes[0].setValue(4)
    assert window.session.document.shapes[2] == (4, 5, 4)
    QTest.mouseClick(panel.up, Qt.MouseButton.LeftButton)
    assert window.session.document.shapes[1] == (3, 5, 4)
    QTest.mouseClick(panel.remove, Qt.MouseButton.LeftButton)
    assert len(window.session.document.layers) == 3
    for _ in range(3):
        window.session.undo()
    assert window.session.document.shapes[2] == (4, 10, 9)


@pytest.mark.parametrize("title", ["ReLU", "LayerNorm over channels"])
def test_a_layer_that_the_scene_cannot_show_is_seen_through_another(opened: Opened, title: str) -> None:
    window, panel = opened.window, opened.window.inspector.stack
    opened.show(random_document(2, 2, (8, 8), (3, 3)).with_view(View(scene="frequency")))
    panel._fill_kinds(panel.add.menu())
    next(a for a in panel.add.menu().actions() if a.text() == title).trigger()
    opened.settle()
    document = window.session.document
    assert document.chosen.title in title
    assert document.view.scene != "frequency"
    assert reason_against(scene(document.view.scene), document) == ""


def test_a_number_is_typed_with_a_comma_or_a_point(opened: Opened) -> None:
    opened.show(stack.add_layer(random_document(1, 2, (6, 6), (3, 3)), "layer-norm"))
    for text, value in (("0,25", 0.25), ("0.5", 0.5)):
        line = opened.window.inspector.plain.field("eps")
        assert isinstance(line, QLineEdit)
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert opened.window.session.document.chosen.to_json()["eps"] == value


def test_a_later_layer_is_looked_at_with_what_comes_into_it(opened: Opened) -> None:
    document = stack.add_layer(random_document(1, 1, (7, 7), (3, 3)), "max-pool")
    document = stack.add_layer(document, "dilated")
    opened.show(document)
    opened.window.presenter.jump(0)
    made = run(document.layers, document.sample)
    assert opened.summary().endswith(f"= {number(float(made[0, 0, 0]))}")


def test_a_stack_that_cannot_be_changed_so_says_why(opened: Opened) -> None:
    window, panel = opened.window, opened.window.inspector.stack
    opened.show(stack.add_layer(random_document(4, 4, (8, 8), (3, 3), padding=1), "pixel-shuffle"))
    window.session.look(layer=0)
    window.inspector.layer.filters.setValue(6)
    assert "would not fit" in window.inspector.layer.problem.text()
    assert len(window.session.document.layers) == 2
    panel._fill_ready(panel.ready.menu())
    next(a for a in panel.ready.menu().actions() if a.text() == "VGG-16, features").trigger()
    assert "too small for VGG-16" in panel.problem.text()


def test_every_padding_mode_of_the_core_can_be_chosen(opened: Opened) -> None:
    box = opened.window.inspector.layer.padding_mode
    assert tuple(box.itemData(place) for place in range(box.count())) == PADDING_MODES


def test_the_words_of_a_lesson_have_room_in_a_small_window(opened: Opened) -> None:
    """The buttons go below them: beside them they left a column of single words, cut off at the end."""
    opened.window.resize(580, 600)
    caption = opened.window.caption
    opened.window.open_lesson("frequency-box")
    opened.settle()
    opened.window.presenter.jump(3)
    opened.bot.waitUntil(lambda: caption.about.isVisible())
    QApplication.processEvents()
    assert caption.words.width() > 0.7 * caption.width()
    assert caption.words.height() >= caption.words.heightForWidth(caption.words.width())
    assert caption.after.geometry().top() > caption.words.geometry().bottom()
    opened.window.resize(1280, 800)
    QApplication.processEvents()
    assert caption.after.geometry().top() < caption.words.geometry().bottom()

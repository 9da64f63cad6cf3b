"""Exporting from the window: what is asked is written, progress is told, and cancelling leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from shiboken6 import isValid

from convgui.core import ConvSpec
from convgui.draw.picture import Cells, Picture, Raster
from convgui.draw.theme import LIGHT
from convgui.export.code import TARGETS, code
from convgui.files.lessons import load_lesson
from convgui.layers.relu import ReLU
from convgui.qt.export.dialog import ExportDialog
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from convgui.session.preferences import COLOURS
from tests.documents import OUTPUT
from tests.qt.conftest import Opened

# Said by the platform without a screen when a second window opens.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def dialog(opened: Opened) -> Iterator[ExportDialog]:
    opened.window.commands.actions["export"].trigger()
    found = opened.window.findChild(ExportDialog)
    assert isinstance(found, ExportDialog)
    yield found
    if isValid(found):
        found.close()


def choose(dialog: ExportDialog, what: str, ending: str = "") -> None:
    dialog.what.setCurrentIndex(dialog.what.findData(what))
    if ending:
        dialog.format.setCurrentIndex(dialog.format.findData(ending))


def write(opened: Opened, dialog: ExportDialog, path: Path) -> None:
    with opened.bot.waitSignal(dialog.said, timeout=20_000):
        dialog.start(path)
    assert f"{path.name} is written." in dialog.state.text()
    assert dialog.export_button.isEnabled()


def test_a_picture_in_each_format(opened: Opened, dialog: ExportDialog, folder: Path) -> None:
    dialog.width_box.setValue(600)
    dialog.height_box.setValue(400)
    for ending in (".png", ".svg", ".pdf"):
        choose(dialog, "picture", ending)
        assert dialog.scale.value() == (2.0 if ending == ".png" else 1.0)
        write(opened, dialog, folder / f"a{ending}")
    with Image.open(folder / "a.png") as image:
        assert image.size == (1200, 800)
    assert "600 × 400" in dialog.pixels.text()
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")
    assert "<text" in (folder / "a.svg").read_text(encoding="utf-8")


def test_an_animation_and_its_frames(opened: Opened, dialog: ExportDialog, folder: Path) -> None:
    dialog.width_box.setValue(320)
    dialog.height_box.setValue(240)
    choose(dialog, "animation", ".gif")
    dialog.last.setValue(2)
    heard: list[float] = []
    dialog.task.progressed.connect(heard.append)
    write(opened, dialog, folder / "a.gif")
    assert heard == sorted(heard)
    assert heard[-1] == 1
    choose(dialog, "frames")
    dialog.glide.setChecked(False)
    assert dialog.length.text().startswith("3 pictures")
    write(opened, dialog, folder / "frames")
    assert len(list((folder / "frames").iterdir())) == 4


def test_numbers_and_a_model(opened: Opened, dialog: ExportDialog, folder: Path) -> None:
    choose(dialog, "array", ".npy")
    write(opened, dialog, folder / "a.npy")
    assert np.load(folder / "a.npy")[0].tolist() == OUTPUT
    choose(dialog, "array", ".png")
    write(opened, dialog, folder / "b.png")
    assert "value = 6.0 + 13.0 * pixel / 65535" in dialog.state.text()
    choose(dialog, "model")
    write(opened, dialog, folder / "a.onnx")
    assert (folder / "a.onnx").stat().st_size > 100


def test_the_window_lives_while_it_writes_and_cancelling_leaves_nothing(
    opened: Opened, dialog: ExportDialog, folder: Path
) -> None:
    choose(dialog, "animation", ".apng")
    ticks: list[int] = []
    timer = QTimer(dialog)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(1)
    target = folder / "a.apng"
    target.write_bytes(b"old")
    dialog.start(target)
    opened.bot.waitUntil(lambda: dialog.progress.value() > 100, timeout=20_000)
    assert len(ticks) > 3
    timer.stop()
    with opened.bot.waitSignal(dialog.task.cancelled):
        QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert "nothing was written" in dialog.state.text()
    assert target.read_bytes() == b"old"
    assert [p.name for p in folder.iterdir()] == ["a.apng"]


def test_closing_the_dialog_ends_what_runs(opened: Opened, dialog: ExportDialog, folder: Path) -> None:
    choose(dialog, "animation", ".apng")
    dialog.start(folder / "a.apng")
    opened.bot.waitUntil(lambda: dialog.progress.value() > 20, timeout=20_000)
    dialog.close()
    assert not list(folder.iterdir())


def test_closing_the_window_ends_what_runs(opened: Opened, folder: Path) -> None:
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    choose(dialog, "animation", ".apng")
    dialog.start(folder / "a.apng")
    opened.bot.waitUntil(lambda: dialog.progress.value() > 20, timeout=20_000)

    def stop() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.buttons() if "Stop" in button.text()).click()

    QTimer.singleShot(0, stop)
    opened.window.close()
    assert not list(folder.iterdir())


@pytest.mark.fault
def test_what_cannot_be_written_is_said_in_the_dialog(
    opened: Opened, dialog: ExportDialog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = str(folder / "missing" / "a")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen, ""))
    choose(dialog, "picture", ".png")
    with opened.bot.waitSignal(dialog.task.failed):
        QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert "a.png cannot be written: No such file or directory" in dialog.state.text()
    dialog.transparent.setChecked(True)
    choose(dialog, "animation", ".mp4")
    assert "no transparent background" in dialog.state.text()
    assert not dialog.export_button.isEnabled()
    dialog.transparent.setChecked(False)
    dialog.width_box.setValue(16_000)
    dialog.height_box.setValue(16_000)
    assert "too large" in dialog.state.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    dialog._on_export()
    assert not dialog.task.running


def test_the_picture_goes_to_the_clipboard(opened: Opened) -> None:
    opened.window.commands.actions["copy-picture"].trigger()
    image, stage = QGuiApplication.clipboard().image(), opened.window.stage
    assert (image.width(), image.height()) == (2 * stage.width(), 2 * stage.height())


def test_the_copied_picture_is_the_exported_one_and_keeps_a_secret(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("sobel-photo")
    opened.settle()
    window.commands.actions["larger"].trigger()
    opened.settle()
    assert window.stage.picture is not None
    shown, kept = names(window.stage.picture), window.presenter.still()
    assert kept is not None
    assert "overview" in shown
    assert names(kept) == [name for name in shown if name != "overview"]
    window.open_lesson("single-channel")
    opened.settle()
    whole = window.presenter.still()
    assert whole is not None
    assert window.prediction.covering(whole) is whole
    window.prediction.hide_at(0)
    assert window.prediction.covering(whole).summary != whole.summary


def names(picture: Picture) -> list[str]:
    return [item.name for item in picture.items if isinstance(item, (Cells, Raster))]


def test_the_layer_is_copied_as_code(opened: Opened) -> None:
    commands, document = opened.window.commands, opened.window.session.document
    for target, action in zip(TARGETS, commands.edit.codes.actions(), strict=False):
        action.trigger()
        assert QGuiApplication.clipboard().text() == code(document, target.id)
    commands.edit.with_weights.setChecked(False)
    commands.edit.codes.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == code(document, "pytorch", weights=False)


def test_pytorch_is_pasted_as_one_undo_step(opened: Opened) -> None:
    session, paste = opened.window.session, opened.window.inspector.paste
    before = session.document
    QGuiApplication.clipboard().setText("self.conv = nn.Conv2d(1, 4, 3, stride=2, padding=1),")
    opened.window.commands.actions["paste-code"].trigger()
    assert session.document.layer.spec == ConvSpec.of(1, 4, (3, 3), stride=2, padding=1)
    session.undo()
    assert session.document is before
    paste.line.setText("nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())")
    QTest.keyClick(paste.line, Qt.Key.Key_Return)
    assert session.document.layers[1] == ReLU()
    assert paste.line.text() == ""
    opened.settle()


@pytest.mark.fault
def test_pytorch_that_is_not_understood_is_answered(opened: Opened) -> None:
    session, paste = opened.window.session, opened.window.inspector.paste
    before = session.document
    paste.line.setText("nn.LSTM(3, 4)")
    QTest.keyClick(paste.line, Qt.Key.Key_Return)
    assert "“LSTM” is no layer that convgui knows" in paste.problem.text()
    assert paste.line.text() == "nn.LSTM(3, 4)"
    QGuiApplication.clipboard().setText("nn.Conv2d(3, 4, 3)")
    opened.window.commands.actions["paste-code"].trigger()
    assert "takes 3 channels and gets 1" in opened.window.banner.words.text()
    assert session.document is before
    assert load_lesson("single-channel").lesson is not None


def by_button(dialog: ExportDialog) -> None:
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)


def by_escape(dialog: ExportDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def by_title_bar(dialog: ExportDialog) -> None:
    dialog.close()


@pytest.mark.parametrize("close", [by_button, by_escape, by_title_bar])
@pytest.mark.parametrize("state", ["idle", "running", "finished", "failed"])
def test_it_closes_in_every_state(
    opened: Opened, dialog: ExportDialog, folder: Path, state: str, close: Callable[[ExportDialog], None]
) -> None:
    choose(dialog, "picture", ".png")
    if state == "running":
        choose(dialog, "animation", ".apng")
        dialog.start(folder / "a.apng")
        opened.bot.waitUntil(lambda: dialog.progress.value() > 5)
        if close is by_button:  # which reads Cancel until then
            close(dialog)
            opened.bot.waitUntil(lambda: not dialog.task.running)
    elif state == "finished":
        write(opened, dialog, folder / "a.png")
    elif state == "failed":
        with opened.bot.waitSignal(dialog.task.failed):
            dialog.start(folder / "missing" / "a.png")
    close(dialog)
    assert not isValid(dialog) or not dialog.isVisible()
    assert state == "finished" or not list(folder.iterdir())
    opened.window.commands.actions["export"].trigger()
    again = next(d for d in opened.window.findChildren(ExportDialog) if d.isVisible())
    write(opened, again, folder / "b.png")
    again.close()


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("colours", COLOURS)
def test_every_format_in_every_set_of_colours(opened: Opened, folder: Path, shade: str, colours: str) -> None:
    window = opened.window
    window.prefer(replace(window.preferences, shade=shade, colours=colours))
    opened.settle()
    window.commands.actions["export"].trigger()
    dialog = window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    assert dialog.theme.currentData() == window.theme.name
    dialog.width_box.setValue(200)
    dialog.height_box.setValue(150)
    for other in range(dialog.theme.count()):
        dialog.theme.setCurrentIndex(other)
        write(opened, dialog, folder / f"{other}.png")
    for what, ending in (
        ("picture", ".svg"),
        ("picture", ".pdf"),
        ("animation", ".gif"),
        ("frames", ""),
        ("array", ".npy"),
    ):
        choose(dialog, what, ending)
        dialog.last.setValue(2)
        write(opened, dialog, folder / f"a{ending}")
    dialog.close()


@pytest.mark.parametrize("step", [0, 4, 8])
def test_the_step_that_is_shown_is_the_one_that_is_written(opened: Opened, folder: Path, step: int) -> None:
    window = opened.window
    window.presenter.jump(step)
    window.commands.actions["export"].trigger()
    dialog = window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    choose(dialog, "picture", ".svg")
    write(opened, dialog, folder / "step.svg")
    dialog.close()
    written = (folder / "step.svg").read_text(encoding="utf-8")
    document = window.session.document
    wanted = draw(scene("slide"), document, Canvas(960, 540, LIGHT), step)
    others = {draw(scene("slide"), document, Canvas(960, 540, LIGHT), n).summary for n in range(9) if n != step}
    assert wanted.summary in written
    assert not any(other in written for other in others)


def test_an_output_as_it_is_seen(opened: Opened, dialog: ExportDialog, folder: Path) -> None:
    choose(dialog, "seen", ".png")
    assert dialog.deep.isVisible()
    dialog.deep.setChecked(True)
    write(opened, dialog, folder / "a.png")
    with Image.open(folder / "a.png") as image:
        assert image.size == (len(OUTPUT[0]), len(OUTPUT))
        deep = np.asarray(image)
    assert deep.dtype in (np.uint16, np.int32)
    choose(dialog, "seen", ".jpg")
    assert not dialog.deep.isEnabled()
    write(opened, dialog, folder / "a.jpg")
    with Image.open(folder / "a.jpg") as image:
        assert image.size == (len(OUTPUT[0]), len(OUTPUT))


def test_an_output_as_a_table(opened: Opened, dialog: ExportDialog, folder: Path) -> None:
    choose(dialog, "array", ".csv")
    write(opened, dialog, folder / "a.csv")
    rows = (folder / "a.csv").read_text(encoding="utf-8").splitlines()
    assert [[float(cell) for cell in row.split(",")] for row in rows] == OUTPUT


def test_return_exports_from_any_number_box(
    opened: Opened, dialog: ExportDialog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder / "a.png"), ""))
    opened.bot.waitUntil(dialog.isVisible)
    dialog.width_box.setFocus()
    with opened.bot.waitSignal(dialog.said, timeout=20_000):
        QTest.keyClick(dialog.width_box, Qt.Key.Key_Return)
    assert (folder / "a.png").exists()


def test_a_file_is_called_like_what_is_exported(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    proposed = list[Path]()

    def ask(parent: object, title: str, path: Path, endings: object, kind: str) -> None:
        proposed.append(path)

    monkeypatch.setattr("convgui.qt.export.dialog.ask_where", ask)
    for wanted in ("Single channel", "beach_slide"):
        opened.window.commands.actions["export"].trigger()
        dialog = opened.window.findChild(ExportDialog)
        assert isinstance(dialog, ExportDialog)
        dialog.export_button.click()
        assert proposed[-1].stem == wanted
        dialog.close()
        opened.bot.waitUntil(lambda: opened.window.findChild(ExportDialog) is None)
        document = opened.window.session.document
        opened.show(replace(document, lesson=None, sample=replace(document.sample, name="beach.png")))

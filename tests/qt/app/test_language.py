"""Speaking another language: windows go on with their sessions, Qt's own words follow, and layouts bear longer text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QRawFont, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from convgui.core.presets import PRESETS
from convgui.draw.picture import Hit
from convgui.files.documents import read_document, write_document
from convgui.files.recovery import RecoverySlot
from convgui.files.translations import LANGUAGES, TRIAL
from convgui.qt.app import Windows
from convgui.qt.app.language import use_language
from convgui.qt.compare.window import CompareWindow
from convgui.qt.dialogs.preferences import PreferencesDialog
from convgui.qt.dialogs.report import ReportDialog
from convgui.qt.documents import document_file as filing
from convgui.qt.export import task as export_task
from convgui.qt.export.dialog import ExportDialog
from convgui.qt.lessons.tour import Tour
from convgui.qt.panels.transport import SCRUB
from convgui.qt.widgets.bounded_inputs import BoundedSpin
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.fonts import CHINESE, load_fonts
from convgui.qt.window import MainWindow
from convgui.session.edits import set_bias, set_tap
from convgui.session.notes import add_note, note_here, notes_of
from convgui.session.preferences import Preferences
from convgui.session.region import Region, cropped
from convgui.words import language, tr
from tests.documents import textbook

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
WIDEST = 700
"""Pixels of a dialog over a window of 1024."""
ARROW = 30
"""Pixels of a list's frame and arrow."""


@pytest.fixture
def windows(qapp: QApplication, qtbot: QtBot) -> Iterator[Windows]:
    load_fonts()
    made = Windows()
    yield made
    for window in tuple(made.open):
        window.retire()
    use_language(qapp, "en")


def test_a_window_goes_on_in_another_language_with_its_history(windows: Windows, qtbot: QtBot) -> None:
    first = windows.show()
    session = first.session
    session.replace(set_tap(session.document, (0, 0), 7.0, every_channel=False), "Edit weight", key="tap")
    first.presenter.jump(3)
    qtbot.waitUntil(lambda: first.presenter.player.target == 3)
    first.prefer(replace(first.preferences, language="zh_CN"))
    qtbot.waitUntil(lambda: language() == "zh_CN" and windows.open[:1] != [first])
    (second,) = windows.open
    assert second.session.document.layer.weight[0, 0, 0, 0] == 7
    assert second.session.document.lesson is not None
    assert second.session.document.lesson.title == "单通道"
    assert "撤销" in second.commands.actions["undo"].text()
    assert second.filing.modified
    qtbot.waitUntil(lambda: second.presenter.player.target == 3)
    second.session.undo()
    assert second.session.document.layer.weight[0, 0, 0, 0] != 7
    assert second.filing.unsaved() is None
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消(&C)"
    windows.speak("en")
    (third,) = windows.open
    assert third.session.document.lesson is not None
    assert third.session.document.lesson.title == "Single channel"
    assert third.session.redo_name == "Edit weight"


def test_the_language_is_remembered_and_the_desktops_is_the_first(windows: Windows) -> None:
    preferences = Preferences().with_changes({"language": "zh_CN"})
    assert preferences.differing() == {"language": "zh_CN"}
    assert Preferences().with_changes({"language": "tlh"}) == Preferences()
    dialog = PreferencesDialog(preferences)
    names = [dialog.fields["language"].itemText(place) for place in range(dialog.fields["language"].count())]
    assert names[1:] == list(LANGUAGES.values())
    assert dialog.fields["language"].currentData() == "zh_CN"
    dialog.deleteLater()


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_the_chinese_font_has_every_character_of_the_catalogue(qapp: QApplication, style: str) -> None:
    load_fonts()
    from convgui.files.resources import resource

    raw = QRawFont(str(resource("fonts", f"NotoSansCJKsc-{style}.otf")), 16)
    assert (raw.familyName(), raw.styleName()) == (CHINESE, style)
    text = (resource("translations") / "zh_CN.po").read_text(encoding="utf-8").partition("#: ")[2]
    wide = sorted({c for c in text if c >= "\u2e80"})
    assert len(wide) > 500
    assert [c for c in wide if not raw.supportsCharacter(ord(c))] == []


@pytest.mark.parametrize("code", [TRIAL, "zh_CN"])
def test_nothing_is_cut_in_a_small_window(windows: Windows, qapp: QApplication, qtbot: QtBot, code: str) -> None:
    use_language(qapp, code)
    window = windows.show()
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.header.tabs.width() > 0 and bool(window.header.tabs._buttons))
    qapp.processEvents()
    panels = (window.header, window.inspector, window.transport, window.status, window.caption, window.options)
    assert [text for panel in panels for text in cut(panel)] == []
    inside = window.inspector.viewport().width()
    body = window.inspector.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= inside
    dialog = PreferencesDialog(window.preferences, window)
    dialog.show()
    assert dialog.sizeHint().width() <= WIDEST
    qapp.processEvents()
    assert cut(dialog) == []


@pytest.mark.parametrize("size", [150, 175])
def test_nothing_is_cut_in_large_text(windows: Windows, qapp: QApplication, qtbot: QtBot, size: int) -> None:
    window = windows.show()
    window.resize(1280, 800)
    window.open_lesson("sobel-photo")
    window.prefer(replace(window.preferences, size=size))
    qtbot.waitUntil(lambda: bool(window.header.tabs._buttons) and window.presenter.player.steps > 1000)
    qapp.processEvents()
    panels = (window.header, window.inspector, window.transport, window.status, window.caption, window.options)
    qtbot.waitUntil(lambda: [text for panel in panels for text in cut(panel)] == [])
    counter = window.transport.counter
    assert counter.width() >= counter.sizeHint().width()
    assert window.transport.scrub.width() >= SCRUB
    body = window.inspector.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= window.inspector.viewport().width()
    dialog = PreferencesDialog(window.preferences, window)
    dialog.show()
    qapp.processEvents()
    assert cut(dialog) == []
    window.commands.actions["shortcuts"].trigger()
    (shown,) = [other for other in window.findChildren(QDialog) if other is not dialog]
    assert shown.width() <= window.width()
    shown.close()


def cut(panel: QWidget) -> list[str]:
    """Return the texts of what is narrower or lower than it wants to be and says so nowhere else."""
    found = []
    for widget in panel.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton | QComboBox):
            continue
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if not text or widget.toolTip():
            continue
        needed = widget.sizeHint().width() - 1
        if isinstance(widget, QComboBox):
            needed = widget.fontMetrics().horizontalAdvance(text) + ARROW
        wide = widget.width() < needed and not (isinstance(widget, QLabel) and widget.wordWrap())
        high = isinstance(widget, QLabel) and widget.height() + 1 < widget.heightForWidth(widget.width())
        if wide or high:
            found.append(f"{text} ({widget.width()} of {widget.sizeHint().width()})")
    return found


def in_another_language(windows: Windows, qtbot: QtBot) -> MainWindow:
    """Go on in another language, and return the window in front."""
    windows.speak("zh_CN" if language() == "en" else "en")
    window = windows.open[-1]
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow() and window.stage.picture is not None)
    return window


def test_what_is_being_saved_is_saved_for_the_window_that_goes_on(
    windows: Windows, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, gate, asked = tmp_path / "a.convgui", threading.Event(), list[str]()
    write_document(textbook(), path)
    first = windows.show(path)
    qtbot.waitUntil(lambda: first.filing.path == path)

    def slow(*given: Any, **rest: Any) -> str:
        assert gate.wait(30)
        return write_document(*given, **rest)

    monkeypatch.setattr(filing, "write_document", slow)
    monkeypatch.setattr(QMessageBox, "question", lambda *given: asked.append(given[2]))
    first.session.replace(set_bias(first.session.document, 5.0), "Change bias")
    first.filing.save()
    second = in_another_language(windows, qtbot)
    assert second.filing.modified
    assert second.status.working.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not second.filing.modified)
    assert not second.status.working.isVisible()
    assert second.filing.path == path
    second.session.replace(set_bias(second.session.document, 6.0), "Change bias")
    second.filing.save()
    qtbot.waitUntil(lambda: not second.filing.modified)
    assert read_document(path).layer.bias[0] == 6
    assert asked == []


def test_typed_values_are_taken_before_the_language_changes(windows: Windows, qtbot: QtBot) -> None:
    window = windows.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow() and window.stage.picture is not None)
    assert window.stage.picture is not None
    grid = next(grid for grid in window.stage.picture.hits if grid.kind == "kernel")
    at = QPoint(round(grid.x + grid.width / 2), round(grid.y + grid.height / 2))
    QTest.mouseDClick(window.stage, Qt.MouseButton.LeftButton, pos=at)
    entry = QApplication.focusWidget()
    assert entry is not None
    QTest.keyClicks(entry, "42")
    window = in_another_language(windows, qtbot)
    assert window.session.document.layer.weight[0, 0, 0, 0] == 42
    if not window.inspector.isVisible():
        # On a small screen it has given way.
        window.commands.actions["inspector"].trigger()
    box = next(box for box in window.inspector.findChildren(BoundedSpin) if box.isVisible())
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "2")
    window.commands.file.draft = "1 2 3"
    window = in_another_language(windows, qtbot)
    assert 2 in window.session.document.layer.spec.kernel_size
    assert window.commands.file.draft == "1 2 3"


def test_what_runs_and_what_was_asked_goes_on_in_another_language(
    windows: Windows, qtbot: QtBot, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = RecoverySlot.create(data / "recovery")
    slot.save(textbook(stride=2))
    slot._lock.release()
    gate = threading.Event()

    def slow(*given: Any) -> Iterator[float]:
        yield 0.1
        assert gate.wait(30)
        (tmp_path / "film.gif").write_bytes(b"done")

    monkeypatch.setattr(export_task, "export", slow)
    np.save(tmp_path / "given.npy", np.ones((6, 6)))
    window = windows.show()
    windows.recover()
    assert window.question.isVisible()
    window.commands.actions["export"].trigger()
    dialog = window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.what.setCurrentIndex(dialog.what.findData("animation"))
    dialog.start(tmp_path / "film.gif")
    window.open_file(tmp_path / "given.npy")
    second = in_another_language(windows, qtbot)
    assert second.question.isVisible()
    assert second.findChild(ExportDialog) is dialog
    assert dialog.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert (tmp_path / "film.gif").read_bytes() == b"done"
    qtbot.waitUntil(lambda: second.session.document.sample.name == "given.npy")
    assert windows.recovering is not None
    windows.recovering.close()


def with_two_notes(windows: Windows, qtbot: QtBot) -> MainWindow:
    window = windows.show()
    qtbot.waitUntil(lambda: window.stage.picture is not None)
    window.begin(replace(textbook(), lesson=None))
    for text, step in (("One.", 0), ("Two and more.", 4)):
        document = window.session.document
        noted = add_note(document, note_here(document, text, step), len(notes_of(document)))
        window.session.replace(noted, "Add note")
    window.caption.go(1)
    qtbot.waitUntil(lambda: window.presenter.player.target == 4)
    return window


def test_the_panel_of_notes_stays_open(windows: Windows, qtbot: QtBot) -> None:
    window = with_two_notes(windows, qtbot)
    panel = window.notes.open()
    panel.move(60, 70)
    panel.text.setFocus()
    panel.text.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(panel.text, "Also ")
    geometry = panel.geometry()
    second = in_another_language(windows, qtbot)
    opened = second.notes.panel
    assert opened is not None
    assert opened.isVisible()
    assert opened.geometry() == geometry
    assert opened.list.currentRow() == 1
    assert opened.text.toPlainText() == "Also Two and more."
    assert opened.text.textCursor().position() == 5
    QTest.keyClicks(opened.text, "see ")
    assert [note.text for note in notes_of(second.session.document)] == ["One.", "Also see Two and more."]
    opened.close()
    third = in_another_language(windows, qtbot)
    assert third.notes.panel is None, "it was closed"


def test_every_panel_and_place_stays_as_it_was(windows: Windows, qtbot: QtBot) -> None:
    window = with_two_notes(windows, qtbot)
    window.resize(1000, 600)
    for name in ("levels", "profile"):
        window.commands.actions[name].trigger()
    window.profiler._on_lined(Hit("input", (0, 0, 0)), Hit("input", (0, 2, 2)))
    qtbot.waitUntil(lambda: window.profiler.profile is not None)
    window.inspector.kernel.every.setChecked(True)
    window.inspector.paste.line.setText("nn.Conv2d(1, ")
    window.presenter.set_player(replace(window.presenter.player, speed=4.0))
    qtbot.waitUntil(lambda: window.lessons.verticalScrollBar().maximum() > 3)
    bars = [area.verticalScrollBar() for area in (window.lessons, window.inspector)]
    for bar in bars:
        bar.setValue(3)
    scrolled = [bar.value() for bar in bars]
    window.commands.actions["export"].trigger()
    export = window.findChild(ExportDialog)
    assert isinstance(export, ExportDialog)
    export.width_box.setValue(777)
    second = in_another_language(windows, qtbot)
    for name in ("levels", "profile"):
        assert second.commands.actions[name].isChecked()
    assert second.leveller.panel is not None
    assert second.leveller.panel.isVisible()
    qtbot.waitUntil(lambda: second.profiler.profile is not None)
    assert second.inspector.kernel.every.isChecked()
    assert second.inspector.paste.line.text() == "nn.Conv2d(1, "
    assert second.presenter.player.speed == 4
    assert second.caption.index == 1
    qtbot.waitUntil(lambda: second.presenter.player.target == 4)
    seconds = [area.verticalScrollBar() for area in (second.lessons, second.inspector)]
    qtbot.waitUntil(lambda: [bar.value() for bar in seconds] == scrolled)
    assert second.findChild(ExportDialog) is export
    assert export.isVisible()
    assert export.width_box.value() == 777
    export.close()


def test_a_hidden_number_stays_hidden(windows: Windows, qtbot: QtBot) -> None:
    window = with_two_notes(windows, qtbot)
    panel = window.notes.open()
    panel.predict.click()
    panel.close()
    qtbot.waitUntil(lambda: window.prediction.hiding)
    window.prediction.field.setText("1")
    second = in_another_language(windows, qtbot)
    qtbot.waitUntil(lambda: second.prediction.hiding)
    assert second.prediction.field.text() == "1"
    second.prediction.reveal()
    third = in_another_language(windows, qtbot)
    qtbot.waitUntil(lambda: third.stage.picture is not None)
    assert not third.prediction.hiding, "what was revealed stays so"


def test_what_a_failed_saving_says_goes_when_the_next_window_saves(
    windows: Windows, qtbot: QtBot, tmp_path: Path
) -> None:
    window = with_two_notes(windows, qtbot)
    window.banner.say("It cannot be written.", f"saving {window.session.origin}")
    second = in_another_language(windows, qtbot)
    assert second.banner.isVisible()
    second.filing.clean(textbook(), tmp_path / "a.convgui")
    second.filing._homes[second.session.origin] = replace(second.filing.home, saved=None)
    second.filing._saver._contents.clear()
    second.filing.save()
    qtbot.waitUntil(lambda: not second.banner.isVisible())


@pytest.mark.parametrize("name", ["preferences", "report", "about", "shortcuts", "compare", "region"])
def test_a_dialog_stays_open_in_the_new_language(windows: Windows, qtbot: QtBot, name: str) -> None:
    first = windows.show()
    first.commands.actions[name].trigger()
    before = next(dialog for dialog in first.findChildren(Dialog) if dialog.isVisible())
    title = before.windowTitle()
    if isinstance(before, ReportDialog):
        before.text.insertPlainText("It turned green.")
    if isinstance(before, PreferencesDialog):
        field = before.fields["language"]
        field.setFocus()
        field.setCurrentIndex(field.findData("zh_CN"))
        field.activated.emit(field.currentIndex())
        qtbot.waitUntil(lambda: windows.open[0] is not first)
    else:
        windows.speak("zh_CN")
    (second,) = windows.open
    (after,) = [dialog for dialog in second.findChildren(Dialog) if dialog.isVisible()]
    assert type(after) is type(before)
    assert after.windowTitle() != title
    if isinstance(after, ReportDialog):
        assert after.text.toPlainText().startswith("It turned green.")
    if isinstance(after, PreferencesDialog):
        assert after.focusWidget() is after.fields["language"]
        second.prefer(Preferences())
    after.close()


def test_the_tour_goes_on_in_the_new_language(windows: Windows) -> None:
    first = windows.show()
    first.tour()
    tour = first.findChild(Tour)
    assert tour is not None
    tour.go(2)
    windows.speak("zh_CN")
    (second,) = windows.open
    again = second.findChild(Tour)
    assert again is not None
    assert again.isVisible()
    assert again.index == 2
    again.end()


@pytest.mark.parametrize("name", ["new", "lesson", "standing"])
def test_no_empty_bar_is_left_above_the_stage(windows: Windows, qtbot: QtBot, name: str) -> None:
    first = windows.show()
    if name == "new":
        first.filing.new()
    elif name == "lesson":
        first.open_lesson("max-pooling")
    else:
        first.banner.say("It cannot be read.")
    windows.speak("zh_CN")
    (second,) = windows.open
    qtbot.waitUntil(lambda: second.stage.picture is not None)
    for bar in (second.banner, second.question, second.hint, second.caption):
        assert not bar.isVisible() or bar.words.text()


def test_what_was_done_is_told_in_the_new_language(windows: Windows) -> None:
    first = windows.show()
    first.session.replace(cropped(first.session.document, Region(0, 0, 4, 4)), tr("Crop to {region}", region="[0:4]"))
    first.inspector.kernel.use_preset(PRESETS["box"])
    first.session.undo()
    windows.speak("zh_CN")
    (second,) = windows.open
    done, undone = second.session.undo_name, second.session.redo_name
    assert "[0:4]" in done
    assert not set("Crop") & set(done)
    assert undone == tr(PRESETS["box"].title) != PRESETS["box"].title
    windows.speak("en")
    (third,) = windows.open
    assert (third.session.undo_name, third.session.redo_name) == ("Crop to [0:4]", PRESETS["box"].title)


def test_what_is_compared_stays_so_in_the_new_language(windows: Windows, qtbot: QtBot) -> None:
    first = windows.show()
    first.commands.actions["compare"].trigger()
    before = first.findChild(CompareWindow)
    assert isinstance(before, CompareWindow)
    first.inspector.kernel.use_preset(PRESETS["box"])
    before.keep()
    before.first.setCurrentIndex(before.first.count() - 2)
    kept, chosen = [document for _, document in before.kept], before.first.currentData().document
    windows.speak("zh_CN")
    (second,) = windows.open
    after = second.findChild(CompareWindow)
    assert isinstance(after, CompareWindow)
    assert after.isVisible()
    assert [document for _, document in after.kept] == kept
    assert after.first.currentData().document is chosen is kept[0]
    assert "Kept" not in after.first.currentText()
    qtbot.waitUntil(lambda: bool(after.state.text()))
    after.close()


def test_what_could_not_be_saved_is_said_in_the_language_spoken(windows: Windows, qtbot: QtBot, tmp_path: Path) -> None:
    window = windows.show()
    qtbot.waitUntil(lambda: window.stage.picture is not None)
    window.filing._write(tmp_path / "none" / "a.convgui", False, None, ours=True)
    qtbot.waitUntil(lambda: "cannot be written" in window.banner.words.text())
    in_english = window.banner.words.text()
    second = in_another_language(windows, qtbot)
    assert second.banner.isVisible()
    assert second.banner.words.text() == tr(
        "{path} cannot be written: {reason}; choose another folder.",
        path=tmp_path / "none" / "a.convgui",
        reason="No such file or directory",
    )
    third = in_another_language(windows, qtbot)
    assert third.banner.words.text() == in_english

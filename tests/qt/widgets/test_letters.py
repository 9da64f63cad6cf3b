"""Alt and a letter bring the keyboard to everything in a dialog, once each, in English and in Chinese."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QToolButton,
)

from convgui.files.resources import resource
from convgui.files.translations import speak_language
from convgui.qt.app.language import use_language
from convgui.qt.dialogs.network_dialog import NetworkDialog
from convgui.qt.export.dialog import ExportDialog
from convgui.qt.widgets.letters import with_letter
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ASKED = ("preferences", "export", "about", "notes")
OTHERS = ("export-several", "batch", "type", "generate", "region", "random-weights", "shortcuts", "report", "compare")


def letters(dialog: QDialog) -> list[str]:
    parts = [part for kind in (QCheckBox, QPushButton) for part in dialog.findChildren(kind)]
    texts = [part.text() for part in parts if not part.text().startswith("#")]
    texts += [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    return [QKeySequence.mnemonic(text).toString() for text in texts if text]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", ASKED)
def test_everything_in_a_dialog_has_a_letter_of_its_own(opened: Opened, name: str, language: str) -> None:
    speak_language(language)
    try:
        opened.window.commands.actions[name].trigger()
        dialog = next(dialog for dialog in opened.window.findChildren(QDialog) if dialog.isVisible())
        found = letters(dialog)
        assert found
        assert all(found)
        assert max(Counter(found).values()) == 1
        dialog.close()
    finally:
        speak_language("en")


@pytest.mark.parametrize("name", [*ASKED, *OTHERS])
def test_every_button_of_a_dialog_has_an_icon(opened: Opened, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Alike, whether Qt has the button or a dialog of the program's own."""
    looked, bare = list[QDialog](), list[str]()

    def look(dialog: QDialog) -> int:
        dialog.show()
        looked.append(dialog)
        buttons = [button for button in dialog.findChildren(QPushButton) if not button.text().startswith("#")]
        bare.extend(button.text() for button in buttons if button.isVisible() and button.icon().isNull())
        dialog.close()
        return 0

    monkeypatch.setattr(QDialog, "exec", look)
    opened.window.commands.actions[name].trigger()
    for dialog in opened.window.findChildren(QDialog):
        if dialog.isVisible():
            look(dialog)
    assert looked
    assert bare == []


def test_a_letter_brings_the_keyboard_to_the_field_that_it_names(opened: Opened) -> None:
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert dialog is not None
    label = next(label for label in dialog.findChildren(QLabel) if label.buddy() is dialog.width_box)
    assert label.text().replace("&", "") == "Size"
    letter = label.text()[label.text().index("&") + 1].upper()
    opened.bot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key(ord(letter)), Qt.KeyboardModifier.AltModifier)
    opened.bot.waitUntil(lambda: dialog.width_box.hasFocus())
    dialog.close()


@pytest.mark.parametrize(
    ("text", "taken", "marked"),
    [
        ("Close", set(), "&Close"),
        ("Size of text", {"S"}, "Size &of text"),
        ("to", {"T", "O"}, "to"),
        ("关闭", {"A"}, "关闭(&B)"),
        ("导出…", set(), "导出(&A)…"),
    ],
)
def test_which_letter_is_marked(text: str, taken: set[str], marked: str) -> None:
    assert with_letter(text, taken) == marked


@pytest.mark.parametrize(("language", "save"), [("en", "&Save"), ("zh_CN", "保存(&S)")])
def test_the_buttons_of_questions_have_letters_and_icons(qapp: QApplication, language: str, save: str) -> None:
    use_language(qapp, language)
    try:
        buttons = QMessageBox.StandardButton
        box = QMessageBox(QMessageBox.Icon.Question, "", "", buttons.Save | buttons.Discard | buttons.Cancel)
        assert box.button(buttons.Save).text() == save
        assert all("&" in button.text() for button in box.buttons())
    finally:
        use_language(qapp, "en")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_letter_that_another_has_is_given_up(opened: Opened, language: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    use_language(app, language)
    try:
        opened.window.open_file(resource("networks", "pnet.pt"))
        opened.bot.waitUntil(lambda: opened.window.findChild(NetworkDialog) is not None)
        dialog = opened.window.findChild(NetworkDialog)
        assert dialog is not None
        found = letters(dialog)
        assert len(found) == 7, found
        assert all(found)
        assert len(set(found)) == 7
        dialog.close()
    finally:
        use_language(app, "en")


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_dialog_has_a_letter_twice(opened: Opened, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found: list[list[str]] = []

    def look(dialog: QDialog) -> int:
        dialog.show()
        found.append(letters(dialog))
        dialog.hide()
        return 0

    monkeypatch.setattr(QDialog, "exec", look)
    opened.window.commands.actions[name].trigger()
    for dialog in opened.window.findChildren(QDialog):
        if dialog.isVisible():
            found.append(letters(dialog))
            dialog.close()
    assert found
    assert all(max(Counter(filter(None, each)).values(), default=1) == 1 for each in found)


def test_the_buttons_of_a_file_dialog_leave_their_icons_room(opened: Opened) -> None:
    dialog = QFileDialog(opened.window)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()
    buttons = [button for button in dialog.findChildren(QToolButton) if button.isVisible()]
    assert len(buttons) >= 4
    for button in buttons:
        image = button.grab().toImage()
        # Within its line, what is not the button's ground is its icon.
        ground = image.pixel(3, 3)
        inside = range(4, image.width() - 4)
        drawn = [x for x in inside if any(image.pixel(x, y) != ground for y in range(4, image.height() - 4))]
        assert drawn[-1] - drawn[0] >= 7, button.objectName()
    dialog.close()
    dialog.deleteLater()

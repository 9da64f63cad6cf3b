"""Words from outside are shown as they are: no label, tooltip, message or menu takes them for anything else."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from convgui.draw.picture import Picture
from convgui.draw.svg import svg
from convgui.files.documents import write_document
from convgui.files.lessons import load_lesson
from convgui.files.own_lessons import all_lessons
from convgui.files.source import Axes
from convgui.files.user_folders import lessons_folder
from convgui.model.axis_selection import AxisSelection
from convgui.model.document import Document, Lesson
from convgui.qt.dialogs.axes_dialog import AxesDialog
from convgui.qt.dialogs.command_palette import Palette
from convgui.qt.widgets import plain_text
from convgui.qt.widgets.plain_text import PlainLabel, menu_words, plain, read_menu, window_words
from convgui.session import edits
from convgui.session.notes import add_note, note_here
from tests.qt.conftest import Opened

MARK = "EVIL"
HOSTILE = f'<b>{MARK}</b> & <img src="/dev/zero" width=300><h1>H&lt;'
MARKUP = (
    "<b>x",
    "&lt;b&gt;",
    "a <img src=x>",
    "<h1>",
    "<?xml",
    "<!DOCTYPE html><b>",
    "  <b>x",
    "< b>",
    "<\tb>",
    "a &#60;",
)


@pytest.mark.parametrize("text", MARKUP)
def test_nothing_that_was_made_plain_is_taken_for_markup(text: str) -> None:
    assert not QtText.mightBeRichText(plain(text))
    assert plain(text).replace(plain_text.JOINER, "") == text


def test_words_of_menus_and_titles() -> None:
    assert menu_words("R&D\tx\nline.png") == "R&&D x line.png"
    assert read_menu(f"&Undo open {menu_words('R&D <b>')}\tCtrl+Z") == "Undo open R&D <b>"
    assert read_menu("撤销(&U)") == "撤销"
    assert len(menu_words("x" * 5000)) == 80
    assert window_words("a[*]b\nc") == "a[*][*]b c"
    assert plain("R&D, 3 > 2") == "R&D, 3 > 2"


def test_a_picture_in_svg_holds_what_xml_can_hold() -> None:
    from xml.etree import ElementTree

    said = svg(Picture(10.0, 10.0, (255, 255, 255, 255), summary="<b>\x00\x1b]0;x\x07 & \udcff \ufffe 中"))
    title = ElementTree.fromstring(said.encode("utf-8"))[0].text
    assert title == "<b>\ufffd\ufffd]0;x\ufffd & \ufffd \ufffd 中"


def test_no_label_is_made_that_decides_by_itself() -> None:
    """Every label of the program is a plain one, but the formula's, which escapes what it shows."""
    folder = Path(plain_text.__file__).parents[1]
    made = [
        f"{path.name}:{node.lineno}"
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QLabel"
    ]
    assert [place.partition(":")[0] for place in made] == ["panel.py"]


def test_every_question_is_made_plain() -> None:
    folder = Path(plain_text.__file__).parents[1]
    asked = [
        (path.name, ast.unparse(node.args[2]))
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("QMessageBox.")
    ]
    assert len(asked) > 3
    assert [place for place in asked if not place[1].startswith("plain(")] == []


def test_the_axes_of_a_hostile_file_are_shown_as_they_are(qtbot: QtBot) -> None:
    axes = (("x", 5), ("y", 5), (f"<b>{MARK}</b>", 3), (f"<img/src=/dev/zero>{MARK}", 2))
    dialog = AxesDialog(Axes(f"{MARK}[*]<b>.nrrd", axes, AxisSelection("", tuple((name, 0) for name, _ in axes[2:]))))
    qtbot.addWidget(dialog)
    assert rich(dialog) == []
    assert dialog.windowTitle() == f"Axes of {MARK}[*][*]<b>.nrrd"


def rich(window: QWidget) -> list[str]:
    """Return where foreign words would be taken for markup, in any window that is open."""
    found = []
    for top in QApplication.topLevelWidgets():
        for widget in (top, *top.findChildren(QWidget)):
            if MARK in widget.toolTip() and QtText.mightBeRichText(widget.toolTip()):
                found.append(f"tooltip of {type(widget).__name__}")
            if isinstance(widget, QLabel) and MARK in widget.text():
                kind = widget.textFormat()
                if kind == Qt.TextFormat.RichText or (
                    kind == Qt.TextFormat.AutoText and QtText.mightBeRichText(widget.text())
                ):
                    found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
            if isinstance(widget, QListWidget):
                tips = (widget.item(row).toolTip() for row in range(widget.count()))
                found += [f"tooltip in {type(widget).__name__}" for tip in tips if QtText.mightBeRichText(tip)]
        for action in top.findChildren(QAction):
            if MARK in action.toolTip() and QtText.mightBeRichText(action.toolTip()):
                found.append(f"tooltip of {action.text()}")
    return found


def hostile() -> Document:
    document = load_lesson("single-channel")
    sample = replace(document.sample, name=HOSTILE, note=HOSTILE, channels=(HOSTILE,))
    document = replace(document, sample=sample, lesson=Lesson("", HOSTILE, HOSTILE, (), HOSTILE))
    document = add_note(document, note_here(document, HOSTILE, 0))
    return add_note(document, note_here(document, HOSTILE, 2, predict=True))


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_hostile_document_is_shown_as_it_is(opened: Opened, folder: Path) -> None:
    window = opened.window
    lessons_folder().mkdir(parents=True)
    write_document(hostile(), lessons_folder() / "mine.convgui")
    path = folder / f"<b>{MARK}&x[*].convgui"
    write_document(hostile(), path)
    window.open_file(path)
    opened.bot.waitUntil(lambda: window.filing.path is not None)
    opened.settle()
    assert rich(window) == []
    assert window.caption.words.text() == HOSTILE
    assert window.status.note.text() == HOSTILE
    window.session.replace(edits.set_bias(window.session.document, 3.0), "Change bias")
    assert window.windowTitle() == f"<b>{MARK}&x[*][*].convgui[*] – convgui"
    window.caption.go(1)
    panel = window.notes.open()
    window.lessons.list_again(all_lessons())
    assert rich(window) == []
    panel.close()
    window.commands.actions["palette"].trigger()
    palette = window.findChild(Palette)
    assert isinstance(palette, Palette)
    palette.line.setText(MARK)
    assert palette.titles()
    assert rich(window) == []
    palette.close()


def test_a_hostile_file_name_is_shown_as_it_is(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened.window
    name = f"<b>{MARK} R&D<h1>.png"
    Image.fromarray(np.zeros((30, 30, 3), np.uint8)).save(folder / name)
    window.open_file(folder / name)
    opened.bot.waitUntil(lambda: window.session.document.sample.name == name)
    opened.settle()
    assert rich(window) == []
    recent = window.commands.file.recent.actions()[0]
    assert recent.text() == name.replace("&", "&&")
    assert read_menu(window.commands.actions["undo"].text()).endswith(f"open {name}")
    (folder / f"bad {name}").write_bytes(b"junk\0")
    window.open_file(folder / f"bad {name}")
    opened.bot.waitUntil(window.banner.isVisible)
    assert MARK in window.banner.words.text()
    assert rich(window) == []
    asked = []

    def question(_parent: object, _title: str, text: str, *_: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "question", question)
    window.filing._homes[window.session.origin] = replace(window.filing.home, path=folder / name)
    window.session.replace(edits.set_bias(window.session.document, 3.0), "Change bias")
    window.filing.confirm(lambda: None)
    assert MARK in asked[0]
    assert not QtText.mightBeRichText(asked[0])


def test_a_plain_label_shows_its_very_characters() -> None:
    label = PlainLabel(HOSTILE)
    label.setToolTip(HOSTILE)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == HOSTILE
    assert not QtText.mightBeRichText(label.toolTip())

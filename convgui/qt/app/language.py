"""Speaking another language: which one at the start, Qt's own words, and windows that go on in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from convgui.files.errors import LoadError
from convgui.files.lessons import load_lesson
from convgui.files.own_lessons import PREFIX
from convgui.files.translations import LANGUAGES, TRIAL, best_language, speak_language
from convgui.model.document import Document, Lesson
from convgui.qt.app.handover import carry
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.window.main_window import MainWindow
from convgui.words import mark, tr

WORDS_OF_QT = "words of Qt"
BUTTONS = {
    "Save": mark("&Save"),
    "Discard": mark("&Discard"),
    "Cancel": mark("&Cancel"),
    "Close": mark("&Close"),
    "OK": mark("&OK"),
}
"""Buttons of Qt's, and what stands on them."""


def language_for(chosen: str) -> str:
    """Return the language to speak: the environment's ``CONVGUI_LANGUAGE``, the user's, or the desktop's."""
    asked = os.environ.get("CONVGUI_LANGUAGE", "")
    if asked in (*LANGUAGES, TRIAL):
        return asked
    return chosen or best_language(QLocale.system().uiLanguages())


def use_language(app: QApplication, code: str) -> None:
    """Speak a language from now on, in the buttons of Qt's own dialogs too.

    Raises
    ------
    LoadError
        If its catalogue is damaged; the language stays as it was.
    """
    speak_language(code)
    for old in app.findChildren(QTranslator, WORDS_OF_QT):
        app.removeTranslator(old)
        old.setParent(None)
    words, letters = QTranslator(app), ButtonLetters(app)
    for each in (words, letters):
        each.setObjectName(WORDS_OF_QT)
    if words.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)
    app.installTranslator(letters)


class ButtonLetters(QTranslator):
    """Marks a letter on the buttons of questions: not every desktop does."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        # An empty text would be shown; none at all leaves it to the other translators.
        return tr(BUTTONS[source]) if context == "QPlatformTheme" and source in BUTTONS else cast("str", None)


def successor(window: MainWindow) -> MainWindow:
    """Return a window that goes on where another one is, in the language spoken now; the other may retire then."""
    # A value that is being typed is taken, as when a window closes.
    window.stage.setFocus()
    spoken = _respoken()
    session = window.session.copy_with(spoken)
    session.look(step=window.presenter.player.target)
    if not window.isFullScreen():
        window.remembered.set_geometry(window.saveGeometry())
    new_window = MainWindow(session.document, window.remembered, session)
    new_window.filing.inherit(window.filing, spoken)
    for ours, theirs in ((new_window.autosave, window.autosave), (new_window.aside, window.aside)):
        ours.swap(theirs)
    new_window.commands.file.draft = window.commands.file.draft
    carry(window, new_window)
    for dialog in window.findChildren(Dialog):
        if dialog.busy or (dialog.detached and dialog.isVisible()):
            dialog.setParent(new_window, dialog.windowFlags())
            dialog.show()
    if window.opener.opening is not None:
        new_window.opener.open(*window.opener.opening)
    return new_window


def _respoken() -> Callable[[Document], Document]:
    """Return what tells the words of a lesson that ships in the language spoken.

    One document stays one, and one lesson stays one: by that the window knows what has been changed.
    """
    documents: dict[int, tuple[Document, Document]] = {}
    lessons: dict[int, tuple[Lesson, Lesson]] = {}

    def change(document: Document) -> Document:
        if id(document) not in documents:
            lesson = document.lesson
            if lesson is not None and id(lesson) not in lessons:
                lessons[id(lesson)] = (lesson, _told(lesson))
            told = lessons[id(lesson)][1] if lesson is not None else None
            documents[id(document)] = (document, document if told is lesson else replace(document, lesson=told))
        return documents[id(document)][1]

    return change


def _told(lesson: Lesson) -> Lesson:
    if lesson.id and not lesson.id.startswith(PREFIX):
        # A lesson that is none of those that ship stays in its writer's language.
        with suppress(LoadError):
            return replace(load_lesson(lesson.id).lesson or lesson, start=lesson.start)
    return lesson

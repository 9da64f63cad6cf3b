"""The window: tells each of its panels what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog

from convgui.files.outside_lessons import outside_lessons
from convgui.files.own_lessons import all_lessons
from convgui.model.document import Document, Lesson
from convgui.qt.documents.document_file import COPIES
from convgui.qt.faults import each_in_turn
from convgui.qt.lessons.lesson_walk import LessonWalk
from convgui.qt.lessons.tour import Tour
from convgui.qt.settings import Remembered
from convgui.qt.stage.accessible import announce
from convgui.qt.widgets.appearance import look_of
from convgui.qt.widgets.plain_text import window_words
from convgui.qt.window.changes import paint_first, parts_to_tell
from convgui.qt.window.geometry import keep_on_screen
from convgui.qt.window.panel_window import PanelWindow
from convgui.qt.window.scene_choice import SceneChoice
from convgui.session.preferences import Preferences
from convgui.session.session import Session
from convgui.words import tr

AFTER_SHOWING = 30
"""Milliseconds after which what can wait is done."""


class MainWindow(PanelWindow):
    """One document in one window.

    Asks for ``another()`` window, for all of them to be ``left()``, says what its user has ``preferred(preferences)``,
    and when it is ``closed()``.
    """

    another = Signal()
    left = Signal()
    preferred = Signal(object)
    closed = Signal()

    def __init__(self, document: Document, remembered: Remembered, session: Session | None = None) -> None:
        super().__init__(document, remembered, session)
        self._leaving = self._set_aside = False
        self._connect()
        self._on_changed(self.session.document, self.session.document)
        self.inspector.kernel.together(document)

    def _connect(self) -> None:
        commands = self.commands
        commands.file.another.connect(self.another)
        commands.file.left.connect(self.left)
        commands.edit.preferred.connect(self.prefer)
        commands.view.preferred.connect(self.prefer)
        commands.view.alone.connect(self.stage_alone)
        commands.help.toured.connect(self.tour)
        self.session.listen(lambda old, new: paint_first(self.stage, old, new))
        self.session.listen(self._on_changed)
        self.session.on_forgotten = self._on_forgotten
        self.prediction.covered.connect(self.stage.show_picture)
        self.presenter.failed.connect(self._on_failed)
        self.loader.begun.connect(self._on_begun)
        self.filing.emptied.connect(self.welcome)
        self.filing.changed.connect(self._on_filed)
        self.notes.published.connect(self._list_lessons)
        for copies in (self.autosave, self.aside):
            copies.failed.connect(lambda sentence: self.banner.say(sentence, COPIES))
            copies.recovered.connect(lambda: self.banner.over(COPIES))
        self.stage.said.connect(lambda sentence: announce(self.stage, sentence))
        self.stage.resized.connect(self.refit)
        self.presenter.prepared.connect(self.refit)
        self._scenes = SceneChoice(self.context, self.header.tabs, self.options)
        self.lessons.opened.connect(self.open_lesson)
        # What was asked first may have been answered so that nothing was opened.
        self.lessons.opened.connect(lambda _: self.lessons.show_lesson(self.session.document.lesson))
        self.walk = LessonWalk(
            self.context, lambda: self.filing.path is not None, self.caption, self.prediction, self.notes
        )
        self.filing.kept, self.filing.settle = self.walk.kept, self.walk.settle

    def _on_failed(self, reason: str) -> None:
        self.banner.stand(reason)

    def _on_begun(self, document: Document) -> None:
        self.hint.say("")
        self.inspector.kernel.together(document)
        self.walk.begin()
        self.uncover()
        self.stage.setFocus()

    def welcome(self) -> None:
        """Say what to begin with, where there is nothing of the user's own yet."""
        actions = self.commands.actions
        self.hint.ask(
            tr("A small grid to begin with. Open a picture, a volume or numbers, drop a file, or choose a lesson."),
            ((tr("Open…"), actions["open"].trigger), (tr("Type numbers…"), actions["type"].trigger)),
            lambda: None,
        )

    def tour(self) -> None:
        """Show what the parts of the window are for."""
        self.remembered.set_toured()
        # The parts that it is about are all seen, where the window is wide enough; afterwards they give way again.
        self.insist(*self._beside([name for name in ("lessons", "inspector") if self.remembered.shown(name)]))
        parts = {"lessons": self.lessons, "stage": self.stage, "transport": self.transport}
        parts |= {"kernel": self.inspector.kernel, "scenes": self.header.tabs, "open": self.header.open}
        tour = Tour(self.context, parts)
        tour.ended.connect(self.insist)
        tour.begin()

    def prefer(self, preferences: Preferences) -> None:
        """Take over what the user would rather have, remember it, and tell the other windows."""
        self.remembered.set_preferences(preferences)
        self.use(preferences)
        self.preferred.emit(preferences)

    def use(self, preferences: Preferences) -> None:
        """Show everything as the user would rather have it."""
        before, self.preferences, self.look = self.preferences, preferences, look_of(preferences)
        self.dress()
        if preferences.speed != before.speed:
            self.presenter.set_player(replace(self.presenter.player, speed=preferences.speed))
        if preferences.decimals != before.decimals:
            self.presenter.renew()
            self.inspector.show_document(self.session.document)

    def stage_alone(self, alone: bool) -> None:
        """Fill the screen with words, picture and dots, for a lecture; or come back."""
        for panel in (self.header, self.status, self.menuBar(), *self.bars):
            panel.setVisible(not alone)
        self.lessons.hide()
        self.inspector.hide()
        self.centre.show()
        self.commands.actions["alone"].setChecked(alone)
        self.leafing.quiet, self.stage.ringless = alone, alone
        self.lecture.turn(alone)
        if alone != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.give_way()
        self.stage.setFocus()
        self.refit()

    def _on_changed(self, old: Document, new: Document) -> None:
        steps = parts_to_tell(self, self._scenes, self.walk, old, new)
        # Where one part fails, the others are about the present document all the same.
        each_in_turn(*steps, self._on_filed, self.commands.refresh)

    def _on_filed(self) -> None:
        """Show the file's name, and whether there is something to save."""
        document, path = self.session.document, self.filing.path
        if path is not None:
            self.hint.say("")
        name = path.name if path is not None else document.lesson.title if document.lesson else document.sample.name
        self.setWindowTitle(f"{window_words(name)}[*] – convgui")
        self.setWindowModified(self.filing.modified)
        aside = self.filing.aside() is not None
        if aside != self._set_aside:
            # What help takes the place of, or undo brings back, is on the disk at every moment.
            self._set_aside = aside
            self.aside.swap(self.autosave)
        self.autosave.note()
        self.aside.note()

    def _on_forgotten(self, words: str) -> None:
        # After what is said about the edit itself.
        QTimer.singleShot(0, self, lambda: self.banner.say(words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused control wanted."""
        if not (self.lecture.on and self.lecture.press(event, self.walk)) and not self._keys.press(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stage.setFocus()
        QTimer.singleShot(0, self, self.refit)
        QTimer.singleShot(AFTER_SHOWING, self, self._on_shown)

    def _on_shown(self) -> None:
        """Do what can wait until the first picture stands: the other scenes' tabs, the thumbnails."""
        if not self.isVisible():
            return
        if self.size() == self._stood:
            # Only now the frame is known.
            keep_on_screen(self)
        self.header.tabs.populate(self.session.document)
        if outside_lessons():
            self._list_lessons()
        self.lessons.set_theme(self.theme)

    def _list_lessons(self, added: str = "") -> None:
        self.lessons.list_again(all_lessons())
        self.lessons.show_lesson(Lesson(added, "", "") if added else self.session.document.lesson)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, remember where the window stood and end the background work."""
        if not self._leaving:
            self.confirm(self.leave)
        if not self._leaving:
            event.ignore()
            return
        each_in_turn(
            self.filing.keep,
            self._remember_geometry,
            *(dialog.close for dialog in self.findChildren(QDialog)),
            self.presenter.close,
            self.profiler.close,
            self.hearing.close,
            self.inspector.kernel.menu.close_reading,
            self.opener.close,
            self.leafing.close,
            self.lessons.close_drawing,
            self.filing.close,
            self.autosave.close,
            self.aside.close,
        )
        super().closeEvent(event)
        self.closed.emit()

    def _remember_geometry(self) -> None:
        # A size that was given for the sake of another window is nobody's choice.
        if not self.isFullScreen() and self.size() != self.given:
            self.remembered.set_geometry(self.saveGeometry())

    def retire(self) -> None:
        """Close without a question: another window goes on with the session."""
        self._leaving = True
        self.close()

    def confirm(self, then: Callable[[], object]) -> None:
        """Do something that closes the window, once its work is saved, or the user does not want it."""
        # A value that is being typed is taken, before anything is asked or kept.
        self.stage.setFocus()
        self._closing.confirm(lambda: self.filing.confirm(then))

    def leave(self) -> None:
        """Close without a question, in a moment, unless something is done to the document meanwhile."""
        self._leaving, left = True, self.session.document
        QTimer.singleShot(0, self, lambda: self._close_if_still(left))

    def _close_if_still(self, left: Document) -> None:
        """Close; what has been done or saved since that was agreed to is asked about, or waited for, first."""
        self._leaving = self.session.document is left and not self.filing.writing
        self.close()

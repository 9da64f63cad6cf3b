"""The window: puts the panels together and tells each what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QMessageBox, QVBoxLayout

from convgui.files.errors import LoadError
from convgui.files.outside_lessons import outside_lessons
from convgui.files.own_lessons import all_lessons, first_lessons, open_lesson
from convgui.files.places import recovery_folder
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.dialogs.axes_dialog import AxesDialog
from convgui.qt.documents.autosave import Autosave
from convgui.qt.documents.document_file import Filing
from convgui.qt.documents.folder_pictures import Leafing
from convgui.qt.documents.last_session import keep
from convgui.qt.documents.opening import AxesQuestion, Opener, Question
from convgui.qt.faults import each_in_turn
from convgui.qt.inspector.panel import Inspector
from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.lessons.lesson_list import LessonList
from convgui.qt.lessons.lesson_walk import Walk
from convgui.qt.lessons.notes import Notes
from convgui.qt.lessons.prediction import PredictBar
from convgui.qt.lessons.tour import Tour
from convgui.qt.panels.header import Header, OptionRow
from convgui.qt.panels.line_profile import Profiler
from convgui.qt.panels.output_levels import Leveller
from convgui.qt.panels.status import StatusLine
from convgui.qt.panels.transport import Transport
from convgui.qt.settings import Remembered
from convgui.qt.stage.accessible import announce
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.presenter import Presenter
from convgui.qt.stage.stage_input import Hands
from convgui.qt.widgets.appearance import look_of
from convgui.qt.widgets.banner import Banner
from convgui.qt.widgets.plain_text import plain, window_words
from convgui.qt.window.closing import Leaving
from convgui.qt.window.commands import Commands
from convgui.qt.window.geometry import keep_on_screen
from convgui.qt.window.keyboard import CommandKeys, press
from convgui.qt.window.layout import arrange, dress, use_look
from convgui.scenes import scene
from convgui.scenes.scene import asked, reason_against
from convgui.session import edits
from convgui.session.opening import open_lesson_file, seen_first
from convgui.session.preferences import Preferences
from convgui.session.session import Session
from convgui.session.walking import begun
from convgui.words import tr

AFTER_SHOWING = 30
"""Milliseconds after which what can wait is done."""
COPIES = "copies of work in progress"


class MainWindow(QMainWindow):
    """One document in one window.

    Asks for ``another()`` window, says what its user has ``preferred(preferences)``, and when it is ``closed()``.
    """

    another = Signal()
    preferred = Signal(object)
    closed = Signal()

    def __init__(self, document: Document, remembered: Remembered, session: Session | None = None) -> None:
        super().__init__()
        self.remembered = remembered
        self._leaving = False
        self.preferences = remembered.preferences()
        self.look = look_of(self.preferences)
        self.theme = self.look.theme
        # Before there are widgets to be polished by it, a style sheet costs a tenth.
        use_look(self)
        self.session = session or Session(begun(document))
        self.presenter = Presenter(self.session, self)
        self.presenter.player = replace(self.presenter.player, speed=self.preferences.speed)
        self.opener = Opener(self)
        self.stage = PictureWidget()
        self.stage.setAccessibleName(tr("Stage"))
        self.hands = Hands(self.session, self.presenter, self.stage)
        self.banner, self.question, self.hint = Banner(), Banner(), Banner()
        self.caption = CaptionBar()
        self.prediction = PredictBar()
        self.filing = Filing(self)
        self.autosave = Autosave(recovery_folder(), self.filing.unsaved, self)
        self.notes = Notes(self)
        self.leaving = Leaving(self)
        self.options = OptionRow()
        self.transport = Transport(self.presenter)
        self.inspector = Inspector(self.session, self.theme)
        self.lessons = LessonList(first_lessons(), open_lesson)
        self.status = StatusLine()
        self.leafing = Leafing(self.session, self.opener, self.filing)
        self.below = QVBoxLayout()
        self.profiler = Profiler(self.session, self.presenter, self.hands, self.stage, self.below)
        self.leveller = Leveller(self.session, self.presenter, self.below)
        self.commands = Commands(self)
        CommandKeys(self)
        actions = self.commands.actions
        self.options.add(actions["surface-gl"], tr("OpenGL…"))
        self.header = Header(actions["open"], actions["undo"], actions["redo"], actions["export"])
        arrange(self)
        self._placed = self.size()
        self._connect()
        dress(self)
        self._on_changed(self.session.document, self.session.document)
        self.inspector.kernel.together(document)

    def _connect(self) -> None:
        self.session.listen(self._paint_first)
        self.session.listen(self._on_changed)
        self.presenter.pictured.connect(self.prediction.show_picture)
        self.presenter.played.connect(self.prediction.show_player)
        self.prediction.covered.connect(self.stage.show_picture)
        self.presenter.failed.connect(self._on_failed)
        self.presenter.busy.connect(self.status.show_busy)
        self.presenter.computed.connect(self.status.show_computed)
        self.presenter.progressed.connect(self.status.show_progress)
        self.status.stopped.connect(self.presenter.give_up)
        self.status.stopped.connect(self.opener.cancel)
        self.opener.busy.connect(self.status.show_opening)
        self.opener.progressed.connect(self.status.show_opened)
        self.opener.opened.connect(self.use_sample)
        self.opener.failed.connect(self.banner.say)
        self.leafing.said.connect(self.banner.say)
        self.leafing.placed.connect(self.status.show_place)
        self.opener.asked.connect(self._on_asked)
        self.opener.kept.connect(self.filing.take)
        self.opener.moved.connect(self.filing.find)
        self.filing.changed.connect(self._on_filed)
        self.filing.saving.connect(self.status.show_saving)
        self.status.stopped.connect(self.filing.stop)
        self.session.forgotten = self._on_forgotten
        self.autosave.failed.connect(lambda sentence: self.banner.say(sentence, COPIES))
        self.autosave.recovered.connect(lambda: self.banner.over(COPIES))
        self.stage.said.connect(lambda sentence: announce(self.stage, sentence))
        self.stage.resized.connect(self.refit)
        self.header.tabs.chosen.connect(lambda identity: self.session.look(scene=identity, step=0))
        self.options.chosen.connect(self._on_option)
        self.lessons.opened.connect(self.open_lesson)
        self.walk = Walk(self)

    def _on_failed(self, reason: str) -> None:
        self.banner.stand(reason)
        if not reason and self.leafing.notice:
            self.banner.say(self.leafing.notice)

    def open_lesson(self, identity: str) -> None:
        """Open a lesson, as one undo step."""
        try:
            document = open_lesson(identity)
        except LoadError as error:
            self.banner.say(str(error))
        else:
            self._show_lesson(document)

    def _show_lesson(self, document: Document) -> None:
        """Show a lesson; who has tried something in another one is not asked, who has work of his own is."""
        lesson = self.session.document.lesson
        if self.filing.path is None and lesson is not None and lesson.id:
            self._replace_by_lesson(document)
        else:
            self.filing.confirm(lambda: self._replace_by_lesson(document))

    def _replace_by_lesson(self, document: Document) -> None:
        self.banner.clear(but=COPIES)
        document = begun(document, listed=True)
        # So that undo comes back to the step that is left now.
        self.session.look(step=self.presenter.player.target)
        self.session.replace(document, tr("Open lesson"), anew=True, looked=True)
        # What was there before can be had back by undo; the lesson itself is nobody's unsaved work.
        self.filing.clean(document)
        self._begun(document)

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
        Tour(self).begin()

    def begin(self, document: Document) -> None:
        """Begin with another document, from the step it opens at."""
        self.banner.clear(but=COPIES)
        document = begun(document)
        self.presenter.expect(document.view.step)
        self.session.open(document)
        self.presenter.jump(document.view.step)
        self._begun(document)

    def _begun(self, document: Document) -> None:
        self.hint.say("")
        self.inspector.kernel.together(document)
        self.walk.begin()
        self.stage.setFocus()

    def open_file(self, path: Path) -> None:
        """Open a file as input, in the background."""
        self.banner.say("")
        if path.suffix == ".json":
            self._open_lesson_file(path)
        else:
            self.opener.open(path)

    def _open_lesson_file(self, path: Path) -> None:
        """Open a lesson that somebody wrote; it is a few kilobytes of text."""
        try:
            document = open_lesson_file(path)
        except LoadError as error:
            self.banner.say(str(error))
        else:
            self._show_lesson(document)

    def use_sample(self, sample: Sample) -> None:
        """Put another input under the layer, as one undo step; who has unsaved notes is asked first."""
        self.filing.confirm_notes(lambda: self._use_sample(sample))

    def _use_sample(self, sample: Sample) -> None:
        document = edits.with_sample(self.session.document, sample)
        document = seen_first(document)
        if sample.source and not sample.source.startswith("sample:"):
            self.remembered.add_recent(sample.source)
            self.commands.refresh_recent()
        self.presenter.expect(document.view.step)
        left = self.filing.replace_input(document, tr("Open {name}", name=sample.name))
        self.inspector.kernel.together(document)
        self.banner.say(left)
        self.hint.say("")
        self.stage.setFocus()

    def prefer(self, preferences: Preferences) -> None:
        """Take over what the user would rather have, remember it, and tell the other windows."""
        self.remembered.set_preferences(preferences)
        self.use(preferences)
        self.preferred.emit(preferences)

    def use(self, preferences: Preferences) -> None:
        """Show everything as the user would rather have it."""
        rewritten = preferences.decimals != self.preferences.decimals
        faster = preferences.speed != self.preferences.speed
        self.preferences, self.look = preferences, look_of(preferences)
        dress(self)
        if faster:
            self.presenter.set_player(replace(self.presenter.player, speed=preferences.speed))
        if rewritten:
            self.presenter.renew()
            self.inspector.show_document(self.session.document)

    def show_panel(self, name: str, shown: bool) -> None:
        """Show or hide the lessons or the inspector, and remember it."""
        {"lessons": self.lessons, "inspector": self.inspector}[name].setVisible(shown)
        self.remembered.set_shown(name, shown)
        self.commands.actions[name].setChecked(shown)

    def stage_alone(self, alone: bool) -> None:
        """Fill the screen with the stage and the transport, for a lecture; or come back."""
        panels = (self.header, self.status, self.menuBar())
        for panel in panels:
            panel.setVisible(not alone)
        self.lessons.setVisible(not alone and self.remembered.shown("lessons"))
        self.inspector.setVisible(not alone and self.remembered.shown("inspector"))
        self.commands.actions["alone"].setChecked(alone)
        self.leafing.quiet = alone
        if alone != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.stage.setFocus()

    def _paint_first(self, old: Document, new: Document) -> None:
        """Have an edit seen before the panels beside it are brought up to date."""
        if old.sample is new.sample and not old.makes_the_same(new):
            self.stage.repaint()

    def _on_changed(self, old: Document, new: Document) -> None:
        content = old is new or not old.makes_the_same(new)
        kernel = _chosen(old) != _chosen(new)
        if content or kernel:
            self.inspector.show_document(new)
            self.status.show_document(new)
            self.header.tabs.show_document(new)
        if old.view.scene != new.view.scene:
            self.header.tabs.show_document(new)
        chosen = scene(new.view.scene)
        fits = not reason_against(chosen, new)
        solid = fits and chosen.id == "volume" and new.view.options.get("view") == "surface"
        self.options.show_options(chosen.options(asked(chosen, new)) if fits else (), new, more=solid)
        if old is new or old.lesson is not new.lesson:
            stays = old is not new and old.sample is new.sample
            self.caption.show_lesson(new.lesson, self.caption.place if stays else 0)
            self.lessons.show_lesson(new.lesson)
            self.notes.refresh()
        self.walk.follow()
        self._on_filed()
        self.commands.refresh()

    def _on_filed(self) -> None:
        """Show the file's name, and whether there is something to save."""
        document, path = self.session.document, self.filing.path
        name = path.name if path is not None else document.lesson.title if document.lesson else document.sample.name
        self.setWindowTitle(f"{window_words(name)}[*] – convgui")
        self.setWindowModified(self.filing.modified)
        self.autosave.note()

    def _on_option(self, name: str, value: str) -> None:
        options = {**self.session.document.view.options, name: value}
        self.session.look(options=options)

    def _on_forgotten(self, words: str) -> None:
        # After what is said about the edit itself.
        QTimer.singleShot(0, self, lambda: self.banner.say(words))

    def _on_asked(self, question: Question | AxesQuestion) -> None:
        if isinstance(question, Question):
            answer = QMessageBox.question(self, "convgui", plain(question.text))
            question.answer(answer == QMessageBox.StandardButton.Yes)
            return
        dialog = AxesDialog(question.axes, self)
        question.answer(dialog.reading if dialog.exec() else None)
        dialog.deleteLater()

    def refit(self) -> None:
        """Have pictures drawn for the stage as large as it is now."""
        stage = self.stage
        self.presenter.set_canvas(*stage.room, self.theme, stage.devicePixelRatioF() * stage.scale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused control wanted."""
        if not press(self, event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.open_file(Path(files[0]))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stage.setFocus()
        QTimer.singleShot(0, self.refit)
        QTimer.singleShot(AFTER_SHOWING, self, self._on_shown)

    def _on_shown(self) -> None:
        """Do what can wait until the first picture stands: the other scenes' tabs, the thumbnails."""
        if not self.isVisible():
            return
        if self.size() == self._placed:
            # Only now the frame is known.
            keep_on_screen(self)
        self.header.tabs.populate(self.session.document)
        if outside_lessons():
            self.lessons.list_again(all_lessons())
            self.lessons.show_lesson(self.session.document.lesson)
        self.lessons.set_theme(self.theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, remember where the window stood and end the background work."""
        # A value that is being typed is taken, before anything is asked or kept.
        self.stage.setFocus()
        if not self._leaving:
            self.leaving.confirm(lambda: self.filing.confirm(self._leave))
        if not self._leaving:
            event.ignore()
            return
        each_in_turn(
            lambda: keep(self),
            self._remember_geometry,
            *(dialog.close for dialog in self.findChildren(QDialog)),
            self.presenter.close,
            self.profiler.close,
            self.opener.close,
            self.lessons.close_drawing,
            self.filing.close,
            self.autosave.close,
        )
        super().closeEvent(event)
        self.closed.emit()

    def _remember_geometry(self) -> None:
        if not self.isFullScreen():
            self.remembered.set_geometry(self.saveGeometry())

    def retire(self) -> None:
        """Close without a question: another window goes on with the session."""
        self._leaving = True
        self.close()

    def _leave(self) -> None:
        self._leaving, left = True, self.session.document
        QTimer.singleShot(0, self, lambda: self._close_if_still(left))

    def _close_if_still(self, left: Document) -> None:
        """Close; what has been done or saved since that was agreed to is asked about, or waited for, first."""
        self._leaving = self.session.document is left and not self.filing.writing
        self.close()


def _chosen(document: Document) -> tuple[int, int, int]:
    """Return which layer and which kernel of it is chosen."""
    return (document.view.layer, document.view.filter, document.view.channel)

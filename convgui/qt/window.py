"""The window: puts the panels together and tells each what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QMainWindow, QMessageBox, QVBoxLayout, QWidget

from convgui.draw.theme import THEMES
from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_index, load_lesson, read_lesson
from convgui.model.document import Caption, Document
from convgui.model.sample import Sample
from convgui.qt.banner import Banner
from convgui.qt.commands import Commands
from convgui.qt.hands import Hands
from convgui.qt.header import Header, OptionRow
from convgui.qt.inspector import Inspector
from convgui.qt.leafing import Leafing
from convgui.qt.lessons import CaptionBar, LessonList, walked_to
from convgui.qt.opening import Opener, Question
from convgui.qt.presenter import Presenter
from convgui.qt.profiler import Profiler
from convgui.qt.settings import Remembered
from convgui.qt.stage import PictureWidget
from convgui.qt.status import StatusLine
from convgui.qt.style import apply_theme
from convgui.qt.transport import Transport
from convgui.scenes import fitting, scene
from convgui.scenes.scene import asked, reason_against
from convgui.session import edits
from convgui.session.session import Session

LESSONS_WIDTH = 216
AFTER_SHOWING = 30
"""Milliseconds after which what can wait is done."""


class MainWindow(QMainWindow):
    """One document in one window."""

    def __init__(self, document: Document, remembered: Remembered) -> None:
        super().__init__()
        self.remembered = remembered
        self.theme = THEMES[remembered.theme()]
        self.session = Session(document)
        self.presenter = Presenter(self.session, self)
        self.opener = Opener(self)
        self.stage = PictureWidget()
        self.stage.setAccessibleName(self.tr("Stage"))
        self.hands = Hands(self.session, self.presenter, self.stage)
        self.banner = Banner()
        self.caption = CaptionBar()
        self.options = OptionRow()
        self.transport = Transport(self.presenter)
        self.inspector = Inspector(self.session, self.theme)
        self.lessons = LessonList(lesson_index(), load_lesson)
        self.status = StatusLine()
        self.leafing = Leafing(self.session, self.opener)
        self.below = QVBoxLayout()
        self.profiler = Profiler(self.session, self.presenter, self.hands, self.stage, self.below)
        self.commands = Commands(self)
        actions = self.commands.actions
        self.header = Header(actions["open"], actions["undo"], actions["redo"], actions["export"])
        self._arrange()
        self._connect()
        self.set_theme(self.theme.name)
        self._on_changed(document, document)
        self.inspector.kernel.together(document)

    def _arrange(self) -> None:
        self.setWindowTitle("convgui")
        self.setMinimumSize(820, 560)
        self.setAcceptDrops(True)
        self.lessons.setFixedWidth(LESSONS_WIDTH)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        for widget in (self.banner, self.caption):
            middle.addWidget(widget)
        middle.addWidget(self.stage, 1)
        middle.addWidget(self.options)
        middle.addLayout(self.below)
        middle.addWidget(self.transport)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addWidget(self.lessons)
        columns.addLayout(middle, 1)
        columns.addWidget(self.inspector)
        central = QWidget()
        rows = QVBoxLayout(central)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addLayout(columns, 1)
        rows.addWidget(self.status)
        self.setCentralWidget(central)
        geometry = self.remembered.geometry()
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1440, 900)
        self.show_panel("lessons", self.remembered.shown("lessons"))
        self.show_panel("inspector", self.remembered.shown("inspector"))

    def _connect(self) -> None:
        self.session.listen(self._on_changed)
        self.presenter.pictured.connect(self.stage.show_picture)
        self.presenter.failed.connect(lambda reason: self.banner.say(reason or self.leafing.notice))
        self.presenter.busy.connect(self.status.show_busy)
        self.opener.busy.connect(self.status.show_busy)
        self.opener.opened.connect(self.use_sample)
        self.opener.failed.connect(self.banner.say)
        self.leafing.said.connect(self.banner.say)
        self.leafing.placed.connect(self.status.show_place)
        self.opener.asked.connect(self._on_asked)
        self.stage.resized.connect(self._on_resized)
        self.header.tabs.chosen.connect(lambda identity: self.session.look(scene=identity, step=0))
        self.options.chosen.connect(self._on_option)
        self.lessons.opened.connect(self.open_lesson)
        self.caption.walked.connect(self._on_caption)

    def open_lesson(self, identity: str) -> None:
        """Open a lesson, as one undo step."""
        self._show_lesson(load_lesson(identity))

    def _show_lesson(self, document: Document) -> None:
        self.session.replace(document, self.tr("Open lesson"))
        self.inspector.kernel.together(document)
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
            document = read_lesson(path)
        except LoadError as error:
            self.banner.say(str(error))
        else:
            self._show_lesson(document)

    def use_sample(self, sample: Sample) -> None:
        """Put another input under the layer, as one undo step."""
        document = replace(edits.with_sample(self.session.document, sample), lesson=None)
        document = document.looked_at(replace(document.view, scene=fitting(document).id))
        if sample.source and not sample.source.startswith("sample:"):
            self.remembered.add_recent(sample.source)
            self.commands.refresh_recent()
        self.session.replace(document, self.tr("Open {0}").format(sample.name))
        self.inspector.kernel.together(document)
        self.banner.say("")
        self.stage.setFocus()

    def set_theme(self, name: str) -> None:
        """Change the theme of everything, and remember it."""
        self.theme = THEMES[name]
        self.remembered.set_theme(name)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.theme)
        for panel in (self.header, self.caption, self.transport, self.inspector, self.banner):
            panel.set_theme(self.theme)
        self.profiler.set_theme(self.theme)
        if self.isVisible():
            self.lessons.set_theme(self.theme)
            self.inspector.show_document(self.session.document)
        self._on_resized()

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
        if alone != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.stage.setFocus()

    def _on_changed(self, old: Document, new: Document) -> None:
        content = old is new or old.layers != new.layers or old.sample is not new.sample
        kernel = _chosen(old) != _chosen(new)
        if content or kernel:
            self.inspector.show_document(new)
            self.status.show_document(new)
            self.header.tabs.show_document(new)
        if old.view.scene != new.view.scene:
            self.header.tabs.show_document(new)
        chosen = scene(new.view.scene)
        self.options.show_options(() if reason_against(chosen, new) else chosen.options(asked(chosen, new)), new)
        if old is new or old.lesson is not new.lesson:
            self.caption.show_lesson(new.lesson)
            self.lessons.show_lesson(new.lesson)
            self.setWindowTitle(f"{new.lesson.title if new.lesson else new.sample.name} – convgui")
        self.commands.refresh()

    def _on_option(self, name: str, value: str) -> None:
        options = {**self.session.document.view.options, name: value}
        self.session.look(options=options)

    def _on_caption(self, caption: Caption) -> None:
        document = walked_to(self.session.document, caption)
        self.session.look(options=document.view.options, step=caption.step)
        self.presenter.jump(caption.step)

    def _on_asked(self, question: Question) -> None:
        answer = QMessageBox.question(self, "convgui", question.text)
        question.answer(answer == QMessageBox.StandardButton.Yes)

    def _on_resized(self) -> None:
        stage = self.stage
        self.presenter.set_canvas(stage.width(), stage.height(), self.theme, stage.devicePixelRatioF())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused control wanted."""
        player, keys = self.presenter.player, Qt.Key
        key = Qt.Key(event.key())
        if key == keys.Key_Space:
            self.presenter.set_player(player.toggle())
        elif key == keys.Key_Right:
            self.presenter.set_player(player.forward())
        elif key == keys.Key_Left:
            self.presenter.set_player(player.back())
        elif key == keys.Key_Home:
            self.presenter.jump(0)
        elif key == keys.Key_End:
            self.presenter.jump(-1)
        elif key in (keys.Key_PageDown, keys.Key_PageUp):
            self.leafing.turn(1 if key == keys.Key_PageDown else -1)
        elif key == keys.Key_Question:
            self.commands.actions["shortcuts"].trigger()
        elif key == keys.Key_Escape:
            if self.commands.actions["alone"].isChecked():
                self.stage_alone(False)
            else:
                self.presenter.pin(None)
        else:
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
        QTimer.singleShot(0, self._on_resized)
        QTimer.singleShot(AFTER_SHOWING, self, self._on_shown)

    def _on_shown(self) -> None:
        """Do what can wait until the first picture stands: the other scenes' tabs, the thumbnails."""
        if not self.isVisible():
            return
        self.header.tabs.populate(self.session.document)
        self.lessons.set_theme(self.theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window stood and end the background work."""
        if not self.isFullScreen():
            self.remembered.set_geometry(self.saveGeometry())
        for dialog in self.findChildren(QDialog):
            dialog.close()  # an export that is still running is cancelled
        self.presenter.close()
        self.profiler.close()
        self.opener.close()
        self.lessons.close_drawing()
        super().closeEvent(event)


def _chosen(document: Document) -> tuple[int, int, int]:
    """Return which layer and which kernel of it is chosen."""
    return (document.view.layer, document.view.filter, document.view.channel)

"""The main window's panels: made, put together, and dressed. Nothing here reacts to what the user does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from convgui.draw.theme import Theme
from convgui.files.own_lessons import first_lessons, open_lesson
from convgui.files.user_folders import recovery_folder
from convgui.model.document import Document
from convgui.qt.compare.networks import show_beside
from convgui.qt.context import Context
from convgui.qt.documents.autosave import Autosave
from convgui.qt.documents.document_file import DocumentFile
from convgui.qt.documents.folder_pictures import FolderPictures
from convgui.qt.documents.loader import Loader
from convgui.qt.documents.networks import Networks
from convgui.qt.documents.opening import Opener
from convgui.qt.inspector.panel import Inspector
from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.lessons.lecture import NUMBERS, Lecture
from convgui.qt.lessons.lesson_list import LessonList
from convgui.qt.lessons.notes import Notes
from convgui.qt.lessons.prediction import PredictBar
from convgui.qt.lessons.progress import Progress
from convgui.qt.panels.header import Header, OptionRow
from convgui.qt.panels.line_profile import LineProfile
from convgui.qt.panels.output_levels import OutputLevels
from convgui.qt.panels.region_frame import RegionFrame
from convgui.qt.panels.status import StatusLine
from convgui.qt.panels.transport import Transport
from convgui.qt.settings import Remembered
from convgui.qt.sound.hearing import Hearing
from convgui.qt.stage.picture_widget import GROWN, PictureWidget
from convgui.qt.stage.presenter import Presenter
from convgui.qt.stage.stage_input import StageInput
from convgui.qt.widgets.appearance import look_of
from convgui.qt.widgets.banner import Banner
from convgui.qt.window.closing import Closing
from convgui.qt.window.commands import Commands, HelpMenu
from convgui.qt.window.edit_menu import EditMenu
from convgui.qt.window.file_drop import FileDropWindow
from convgui.qt.window.file_menu import FileMenu
from convgui.qt.window.keyboard import CommandKeys, StageKeys
from convgui.qt.window.layout import LOW, Foot, column, frame, order, stacked, stand, use_look
from convgui.qt.window.view_menu import ViewMenu
from convgui.session.session import Session
from convgui.session.walking import with_lesson_start
from convgui.words import tr

WIDEST = (1 << 24) - 1
"""Qt's width of what may be as wide as it likes."""
NARROW = 420
"""Pixels that the stage needs beside a panel that was asked for; without them the panel stands in its place."""
BESIDE_ONE, BESIDE_BOTH, BESIDE_LOW, SHORT = 840, 720, 900, 780
"""Pixels that one panel leaves the stage at least, and both do, at the usual size of text; what both do in a window
below the last height: a picture that is short of height has its numbers where it has width."""
ROOMY = QSize(1280, 800)
"""Of a window in which numbers need not be looked after."""
SMALLER, LEAST = (1.0, 0.85, 0.7, 0.6, 0.5), 0.6
"""How much smaller a picture is drawn where its numbers would be lost otherwise, and its least scale then."""

STAGES = 10
"""How many smaller scales are tried where text is larger than usual."""


class PanelWindow(FileDropWindow):
    """A window with all of its panels and commands, in its look."""

    def __init__(self, document: Document, remembered: Remembered, session: Session | None = None) -> None:
        super().__init__()
        self.remembered = remembered
        self.preferences = remembered.preferences()
        self._insisted: tuple[str, ...] = ()
        self._fitted: tuple[tuple[QSize, float], float] | None = None
        self.look = look_of(self.preferences)
        # Before there are widgets to be polished by it, a style sheet costs a tenth.
        use_look(self.preferences, self.look)
        self.session = session or Session(with_lesson_start(document))
        self.presenter = Presenter(self.session, self)
        self.presenter.player = replace(self.presenter.player, speed=self.preferences.speed)
        self.banner, self.question, self.hint = Banner(), Banner(), Banner()
        context = Context(self, self.session, self.presenter, self.banner, remembered, lambda: self.look)
        self.opener = Opener(self)
        self.filing = DocumentFile(context, self.opener)
        self.loader = Loader(context, self.opener, self.filing)
        Networks(context, self.opener).paired.connect(partial(show_beside, context))
        self.begin, self.open_file = self.filing.begin, self.loader.open_file
        self.open_lesson, self.use_sample = self.loader.open_lesson, self.loader.use_sample
        self.autosave = Autosave(recovery_folder(), self.filing.unsaved, self)
        self.aside = Autosave(recovery_folder(), self.filing.aside, self)
        self._make_panels(context)
        self._make_commands(context)
        self._arrange()
        self.dress()

    def _make_panels(self, context: Context) -> None:
        self.stage = PictureWidget()
        self.stage.setAccessibleName(tr("Stage"))
        self.stage_input = StageInput(self.session, self.presenter, self.stage)
        self.stage.released.connect(self.refit)
        self.prediction = PredictBar(self.presenter)
        self.caption = CaptionBar(self.prediction)
        self.notes = Notes(context, self.caption)
        self.lecture = Lecture(self, self.stage, self.caption, self.presenter)
        self.options = OptionRow()
        self.transport = Transport(self.presenter)
        self.inspector = Inspector(self.session, self.theme)
        self.lessons = LessonList(first_lessons(), open_lesson)
        Progress(self.caption, self.lessons, self.remembered)
        self.leafing = FolderPictures(context, self.opener, self.filing)
        self.status = StatusLine()
        self.status.follow(self.presenter, self.opener, self.filing, self.leafing)
        self.below = QVBoxLayout()
        self.profiler = LineProfile(self.session, self.presenter, self.stage_input, self.stage, self.below)
        self.leveller = OutputLevels(self.session, self.presenter, self.below)

    def _make_commands(self, context: Context) -> None:
        file = FileMenu(context, self.loader, self.filing, self.leafing, self.stage, self.prediction)
        regions = RegionFrame(self.session, self.stage_input, self.stage, lambda: self.theme)
        edit = EditMenu(context, self.loader, self.inspector, self.prediction, regions)
        self.inspector.paste.wanted.connect(file.make_input)
        view = ViewMenu(context, self.stage_input, self.leveller, self.profiler)
        help_ = HelpMenu(context, self.loader, self.stage, self.inspector)
        self.hearing = Hearing(context)
        self.hearing.follow(self.stage)
        self.commands = Commands(context, file, edit, view, self.notes, self.prediction, help_, self.hearing)
        actions = self.commands.actions
        view.shown.connect(self.show_panel)
        self.inspector.stack.added.connect(self.stage.setFocus)
        self.inspector.kernel.said.connect(self.status.say)
        edit.copied.connect(self.status.say)
        self.notes.said.connect(self.status.say)
        CommandKeys(self, actions)
        self._keys = StageKeys(self.presenter, actions, self.stage_input, self.leafing)
        self.options.add(actions["surface-gl"], tr("OpenGL…"))
        self.header = Header(*(actions[name] for name in ("open", "undo", "redo", "export", "lessons", "inspector")))
        self._closing, self.context = Closing(context), context

    def _arrange(self) -> None:
        self.setWindowTitle("convgui")
        sentences = (self.question, self.banner, self.hint, self.caption)
        lecture = self.lecture
        self.foot = Foot(self.options, self.below, self.transport)
        self.bars = stacked(sentences), self.foot
        middle = (self.bars[0], lecture.words, self.stage, lecture.dots, self.bars[1])
        self.centre = column(middle, self.stage)
        self.setCentralWidget(frame(self.header, (self.lessons, self.centre, self.inspector), self.status))
        stand(self, self.remembered.geometry())
        self._stood = self.size()
        self.given: QSize | None = None
        for changed in (self.header.tabs.populated, self.options.rebuilt, self.leveller.made):
            changed.connect(self._order)
        for name in ("lessons", "inspector"):
            self.remembered.set_shown(name, self.remembered.shown(name))
        self.give_way()

    def _order(self) -> None:
        header, panel = self.header, self.leveller.panel
        levels = panel.stops() if panel is not None else ()
        order((header.redo, *header.tabs.stops(), header.export), (self.stage, *self.options.stops(), *levels))

    @property
    def theme(self) -> Theme:
        """The colours that the window has now."""
        return self.look.theme

    def dress(self) -> None:
        """Show every panel in the look that the window has."""
        look, theme = self.look, self.theme
        use_look(self.preferences, look)
        self.lessons.set_scale(look.scale, look.breadth)
        self.inspector.set_scale(look.scale, look.breadth)
        self.presenter.set_player(replace(self.presenter.player, still=look.still))
        for bar in (self.header, self.caption, self.prediction, self.transport, self.inspector):
            bar.set_theme(theme)
        for panel in (self.banner, self.question, self.hint, self.profiler, self.leveller):
            panel.set_theme(theme)
        self.give_way()
        if self.isVisible():
            self.lessons.set_theme(theme)
            self.inspector.show_document(self.session.document)
        self.commands.refresh()
        self.refit()

    def show_panel(self, name: str, shown: bool) -> None:
        """Show or hide the lessons or the inspector, and remember it; one that is asked for gives way to nothing."""
        if not shown and self.centre.isHidden():
            # Who has the picture back in its place does not say that a larger window is to be without the panel.
            self.uncover()
            return
        self.remembered.set_shown(name, shown)
        self.insist(*(other for other in self._insisted if other != name), *([name] if shown else []))

    def insist(self, *names: str) -> None:
        """Show panels that were asked for, the last one last, also where the picture would rather have their room."""
        self._insisted = names
        self.give_way()

    def _beside(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return those panels, from the last one on, that leave the stage what it cannot do without."""
        room, found = self.width() - NARROW * self.look.scale, list[str]()
        for name in reversed(names):
            room -= getattr(self, name).minimumWidth()
            if room >= 0:
                found.insert(0, name)
        return tuple(found)

    def uncover(self) -> None:
        """Have the picture seen, if a panel stands in its place."""
        if self.centre.isHidden():
            self.insist()

    def give_way(self) -> None:
        """Show the panels that the user wants, as far as they leave the picture the room that its numbers need."""
        if self.lecture.on:
            return
        room, least, small = self.width(), BESIDE_ONE, False
        both = BESIDE_BOTH if self.height() >= SHORT * self.look.scale else BESIDE_LOW
        insisted = self._beside(self._insisted)
        # In a window that is too narrow for both, a panel that is asked for is seen in the picture's place.
        alone = self._insisted[-1] if self._insisted and not insisted else ""
        self.centre.setVisible(not alone)
        for name, panel in (("inspector", self.inspector), ("lessons", self.lessons)):
            left, wanted = room - panel.minimumWidth(), self.remembered.shown(name)
            roomy = left >= least * self.look.scale
            shown = wanted and not alone and (name in insisted or (roomy and not small))
            # Where there is no room for the one, its room is not for the other.
            room, least = (left, both) if shown else (room, least)
            small = small or not roomy
            panel.setMaximumWidth(WIDEST if name == alone else panel.minimumWidth())
            panel.setVisible(shown or name == alone)
            self.commands.actions[name].setChecked(shown or name == alone)
        self.header.offer_panels(small, alone=bool(alone))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize() != event.size():
            if event.size().width() < event.oldSize().width():
                # Who narrows a window does not ask for the picture to go.
                self._insisted = self._beside(self._insisted)
            self.give_way()

    def refit(self) -> None:
        """Have pictures drawn for the stage as large as it is now."""
        self.foot.fit(self.height())
        for bar in (self.caption, self.status):
            bar.stand(low=self.height() < LOW)
        stage, lecture = self.stage, self.lecture
        lecture.fit(self.height(), self.theme)
        usual = lecture.scale if lecture.on else self.look.scale
        roomy = usual <= 1 and self.width() >= ROOMY.width() and self.height() >= ROOMY.height()
        scale, stands = usual, (stage.size(), usual)
        if lecture.on or roomy:
            self._fitted = None
        elif self._fitted is not None and self._fitted[0] == stands and dragging():
            # What is dragged follows the hand: how large it is drawn is seen to when it is let go.
            scale = self._fitted[1]
        else:
            scales = tuple(usual * part for part in SMALLER if part == 1 or usual * part >= LEAST)
            legible = self.presenter.legible
            scale = self._enlarged(usual) if usual > 1 else legible(stage.width(), stage.height(), scales)
            self._fitted = stands, scale
        stage.enlarge(scale, self.look.scale, within=NUMBERS if lecture.on else None)
        pixels = stage.devicePixelRatioF() * stage.scale
        self.presenter.set_canvas(*stage.room, self.theme, pixels, told=lecture.on)

    def _enlarged(self, usual: float) -> float:
        """Return the scale of a picture beside larger text: its titles are smaller before its numbers are."""
        stage = self.stage
        room = float(stage.width()), float(stage.height())
        # Bars and panels grow with their text, and would leave the picture more in text of the usual size.
        wide, high = (w - (w - part) / usual for w, part in zip((self.width(), self.height()), room, strict=True))
        scales = [max(usual * (1 - n / STAGES * (1 - SMALLER[-1])), LEAST) for n in range(STAGES + 1)]
        return self.presenter.enlarged(room, (wide, high), scales, GROWN * usual)


def dragging() -> bool:
    """Whether a button of the mouse is held."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton

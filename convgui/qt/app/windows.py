"""The windows of the program, and what is done when the first one stands and the last one closes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.unfinished import sweep
from convgui.files.user_folders import keep_private, recovery_folder
from convgui.qt.app.crash_recovery import CrashRecovery
from convgui.qt.app.handover import carry_shown
from convgui.qt.app.language import language_for, successor, use_language
from convgui.qt.app.plugin_reports import PluginReports
from convgui.qt.settings import Remembered
from convgui.qt.stage.accessible import serve_screen_readers
from convgui.qt.window.geometry import stand_off
from convgui.qt.window.main_window import MainWindow
from convgui.session.preferences import Preferences
from convgui.words import language

TOUR_AFTER = 600
"""Milliseconds until the tour begins at the first start: the window has to stand first."""


def make_window(file: Path | None = None) -> MainWindow:
    """Make a window with the first lesson, and open a file in it."""
    window = MainWindow(load_lesson(lesson_index()[0].id), Remembered())
    if file is not None:
        window.open_file(file)
    return window


class Windows(QObject):
    """All windows of the program; each has its own session."""

    def __init__(self) -> None:
        super().__init__()
        keep_private()
        sweep()
        self.open: list[MainWindow] = []
        self.recovering: CrashRecovery | None = None
        serve_screen_readers()
        self.plugins = PluginReports(self.say)

    def show(self, file: Path | None = None) -> MainWindow:
        """Show a new window, and open a file in it."""
        window = make_window(file)
        if self.open:
            stand_off(window, self.open[-1])
            window.given = window.size()
        return self._take(window)

    def _take(self, window: MainWindow) -> MainWindow:
        window.another.connect(self.show)
        window.preferred.connect(lambda preferences: self._use(preferences, window))
        window.left.connect(lambda: self.leave(tuple(self.open)))
        window.closed.connect(lambda: self._on_closed(window))
        self.open.append(window)
        window.show()
        window.presenter.start()
        return window

    def receive(self, file: Path) -> None:
        """Open a file that the system hands over: in the window in front if nothing of the user's is in it."""
        front = next((window for window in self.open if window.isActiveWindow()), self.open[-1] if self.open else None)
        if front is None or front.filing.path is not None or front.filing.modified:
            self.show(file)
        else:
            front.open_file(file)

    def recover(self) -> None:
        """Offer back what a program that died has left."""
        self.recovering = CrashRecovery(recovery_folder(), self.open[0], self.show)
        self.recovering.ask()

    def begin(self, file: Path | None) -> None:
        """Bring back what was open, offer what was lost, and show newcomers around."""
        window = self.open[0]
        if file is None:
            window.filing.bring_back()
        self.recover()
        if not window.remembered.toured():
            QTimer.singleShot(TOUR_AFTER, window, window.tour)

    def say(self, sentence: str, about: str = "") -> None:
        """Say a sentence in the window that is in front; `about` as for the banner."""
        front = next((window for window in self.open if window.isActiveWindow()), None)
        for window in [front] if front is not None else self.open[:1]:
            window.banner.say(sentence, about)

    def speak(self, code: str) -> None:
        """Speak a language, and go on in windows with its words: same sessions, same history."""
        app = QApplication.instance()
        if not isinstance(app, QApplication) or code == language():
            return
        try:
            use_language(app, code)
        except LoadError as error:
            self.say(str(error))
            return
        unanswered = self.recovering is not None and bool(self.recovering.found)
        for old in tuple(self.open):
            carry_shown(old, self._take(successor(old)))
            old.retire()
        if unanswered:
            self.recover()

    def leave(self, unasked: tuple[MainWindow, ...]) -> None:
        """Close all windows, once each of those not asked yet has nothing to lose; where one stays, all do."""
        asking = next((window for window in unasked if window in self.open), None)
        if asking is not None:
            asking.confirm(lambda: self.leave(tuple(window for window in unasked if window is not asking)))
            return
        for window in tuple(self.open):
            window.leave()

    def _use(self, preferences: Preferences, by: MainWindow) -> None:
        if language_for(preferences.language) != language():
            # The menu or the dialog that asked for it goes with its window: it has to be left first.
            QTimer.singleShot(0, self, lambda: self.speak(language_for(preferences.language)))
        for window in self.open:
            if window is not by:
                window.use(preferences)

    def _on_closed(self, window: MainWindow) -> None:
        if self.recovering is not None and self.recovering.parent() is window:
            self.recovering.close()
            self.recovering = None
        if window in self.open:
            self.open.remove(window)
            window.deleteLater()

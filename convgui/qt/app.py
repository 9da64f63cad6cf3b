"""The application: made once, shows windows, ends with its last."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.places import keep_private, recovery_folder
from convgui.files.resources import resource
from convgui.files.unfinished import sweep
from convgui.qt.accessible import serve_screen_readers
from convgui.qt.carrying import carry_shown
from convgui.qt.fonts import load_fonts
from convgui.qt.mishap import report_mishaps
from convgui.qt.placing import stand_off
from convgui.qt.plugin_reports import PluginReports
from convgui.qt.recovering import Recovering
from convgui.qt.restoring import bring_back
from convgui.qt.settings import Remembered
from convgui.qt.speaking import language_for, successor, use_language
from convgui.qt.window import MainWindow
from convgui.session.preferences import Preferences
from convgui.words import language

TOUR_AFTER = 600
"""Milliseconds until the tour begins at the first start: the window has to stand first."""


class Application(QApplication):
    """Says which file the system asks a running program to open, ``asked(path)``.

    macOS hands over what was double-clicked or dropped on the icon in this way, and not as an argument.
    """

    asked = Signal(object)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.asked.emit(Path(event.file()))
            return True
        return super().event(event)


TURN = 0.0005
"""Seconds that a thread may run Python on while another one waits. Dragging a weight over 100 megapixels, the event
loop was silent for 80 ms at the longest with Python's own 5 ms, and for 40 with this."""


def make_application(argv: list[str]) -> QApplication:
    """Return the running application, or make it with fonts, names and icon."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    # Waiting for its turn, the window would lose five milliseconds of sixteen to a thread that computes.
    sys.setswitchinterval(TURN)
    # Views of OpenGL use each other's shaders; this can be said only before there is an application.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = Application(argv)
    app.setApplicationName("convgui")
    app.setOrganizationName("convgui")
    app.setDesktopFileName("convgui")
    app.setStyle("Fusion")
    app.setWindowIcon(QIcon(str(resource("icons", "convgui.svg"))))
    load_fonts()
    return app


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
        self.recovering: Recovering | None = None
        serve_screen_readers()
        self.plugins = PluginReports(self.say)

    def show(self, file: Path | None = None) -> MainWindow:
        """Show a new window, and open a file in it."""
        window = make_window(file)
        if self.open:
            stand_off(window, self.open[-1])
        return self._take(window)

    def _take(self, window: MainWindow) -> MainWindow:
        window.another.connect(self.show)
        window.preferred.connect(lambda preferences: self._use(preferences, window))
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
        self.recovering = Recovering(recovery_folder(), self.open[0], self.show)
        self.recovering.ask()

    def begin(self, file: Path | None) -> None:
        """Bring back what was open, offer what was lost, and show newcomers around."""
        window = self.open[0]
        if file is None:
            bring_back(window)
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


def run(file: Path | None = None) -> int:
    """Open the window and return the exit status once the last one is closed."""
    # Python hears of Ctrl+C in a terminal when Python runs, and an idle window runs none: the system ends it all at
    # once, and what is unsaved has been kept as for every other end.
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = make_application(sys.argv[:1])
    problem = ""
    try:
        use_language(app, language_for(Remembered().preferences().language))
    except LoadError as error:
        problem = str(error)
    windows = Windows()
    windows.show(file)
    if isinstance(app, Application):
        app.asked.connect(windows.receive)
    report_mishaps(windows.say)
    windows.begin(file)
    if problem:
        windows.say(problem)
    return app.exec()

"""The application: made once, ends with its last window."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from convgui.files.errors import LoadError
from convgui.files.resources import resource
from convgui.qt.app.language import language_for, use_language
from convgui.qt.app.windows import Windows
from convgui.qt.faults import report_faults
from convgui.qt.settings import Remembered, settings_problem
from convgui.qt.widgets.fonts import load_fonts


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


def run(file: Path | None = None) -> int:
    """Open the window and return the exit status once the last one is closed."""
    # Python hears of Ctrl+C in a terminal when Python runs, and an idle window runs none: the system ends it all at
    # once, and what is unsaved has been kept as for every other end.
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = make_application(sys.argv[:1])
    problem = settings_problem()
    try:
        use_language(app, language_for(Remembered().preferences().language))
    except LoadError as error:
        problem = problem or str(error)
    windows = Windows()
    windows.show(file)
    if isinstance(app, Application):
        app.asked.connect(windows.receive)
    report_faults(windows.say)
    windows.begin(file)
    if problem:
        windows.say(problem)
    return app.exec()

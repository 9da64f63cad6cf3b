"""The program: its application, its windows, and what goes from one start to the next."""

from convgui.qt.app.application import TURN, Application, make_application, run
from convgui.qt.app.windows import TOUR_AFTER, Windows, make_window

__all__ = ["TOUR_AFTER", "TURN", "Application", "Windows", "make_application", "make_window", "run"]

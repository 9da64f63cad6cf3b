"""The main window: its panels put together, its menus and its keys."""

from convgui.qt.window.main_window import MainWindow

__all__ = ["MainWindow"]

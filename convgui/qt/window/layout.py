"""How the window is put together, and how it is dressed: nothing here reacts to anything."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from convgui.qt.documents.last_session import first_size, seen
from convgui.qt.widgets.appearance import use_everywhere
from convgui.qt.widgets.style import apply_look
from convgui.qt.window.geometry import expected_frame, keep_on_screen

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

LEAST = QSize(820, 560)
"""Of a window, on a screen that has room for it."""


def arrange(window: MainWindow) -> None:
    """Put the panels into the window, where it stood before."""
    window.setWindowTitle("convgui")
    inside = window.screen().availableGeometry().marginsRemoved(expected_frame(window)).size()
    window.setMinimumSize(LEAST.boundedTo(inside))
    window.setAcceptDrops(True)
    middle = QVBoxLayout()
    middle.setSpacing(0)
    for widget in (window.question, window.banner, window.hint, window.caption, window.prediction):
        middle.addWidget(widget)
    middle.addWidget(window.stage, 1)
    middle.addWidget(window.options)
    middle.addLayout(window.below)
    middle.addWidget(window.transport)
    columns = QHBoxLayout()
    columns.setSpacing(0)
    columns.addWidget(window.lessons)
    columns.addLayout(middle, 1)
    columns.addWidget(window.inspector)
    central = QWidget()
    rows = QVBoxLayout(central)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(window.header)
    rows.addLayout(columns, 1)
    rows.addWidget(window.status)
    window.setCentralWidget(central)
    geometry = window.remembered.geometry()
    if geometry is None or not window.restoreGeometry(geometry):
        window.resize(first_size(inside))
    window.setGeometry(seen(window.geometry(), [screen.availableGeometry() for screen in QApplication.screens()]))
    keep_on_screen(window)
    for changed in (window.header.tabs.populated, window.options.rebuilt, window.leveller.made):
        changed.connect(lambda: order(window))
    window.show_panel("lessons", window.remembered.shown("lessons"))
    window.show_panel("inspector", window.remembered.shown("inspector"))


def order(window: MainWindow) -> None:
    """Have Tab walk in the order in which the window is read; what is made later would come last."""
    header, panel = window.header, window.leveller.panel
    top = (header.redo, *header.tabs.stops(), header.export)
    middle = (window.stage, *window.options.stops(), *(panel.stops() if panel is not None else ()))
    for walk in (top, middle):
        for first, second in pairwise(walk):
            QWidget.setTabOrder(first, second)


def use_look(window: MainWindow) -> None:
    """Give the application the look that the window has."""
    use_everywhere(window.preferences)
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_look(app, window.look)


def dress(window: MainWindow) -> None:
    """Show every panel in the look that the window has."""
    look = window.look
    window.theme = look.theme
    use_look(window)
    window.lessons.set_scale(look.scale, look.breadth)
    window.inspector.set_scale(look.scale, look.breadth)
    window.stage.scale = look.scale
    window.presenter.set_player(replace(window.presenter.player, still=look.still))
    panels = (window.header, window.caption, window.prediction, window.transport, window.inspector)
    for panel in (*panels, window.banner, window.question, window.hint):
        panel.set_theme(window.theme)
    window.profiler.set_theme(window.theme)
    window.leveller.set_theme(window.theme)
    if window.isVisible():
        window.lessons.set_theme(window.theme)
        window.inspector.show_document(window.session.document)
    window.commands.refresh()
    window.refit()

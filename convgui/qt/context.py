"""What the parts of one window share, in place of the window.

A part (a panel, a menu, a dialog) is handed the `Context` and, by name, the one or two other parts that it works on. It
never sees the window: what the window has to do for it, it asks for by a signal (``begun``, ``preferred``, ``alone``),
and the window connects that. So imports run one way:

    widgets < worker, faults, settings < stage < context < dialogs, documents, lessons, panels ... < window < app

Everything in the context is there before the first part is made, and stays the same for as long as the window lives; it
imports no part. What changes (the document, the step, the preferences) is asked of what is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QMainWindow

from convgui.model.document import Document
from convgui.qt.settings import Remembered
from convgui.qt.stage.presenter import Presenter
from convgui.qt.widgets.appearance import Look
from convgui.qt.widgets.banner import Banner
from convgui.session.session import Session


@dataclass(frozen=True)
class Context:
    """What every part of a window may use.

    Attributes
    ----------
    window : QMainWindow
        What dialogs lie over, and what owns actions: Qt's window, of whose parts nothing is known here.
    session : Session
        The document, its history and the edits.
    presenter : Presenter
        The picture of the document, its step and what is pointed at.
    banner : Banner
        Where one sentence is said to the user.
    remembered : Remembered
        What is kept between two starts: preferences, recent files.
    look : callable
        Returns how the window looks now.
    """

    window: QMainWindow
    session: Session
    presenter: Presenter
    banner: Banner
    remembered: Remembered
    look: Callable[[], Look]

    def present(self) -> Document:
        """Return the document at the step that is shown."""
        document = self.session.document
        return document.with_view(replace(document.view, step=self.presenter.player.target))

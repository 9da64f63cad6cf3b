"""Closing a window while it exports: the user says whether to wait, to stop, or to stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from convgui.qt.context import Context
from convgui.qt.widgets.dialog import Dialog, draw_icons, with_icon
from convgui.qt.widgets.letters import give_letters
from convgui.qt.widgets.plain_text import plain
from convgui.words import tr

EXPORTING = "closing after an export"


class Closing:
    """Asks about what is busy in a window before it closes, and closes it once that has ended well."""

    def __init__(self, context: Context) -> None:
        self._window, self._banner = context.window, context.banner
        self._awaited: list[Dialog] = []

    def confirm(self, then: Callable[[], object]) -> None:
        """Do something that ends what is busy, if nothing is or the user says so."""
        busy = [dialog for dialog in self._window.findChildren(Dialog) if dialog.busy]
        if not busy:
            self._banner.over(EXPORTING)
            then()
            return
        box = QMessageBox(QMessageBox.Icon.Question, "convgui", plain(" ".join(d.doing() for d in busy)))
        box.setParent(self._window, box.windowFlags())
        wait = box.addButton(tr("Wait, then close"), QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton(tr("Stop it and close"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(tr("Keep the window open"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(wait)
        box.setEscapeButton(stay)
        for button, drawn in ((wait, "ok"), (stop, "discard"), (stay, "close")):
            with_icon(button, drawn)
        draw_icons(box)
        give_letters(box)
        box.exec()
        # The window may be gone by now, and its dialogs with it.
        if not isValid(box):
            return
        chosen = box.clickedButton()
        box.deleteLater()
        self._forget()
        # What ended while the question stood needs no waiting for.
        left = [dialog for dialog in busy if dialog.busy]
        if chosen is stop or (chosen is wait and not left):
            then()
        elif chosen is wait:
            self._wait(left)

    def _wait(self, busy: list[Dialog]) -> None:
        self._awaited = busy
        for dialog in busy:
            dialog.ended.connect(self._on_ended)
        self._banner.say(tr("The window closes once the export is written."), EXPORTING)

    def _forget(self) -> None:
        for dialog in self._awaited:
            dialog.ended.disconnect(self._on_ended)
        self._awaited = []
        self._banner.over(EXPORTING)

    def _on_ended(self, well: bool) -> None:
        if not well:
            # What went wrong, or that it was cancelled, is to be read in the dialog.
            self._forget()
        elif not any(dialog.busy for dialog in self._awaited):
            self._forget()
            self._window.close()

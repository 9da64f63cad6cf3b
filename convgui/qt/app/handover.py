"""What a window that goes on for another one takes over from it, beside the session: panels, places and messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from convgui.qt.lessons.tour import Tour
from convgui.qt.widgets.dialog import Dialog
from convgui.scenes.scene import Focus

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

PANELS = ("levels", "profile")


def carry(old: MainWindow, new: MainWindow) -> None:
    """Bring a window that is not shown yet to the state of another one with the same session."""
    new.presenter.player = replace(new.presenter.player, speed=old.presenter.player.speed)
    new.presenter.focus = Focus(pinned=old.presenter.focus.pinned)
    new.caption.stand_at(old.caption.index)
    new.prediction.go_on_for(old.prediction)
    new.walk.go_on_for(old.walk)
    new.inspector.kernel.every.setChecked(old.inspector.kernel.every.isChecked())
    new.inspector.kernel.grid.choose_slice(old.inspector.kernel.grid.slice)
    new.inspector.paste.line.setText(old.inspector.paste.line.text())
    new.profiler.go_on_for(old.profiler)
    for name in PANELS:
        if old.commands.actions[name].isChecked():
            new.commands.actions[name].trigger()
    new.banner.go_on_for(old.banner)
    if old.hint.isVisible():
        new.welcome()


def carry_shown(old: MainWindow, new: MainWindow) -> None:
    """Bring a window that has just been shown to the state of another one that still is."""
    new.notes.go_on_for(old.notes)
    _carry_dialogs(old, new)
    if old.isFullScreen():
        new.stage_alone(True)
    pairs = ((new.inspector, old.inspector), (new.lessons, old.lessons))
    scrolled = [(ours.verticalScrollBar(), theirs.verticalScrollBar().value()) for ours, theirs in pairs]

    def scroll() -> None:
        for bar, value in scrolled:
            bar.setValue(value)

    # How far there is to scroll is known when the layouts have been made.
    QTimer.singleShot(0, new, scroll)


def _carry_dialogs(old: MainWindow, new: MainWindow) -> None:
    """Open again, in the new window's words, the dialogs that are open in the old one."""
    for theirs in old.findChildren(Dialog):
        # A dialog that a command has opened is called as that is.
        action = new.commands.actions.get(theirs.objectName())
        if not theirs.isVisible() or theirs.detached or action is None:
            continue
        action.trigger()
        ours = next(dialog for dialog in new.findChildren(Dialog) if dialog.objectName() == theirs.objectName())
        ours.move(theirs.pos())
        ours.go_on_for(theirs)
    tour = old.findChild(Tour)
    if tour is not None:
        new.tour()
        begun = new.findChild(Tour)
        assert begun is not None
        begun.go(tour.index)

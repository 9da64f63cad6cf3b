"""Menus and shortcuts: one table of actions, built once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from convgui.qt.widgets.bounded_inputs import take_typed


@dataclass(frozen=True)
class Act:
    """An action of the program.

    Attributes
    ----------
    id : str
        How code finds it.
    title : str
        In the menu; ``&`` marks the letter that opens it.
    run : callable
        Called with whether it is checked, if it can be.
    keys : str
        Shortcut in portable text, or the name of a standard one such as ``"Open"``.
    checkable : bool
        Whether it is a switch.
    role : QAction.MenuRole
        Where macOS puts it.
    """

    id: str
    title: str
    run: Callable[[bool], object]
    keys: str = ""
    checkable: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole


SEPARATOR = None
Acts: TypeAlias = tuple[Act | QMenu | None, ...]


def shortcut(keys: str) -> QKeySequence:
    """Return a standard shortcut by name, or the one that is spelled."""
    standard = QKeySequence.StandardKey.__members__.get(keys)
    return QKeySequence(standard) if standard is not None else QKeySequence(keys)


def _run(act: Act, checked: bool) -> None:
    take_typed()
    act.run(checked)


def build_menu(window: QMainWindow, title: str, acts: Acts, found: dict[str, QAction]) -> QMenu:
    """Add a menu to the window's bar; each action is put into `found` under its id."""
    menu = window.menuBar().addMenu(title)
    for act in acts:
        if act is None:
            menu.addSeparator()
        elif isinstance(act, QMenu):
            menu.addMenu(act)
        else:
            action = QAction(act.title, window)
            action.setObjectName(act.id)
            action.setCheckable(act.checkable)
            action.setMenuRole(act.role)
            if act.keys:
                action.setShortcut(shortcut(act.keys))
            action.triggered.connect(lambda checked=False, act=act: _run(act, checked))
            menu.addAction(action)
            window.addAction(action)
            found[act.id] = action
    return menu

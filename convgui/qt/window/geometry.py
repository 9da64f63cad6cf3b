"""Where windows stand: whole on a screen, with their frames."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QMainWindow

TITLE, EDGE = 40, 8
"""Pixels of a frame above and beside a window, before it is shown and they are known."""
CASCADE = 32
"""Pixels by which a new window stands off the one before."""
SHRUNK = 0.75
"""Part of its screen that a window keeps at least, for the sake of standing off the one before."""
USUAL = QSize(1440, 900)
"""Of a window at first."""
SEEN = 80
"""Pixels of a window's upper edge that have to be on a screen."""


def within(frame: QRect, screen: QRect) -> QRect:
    """Return where a frame stands that is no larger than a screen and does not reach over its edges."""
    size = frame.size().boundedTo(screen.size())
    left = min(max(frame.left(), screen.left()), screen.left() + screen.width() - size.width())
    top = min(max(frame.top(), screen.top()), screen.top() + screen.height() - size.height())
    return QRect(QPoint(left, top), size)


def is_seen(frame: QRect, screens: Iterable[QRect]) -> bool:
    """Tell whether all of a frame is on screens, be it on two that stand side by side."""
    parts = [frame.intersected(screen) for screen in screens]
    return sum(part.width() * part.height() for part in parts) >= frame.width() * frame.height()


def expected_frame(window: QMainWindow) -> QMargins:
    """Return the frame around a window's inside, or what it will be where it was not shown yet."""
    if not window.isVisible():
        return QMargins(EDGE, TITLE, EDGE, EDGE)
    frame, inner = window.frameGeometry(), window.geometry()
    return QMargins(
        inner.left() - frame.left(),
        inner.top() - frame.top(),
        frame.right() - inner.right(),
        frame.bottom() - inner.bottom(),
    )


def keep_on_screen(window: QMainWindow) -> None:
    """Move a window, and make it smaller, as far as its frame would else be off the screens."""
    if window.isMaximized() or window.isFullScreen():
        return
    around = expected_frame(window)
    frame = window.geometry().marginsAdded(around)
    if not is_seen(frame, [screen.availableGeometry() for screen in QApplication.screens()]):
        window.setGeometry(within(frame, window.screen().availableGeometry()).marginsRemoved(around))


def stand_off(window: QMainWindow, before: QMainWindow) -> None:
    """Let a new window stand a little off the one before, whole on its screen, and smaller where it needs that."""
    around = expected_frame(before)
    frame = window.geometry().marginsAdded(around)
    # Of what stands in it, panels give way where there is little room.
    least = window.minimumSize().grownBy(around)
    window.setGeometry(cascaded(frame, before.pos(), before.screen().availableGeometry(), least).marginsRemoved(around))


def cascaded(frame: QRect, before: QPoint, screen: QRect, least: QSize) -> QRect:
    """Return where a frame stands off another one's corner; where the screen ends, the next row of them begins.

    Parameters
    ----------
    least : QSize
        Of a frame; it is larger than this, and than most of the screen, or stands elsewhere.
    """
    corner = before + QPoint(CASCADE, CASCADE)
    room = QRect(corner, screen.bottomRight()).size()
    needed = (screen.size() * SHRUNK).expandedTo(least).boundedTo(frame.size())
    if needed.boundedTo(room) != needed:
        # Off the very corner, where the first row began.
        corner = screen.topLeft() + QPoint(CASCADE // 2, 0)
        room = QRect(corner, screen.bottomRight()).size()
    return within(QRect(corner, frame.size().boundedTo(room)), screen)


def first_size(screen: QSize) -> QSize:
    """Return how large a window is at first: no larger than its screen."""
    return USUAL.boundedTo(screen)


def seen(window: QRect, screens: Iterable[QRect]) -> QRect:
    """Return where a window has to stand so that its upper edge can be taken hold of on one of the screens.

    A window that is on a screen already stays; another one goes to the first screen and is no larger than it.
    """
    screens = list(screens)
    edge = QRect(window.left(), window.top(), window.width(), SEEN // 2)
    for screen in screens:
        common = edge.intersected(screen)
        if common.width() >= SEEN and common.height() >= SEEN // 4:
            return window
    if not screens:
        return window
    home = screens[0]
    size = window.size().boundedTo(home.size())
    left = home.left() + (home.width() - size.width()) // 2
    return QRect(QPoint(left, home.top() + (home.height() - size.height()) // 2), size)

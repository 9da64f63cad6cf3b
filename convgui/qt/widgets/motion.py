"""Whether the desktop asks for less motion; asked once, at the start, and never waited for long."""

from __future__ import annotations

import ctypes
import sys

from PySide6.QtCore import QSettings

PATIENCE = 150
"""Milliseconds that the desktop has to answer."""
PORTAL = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings")
ANIMATIONS_ON_WINDOWS = 0x1042
"""SPI_GETCLIENTAREAANIMATION."""


def less_motion() -> bool:
    """Tell whether the system's user has turned animations off; a system that does not say has not."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return QSettings("com.apple", "universalaccess").value("reduceMotion") in (True, 1, "1", "true")
    return _desktop()


def _windows() -> bool:
    shown = ctypes.c_int(1)
    library = getattr(ctypes, "windll").user32  # noqa: B009  it is there on Windows alone
    asked = library.SystemParametersInfoW(ANIMATIONS_ON_WINDOWS, 0, ctypes.byref(shown), 0)
    return bool(asked) and not shown.value


def _desktop() -> bool:
    """Ask the desktop's portal, which knows the setting of GNOME and of those that follow it."""
    from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    question = QDBusMessage.createMethodCall(*PORTAL, "Read")
    question.setArguments(["org.gnome.desktop.interface", "enable-animations"])
    answer = bus.call(question, QDBus.CallMode.Block, PATIENCE)
    said = answer.arguments()
    while said and hasattr(said[0], "variant"):
        said = [said[0].variant()]
    return bool(said) and said[0] is False

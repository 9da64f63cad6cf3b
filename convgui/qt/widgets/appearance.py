"""What preferences come to on this desktop: a theme, a size of text, a font, and whether windows glide."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication

from convgui.core.memory import allow
from convgui.draw.number import write_decimals
from convgui.draw.theme import Theme, themed
from convgui.qt.widgets.fonts import SANS
from convgui.qt.widgets.motion import less_motion
from convgui.session.preferences import Preferences

PLAIN = 13
"""Pixels of the interface's text at 100 %."""
LARGEST = 2.0
BREADTH = 0.6
"""Of a growth of the text, that of the panels beside the stage."""


@dataclass(frozen=True)
class Look:
    """How the window looks.

    Attributes
    ----------
    theme : Theme
        The colours.
    scale : float
        Size of text; 1 is 13 pixels.
    family : str
        The interface's font; pictures have their own.
    still : bool
        Whether nothing glides.
    """

    theme: Theme
    scale: float
    family: str
    still: bool

    @property
    def breadth(self) -> float:
        """How much wider panels are: less than their text is larger, because the picture's text is larger as well."""
        return 1 + BREADTH * (self.scale - 1)


def look_of(preferences: Preferences) -> Look:
    """Return the look that a user has chosen, with what was left to the desktop."""
    shade = _shade(preferences.shade)
    own = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # Desktops are content with 12 to 14 pixels; only who has asked for larger text means it.
    larger = min(max(QFontInfo(own).pixelSize() / PLAIN, 1.0), LARGEST)
    return Look(
        themed(shade, preferences.colours),
        preferences.size / 100 if preferences.size else larger if larger > 1.2 else 1.0,
        SANS if preferences.font == "inter" else own.family(),
        preferences.motion == "none" or (preferences.motion == "system" and less_motion()),
    )


def _shade(wanted: str) -> str:
    """Have the system draw title bars and its own dialogs as the window is, and return which shade that is."""
    hints, schemes = QGuiApplication.styleHints(), Qt.ColorScheme
    if wanted == "system":
        hints.unsetColorScheme()
        return "dark" if hints.colorScheme() == schemes.Dark else "light"
    asked = schemes.Dark if wanted == "dark" else schemes.Light
    if hints.colorScheme() != asked:
        hints.setColorScheme(asked)
    return wanted


def use_everywhere(preferences: Preferences) -> None:
    """Tell the whole process what does not belong to a window: how numbers are written, what memory they may take."""
    write_decimals(preferences.decimals)
    allow(preferences.memory << 20 if preferences.memory else None)

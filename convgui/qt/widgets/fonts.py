"""The fonts that ship, and how to get a QFont of a size."""

from __future__ import annotations

from functools import lru_cache
from threading import get_ident

from PySide6.QtGui import QFont, QFontDatabase

from convgui.files.resources import resource
from convgui.words import tr

SANS, MONO = "Inter", "JetBrains Mono"
CHINESE = "Noto Sans CJK SC"
"""For the characters that the other two do not have; the system's own fonts have those that users type."""


def load_fonts() -> None:
    """Register the fonts in resources/fonts; needs a QGuiApplication.

    Raises
    ------
    FileNotFoundError
        If a font file is missing or unreadable: then every label would come out in another width.
    """
    for path in sorted((*resource("fonts").glob("*.otf"), *resource("fonts").glob("*.ttf"))):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(tr("the font {name} cannot be read; please install convgui again.", name=path.name))


def font(size: int, mono: bool = False, bold: bool = False) -> QFont:
    """Return a font of `size` pixels; the same object each time, because building one costs more than a label."""
    return _font(size, mono, bold, get_ident())


@lru_cache(maxsize=512)
def _font(size: int, mono: bool, bold: bool, _thread: int) -> QFont:
    """Make a font for one thread: two that share a QFont would fight over its glyphs."""
    font = QFont()
    font.setFamilies([MONO if mono else SANS, CHINESE])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold and not mono else QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font

"""The picture that stands while another one is awaited."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from convgui.draw.picture import Picture
from convgui.draw.theme import LIGHT, Theme
from convgui.draw.veil import veiled

LATE = 400
"""Milliseconds after which a picture of something else says that it is one."""


class WaitingPicture(QObject):
    """Passes pictures on, ``pictured(picture)``; one that stands too long while it is of something else, faintly.

    Parameters
    ----------
    elsewhere : callable
        Whether the last picture is of something else than what is asked for, and that is being computed.
    """

    pictured = Signal(object)

    def __init__(self, parent: QObject, elsewhere: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._elsewhere = elsewhere
        self._last, self._theme = Picture(640, 480, LIGHT.background), LIGHT
        self._veiled = False
        self._late = QTimer(self, singleShot=True, interval=LATE)
        self._late.timeout.connect(self._veil)

    def show(self, picture: Picture, theme: Theme) -> None:
        """Pass on a picture in a theme."""
        self._last, self._theme = picture, theme
        self._veiled = self._veiled and self._elsewhere()
        self.pictured.emit(veiled(picture, theme) if self._veiled else picture)

    def wait(self) -> None:
        """Another picture is being computed from now on."""
        self._late.start()

    def close(self) -> None:
        """Wait for nothing any more; the last picture stands for itself."""
        self._late.stop()
        if self._veiled:
            self._veiled = False
            self.pictured.emit(self._last)

    def _veil(self) -> None:
        if self._elsewhere():
            self._veiled = True
            self.show(self._last, self._theme)

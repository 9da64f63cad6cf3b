"""A button that shows a colour, and asks for another one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QPushButton

from convgui.draw.colour import Colour
from convgui.qt.widgets.paint import qcolor


class ColourButton(QPushButton):
    """Shows a colour by itself and by its name.

    Emits ``chosen()`` when there is another one.

    Parameters
    ----------
    name : str
        What the colour is for, for screen readers and as the question's title.
    """

    chosen = Signal()

    def __init__(self, name: str, colour: Colour = (255, 255, 255, 255)) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.show_colour(colour)
        self.clicked.connect(self._ask)

    def show_colour(self, colour: Colour) -> None:
        """Show a colour; nothing is emitted."""
        self.colour = colour
        swatch = QPixmap(16, 16)
        swatch.fill(qcolor(colour))
        self.setIcon(QIcon(swatch))
        self.setText(qcolor(colour).name())

    def _ask(self) -> None:
        found = QColorDialog.getColor(qcolor(self.colour), self, self._name)
        if found.isValid():
            self.show_colour((found.red(), found.green(), found.blue(), 255))
            self.chosen.emit()

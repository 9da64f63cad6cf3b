"""Buttons that show a colour, and ask for another one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QPushButton, QWidget

from convgui.draw.colour import Colour, colour
from convgui.qt.widgets.paint import qcolor
from convgui.words import tr


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


class OwnColours(QWidget):
    """The hues of a set of colours of one's own; emits ``chosen(colours)``, as `convgui.draw.theme.OWN` writes them."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        names = (tr("Input"), tr("Kernel"), tr("Output"), tr("Warnings, and an output below zero"),
                 tr("Input and kernel below zero"))  # fmt: skip
        self.buttons = tuple(ColourButton(name) for name in names)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, button in zip(names, self.buttons, strict=True):
            button.setToolTip(name)
            button.chosen.connect(self._on_chosen)
            row.addWidget(button)

    def show_colours(self, colours: str) -> None:
        """Show a set of colours; nothing is emitted."""
        for button, digits in zip(self.buttons, colours.split("-")[1:], strict=True):
            button.show_colour(colour(f"#{digits}"))

    def _on_chosen(self) -> None:
        self.chosen.emit("-".join(["own", *(qcolor(button.colour).name()[1:] for button in self.buttons)]))

"""A box for a weight-like number: it shows and takes what the cells of a kernel do, and holds the number itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from convgui.draw.number import number
from convgui.qt.widgets.bounded_inputs import FirstClick
from convgui.session.number_entry import DIGITS, parse_number, stepped
from convgui.words import tr

State = QValidator.State
LARGEST = 1.7e308
EVERY_DIGIT = 323
"""Decimals that Qt rounds to: as many as it knows, since what is stored is never rounded to what is shown."""
TAKEN = frozenset("0123456789.,+-−eE/ ")


class NumberBox(QDoubleSpinBox):
    """Any finite number, such as ``−0.00053`` or ``1/9``; arrows step by a tenth of its leading digit.

    Emits ``rejected(sentence)`` where what was typed is no number.
    """

    rejected = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(EVERY_DIGIT)
        self.setRange(-LARGEST, LARGEST)
        self.setKeyboardTracking(False)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        FirstClick(self)

    def textFromValue(self, value: float) -> str:
        return number(value, DIGITS)

    def valueFromText(self, text: str) -> float:
        # The box shows six digits of a number that may have more.
        return self.value() if text == self.textFromValue(self.value()) else parse_number(text)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if not TAKEN.issuperset(text):
            return State.Invalid, text, position
        try:
            fits = abs(parse_number(text)) <= LARGEST
        except (ValueError, ZeroDivisionError):
            fits = False
        return State.Acceptable if fits else State.Intermediate, text, position

    def fixup(self, text: str) -> str:
        """Say that it is no number; the one that was there is shown again."""
        self.rejected.emit(tr("“{text}” is not a number; type one such as −0.5 or 1/9.", text=text))
        return text

    def stepBy(self, steps: int) -> None:
        self.interpretText()
        self.setValue(stepped(self.value(), steps))
        self.selectAll()

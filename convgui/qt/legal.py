"""Spin boxes whose limits follow from what is legal now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget


class LegalSpin(QSpinBox):
    """A number box: arrows and wheel stop at what is legal; typing may go beyond and is then told why not."""

    def __init__(self, name: str, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, 9999
        self.setRange(-9999, 999_999)
        self.setKeyboardTracking(False)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(58)

    def set_legal(self, least: int, most: int) -> None:
        """Set what stepping can reach."""
        self._least, self._most = least, max(least, most)

    def stepBy(self, steps: int) -> None:
        wanted = min(max(self.value() + steps, self._least), self._most)
        if wanted != self.value():
            self.setValue(wanted)

    def stepEnabled(self) -> QSpinBox.StepEnabledFlag:
        flags = QSpinBox.StepEnabledFlag.StepNone
        if self.value() < self._most:
            flags |= QSpinBox.StepEnabledFlag.StepUpEnabled
        if self.value() > self._least:
            flags |= QSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only while focused, so that scrolling the panel changes nothing by accident."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class AxisSpins(QWidget):
    """One number an axis; while both are equal, changing the height changes the width too.

    Emits ``chosen(values)``. Square is what people mean most of the time; the width alone can be set apart afterwards.
    """

    chosen = Signal(object)

    def __init__(self, name: str, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes = (LegalSpin(f"{name}, height", least), LegalSpin(f"{name}, width", least))
        self._cross = QLabel("×")
        self._cross.setObjectName("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        row.addWidget(self._axes[0])
        row.addWidget(self._cross)
        row.addWidget(self._axes[1])
        for axis, spin in enumerate(self._axes):
            spin.valueChanged.connect(lambda value, axis=axis: self._on_value(axis, value))
        self._values: tuple[int, ...] = ()

    @property
    def boxes(self) -> tuple[LegalSpin, LegalSpin]:
        """The box of the height axis and that of the width axis."""
        return self._axes

    def show_values(self, values: tuple[int, ...], least: int, most: tuple[int, ...]) -> None:
        """Show values of one or two axes and what stepping may reach; nothing is emitted."""
        self._values = values
        two = len(values) > 1
        self._axes[0].setVisible(two)
        self._cross.setVisible(two)
        for spin, value, top in zip(self._axes[-len(values) :], values, most, strict=True):
            spin.set_legal(least, top)
            if spin.value() != value:
                spin.blockSignals(True)
                spin.setValue(value)
                spin.blockSignals(False)

    def _on_value(self, axis: int, value: int) -> None:
        if len(self._values) == 1:
            self.chosen.emit((value,))
        elif axis == 0 and self._values[0] == self._values[1]:
            self.chosen.emit((value, value))
        else:
            self.chosen.emit(tuple(value if a == axis else v for a, v in enumerate(self._values)))

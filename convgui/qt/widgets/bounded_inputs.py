"""Spin boxes whose limits follow from what is legal now."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from convgui.core.spec import AXES
from convgui.qt.widgets.plain_text import PlainLabel


def take_typed() -> None:
    """Take over what is being typed into a field, as when it is left: what is done next is done with what it says."""
    field = QApplication.focusWidget()
    if isinstance(field, QAbstractSpinBox):
        field.interpretText()
    elif isinstance(field, QLineEdit):
        field.editingFinished.emit()


class FirstClick(QObject):
    """Selects the number of a box with the click that leads into it: what is typed then takes its place."""

    def __init__(self, box: QAbstractSpinBox) -> None:
        super().__init__(box)
        self._box, self._first = box, False
        for part in (box, box.lineEdit()):
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.gotFocus():
            self._first = event.reason() == Qt.FocusReason.MouseFocusReason
        elif event.type() == QEvent.Type.MouseButtonRelease and self._first:
            self._first = False
            # Who draws over a part of it has chosen that.
            if watched is not self._box and not self._box.lineEdit().hasSelectedText():
                self._box.selectAll()
        return False


class BoundedSpin(QSpinBox):
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
        FirstClick(self)

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


class QuietCombo(QComboBox):
    """A choice that the wheel changes only while it is focused; otherwise the panel scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class AxisSpins(QWidget):
    """One number an axis; while all are equal, changing the first changes the others too.

    Emits ``chosen(values)``. Square is what people mean most of the time; the others can be set apart afterwards.
    """

    chosen = Signal(object)

    def __init__(self, name: str, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes = tuple(BoundedSpin(f"{name}, {axis}", least) for axis in AXES[3])
        self._crosses = (PlainLabel("×"), PlainLabel("×"))
        self._values: tuple[int, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addStretch(1)
        for axis, spin in enumerate(self._axes):
            if axis:
                cross = self._crosses[axis - 1]
                cross.setObjectName("muted")
                row.addWidget(cross)
            row.addWidget(spin)
            spin.valueChanged.connect(lambda value, spin=spin: self._on_value(spin, value))

    @property
    def boxes(self) -> tuple[BoundedSpin, ...]:
        """The boxes of the axes that are shown, the width last."""
        return self._axes[-len(self._values) :]

    def show_values(self, values: tuple[int, ...], least: int, most: tuple[int, ...]) -> None:
        """Show values of one to three axes and what stepping may reach; nothing is emitted."""
        self._values = values
        for axis, spin in enumerate(self._axes):
            shown = axis >= 3 - len(values)
            spin.setVisible(shown)
            spin.setFixedWidth(58 if len(values) < 3 else 36)
            if axis < 2:
                self._crosses[axis].setVisible(shown)
        for spin, value, top in zip(self.boxes, values, most, strict=True):
            spin.set_legal(least, top)
            if spin.value() != value:
                spin.blockSignals(True)
                spin.setValue(value)
                spin.blockSignals(False)

    def _on_value(self, spin: BoundedSpin, value: int) -> None:
        axis = self.boxes.index(spin)
        if axis == 0 and len(set(self._values)) == 1:
            self.chosen.emit((value,) * len(self._values))
        else:
            self.chosen.emit(tuple(value if a == axis else v for a, v in enumerate(self._values)))

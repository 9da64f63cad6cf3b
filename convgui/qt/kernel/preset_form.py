"""The numbers that shape a preset, such as the cut-off of a low pass, below the menu that it was chosen from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QWidget

from convgui.core.presets import Parameter, Preset
from convgui.qt.widgets.bounded_inputs import FirstClick
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr


class ParameterBox(QDoubleSpinBox):
    """A box for one parameter, in its range and steps."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        whole = all(float(n).is_integer() for n in (parameter.default, parameter.least, parameter.most, parameter.step))
        self.setDecimals(0 if whole else 3)
        self.setRange(parameter.least, parameter.most)
        self.setSingleStep(parameter.step)
        self.setKeyboardTracking(False)
        self.setAccessibleName(tr(parameter.title))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        FirstClick(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only while focused, so that scrolling the panel changes nothing by accident."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class PresetForm(QWidget):
    """Shows the parameters of a preset; emits ``changed(preset, values)``."""

    changed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, ParameterBox] = {}
        self._preset: Preset | None = None
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(3)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self.hide()

    def show_preset(self, preset: Preset | None, values: Mapping[str, float]) -> None:
        """Show what shapes a preset, or nothing; nothing is emitted."""
        if preset is not self._preset:
            self._preset = preset
            while self._form.rowCount():
                self._form.removeRow(0)
            self.boxes = {}
            for parameter in () if preset is None else preset.parameters:
                box = self.boxes[parameter.name] = ParameterBox(parameter)
                label = PlainLabel(tr(parameter.title))
                label.setObjectName("muted")
                label.setWordWrap(True)
                self._form.addRow(label, box)
                box.valueChanged.connect(self._on_changed)
        for parameter in () if preset is None else preset.parameters:
            box = self.boxes[parameter.name]
            box.blockSignals(True)
            box.setValue(values.get(parameter.name, parameter.default))
            box.blockSignals(False)
        self.setVisible(bool(self.boxes))

    def _on_changed(self) -> None:
        self.changed.emit(self._preset, {name: box.value() for name, box in self.boxes.items()})

"""The parameters of layers without a kernel: a row for each field that the layer says can be set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from convgui.core.spec import SpecError
from convgui.draw.number import number
from convgui.layers.form import Chosen, Field, Integer, Real, Sizes, assert_never
from convgui.model.document import Document
from convgui.model.refusals import refusal
from convgui.qt.widgets.bounded_inputs import AxisSpins, BoundedSpin, QuietCombo
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.number_entry import DIGITS, parse_number
from convgui.session.session import Session
from convgui.session.stack import replace_layer
from convgui.words import tr

SHOWN = "shown"
"""The property of a line that holds the number as it was shown."""


class PlainForm(QWidget):
    """Shows the chosen layer, where it has no kernel, and edits it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: dict[str, tuple[Field, QWidget]] = {}
        self.sentence, self.problem = PlainLabel(), PlainLabel()
        for label, name in ((self.sentence, "small"), (self.problem, "problem")):
            label.setObjectName(name)
            label.setWordWrap(True)
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(6)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.sentence)
        column.addLayout(self._form)
        column.addWidget(self.problem)

    def field(self, name: str) -> QWidget:
        """Return the widget that edits a field of the layer."""
        return self._rows[name][1]

    def fields(self) -> tuple[tuple[str, str, QWidget], ...]:
        """Return what can be set: its name, its title, and its field."""
        return tuple((name, field.title, widget) for name, (field, widget) in self._rows.items())

    def show_document(self, document: Document) -> None:
        """Show the chosen layer; nothing is emitted."""
        fields = document.chosen.form(document.input_shape)
        if [(f.name, type(f), f.title) for f in fields] != [(f.name, type(f), f.title) for f, _ in self._rows.values()]:
            self._build(fields)
        for field in fields:
            _show(field, self.field(field.name))
        self.sentence.setText(document.chosen.about)
        self._say("")

    def _build(self, fields: tuple[Field, ...]) -> None:
        while self._form.rowCount():
            row = self._form.takeRow(0)
            for item in (row.labelItem, row.fieldItem):
                widget = item.widget() if item is not None else None
                if widget is not None:
                    # A row may be the one whose event led here.
                    widget.hide()
                    widget.deleteLater()
        self._rows = {field.name: (field, _widget(field, self._changing(field.name))) for field in fields}
        for field, widget in self._rows.values():
            label = PlainLabel(field.title)
            label.setObjectName("muted")
            self._form.addRow(label, widget)

    def _changing(self, name: str) -> Callable[[Any], None]:
        return lambda value: self._change(name, value)

    def _change(self, name: str, value: Any) -> None:
        document = self._session.document
        try:
            changed = replace_layer(document, document.chosen.with_field(name, value))
        except SpecError as error:
            self.show_document(document)
            self._say(refusal(error))
        else:
            self._session.replace(changed, tr("Change layer"))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _widget(field: Field, change: Callable[[Any], None]) -> QWidget:
    """Make what edits a field; it calls `change` with a new value when the user chooses one."""
    if isinstance(field, Sizes):
        sizes = AxisSpins(field.title, field.least)
        sizes.chosen.connect(change)
        return sizes
    if isinstance(field, Integer):
        spin = BoundedSpin(field.title, field.least)
        spin.valueChanged.connect(change)
        return spin
    if isinstance(field, Chosen):
        combo = QuietCombo()
        combo.setAccessibleName(field.title)
        combo.activated.connect(lambda: change(combo.currentData()))
        return combo
    if not isinstance(field, Real):
        assert_never(field)
    line = QLineEdit()
    line.setAccessibleName(field.title)
    line.editingFinished.connect(lambda: _typed(line, change))
    return line


def _typed(line: QLineEdit, change: Callable[[Any], None]) -> None:
    if line.isModified():
        line.setModified(False)
        text = line.text().strip()
        if text == line.property(SHOWN):
            # The field shows six digits of a value that may have more.
            return
        try:
            change(parse_number(text))
        except (ValueError, ZeroDivisionError):
            change(text)  # the layer says what it needs


def _show(field: Field, widget: QWidget) -> None:
    """Show a field's value and limits; nothing is emitted."""
    widget.blockSignals(True)
    if isinstance(field, Sizes) and isinstance(widget, AxisSpins):
        widget.show_values(field.values, field.least, field.most)
    elif isinstance(field, Integer) and isinstance(widget, BoundedSpin):
        widget.set_legal(field.least, field.most)
        widget.setValue(field.value)
    elif isinstance(field, Chosen) and isinstance(widget, QuietCombo):
        if [(widget.itemData(i), widget.itemText(i)) for i in range(widget.count())] != list(field.choices):
            widget.clear()
            for value, title in field.choices:
                widget.addItem(title, value)
        widget.setCurrentIndex(widget.findData(field.value))
    elif isinstance(field, Real) and isinstance(widget, QLineEdit):
        widget.setText(number(field.value, DIGITS))
        widget.setProperty(SHOWN, widget.text())
    widget.blockSignals(False)

"""The layer's parameters, with PyTorch's names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convgui.core.spec import CAUSAL, PADDING_NAMES, ConvSpec, SpecError
from convgui.draw.theme import Theme
from convgui.model.document import Document
from convgui.model.refusals import refusal
from convgui.qt.inspector.parameter_tips import ParameterTips
from convgui.qt.widgets.bounded_inputs import AxisSpins, BoundedSpin, QuietCombo
from convgui.qt.widgets.plain_text import PlainLabel, WholeLabel
from convgui.session import edits
from convgui.session.causal import causal_words, trimmed
from convgui.session.fitting import weights_gone
from convgui.session.limits import group_counts, parameter_limits
from convgui.session.session import Session
from convgui.words import mark, tr

NUMBER, EACH_SIDE = "number", "each side"
MODES = (mark("zeros"), mark("reflect"), mark("replicate"), mark("circular"))
"""Padding modes, which other languages than English do not call as PyTorch does."""
MOST_FILTERS, AIR = 512, 24


class LayerForm(QWidget):
    """Shows the chosen layer and edits it; what is not legal is answered under the field that was changed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.theme = theme
        self.tips = ParameterTips(lambda: self.theme, self)
        self._nearest: tuple[str, Any] | None = None
        self.kind = QuietCombo()
        self.kernel = AxisSpins(tr("Kernel size"), 1)
        self.output_padding = AxisSpins(tr("Output padding"), 0)
        self.stride = AxisSpins(tr("Stride"), 1)
        self.padding_name = QuietCombo()
        self.padding = AxisSpins(tr("Padding"), 0)
        self.padding_after = AxisSpins(tr("Padding after"), 0)
        self.causal = WholeLabel()
        self.padding_mode = QuietCombo()
        self.dilation = AxisSpins(tr("Dilation"), 1)
        self.groups = QuietCombo()
        self.filters = BoundedSpin(tr("Output channels"), 1)
        self.flip = QCheckBox(tr("Flip the kernel"))
        self.problem = WholeLabel()
        self.use_nearest = QPushButton()
        self._trouble = QWidget()
        self._channels = PlainLabel()
        self._form = QFormLayout()
        self._each_side = False
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self._fill_choices()
        self.tips.explain(self.flip, "flip", self.flip.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addLayout(self._fields())
        column.addWidget(self.flip)
        self.causal.setObjectName("muted")
        self._form.insertRow(self._row_below("padding"), self.causal)
        self.problem.setObjectName("problem")
        trouble = QVBoxLayout(self._trouble)
        trouble.setContentsMargins(0, 0, 0, 4)
        trouble.addWidget(self.problem)
        trouble.addWidget(self.use_nearest, 0, Qt.AlignmentFlag.AlignLeft)
        self._form.addRow(self._trouble)
        self._trouble.hide()

    def _fill_choices(self) -> None:
        for combo, name in (
            (self.kind, tr("Type")),
            (self.padding_name, tr("Padding")),
            (self.padding_mode, tr("Padding mode")),
            (self.groups, tr("Groups")),
        ):
            combo.setAccessibleName(name)
        self.kind.addItem(tr("Convolution"), False)
        self.kind.addItem(tr("Transposed"), True)
        self.padding_name.addItem(tr("symmetric"), NUMBER)
        self.padding_name.addItem(tr("asymmetric"), EACH_SIDE)
        for name in PADDING_NAMES:
            self.padding_name.addItem(name, name)
        for mode in MODES:
            self.padding_mode.addItem(tr(mode), mode)

    def _fields(self) -> QFormLayout:
        channels = QWidget()
        row = QHBoxLayout(channels)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        self._channels.setObjectName("muted")
        row.addWidget(self._channels)
        row.addWidget(self.filters)
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(3)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, title, field in (
            ("transposed", tr("Type"), self.kind),
            ("kernel_size", tr("Kernel size"), self.kernel),
            ("stride", tr("Stride"), self.stride),
            ("padding", tr("Padding"), self.padding_name),
            ("padding", tr("before"), self.padding),
            ("padding", tr("after"), self.padding_after),
            ("padding_mode", tr("Padding mode"), self.padding_mode),
            ("output_padding", tr("Output padding"), self.output_padding),
            ("dilation", tr("Dilation"), self.dilation),
            ("groups", tr("Groups"), self.groups),
            ("out_channels", tr("In → out channels"), channels),
        ):
            label = PlainLabel(title)
            label.setObjectName("muted")
            for part in (label, field):
                self.tips.explain(part, name, title if title not in (tr("before"), tr("after")) else tr("Padding"))
            form.addRow(label, field)
        return form

    def fields(self) -> tuple[tuple[str, str, QWidget], ...]:
        """Return what can be set of the layer: its name, its title, and its field."""
        return (
            ("transposed", tr("Type"), self.kind),
            ("kernel_size", tr("Kernel size"), self.kernel),
            ("stride", tr("Stride"), self.stride),
            ("padding", tr("Padding"), self.padding_name),
            ("padding_mode", tr("Padding mode"), self.padding_mode),
            ("output_padding", tr("Output padding"), self.output_padding),
            ("dilation", tr("Dilation"), self.dilation),
            ("groups", tr("Groups"), self.groups),
            ("out_channels", tr("Output channels"), self.filters),
            ("flip", self.flip.text(), self.flip),
        )

    def _connect(self) -> None:
        self.kind.activated.connect(lambda: self._change("transposed", self.kind.currentData()))
        self.output_padding.chosen.connect(lambda v: self._change("output_padding", v))
        self.kernel.chosen.connect(lambda v: self._change("kernel_size", v))
        self.stride.chosen.connect(lambda v: self._change("stride", v))
        self.dilation.chosen.connect(lambda v: self._change("dilation", v))
        self.padding.chosen.connect(self._on_padding)
        self.padding_after.chosen.connect(self._on_padding_after)
        self.padding_name.activated.connect(self._on_padding_name)
        self.padding_mode.activated.connect(lambda: self._change("padding_mode", self.padding_mode.currentData()))
        self.groups.activated.connect(lambda: self._change("groups", self.groups.currentData()))
        self.filters.valueChanged.connect(lambda v: self._change("out_channels", v))
        self.flip.toggled.connect(self._on_flip)
        self.use_nearest.clicked.connect(self._on_nearest)

    def show_document(self, document: Document) -> None:
        """Show the chosen layer; nothing is emitted."""
        spec, spatial = document.layer.spec, document.input_shape[1:]
        self.kind.setCurrentIndex(self.kind.findData(spec.transposed))
        limits = parameter_limits(spec, spatial)
        self.kernel.show_values(spec.kernel_size, 1, limits["kernel_size"])
        self.stride.show_values(spec.stride, 1, limits["stride"])
        self.dilation.show_values(spec.dilation, 1, limits["dilation"])
        self.output_padding.show_values(spec.output_padding, 0, limits["output_padding"])
        self._form.setRowVisible(self.output_padding, spec.transposed)
        self._form.setRowVisible(self.padding_mode, not spec.transposed)
        for name in PADDING_NAMES:
            # A transposed layer of one axis is made causal by numbers.
            legal = spec.rank == 1 and (name == "causal" or not spec.transposed)
            self._enable(name, legal if name in CAUSAL else not spec.transposed)
        self._show_padding(spec, spatial)
        self._show_groups(spec)
        self.filters.blockSignals(True)
        self.filters.set_legal(1, MOST_FILTERS)
        self.filters.setValue(spec.out_channels)
        self.filters.blockSignals(False)
        self._channels.setText(f"{spec.in_channels} →")
        self.flip.blockSignals(True)
        self.flip.setChecked(document.layer.flip)
        self.flip.blockSignals(False)
        self._say("", None)

    def _show_padding(self, spec: ConvSpec, spatial: tuple[int, ...]) -> None:
        pads = spec.pads(spatial)
        one_sided = any(before != after for before, after in pads)
        number = EACH_SIDE if self._each_side or one_sided else NUMBER
        named = spec.padding if isinstance(spec.padding, str) else number
        self.padding_name.setCurrentIndex(self.padding_name.findData(named))
        most = parameter_limits(spec, spatial)["padding"]
        self.padding.show_values(tuple(before for before, _ in pads), 0, most)
        self.padding_after.show_values(tuple(after for _, after in pads), 0, most)
        self._form.setRowVisible(self.padding_after, named == EACH_SIDE or (named != NUMBER and one_sided))
        label = self._form.labelForField(self.padding)
        if isinstance(label, QLabel):
            label.setText(tr("before") if self._form.isRowVisible(self.padding_after) else "")
        self.padding.setEnabled(named in (NUMBER, EACH_SIDE))
        self.padding_after.setEnabled(named == EACH_SIDE)
        self.padding_mode.setCurrentIndex(self.padding_mode.findData(spec.padding_mode))
        self.causal.setText(causal_words(spec))
        self._form.setRowVisible(self.causal, bool(self.causal.text()))

    def _enable(self, name: str, on: bool) -> None:
        """Enable one way of padding: a transposed layer takes numbers only."""
        model = self.padding_name.model()
        if isinstance(model, QStandardItemModel):
            model.item(self.padding_name.findData(name)).setEnabled(on)

    def _show_groups(self, spec: ConvSpec) -> None:
        self.groups.clear()
        for number, reason in group_counts(spec.in_channels, spec.out_channels):
            title = tr("{n} (depthwise)", n=number) if number == spec.in_channels > 1 else str(number)
            self.groups.addItem(title if not reason else f"{number}: {reason}", number)
            model = self.groups.model()
            if reason and isinstance(model, QStandardItemModel):
                model.item(self.groups.count() - 1).setEnabled(False)
        # What is not legal says why, and is wider than the field.
        self.groups.view().setMinimumWidth(self.groups.view().sizeHintForColumn(0) + AIR)
        self.groups.setCurrentIndex(self.groups.findData(spec.groups))

    def _change(self, field: str, value: Any) -> None:
        try:
            changed = edits.change_spec(self._session.document, **{field: value})
        except SpecError as error:
            self.show_document(self._session.document)
            self._say(refusal(error), (field, error.nearest) if error.nearest is not None else None, field)
            return
        before = self._session.document
        self._session.replace(changed, tr("Change {field}", field=field.replace("_", " ")))
        if gone := weights_gone(before, changed):
            self._say(gone, None, field)

    def _say(self, problem: str, nearest: tuple[str, Any] | None, field: str = "") -> None:
        """Say what is wrong right below the field that was changed."""
        self._nearest = nearest
        if problem:
            self._form.takeRow(self._trouble)
            self._form.insertRow(self._row_below(field), self._trouble)
        self.problem.setText(problem)
        self._trouble.setVisible(bool(problem))
        self.use_nearest.setVisible(nearest is not None)
        if nearest is not None:
            self.use_nearest.setText(tr("Use {nearest}", nearest=nearest[1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back what was said about a number that is not there any more."""
        if event.key() == Qt.Key.Key_Escape and self.problem.text():
            self._say("", None)
            return
        super().keyPressEvent(event)

    def _row_below(self, field: str) -> int:
        """Return the row of the form that comes below a parameter's field."""
        fields = {name: widget for name, _, widget in self.fields()} | {"padding": self.padding_after}
        found = self._form.getWidgetPosition(fields[field]) if field in fields else None
        row = found[0] if isinstance(found, tuple) else -1
        return int(row) + 1 if row >= 0 else self._form.rowCount()

    def _on_nearest(self) -> None:
        if self._nearest is not None:
            field, value = self._nearest
            rank = self._session.document.layer.spec.rank
            self._change(field, (value,) * rank if field == "kernel_size" else value)

    def _on_padding_name(self) -> None:
        name = self.padding_name.currentData()
        document = self._session.document
        pads = document.layer.spec.pads(document.input_shape[1:])
        self._each_side = name == EACH_SIDE
        if document.layer.spec.transposed and name == "causal":
            self._change("padding", trimmed(document.layer.spec))
        elif name == NUMBER:
            self._change("padding", tuple((before, before) for before, _ in pads))
        else:
            self._change("padding", pads if name == EACH_SIDE else name)

    def _on_padding(self, values: tuple[int, ...]) -> None:
        document = self._session.document
        after = [a for _, a in document.layer.spec.pads(document.input_shape[1:])]
        each = self.padding_name.currentData() == EACH_SIDE
        self._change("padding", tuple(zip(values, after, strict=True)) if each else values)

    def _on_padding_after(self, values: tuple[int, ...]) -> None:
        document = self._session.document
        before = [b for b, _ in document.layer.spec.pads(document.input_shape[1:])]
        self._change("padding", tuple(zip(before, values, strict=True)))

    def _on_flip(self, on: bool) -> None:
        document = self._session.document
        layer = edits.flipped(document.layer, on)
        self._session.replace(document.with_layer(layer), tr("Flip the kernel"))

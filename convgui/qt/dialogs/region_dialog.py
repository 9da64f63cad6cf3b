"""Asks for a part of the picture, says what is in it, and has it cut out."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from convgui.model.sample import Sample
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.region import Region, measured, whole
from convgui.words import tr


class RegionDialog(Dialog):
    """Rows and columns of a picture, at first those on screen, with the size and the values of what they hold.

    Says that they were ``changed(region)``. The picture can be worked on while it stands.
    """

    changed = Signal(object)

    def __init__(self, sample: Sample, shown: Region, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("region")
        self.setWindowTitle(tr("Part of the picture"))
        self._sample = sample
        rows, columns = sample.spatial
        self.top, self.bottom = _spin(0, rows - 1, shown.top), _spin(0, rows - 1, shown.bottom - 1)
        self.left, self.right = _spin(0, columns - 1, shown.left), _spin(0, columns - 1, shown.right - 1)
        self.facts = PlainLabel()
        self.facts.setObjectName("mono")
        drawn = PlainLabel(tr("Or drag over the input to draw it, and inside it to move it."))
        drawn.setObjectName("small")
        drawn.setWordWrap(True)
        self.whole = with_icon(QPushButton(tr("&Whole picture")), "whole")
        form = QFormLayout()
        for title, first, last in (
            (tr("&Rows"), self.top, self.bottom),
            (tr("&Columns"), self.left, self.right),
        ):
            row = QHBoxLayout()
            first.setAccessibleName(tr("{axis}, first", axis=title.replace("&", "")))
            last.setAccessibleName(tr("{axis}, last", axis=title.replace("&", "")))
            for widget in (first, PlainLabel("…"), last):
                row.addWidget(widget)
            row.addStretch(1)
            label = PlainLabel(title)
            label.setBuddy(first)
            form.addRow(label, row)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.crop = buttons.addButton(tr("Cr&op"), QDialogButtonBox.ButtonRole.AcceptRole)
        with_icon(self.crop, "crop")
        buttons.addButton(self.whole, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(drawn)
        column.addWidget(self.facts)
        column.addWidget(buttons)
        self.setMinimumWidth(420)
        for spin in (self.top, self.bottom, self.left, self.right):
            spin.valueChanged.connect(self._on_change)
        self.whole.clicked.connect(self._on_whole)
        self._on_change()

    @property
    def region(self) -> Region:
        """What the fields say."""
        return Region(self.top.value(), self.left.value(), self.bottom.value() + 1, self.right.value() + 1)

    def go_on_for(self, other: Dialog) -> None:
        """Take over rows and columns."""
        assert isinstance(other, RegionDialog)
        self.set_region(other.region)

    def set_region(self, region: Region) -> None:
        """Show a region that was drawn."""
        rows, columns = self._sample.spatial
        fields = (
            (self.top, self.bottom, region.top, region.bottom, rows),
            (self.left, self.right, region.left, region.right, columns),
        )
        for first, last, begin, end, size in fields:
            for spin, value in ((first, begin), (last, end - 1)):
                with QSignalBlocker(spin):
                    spin.setRange(0, size - 1)
                    spin.setValue(value)
        self._on_change()

    def _on_change(self) -> None:
        for first, last in ((self.top, self.bottom), (self.left, self.right)):
            first.setMaximum(last.value())
            last.setMinimum(first.value())
        self.facts.setText(measured(self._sample, self.region))
        self.crop.setEnabled(self.region != whole(self._sample))
        self.changed.emit(self.region)

    def _on_whole(self) -> None:
        self.set_region(whole(self._sample))


def _spin(least: int, most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    return box

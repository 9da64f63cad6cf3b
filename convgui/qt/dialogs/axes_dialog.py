"""Which axis of a file is what: asked where there is more than one way to read it."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from convgui.draw.number import times
from convgui.files.axes import why_not
from convgui.files.source import Axes
from convgui.model.axis_selection import AxisSelection
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel, window_words
from convgui.words import tr

SHOWN, CHANNEL, ONE = range(3)
"""What an axis can be: one that is shown, the channel, or one of which a single position is opened."""


class AxesDialog(Dialog):
    """Asks for each axis whether it is shown, is the channel, or stands at one position.

    Attributes
    ----------
    selection : AxisSelection
        The answer so far, at first what is taken where nobody is asked.
    """

    def __init__(self, axes: Axes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Axes of {name}", name=window_words(axes.name)))
        self.axes, self.selection = axes.axes, axes.default
        self.roles: dict[str, QComboBox] = {}
        self.positions: dict[str, QSpinBox] = {}
        self.state = PlainLabel()
        self.state.setWordWrap(True)
        words = PlainLabel(tr("This file has more axes than are shown at a time, or does not say which is which."))
        words.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addLayout(self._rows())
        column.addWidget(self.state)
        column.addWidget(self.buttons)
        self._check()

    def _rows(self) -> QGridLayout:
        """Make a row of controls for each axis, set as is taken where nobody is asked."""
        grid, index = QGridLayout(), dict(self.selection.index)
        for row, (name, size) in enumerate(self.axes):
            label = PlainLabel(tr("Axis {name}, {size:,} long", name=name, size=size))
            role, position = QComboBox(), QSpinBox()
            role.addItems([tr("shown"), tr("the channel"), tr("one position")])
            role.setCurrentIndex(CHANNEL if name == self.selection.channel else ONE if name in index else SHOWN)
            role.setAccessibleName(tr("Use of the axis {name}", name=name))
            position.setRange(0, size - 1)
            position.setValue(index.get(name, 0))
            position.setAccessibleName(tr("Position on the axis {name}", name=name))
            label.setBuddy(role)
            for at, widget in enumerate((label, role, position)):
                grid.addWidget(widget, row, at)
            role.currentIndexChanged.connect(self._check)
            position.valueChanged.connect(self._check)
            self.roles[name], self.positions[name] = role, position
        return grid

    def _check(self) -> None:
        """Read the controls; say what comes of them, or why nothing can."""
        uses = {name: role.currentIndex() for name, role in self.roles.items()}
        channels = [name for name, use in uses.items() if use == CHANNEL]
        index = tuple((name, self.positions[name].value()) for name, use in uses.items() if use == ONE)
        self.selection = AxisSelection(channels[0] if channels else "", index)
        reason = tr("one axis alone can be the channel") if len(channels) > 1 else why_not(self.axes, self.selection)
        for name, use in uses.items():
            self.positions[name].setEnabled(use == ONE)
        sizes = dict(self.axes)
        shape = [sizes[name] for name in channels], [size for name, size in self.axes if uses[name] == SHOWN]
        self.state.setObjectName("problem" if reason else "muted")
        self.state.setText(
            tr("This cannot be shown: {reason}.", reason=reason)
            if reason
            else tr("{count:,} × channel, {shape}", count=(*shape[0], 1)[0], shape=times(*shape[1]))
        )
        self.state.style().polish(self.state)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not reason)

"""An input of any size and number of channels, to be made."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from convgui.core.spec import AXES, SpecError
from convgui.draw.number import times
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.generated import FILLINGS, MOST_CHANNELS, MOST_SIDE, generated
from convgui.words import tr

DEFAULT = 32
"""Cells of an axis that the present input does not have."""


class InputDialog(Dialog):
    """Asks for axes, channels and sizes, and what they are filled with; begins with the shape it is given.

    Attributes
    ----------
    sample : Sample or None
        What was made, once it is accepted.
    """

    def __init__(self, shape: tuple[int, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Make an input"))
        self.sample: Sample | None = None
        self.axes, self.filling = QComboBox(), QComboBox()
        for rank, title in ((1, tr("1D: a signal")), (2, tr("2D: a picture")), (3, tr("3D: a volume"))):
            self.axes.addItem(title, rank)
        for identity, words in FILLINGS.items():
            self.filling.addItem(tr(words), identity)
        self.channels = self._spin(tr("Channels"), MOST_CHANNELS)
        self.sides = {axis: self._spin(tr(axis).capitalize(), MOST_SIDE) for axis in AXES[3]}
        self.seed = self._spin(tr("Seed"), 999_999, 0)
        self.state = PlainLabel()
        self.state.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._form = QFormLayout()
        self._arrange()
        self._show(shape)
        self.axes.currentIndexChanged.connect(self._check)
        self.filling.currentIndexChanged.connect(self._check)
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)

    def _spin(self, title: str, most: int, least: int = 1) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(least, most)
        spin.setAccessibleName(title)
        spin.valueChanged.connect(lambda _: self._check())
        return spin

    def _arrange(self) -> None:
        rows: tuple[tuple[str, QWidget], ...] = (
            (tr("C&hannels"), self.channels),
            (tr("&Depth"), self.sides["depth"]),
            (tr("&Height"), self.sides["height"]),
            (tr("&Width"), self.sides["width"]),
            (tr("&Axes"), self.axes),
            (tr("&Filled with"), self.filling),
            (tr("&Seed"), self.seed),
        )
        for title, field in rows:
            self._form.addRow(title, field)
        column = QVBoxLayout(self)
        column.addLayout(self._form)
        column.addWidget(self.state)
        column.addWidget(self.buttons)

    def _show(self, shape: tuple[int, ...]) -> None:
        self.channels.setValue(min(shape[0], MOST_CHANNELS))
        given = dict(zip(AXES[len(shape) - 1], shape[1:], strict=True))
        for axis, spin in self.sides.items():
            spin.setValue(min(given.get(axis, DEFAULT), MOST_SIDE))
        self.axes.setCurrentIndex(self.axes.findData(len(shape) - 1))
        self._check()
        self.channels.setFocus()
        self.channels.selectAll()

    @property
    def shape(self) -> tuple[int, ...]:
        """What the fields say: ``(C, *spatial)``."""
        return (self.channels.value(), *(self.sides[axis].value() for axis in AXES[self.axes.currentData()]))

    def _check(self) -> None:
        shown = AXES[self.axes.currentData()]
        for axis, spin in self.sides.items():
            self._form.setRowVisible(spin, axis in shown)
        self._form.setRowVisible(self.seed, self.filling.currentData() in ("digits", "normal"))
        self._say("muted", times(*self.shape))

    def _say(self, kind: str, words: str) -> None:
        self.state.setObjectName(kind)
        self.state.setText(words)
        self.state.style().polish(self.state)

    def _on_accepted(self) -> None:
        try:
            self.sample = generated(self.shape, self.filling.currentData(), self.seed.value())
        except SpecError as error:
            self._say("problem", refusal(error))
        else:
            self.accept()

"""An input of any size and number of channels, to be made."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from convgui.core.spec import AXES, SpecError
from convgui.draw.number import times
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.generated import (
    FILLINGS,
    MOST_CELLS,
    MOST_CHANNELS,
    MOST_RATE,
    MOST_SIDE,
    SCALED,
    WAVES,
    Signal,
    generated,
)
from convgui.words import tr

DEFAULT = 32
"""Cells of an axis that the present input does not have."""
RATE = 16_000
"""Samples a second to begin with."""


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
        self.channels = self._spin(tr("Channels"), MOST_CHANNELS)
        self.sides = {axis: self._spin(tr(axis).capitalize(), MOST_SIDE) for axis in AXES[3]}
        self.seed = self._spin(tr("Seed"), 999_999, 0)
        self.rate = self._number(tr("Samples a second"), RATE, MOST_RATE)
        self.rate.setSpecialValueText(tr("none"))
        self.frequency = self._number(tr("Frequency in Hz"), 440, MOST_RATE)
        self.last = self._number(tr("Frequency at the end in Hz"), 4000, MOST_RATE)
        self.amplitude = self._number(tr("Amplitude"), 1, 1e6)
        self.state = PlainLabel()
        self.state.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._form = QFormLayout()
        self._arrange()
        self._show(shape)
        self.axes.currentIndexChanged.connect(self._on_axes)
        self.filling.currentIndexChanged.connect(self._check)
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)

    def _spin(self, title: str, most: int, least: int = 1) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(least, most)
        spin.setAccessibleName(title)
        spin.valueChanged.connect(lambda _: self._check())
        return spin

    def _number(self, title: str, value: float, most: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(3)
        box.setRange(0, most)
        box.setValue(value)
        box.setAccessibleName(title)
        box.valueChanged.connect(lambda _: self._check())
        return box

    def _arrange(self) -> None:
        rows: tuple[tuple[str, QWidget], ...] = (
            (tr("C&hannels"), self.channels),
            (tr("&Depth"), self.sides["depth"]),
            (tr("&Height"), self.sides["height"]),
            (tr("&Width"), self.sides["width"]),
            (tr("&Axes"), self.axes),
            (tr("&Filled with"), self.filling),
            (tr("&Seed"), self.seed),
            (tr("Samples a second"), self.rate),
            (tr("Frequency in Hz"), self.frequency),
            (tr("Frequency at the end in Hz"), self.last),
            (tr("Amplitude"), self.amplitude),
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
        self.axes.setCurrentIndex(self.axes.findData(len(shape) - 1))
        self._on_axes()
        for axis, spin in self.sides.items():
            spin.setValue(min(given.get(axis, DEFAULT), spin.maximum()))
        self.channels.setFocus()
        self.channels.selectAll()

    @property
    def shape(self) -> tuple[int, ...]:
        """What the fields say: ``(C, *spatial)``."""
        return (self.channels.value(), *(self.sides[axis].value() for axis in AXES[self.axes.currentData()]))

    @property
    def signal(self) -> Signal:
        """What the fields say of a signal."""
        filling = self.filling.currentData()
        rate = self.rate.value() if filling in WAVES or filling in SCALED else 0.0
        return Signal(rate, self.frequency.value(), self.last.value(), self.amplitude.value())

    def _on_axes(self) -> None:
        """Offer what the axes can be filled with; one axis can be longer."""
        chosen, one = self.filling.currentData(), self.axes.currentData() == 1
        self.filling.blockSignals(True)
        self.filling.clear()
        for identity, words in {**FILLINGS, **(WAVES if one else {})}.items():
            self.filling.addItem(tr(words), identity)
        self.filling.setCurrentIndex(max(self.filling.findData(chosen), 0))
        self.filling.blockSignals(False)
        self.sides["width"].setMaximum(MOST_CELLS if one else MOST_SIDE)
        self._check()

    def _check(self) -> None:
        shown, filling = AXES[self.axes.currentData()], self.filling.currentData()
        one, wave = len(shown) == 1, filling in WAVES
        # A wave needs a rate; of other inputs, none makes cells just cells.
        self.rate.setMinimum(1 if wave else 0)
        for box, needed in (
            (self.rate, one and (wave or filling in SCALED)),
            (self.frequency, one and wave),
            (self.last, one and filling == "chirp"),
            (self.amplitude, one and (wave or filling in SCALED)),
        ):
            self._form.setRowVisible(box, needed)
        for axis, spin in self.sides.items():
            self._form.setRowVisible(spin, axis in shown)
        self._form.setRowVisible(self.seed, filling in ("digits", "normal"))
        rate = self.signal.rate
        lasts = self.sides["width"].value() / rate if one and rate else 0
        words = tr("{size}, {seconds:.3g} s", size=times(*self.shape), seconds=lasts)
        self._say("muted", words if lasts else times(*self.shape))

    def _say(self, kind: str, words: str) -> None:
        self.state.setObjectName(kind)
        self.state.setText(words)
        self.state.style().polish(self.state)

    def _on_accepted(self) -> None:
        try:
            self.sample = generated(self.shape, self.filling.currentData(), self.seed.value(), self.signal)
        except SpecError as error:
            self._say("problem", refusal(error))
        else:
            self.accept()

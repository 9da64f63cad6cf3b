"""Asks how all weights of a layer are drawn at random; they are seen behind the dialog at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.initialise import GAINS, SCHEMES, WITHOUT_GAIN, Drawing, fans, formula
from convgui.words import tr


class InitialiseDialog(Dialog):
    """Says how weights of a shape are to be ``drawn(how)``, once at the beginning and after each change."""

    drawn = Signal(object)

    def __init__(self, shape: tuple[int, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Random weights"))
        self._shape = shape
        self.scheme, self.follows, self.seed = QComboBox(), QComboBox(), QSpinBox()
        for scheme, title in SCHEMES.items():
            self.scheme.addItem(tr(title), scheme)
        for name in GAINS:
            self.follows.addItem(name)
        self.seed.setRange(0, 999_999)
        self.formula = PlainLabel()
        self.formula.setObjectName("muted")
        self.formula.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        for title, field in (
            (tr("&Scheme"), self.scheme),
            (tr("&Followed by"), self.follows),
            (tr("S&eed"), self.seed),
        ):
            field.setAccessibleName(title.replace("&", ""))
            form.addRow(title, field)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.formula)
        column.addWidget(buttons)
        self.setMinimumWidth(360)
        self.scheme.currentIndexChanged.connect(self._on_change)
        self.follows.currentIndexChanged.connect(self._on_change)
        self.seed.valueChanged.connect(self._on_change)

    def begin(self) -> None:
        """Show the dialog, and the first weights."""
        self.open()
        self._on_change()

    @property
    def how(self) -> Drawing:
        """What the fields say."""
        return Drawing(self.scheme.currentData(), self.follows.currentText(), self.seed.value())

    def _on_change(self) -> None:
        how, (fan_in, fan_out) = self.how, fans(self._shape)
        self.follows.setEnabled(how.scheme not in WITHOUT_GAIN)
        self.formula.setText(f"{formula(self._shape, how)} · fan_in = {fan_in} · fan_out = {fan_out}")
        self.drawn.emit(how)

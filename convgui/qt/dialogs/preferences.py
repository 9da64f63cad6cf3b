"""Preferences: shown at once, without a button that applies them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convgui.core.memory import physical_memory
from convgui.draw.theme import hues_of, themed
from convgui.files.translations import LANGUAGES
from convgui.qt.widgets.colour_button import OwnColours
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.player import SPEEDS, speed_name
from convgui.session.preferences import DECIMALS, SIZES, Preferences
from convgui.words import tr

MEMORY = (0, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10)
"""Megabytes offered."""

NARROWEST = 396
"""Pixels of the dialog's inside at least."""


class PreferencesDialog(Dialog):
    """Shows preferences and tells of each change, ``chosen(preferences)``.

    Says when all that the program remembers is to be ``forgotten()``.
    """

    chosen = Signal(object)
    forgotten = Signal()

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle(tr("Preferences"))
        self._preferences = preferences
        self.fields: dict[str, QComboBox] = {}
        self.form = QFormLayout()
        self.form.setVerticalSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, title, choices in _choices():
            self._add(name, title, choices)
            if name == "colours":
                self.own = OwnColours()
                self.own.chosen.connect(lambda colours: self._change("colours", colours))
                self.form.addRow("", self.own)
        self.restore = QCheckBox(tr("Bring back at the start what was open at the end"))
        self.restore.toggled.connect(lambda on: self._change("restore", on))
        self.form.addRow("", self.restore)
        note = PlainLabel(tr("More decimals are shown where there is room; what is computed does not change."))
        note.setObjectName("small")
        note.setWordWrap(True)
        self.reset = with_icon(QPushButton(tr("Reset all")), "undo")
        self.reset.setToolTip(tr("As at the first start: also the size of the window, its panels and the recent files"))
        self.reset.clicked.connect(self._on_reset)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.reset, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addLayout(self.form)
        # Not the dialog itself: it would no longer be as wide at least as its words.
        note.setMinimumWidth(NARROWEST)
        column.addWidget(note)
        column.addWidget(buttons)
        self.show_preferences(preferences)

    def go_on_for(self, other: Dialog) -> None:
        """Have the keyboard where it was: who has just chosen the language goes on there."""
        fields = other.fields.items() if isinstance(other, PreferencesDialog) else ()
        for name, field in fields:
            if other.focusWidget() is field:
                self.fields[name].setFocus()

    def _add(self, name: str, title: str, choices: Sequence[tuple[Any, str]]) -> None:
        field = QComboBox()
        field.setAccessibleName(title)
        for value, words in choices:
            field.addItem(words, value)
        field.activated.connect(lambda _, name=name, field=field: self._change(name, field.currentData()))
        self.fields[name] = field
        label = PlainLabel(title)
        label.setBuddy(field)
        self.form.addRow(label, field)

    def show_preferences(self, preferences: Preferences) -> None:
        """Show them; nothing is emitted."""
        self._preferences = preferences
        # Colours of one's own begin with those that were there before.
        own = (
            preferences.colours
            if preferences.colours.startswith("own")
            else hues_of(themed("light", preferences.colours))
        )
        colours = self.fields["colours"]
        colours.setItemData(colours.count() - 1, own)
        self.own.show_colours(own)
        self.form.setRowVisible(self.own, own == preferences.colours)
        for name, field in self.fields.items():
            field.setCurrentIndex(field.findData(getattr(preferences, name)))
        self.restore.blockSignals(True)
        self.restore.setChecked(preferences.restore)
        self.restore.blockSignals(False)

    def _change(self, name: str, value: object) -> None:
        self._preferences = self._preferences.with_changes({name: value})
        if name == "colours":
            self.show_preferences(self._preferences)
        self.chosen.emit(self._preferences)

    def _on_reset(self) -> None:
        self.show_preferences(Preferences())
        self.forgotten.emit()
        self.chosen.emit(self._preferences)


def _choices() -> tuple[tuple[str, str, Sequence[tuple[Any, str]]], ...]:
    memory = physical_memory()
    machine = tr("three quarters of the machine's {size} GB", size=memory >> 30) if memory else tr("8 GB")
    system = tr("As the system")
    return (
        ("shade", tr("Theme"), (("light", tr("Light")), ("dark", tr("Dark")), ("system", system))),
        (
            "colours",
            tr("Colours"),
            (
                ("", tr("Okabe and Ito, told apart by all eyes")),
                ("solarized", tr("As in conv_arithmetic's figures")),
                ("own", tr("My own")),
            ),
        ),
        ("size", tr("Size of text"), tuple((size, f"{size} %" if size else system) for size in SIZES)),
        ("font", tr("Font of the window"), (("inter", "Inter"), ("system", system))),
        ("motion", tr("Motion"), (("system", system), ("full", tr("Glide from cell to cell")), ("none", tr("None")))),
        ("language", tr("Language"), (("", system), *LANGUAGES.items())),
        ("speed", tr("Speed of playing"), tuple((speed, speed_name(speed)) for speed in SPEEDS)),
        ("decimals", tr("Decimals shown"), tuple((count, str(count)) for count in DECIMALS)),
        (
            "memory",
            tr("Memory for one result"),
            tuple((size, f"{size >> 10} GB" if size else machine) for size in MEMORY),
        ),
    )

"""Predict, then reveal: hides the number of a step until it is typed or asked for.

It stands beside the words that ask, whose bar is as high before and after: the picture stays where it is.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from convgui.draw.picture import Picture
from convgui.draw.prediction import hide_answer, is_right
from convgui.draw.theme import LIGHT, Theme
from convgui.qt.stage.presenter import Presenter
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.player import Player
from convgui.words import tr


class PredictBar(QWidget):
    """Stands between presenter and stage: passes pictures on, ``covered(picture)``, the hidden number left out."""

    covered = Signal(object)

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._step: int | None = None
        self._presenter, self._player = presenter, Player()
        self._picture: Picture | None = None
        self._answer = ""
        self.words = PlainLabel()
        self.words.setObjectName("small")
        self.words.setAccessibleName(tr("Question or verdict"))
        self.field = QLineEdit()
        self.field.setObjectName("value")
        self.field.setFixedWidth(96)
        self.field.setAccessibleName(tr("Your prediction"))
        self.check = QPushButton(tr("Check"))
        self.ask = QPushButton(tr("Reveal"))
        self.ask.setToolTip(tr("Show the number (R)"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 6, 0)
        column.setSpacing(2)
        column.addStretch(1)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.field, self.check, self.ask):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.check.clicked.connect(self._on_check)
        self.field.returnPressed.connect(self._on_check)
        self.ask.clicked.connect(self.reveal)
        presenter.pictured.connect(self.show_picture)
        presenter.played.connect(self.show_player)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Cover pictures in a theme."""
        self._theme = theme

    @property
    def hiding(self) -> bool:
        """Whether a number is hidden now."""
        return bool(self._answer)

    @property
    def hidden(self) -> int | None:
        """The step whose number is hidden now, or None."""
        return self._wanted() if self.hiding else None

    def covering(self, picture: Picture, theme: Theme | None = None) -> Picture:
        """Return a picture of this moment as far as it may be seen: while a number is hidden, without it."""
        return hide_answer(picture, theme or self._theme) if self.hiding else picture

    def hide_at(self, step: int | None) -> None:
        """Hide the number of a step (-1 is the last) from now on; None hides nothing."""
        self._step, self._answer = step, ""
        self._presenter.pause_at(step)
        self.field.clear()
        self.words.setText(tr("What number comes here?"))
        self.field.setEnabled(True)
        self.check.setEnabled(True)
        self.ask.setEnabled(True)
        self._pass_on()
        self.setVisible(self.hiding)

    def go_on_for(self, other: PredictBar) -> None:
        """Hide what another window hides, with what has been typed there so far."""
        if other._step is not None:
            self.hide_at(other._step)
            self.field.setText(other.field.text())

    def reveal(self) -> None:
        """Show the number."""
        if self.hiding:
            self._end(tr("It is {answer}.", answer=self._answer))

    def show_player(self, player: Player) -> None:
        """The step may be another; to go on past the hidden number is to ask for it."""
        moved, self._player = player.target != self._player.target, player
        if self._step is not None and moved and player.target > self._wanted():
            self.hide_at(None)
        elif moved and self._step is None:
            self.hide()

    def show_picture(self, picture: Picture) -> None:
        """Pass a picture on, covered if its step is the one to predict."""
        self._picture = picture
        self._pass_on()
        if self.hiding:
            self.show()

    def _wanted(self) -> int:
        step = self._step or 0
        return step if step >= 0 else self._player.steps + step

    def _pass_on(self) -> None:
        picture = self._picture
        if picture is None:
            return
        here = self._step is not None and self._player.at == self._wanted()
        if here:
            picture, self._answer = hide_answer(picture, self._theme), picture.answer
        else:
            self._answer = ""
            if self._step is not None:
                self.hide()
        self.covered.emit(picture)

    def _on_check(self) -> None:
        typed = self.field.text().strip()
        if not typed or not self.hiding:
            return
        if is_right(typed, self._answer):
            self._end(tr("Right: it is {answer}.", answer=self._answer))
        else:
            self.words.setText(tr("Not yet. Try again:"))
            self.field.selectAll()

    def _end(self, verdict: str) -> None:
        """Show the number and what to say about it; the bar stays until the reader goes on."""
        self._step, self._answer = None, ""
        self._presenter.pause_at(None)
        self.words.setText(verdict)
        for widget in (self.field, self.check, self.ask):
            widget.setEnabled(False)
        self._pass_on()

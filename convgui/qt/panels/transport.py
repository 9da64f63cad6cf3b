"""The transport: to start, back, play, forward, scrub, counter, speed, loop."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from convgui.draw.colour import contrast
from convgui.draw.number import grouped
from convgui.draw.theme import Theme
from convgui.qt.stage.presenter import Presenter
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.qt.widgets.style import icon
from convgui.session.player import SPEEDS, Player, speed_name
from convgui.words import tr

MARGIN, SPACING, SCRUB = 14, 8, 48
"""Pixels beside and between the controls, and of the slider at least, so that it can be taken hold of."""


class Transport(QFrame):
    """Shows the player and asks the presenter for another."""

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._presenter = presenter
        self._theme: Theme | None = None
        self._playing: bool | None = None
        self._counts = ("", "")
        self.start = self._button(tr("To the first step (Home)"))
        self.back = self._button(tr("One step back (Left)"))
        self.play = self._button(tr("Play or pause (Space)"), "play")
        self.forward = self._button(tr("One step forward (Right)"))
        self.loop = self._button(tr("Begin again after the last step"))
        self.loop.setCheckable(True)
        self.scrub = QSlider(Qt.Orientation.Horizontal)
        self.scrub.setAccessibleName(tr("Step"))
        self.scrub.setMinimum(0)
        self.counter = PlainLabel("")
        self.counter.setObjectName("counter")
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.speed = QComboBox()
        self.speed.setAccessibleName(tr("Speed"))
        for value in SPEEDS:
            self.speed.addItem(speed_name(value), value)
        self._arrange()
        self._connect()
        self.show_player(presenter.player)

    def _button(self, tip: str, name: str = "icon") -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 9, MARGIN, 9)
        row.setSpacing(SPACING)
        for button in (self.start, self.back, self.play, self.forward):
            row.addWidget(button)
        row.addWidget(self.scrub, 1)
        row.addWidget(self.counter)
        row.addWidget(self.speed)
        row.addWidget(self.loop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write of how many steps it is only where that leaves room to scrub; without any the slider is left out."""
        whole, here = self._counts
        # Under a style sheet the hint is never less than the minimum.
        self.counter.setMinimumWidth(0)
        self.counter.setToolTip(whole.strip())
        scrubs = any(self._room(text) >= SCRUB for text in (whole, here))
        least = SCRUB if scrubs else 0
        self.counter.setText(whole if self._room(whole) >= least else here)
        self.counter.setMinimumWidth(self.counter.sizeHint().width())
        self.scrub.setVisible(scrubs)

    def _room(self, text: str) -> int:
        """Return the pixels that are left for the slider beside a counter that says `text`."""
        self.counter.setText(text)
        row = (self.start, self.back, self.play, self.forward, self.counter, self.speed, self.loop)
        return self.width() - sum(widget.sizeHint().width() + SPACING for widget in row) - 2 * MARGIN

    def _connect(self) -> None:
        ask = self._presenter
        self.start.clicked.connect(lambda: ask.jump(0))
        self.back.clicked.connect(lambda: ask.set_player(ask.player.back()))
        self.play.clicked.connect(lambda: ask.set_player(ask.player.toggle()))
        self.forward.clicked.connect(lambda: ask.set_player(ask.player.forward()))
        self.loop.toggled.connect(lambda on: ask.set_player(replace(ask.player, loop=on)))
        self.scrub.valueChanged.connect(self._on_scrub)
        self.speed.activated.connect(self._on_speed)
        ask.played.connect(self.show_player)

    def _on_scrub(self, step: int) -> None:
        if step != self._presenter.player.target:
            self._presenter.jump(step)

    def _on_speed(self, index: int) -> None:
        self._presenter.set_player(replace(self._presenter.player, speed=SPEEDS[index]))

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the theme's ink."""
        self._theme = theme
        self._playing = None
        for button, name in (
            (self.start, "start"),
            (self.back, "back"),
            (self.forward, "forward"),
            (self.loop, "loop"),
        ):
            button.setIcon(icon(name, theme.text))
        self.show_player(self._presenter.player)

    def show_player(self, player: Player) -> None:
        """Show a player; nothing is emitted."""
        self.scrub.blockSignals(True)
        self.scrub.setMaximum(player.steps - 1)
        self.scrub.setPageStep(max(1, player.steps // 10))
        self.scrub.setValue(player.target)
        self.scrub.blockSignals(False)
        widest = len(grouped(player.steps - 1))
        here, last = grouped(player.target), grouped(player.steps - 1)
        # As wide at every step, so that nothing moves.
        spare = " " * (widest - len(here))
        whole, here = spare + tr("step {n} of 0 … {last}", n=here, last=last), spare + here
        resized = len(whole) != len(self._counts[0])
        self._counts = (whole, here)
        if resized:
            self._fit()
        else:
            self.counter.setText(self._counts[0] if "…" in self.counter.text() else here)
            self.counter.setToolTip(self._counts[0].strip())
        self.speed.setCurrentIndex(SPEEDS.index(player.speed))
        self.loop.setChecked(player.loop)
        if self._theme is not None and player.playing != self._playing:
            self._playing = player.playing
            theme = self._theme
            inks = (theme.ink_dark, theme.ink_light)
            ink = max(inks, key=lambda ink: contrast(ink, theme.role("kernel").line))
            self.play.setIcon(icon("pause" if player.playing else "play", ink))

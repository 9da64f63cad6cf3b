"""The levels of the output: the histogram panel, kept up to date, and what is set in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from convgui.draw.levels import adjusted
from convgui.draw.theme import LIGHT, Theme
from convgui.model.document import Document
from convgui.qt.panels.levels_panel import LevelsPanel
from convgui.qt.stage.presenter import Presenter
from convgui.session.session import Session


class OutputLevels(QObject):
    """Shows the histogram of what the scene has computed; its panel is made when it is first shown, and ``made()``."""

    made = Signal()

    def __init__(self, session: Session, presenter: Presenter, room: QVBoxLayout) -> None:
        super().__init__(presenter)
        self._session, self._presenter, self._room = session, presenter, room
        self.panel: LevelsPanel | None = None
        self._theme = LIGHT
        presenter.prepared.connect(self._show)
        presenter.progressed.connect(self._show)
        # The presenter was told first: its data are those of the whole by now.
        presenter.refining.completed.connect(lambda *_: self._show())
        session.listen(self._on_changed)

    def show_panel(self, on: bool) -> None:
        """Show or hide the histogram."""
        if on and self.panel is None:
            self.panel = LevelsPanel(self._theme)
            self.panel.chosen.connect(lambda chosen: self._session.look(levels=chosen))
            self._room.addWidget(self.panel)
            self.made.emit()
        if self.panel is not None:
            self.panel.setVisible(on)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Use another theme's colours."""
        self._theme = theme
        self._colour()

    def _colour(self) -> None:
        """Give the panel the theme in which the picture is drawn."""
        theme = replace(self._theme, inverted=self._session.document.sample.inverted)
        if self.panel is not None and self.panel.theme != theme:
            self.panel.set_theme(theme)

    def _on_changed(self, old: Document, new: Document) -> None:
        if old.view.levels != new.view.levels:
            self._show()

    def _show(self) -> None:
        if self.panel is None or self.panel.isHidden():
            return
        data = self._presenter.data
        values = self._presenter.scene.levelled(data) if data is not None else None
        self._colour()
        if values is None:
            self.panel.show_nothing()
        else:
            output, automatic = values
            chosen = self._session.document.view.levels
            # Steps are cells; of colours, each has a value a channel.
            total = self._presenter.scene.steps(data) * _channels(output)
            self.panel.show_output(output, adjusted(automatic, chosen), chosen, total)


def _channels(output: NDArray[Any]) -> int:
    return len(output) if output.ndim == 3 else 1

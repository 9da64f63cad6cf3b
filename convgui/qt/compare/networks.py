"""The window that shows a layer's maps of two networks on the same input, side by side, swiped, or their difference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QSpinBox, QToolButton, QVBoxLayout

from convgui.core import Cancelled
from convgui.draw.theme import Theme
from convgui.export.comparison import Difference, Side, difference
from convgui.layers.layer import AnyArray
from convgui.qt.compare.pane import MODES, ComparePane
from convgui.qt.compare.window import TITLES
from convgui.qt.context import Context
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.paint import qimage
from convgui.qt.widgets.plain_text import PlainLabel, window_words
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.feature_maps.gathered import map_levels
from convgui.session.beside import Beside, furthest_apart
from convgui.words import tr

SIZE, LINE = (900, 560), 24
"""Size of the window, and how many rows a signal is drawn with."""


class NetworksBeside(Dialog):
    """Shows one map of one layer of two networks."""

    def __init__(self, context: Context, networks: Beside, names: tuple[str, str]) -> None:
        super().__init__(context.window)
        self.setWindowTitle(tr("{one} beside {other}", one=window_words(names[0]), other=window_words(names[1])))
        self._context, self._networks = context, networks
        self._maps: tuple[int, AnyArray, AnyArray] | None = None
        self.layers, self.channel = QComboBox(), QSpinBox()
        self.pane, self.state = ComparePane(), PlainLabel()
        self.modes = QButtonGroup(self)
        self._worker = LatestOnlyWorker(self)
        self._worker.answered.connect(self._on_answer)
        self.pane.set_mode("side")
        self._arrange()
        for number in networks.common:
            self.layers.addItem(window_words(networks.title(number)), number)
        self.layers.currentIndexChanged.connect(self._ask)
        self.channel.valueChanged.connect(self._show)
        self._ask()

    def _arrange(self) -> None:
        self.layers.setAccessibleName(tr("Layer"))
        self.channel.setAccessibleName(tr("Map"))
        self.channel.setPrefix(f"{tr('Map')} ")
        row = QHBoxLayout()
        row.addWidget(self.layers, 1)
        row.addWidget(self.channel)
        for index, mode in enumerate(MODES):
            button = QToolButton()
            button.setText(tr(TITLES[mode]))
            button.setCheckable(True)
            button.setChecked(mode == self.pane.mode)
            self.modes.addButton(button, index)
            row.addWidget(button)
        self.modes.idClicked.connect(lambda index: self.pane.set_mode(MODES[index]))
        self.pane.setAccessibleName(tr("Both results"))
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.pane, 1)
        column.addWidget(self.state)
        self.resize(*SIZE)

    def _ask(self) -> None:
        """Compute the chosen layer's maps in both networks."""
        number, networks = int(self.layers.currentData()), self._networks
        self.state.setText(tr("Comparing…"))

        def work(stop: Callable[[], bool]) -> tuple[int, AnyArray, AnyArray]:
            return (number, *networks.maps(number, stop))

        self._worker.submit(work, abandon=True)

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._worker.generation or isinstance(answer.error, Cancelled):
            return
        if answer.error is not None:
            raise answer.error
        self._maps = answer.result
        _, one, other = answer.result
        self.channel.blockSignals(True)
        self.channel.setMaximum(len(one) - 1)
        # The map to begin with is the one in which they differ most.
        self.channel.setValue(furthest_apart(one, other)[0])
        self.channel.blockSignals(False)
        self._show()

    def _show(self) -> None:
        """Draw the chosen map of both, on one scale."""
        if self._maps is None:
            return
        _, one, other = self._maps
        theme, channel = self._context.look().theme, self.channel.value()
        sides = map_sides(one, other, channel, theme)
        change: Difference = difference(*sides, theme)
        first, second = (qimage(side.pixels).copy() for side in sides)
        drawn = qimage(_high(change.pixels)).copy() if change.pixels is not None else None
        self.pane.line = QColor(*theme.text[:3])
        self.pane.show_pictures(first, second, drawn)
        worst, most = furthest_apart(one, other)
        said = tr("Of all maps number {n} differs most, by up to {most:.3g}.", n=worst, most=most) if most else ""
        self.state.setText(" · ".join(filter(None, (change.said, said))))

    def done(self, result: int) -> None:
        """End the work; Escape and the title bar come here too."""
        self._worker.close()
        super().done(result)


def map_sides(one: AnyArray, other: AnyArray, channel: int, theme: Theme) -> tuple[Side, Side]:
    """Return one map of two values ``(C, *spatial)`` as pictures on one scale."""
    first, second = (np.atleast_2d(values[channel]) for values in (one, other))
    scale = map_levels(np.concatenate([first, second]), np.concatenate([one, other]))

    def side(values: AnyArray) -> Side:
        return Side(values[None], scale, _high(scale.colours(values, theme)[..., :3]))

    return side(first), side(second)


def _high(pixels: AnyArray) -> AnyArray:
    """Return pixels with a signal's one row drawn as a strip."""
    tall = pixels.repeat(LINE, axis=0) if len(pixels) == 1 else pixels
    return np.ascontiguousarray(tall)


def show_beside(context: Context, networks: Beside, names: tuple[str, str]) -> None:
    """Open the window that shows maps of two networks; it goes when it is closed."""
    opened = NetworksBeside(context, networks, names)
    opened.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    opened.show()
    opened.activateWindow()

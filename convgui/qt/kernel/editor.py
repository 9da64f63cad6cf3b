"""The kernel editor: which kernel, its weights, presets, and what can be done to it at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convgui.core.infinities import overflowing
from convgui.core.presets import Preset
from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.draw.number import number
from convgui.draw.theme import Theme
from convgui.files.errors import ChangedError, WriteError
from convgui.files.numbers import GridError, Style, format_grid, parse_grid
from convgui.files.own_kernels import save_kernel
from convgui.layers.convolution import Convolution
from convgui.layers.presets import presets_so_far
from convgui.model.document import Document
from convgui.model.flow import incoming_names
from convgui.model.refusals import refusal
from convgui.qt.kernel.files import KernelFiles
from convgui.qt.kernel.grid import PART, KernelGrid
from convgui.qt.kernel.name_dialog import NameDialog
from convgui.qt.kernel.preset_form import PresetForm
from convgui.qt.kernel.preset_menu import PresetMenu
from convgui.qt.widgets.bounded_inputs import QuietCombo, take_typed
from convgui.qt.widgets.number_box import NumberBox
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.qt.widgets.style import icon
from convgui.session import edits
from convgui.session.session import Session
from convgui.words import mark, tr

Floats = NDArray[np.float64]


class KernelEditor(QWidget):
    """Shows the chosen kernel of a session's document and edits it.

    What has been done is ``said(sentence)``; ``refused()`` when it says what went wrong.
    """

    said = Signal(str)
    refused = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._rng = np.random.default_rng()
        self._tools: dict[str, QToolButton] = {}
        self.filter = QuietCombo()
        self.channel = QuietCombo()
        self.slice = QuietCombo()
        self.every = QCheckBox(tr("All channels together"))
        self.grid = KernelGrid()
        self.presets = QToolButton()
        self.shaping = PresetForm()
        self._shaped: tuple[Preset, dict[str, float]] | None = None
        self.bias = NumberBox(tr("Bias of this filter"))
        self.facts = PlainLabel()
        self.sentence = PlainLabel()
        self.problem = PlainLabel()
        self.files = KernelFiles(session, self.change, self.say)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        head = QHBoxLayout()
        for combo, name in (
            (self.filter, tr("Filter")),
            (self.channel, tr("Channel")),
            (self.slice, tr("Slice of the kernel")),
        ):
            combo.setAccessibleName(name)
            # Three of them share the panel's width: each may become narrower than what it says.
            combo.setMinimumContentsLength(3)
            combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            head.addWidget(combo)
        column.addLayout(head)
        column.addWidget(self.every)
        column.addWidget(self.grid)
        column.addLayout(self._tool_row())
        column.addWidget(self.shaping)
        for label, name in ((self.facts, "small"), (self.sentence, "small"), (self.problem, "problem")):
            label.setObjectName(name)
            label.setWordWrap(True)
            column.addWidget(label)
        self.problem.hide()
        row = QHBoxLayout()
        title = PlainLabel(tr("Bias"))
        title.setObjectName("muted")
        row.addWidget(title)
        row.addStretch(1)
        self.bias.setFixedWidth(134)
        row.addWidget(self.bias)
        column.addLayout(row)

    def _tool_row(self) -> QGridLayout:
        tools = QGridLayout()
        tools.setSpacing(5)
        self.presets.setText(tr("Presets"))
        self.presets.setAccessibleName(tr("Presets"))
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = PresetMenu(lambda: self._rank, lambda: self._theme, self)
        self.menu.chosen.connect(self.use_preset)
        self.menu.saving.connect(self._ask_name)
        self.presets.setMenu(self.menu)
        self.presets.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tools.addWidget(self.presets, 0, 0, 1, 8)
        actions: tuple[tuple[str, str, Callable[[Floats], Floats]], ...] = (
            ("sum", tr("Divide by the sum"), edits.scaled_by_sum),
            ("transpose", tr("Transpose"), lambda k: np.swapaxes(k, -1, -2) if k.ndim > 1 else k),
            (
                "rotate",
                tr("Rotate by 90 degrees"),
                lambda k: np.rot90(k, axes=(-2, -1)) if k.ndim > 1 else k[::-1],
            ),
            ("flip", tr("Flip left to right"), lambda k: k[..., ::-1]),
            ("zero", tr("All weights zero"), np.zeros_like),
            ("dice", tr("Random whole numbers"), lambda k: edits.random_kernel(k, self._rng)),
        )
        for column, (name, tip, change) in enumerate(actions):
            button = QToolButton()
            button.setObjectName("icon")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setIconSize(QSize(18, 18))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if name == "sum":
                button.setText("÷Σ")
            button.pressed.connect(take_typed)
            button.clicked.connect(lambda _=False, tip=tip, change=change: self.change(tip, change))
            self._tools[name] = button
            tools.addWidget(button, 1, column)
        tools.addWidget(self.files, 1, len(actions))
        tools.setColumnStretch(len(actions) + 1, 1)
        self.set_theme(self._theme)
        return tools

    def _connect(self) -> None:
        self.filter.activated.connect(lambda index: self._session.look(filter=index))
        self.channel.activated.connect(lambda index: self._session.look(channel=index))
        self.grid.changed.connect(self._on_tap)
        self.grid.finished.connect(self._session.finish_gesture)
        self.grid.rejected.connect(self.say)
        self.bias.rejected.connect(self.say)
        self.shaping.changed.connect(lambda preset, values: self.use_preset(preset, **values))
        self.grid.sliced.connect(self.slice.setCurrentIndex)
        self.slice.activated.connect(self.grid.choose_slice)
        self.bias.valueChanged.connect(self._on_bias)

    def set_theme(self, theme: Theme) -> None:
        """Redraw icons and weights in a theme."""
        self._theme = theme
        for name, button in self._tools.items():
            if name != "sum":
                button.setIcon(icon(name, theme.text))

    def show_document(self, document: Document) -> None:
        """Show the chosen kernel; nothing is emitted."""
        layer, view = document.layer, document.view
        filters, channels = layer.weight.shape[:2]
        firsts, seconds = self._titles(document)
        _show_items(self.filter, firsts, view.filter)
        _show_items(self.channel, seconds, view.channel)
        self.filter.setVisible(filters > 1)
        self.channel.setVisible(channels > 1)
        self.every.setVisible(channels > 1 or layer.spec.channels.apart)
        kernel = edits.kernel_of(document)
        self.grid.show_kernel(kernel, self._theme)
        _show_items(self.slice, _parts_of(kernel), self.grid.slice)
        self.slice.setVisible(kernel.ndim == 3 or self.slice.count() > 1)
        self.facts.setText(facts(kernel))
        known, values = self._known(kernel)
        self.shaping.show_preset(known if known and known.parameters else None, values)
        self.presets.setText((tr(known.title) if known else tr("Presets")) + "  ▾")
        summed = (
            tr("The filter adds what its {n} kernels find.", n=channels)
            if channels > 1 and not layer.spec.transposed
            else ""
        )
        self.sentence.setText(f"{known.explained()} {summed}".strip() if known else "")
        self.sentence.setVisible(known is not None)
        self.bias.blockSignals(True)
        self.bias.setValue(float(layer.bias[layer.output_channel(view.filter, view.channel)]))
        self.bias.blockSignals(False)
        self.say("")

    def _titles(self, document: Document) -> tuple[list[str], list[str]]:
        """Name the first two axes of the weights: filters and channels, transposed inputs and outputs."""
        spec, names = document.layer.spec, incoming_names(document, document.view.layer)
        filters, channels = document.layer.weight.shape[:2]
        if spec.transposed:
            begin = document.layer.output_channel(document.view.filter, 0)
            return [tr("input {name}", name=n) for n in names], [
                tr("output {name}", name=o) for o in range(begin, begin + channels)
            ]
        reads = spec.channels.slice(document.view.filter)
        return [tr("filter {n}", n=f) for f in range(filters)], [tr("channel {name}", name=n) for n in names[reads]]

    def together(self, document: Document) -> None:
        """Edit all channels together where a new document has the same kernel in each; otherwise one by one."""
        chosen = document.chosen
        if not isinstance(chosen, Convolution):
            return
        apart = chosen.spec.channels.apart
        kernels = chosen.weight[:, 0] if apart else chosen.weight[document.view.filter]
        self.every.setChecked(bool(np.all(kernels == kernels[:1])))

    def say(self, problem: str) -> None:
        """Say what went wrong under the grid, or nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if problem:
            self.refused.emit()

    @property
    def _holds_kernel(self) -> bool:
        """Whether the chosen layer has a kernel at all; where it has none, nothing here is shown."""
        return isinstance(self._session.document.chosen, Convolution)

    @property
    def _rank(self) -> int:
        return self._session.document.layer.spec.rank if self._holds_kernel else 0

    def _ask_name(self) -> None:
        """Ask what the kernel is to be called, and keep it under that name."""
        kernel = edits.kernel_of(self._session.document)
        dialog = NameDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.named.connect(lambda name, replace: self._save(kernel, name, replace))
        dialog.open()

    def _save(self, kernel: Floats, name: str, replace: bool) -> None:
        try:
            path = save_kernel(kernel, name, replace=replace)
        except ChangedError as error:
            self.say(tr("Another program has just saved a kernel “{name}”; save this one again.", name=error.path.stem))
            return
        except WriteError as error:
            self.say(str(error))
            return
        self.say("")
        self.said.emit(tr("“{name}” is among the presets now, under My kernels.", name=path.stem))

    def change(self, name: str, change: Callable[[Floats], Floats]) -> None:
        """Apply a function to the kernel, as one undo step."""
        if not self._holds_kernel:
            return
        try:
            changed = edits.change_kernel(self._session.document, change, every_channel=self.every.isChecked())
        except SpecError as error:
            self.say(refusal(error))
            return
        self._session.replace(changed, name)

    def use_preset(self, preset: Preset, **values: float) -> None:
        """Replace the kernel by a preset's; of its parameters, what is not given keeps its default."""
        try:
            weights = preset.weights(**values)
        except ValueError as error:
            self.show_document(self._session.document)
            self.say(str(error))
            return
        before, self._shaped = self._shaped, (preset, values)
        self.change(tr(preset.title), lambda _: weights)
        if self._holds_kernel and not np.array_equal(edits.kernel_of(self._session.document), weights):
            self._shaped = before
            problem = self.problem.text()
            self.show_document(self._session.document)
            self.say(problem)

    def _known(self, kernel: Floats) -> tuple[Preset | None, dict[str, float]]:
        """Return the preset that a kernel is, and the parameters that shaped it."""
        if self._shaped is not None:
            preset, values = self._shaped
            if np.array_equal(preset.weights(**values), kernel):
                return preset, values
        return named(kernel), {}

    def copy(self, style: Style = "spreadsheet") -> tuple[int, ...]:
        """Put the kernel on the clipboard as text, for a spreadsheet, NumPy or in brackets; returns its shape."""
        if not self._holds_kernel:
            return ()
        kernel = edits.kernel_of(self._session.document)
        QGuiApplication.clipboard().setText(format_grid(np.atleast_2d(kernel), style))
        return kernel.shape

    def paste(self) -> None:
        """Replace the kernel by numbers on the clipboard, in any form that `parse_grid` reads."""
        if not self._holds_kernel:
            return
        rank = self._session.document.layer.spec.rank
        try:
            grid = parse_grid(QGuiApplication.clipboard().text())
        except GridError as error:
            self.say(str(error))
            return
        present = edits.kernel_of(self._session.document)
        if rank == 3 and grid.shape == (1, *present.shape[1:]) and len(present) > 1:
            self.change(tr("Paste slice"), lambda k: _with_slice(k, self.grid.slice, grid[0]))
            return
        kernel = grid.reshape(grid.shape[-rank:]) if grid.size == np.prod(grid.shape[-rank:]) else None
        most = edits.largest_kernel(rank)
        if kernel is None or max(kernel.shape) > most:
            words = mark("The clipboard holds {size} numbers; a kernel has up to {most} a side.")
            self.say(tr(words, size=by(grid.shape), most=most))
            return
        self.change(tr("Paste kernel"), lambda _: kernel)

    def _on_tap(self, index: tuple[int, ...], value: float) -> None:
        if self._holds_kernel:
            changed = edits.set_tap(self._session.document, index, value, every_channel=self.every.isChecked())
            self._session.replace(changed, tr("Edit weight"), key="tap")

    def _on_bias(self, value: float) -> None:
        if self._holds_kernel:
            self._session.replace(edits.set_bias(self._session.document, value), tr("Change bias"))


def _parts_of(kernel: Floats) -> list[str]:
    """Name what the grid shows of a kernel at a time: slices of three axes, or taps of a long one."""
    if kernel.ndim == 3:
        return [tr("slice {n} of 0 … {last}", n=k, last=len(kernel) - 1) for k in range(len(kernel))]
    firsts = range(0, kernel.size, PART) if kernel.ndim == 1 else range(1)
    return [tr("taps {first} … {last}", first=n, last=min(n + PART, kernel.size) - 1) for n in firsts]


def _with_slice(kernel: Floats, index: int, values: Floats) -> Floats:
    changed = kernel.copy()
    changed[index] = values
    return changed


def _show_items(combo: QuietCombo, titles: list[str], index: int) -> None:
    if [combo.itemText(i) for i in range(combo.count())] != titles:
        combo.clear()
        combo.addItems(titles)
    combo.setCurrentIndex(index)


@overflowing
def facts(kernel: Floats) -> str:
    """Say the sum of the weights and, for two axes, the rank: a kernel of rank 1 is separable."""
    text = f"Σ = {number(float(kernel.sum()))}"
    if kernel.ndim != 2:
        return text
    # Of the largest numbers, the squares that the rank is found from would be infinite.
    rank = int(np.linalg.matrix_rank(kernel / (float(np.abs(kernel).max()) or 1.0)))
    separable = f" · {tr('separable')}" if rank == 1 and min(kernel.shape) > 1 else ""
    return f"{text} · {tr('rank {n}', n=rank)}{separable}"


@cache
def _presets_of(shape: tuple[int, ...], known: tuple[Preset, ...]) -> tuple[tuple[Preset, ...], Floats]:
    """Return those presets that have a shape, and their weights in one array."""
    found = [preset for preset in known if preset.weights().shape == shape]
    return tuple(found), np.array([preset.weights() for preset in found]).reshape(-1, *shape)


def named(kernel: Floats) -> Preset | None:
    """Return the preset that has exactly these weights, if there is one."""
    found, weights = _presets_of(kernel.shape, presets_so_far())
    axes = tuple(range(1, weights.ndim))
    same = np.abs(weights - kernel).max(axis=axes, initial=0) <= 1e-12
    return found[int(same.argmax())] if same.any() else None

"""The layers of a file of trained weights: which there are, and which of them are put on the input."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from convgui.core.sizes import by, read_sizes
from convgui.files.weights.tensors import WeightFile
from convgui.layers.layer import Shape
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.plain_text import PlainLabel, plain, window_words
from convgui.session.architectures import Architecture, recognised
from convgui.session.found_layer import FoundLayer, declared_size, summary
from convgui.session.scaling import SCALINGS, Preparation
from convgui.session.trained import found_layers
from convgui.words import tr, trn

SIZE = (860, 520)
WIDEST = 260
"""Pixels of a column at the most, at first: some names are whole paths."""


class NetworkDialog(Dialog):
    """Lists what a file holds. It stays open, so that one layer after the other can be looked at.

    Parameters
    ----------
    put : callable
        Puts one convolution on the input; returns what to say.
    build : callable
        Puts layers one behind the other on the input, prepared first; returns what to say.
    compare : callable
        Asks for another file and compares its weights.
    """

    def __init__(
        self,
        file: WeightFile,
        put: Callable[[FoundLayer], str],
        build: Callable[[Sequence[FoundLayer], Preparation], str],
        compare: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Layers of {name}", name=window_words(file.name)))
        self.layers = found_layers(file)
        known = recognised(self.layers)
        # Behind the network's own row comes what branches off, or is not known to belong to it.
        self._row = len(self.layers) if known is None else len(known.layers)
        if known is not None:
            names = {layer.name for layer in known.layers}
            self.layers = (*known.layers, *(layer for layer in self.layers if layer.name not in names))
        self._put, self._build = put, build
        self.list = self._listed()
        self.state = PlainLabel()
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.state.setText(_told(file, self.layers, known))
        self.values, self.bgr = _values(known), QCheckBox(tr("B&GR"))
        self.bgr.setToolTip(tr("It was trained on pictures whose channels come as blue, green and red."))
        self.lengths = _lengths(declared_size(self.layers))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        roles = QDialogButtonBox.ButtonRole
        self.put_button: QPushButton = buttons.addButton(tr("&Put on the input"), roles.ActionRole)
        self.build_button: QPushButton = buttons.addButton(tr("&Chain from here"), roles.ActionRole)
        with_icon(self.put_button, "ok")
        with_icon(self.build_button, "chain")
        self.put_button.clicked.connect(self.put)
        self.compare_button: QPushButton = buttons.addButton(tr("Co&mpare with…"), roles.ActionRole)
        self.compare_button.setToolTip(tr("Lists which weights of another file differ, and by how much."))
        self.build_button.clicked.connect(self.build)
        self.compare_button.clicked.connect(lambda: compare())
        self.list.itemActivated.connect(lambda *_: self.put())
        self.list.itemSelectionChanged.connect(self._enable)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addLayout(self._values_line())
        column.addWidget(self.state)
        column.addWidget(buttons)
        self.resize(*SIZE)
        first = next((n for n, layer in enumerate(self.layers) if layer.convolves), 0)
        self.list.setCurrentIndex(self.list.model().index(first, 0))
        self._enable()

    def _values_line(self) -> QHBoxLayout:
        self._values_label = PlainLabel(tr("&Values:"))
        self._values_label.setBuddy(self.values)
        self._lengths_label = PlainLabel(tr("&Size:"))
        self._lengths_label.setBuddy(self.lengths)
        line = QHBoxLayout()
        for widget in self._prepared:
            line.addWidget(widget)
        line.addStretch()
        return line

    @property
    def _prepared(self) -> tuple[QWidget, ...]:
        """What says how the input is prepared."""
        return self._values_label, self.values, self.bgr, self._lengths_label, self.lengths

    def _listed(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(tr("Layers"))
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setHeaderLabels([tr("Name"), tr("Kind"), tr("Shape"), tr("Parameters"), tr("Note")])
        for layer in self.layers:
            texts = (layer.name, layer.kind, summary(layer), f"{layer.parameters:,}", layer.reason)
            row = QTreeWidgetItem([window_words(text) for text in texts])
            row.setTextAlignment(3, Qt.AlignmentFlag.AlignRight)
            row.setToolTip(0, plain(layer.name))
            tree.addTopLevelItem(row)
        for section in range(tree.columnCount()):
            tree.resizeColumnToContents(section)
            tree.setColumnWidth(section, min(tree.columnWidth(section), WIDEST))
        return tree

    @property
    def chosen(self) -> int:
        """Which layer is chosen; -1 where there is none."""
        return self.list.currentIndex().row()

    def put(self) -> None:
        """Put the chosen convolution on the input."""
        if self.put_button.isEnabled():
            self.state.setText(self._put(self.layers[self.chosen]))

    def build(self) -> None:
        """Build the chain that begins with the chosen layer."""
        end = self._row if self.chosen < self._row else len(self.layers)
        preparation = Preparation()
        if self._from_input(self.chosen):
            try:
                size = read_sizes(self.lengths.currentText())
            except ValueError:
                self.state.setText(tr("Size: write whole numbers, such as 224 × 224, or leave it empty."))
                self.lengths.setFocus()
                return
            preparation = Preparation(SCALINGS[self.values.currentData()], self.bgr.isChecked(), size)
        self.state.setText(self._build(self.layers[self.chosen : end], preparation))

    def _from_input(self, at: int) -> bool:
        """Whether a layer reads the network's input, as far as that is known, and no layer's values."""
        before, reads = self.layers[:at], self.layers[at].reads if at >= 0 else ()
        return at == 0 or (bool(reads) and not any(layer.makes in reads for layer in before))

    def _enable(self) -> None:
        at = self.chosen
        self.put_button.setEnabled(at >= 0 and self.layers[at].convolves)
        self.build_button.setEnabled(at >= 0 and not self.layers[at].reason)
        whole = self._from_input(at)
        why = "" if whole else tr("A chain that begins in the middle of the network takes the input as it is.")
        for widget in self._prepared:
            widget.setEnabled(whole)
        self.values.setToolTip(why or tr("What the network was trained on; it becomes the first layer of the chain."))


def _lengths(declared: Shape) -> QComboBox:
    """Offer to stretch the input to another size: that for which the network was made is chosen."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(["", *([by(declared)] if declared else [])])
    box.setCurrentIndex(box.count() - 1)
    box.setMinimumContentsLength(11)
    field = box.lineEdit()
    if field is not None:
        field.setPlaceholderText(tr("as it is"))
    box.setToolTip(tr("To which size the input is stretched first, such as 224 × 224; empty leaves it as it is."))
    box.setAccessibleName(tr("Size"))
    return box


def _values(known: Architecture | None) -> QComboBox:
    """Offer what can be made of the input's values first: what a known network expects is chosen."""
    box = QComboBox()
    for scaling in SCALINGS.values():
        box.addItem(tr(scaling.title), scaling.id)
    if known is not None:
        box.setCurrentIndex(box.findData(known.expects.id))
    return box


def _told(file: WeightFile, layers: Sequence[FoundLayer], known: Architecture | None) -> str:
    """Say what is in a file, and what is not."""
    parts = [
        trn(
            "{form}: {n:,} layer, {made:,} of them can be shown, {parameters:,} parameters",
            "{form}: {n:,} layers, {made:,} of them can be shown, {parameters:,} parameters",
            len(layers), form=file.form, made=sum(not layer.reason for layer in layers),
            parameters=sum(layer.parameters for layer in layers),
        )
        + "."
    ]  # fmt: skip
    if known is not None:
        words = tr("This is {name}; it was trained on {expects}.", name=known.name, expects=known.expects.formula)
        parts.insert(0, words)
    elif layers and not layers[0].told:
        parts.append(tr("Strides, padding and activations are not in such a file: set them beside the layers."))
    if file.unread:
        parts.append(tr("Not read: {names}.", names=", ".join(list(file.unread)[:8])))
    return " ".join(parts)

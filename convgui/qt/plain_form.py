"""The parameters of layers without weights: pooling, upsampling, shuffles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from convgui.core.spec import SpecError
from convgui.model.document import Document
from convgui.model.layer import Shape
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, Upsample
from convgui.qt.legal import AxisSpins, LegalSpin, QuietCombo
from convgui.qt.plain_text import PlainLabel
from convgui.session.session import Session
from convgui.session.stack import replace_layer
from convgui.words import mark, tr

MOST_FACTOR = 8
SENTENCES = {
    "max": mark("The largest value of each window, channel by channel. There is nothing to learn in it."),
    "average": mark("The mean of each window, channel by channel: a convolution whose weights are all the same."),
    "relu": mark("Negative values become 0; without such a step between them, two layers would be no more than one."),
    "nearest": mark("Every cell is repeated."),
    "linear": mark("New cells are mixed from their neighbours, by their distance."),
    "pixel": mark("Channels become space: each block of the output is woven from that many channels."),
    "channel": mark("The channels of each group are dealt out to all groups, so that the next groups see all of them."),
}


class PlainForm(QWidget):
    """Shows the chosen layer, where it has no weights, and edits it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.kernel = AxisSpins(tr("Kernel size"), 1)
        self.stride = AxisSpins(tr("Stride"), 1)
        self.padding = AxisSpins(tr("Padding"), 0)
        self.scale = AxisSpins(tr("Scale factor"), 1)
        self.mode = QuietCombo()
        self.mode.setAccessibleName(tr("Mode"))
        self.kind = QuietCombo()
        self.kind.setAccessibleName(tr("Kind of pooling"))
        self.factor = LegalSpin(tr("Upscale factor"), 1)
        self.groups = QuietCombo()
        self.groups.setAccessibleName(tr("Groups"))
        self.sentence = PlainLabel()
        self.sentence.setObjectName("small")
        self.sentence.setWordWrap(True)
        self.problem = PlainLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self._form = QFormLayout()
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.kind.addItem(tr("maximum"), "max")
        self.kind.addItem(tr("average"), "average")
        self.mode.addItem(tr("nearest"), "nearest")
        self.mode.addItem(tr("linear"), "linear")
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            (tr("Pooling"), self.kind),
            (tr("Kernel size"), self.kernel),
            (tr("Stride"), self.stride),
            (tr("Padding"), self.padding),
            (tr("Scale factor"), self.scale),
            (tr("Mode"), self.mode),
            (tr("Upscale factor"), self.factor),
            (tr("Groups"), self.groups),
        )
        self._fields = tuple(field for _, field in rows)
        for title, field in rows:
            label = PlainLabel(title)
            label.setObjectName("muted")
            form.addRow(label, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.sentence)
        column.addLayout(form)
        column.addWidget(self.problem)

    def _connect(self) -> None:
        self.kind.activated.connect(lambda: self._pool(lambda pool: replace(pool, kind=self.kind.currentData())))
        self.kernel.chosen.connect(self._on_size)
        self.stride.chosen.connect(lambda value: self._pool(lambda pool: replace(pool, stride=value)))
        self.padding.chosen.connect(lambda value: self._pool(lambda pool: replace(pool, padding=value)))
        self.scale.chosen.connect(lambda value: self._upsample(lambda layer: replace(layer, scale_factor=value)))
        self.mode.activated.connect(lambda: self._upsample(lambda layer: replace(layer, mode=self.mode.currentData())))
        self.factor.valueChanged.connect(lambda value: self._change(lambda: PixelShuffle(value)))
        self.groups.activated.connect(lambda: self._change(lambda: ChannelShuffle(self.groups.currentData())))

    def show_document(self, document: Document) -> None:
        """Show the chosen layer; nothing is emitted."""
        layer, shape = document.chosen, document.input_shape
        visible: set[QWidget] = set()
        key = "relu"
        if isinstance(layer, Pool):
            visible, key = {self.kind, self.kernel, self.stride, self.padding}, layer.kind
            self._show_pool(layer, shape)
        elif isinstance(layer, Upsample):
            visible, key = {self.scale, self.mode}, layer.mode
            self.scale.show_values(layer.scale_factor, 1, (MOST_FACTOR,) * len(layer.scale_factor))
            self.mode.setCurrentIndex(self.mode.findData(layer.mode))
        elif isinstance(layer, PixelShuffle):
            visible, key = {self.factor}, "pixel"
            self.factor.blockSignals(True)
            self.factor.set_legal(1, MOST_FACTOR)
            self.factor.setValue(layer.upscale_factor)
            self.factor.blockSignals(False)
        elif isinstance(layer, ChannelShuffle):
            visible, key = {self.groups}, "channel"
            self._show_groups(layer, shape[0])
        for field in self._fields:
            self._form.setRowVisible(field, field in visible)
        self.sentence.setText(tr(SENTENCES[key]))
        self._say("")

    def _show_pool(self, layer: Pool, shape: Shape) -> None:
        self.kind.setCurrentIndex(self.kind.findData(layer.kind))
        reach = tuple(n + 2 * p for n, p in zip(shape[1:], layer.padding, strict=True))
        self.kernel.show_values(layer.kernel_size, 1, reach)
        self.stride.show_values(layer.stride, 1, reach)
        self.padding.show_values(layer.padding, 0, tuple(k // 2 for k in layer.kernel_size))

    def _show_groups(self, layer: ChannelShuffle, channels: int) -> None:
        self.groups.clear()
        for count in range(1, channels + 1):
            if channels % count == 0:
                self.groups.addItem(str(count), count)
        self.groups.setCurrentIndex(self.groups.findData(layer.groups))

    def _on_size(self, size: Shape) -> None:
        """Windows that stand side by side stay so: a stride equal to the size follows it."""

        def sized(pool: Pool) -> Pool:
            stride = size if pool.stride == pool.kernel_size else pool.stride
            padding = tuple(min(p, k // 2) for p, k in zip(pool.padding, size, strict=True))
            return replace(pool, kernel_size=size, stride=stride, padding=padding)

        self._pool(sized)

    def _pool(self, change: Callable[[Pool], Pool]) -> None:
        layer = self._session.document.chosen
        if isinstance(layer, Pool):
            self._change(lambda: change(layer))

    def _upsample(self, change: Callable[[Upsample], Upsample]) -> None:
        layer = self._session.document.chosen
        if isinstance(layer, Upsample):
            self._change(lambda: change(layer))

    def _change(self, build: Callable[[], AnyLayer]) -> None:
        document = self._session.document
        try:
            changed = replace_layer(document, build())
        except SpecError as error:
            self.show_document(document)
            self._say(str(error))
        else:
            self._session.replace(changed, tr("Change layer"))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

"""Two files of trained weights beside each other: which tensors are the same, and how far the others are apart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from convgui.core.memory import in_words
from convgui.core.sizes import by
from convgui.files.errors import LoadError
from convgui.files.weights.tensors import WeightFile
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.plain_text import PlainLabel, plain, window_words
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.session.weight_differences import Difference, differences, told
from convgui.words import tr

SIZE = (760, 480)
WIDEST = 320


class DifferencesDialog(Dialog):
    """Compares two files in the background, and lists their tensors.

    Parameters
    ----------
    one : WeightFile
    read : callable
        Returns the other file; called in the background.
    name : str
        The other file's.
    show_maps : callable
        Shows what both networks make of the input, and returns what is to be said.
    """

    def __init__(
        self,
        one: WeightFile,
        read: Callable[[Callable[[], bool]], WeightFile],
        name: str,
        show_maps: Callable[[WeightFile], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        title = tr("{one} beside {other}", one=window_words(one.name), other=window_words(name))
        self.setWindowTitle(title)
        self.state = PlainLabel(tr("Comparing…"))
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Tensors"))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels([tr("Name"), tr("Shape"), tr("Difference")])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.maps_button = with_icon(QPushButton(tr("&Maps of both…")), "chain")
        self.maps_button.setEnabled(False)
        self.maps_button.clicked.connect(self._on_maps)
        buttons.addButton(self.maps_button, QDialogButtonBox.ButtonRole.ActionRole)
        self._show_maps = show_maps
        self._other: WeightFile | None = None
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addWidget(self.state)
        column.addWidget(buttons)
        self.resize(*SIZE)
        self._worker = LatestOnlyWorker(self)
        self._worker.answered.connect(self._on_answer)

        def work(stop: Callable[[], bool]) -> tuple[WeightFile, list[Difference]]:
            other = read(stop)
            return other, list(differences(one, other, stop))

        self._worker.submit(work)

    def _on_maps(self) -> None:
        if self._other is not None:
            self.state.setText(self._show_maps(self._other) or self.state.text())

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._worker.generation:
            return
        if isinstance(answer.error, LoadError | MemoryError):
            self.state.setText(in_words(answer.error, "open"))
        elif answer.error is not None:
            raise answer.error
        else:
            self._other, found = answer.result
            self.maps_button.setEnabled(True)
            self.show_found(found)

    def show_found(self, found: list[Difference]) -> None:
        """List what was found."""
        for one in found:
            shape = one.shape if one.shape is not None else one.other
            row = QTreeWidgetItem([window_words(one.name), by(shape or ()), one.said()])
            row.setToolTip(0, plain(one.name))
            row.setDisabled(one.same)
            self.list.addTopLevelItem(row)
        for section in range(self.list.columnCount()):
            self.list.resizeColumnToContents(section)
            self.list.setColumnWidth(section, min(self.list.columnWidth(section), WIDEST))
        self.state.setText(told(found))

    def done(self, result: int) -> None:
        """Close; what is still compared is given up."""
        self._worker.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._worker.close()
        super().closeEvent(event)


def compare(
    one: WeightFile,
    read: Callable[[Callable[[], bool]], WeightFile],
    name: str,
    show_maps: Callable[[WeightFile], str],
    parent: QWidget,
) -> None:
    """Open the window that compares two files; it goes when it is closed."""
    dialog = DifferencesDialog(one, read, name, show_maps, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    dialog.activateWindow()

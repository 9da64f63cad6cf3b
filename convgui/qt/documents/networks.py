"""Trained weights in the window: a file's layers are listed, and put on the input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from convgui.core.spec import SpecError
from convgui.files.errors import LoadError
from convgui.files.weights.read import ENDINGS, read_weights
from convgui.files.weights.tensors import WeightFile
from convgui.model.document import Document
from convgui.model.refusals import in_words, refusal
from convgui.qt.context import Context
from convgui.qt.dialogs.differences_dialog import compare
from convgui.qt.dialogs.network_dialog import NetworkDialog
from convgui.qt.documents.opening import Opener
from convgui.qt.widgets.typed_path import ask_to_open
from convgui.session.beside import BesideError, beside
from convgui.session.found_layer import FoundLayer
from convgui.session.scaling import Preparation
from convgui.session.trained import chain, looked_at_first, on_picture
from convgui.words import tr


class Networks(QObject):
    """Shows the layers of the files of weights that an opener has read.

    Emits ``paired(networks, names)`` for two of them whose maps are to be shown beside each other.
    """

    paired = Signal(object, object)

    def __init__(self, context: Context, opener: Opener) -> None:
        super().__init__(context.window)
        self._context, self._session = context, context.session
        opener.weights.connect(self.show)

    def show(self, file: WeightFile) -> None:
        """List a file's layers."""
        dialog = NetworkDialog(file, self._put, self._build, lambda: self._compare(file, dialog), self._context.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.activateWindow()

    def _put(self, found: FoundLayer) -> str:
        return self._change(
            lambda document: on_picture(document, found), tr("Put {name} on the input", name=found.name)
        )

    def _build(self, found: Sequence[FoundLayer], preparation: Preparation) -> str:
        def make(document: Document) -> tuple[Document, str]:
            return chain(document, found, preparation.layers(document.sample.data.shape))

        return self._change(make, tr("Chain from {name}", name=found[0].name))

    def _compare(self, file: WeightFile, dialog: NetworkDialog) -> None:
        words = f"{tr('Trained weights')} ({' '.join('*' + ending for ending in ENDINGS)});;{tr('All files')} (*)"
        remembered = self._context.remembered
        name = ask_to_open(dialog, tr("Compare with"), remembered.folder("weights"), words)
        if name:
            path = Path(name)
            remembered.set_folder("weights", path.parent)
            maps = partial(self._show_maps, file)
            compare(file, lambda stop: read_weights(path, cancel=stop), path.name, maps, dialog)

    def _show_maps(self, one: WeightFile, other: WeightFile) -> str:
        """Show what two networks make of the document's input; returns why that cannot be."""
        try:
            networks = beside(self._session.document, one, other)
        except SpecError as error:
            return refusal(error)
        except (BesideError, LoadError, MemoryError) as error:
            return in_words(error)
        self.paired.emit(networks, (one.name, other.name))
        return ""

    def _change(self, make: Callable[[Document], tuple[Document, str]], name: str) -> str:
        """Show another document, as one undo step; returns what to say."""
        try:
            document, said = make(self._session.document)
            document.shapes  # noqa: B018  # what does not fit is refused before it is shown
        except SpecError as error:
            return refusal(error)
        except (LoadError, MemoryError) as error:
            return in_words(error)
        self._session.replace(looked_at_first(document), name)
        layers = len(document.layers)
        return said or tr("{name}: {layers} layers on {sample}.", name=name, layers=layers, sample=document.sample.name)

"""The menu beside the kernel: loaded from a file, saved as one, the layer's weights drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from convgui.core.spec import SpecError
from convgui.files.errors import LoadError, WriteError
from convgui.files.kernels import ENDINGS, FORMS, read_kernel, write_kernel
from convgui.files.regular import is_there
from convgui.files.user_folders import home_folder
from convgui.layers.convolution import Convolution
from convgui.model.refusals import refusal
from convgui.qt.kernel.initialise_dialog import InitialiseDialog
from convgui.qt.widgets.bounded_inputs import take_typed
from convgui.qt.widgets.file_dialogs import ask_for_file, ask_to_replace
from convgui.qt.widgets.typed_path import ask_to_open
from convgui.session import edits
from convgui.session.colour import each_channel, takes_each_channel
from convgui.session.initialise import Drawing, initialised
from convgui.session.session import Session
from convgui.words import tr

Floats = NDArray[np.float64]


class KernelFiles(QToolButton):
    """Loads and saves the chosen kernel of a session's document, and draws its layer's weights.

    Parameters
    ----------
    change : callable
        Applies a function to the kernel as one undo step, which has a name.
    say : callable
        Says what went wrong.
    """

    def __init__(
        self, session: Session, change: Callable[[str, Callable[[Floats], Floats]], None], say: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._session, self._change, self._say = session, change, say
        self.folder = home_folder()
        self.setText("⋯")
        self.setToolTip(tr("Load, save, draw at random"))
        self.setAccessibleName(tr("Load, save, draw at random"))
        self.setObjectName("icon")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pressed.connect(take_typed)
        menu = QMenu(self)
        menu.addAction(tr("&Load kernel…")).triggered.connect(lambda: self.load())
        menu.addAction(tr("&Save kernel…")).triggered.connect(lambda: self.save())
        menu.addSeparator()
        self.colour = menu.addAction(tr("&Filter each channel by itself"))
        self.colour.triggered.connect(lambda: self.filter_each_channel())
        menu.addAction(tr("Random &weights…")).triggered.connect(lambda: self.initialise())
        menu.aboutToShow.connect(lambda: self.colour.setEnabled(takes_each_channel(session.document)))
        self.setMenu(menu)

    def load(self) -> None:
        """Ask for a file and take the kernel that is in it."""
        words = f"{tr('Kernels')} ({' '.join('*' + ending for ending in ENDINGS)});;{tr('All files')} (*)"
        name = ask_to_open(self.window(), tr("Load kernel"), self.folder, words)
        if name:
            self.use(Path(name))

    def use(self, path: Path) -> None:
        """Take the kernel that is in a file; what is wrong with it is said."""
        self.folder = path.parent
        document = self._session.document
        if not isinstance(document.chosen, Convolution):
            return
        rank = document.layer.spec.rank
        try:
            kernel = read_kernel(path)
        except LoadError as error:
            self._say(str(error))
            return
        given = kernel[None] if kernel.ndim < rank else kernel
        if rank == 1 and kernel.ndim == 2 and min(kernel.shape) == 1:
            given = kernel.ravel()
        if given.ndim != rank:
            self._say(tr("{name} holds a kernel of {n} axes; this layer's has {rank}.",
                         name=path.name, n=kernel.ndim, rank=rank))  # fmt: skip
            return
        self._change(tr("Load {name}", name=path.name), lambda _: given)

    def save(self) -> None:
        """Ask where, and write the chosen kernel."""
        if not isinstance(self._session.document.chosen, Convolution):
            return
        titles = {f"{tr(title)} (*{endings[0]})": endings[0] for title, endings in FORMS}
        proposed = self.folder / f"{tr('kernel')}{FORMS[0][1][0]}"
        path, chosen, unasked = ask_for_file(self.window(), tr("Save kernel"), proposed, ";;".join(titles))
        if path is None:
            return
        if path.suffix.lower() not in titles.values():
            # The dialog has asked about the name as it was typed, and not about this one.
            path, unasked = path.with_name(path.name + titles.get(chosen, FORMS[0][1][0])), True
        if unasked and is_there(path) and not ask_to_replace(self.window(), path):
            return
        self.folder = path.parent
        try:
            write_kernel(edits.kernel_of(self._session.document), path)
        except (LoadError, WriteError) as error:
            self._say(str(error))
        else:
            self._say("")

    def filter_each_channel(self) -> None:
        """Have the chosen kernel filter each channel by itself, so that a colour picture stays one."""
        try:
            changed = each_channel(self._session.document)
        except SpecError as error:
            self._say(refusal(error))
        else:
            self._session.replace(changed, tr("Filter each channel by itself"))

    def initialise(self) -> None:
        """Draw all weights of the layer; Cancel brings back those that were there."""
        document = self._session.document
        if not isinstance(document.chosen, Convolution):
            return
        dialog = InitialiseDialog(document.layer.weight.shape, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen, shown = document.view.layer, document.layers

        def stands() -> bool:
            """Whether the document still has the layers that the dialog is about."""
            now = self._session.document
            return now.view.layer == chosen and now.layers == shown

        def draw(how: Drawing) -> None:
            nonlocal shown
            if stands():
                self._session.replace(initialised(self._session.document, how), tr("Random weights"), key="draw")
                shown = self._session.document.layers
            else:
                dialog.close()

        def end(accepted: int) -> None:
            self._session.finish_gesture()
            if not accepted and stands():
                self._session.undo()

        dialog.drawn.connect(draw)
        dialog.finished.connect(end)
        dialog.begin()

"""The File menu: where documents and inputs come from, and where they go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu
from shiboken6 import isValid

from convgui.draw.theme import themed
from convgui.files.documents import ENDING
from convgui.files.folder import is_folder_picture
from convgui.files.load import KINDS
from convgui.files.samples import load_sample, samples
from convgui.files.weights.read import ENDINGS as WEIGHTS
from convgui.qt.context import Context
from convgui.qt.dialogs.grid_dialog import GridDialog
from convgui.qt.dialogs.input_dialog import InputDialog
from convgui.qt.documents.document_file import DocumentFile
from convgui.qt.documents.folder_pictures import FolderPictures
from convgui.qt.documents.loader import Loader
from convgui.qt.lessons.prediction import PredictBar
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts
from convgui.qt.widgets.plain_text import menu_words, plain
from convgui.qt.widgets.typed_path import ask_to_open
from convgui.words import mark, tr

if TYPE_CHECKING:
    from convgui.qt.export.batch_dialog import BatchDialog
    from convgui.qt.export.dialog import ExportDialog
    from convgui.qt.export.several_dialog import SeveralDialog
    from convgui.qt.export.task_dialog import TaskDialog

FILTERS = (
    (mark("Everything convgui opens"), (*(e for _, endings in KINDS for e in endings), *WEIGHTS[:4], ENDING, ".json")),
    *KINDS,
    (mark("Trained weights"), WEIGHTS),
    (mark("Documents"), (ENDING,)),
    (mark("Lessons"), (".json",)),
)


class FileMenu(QObject):
    """Opens, saves and exports. Asks for ``another()`` window.

    Attributes
    ----------
    draft : str
        Numbers that were typed and not used the last time.
    """

    another = Signal()
    left = Signal()

    def __init__(
        self,
        context: Context,
        loader: Loader,
        file: DocumentFile,
        pictures: FolderPictures,
        stage: PictureWidget,
        prediction: PredictBar,
    ) -> None:
        super().__init__(context.window)
        self._context, self._window, self._prediction = context, context.window, prediction
        self._loader, self._file, self._pictures, self._stage = loader, file, pictures, stage
        self.draft = ""
        self.recent = QMenu(tr("Open &recent"), self._window)
        self.samples = QMenu(tr("Open &sample"), self._window)
        for info in samples():
            action = self.samples.addAction(info.title)
            action.triggered.connect(lambda _=False, identity=info.id: loader.use_sample(load_sample(identity)))
        file.listed.connect(self.refresh_recent)
        self.refresh_recent()

    def acts(self) -> Acts:
        """Return the menu."""
        window, file, pictures = self._window, self._file, self._pictures
        leave = Act("quit", tr("&Quit"), lambda _: self.left.emit(), "Ctrl+Q", role=QAction.MenuRole.QuitRole)
        return (
            Act("new", tr("&New"), lambda _: file.new(), "New"),
            Act("new-window", tr("New &window"), lambda _: self.another.emit(), "Ctrl+Shift+N"),
            SEPARATOR,
            Act("open", tr("&Open…"), self._open, "Open"),
            Act("open-folder", tr("Open &DICOM folder…"), self._open_folder, "Ctrl+Shift+O"),
            Act("open-weights", tr("Open trained &weights…"), self._open_weights),
            Act("open-pictures", tr("Open &folder of pictures…"), self._open_pictures),
            Act("next", tr("&Next picture in the folder") + "\tPgDown", lambda _: pictures.turn(1)),
            Act("previous", tr("Pre&vious picture in the folder") + "\tPgUp", lambda _: pictures.turn(-1)),
            self.samples,
            self.recent,
            Act("type", tr("&Type numbers…"), self._type, "Ctrl+T"),
            Act("generate", tr("&Make an input…"), lambda _: self._generate(), "Ctrl+Shift+T"),
            SEPARATOR,
            Act("save", tr("&Save"), lambda _: file.save(), "Save"),
            Act("save-as", tr("Save &as…"), lambda _: file.save_as(), "Ctrl+Shift+S"),
            self._copies(),
            SEPARATOR,
            Act("export", tr("&Export…"), self._export, "Ctrl+E"),
            Act("export-several", tr("Export se&veral…"), self._export_several, "Ctrl+Shift+E"),
            Act("print", tr("&Print…"), self._print, "Print"),
            Act("batch", tr("Appl&y to a folder…"), self._apply_to_folder, "Ctrl+Shift+B"),
            SEPARATOR,
            Act("close", tr("&Close window"), lambda _: window.close(), "Close"),
            leave,
        )

    def _copies(self) -> QMenu:
        menu, file = QMenu(tr("Save a &copy"), self._window), self._file
        menu.addAction(tr("With the input &inside…")).triggered.connect(lambda: file.save_copy(False))
        linked = menu.addAction(tr("With a &link to the input…"))
        linked.triggered.connect(lambda: file.save_copy(True))
        menu.aboutToShow.connect(lambda: linked.setEnabled(file.linkable))
        return menu

    def refresh_recent(self) -> None:
        """Fill the menu of recent files."""
        self.recent.clear()
        for path in self._context.remembered.recent():
            action = self.recent.addAction(menu_words(Path(path).name))
            action.setToolTip(plain(path))
            action.triggered.connect(lambda _=False, path=path: self._loader.open_file(Path(path)))
        self.recent.setEnabled(not self.recent.isEmpty())
        if not self.recent.isEmpty():
            self.recent.addSeparator()
            self.recent.addAction(tr("Clear")).triggered.connect(self._clear_recent)

    def _clear_recent(self) -> None:
        self._context.remembered.clear_recent()
        self.refresh_recent()

    def _open(self, _: bool) -> None:
        name = self._ask_file("open", tr("Open"), file_filters())
        if name:
            self._loader.open_file(Path(name))

    def _open_weights(self, _: bool) -> None:
        words = f"{tr('Trained weights')} ({' '.join('*' + ending for ending in WEIGHTS)});;{tr('All files')} (*)"
        name = self._ask_file("weights", tr("Open trained weights"), words)
        if name:
            self._loader.open_weights(Path(name))

    def _open_folder(self, _: bool) -> None:
        name = self._ask_folder("slices", tr("Open the slices in a folder"))
        if name:
            self._loader.open_file(Path(name))

    def _open_pictures(self, _: bool) -> None:
        name = self._ask_folder("pictures", tr("Open the pictures in a folder"))
        if name:
            self._pictures.open(Path(name))

    def _ask_file(self, kind: str, title: str, words: str) -> str:
        # Dialogs begin where they were left, or with the files that are worked on; not where the program was started.
        remembered = self._context.remembered
        name = ask_to_open(self._window, title, remembered.folder(kind), words)
        if name:
            remembered.set_folder(kind, Path(name).parent)
        return name

    def _ask_folder(self, kind: str, title: str) -> str:
        remembered = self._context.remembered
        name = QFileDialog.getExistingDirectory(self._window, title, str(remembered.folder(kind)))
        if name:
            remembered.set_folder(kind, Path(name).parent)
        return name

    def _type(self, _: bool) -> None:
        dialog = GridDialog(self._context.session.document, self._window, self.draft)
        offered = dialog.text.toPlainText()
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        # The window may be gone by now, and its dialogs with it.
        if not isValid(dialog):
            return
        if accepted and dialog.sample is not None:
            self.draft = ""
            self._loader.use_sample(dialog.sample)
        elif dialog.text.toPlainText() != offered:
            # Escape is pressed soon; an hour's typing is there again at the next time.
            self.draft = dialog.text.toPlainText()
        dialog.deleteLater()

    def _print(self, _: bool) -> None:
        """Print what is on the stage, in the light theme: paper is white."""
        # It brings the system's printers along.
        from convgui.qt.export.printing import print_picture

        theme = themed("light", self._context.look().theme.colours)
        picture = self._context.presenter.still(theme)
        if picture is not None:
            title = self._window.windowTitle().replace("[*]", "")
            print_picture(self._prediction.covering(picture, theme), title, self._window)

    def _generate(self) -> None:
        self.make_input(tuple(self._context.session.document.sample.data.shape), lambda: None)

    def make_input(self, shape: tuple[int, ...], then: Callable[[], object]) -> None:
        """Ask for the size of an input, beginning with one, make it, and go on with `then`."""
        dialog = InputDialog(shape, self._window)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        # The window may be gone by now, and its dialogs with it.
        if not isValid(dialog):
            return
        if accepted and dialog.sample is not None:
            self._loader.use_sample(dialog.sample)
            if self._context.session.document.sample is dialog.sample:
                then()
        dialog.deleteLater()

    def _export(self, _: bool) -> None:
        """Ask what to write; the dialog works on the document as it is now."""
        # Pillow and the encoders take a tenth of a second to import.
        from convgui.qt.export.dialog import ExportDialog

        if self._brought_forward(ExportDialog):
            return
        shown, player = self._context.presenter, self._context.presenter.player
        document, theme = self._context.session.document, self._context.look().theme.name
        size, hidden = self._size(), self._prediction.hidden
        self._show(ExportDialog(document, shown.scene, theme, size, player.target, player.steps, self._window, hidden))

    def _export_several(self, _: bool) -> None:
        """Ask which steps to write, in which formats and themes."""
        from convgui.qt.export.several_dialog import SeveralDialog

        if self._brought_forward(SeveralDialog):
            return
        shown, theme = self._context.presenter, self._context.look().theme
        document, steps, hidden = self._context.session.document, shown.player.steps, self._prediction.hidden
        self._show(SeveralDialog(document, shown.scene, theme, self._size(), steps, self._window, hidden))

    def _brought_forward(self, kind: type[ExportDialog | SeveralDialog | BatchDialog]) -> bool:
        """Tell whether a dialog of a kind is open, and bring it to the front; an idle one about another document goes.

        One that is busy is no hindrance: another export may go on beside it.
        """
        for dialog in self._window.findChildren(kind):
            if not dialog.isVisible() or dialog.busy:
                continue
            if dialog.document is self._context.session.document:
                dialog.activateWindow()
                return True
            dialog.close()
        return False

    def _size(self) -> tuple[int, int]:
        return round(self._stage.room[0]), round(self._stage.room[1])

    def _show(self, dialog: TaskDialog) -> None:
        remembered = self._context.remembered
        dialog.folder = remembered.folder("export")
        dialog.said.connect(lambda path: remembered.set_folder("export", Path(path).parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.activateWindow()

    def _apply_to_folder(self, _: bool) -> None:
        """Offer the pictures beside the one that is open, or those of the last folder."""
        from convgui.qt.export.batch_dialog import BatchDialog

        if self._brought_forward(BatchDialog):
            return
        source = self._context.session.document.sample.source
        folder = Path(source).parent if is_folder_picture(source) else self._context.remembered.folder()
        dialog = BatchDialog(self._context.session.document, folder, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.activateWindow()


def file_filters() -> str:
    """Return what a file dialog offers to show."""
    # Only a dialog asks what other packages read.
    from convgui.files.readers import readers

    others = [(reader.title, reader.endings) for reader in readers()]
    kinds = (f"{tr(title)} ({' '.join('*' + ending for ending in endings)})" for title, endings in (*FILTERS, *others))
    return ";;".join((*kinds, f"{tr('All files')} (*)"))

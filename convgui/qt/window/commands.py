"""What the menus do: each command is a few lines on the window's own interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QImageWriter, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu

from convgui.core.spec import SpecError
from convgui.export.code import TARGETS, code
from convgui.export.whole import ExportError
from convgui.files.documents import ENDING
from convgui.files.errors import LoadError
from convgui.files.folder import is_leaf
from convgui.files.load import KINDS, load_bytes
from convgui.files.numbers import GridError, Style
from convgui.files.samples import load_sample, samples
from convgui.files.translations import LANGUAGES
from convgui.layers.convolution import Convolution
from convgui.qt.dialogs.grid_dialog import GridDialog, typed_sample
from convgui.qt.dialogs.shortcuts import show_shortcuts
from convgui.qt.export.raster import rasterise
from convgui.qt.lessons.help import explain
from convgui.qt.surface.gl_context import driver, library_problem
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts, build_menu
from convgui.qt.widgets.paint import qimage
from convgui.qt.widgets.plain_text import menu_words, plain, read_menu
from convgui.scenes import scene
from convgui.scenes.scene import reason_against
from convgui.session.pasted import PasteError
from convgui.words import mark, tr

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

COPY_STYLES: dict[str, Style] = {mark("Spreadsheet"): "spreadsheet", "NumPy": "numpy", "[1 2; 3 4]": "brackets"}
FILTERS = (
    (mark("Everything convgui opens"), (*(e for _, endings in KINDS for e in endings), ENDING, ".json")),
    *KINDS,
    (mark("Documents"), (ENDING,)),
    (mark("Lessons"), (".json",)),
)


class Commands(QObject):
    """The actions of a window, by id in `actions`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self.draft = ""
        self._copies = QMenu(tr("Copy kernel &as"), window)
        for title, style in COPY_STYLES.items():
            action = self._copies.addAction(tr(title))
            action.triggered.connect(lambda _=False, style=style: window.inspector.kernel.copy(style))
        self._codes = self._code_menu()
        self._recent = QMenu(tr("Open &recent"), window)
        self._languages = self._language_menu()
        self._samples = QMenu(tr("Open &sample"), window)
        for info in samples():
            action = self._samples.addAction(info.title)
            action.triggered.connect(lambda _=False, identity=info.id: window.use_sample(load_sample(identity)))
        self._build()
        self.refresh_recent()

    def _build(self) -> None:
        menus = (
            (tr("&File"), self._file_menu()),
            (tr("&Edit"), self._edit_menu()),
            (tr("&View"), self._view_menu()),
            (tr("&Play"), self._play_menu()),
            (tr("&Notes"), self._window.notes.acts()),
            (tr("&Help"), self._help_menu()),
        )
        for title, acts in menus:
            build_menu(self._window, title, acts, self.actions)
        self.actions["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])

    def _file_menu(self) -> Acts:
        window, role = self._window, QAction.MenuRole.QuitRole
        return (
            *window.filing.starting_acts(),
            Act("open", tr("&Open…"), self._open, "Open"),
            Act("open-folder", tr("Open &DICOM folder…"), self._open_folder, "Ctrl+Shift+O"),
            Act("open-pictures", tr("Open &folder of pictures…"), self._open_pictures),
            Act("next", tr("&Next picture in the folder") + "\tPgDown", lambda _: window.leafing.turn(1)),
            Act("previous", tr("Pre&vious picture in the folder") + "\tPgUp", lambda _: window.leafing.turn(-1)),
            self._samples,
            self._recent,
            Act("type", tr("&Type numbers…"), self._type, "Ctrl+T"),
            SEPARATOR,
            *window.filing.saving_acts(),
            SEPARATOR,
            Act("export", tr("&Export…"), self._export, "Ctrl+E"),
            SEPARATOR,
            Act("close", tr("&Close window"), lambda _: window.close(), "Close"),
            Act("quit", tr("&Quit"), lambda _: QApplication.closeAllWindows(), "Ctrl+Q", role=role),
        )

    def _edit_menu(self) -> Acts:
        window = self._window
        kernel = window.inspector.kernel
        return (
            Act("undo", tr("&Undo"), lambda _: window.session.undo(), "Undo"),
            Act("redo", tr("&Redo"), lambda _: window.session.redo(), "Ctrl+Shift+Z"),
            SEPARATOR,
            Act("copy", tr("&Copy"), self._copy, "Copy"),
            Act("paste", tr("&Paste"), self._paste, "Paste"),
            Act("copy-picture", tr("Copy p&icture"), lambda _: self._copy_picture(), "Ctrl+Shift+C"),
            self._codes,
            Act("paste-code", tr("Paste PyTorc&h"), lambda _: self._paste_code(), "Ctrl+Alt+V"),
            SEPARATOR,
            Act("copy-kernel", tr("Copy &kernel"), lambda _: kernel.copy(), "Ctrl+Alt+C"),
            self._copies,
            Act("paste-kernel", tr("Paste k&ernel"), lambda _: kernel.paste(), "Ctrl+Shift+V"),
            SEPARATOR,
            Act("preferences", tr("P&references…"), self._prefer, "Ctrl+,", role=QAction.MenuRole.PreferencesRole),
        )

    def _code_menu(self) -> QMenu:
        """Make the menu that copies the layer as code, with two switches."""
        menu = QMenu(tr("Copy &as"), self._window)
        for target in TARGETS:
            action = menu.addAction(target.title)
            action.triggered.connect(lambda _=False, identity=target.id: self._copy_code(identity))
        menu.addSeparator()
        self._weights, self._whole = menu.addAction(tr("With weights")), menu.addAction(tr("The whole stack"))
        for switch in (self._weights, self._whole):
            switch.setCheckable(True)
        self._weights.setChecked(True)
        return menu

    def _language_menu(self) -> QMenu:
        """Make the menu that chooses the language, each under the name that its speakers know."""
        window = self._window
        menu, group = QMenu(tr("&Language"), window), QActionGroup(window)
        for spoken, name in (("", tr("As the system")), *LANGUAGES.items()):
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(spoken == window.preferences.language)
            action.triggered.connect(
                lambda _=False, wanted=spoken: window.prefer(replace(window.preferences, language=wanted))
            )
            group.addAction(action)
        return menu

    def _view_menu(self) -> Acts:
        window, hands = self._window, self._window.hands
        return (
            Act("lessons", tr("&Lessons"), lambda on: window.show_panel("lessons", on), "F9", True),
            Act("inspector", tr("&Inspector"), lambda on: window.show_panel("inspector", on), "F10", True),
            Act("alone", tr("&Stage alone"), window.stage_alone, "F5", True),
            Act("full", tr("&Full screen"), self._full, "F11", True),
            SEPARATOR,
            Act("larger", tr("Zoom &in"), lambda _: hands.zoom(1.5), "ZoomIn"),
            Act("smaller", tr("Zoom &out"), lambda _: hands.zoom(1 / 1.5), "ZoomOut"),
            Act("fit", tr("&Whole picture"), lambda _: hands.fit(), "Ctrl+0"),
            SEPARATOR,
            Act("surface-gl", tr("Surface in &OpenGL…"), self._surface_gl),
            Act("levels", tr("&Levels of the output"), window.leveller.show_panel, "Ctrl+Shift+L", True),
            Act("profile", tr("Line &profile"), window.profiler.show_panel, "Ctrl+L", True),
            SEPARATOR,
            Act("dark", tr("&Dark theme"), self._dark, "Ctrl+D", True),
            self._languages,
        )

    def _play_menu(self) -> Acts:
        ask = self._window.presenter
        return (
            Act("play", tr("&Play or pause"), lambda _: ask.set_player(ask.player.toggle()), "Ctrl+P"),
            Act("forward", tr("Step &forward"), lambda _: ask.set_player(ask.player.forward()), "Ctrl+Right"),
            Act("back", tr("Step &back"), lambda _: ask.set_player(ask.player.back()), "Ctrl+Left"),
            Act("first", tr("To the &start"), lambda _: ask.jump(0), "Ctrl+Home"),
            Act("last", tr("To the &end"), lambda _: ask.jump(-1), "Ctrl+End"),
        )

    def _help_menu(self) -> Acts:
        window = self._window
        about = QAction.MenuRole.AboutRole
        return (
            Act("palette", tr("&Find a command…"), lambda _: self._find(), "Ctrl+K"),
            Act("explain", tr("&What is this? (opens a lesson)"), lambda _: explain(window), "F1"),
            Act("tour", tr("&Tour"), lambda _: window.tour()),
            Act("shortcuts", tr("&Shortcuts") + "\t?", lambda _: show_shortcuts(window, self.actions.values())),
            SEPARATOR,
            Act("about", tr("&About convgui"), self._about, role=about),
        )

    def _about(self, _: bool) -> None:
        from convgui.qt.dialogs.about import show_about

        show_about(self._window)

    def _prefer(self, _: bool) -> None:
        from convgui.qt.dialogs.preferences import show_preferences

        show_preferences(self._window)

    def _find(self) -> None:
        # It imports every scene.
        from convgui.qt.dialogs.command_palette import Palette

        Palette(self._window).open()

    def refresh(self) -> None:
        """Enable what can be done now, and say what undo would take back."""
        session = self._window.session
        for identity, alone, words, name in (
            ("undo", tr("&Undo"), mark("&Undo {what}"), session.undo_name),
            ("redo", tr("&Redo"), mark("&Redo {what}"), session.redo_name),
        ):
            self.actions[identity].setEnabled(bool(name))
            what = menu_words(f"{name[:1].lower()}{name[1:]}")
            self.actions[identity].setText(tr(words, what=what) if name else alone)
            self.actions[identity].setToolTip(plain(read_menu(self.actions[identity].text())))

        weighted = isinstance(session.document.chosen, Convolution)
        for identity in ("copy-kernel", "paste-kernel"):
            self.actions[identity].setEnabled(weighted)
        self._copies.setEnabled(weighted)
        self.actions["dark"].setChecked(self._window.theme.shade == "dark")
        for identity in ("next", "previous"):
            self.actions[identity].setEnabled(is_leaf(session.document.sample.source))

    def refresh_recent(self) -> None:
        """Fill the menu of recent files."""
        self._recent.clear()
        for path in self._window.remembered.recent():
            action = self._recent.addAction(menu_words(Path(path).name))
            action.setToolTip(plain(path))
            action.triggered.connect(lambda _=False, path=path: self._window.open_file(Path(path)))
        self._recent.setEnabled(not self._recent.isEmpty())
        if not self._recent.isEmpty():
            self._recent.addSeparator()
            self._recent.addAction(tr("Clear")).triggered.connect(self._clear_recent)

    def _clear_recent(self) -> None:
        self._window.remembered.clear_recent()
        self.refresh_recent()

    def _folder(self) -> str:
        """Where dialogs begin: with the files that are worked on, not where the program was started."""
        return str(self._window.remembered.folder())

    def _open(self, _: bool) -> None:
        name, _filter = QFileDialog.getOpenFileName(self._window, tr("Open"), self._folder(), file_filters())
        if name:
            self._window.open_file(Path(name))

    def _open_folder(self, _: bool) -> None:
        name = QFileDialog.getExistingDirectory(self._window, tr("Open the slices in a folder"), self._folder())
        if name:
            self._window.open_file(Path(name))

    def _open_pictures(self, _: bool) -> None:
        name = QFileDialog.getExistingDirectory(self._window, tr("Open the pictures in a folder"), self._folder())
        if name:
            self._window.leafing.open(Path(name))

    def _type(self, _: bool) -> None:
        dialog = GridDialog(self._window.session.document, self._window, self.draft)
        offered = dialog.text.toPlainText()
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.sample is not None:
            self.draft = ""
            self._window.use_sample(dialog.sample)
        elif dialog.text.toPlainText() != offered:
            # Escape is pressed soon; an hour's typing is there again at the next time.
            self.draft = dialog.text.toPlainText()
        dialog.deleteLater()

    def _export(self, _: bool) -> None:
        """Ask what to write; the dialog works on the document as it is now."""
        # Pillow and the encoders take a tenth of a second to import.
        from convgui.qt.export.dialog import ExportDialog

        window = self._window
        shown, player = window.presenter, window.presenter.player
        size = (round(window.stage.room[0]), round(window.stage.room[1]))
        dialog = ExportDialog(
            window.session.document, shown.scene, window.theme.name, size, player.target, player.steps, window
        )
        dialog.folder = window.remembered.folder()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.activateWindow()

    def _surface_gl(self, _: bool) -> None:
        """Open the window that draws surfaces with OpenGL, or say why there is none."""
        window = self._window
        here = driver()
        problem = reason_against(scene("volume"), window.session.document) or here.problem or library_problem()
        window.banner.say(problem)
        if problem:
            return
        # Half a second of imports, for those who ask for it.
        from convgui.qt.surface.gl_surface import GlSurfaceWindow

        opened = window.findChild(GlSurfaceWindow)
        if opened is None:
            opened = GlSurfaceWindow(window.session, window.presenter, lambda: window.theme, here, window)
        opened.show()
        opened.raise_()

    def _copy_picture(self) -> None:
        picture = self._window.presenter.still()
        if picture is not None:
            pixels = rasterise(self._window.prediction.covering(picture), 2.0)
            QGuiApplication.clipboard().setImage(qimage(pixels).copy())

    def _copy_code(self, target: str) -> None:
        """Copy the layer or the stack as a program in another library."""
        document = self._window.session.document
        whole, weights = self._whole.isChecked(), self._weights.isChecked()
        self._guarded(lambda: QGuiApplication.clipboard().setText(code(document, target, whole=whole, weights=weights)))

    def _paste_code(self) -> None:
        text = _clipboard().text()
        self._guarded(lambda: self._window.inspector.paste.use(text))

    def _copy(self, _: bool) -> None:
        """Copy the kernel while its editor has the focus, otherwise the picture."""
        if self._in_kernel():
            self._window.inspector.kernel.copy()
        else:
            self._copy_picture()

    def _paste(self, _: bool) -> None:
        """Paste into the kernel while its editor has the focus, otherwise an input: a file, a picture or numbers."""
        data = _clipboard()
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if self._in_kernel():
            self._window.inspector.kernel.paste()
        elif files:
            self._window.open_file(Path(files[0]))
        elif data.hasImage():
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QImageWriter(buffer, QByteArray(b"png")).write(QGuiApplication.clipboard().image())
            self._guarded(
                lambda: self._window.use_sample(load_bytes(bytes(buffer.data().data()), tr("pasted picture")))
            )
        else:
            self._guarded(lambda: self._window.use_sample(typed_sample(data.text())))

    def _guarded(self, work: Callable[[], object]) -> None:
        """Do what may fail for the user's reasons; the reason is shown and nothing is lost."""
        self._window.banner.say("")
        try:
            work()
        except (LoadError, GridError, ExportError, PasteError, SpecError) as error:
            self._window.banner.say(str(error))

    def _in_kernel(self) -> bool:
        focused, kernel = QApplication.focusWidget(), self._window.inspector.kernel
        return focused is not None and kernel.isAncestorOf(focused)

    def _dark(self, on: bool) -> None:
        window = self._window
        window.prefer(replace(window.preferences, shade="dark" if on else "light"))

    def _full(self, on: bool) -> None:
        if on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()


def _clipboard() -> QMimeData:
    """Return what is on the clipboard; where another program holds it, or there is none, that is nothing."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return data if data is not None else QMimeData()


def file_filters() -> str:
    """Return what a file dialog offers to show."""
    # Only a dialog asks what other packages read.
    from convgui.files.readers import readers

    others = [(reader.title, reader.endings) for reader in readers()]
    kinds = (f"{tr(title)} ({' '.join('*' + ending for ending in endings)})" for title, endings in (*FILTERS, *others))
    return ";;".join((*kinds, f"{tr('All files')} (*)"))

"""The Edit menu: undo, and what goes to the clipboard and comes from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImageWriter
from PySide6.QtWidgets import QApplication, QMenu

from convgui.core.spec import SpecError
from convgui.draw.number import times
from convgui.export.atomic_write import ExportError
from convgui.export.code import TARGETS, code
from convgui.files.errors import LoadError
from convgui.files.load import load_bytes
from convgui.files.numbers import GridError, Style
from convgui.model.refusals import refusal
from convgui.qt.context import Context
from convgui.qt.dialogs.grid_dialog import typed_sample
from convgui.qt.dialogs.region_dialog import RegionDialog
from convgui.qt.documents.loader import Loader
from convgui.qt.export.raster import rasterise
from convgui.qt.inspector.panel import Inspector
from convgui.qt.lessons.prediction import PredictBar
from convgui.qt.panels.region_frame import RegionFrame
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts
from convgui.qt.widgets.banner import TRIED
from convgui.qt.widgets.paint import qimage
from convgui.session.pasted import PasteError, is_code
from convgui.session.region import Region, cropped
from convgui.words import mark, tr, trn

Offer: TypeAlias = tuple[str, Callable[[], object]]
"""What helps where something failed: what its button says, and what it does."""
COPY_STYLES: dict[str, Style] = {mark("Spreadsheet"): "spreadsheet", "NumPy": "numpy", "[1 2; 3 4]": "brackets"}


class EditMenu(QObject):
    """Undoes, copies and pastes. Says what its user has ``preferred(preferences)`` and what is ``copied(sentence)``."""

    preferred = Signal(object)
    copied = Signal(str)

    def __init__(
        self, context: Context, loader: Loader, inspector: Inspector, prediction: PredictBar, frame: RegionFrame
    ) -> None:
        super().__init__(context.window)
        self._region_frame = frame
        frame.asked.connect(self._ask_region)
        self._context, self._loader, self._prediction = context, loader, prediction
        self._kernel, self._paste_line = inspector.kernel, inspector.paste
        self.kernel_copies = QMenu(tr("Copy kernel &as"), context.window)
        for title, style in COPY_STYLES.items():
            action = self.kernel_copies.addAction(tr(title))
            action.triggered.connect(lambda _=False, style=style: self._copy_kernel(style))
        self.codes = QMenu(tr("Copy &as"), context.window)
        for target in TARGETS:
            action = self.codes.addAction(target.title)
            action.triggered.connect(lambda _=False, identity=target.id: self._copy_code(identity))
        self.codes.addSeparator()
        self.with_weights, self.whole_stack = (
            self.codes.addAction(w) for w in (tr("With weights"), tr("The whole stack"))
        )
        for switch in (self.with_weights, self.whole_stack):
            switch.setCheckable(True)
        self.with_weights.setChecked(True)

    def acts(self) -> Acts:
        """Return the menu."""
        session, kernel = self._context.session, self._kernel
        return (
            Act("undo", tr("&Undo"), lambda _: session.undo(), "Undo"),
            Act("redo", tr("&Redo"), lambda _: session.redo(), "Ctrl+Shift+Z"),
            SEPARATOR,
            Act("copy", tr("&Copy"), self._copy, "Copy"),
            Act("paste", tr("&Paste"), self._paste, "Paste"),
            Act("copy-picture", tr("Copy p&icture"), lambda _: self._copy_picture(), "Ctrl+Shift+C"),
            self.codes,
            Act("paste-code", tr("Paste PyTorc&h"), lambda _: self._paste_code(), "Ctrl+Alt+V"),
            SEPARATOR,
            Act("copy-kernel", tr("Copy &kernel"), lambda _: self._copy_kernel(), "Ctrl+Alt+C"),
            self.kernel_copies,
            Act("paste-kernel", tr("Paste k&ernel"), lambda _: kernel.paste(), "Ctrl+Shift+V"),
            Act("load-kernel", tr("&Load kernel…"), lambda _: kernel.files.load()),
            Act("save-kernel", tr("&Save kernel…"), lambda _: kernel.files.save()),
            SEPARATOR,
            Act("each-channel", tr("&Filter each channel by itself"), lambda _: kernel.files.filter_each_channel()),
            Act("random-weights", tr("Random &weights…"), lambda _: kernel.files.initialise()),
            SEPARATOR,
            Act("region", tr("Part &of the picture…"), lambda _: self._region(), "Ctrl+Shift+X"),
            SEPARATOR,
            Act("preferences", tr("P&references…"), self._prefer, "Ctrl+,", role=QAction.MenuRole.PreferencesRole),
        )

    def _prefer(self, _: bool) -> None:
        """Let the user choose for all windows; every change is seen at once."""
        from convgui.qt.dialogs.preferences import PreferencesDialog

        remembered = self._context.remembered
        dialog = PreferencesDialog(remembered.preferences(), self._context.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.preferred)
        dialog.forgotten.connect(remembered.forget)
        dialog.open()

    def _region(self) -> None:
        """Measure a part of the picture, at first the one on screen, and work on it alone."""
        context = self._context
        sample, presenter = context.session.document.sample, context.presenter
        if len(sample.spatial) != 2:
            context.banner.say(tr("The input is no picture; regions are cut out of pictures."))
            return
        layout = presenter.layout_now
        ports = presenter.scene.ports(layout) if layout is not None else ()
        shown = next((port for port in ports if (port.rows, port.columns) == sample.spatial), None)
        rows, columns = shown.visible() if shown is not None else (slice(0, n) for n in sample.spatial)
        self._ask_region(Region(rows.start, columns.start, rows.stop, columns.stop))

    def _ask_region(self, region: Region) -> None:
        """Ask about a part of the picture beside the picture, on which it is seen, drawn and moved meanwhile."""
        context, frame = self._context, self._region_frame
        open_ = context.window.findChild(RegionDialog)
        if open_ is not None and open_.isVisible():
            open_.activateWindow()
            return
        dialog = RegionDialog(context.session.document.sample, region, context.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.changed.connect(frame.show_region)
        frame.drawn.connect(dialog.set_region)
        frame.gone.connect(dialog.reject)
        dialog.accepted.connect(lambda: self._crop(dialog.region))
        dialog.finished.connect(lambda _: frame.show_region(None))
        frame.show_region(region)
        dialog.show()
        place = context.window.frameGeometry()
        dialog.move(place.right() - dialog.frameGeometry().width(), place.top() + place.height() // 4)
        dialog.activateWindow()

    def _crop(self, region: Region) -> None:
        session, presenter = self._context.session, self._context.presenter
        # So that undo, too, comes back to the step that is left now.
        session.look(step=presenter.player.target)

        def crop() -> None:
            part = cropped(session.document, region)
            presenter.expect(part.view.step)
            session.replace(part, tr("Crop to {region}", region=region))

        self._guarded(crop)

    def _copy_picture(self) -> None:
        picture = self._context.presenter.still()
        if picture is not None:
            pixels = rasterise(self._prediction.covering(picture), 2.0)
            QGuiApplication.clipboard().setImage(qimage(pixels).copy())
            rows, columns = pixels.shape[:2]
            self.copied.emit(tr("Copied: the picture, {size} pixels.", size=times(columns, rows)))

    def _copy_kernel(self, style: Style = "spreadsheet") -> None:
        shape = self._kernel.copy(style)
        if shape:
            self.copied.emit(tr("Copied: the kernel, {size} weights.", size=times(*shape)))

    def _copy_code(self, target: str) -> None:
        """Copy the layer or the stack as a program in another library."""
        document = self._context.session.document
        all_layers, weights = self.whole_stack.isChecked(), self.with_weights.isChecked()

        def copy() -> None:
            written = code(document, target, all_layers=all_layers, weights=weights)
            QGuiApplication.clipboard().setText(written)
            title = next(known.title for known in TARGETS if known.id == target)
            lines = len(written.splitlines())
            self.copied.emit(trn("Copied: {title}, {n} line.", "Copied: {title}, {n} lines.", lines, title=title))

        self._guarded(copy)

    def _paste_code(self) -> None:
        text = _clipboard().text()
        self._guarded(lambda: self._paste_line.use(text), lambda: self._paste_line.offer(text))

    def _copy(self, _: bool) -> None:
        """Copy the kernel while its editor has the focus, otherwise the picture."""
        if self._in_kernel():
            self._copy_kernel()
        else:
            self._copy_picture()

    def _paste(self, _: bool) -> None:
        """Paste what it looks like: layers of PyTorch, or an input, which is a file, a picture or numbers.

        While the kernel's editor has the focus, numbers are a kernel.
        """
        data = _clipboard()
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if not files and not data.hasImage() and is_code(data.text()):
            self._paste_code()
        elif self._in_kernel() and not data.hasImage():
            self._kernel.paste()
        elif files:
            self._loader.open_file(Path(files[0]))
        elif data.hasImage():
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QImageWriter(buffer, QByteArray(b"png")).write(QGuiApplication.clipboard().image())
            png = bytes(buffer.data().data())
            self._guarded(lambda: self._loader.use_sample(load_bytes(png, tr("pasted picture"))))
        else:
            self._guarded(lambda: self._loader.use_sample(typed_sample(data.text())))

    def _guarded(self, work: Callable[[], object], offer: Callable[[], Offer | None] = lambda: None) -> None:
        """Do what may fail for the user's reasons; the reason is shown, with what helps, and nothing is lost."""
        banner = self._context.banner
        banner.over(TRIED)
        banner.say("")
        try:
            work()
        except (LoadError, GridError, ExportError, PasteError, SpecError) as error:
            offered = offer()
            banner.say(refusal(error), TRIED)
            if offered is not None:
                title, help_ = offered
                banner.add(title, lambda: self._guarded(help_))

    def _in_kernel(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self._kernel.isAncestorOf(focused)


def _clipboard() -> QMimeData:
    """Return what is on the clipboard; where another program holds it, or there is none, that is nothing."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return data if data is not None else QMimeData()

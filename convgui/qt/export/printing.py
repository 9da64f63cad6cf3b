"""A picture on paper: asked for with the system's own dialog, as large as the page allows, with lines and real text."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from convgui.draw.picture import Picture
from convgui.export.frames import without_background
from convgui.qt.widgets.paint import PicturePainter
from convgui.qt.widgets.painting import painting
from convgui.words import tr


def print_picture(picture: Picture, title: str, parent: QWidget) -> bool:
    """Ask for a printer and print a picture; returns whether it was printed.

    Parameters
    ----------
    title : str
        What the printer's queue calls it.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator("convgui")
    lies = picture.width > picture.height
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if lies else QPageLayout.Orientation.Portrait)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(tr("Print"))
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    # The window may be gone by now, and its dialogs with it.
    if isValid(dialog):
        dialog.deleteLater()
    if accepted:
        put_on_page(picture, printer)
    return accepted


def put_on_page(picture: Picture, printer: QPrinter) -> None:
    """Paint a picture in the middle of a page, on nothing but the paper."""
    with painting(printer) as painter:
        page = QRectF(painter.viewport())
        scale = min(page.width() / picture.width, page.height() / picture.height)
        painter.translate((page.width() - scale * picture.width) / 2, (page.height() - scale * picture.height) / 2)
        painter.scale(scale, scale)
        PicturePainter(vector=True).paint(painter, without_background(picture))

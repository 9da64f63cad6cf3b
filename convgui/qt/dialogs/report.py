"""A report of a problem: its text to be read, changed and copied, and the page that takes it."""

from __future__ import annotations

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from convgui.files.installation import HOME_PAGE, ISSUES_PAGE
from convgui.files.report import report
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import language, tr


class ReportDialog(Dialog):
    """Shows all that is sent, and sends nothing by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report")
        self.setWindowTitle(tr("Report a problem"))
        self.resize(640, 460)
        words = PlainLabel(
            tr(
                "Write what you did and what happened, copy the text, and paste it into a new issue on the web page. "
                "Names of your own files and folders are left out; read it before you send it."
            )
        )
        words.setWordWrap(True)
        self.text = QPlainTextEdit(f"{tr('What I did, and what happened:')}\n\n\n{report(_of_window())}\n")
        self.text.setAccessibleName(tr("The report"))
        self.state = PlainLabel()
        self.state.setObjectName("muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        roles = QDialogButtonBox.ButtonRole
        self.copy_button = buttons.addButton(tr("Copy &text"), roles.ActionRole)
        self.page_button = buttons.addButton(tr("Open the &web page"), roles.ActionRole)
        with_icon(self.copy_button, "copy")
        with_icon(self.page_button, "web")
        self.copy_button.clicked.connect(self._copy)
        self.page_button.clicked.connect(lambda: self.state.setText(open_page(ISSUES_PAGE)))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (words, self.text, self.state, buttons):
            column.addWidget(widget)
        self.text.setFocus()

    def go_on_for(self, other: Dialog) -> None:
        """Keep what has been written."""
        if isinstance(other, ReportDialog) and other.text.document().isModified():
            self.text.setPlainText(other.text.toPlainText())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.state.setText(tr("Copied: the report, {n} characters.", n=len(self.text.toPlainText())))


def open_page(address: str) -> str:
    """Open a page in the browser; returns what to say where there is none, else ""."""
    if QDesktopServices.openUrl(QUrl(address)):
        return ""
    return tr("No browser could be opened; the page is {address}", address=address)


def open_help() -> str:
    """Open the program's page; as `open_page`."""
    return open_page(f"{HOME_PAGE}#readme")


def _of_window() -> tuple[tuple[str, str], ...]:
    screens = QGuiApplication.screens()
    sizes = ", ".join(f"{s.size().width()} x {s.size().height()} at {s.devicePixelRatio():g}" for s in screens)
    return (
        ("Qt", f"{qVersion()} ({QGuiApplication.platformName()})"),
        ("screens", sizes),
        ("language", language()),
    )

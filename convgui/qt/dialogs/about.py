"""About: what this is, and the licences of everything it is made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from convgui.files.licences import licences
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.version import __version__
from convgui.words import tr

ICON = 64
"""Pixels of the icon's side."""


class AboutDialog(Dialog):
    """The program's name and version, its licence, the notice about Qt, and the way to all texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle(tr("About convgui"))
        picture = PlainLabel()
        picture.setPixmap(self.windowIcon().pixmap(ICON))
        name = PlainLabel(f"convgui {__version__}")
        name.setObjectName("section")
        words = PlainLabel(
            "\n\n".join(
                (
                    tr("See what convolution does."),
                    tr(
                        "Under the MIT licence. Fonts: Inter, JetBrains Mono and Noto Sans CJK, under the SIL Open "
                        "Font License."
                    ),
                    tr(
                        "Qt and PySide6 are used under the GNU Lesser General Public License, version 3, as separate "
                        "libraries that you may replace by versions of your own."
                    ),
                )
            )
        )
        words.setWordWrap(True)
        words.setMinimumWidth(380)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.licences = buttons.addButton(tr("Licences…"), QDialogButtonBox.ButtonRole.ActionRole)
        with_icon(self.licences, "page")
        self.licences.clicked.connect(lambda: _open(LicencesDialog(self)))
        buttons.rejected.connect(self.reject)
        text = QVBoxLayout()
        text.addWidget(name)
        text.addWidget(words)
        across = QHBoxLayout()
        across.setSpacing(18)
        across.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addLayout(across)
        column.addWidget(buttons)


class LicencesDialog(Dialog):
    """A list of what the program is made of, and beside it the licence of what is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Licences"))
        self.resize(900, 600)
        self._licences = licences()
        self.names = QListWidget()
        self.names.setAccessibleName(tr("What convgui is made of"))
        self.names.setObjectName("stack")
        self.names.setFixedWidth(210)
        self.names.addItems([f"{each.name} {each.version}".strip() for each in self._licences])
        self.terms = PlainLabel()
        self.terms.setWordWrap(True)
        self.terms.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("The licence's text"))
        self.text.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(self.terms)
        right.addWidget(self.text, 1)
        across = QHBoxLayout()
        across.addWidget(self.names)
        across.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.addLayout(across, 1)
        column.addWidget(buttons)
        self.names.currentRowChanged.connect(self._on_row)
        self.names.setCurrentRow(0)

    def _on_row(self, row: int) -> None:
        chosen = self._licences[row]
        self.terms.setText(chosen.terms)
        self.text.setPlainText(chosen.text)


def show_about(parent: QWidget) -> None:
    """Say what this is and what it is made of, until it is dismissed."""
    _open(AboutDialog(parent))


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()

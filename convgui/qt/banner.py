"""One sentence above the stage about what went wrong; it goes when it is dismissed or no longer true."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from convgui.draw.theme import Theme
from convgui.qt.style import icon


class Banner(QFrame):
    """Shows a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self.words = QLabel()
        self.words.setObjectName("problem")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.dismiss = QToolButton()
        self.dismiss.setObjectName("icon")
        self.dismiss.setAccessibleName(self.tr("Dismiss"))
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dismiss.clicked.connect(lambda: self.say(""))
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 8, 14, 8)
        row.addWidget(self.words, 1)
        row.addWidget(self.dismiss)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon in the theme's ink."""
        self.dismiss.setIcon(icon("close", theme.text))

    def say(self, sentence: str) -> None:
        """Show a sentence, or nothing."""
        self.words.setText(sentence)
        self.setVisible(bool(sentence))

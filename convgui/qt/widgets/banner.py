"""One sentence above the stage: what went wrong, or a question; it goes when it is dismissed or no longer true."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from convgui.draw.theme import Theme
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.qt.widgets.style import icon
from convgui.words import told_anew, tr

TRIED = "something that was tried"
"""What a sentence is about that goes with the next thing that is done to the document."""


class Banner(QFrame):
    """Shows a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self.words = PlainLabel()
        self.words.setObjectName("problem")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.dismiss = QToolButton()
        self.dismiss.setObjectName("icon")
        self.dismiss.setAccessibleName(tr("Dismiss"))
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dismiss.clicked.connect(self._on_dismissed)
        self._standing = self._said = self._about = ""
        self._buttons: list[QPushButton] = []
        self._dismissed: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 8, 14, 8)
        row.addWidget(self.words, 1)
        row.addWidget(self.dismiss)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon in the theme's ink."""
        self.dismiss.setIcon(icon("close", theme.text))

    def ask(
        self, sentence: str, answers: Sequence[tuple[str, Callable[[], object]]], dismissed: Callable[[], object]
    ) -> None:
        """Show a question with a button for each answer; `dismissed` is called where there is none."""
        self.say(sentence)
        self.words.setObjectName("plain")
        self.words.style().polish(self.words)
        self._dismissed = dismissed
        for title, answer in answers:
            self.add(title, answer)

    def add(self, title: str, answer: Callable[[], object]) -> None:
        """Put a button beside what is said."""
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        button = QPushButton(title)
        button.clicked.connect(lambda: self._on_answered(answer))
        self._buttons.append(button)
        row.insertWidget(len(self._buttons), button)

    def _on_answered(self, answer: Callable[[], object]) -> None:
        self._dismissed = None
        self.clear()
        answer()

    def _on_dismissed(self) -> None:
        dismissed = self._dismissed
        self._standing = ""
        self.clear()
        if dismissed is not None:
            dismissed()

    def stand(self, reason: str) -> None:
        """Show why there is no picture until that changes; what was said before is over with that, or comes back."""
        self._standing = reason
        self.say("")
        if reason:
            self.words.setText(reason)

    def go_on_for(self, other: Banner) -> None:
        """Say what another window's banner says and is not over yet, in the language spoken now."""
        if other._about not in ("", TRIED):
            self.say(told_anew(other._said), other._about)

    def over(self, about: str) -> None:
        """Take a sentence away whose cause is gone; one about anything else stays."""
        if about and about == self._about:
            self.clear()

    def clear(self, but: str = "") -> None:
        """Take away whatever is said about something that was tried, unless it is about `but`."""
        if not but or self._about != but:
            self._about = ""
            self.say("")

    def say(self, sentence: str, about: str = "") -> None:
        """Show a sentence about something that was tried; after it, and without one, what stands is shown again.

        What may turn out well later says what it is `about`; it stays until that is `over`, or something else is said.
        """
        if sentence or not self._about:
            self._said, self._about = sentence, about
        for button in self._buttons:
            button.setParent(None)
            button.deleteLater()
        self._buttons.clear()
        self._dismissed = None
        shown = self._said or self._standing
        self.words.setText(shown)
        self.setVisible(bool(shown))

"""The window that compares: what was kept with what is edited, one layer with another, on the same ground."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout

from convgui.core import Cancelled
from convgui.export.comparison import INPUT, Difference, Side, difference, side
from convgui.model.document import Document
from convgui.model.refusals import in_words
from convgui.qt.compare.pane import MODES, ComparePane, Mode
from convgui.qt.context import Context
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.paint import qimage
from convgui.qt.widgets.plain_text import PlainLabel, window_words
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.words import mark, tr

TITLES: dict[Mode, str] = {"side": mark("&Side by side"), "swipe": mark("S&wipe"), "difference": mark("&Difference")}
MOST_KEPT = 8
SIZE = (900, 620)
CHOSEN = -2
"""The layer that is chosen in the window."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What one side shows: a layer of a document, or of the one in the window."""

    layer: int
    document: Document | None = None


class CompareWindow(Dialog):
    """Follows a session; what it was when the window opened, or what was kept later, stays, also once this closes."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.window)
        self.setObjectName("compare")
        self.setWindowTitle(tr("Compare"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._context, self._session = context, context.session
        self._gone = ""
        self._seen = self._session.document
        self._known: dict[int, tuple[tuple[object, ...], Side]] = {}
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)
        self.first, self.second = QComboBox(), QComboBox()
        self.pane, self.state = ComparePane(), PlainLabel()
        self.keep_button = with_icon(QPushButton(tr("&Keep what is shown")), "ok")
        self.modes = QButtonGroup(self)
        self._arrange()
        self.take_commands(context.window)
        self.keep()
        for combo in (self.first, self.second):
            combo.currentIndexChanged.connect(self._ask)
        self.keep_button.clicked.connect(self.keep)
        for drawn in (context.presenter.pictured, context.presenter.failed):
            drawn.connect(self._follow)

    def _arrange(self) -> None:
        grid = QGridLayout()
        for index, (title, combo) in enumerate(((tr("First"), self.first), (tr("Second"), self.second))):
            label = PlainLabel(title)
            label.setObjectName("small")
            combo.setAccessibleName(title)
            combo.setMinimumContentsLength(8)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            grid.addWidget(label, 0, index)
            grid.addWidget(combo, 1, index)
            grid.setColumnStretch(index, 1)
        buttons = QHBoxLayout()
        for index, mode in enumerate(MODES):
            button = QToolButton()
            button.setText(tr(TITLES[mode]))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setChecked(mode == self.pane.mode)
            self.modes.addButton(button, index)
            buttons.addWidget(button)
        self.keep_button.setAutoDefault(False)
        buttons.addStretch(1)
        buttons.addWidget(self.keep_button)
        self.modes.idClicked.connect(self._on_mode)
        self.pane.setAccessibleName(tr("Both results"))
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        column.addLayout(buttons)
        column.addWidget(self.pane, 1)
        column.addWidget(self.state)
        self.resize(*SIZE)

    def keep(self) -> None:
        """Keep what the window shows now, as the first of the two."""
        document, kept = self._session.document, self.kept
        # What is kept already, and looked at alike, is not kept twice.
        same = (one for _, one in kept if one.makes_the_same(document) and _looked_at(one) == _looked_at(document))
        known = next(same, None)
        if known is None:
            kept.append((kept[-1][0] + 1 if kept else 1, document))
        document = known or document
        gone = kept[:-MOST_KEPT]
        del kept[:-MOST_KEPT]
        names = (_kept(number, one) for number, one in gone)
        self._gone = tr("{names} is not kept any more: {n} are at the most.", names=tr("; ").join(names), n=MOST_KEPT)
        self._gone = self._gone if gone else ""
        self._fill(self.first, Choice(document.view.layer, document))
        self._fill(self.second, self.second.currentData())
        self._ask()

    @property
    def kept(self) -> list[tuple[int, Document]]:
        """What was kept in this window's session, each with its number."""
        return self._session.kept

    def go_on_for(self, other: Dialog) -> None:
        """Compare what another window compares."""
        assert isinstance(other, CompareWindow)
        self.resize(other.size())
        # Without what this window has kept when it opened.
        self.kept[:] = other.kept
        for ours, theirs in ((self.first, other.first), (self.second, other.second)):
            self._fill(ours, theirs.currentData())
        self.modes.button(other.modes.checkedId()).click()
        self._ask()

    def _choices(self) -> list[tuple[str, Choice]]:
        layers = self._session.document.layers
        live = [(tr("Layer {n}: {title}", n=n + 1, title=layer.title), Choice(n)) for n, layer in enumerate(layers)]
        kept = [(_kept(number, document), Choice(document.view.layer, document)) for number, document in self.kept]
        return [(tr("What the window shows"), Choice(CHOSEN)), (tr("Input"), Choice(INPUT)), *live, *kept]

    def _fill(self, combo: QComboBox, wanted: Choice | None) -> None:
        """List what can be chosen, and choose again what was."""
        combo.blockSignals(True)
        combo.clear()
        for name, choice in self._choices():
            combo.addItem(window_words(name), choice)
            same = wanted is not None and (choice.layer, choice.document) == (wanted.layer, wanted.document)
            if same or (wanted is not None and choice.document is not None and choice.document is wanted.document):
                combo.setCurrentIndex(combo.count() - 1)
        combo.blockSignals(False)

    def _on_mode(self, index: int) -> None:
        self.pane.set_mode(MODES[index])

    def _follow(self) -> None:
        """Show what became of the document, if that is another result than before."""
        old, new = self._seen, self._session.document
        if old is new:
            return
        self._seen = new
        if len(old.layers) != len(new.layers):
            for combo in (self.first, self.second):
                self._fill(combo, combo.currentData())
        if not old.makes_the_same(new) or _looked_at(old) != _looked_at(new):
            self._ask()

    def _ask(self) -> None:
        """Compute both sides, but for one that is known."""
        choices = [combo.currentData() for combo in (self.first, self.second)]
        documents = [choice.document or self._session.document for choice in choices]
        layers = [
            one.view.layer if choice.layer == CHOSEN else min(choice.layer, len(one.layers) - 1)
            for choice, one in zip(choices, documents, strict=True)
        ]
        theme = self._context.look().theme
        known = dict(self._known)

        def work(stop: Callable[[], bool]) -> tuple[dict[int, tuple[tuple[object, ...], Side]], Difference]:
            sides: dict[int, tuple[tuple[object, ...], Side]] = {}
            for index, (document, layer) in enumerate(zip(documents, layers, strict=True)):
                key = (document, layer, theme)
                before = known.get(index)
                same = before is not None and before[0][0] is document and before[0][1:] == key[1:]
                sides[index] = before if before is not None and same else (key, side(document, layer, theme, stop))
            return sides, difference(sides[0][1], sides[1][1], theme)

        self._latest.submit(work, abandon=True)

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation or isinstance(answer.error, Cancelled):
            return
        if answer.error is not None:
            self._known = {}
            self.pane.show_pictures(None, None, None)
            self.state.setText(in_words(answer.error))
            return
        self._known, change = answer.result
        first, second = (self._known[index][1] for index in (0, 1))
        pictures: list[QImage | None] = [qimage(one.pixels).copy() for one in (first, second)]
        pictures.append(qimage(change.pixels).copy() if change.pixels is not None else None)
        text = self._context.look().theme.text
        self.pane.line = QColor(*text[:3])
        self.pane.show_pictures(*pictures)
        self.state.setText(f"{change.said} {self._gone}".rstrip())

    def done(self, result: int) -> None:
        """End the work; Escape and the title bar come here too."""
        self._latest.close()
        super().done(result)


def _kept(number: int, document: Document) -> str:
    return tr("Kept {n}: {name}", n=number, name=f"{document.chosen.title}, {document.sample.name}")


def _looked_at(document: Document) -> tuple[object, ...]:
    """Return what of a view decides how a result looks."""
    view = document.view
    return (*view.chosen, view.levels, view.options.get("colours"))

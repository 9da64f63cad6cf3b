"""The right side: layers, what size comes out, the chosen layer and its kernel, from top to bottom."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractSpinBox, QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from convgui.core.spec import SpecError
from convgui.draw.theme import Theme
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.refusals import refusal
from convgui.qt.faults import each_in_turn
from convgui.qt.inspector.layer_form import LayerForm
from convgui.qt.inspector.missing_choice import MissingChoice
from convgui.qt.inspector.paste_line import PasteLine
from convgui.qt.inspector.plain_form import PlainForm
from convgui.qt.inspector.reads_line import ReadsLine
from convgui.qt.inspector.rewritings import Rewritings
from convgui.qt.inspector.stack_list import StackList
from convgui.qt.inspector.transparency import Transparency
from convgui.qt.kernel.editor import KernelEditor
from convgui.qt.lessons.help import EXPLAINS
from convgui.qt.widgets.plain_text import PlainLabel, plain
from convgui.qt.widgets.style import css
from convgui.scenes import scene
from convgui.session.formulas import formula_letters, remainder_sentence, size_formula, stack_totals
from convgui.session.session import Session
from convgui.words import tr

WIDTH = 300


class Inspector(QScrollArea):
    """Shows the chosen layer of a session and lets it be edited."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # It scrolls to whatever has the keyboard, and is no stop of its own.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme, self._session = theme, session
        self.stack = StackList(session)
        self.layer = LayerForm(session, theme)
        self.plain = PlainForm(session)
        self.reads = ReadsLine(session)
        self.rewritings = Rewritings(session)
        self.paste = PasteLine(session)
        self.kernel = KernelEditor(session, theme)
        self.sought = self._small()
        self.missing = MissingChoice(session)
        self.transparency = Transparency(session)
        self.formula = QLabel()
        self.formula.setObjectName("formula")
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        # A long formula must not push the panel's other controls out of sight, and is read to its end.
        self.formula.setWordWrap(True)
        # Qt takes an indent of its own away from the width in which lines are counted, and not from that of the text.
        self.formula.setIndent(0)
        self.formula.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula.setAccessibleName(tr("Output size"))
        self.remainder, self.totals = self._small(), self._small()
        self.totals.setAccessibleName(tr("All layers together"))
        explained: tuple[tuple[QWidget, str], ...] = (
            (self.stack, "receptive-field"),
            (self.kernel, "filter-slides-2d"),
            (self.formula, "size-floor"),
            (self.remainder, "size-floor"),
        )
        for part, lesson in explained:
            part.setProperty(EXPLAINS, lesson)
        body = QWidget()
        body.setObjectName("body")
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(9)
        sections: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (tr("Layers"), (self.stack, self.reads, self.totals)),
            (tr("Output size"), (self.formula,)),
            # What comes and goes with a number that is typed stands below the fields for it.
            (
                tr("Layer"),
                (self.layer, self.plain, self.remainder, self.rewritings, self.missing, self.transparency, self.paste),
            ),
            (tr("Kernel"), (self.kernel, self.sought)),
        )
        for title, widgets in sections:
            label = PlainLabel(title)
            label.setObjectName("section")
            if self.kernel in widgets:
                self._kernel_title = label
            column.addWidget(label)
            for widget in widgets:
                column.addWidget(widget)
            column.addSpacing(4)
        column.addStretch(1)
        self.setWidget(body)
        # Once it is laid out, what is said about a pasted line is scrolled to.
        shown = QTimer(self, singleShot=True, interval=0)
        shown.timeout.connect(lambda: self.ensureWidgetVisible(self.paste))
        self.paste.told.connect(lambda: shown.start() if self.paste.problem.text() else None)
        refused = QTimer(self, singleShot=True, interval=0)
        refused.timeout.connect(lambda: self.ensureWidgetVisible(self.kernel.problem))
        self.kernel.refused.connect(refused.start)

    def show_document(self, document: Document) -> None:
        """Show a document; nothing is emitted. Where one part fails, the others show it all the same."""
        each_in_turn(
            lambda: self.stack.show_document(document),
            lambda: self.reads.show_document(document),
            lambda: self._say(self.totals, _totals(document)),
            lambda: self.rewritings.show_document(document),
            lambda: self.missing.show_document(document),
            lambda: self.transparency.show_document(document),
            lambda: self._show_chosen(document),
        )

    def _show_chosen(self, document: Document) -> None:
        weighted = isinstance(document.chosen, Convolution)
        self.layer.setVisible(weighted)
        self.plain.setVisible(not weighted)
        hidden = weighted and scene(document.view.scene).hides_kernel(document)
        self.kernel.setVisible(weighted and not hidden)
        self._say(
            self.sought,
            tr("Hidden, because it is to be found; “Kernel: Shown” below the picture shows it.") if hidden else "",
        )
        self._kernel_title.setVisible(weighted)
        try:
            if weighted:
                self.layer.show_document(document)
                self.kernel.show_document(document)
            else:
                self.plain.show_document(document)
            self.formula.setText(self._coloured(size_formula(document)))
            self.formula.setToolTip(plain(formula_letters(document)))
            remainder = remainder_sentence(document)
        except SpecError as error:
            self.formula.setText(escape(refusal(error)))
            self.formula.setToolTip("")
            remainder = ""
        self._say(self.remainder, remainder)

    def fields(self) -> tuple[tuple[str, str, QWidget], ...]:
        """Return what can be led to: its name, its title, and what takes the keyboard or is shown."""
        weighted = isinstance(self._session.document.chosen, Convolution)
        more = (("paste", tr("Paste PyTorch"), self.paste.line), ("formula", tr("Output size"), self.formula))
        reads = () if self.reads.isHidden() else (("reads", tr("Reads"), self.reads.line),)
        return (*(self.layer.fields() if weighted else self.plain.fields()), *reads, *more)

    def lead_to(self, field: QWidget) -> None:
        """Scroll to a field and give it the keyboard."""
        self.ensureWidgetVisible(field)
        first = next((box for box in field.findChildren(QAbstractSpinBox) if box.isVisible()), field)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    @staticmethod
    def _small() -> PlainLabel:
        label = PlainLabel()
        label.setObjectName("small")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @staticmethod
    def _say(label: PlainLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def set_scale(self, scale: float, breadth: float) -> None:
        """Make room for text of `scale` times its usual size, in `breadth` times the usual width."""
        self.setFixedWidth(round(WIDTH * breadth))
        self.kernel.grid.set_scale(scale)

    def set_theme(self, theme: Theme) -> None:
        """Redraw in a theme."""
        self._theme = theme
        self.kernel.set_theme(theme)
        self.layer.theme = theme

    def _coloured(self, formula: str) -> str:
        """Write each line's result in the colour of results."""
        ink = css(self._theme.role("result").ink)
        lines = []
        for line in formula.split("\n"):
            left, equals, result = line.rpartition(" = ")
            lines.append(f'{escape(left)} = <b style="color:{ink}">{escape(result)}</b>' if equals else escape(line))
        return "<br>".join(lines)


def _totals(document: Document) -> str:
    """Return what all layers take; nothing where they do not fit, which the chosen layer says itself."""
    try:
        return stack_totals(document)
    except SpecError:
        return ""

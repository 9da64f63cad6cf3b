"""The bar above everything: open, undo, redo, and the scenes as tabs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from convgui.draw.theme import Theme
from convgui.model.document import Document
from convgui.qt.widgets.bounded_inputs import QuietCombo
from convgui.qt.widgets.plain_text import PlainLabel, plain, read_menu
from convgui.qt.widgets.style import icon
from convgui.scenes import scenes
from convgui.scenes.scene import Option, reason_against
from convgui.words import tr

AROUND = 16
"""Width that a tab adds to its title."""
BUTTON, ROOM = 30.0, 450.0
"""Width that a button adds to its words, and what a small window has for all of them."""


ABOVE, BESIDE = (26, 0, 10, 8), (14, 9, 0, 9)
"""Margins of the scene's choices where they stand above the transport, and beside it."""


class SceneTabs(QFrame):
    """One tab a scene; a tab that does not apply is disabled and says why. Emits ``chosen(id)``.

    Tabs that do not fit go into a menu at the end; the chosen one always has its tab, and none moves. Says when they
    are ``populated()``.
    """

    chosen = Signal(str)
    populated = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tabs")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._row = row
        self._fitting = False
        self._wide: dict[str, int] = {}
        self._marked: tuple[str, tuple[str, ...]] | None = None
        self.more = QToolButton()
        self.more.setText("…")
        self.more.setAccessibleName(tr("More scenes"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        menu.setToolTipsVisible(True)
        self.more.setMenu(menu)

    def populate(self, document: Document) -> None:
        """Make the tabs; the first time after the window is shown, because it imports every scene."""
        if self._buttons:
            return
        for scene in scenes():
            button = QToolButton()
            button.setText(tr(scene.title))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._on_clicked, scene.id))
            self._group.addButton(button)
            self._buttons[scene.id] = button
            self._row.addWidget(button)
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        self.updateGeometry()
        self.show_document(document)
        self.populated.emit()

    def _on_clicked(self, identity: str) -> None:
        # The tab that is shown already leads nowhere, and least of all to another step.
        if self._marked is None or identity != self._marked[0]:
            self.chosen.emit(identity)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what has the keyboard's focus in turn."""
        return (*self._buttons.values(), self.more) if self._buttons else ()

    def show_document(self, document: Document) -> None:
        """Mark the document's scene and say which do not apply; nothing is emitted."""
        reasons = [(scene, reason_against(scene, document)) for scene in scenes()] if self._buttons else []
        wanted = (document.view.scene, tuple(reason for _, reason in reasons))
        if wanted == self._marked:
            return
        self._marked = wanted
        for scene, reason in reasons:
            button = self._buttons[scene.id]
            button.setEnabled(not reason)
            button.setToolTip(plain(reason or tr(scene.title)))
            button.setChecked(scene.id == document.view.scene)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths.values()) + len(self._buttons) + 6, self.more.sizeHint().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.more.sizeHint().height() + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many tabs as there is room for; showing and hiding may make another room, which is fitted too."""
        if self._fitting:
            return
        self._fitting = True
        for _ in range(3):
            width = self.width()
            self._show_what_fits(width)
            if self.width() == width:
                break
        self._fitting = False

    def _show_what_fits(self, width: int) -> None:
        """Show the tabs that have room, from the first on; the others are in the menu.

        Which they are, and where they stand, depends on the width alone: no tab moves when another is chosen or
        another input opened. One that is chosen from the menu takes the place behind them, which is kept for it.
        """
        for identity, button in self._buttons.items():
            button.setFixedWidth(self._widths[identity])
        names, room = list(self._buttons), width - 6
        menu = self.more.menu()
        menu.clear()
        kept = len(names)
        if sum(self._widths.values()) + len(names) > room:
            room -= self.more.sizeHint().width()
            kept = max(n for n in range(len(names)) if n == 0 or self._room_for(names, n) <= room)
        for index, (identity, button) in enumerate(self._buttons.items()):
            button.setVisible(index < kept or button.isChecked())
            if index >= kept and not button.isChecked():
                action = menu.addAction(button.text())
                action.setEnabled(button.isEnabled())
                action.setToolTip(button.toolTip())
                action.triggered.connect(lambda _=False, identity=identity: self.chosen.emit(identity))
        self.more.setVisible(kept < len(names))

    def _room_for(self, names: list[str], count: int) -> int:
        """Return the width of the first `count` tabs and of the widest of the others, which may be chosen."""
        first = sum(self._widths[name] + 1 for name in names[:count])
        return first + max(self._widths[name] + 1 for name in names[count:])

    @property
    def _widths(self) -> dict[str, int]:
        """How wide each tab is, whether it is chosen, which is written bold, or not."""
        if not self._wide:
            bold = self.font()
            bold.setWeight(QFont.Weight.DemiBold)
            metrics = QFontMetrics(bold)
            self._wide = {
                name: metrics.horizontalAdvance(f"{b.text()}  ") + AROUND for name, b in self._buttons.items()
            }
        return self._wide

    def changeEvent(self, event: QEvent) -> None:
        """Measure the tabs anew where the size of text changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._wide = {}


class OptionRow(QFrame):
    """The scene's own choices, under the stage: buttons while they are few, otherwise lists.

    Emits ``chosen(name, value)``, and ``rebuilt()`` when other choices are shown.
    """

    chosen = Signal(str, str)
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("options")
        whole = QHBoxLayout(self)
        whole.setContentsMargins(*ABOVE)
        self._beside = False
        self._row = QHBoxLayout()
        self._row.setSpacing(5)
        whole.addLayout(self._row, 1)
        self.more: QToolButton | None = None
        self._shown: tuple[Option, ...] = ()
        self._document: Document | None = None
        self._high, self._room = 0, ROOM
        self._buttons: dict[tuple[str, str], QToolButton] = {}
        self._lists: dict[str, QuietCombo] = {}
        # Never shown: as high as any choice is, so that the row is, too, whatever it has.
        self._samples = QuietCombo(self), QToolButton(self)
        self._samples[0].addItem("0")
        self._samples[1].setText("0")
        self._samples[0].setAccessibleName("0")
        for sample in self._samples:
            sample.hide()

    def stand(self, *, beside: bool) -> None:
        """Stand above the transport, or beside it as a part of the same bar."""
        layout = self.layout()
        if beside == self._beside or layout is None:
            return
        self._beside = beside
        layout.setContentsMargins(*(BESIDE if beside else ABOVE))
        self._keep_height()
        self.setProperty("beside", beside)
        self.style().unpolish(self)
        self.style().polish(self)

    def fold(self, room: float) -> None:
        """Be lists where buttons need more than some room, or more than any row has for them."""
        room = min(room, ROOM)
        if room != self._room:
            self._room = room
            if self._wide() != bool(self._lists) and self._document is not None:
                self._shown, shown = (), self._shown
                self.show_options(shown, self._document, self.more is not None and not self.more.isHidden())

    def width_beside(self) -> int:
        """Return how wide the choices are beside the transport, wherever they stand now."""
        layout = self.layout()
        margins = layout.contentsMargins() if layout is not None else QMargins()
        return self.sizeHint().width() - margins.left() - margins.right() + BESIDE[0] + BESIDE[2]

    def _wide(self) -> bool:
        titles = [tr(text) for option in self._shown for text in (option.title, *(t for _, t in option.choices))]
        return sum(self.fontMetrics().horizontalAdvance(text) + BUTTON for text in titles) > self._room

    def _keep_height(self) -> None:
        """Be as high with buttons as with lists: the picture above stays put."""
        for sample in self._samples:
            sample.ensurePolished()
        layout = self.layout()
        margins = layout.contentsMargins() if layout is not None else QMargins()
        high = max(sample.sizeHint().height() for sample in self._samples)
        self.setMinimumHeight(high + margins.top() + margins.bottom())

    def add(self, action: QAction, text: str) -> None:
        """Add the button that `show_options` shows where there is more to see."""
        self.more = _button(action, text)
        self.more.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.more)

    def show_options(self, options: tuple[Option, ...], document: Document, more: bool = False) -> None:
        """Show options with what is chosen, and whether there is more to see; nothing is emitted."""
        if self.more is not None:
            self.more.setVisible(more)
        self._document = document
        if options != self._shown or self._high != self.fontMetrics().height():
            self._shown, self._high = options, self.fontMetrics().height()
            self._rebuild()
        self.setVisible(bool(options))
        for option in options:
            chosen = option.chosen(document.view)
            if option.name in self._lists:
                self._lists[option.name].setCurrentIndex(self._lists[option.name].findData(chosen))
                continue
            for identity, _ in option.choices:
                self._buttons[option.name, identity].setChecked(identity == chosen)

    def changeEvent(self, event: QEvent) -> None:
        """Choose between buttons and lists anew where the size of text changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._document is not None:
            self.show_options(self._shown, self._document, self.more is not None and not self.more.isHidden())

    def _rebuild(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._buttons.clear()
        self._lists.clear()
        as_lists = self._wide()
        for option in self._shown:
            label = PlainLabel(tr(option.title))
            label.setObjectName("muted")
            self._row.addWidget(label)
            if as_lists:
                self._add_list(option)
            else:
                self._add_buttons(option)
            self._row.addSpacing(4 if as_lists else 14)
        self._row.addStretch(1)
        self._keep_height()
        self.rebuilt.emit()

    def stops(self) -> tuple[QWidget, ...]:
        """Return what has the keyboard's focus in turn."""
        return (*self._buttons.values(), *self._lists.values())

    def _add_buttons(self, option: Option) -> None:
        for identity, title in option.choices:
            button = QToolButton()
            button.setText(tr(title))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{tr(option.title)}: {tr(title)}")
            button.clicked.connect(lambda _=False, name=option.name, value=identity: self.chosen.emit(name, value))
            self._buttons[option.name, identity] = button
            self._row.addWidget(button)

    def _add_list(self, option: Option) -> None:
        combo = QuietCombo()
        combo.setAccessibleName(tr(option.title))
        for identity, title in option.choices:
            combo.addItem(tr(title), identity)
        combo.activated.connect(lambda _, name=option.name, combo=combo: self.chosen.emit(name, combo.currentData()))
        self._lists[option.name] = combo
        self._row.addWidget(combo)


NAMED = 700
"""Pixels of width from which the header has room for the program's name."""


class Header(QFrame):
    """Brand, open, undo, redo, tabs, export; in a small window the panels that give way to the picture, too."""

    def __init__(
        self, open_: QAction, undo: QAction, redo: QAction, export: QAction, lessons: QAction, inspector: QAction
    ) -> None:
        super().__init__()
        self.setObjectName("header")
        self.tabs = SceneTabs()
        self._brand = PlainLabel("convgui")
        self._brand.setObjectName("brand")
        self.open = _button(open_, tr("Open…"))
        self.undo, self.redo = _button(undo), _button(redo)
        self.export = _button(export, tr("Export…"))
        self.lessons, self.inspector = _button(lessons, tr("Lessons")), _button(inspector, tr("Inspector"))
        self._small = self._alone = False
        for button, action in ((self.lessons, lessons), (self.inspector, inspector)):
            button.setCheckable(True)
            action.toggled.connect(button.setChecked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(8)
        for widget in (self._brand, self.lessons, self.open, self.undo, self.redo):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.tabs)
        row.addStretch(1)
        for widget in (self.export, self.inspector):
            row.addWidget(widget)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The name, which the title bar has too, gives way first."""
        super().resizeEvent(event)
        self._fit()

    def offer_panels(self, offered: bool, *, alone: bool = False) -> None:
        """Have buttons for the panels, where a window has no room for both of them beside the picture.

        Where one of them stands `alone`, in the picture's place, the scenes give way to the buttons.
        """
        self._small, self._alone = offered, alone
        self._fit()

    def _fit(self) -> None:
        named = self.width() >= NAMED
        self._brand.setVisible(named and not self._small)
        for button in (self.lessons, self.inspector):
            button.setVisible((named or self._alone) and self._small)
        self.tabs.setVisible(not self._alone)

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the theme's ink."""
        self.undo.setIcon(icon("undo", theme.text))
        self.redo.setIcon(icon("redo", theme.text))


def _button(action: QAction, text: str = "") -> QToolButton:
    """Make a button for an action that keeps its own words and icon."""
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setIconSize(QSize(18, 18))
    if text:
        button.setText(text)
    else:
        button.setObjectName("icon")
    button.setAccessibleName(read_menu(action.text()))
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setToolTip(plain(read_menu(action.text())))

    action.changed.connect(follow)
    follow()
    return button

"""The command palette: one line that finds every action, scene, setting, layer, lesson, kernel and picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from convgui.core import Preset
from convgui.files.own_kernels import AT_ONCE, own_kernels
from convgui.files.own_lessons import all_lessons
from convgui.files.samples import load_sample, samples
from convgui.layers import choices
from convgui.layers.convolution import Convolution
from convgui.layers.presets import presets
from convgui.model.sample import Sample
from convgui.qt.widgets.appearance import Look
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.elided import ElidedLabel
from convgui.qt.widgets.paint import qcolor
from convgui.qt.widgets.plain_text import PlainLabel, read_menu
from convgui.scenes import scenes
from convgui.scenes.scene import reason_against
from convgui.session.finding import Entry, matching_entries
from convgui.session.ready import READY
from convgui.session.session import Session
from convgui.session.synonyms import synonyms
from convgui.words import tr

WIDTH, ROWS, MOST, AIR = 620, 12, 60, 8


@dataclass(frozen=True)
class Command:
    """Something the palette finds, and what choosing it does."""

    entry: Entry
    run: Callable[[], object]


@dataclass(frozen=True)
class Doors:
    """What of a window the palette leads to.

    Attributes
    ----------
    open_lesson, use_sample, use_preset, add_layer, use_model : callable
        Do what a lesson's id, a sample, a preset, a kind of layer's id, a known network's id stands for.
    fields : mapping
        What each field of the inspector is called, and what brings the keyboard to it.
    further : mapping
        What stands in menus within menus, under the names of both.
    """

    open_lesson: Callable[[str], object]
    use_sample: Callable[[Sample], object]
    use_preset: Callable[[Preset], object]
    add_layer: Callable[[str], object]
    use_model: Callable[[str], object]
    fields: Mapping[str, tuple[str, Callable[[], object]]]
    further: Mapping[str, tuple[str, QAction]]


def commands(actions: Mapping[str, QAction], session: Session, doors: Doors) -> list[Command]:
    """Return all that can be found in a window now, most used kinds first, with what is done where one is chosen."""
    lessons = []
    for lesson in all_lessons():
        also = f"{lesson.id} {lesson.chapter} {synonyms('lesson', lesson.id)}"
        entry = Entry(lesson.title, tr("Lesson"), also, lesson.chapter)
        lessons.append(Command(entry, partial(doors.open_lesson, lesson.id)))
    found = [*_actions(actions), *_further(doors), *_scenes(session)]
    if session.document.lesson is None:
        # Who works on an input of his own looks for what can be done with it, before what would take its place.
        return [*found, *_layers(doors), *_kernels_and_inputs(session, doors), *lessons]
    return [*found, *lessons, *_layers(doors), *_kernels_and_inputs(session, doors)]


def _kernels_and_inputs(session: Session, doors: Doors) -> list[Command]:
    """Return the kernels that the chosen layer can have, and the inputs that come with the program."""
    matching_entries = []
    chosen = session.document.chosen
    rank = chosen.spec.rank if isinstance(chosen, Convolution) else 0
    for preset in (*presets().values(), *own_kernels(AT_ONCE)):
        if preset.rank == rank:
            entry = Entry(
                tr(preset.title), tr("Kernel"), f"{preset.id} {preset.title} preset {synonyms('kernel', preset.id)}"
            )
            matching_entries.append(Command(entry, partial(doors.use_preset, preset)))
    for sample in samples():
        entry = Entry(
            tr(sample.title), tr("Input"), f"{sample.id} sample picture photo {synonyms('sample', sample.id)}"
        )
        matching_entries.append(Command(entry, partial(_use, doors.use_sample, sample.id)))
    return matching_entries


def _use(use_sample: Callable[[Sample], object], identity: str) -> None:
    use_sample(load_sample(identity))


def _layers(doors: Doors) -> list[Command]:
    """Return the fields of the layer, what can be added to the stack, and the networks that are known."""
    entries = []
    for name, (title, focus) in doors.fields.items():
        entries.append(Command(Entry(title, tr("Setting"), f"{name} {synonyms('layer', name)}"), focus))
    for kind in choices():
        also = f"{kind.id} {kind.title} {synonyms('kind', kind.id)}"
        entry = Entry(tr("Add {title}", title=tr(kind.title).lower()), tr("Layer"), also)
        entries.append(Command(entry, partial(doors.add_layer, kind.id)))
    for model in READY:
        entry = Entry(tr(model.title), tr("Network"), f"{model.id} {model.title} model")
        entries.append(Command(entry, partial(doors.use_model, model.id)))
    return entries


def _actions(actions: Mapping[str, QAction]) -> list[Command]:
    entries = []
    for identity, action in actions.items():
        if identity == "palette":
            continue
        title = read_menu(action.text())
        keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
        entry = Entry(title, tr("Action"), f"{identity} {synonyms('action', identity)}", keys, action.isEnabled())
        entries.append(Command(entry, action.trigger))
    return entries


def _further(doors: Doors) -> list[Command]:
    return [
        Command(Entry(title, tr("Action"), synonyms("action", identity), "", action.isEnabled()), action.trigger)
        for identity, (title, action) in doors.further.items()
    ]


def _scenes(session: Session) -> list[Command]:
    document, entries = session.document, []
    for scene in scenes():
        reason = reason_against(scene, document)
        entry = Entry(tr(scene.title), tr("Scene"), f"{scene.id} {synonyms('scene', scene.id)}", reason, not reason)
        # The scene that is shown already stays at its step.
        step = {} if scene.id == document.view.scene else {"step": 0}
        entries.append(Command(entry, partial(session.look, scene=scene.id, **step)))
    return entries


class Palette(Dialog):
    """A line to type in and what it finds; Enter or a click chooses, Escape leaves."""

    def __init__(self, window: QWidget, look: Look, matching_entries: list[Command]) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Find a command"))
        self._muted: QColor = qcolor(look.theme.muted)
        self._commands = matching_entries
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type what you are looking for: an action, a lesson, a kernel, a picture"))
        self.line.setAccessibleName(tr("Find a command"))
        self.list = QListWidget()
        self.list.setObjectName("stack")
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.none = PlainLabel()
        self.none.setObjectName("muted")
        self.none.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        for widget in (self.line, self.list, self.none):
            column.addWidget(widget)
        self.line.textChanged.connect(self._on_typed)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.choose())
        self._on_typed("")
        self._place(window, look.scale)

    def _place(self, window: QWidget, scale: float) -> None:
        row = self.list.sizeHintForRow(0)
        wide = min(round(WIDTH * scale), window.width() - 40)
        self.resize(wide, min(ROWS * row + 80, window.height() - 80))
        corner = window.mapToGlobal(window.rect().center())
        self.move(corner.x() - wide // 2, window.mapToGlobal(window.rect().topLeft()).y() + 60)

    def titles(self) -> list[str]:
        """Return what is listed, from the top."""
        indices = (self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count()))
        return [self._commands[index].entry.title for index in indices]

    def choose(self) -> None:
        """Do what is marked, if it can be done now."""
        row = self.list.currentRow()
        if row < 0:
            return
        command = self._commands[self.list.item(row).data(Qt.ItemDataRole.UserRole)]
        if command.entry.possible:
            # What is chosen may open a dialog of its own, or close the window.
            self.accept()
            command.run()

    def _on_typed(self, text: str) -> None:
        self.list.clear()
        indices = matching_entries([command.entry for command in self._commands], text)
        for index in indices[:MOST]:
            self._add(index)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(indices))
        self.none.setVisible(not indices)
        self.none.setText(tr("Nothing is called “{text}”; try fewer letters.", text=text) if not indices else "")

    def _add(self, index: int) -> None:
        entry = self._commands[index].entry
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, index)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.kind}, {entry.detail}")
        self.list.addItem(item)
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(6, 2, 6, 2)
        title, kind, detail = PlainLabel(entry.title), PlainLabel(entry.kind), ElidedLabel(entry.detail)
        kind.setObjectName("small")
        detail.setObjectName("small")
        detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        detail.setToolTip(entry.detail)
        title.setEnabled(entry.possible)
        across.addWidget(title)
        across.addWidget(detail, 1)
        across.addWidget(kind)
        row.ensurePolished()
        # What is long gives way, and the row is as wide as the list.
        item.setSizeHint(QSize(0, row.sizeHint().height() + AIR))
        self.list.setItemWidget(item, row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the mark while the line keeps the keyboard."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys, row = Qt.Key, self.list.currentRow()
            steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: ROWS, keys.Key_PageUp: -ROWS}
            if event.key() in steps:
                self.list.setCurrentRow(min(max(row + steps[keys(event.key())], 0), self.list.count() - 1))
                return True
            if event.key() in (keys.Key_Return, keys.Key_Enter):
                self.choose()
                return True
        return super().eventFilter(watched, event)

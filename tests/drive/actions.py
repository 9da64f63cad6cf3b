"""What a random user does. Each action draws from a generator of its own, so that others may be dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSlider,
    QSpinBox,
    QWidget,
)
from shiboken6 import isValid

from convgui.files.documents import StoredDocument
from convgui.qt.export.dialog import ExportDialog
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.session import preferences
from convgui.session.opening import open_document
from convgui.session.player import SPEEDS
from tests.drive.checks import fingerprint
from tests.drive.world import FindingError, World

Action: TypeAlias = tuple[str, int]
"""What is done, and the seed of what it draws."""
W = TypeVar("W", bound=QWidget)
NAMES = (
    "Left Right Up Down Home End Space PageUp PageDown Escape Tab Backtab Return F2 Delete Backspace R 1 7 Minus "
    "F1 F5 F9 F10 F11 Question Period"
)
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in NAMES.split()]
HELD = [Qt.KeyboardModifier.NoModifier] * 4 + [
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
]
NUMBERS = ("0", "1", "-2", "0.1", "1/3", "1e20", "3001.5", "nan", "x", "", "999999999999", "-0")
TEXTS = (
    "1 2 3\n4 5 6\n7 8 9",
    "1,5;2\n3;4",
    "no numbers",
    "",
    "nn.Conv2d(3, 8, 3, padding=1)",
    "nn.ConvTranspose2d(1, 1, 4, stride=2)",
    "<img src='/dev/zero'>",
    "[" * 300,
    "\x1b[31m\0",
)


def key(world: World, rng: Random) -> None:
    target = QApplication.focusWidget() or world.window
    QTest.keyClick(target, rng.choice(KEYS), rng.choice(HELD))


def click(world: World, rng: Random) -> None:
    _press(rng, [button for button in _seen(world, QAbstractButton) if button.isEnabled()])


def focus(world: World, rng: Random) -> None:
    widgets = [widget for widget in _seen(world, QWidget) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    if widgets:
        rng.choice(widgets).setFocus(Qt.FocusReason.TabFocusReason)


def hover(world: World, rng: Random) -> None:
    stage = world.window.stage
    QTest.mouseMove(stage, _place(stage, rng))


def pin(world: World, rng: Random) -> None:
    stage = rng.choice(_seen(world, PictureWidget) or [world.window.stage])
    QTest.mouseClick(
        stage, rng.choice((Qt.MouseButton.LeftButton,) * 4 + (Qt.MouseButton.RightButton,)), pos=_place(stage, rng)
    )


def type_on_stage(world: World, rng: Random) -> None:
    stage = rng.choice((world.window.stage, world.window.inspector.kernel.grid))
    if not stage.isVisible():
        return
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=_place(stage, rng))
    entry = QApplication.focusWidget()
    if isinstance(entry, QLineEdit):
        entry.setText(rng.choice(NUMBERS))
        QTest.keyClick(entry, rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab)))


def drag(world: World, rng: Random) -> None:
    stage = rng.choice((world.window.stage, world.window.stage, world.window.inspector.kernel.grid))
    if not stage.isVisible():
        return
    button, start = (
        rng.choice((Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)),
        _place(stage, rng),
    )
    QTest.mousePress(stage, button, pos=start)
    for _ in range(rng.randrange(1, 5)):
        start += QPoint(rng.randrange(-25, 26), rng.randrange(-25, 26))
        QTest.mouseMove(stage, start)
    if rng.random() < 0.2:
        world.window.session.undo()
    QTest.mouseRelease(stage, button, pos=start)


def wheel(world: World, rng: Random) -> None:
    stage = rng.choice(_seen(world, PictureWidget) or [world.window.stage])
    at, held = QPointF(_place(stage, rng)), rng.choice(HELD)
    turn = QPoint(0, rng.choice((120, -120, 360, -480, 7)))
    where = QPointF(stage.mapToGlobal(at.toPoint()))
    event = QWheelEvent(at, where, QPoint(), turn, Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(stage, event)


def number(world: World, rng: Random) -> None:
    boxes = [box for box in _seen(world, QAbstractSpinBox) if box.isEnabled()]
    if not boxes:
        return
    box = rng.choice(boxes)
    way = rng.random()
    if way < 0.4:
        box.stepBy(rng.choice((1, -1, 3, -3)))
    elif way < 0.7:
        QTest.keyClicks(box, rng.choice(NUMBERS))
        QTest.keyClick(box, Qt.Key.Key_Return)
    elif isinstance(box, QSpinBox):
        box.setValue(rng.choice((box.minimum(), box.maximum(), rng.randint(box.minimum(), min(box.maximum(), 9999)))))
    elif isinstance(box, QDoubleSpinBox):
        box.setValue(rng.choice((box.minimum(), box.maximum(), 0.1, -1.0)))


def choose(world: World, rng: Random) -> None:
    boxes = [box for box in _seen(world, QComboBox) if box.isEnabled() and box.count()]
    if boxes:
        box = rng.choice(boxes)
        place = rng.randrange(box.count())
        box.setCurrentIndex(place)
        box.activated.emit(place)


def slide(world: World, rng: Random) -> None:
    sliders = [slider for slider in _seen(world, QSlider) if slider.isEnabled()]
    if sliders:
        slider = rng.choice(sliders)
        slider.setValue(rng.randint(slider.minimum(), slider.maximum()))


def write(world: World, rng: Random) -> None:
    lines = [*_seen(world, QLineEdit), *_seen(world, QPlainTextEdit)]
    if not lines:
        return
    line, text = rng.choice(lines), rng.choice(TEXTS)
    if isinstance(line, QLineEdit):
        line.setText(text)
        QTest.keyClick(line, Qt.Key.Key_Return)
    elif isinstance(line, QPlainTextEdit):
        line.setPlainText(text)


def scene(world: World, rng: Random) -> None:
    tabs = world.window.header.tabs
    names = [name for name, button in tabs._buttons.items() if button.isEnabled()]
    if names:
        tabs.chosen.emit(rng.choice(names))


def option(world: World, rng: Random) -> None:
    _press(rng, [button for button in world.window.options._buttons.values() if button.isVisible()])


def preset(world: World, rng: Random) -> None:
    button = world.window.inspector.kernel.presets
    if button.isVisible():
        menu = world.window.inspector.kernel.menu
        menu.aboutToShow.emit()
        # What has no picture is no kernel, but asks for a name or leaves the program.
        listed = [action for each in (menu, *menu.groups.values()) for action in each.actions()]
        kernels = [action for action in listed if not action.icon().isNull()]
        if kernels:
            rng.choice(kernels).trigger()


def layer(world: World, rng: Random) -> None:
    stack = world.window.inspector.stack
    if rng.random() < 0.55:
        _from_menu(rng.choice((stack.add, stack.add, stack.ready)).menu(), rng)
    else:
        rng.choice((stack.remove, stack.up, stack.down)).click()


def choose_layer(world: World, rng: Random) -> None:
    rows = world.window.inspector.stack.list
    rows.setCurrentRow(rng.randrange(rows.count()))


def lesson(world: World, rng: Random) -> None:
    rows = world.window.lessons
    item = rows.item(rng.randrange(rows.count()))
    if item.flags() & Qt.ItemFlag.ItemIsSelectable:
        rows._on_chosen(item)


def walk(world: World, rng: Random) -> None:
    bar = world.window.caption
    if bar.isVisible():
        _press(
            rng, [button for button in (bar.before, bar.after, bar.again) if button.isVisible() and button.isEnabled()]
        )


def open_input(world: World, rng: Random) -> None:
    world.window.open_file(rng.choice(world.material))


def menu(world: World, rng: Random) -> None:
    window = world.window
    _trigger(rng, [action for action in window.commands.actions.values() if action.isEnabled()])


def submenu(world: World, rng: Random) -> None:
    menus = [menu for menu in world.window.findChildren(QMenu) if menu.parent() is world.window]
    if menus:
        _from_menu(rng.choice(menus), rng)


def undo(world: World, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 5))):
        world.window.commands.actions["undo"].trigger()


def redo(world: World, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 5))):
        world.window.commands.actions["redo"].trigger()


def resize(world: World, rng: Random) -> None:
    window = world.window
    least = window.minimumSizeHint()
    window.resize(
        *rng.choice(((least.width(), least.height()), (820, 600), (1280, 800), (1900, 1200), world.size, (900, 1100)))
    )


def prefer(world: World, rng: Random) -> None:
    changes: dict[str, object] = {
        "shade": rng.choice(("light", "dark")),
        "colours": rng.choice(preferences.COLOURS),
        "size": rng.choice(preferences.SIZES),
        "decimals": rng.choice(preferences.DECIMALS),
        "language": rng.choice(("en", "zh_CN")),
        "speed": rng.choice(SPEEDS),
        "font": rng.choice(preferences.FONTS),
    }
    name = rng.choice(tuple(changes))
    world.window.prefer(world.window.preferences.with_changes({name: changes[name]}))


def export(world: World, rng: Random) -> None:
    window = world.window
    window.commands.actions["export"].trigger()
    dialog = window.findChildren(ExportDialog)[-1]
    dialog.what.setCurrentIndex(rng.randrange(dialog.what.count()))
    dialog.format.setCurrentIndex(rng.randrange(max(dialog.format.count(), 1)))
    dialog.width_box.setValue(rng.randrange(64, 400))
    dialog.height_box.setValue(rng.randrange(64, 400))
    dialog.scale.setValue(1.0)
    dialog.first.setValue(1)
    dialog.last.setValue(min(3, dialog.last.maximum()))
    dialog.transparent.setChecked(rng.random() < 0.3)
    if dialog.export_button.isEnabled():
        target = world.folder / "written" / f"export{dialog.format.currentData() or ''}"
        if not (dialog.settings().what == "frames" and target.exists()):
            dialog.start(target)
    if rng.random() < 0.6:
        # A dialog that something else has closed meanwhile has ended as well.
        world.until(lambda: not isValid(dialog) or not dialog.task.running, "the end of an export")
        if not isValid(dialog):
            return
        if rng.random() < 0.7 and target_opens(dialog):
            window.open_file(target)
    rng.choice((dialog.close, dialog.reject, dialog.close_button.click))()
    world.turn()


def target_opens(dialog: ExportDialog) -> bool:
    return dialog.settings().what in ("picture", "array")


def palette(world: World, rng: Random) -> None:
    window = world.window
    window.commands.actions["palette"].trigger()
    line = QApplication.focusWidget()
    if isinstance(line, QLineEdit):
        line.setText(rng.choice(("sobel", "pad", "und", "les", "x", "dark", "zzz", "photo", "")))
        for _ in range(rng.randrange(4)):
            QTest.keyClick(line, Qt.Key.Key_Down)
        QTest.keyClick(line, rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Escape)))


def paste(world: World, rng: Random) -> None:
    clipboard = QGuiApplication.clipboard()
    if rng.random() < 0.15:
        image = QImage(7, 5, QImage.Format.Format_RGB32)
        image.fill(rng.randrange(1 << 24))
        clipboard.setImage(image)
    else:
        clipboard.setText(rng.choice(TEXTS))
    name = rng.choice(("paste", "paste", "paste-code", "paste-kernel"))
    world.window.commands.actions[name].trigger()


def copy(world: World, rng: Random) -> None:
    world.window.commands.actions[rng.choice(("copy", "copy-picture", "copy-kernel"))].trigger()


def play(world: World, rng: Random) -> None:
    world.window.commands.actions["play"].trigger()
    QTest.qWait(rng.choice((0, 20, 60)))


def save(world: World, rng: Random) -> None:
    window, path = world.window, world.folder / "written" / rng.choice(("one.convgui", "two.convgui"))
    wanted = fingerprint(window.session.document)
    window.filing._write(path, False, None, ours=True)
    world.until(lambda: not window.filing._saver.waiting, "the end of saving")
    kept = open_document(path)
    assert isinstance(kept, StoredDocument)
    if fingerprint(kept.document) != wanted:
        raise FindingError(f"{path.name} does not hold what was saved")


def reopen(world: World, rng: Random) -> None:
    written = sorted((world.folder / "written").glob("*.convgui"))
    if written:
        world.window.open_file(rng.choice(written))


def close(world: World, rng: Random) -> None:
    world.window.close()
    world.turn()


def dismiss(world: World, rng: Random) -> None:
    dialogs = [dialog for dialog in world.window.findChildren(QDialog) if dialog.isVisible()]
    for dialog in dialogs if rng.random() < 0.7 else dialogs[:1]:
        rng.choice((dialog.close, dialog.reject, lambda dialog=dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape)))()
    world.turn()


def wait(world: World, rng: Random) -> None:
    QTest.qWait(rng.choice((0, 5, 40, 200)))


WEIGHTS: tuple[tuple[Callable[[World, Random], None], int], ...] = (
    (key, 14), (click, 8), (focus, 5), (hover, 10), (pin, 8), (type_on_stage, 6), (drag, 7), (wheel, 6), (number, 10),
    (choose, 5), (slide, 2), (write, 3), (scene, 8), (option, 5), (preset, 4), (layer, 5), (choose_layer, 3),
    (lesson, 4), (walk, 5), (open_input, 6), (menu, 4), (submenu, 3), (undo, 7), (redo, 4), (resize, 2), (prefer, 2),
    (export, 1), (palette, 2), (paste, 3), (copy, 2), (play, 2), (save, 2), (reopen, 2), (close, 1), (dismiss, 5),
    (wait, 2),
)  # fmt: skip
ACTIONS = {act.__name__: act for act, _ in WEIGHTS}


def draw(seed: int, count: int) -> list[Action]:
    """Return the actions of a seed."""
    rng = Random(seed)
    names = rng.choices([act.__name__ for act, _ in WEIGHTS], [weight for _, weight in WEIGHTS], k=count)
    return [(name, rng.randrange(1 << 30)) for name in names]


def act(world: World, action: Action) -> None:
    """Do something."""
    name, seed = action
    rng = Random(seed)
    world.rng = Random(seed + 1)
    ACTIONS[name](world, rng)


def _seen(world: World, kind: type[W]) -> list[W]:
    """Return what can be reached: in the window, or in a dialog that stands over it."""
    top = QApplication.activeModalWidget() or world.window
    others = [dialog for dialog in world.window.findChildren(QDialog) if dialog.isVisible()]
    tops = [top] if QApplication.activeModalWidget() else [top, *others]
    return [child for place in tops for child in place.findChildren(kind) if child.isVisible() and child.width() > 1]


def _place(stage: PictureWidget, rng: Random) -> QPoint:
    """Return a point of a picture, mostly in one of its cells."""
    if stage.picture is not None and stage.picture.hits and rng.random() < 0.8:
        grid = rng.choice(stage.picture.hits)
        x, y = grid.x + rng.random() * grid.width, grid.y + rng.random() * grid.height
        return QPoint(round(x * stage.scale), round(y * stage.scale))
    return QPoint(rng.randrange(max(stage.width(), 1)), rng.randrange(max(stage.height(), 1)))


def _press(rng: Random, buttons: Sequence[QAbstractButton]) -> None:
    if buttons:
        QTest.mouseClick(rng.choice(buttons), Qt.MouseButton.LeftButton)


def _from_menu(menu: QMenu | None, rng: Random) -> None:
    """Choose from a menu, as deep as it goes."""
    while menu is not None:
        menu.aboutToShow.emit()
        offered = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
        if not offered:
            return
        chosen = rng.choice(offered)
        inner = chosen.menu()
        if not isinstance(inner, QMenu):
            chosen.trigger()
            return
        menu = inner


def _trigger(rng: Random, actions: Sequence[QAction]) -> None:
    if actions:
        rng.choice(actions).trigger()

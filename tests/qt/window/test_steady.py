"""Messages go with their cause, windows fit their screens, and small things stay where they belong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest

from convgui.files.lessons import load_lesson
from convgui.files.resources import resource
from convgui.layers.relu import ReLU
from convgui.model.sample import Sample
from convgui.qt.app import Windows
from convgui.qt.app.language import successor
from convgui.qt.dialogs.command_palette import Doors, commands
from convgui.qt.settings import Remembered
from convgui.qt.window.geometry import is_seen, within
from convgui.session import edits
from convgui.session.stack import add_layer
from tests.qt.conftest import Opened

LESSON = json.loads(resource("lessons", "single-channel.json").read_text(encoding="utf-8"))
SPOILED: dict[str, Callable[[dict[str, Any]], object]] = {
    "an unknown scene": lambda d: d.update(scene="hologram"),
    "a scene of another kind": lambda d: d.update(scene=3),
    "a scene that does not show it": lambda d: d.update(scene="volume"),
    "a step outside": lambda d: d.update(step=10**6),
    "a step far outside": lambda d: d.update(step=-(10**30)),
    "half a step": lambda d: d.update(step=1.5),
    "a note about a step outside": lambda d: d["captions"][0].update(step=99_999),
    "an unknown option": lambda d: d.update(options={"nope": "x"}),
    "a note with an unknown option": lambda d: d["captions"][0].update(options={"nope": "x"}),
    "options of another kind": lambda d: d.update(options=[1]),
    "an unknown layer": lambda d: d["layers"][0].update(kind="warp"),
    "layers of another kind": lambda d: d.update(layers=["x"]),
    "a layer chosen that is not there": lambda d: d.update(layer=99),
    "a filter chosen that is not there": lambda d: d.update(filter=99),
    "a kernel without an end": lambda d: d["layers"][0].update(kernel_size=[float("inf"), 3]),
    "a stride that is no number": lambda d: d["layers"][0].update(stride=[1, float("nan")]),
    "padding without an end": lambda d: d["layers"][0].update(padding=[[0, float("inf")], [0, 0]]),
    "far too many channels": lambda d: d["layers"][0].update(out_channels=10**6),
    "far too much upsampling": lambda d: d.update(layers=[{"kind": "upsample", "scale_factor": [10**6, 10**6]}]),
    "a pooling in a scene of kernels": lambda d: d.update(layers=[{"kind": "max_pool", "kernel_size": [2, 2]}]),
    "a sample of another kind": lambda d: d.update(sample=7),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_lesson_is_one_sentence_and_the_document_stays(opened: Opened, folder: Path, name: str) -> None:
    window, content = opened.window, json.loads(json.dumps(LESSON))
    SPOILED[name](content)
    (folder / "mine.json").write_text(json.dumps(content), encoding="utf-8")
    before = window.session.document
    window.open_file(folder / "mine.json")
    assert window.session.document is before
    words = window.banner.words.text()
    assert words.startswith("mine.json cannot be opened: ")
    assert words.endswith(".")
    assert "\n" not in words


def test_a_lesson_with_options_and_notes_of_its_own_opens(opened: Opened, folder: Path) -> None:
    source = json.loads(resource("lessons", "convolution-matrix.json").read_text(encoding="utf-8"))
    (folder / "mine.json").write_text(json.dumps({**source, "options": {"matrix": "ct"}, "step": -1}), encoding="utf-8")
    opened.window.open_file(folder / "mine.json")
    assert opened.window.session.document.view.options == {"matrix": "ct"}


def test_kernel_commands_rest_where_there_is_no_kernel(opened: Opened) -> None:
    window = opened.window
    opened.show(add_layer(window.session.document, "relu"))
    assert isinstance(window.session.document.chosen, ReLU)
    before, editor = window.session.document, window.inspector.kernel
    QGuiApplication.clipboard().setText("1 2 3")
    for identity in ("copy-kernel", "paste-kernel"):
        assert not window.commands.actions[identity].isEnabled()
        window.commands.actions[identity].trigger()
    assert not window.commands.edit.kernel_copies.isEnabled()
    doors = Doors(print, print, print, print, print, {}, {})
    offered = commands(window.commands.actions, window.session, doors)
    assert not any(c.entry.possible for c in offered if c.entry.also.strip() in ("copy-kernel", "paste-kernel"))
    for key in (Qt.Key.Key_C, Qt.Key.Key_V):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    editor.copy()
    editor.paste()
    editor.change("Zero", np.zeros_like)
    editor.menu.aboutToShow.emit()
    for tool in editor._tools.values():
        tool.click()
    editor.bias.setValue(7)
    editor.grid.changed.emit((0, 0), 1.0)
    assert window.session.document is before
    assert QGuiApplication.clipboard().text() == "1 2 3"
    window.session.look(layer=0)
    assert window.commands.actions["copy-kernel"].isEnabled()


def photos(folder: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((20, 30), np.uint8)).save(folder / name)


def test_a_lecture_is_never_covered_by_where_it_ends(opened: Opened, folder: Path) -> None:
    window = opened.window
    photos(folder)
    window.stage_alone(True)
    window.session.replace(load_lesson("dilation"), "Open lesson")
    opened.settle()
    lesson = load_lesson("dilation").lesson
    assert lesson is not None
    count = len(lesson.captions)
    for _ in range(count + 1):
        QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    assert window.caption.index == count - 1, "what a remote control sends walks the notes"
    assert not window.banner.isVisible()
    window.use_sample(Sample(np.zeros((1, 5, 5)), "typed"))
    QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    assert not window.banner.isVisible()
    window.open_file(folder / "a.png")
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "a.png")
    QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "b.png")
    opened.settle()
    with opened.bot.waitSignal(window.opener.leafed):
        QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    assert not window.banner.isVisible()
    window.stage_alone(False)
    with opened.bot.waitSignal(window.opener.leafed):
        QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    assert window.banner.isVisible()


def test_no_empty_bar_of_notes_stands_in_a_new_window(opened: Opened) -> None:
    window = opened.window
    window.use_sample(Sample(np.zeros((1, 5, 5)), "typed"))
    new_window = successor(window)
    new_window.show()
    new_window.presenter.start()
    assert not new_window.caption.isVisible()
    assert not new_window.prediction.isVisible()
    new_window.filing.clean(new_window.session.document)
    new_window.retire()
    new_window.deleteLater()


def test_what_was_said_about_a_pasted_layer_goes_with_another_input(opened: Opened) -> None:
    window = opened.window
    problem = window.inspector.paste.problem
    window.inspector.paste.line.setText("nn.Conv2d(3, 16, 3)")
    QTest.keyClick(window.inspector.paste.line, Qt.Key.Key_Return)
    assert "Input channels" in problem.text()
    window.use_sample(Sample(np.zeros((3, 9, 9), np.uint8), "rgb"))
    opened.settle()
    assert not problem.isVisible()
    assert problem.text() == ""


def test_a_message_goes_and_what_stands_is_shown_again(opened: Opened) -> None:
    window = opened.window
    window.session.replace(add_layer(window.session.document, "relu"), "Add")
    standing = window.banner.words.text()
    assert "Slide shows a convolution" in standing
    window.banner.say("Something else was tried.")
    assert window.banner.words.text() == "Something else was tried."
    window.banner.say("")
    assert window.banner.words.text() == standing, "there is no picture, and it is said why"
    window.session.undo()
    opened.settle()
    assert not window.banner.isVisible()


def test_a_success_takes_away_what_the_attempt_before_said(opened: Opened) -> None:
    window = opened.window
    QGuiApplication.clipboard().setText("what is this")
    window.commands.actions["paste"].trigger()
    assert window.banner.isVisible()
    QGuiApplication.clipboard().setText("nn.Conv2d(1, 1, 3)")
    window.commands.actions["paste-code"].trigger()
    opened.settle()
    assert not window.banner.isVisible()


def test_frames_are_kept_on_their_screen() -> None:
    screen, right = QRect(0, 30, 1024, 670), QRect(1024, 0, 1280, 1024)
    assert within(QRect(100, 100, 800, 500), screen) == QRect(100, 100, 800, 500)
    assert within(QRect(400, 300, 1000, 600), screen) == QRect(24, 100, 1000, 600)
    assert within(QRect(-50, -50, 2000, 2000), screen) == screen
    assert is_seen(QRect(900, 100, 400, 400), [screen, right]), "across two screens"
    assert not is_seen(QRect(900, 100, 400, 400), [screen])
    assert not is_seen(QRect(100, 0, 400, 400), [screen]), "under the bar of the desktop"


def test_no_window_is_larger_than_its_screen(opened: Opened) -> None:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    windows = Windows()
    shown = [windows.show() for _ in range(3)]
    held = [screen.contains(window.frameGeometry()) for window in shown]
    least = [window.minimumSize() for window in shown]
    for window in shown:
        window.filing.clean(window.session.document)
        window.retire()
    opened.settle()
    assert held == [True] * 3
    assert all(QSize(820, 560).boundedTo(size) == size for size in least)


def test_a_volume_opens_in_its_middle(opened: Opened) -> None:
    window = opened.window
    volume = np.zeros((1, 21, 25, 31), np.uint8)
    volume[0, 6:15, 8:17, 10:21] = 200
    window.presenter.jump(3)
    for name in ("first", "second"):
        window.use_sample(Sample(volume.copy(), name))
        opened.settle()
        made = window.session.document.layer.spec.output_shape((21, 25, 31))
        assert window.session.document.view.scene == "volume"
        assert np.unravel_index(window.presenter.player.target, made) == tuple(n // 2 for n in made)
        window.presenter.jump(0)


def test_another_picture_begins_at_its_beginning(opened: Opened) -> None:
    window = opened.window
    window.presenter.jump(5)
    window.use_sample(Sample(np.zeros((1, 7, 7)), "typed"))
    opened.settle()
    assert window.presenter.player.target == 0


def test_forgetting_everything_brings_no_tour_back() -> None:
    remembered = Remembered()
    assert not remembered.toured()
    remembered.forget()
    assert not remembered.toured(), "who has not seen it is still offered it"
    remembered.set_toured()
    remembered.add_recent("x")
    remembered.forget()
    assert remembered.toured()
    assert remembered.recent() == []


def test_an_edit_leaves_the_step_alone(opened: Opened) -> None:
    window = opened.window
    window.presenter.jump(5)
    window.session.replace(edits.set_bias(window.session.document, 2.0), "Change bias")
    assert window.presenter.player.target == 5


def test_an_empty_clipboard_is_pasted_without_a_fault(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    # An earlier test's text may still be there.
    QGuiApplication.clipboard().clear()
    # What PySide returns where another program holds the clipboard, or nobody ever put anything there.
    monkeypatch.setattr(QClipboard, "mimeData", lambda *_: None)
    before = opened.window.session.document
    for identity in ("paste", "paste-code", "paste-kernel"):
        opened.window.commands.actions[identity].trigger()
    assert opened.window.session.document is before

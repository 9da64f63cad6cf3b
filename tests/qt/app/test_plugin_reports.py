"""Plug-ins in the window: what they add can be chosen, what is broken is named in the banner, nothing crashes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convgui.files.lessons import load_lesson
from convgui.files.user_folders import log_path
from convgui.qt.app import Windows
from convgui.qt.window import MainWindow
from convgui.qt.window.file_menu import file_filters
from convgui.scenes import scene


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    windows = Windows()
    made = windows.show()
    qtbot.waitUntil(lambda: made.stage.picture is not None and bool(made.header.tabs._buttons))
    yield made
    made.filing.clean(made.session.document)
    made.close()


def listed(window: MainWindow) -> list[str]:
    return [str(window.lessons.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(window.lessons.count())]


def test_what_is_added_can_be_chosen(with_example: list[str], window: MainWindow, qtbot: QtBot) -> None:
    assert "example-negative" in listed(window)
    window.open_lesson("example-negative")
    qtbot.waitUntil(lambda: window.stage.picture is not None and window.stage.picture.summary == "Σ = 46")
    assert window.header.tabs._buttons["sums"].isChecked()
    window.session.look(scene="slide", layer=0)
    editor = window.inspector.kernel
    editor.presets.menu().aboutToShow.emit()
    assert "Kirsch north" in [action.text() for action in editor.presets.menu().actions()]
    qtbot.waitUntil(lambda: editor.sentence.text() != "" or not window.status.working.isVisible())
    adding = window.inspector.stack.add.menu()
    adding.aboutToShow.emit()
    (negate,) = (action for action in adding.actions() if action.text() == "Negate")
    negate.trigger()
    assert [layer.title for layer in window.session.document.layers].count("Negate") == 2
    assert "(*.pgm)" in file_filters()
    assert window.banner.isHidden()


@pytest.mark.fault
def test_the_banner_names_what_is_left_out(with_broken: list[str], window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "convgui-broken" in window.banner.words.text())
    said = window.banner.words.text()
    assert window.banner.isVisible()
    assert all(f"The scene {name} " in said for name in ("a-not-there", "b-no-name", "c-ends"))
    assert said.endswith(f"9 more plug-ins are left out; the details are in {log_path()}.")
    written = log_path().read_text(encoding="utf-8")
    assert all(name in written for name in ("The scene f-made ", "The folder of lessons e-no-folder "))
    assert "The kernel" not in written, "nobody asked for kernels"
    window.inspector.kernel.presets.menu().aboutToShow.emit()
    qtbot.waitUntil(lambda: "The kernel d-type " in window.banner.words.text())


@pytest.mark.fault
@pytest.mark.parametrize("method", ["prepare", "steps", "lay_out", "picture", "nothing"])
def test_a_scene_that_fails_stands_in_the_banner(
    method: str, with_broken: list[str], window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(scene("late")), "fails", method)
    window.banner.clear()
    window.session.look(scene="late", step=0)
    qtbot.waitUntil(lambda: "The scene z-late of the package convgui-broken failed" in window.banner.words.text())
    window.session.look(scene="slide", step=0)
    qtbot.waitUntil(lambda: window.stage.picture is not None and bool(window.stage.picture.items))
    assert not window.header.tabs._buttons["late-options"].isEnabled()
    assert "z-options" in window.header.tabs._buttons["late-options"].toolTip()


@pytest.mark.fault
def test_a_layer_that_fails_stands_in_the_banner(with_broken: list[str], window: MainWindow, qtbot: QtBot) -> None:
    window.open_lesson("broken-layer")
    qtbot.waitUntil(lambda: "kind of layer z-late of the package convgui-broken failed" in window.banner.words.text())
    window.open_lesson("single-channel")
    qtbot.waitUntil(lambda: window.stage.picture is not None and bool(window.stage.picture.items))
    assert window.session.document.makes_the_same(window.session.document)
    assert window.session.document.layers[0].title == load_lesson("single-channel").layers[0].title

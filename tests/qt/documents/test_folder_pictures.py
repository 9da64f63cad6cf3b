"""Leafing in the window: the picture changes, the layers and the scene stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from convgui.draw.picture import Hit, Label
from convgui.files.documents import StoredDocument
from convgui.files.folder import NextPicture
from convgui.files.lessons import load_lesson
from convgui.files.samples import load_sample
from convgui.qt.documents.folder_pictures import skipped
from tests.qt.conftest import Opened


def seen(opened: Opened) -> list[str]:
    picture = opened.window.stage.picture
    return [item.text for item in picture.items if isinstance(item, Label)] if picture is not None else []


def turn(opened: Opened, key: Qt.Key, name: str) -> None:
    QTest.keyClick(opened.window.stage, key)
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == name)
    opened.settle()


@pytest.fixture
def album(folder: Path) -> Path:
    for n in (1, 2, 3):
        Image.new("RGB", (60, 50), (n, 2 * n, 3 * n)).save(folder / f"{n}.png")
    return folder


def test_page_keys_leaf_and_keep_the_layers(opened: Opened, album: Path) -> None:
    window = opened.window
    assert not window.commands.actions["next"].isEnabled()
    lesson = load_lesson("sobel-photo")
    opened.show(lesson.with_view(replace(lesson.view, scene="maps")))
    window.leafing.open(album)
    opened.bot.waitUntil(lambda: window.status.position.text() == "1.png · 1 of 3")
    weight = window.session.document.layer.weight
    assert weight.shape[1] == 3
    turn(opened, Qt.Key.Key_PageDown, "2.png")
    assert window.status.position.text() == "2.png · 2 of 3"
    assert window.session.document.view.scene == "maps"
    assert np.array_equal(window.session.document.layer.weight, weight)
    assert np.array_equal(window.session.document.sample.data[:, 0, 0], [2, 4, 6])
    (album / "2.png").unlink()
    turn(opened, Qt.Key.Key_PageDown, "3.png")
    QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    opened.bot.waitUntil(lambda: window.banner.words.text() == "3.png is the last picture of its folder.")
    assert window.session.document.sample.name == "3.png"
    turn(opened, Qt.Key.Key_PageUp, "1.png")
    assert window.banner.words.text() == ""
    assert window.session.undo_name.startswith("Open")
    window.session.undo()
    assert window.session.document.sample is lesson.sample
    assert not window.status.position.isVisible()


def test_an_opened_file_has_a_place_and_its_look_stays(opened: Opened, album: Path) -> None:
    window = opened.window
    window.open_file(album / "1.png")
    opened.bot.waitUntil(lambda: window.status.position.text() == "1.png · 1 of 3")
    opened.settle()
    window.session.look(zoom=2.0, centre=(0.25, 0.5), step=70)
    window.commands.actions["next"].trigger()
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "2.png")
    view = window.session.document.view
    assert (view.zoom, view.centre, view.step) == (2.0, (0.25, 0.5), 70)


def test_leafing_goes_on_after_it_was_stopped(opened: Opened, album: Path) -> None:
    window = opened.window
    window.open_file(album / "1.png")
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "1.png")
    opened.settle()
    window.leafing.turn(1)
    window.status.stopped.emit()
    assert not window.status.working.isVisible()
    turn(opened, Qt.Key.Key_PageDown, "2.png")


@pytest.mark.fault
def test_what_was_skipped_stays_on_the_banner(opened: Opened, album: Path) -> None:
    window = opened.window
    (album / "2.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    window.open_file(album / "1.png")
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "1.png")
    opened.settle()
    turn(opened, Qt.Key.Key_PageDown, "3.png")
    assert window.banner.words.text().startswith("Skipped: 2.png cannot be opened: ")
    turn(opened, Qt.Key.Key_PageUp, "1.png")
    assert window.banner.words.text().startswith("Skipped: 2.png")


def test_without_a_folder_it_says_so(opened: Opened) -> None:
    opened.window.filing.new()
    QTest.keyClick(opened.window.stage, Qt.Key.Key_PageDown)
    assert "Open a picture from a folder first" in opened.window.banner.words.text()
    assert skipped(NextPicture(None, None, 1, ("a.", "b."))) == "2 files were skipped; the first: a."


def test_a_click_on_a_thumbnail_enlarges_it_and_chooses_its_filter(opened: Opened) -> None:
    lesson = load_lesson("many-filters")
    opened.show(lesson.with_view(replace(lesson.view, scene="maps", step=1)))
    picture = opened.window.stage.picture
    assert picture is not None
    thumbs = next(grid for grid in picture.hits if grid.kind == "map")
    x, y, wide, high = thumbs.box((1, 0, 1))
    at = QPoint(round(x + wide / 3), round(y + high / 3))
    assert picture.hit(at.x(), at.y()) == Hit("map", (1, 0, 1))
    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=at)
    assert opened.window.session.document.view.filter == 1
    opened.settle()
    QTest.mouseMove(opened.window.stage, QPoint(3, 3))
    opened.bot.waitUntil(lambda: "Channel 1" in seen(opened))


def test_what_was_dismissed_does_not_come_back_with_another_scene(opened: Opened, album: Path) -> None:
    window = opened.window
    window.open_file(album / "3.png")
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "3.png")
    opened.settle()
    QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    opened.bot.waitUntil(lambda: window.banner.words.text() == "3.png is the last picture of its folder.")
    window.banner.dismiss.click()
    assert not window.banner.isVisible()
    window.session.look(scene="maps", step=0)
    opened.settle()
    assert not window.banner.isVisible()


def test_the_place_in_the_folder_comes_back_with_undo_and_with_a_copy(opened: Opened, album: Path) -> None:
    window = opened.window
    window.leafing.open(album)
    opened.bot.waitUntil(lambda: window.status.position.text() == "1.png · 1 of 3")
    kept = window.session.document
    window.use_sample(load_sample("camera"))
    opened.settle()
    assert window.status.position.isHidden()
    window.session.undo()
    opened.bot.waitUntil(lambda: window.status.position.text() == "1.png · 1 of 3")
    window.opener.position = None
    window.filing.restore(StoredDocument(load_lesson("single-channel")))
    assert window.status.position.isHidden()
    window.filing.restore(StoredDocument(kept))
    opened.bot.waitUntil(lambda: window.status.position.text() == "1.png · 1 of 3")

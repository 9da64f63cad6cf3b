"""A picture that raises while it is painted: an error and no more, wherever it was to be painted."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPaintDevice, QPainter
from pytestqt.qtbot import QtBot

from convgui.draw.grids import value_cells
from convgui.draw.picture import CellContent, Item, Lines, Picture, Raster, Warped
from convgui.draw.theme import LIGHT
from convgui.qt.export.dialog import ExportDialog
from convgui.qt.export.raster import Rasteriser, to_pdf
from convgui.qt.lessons import thumbnail
from convgui.qt.widgets import painting as painters
from convgui.qt.widgets.painting import painting, saved
from convgui.scenes import scene
from tests.qt.conftest import Opened

FILL = np.zeros((8, 8, 4), dtype=np.uint8)


def ragged() -> Item:
    """A large grid with a text too many in each row: it fails in the image that keeps it."""
    cells = value_cells(np.ones((8, 8)), LIGHT, "input", (0, 0), 30)
    return replace(cells, content=CellContent(FILL, FILL, (("1",) * 9,) * 8))


def pierced() -> Item:
    """An image in a box that is no number wide, which cannot be scaled: it fails while a clip is set."""
    return Raster(np.zeros((4, 4, 3), dtype=np.uint8), (0, 0, float("nan"), 30), (0, 0, 30, 30), smooth=True)


BROKEN: dict[str, Callable[[], Item]] = {
    "line": lambda: Lines(np.array([(1.0, 2.0)]), LIGHT.text),
    "cells": ragged,
    "raster": pierced,
    "warped": lambda: Warped(FILL[..., :2], (1, 0, 0, 1, 0, 0), (0, 0, 30, 30)),
}


def broken(name: str, *, moving: bool = True) -> Picture:
    good = value_cells(np.ones((2, 2)), LIGHT, "input", (0, 0), 30)
    base, overlay = ((good,), (BROKEN[name](),)) if moving else ((BROKEN[name](),), (good,))
    return Picture(300, 240, LIGHT.background, base, overlay, (), "Broken.")


def good() -> Picture:
    return Picture(300, 240, LIGHT.background, (value_cells(np.ones((2, 2)), LIGHT, "input", (0, 0), 30),))


PLACES: dict[str, Callable[[Picture], object]] = {
    "png": lambda picture: Rasteriser()(picture, 2.0),
    "pdf": to_pdf,
    "thumbnail": lambda picture: thumbnail(picture, 1.0),
}


@pytest.fixture
def painted_on(monkeypatch: pytest.MonkeyPatch) -> list[QPainter]:
    """Every painter that is begun."""
    begun: list[QPainter] = []

    def painter(device: QPaintDevice) -> QPainter:
        begun.append(QPainter(device))
        return begun[-1]

    monkeypatch.setattr(painters, "QPainter", painter)
    return begun


@pytest.mark.fault
@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("moving", [True, False])
def test_no_painter_is_left_open(where: str, name: str, moving: bool, painted_on: list[QPainter]) -> None:
    with pytest.raises((TypeError, IndexError, ValueError, ZeroDivisionError)):
        PLACES[where](broken(name, moving=moving))
    assert painted_on
    assert not any(painter.isActive() for painter in painted_on)
    gc.collect()
    assert PLACES[where](good()) is not None


@pytest.mark.fault
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("moving", [True, False])
def test_the_window_goes_on(opened: Opened, qtbot: QtBot, name: str, moving: bool) -> None:
    stage = opened.window.stage
    with qtbot.captureExceptions() as caught:
        stage.show_picture(broken(name, moving=moving))
        qtbot.waitUntil(lambda: bool(caught))
    with qtbot.waitSignal(stage.painted):
        stage.show_picture(good())


@pytest.mark.fault
@pytest.mark.qt_log_ignore("propagateSizeHints")  # said by the platform without a screen
@pytest.mark.parametrize("ending", [".png", ".pdf"])
def test_an_export_ends_with_a_sentence(
    opened: Opened, qtbot: QtBot, folder: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene("slide"), "picture", lambda *_: broken("line"))
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData(ending))
    said: list[str] = []
    dialog.task.failed.connect(said.append)
    with qtbot.captureExceptions() as caught:
        dialog.start(folder / f"a{ending}")
        qtbot.waitUntil(lambda: bool(caught))
    assert said[0].startswith("The export failed: ")
    assert list(folder.iterdir()) == []
    dialog.close()


@pytest.mark.usefixtures("qapp")
def test_what_was_saved_comes_back_after_an_error() -> None:
    def fail(painter: QPainter) -> None:
        with saved(painter):
            painter.scale(3, 3)
            raise KeyError

    with painting(QImage(4, 4, QImage.Format.Format_ARGB32)) as painter:
        with pytest.raises(KeyError):
            fail(painter)
        assert painter.worldTransform().isIdentity()

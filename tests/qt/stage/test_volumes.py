"""Volumes in the real window: dropped, chosen and picked from the samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from convgui.qt.window.file_menu import file_filters
from tests.files.phantom import DIRECTIONS, phantom, stored, write_series
from tests.qt.conftest import Opened


@pytest.fixture
def series(tmp_path: Path) -> Path:
    folder = tmp_path / "series"
    folder.mkdir()
    write_series(folder, *stored(phantom(), "SPL"))
    return folder


def test_a_dropped_folder_opens_its_series(opened: Opened, series: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(series))])
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    opened.window.dropEvent(event)
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "series")
    sample = opened.window.session.document.sample
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.directions == DIRECTIONS
    assert opened.window.session.document.layer.spec.rank == 3


def test_a_folder_can_be_chosen(opened: Opened, series: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(series))
    opened.window.commands.actions["open-folder"].trigger()
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "series")


@pytest.mark.fault
def test_a_folder_without_images_leaves_the_input_alone(opened: Opened, tmp_path: Path) -> None:
    before = opened.window.session.document
    (tmp_path / "empty").mkdir()
    opened.window.open_file(tmp_path / "empty")
    opened.bot.waitUntil(lambda: "a folder without DICOM images" in opened.window.banner.words.text())
    assert opened.window.session.document is before


def test_the_dialog_offers_every_kind() -> None:
    filters = file_filters().split(";;")
    assert filters[0].startswith("Everything convgui opens (")
    for ending in ("*.nii.gz", "*.dcm", "*.nrrd", "*.mrc", "*.npz", "*.mp4", "*.gif", "*.json"):
        assert ending in filters[0]
    assert [item.split(" (")[0] for item in filters[1:]] == [
        "Pictures", "Volumes", "Electron microscopy", "Films", "Sound", "Arrays", "Tables", "Trained weights",
        "Documents", "Lessons", "All files",
    ]  # fmt: skip


def test_the_brain_is_among_the_samples(opened: Opened) -> None:
    menu = opened.window.commands.file.samples
    next(action for action in menu.actions() if action.text() == "Brain (MRI)").trigger()
    sample = opened.window.session.document.sample
    assert sample.source == "sample:brain"
    assert sample.data.shape == (1, 94, 116, 98)

"""A folder worked through from the window: what is ticked is written, what fails is named, cancelling stops."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from shiboken6 import isValid

from convgui.core.presets import PRESETS
from convgui.core.spec import ConvSpec
from convgui.export import batch
from convgui.files.errors import LoadCancelledError
from convgui.files.load import load
from convgui.layers.convolution import Convolution
from convgui.layers.softmax import Softmax
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.qt.export.batch_dialog import BatchDialog
from convgui.qt.widgets.dialog import Dialog
from tests.qt.conftest import Answers, Opened

# Said by the platform without a screen when a second window opens.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    for name in ("a1.png", "a2.png", "a10.png"):
        Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)).save(tmp_path / name)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


@pytest.fixture
def dialog(opened: Opened, pictures: Path) -> Iterator[BatchDialog]:
    opened.window.use_sample(load(pictures / "a1.png"))
    opened.settle()
    opened.window.inspector.kernel.use_preset(PRESETS["box"])
    opened.settle()
    opened.window.commands.actions["batch"].trigger()
    found = opened.window.findChild(BatchDialog)
    assert isinstance(found, BatchDialog)
    yield found
    if isValid(found):
        found.close()


def run(opened: Opened, dialog: BatchDialog) -> None:
    with opened.bot.waitSignal(dialog.ended, timeout=60_000):
        QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)


def states(dialog: BatchDialog) -> dict[str, str]:
    rows = (dialog.list.topLevelItem(n) for n in range(dialog.list.topLevelItemCount()))
    return {row.text(0): row.text(1) for row in rows if row is not None}


def test_it_opens_beside_the_picture_in_the_order_of_counting(dialog: BatchDialog, pictures: Path) -> None:
    assert list(states(dialog)) == ["a1.png", "a2.png", "a10.png", "broken.png"]
    assert dialog.target.parent == pictures
    assert dialog.state.text() == "4 pictures will be filtered."


def test_each_channel_by_itself_gives_colours(opened: Opened, dialog: BatchDialog, pictures: Path) -> None:
    dialog.what.setCurrentIndex(dialog.what.findData("kernel"))
    run(opened, dialog)
    assert dialog.state.text() == "3 files are written · 1 failed: see their rows."
    assert states(dialog)["a2.png"] == "a2.png"
    assert "broken.png" in states(dialog)["broken.png"]
    for name in ("a1.png", "a2.png", "a10.png"):
        given = np.asarray(load(pictures / name).data).astype(float)
        made = np.asarray(load(dialog.target / name).data).astype(float)
        wanted = sum(given[:, r : r + 18, c : c + 28] for r in range(3) for c in range(3)) / 9
        assert np.abs(made[:, 1:-1, 1:-1] - wanted).max() <= 0.51


def test_what_is_not_ticked_is_left_out_and_nothing_is_replaced_unasked(
    opened: Opened, dialog: BatchDialog, answers: Answers
) -> None:
    for n in (0, 2, 3):
        row = dialog.list.topLevelItem(n)
        assert row is not None
        row.setCheckState(0, Qt.CheckState.Unchecked)
    dialog.format.setCurrentIndex(dialog.format.findText("JPEG"))
    run(opened, dialog)
    assert [path.name for path in dialog.target.iterdir()] == ["a2.jpg"]
    assert dialog.state.text() == "1 file is written."
    QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert answers.asked == ["1 result is there already. Do you want to replace it?"]
    assert not dialog.busy
    answers.answer = QMessageBox.StandardButton.Yes
    run(opened, dialog)


def test_a_picture_is_shown_before(opened: Opened, dialog: BatchDialog) -> None:
    opened.bot.waitUntil(lambda: not dialog.after.pixmap().isNull())
    assert not dialog.before.pixmap().isNull()
    dialog.list.setCurrentIndex(dialog.list.model().index(3, 0))
    opened.bot.waitUntil(lambda: "broken.png" in dialog.after.text())


def test_cancelling_keeps_what_is_written(opened: Opened, dialog: BatchDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The layers of the second file cancel the work themselves, so that it is known when."""
    made = dialog.prepare()
    begun: list[str] = []

    def prepare(sample: object) -> object:
        begun.append("")
        if len(begun) == 2:
            dialog.task.cancel()
        return made(sample)  # type: ignore[arg-type]

    monkeypatch.setattr(dialog, "prepare", lambda: prepare)
    run(opened, dialog)
    assert dialog.state.text().startswith("Cancelled: ")
    assert len(begun) <= 3
    assert dialog.close_button.text() == "Close"
    assert dialog.start_button.isEnabled()


def test_ticks_are_for_before_the_work(opened: Opened, dialog: BatchDialog) -> None:
    row = dialog.list.topLevelItem(2)
    assert row is not None
    checkable, seen = Qt.ItemFlag.ItemIsUserCheckable, list[Qt.ItemFlag]()

    def untick() -> None:
        seen.append(row.flags())
        row.setCheckState(0, Qt.CheckState.Unchecked)

    opened.bot.waitUntil(lambda: not dialog.after.pixmap().isNull())
    dialog.task.done.connect(untick)
    run(opened, dialog)
    assert seen
    assert not any(flags & checkable for flags in seen), "a tick does nothing now, and says so"
    assert row.flags() & checkable
    assert dialog.state.text() == "3 files are written · 1 failed: see their rows."
    assert states(dialog)["a10.png"] == "a10.png"


@pytest.mark.fault
@pytest.mark.parametrize("which", ["results", "pictures"])
def test_a_folder_that_is_removed_meanwhile_is_said_in_the_rows(
    opened: Opened, dialog: BatchDialog, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    made = dialog.prepare()

    def prepare(sample: object) -> object:
        shutil.rmtree(dialog.target if which == "results" else dialog.folder)
        monkeypatch.setattr(dialog, "prepare", lambda: made)
        return made(sample)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "MOST_WORKERS", 1)
    once = iter([prepare])
    monkeypatch.setattr(dialog, "prepare", lambda: lambda sample: next(once, made)(sample))
    run(opened, dialog)
    assert dialog.state.text() == "0 files are written · 4 failed: see their rows."
    assert states(dialog)["a1.png"].startswith(str(dialog.target)[:40]), (
        "cannot be written; of a long path the beginning is told"
    )
    assert all(states(dialog).values())


@pytest.mark.fault
def test_a_file_that_is_given_up_while_it_loads_has_not_failed(
    opened: Opened, dialog: BatchDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(path: Path, **_: object) -> object:
        dialog.task.cancel()
        raise LoadCancelledError(path.name)

    opened.bot.waitUntil(lambda: not dialog.after.pixmap().isNull())
    monkeypatch.setattr(batch, "load", cancelled)
    run(opened, dialog)
    assert dialog.state.text() == "Cancelled: 0 files are written."
    assert not any(states(dialog).values())


@pytest.mark.fault
def test_what_was_wrong_with_another_folder_is_over(
    opened: Opened, dialog: BatchDialog, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([str(pictures), str(tmp_path / "elsewhere")])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    dialog.choose_target.click()
    dialog.start_button.click()
    assert "would be overwritten" in dialog.state.text()
    dialog.choose_target.click()
    assert dialog.state.text() == "4 pictures will be filtered."
    assert dialog.state.objectName() == "muted"


@pytest.mark.parametrize("name", ["export", "export-several", "batch"])
def test_a_dialog_is_open_once(opened: Opened, name: str) -> None:
    window = opened.window

    def shown() -> list[Dialog]:
        return [dialog for dialog in window.findChildren(Dialog) if dialog.isVisible()]

    for _ in range(2):
        window.commands.actions[name].trigger()
        (first,) = shown()
    window.inspector.kernel.change("Zero", np.zeros_like)
    window.commands.actions[name].trigger()
    (second,) = shown()
    assert second is not first, "it is about what the window shows now"
    second.close()


def test_what_of_a_network_is_not_in_a_picture_is_said_in_its_row(opened: Opened, pictures: Path) -> None:
    opened.window.session.replace(network(), "Show")
    opened.settle()
    dialog = BatchDialog(opened.window.session.document, pictures, opened.window)
    dialog.show()
    dialog.format.setCurrentIndex(dialog.format.findText("PNG, as seen"))
    run(opened, dialog)
    said = states(dialog)["a10.png"]
    assert said.startswith("a10.png: it shows channel 0 of 0 … 1 alone")
    with Image.open(dialog.target / "a10.png") as image:
        assert np.ptp(np.asarray(image).astype(int)) > 100, "shares are not drawn on the scale of the input"
    dialog.close()


def network() -> Document:
    """Return two filters, and the shares of both."""
    spec = ConvSpec.of(3, 2, (3, 3))
    weight = np.random.default_rng(4).normal(0, 0.01, spec.weight_shape)
    layers = (Convolution(spec, weight, np.array([0.0, -1.0])), Softmax())
    sample = Sample(np.random.default_rng(1).integers(0, 255, (3, 20, 30)).astype(np.uint8), "given")
    return Document(sample, layers, View(scene="network", layer=1))

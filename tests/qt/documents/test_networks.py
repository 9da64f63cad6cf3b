"""Trained weights in the window: opened like any file, listed, put on the input, taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QTreeWidgetItem

from convgui.draw.theme import LIGHT
from convgui.files.documents import write_document
from convgui.files.resources import resource
from convgui.files.samples import load_sample
from convgui.files.weights.read import read_weights
from convgui.layers.scale import Scale
from convgui.model.sample import Sample
from convgui.qt.compare.networks import NetworksBeside, map_sides
from convgui.qt.dialogs.differences_dialog import DifferencesDialog
from convgui.qt.dialogs.network_dialog import NetworkDialog
from convgui.session.opening import open_document
from tests.files.weights.built import safetensors
from tests.qt.conftest import Answers, Opened
from tests.scenes.checks import words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def listed(opened: Opened, path: Path) -> NetworkDialog:
    opened.window.open_file(path)
    opened.bot.waitUntil(lambda: opened.window.findChild(NetworkDialog) is not None)
    dialog = opened.window.findChild(NetworkDialog)
    assert isinstance(dialog, NetworkDialog)
    return dialog


def row(dialog: NetworkDialog, name: str) -> QTreeWidgetItem:
    items = [dialog.list.topLevelItem(n) for n in range(dialog.list.topLevelItemCount())]
    return next(item for item in items if item is not None and item.text(0) == name)


def test_ones_own_filters_are_on_ones_own_photo_in_two_steps(opened: Opened) -> None:
    window, path = opened.window, resource("networks", "pnet.pt")
    window.use_sample(load_sample("astronaut"))
    opened.settle()
    before = window.session.document
    dialog = listed(opened, path)
    assert [dialog.list.topLevelItem(n).text(1) for n in range(3)] == ["Conv2d", "PReLU", "MaxPool2d"]  # type: ignore[union-attr]
    assert dialog.state.text().startswith("This is P-Net; it was trained on (x \N{MINUS SIGN} 127.5) / 128.")
    assert "6,632 parameters" in dialog.state.text()
    assert row(dialog, "conv4_2").text(1) == "Conv2d"
    dialog.put_button.click()
    opened.settle()
    document = window.session.document
    weight = read_weights(path).tensors["conv1.weight"].values()
    assert np.array_equal(document.layer.weight, weight.astype(float))
    assert document.view.scene == "maps"
    assert "10" in opened.summary()
    assert window.session.undo_name == "Put conv1 on the input"
    dialog.list.setCurrentItem(row(dialog, "conv2"))
    dialog.put_button.click()
    opened.settle()
    assert "takes 10 channels and the input has 3" in dialog.state.text()
    window.session.undo()
    window.session.undo()
    assert window.session.document is before
    dialog.close()


def test_a_network_that_is_known_stands_on_the_photo_as_a_chain(opened: Opened) -> None:
    window = opened.window
    window.use_sample(load_sample("astronaut"))
    opened.settle()
    dialog = listed(opened, resource("networks", "pnet.pt"))
    dialog.values.setCurrentIndex(dialog.values.findData("as-is"))
    dialog.build_button.click()
    assert dialog.state.text() == "Chain from conv1: 10 layers on Astronaut."
    assert window.session.document.view.scene == "network"
    assert window.session.document.shapes[-1] == (2, 251, 251)
    window.session.undo()
    dialog.close()


def test_what_a_known_network_was_trained_on_is_its_first_layer(opened: Opened, folder: Path) -> None:
    """Offered, built, seen in the strip, taken back, and kept in a document."""
    window = opened.window
    window.use_sample(load_sample("astronaut"))
    opened.settle()
    dialog = listed(opened, resource("networks", "pnet.pt"))
    assert dialog.values.currentText() == "(x \N{MINUS SIGN} 127.5) / 128"
    dialog.build_button.click()
    assert dialog.state.text() == "Chain from conv1: 11 layers on Astronaut."
    first = window.session.document.layers[0]
    assert isinstance(first, Scale)
    assert (first.weight.tolist(), first.bias.tolist()) == ([1 / 128], [-127.5 / 128])
    opened.settle()
    window.presenter.jump(1)
    picture = window.stage.picture
    assert picture is not None
    assert any("Scale and" in text for text in words(picture))
    write_document(window.session.document, folder / "a.convgui")
    kept = open_document(folder / "a.convgui").document.layers[0]
    assert isinstance(kept, Scale)
    assert (kept.weight.tolist(), kept.bias.tolist()) == ([1 / 128], [-127.5 / 128])
    dialog.values.setCurrentIndex(dialog.values.findData("imagenet"))
    dialog.bgr.click()
    dialog.build_button.click()
    assert len(window.session.document.layers) == 12
    window.session.undo()
    assert len(window.session.document.layers) == 11
    dialog.close()


def test_a_chain_from_the_middle_takes_its_input_as_it_is(opened: Opened) -> None:
    window = opened.window
    window.use_sample(load_sample("astronaut"))
    dialog = listed(opened, resource("networks", "pnet.pt"))
    assert dialog.values.isEnabled()
    assert dialog.bgr.isEnabled()
    dialog.bgr.click()
    dialog.list.setCurrentItem(row(dialog, "prelu1"))
    assert not dialog.values.isEnabled()
    assert not dialog.bgr.isEnabled()
    assert "as it is" in dialog.values.toolTip()
    before = window.session.document
    dialog.build_button.click()
    # Its 10 slopes do not fit the photo's 3 channels, and nothing stands in front of them.
    assert "stops before prelu1" in dialog.state.text()
    assert window.session.document is before
    dialog.close()


@pytest.mark.fault
def test_values_for_colour_on_an_input_without_any_is_a_sentence(opened: Opened) -> None:
    before = opened.window.session.document
    dialog = listed(opened, resource("networks", "pnet.pt"))
    dialog.values.setCurrentIndex(dialog.values.findData("imagenet"))
    dialog.build_button.click()
    assert dialog.state.text().startswith("These values need red, green and blue, and the input has 1 channel;")
    assert opened.window.session.document is before
    dialog.close()


def test_of_an_unknown_network_values_stay_as_they_are(opened: Opened, folder: Path) -> None:
    (folder / "a.safetensors").write_bytes(safetensors({"c.weight": np.ones((2, 1, 3, 3), np.float32)}))
    dialog = listed(opened, folder / "a.safetensors")
    assert dialog.values.currentText() == "as they are"
    dialog.build_button.click()
    assert len(opened.window.session.document.layers) == 1
    dialog.close()


@pytest.mark.fault
def test_a_file_that_was_written_anew_while_it_is_listed_says_so(opened: Opened, folder: Path) -> None:
    ones, twos = np.ones((2, 1, 3, 3), np.float32), np.full((2, 1, 3, 3), 2, np.float32)
    (folder / "net.safetensors").write_bytes(safetensors({"a.weight": ones, "b.weight": twos}))
    dialog = listed(opened, folder / "net.safetensors")
    before = opened.window.session.document
    (folder / "net.safetensors").write_bytes(safetensors({"b.weight": twos, "a.weight": ones}))
    for act in (dialog.put, dialog.build):
        act()
        assert "has been changed since it was opened" in dialog.state.text()
        assert opened.window.session.document is before
    dialog.close()


def test_what_cannot_be_put_on_says_so(opened: Opened) -> None:
    dialog = listed(opened, resource("networks", "pnet.pt"))
    dialog.list.setCurrentItem(row(dialog, "prelu1"))
    assert not dialog.put_button.isEnabled()
    dialog.close()


def test_a_layer_that_does_not_fit_leaves_the_document(opened: Opened) -> None:
    before = opened.window.session.document
    dialog = listed(opened, resource("networks", "silero_vad_16k.safetensors"))
    dialog.put_button.click()
    assert "slides along 1 axes, and the input has 2" in dialog.state.text()
    assert opened.window.session.document is before
    dialog.close()


@pytest.mark.fault
def test_a_file_that_is_gone_by_now_is_a_sentence(opened: Opened, folder: Path) -> None:
    path = folder / "a.safetensors"
    path.write_bytes(safetensors({"c.weight": np.ones((2, 1, 3, 3), np.float32)}))
    before = opened.window.session.document
    dialog = listed(opened, path)
    path.unlink()
    dialog.put_button.click()
    assert "put the file back" in dialog.state.text()
    assert opened.window.session.document is before
    dialog.close()


@pytest.mark.fault
def test_a_program_in_a_file_is_refused_on_the_banner(opened: Opened, folder: Path) -> None:
    (folder / "a.pt").write_bytes(
        resource("networks", "pnet.pt").read_bytes().replace(b"torch._utils", b"torch._evils")
    )
    opened.window.open_file(folder / "a.pt")
    opened.bot.waitUntil(lambda: "which is a program and no weights" in opened.window.banner.words.text())


def test_an_array_is_opened_as_weights_where_that_is_said(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(folder / "kernel.npy", np.ones((2, 1, 3, 3)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(folder / "kernel.npy"), ""))
    opened.window.commands.actions["open-weights"].trigger()
    opened.bot.waitUntil(lambda: opened.window.findChild(NetworkDialog) is not None)
    dialog = opened.window.findChild(NetworkDialog)
    assert isinstance(dialog, NetworkDialog)
    dialog.put_button.click()
    assert np.array_equal(opened.window.session.document.layer.weight, np.ones((2, 1, 3, 3)))
    dialog.close()


def test_a_photo_is_stretched_to_what_a_network_was_made_for(opened: Opened) -> None:
    window = opened.window
    window.use_sample(load_sample("chelsea"))
    dialog = listed(opened, Path(__file__).parents[2] / "files" / "weights" / "keras" / "seq_k3.keras")
    assert dialog.lengths.currentText() == "12 × 10"
    dialog.build_button.click()
    document = window.session.document
    # 300 x 451: means of 25 x 45 cells.
    assert document.shapes[1] == (3, 12, 10)
    assert document.shapes[-1][0] == 7
    # Empty leaves it as it is, for which the dense layer has no weights.
    dialog.lengths.setCurrentText("")
    dialog.build_button.click()
    assert "stops before dense" in dialog.state.text()
    dialog.lengths.setCurrentText("12 x ten")
    before = window.session.document
    dialog.build_button.click()
    assert dialog.state.text() == "Size: write whole numbers, such as 224 × 224, or leave it empty."
    assert window.session.document is before
    dialog.close()


def test_two_files_are_compared_from_the_list(opened: Opened, answers: Answers, folder: Path) -> None:
    for name, value in (("a", 1.0), ("b", 1.5)):
        arrays = {"c.weight": np.full((2, 1, 3, 3), value, np.float32), "c.bias": np.zeros(2, np.float32)}
        (folder / f"{name}.safetensors").write_bytes(safetensors(arrays))
    dialog = listed(opened, folder / "a.safetensors")
    answers.file = str(folder / "b.safetensors")
    dialog.compare_button.click()
    beside = dialog.findChild(DifferencesDialog)
    assert isinstance(beside, DifferencesDialog)
    opened.bot.waitUntil(lambda: beside.list.topLevelItemCount() == 2)
    assert beside.windowTitle() == "a.safetensors beside b.safetensors"
    rows = [beside.list.topLevelItem(n) for n in range(2)]
    assert {row.text(0): (row.text(1), row.text(2)) for row in rows if row is not None} == {
        "c.weight": ("2 × 1 × 3 × 3", "18 differ, by up to 0.5 (33.33 % of the largest)"),
        "c.bias": ("2", "the same"),
    }
    assert beside.state.text().startswith("2 tensors: 1 the same, 1 with other numbers")
    beside.close()
    answers.file = str(folder / "missing.pt")
    dialog.compare_button.click()
    second = next(d for d in dialog.findChildren(DifferencesDialog) if d.isVisible())
    opened.bot.waitUntil(lambda: "missing.pt" in second.state.text())
    second.close()
    dialog.close()


def test_a_map_of_two_files_is_shown_side_by_side(opened: Opened, answers: Answers, folder: Path) -> None:
    for name, value in (("a", 1.0), ("b", 1.5)):
        kernels = np.stack([np.ones((1, 3, 3)), np.full((1, 3, 3), value)]).astype(np.float32)
        (folder / f"{name}.safetensors").write_bytes(safetensors({"c.weight": kernels}))
    window = opened.window
    opened.show(replace(window.session.document, sample=Sample(np.ones((1, 5, 6)), "ones"), lesson=None))
    dialog = listed(opened, folder / "a.safetensors")
    answers.file = str(folder / "b.safetensors")
    dialog.compare_button.click()
    beside = dialog.findChild(DifferencesDialog)
    assert isinstance(beside, DifferencesDialog)
    assert not beside.maps_button.isEnabled()
    opened.bot.waitUntil(beside.maps_button.isEnabled)
    beside.maps_button.click()
    maps = window.findChild(NetworksBeside)
    assert isinstance(maps, NetworksBeside)
    # It begins with the map in which they differ most.
    opened.bot.waitUntil(lambda: maps.channel.value() == 1)
    assert maps.pane.mode == "side"
    assert maps.channel.maximum() == 1
    assert maps.layers.currentText() == "Layer 1: Convolution 3 × 3"
    assert maps.state.text().startswith("Largest difference 4.5")
    assert maps.state.text().endswith("Of all maps number 1 differs most, by up to 4.5.")
    maps.channel.setValue(0)
    assert maps.state.text().startswith("There is no difference.")
    for window_of in (maps, beside, dialog):
        window_of.close()


def test_a_signal_and_its_twin_have_one_scale() -> None:
    one, other = np.array([[0.0, 1.0, -2.0]]), np.array([[0.0, 4.0, -2.0]])
    first, second = map_sides(one, other, 0, LIGHT)
    assert first.levels == second.levels
    assert first.pixels.shape == (24, 3, 3)
    np.testing.assert_array_equal(first.pixels[:, 2], second.pixels[:, 2])
    assert (first.pixels[0, 1] != second.pixels[0, 1]).any()

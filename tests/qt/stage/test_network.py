"""The scene Network in the window: a network is opened, its blocks, maps, cells and filters are clicked; it is kept.

What a click should choose is read from P-Net's own numbers, not from the scene.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.draw.picture import HitGrid
from convgui.files.lessons import load_lesson
from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.layers.convolution import Convolution
from convgui.layers.relu import ReLU
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.dialogs.network_dialog import NetworkDialog
from convgui.qt.export.dialog import ExportDialog
from convgui.session.walking import alike, with_lesson_start
from tests.qt.conftest import Answers, Opened
from tests.scenes.checks import words
from tests.scenes.test_maps import conv, document

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def face() -> Sample:
    return replace(load_lesson("look-inside").sample, name="face")


@pytest.fixture
def pnet(opened: Opened) -> Opened:
    """Open P-Net by its dialog, and put it on the lesson's photo with the values that it was trained on."""
    # So wide that all of its blocks stand in the strip.
    opened.window.resize(1600, 900)
    opened.show(replace(opened.window.session.document, sample=face(), lesson=None))
    opened.window.open_file(resource("networks", "pnet.pt"))
    opened.bot.waitUntil(lambda: opened.window.findChild(NetworkDialog) is not None)
    dialog = opened.window.findChild(NetworkDialog)
    assert isinstance(dialog, NetworkDialog)
    dialog.build_button.click()
    dialog.close()
    opened.settle()
    return opened


def fills(opened: Opened) -> bool:
    """Whether the picture is as large as the stage, which what stands beside it may have made smaller."""
    picture, room = opened.window.stage.picture, opened.window.stage.room
    return picture is not None and (picture.width, picture.height) == pytest.approx(room)


def place(opened: Opened, kind: str, *index: int) -> QPoint:
    """Return where something that can be pointed at has its middle on the stage, once that has its size."""
    QApplication.processEvents()
    opened.settle()
    opened.bot.waitUntil(lambda: fills(opened))
    picture = opened.window.stage.picture
    assert picture is not None

    def there(grid: HitGrid) -> bool:
        row, column = index[-2] - grid.origin[0], index[-1] - grid.origin[1]
        inside = 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]
        return grid.kind == kind and grid.prefix == index[:-2] and inside

    x, y, wide, high = opened.window.stage.on_widget(next(filter(there, picture.hits)).box(index))
    return QPoint(round(x + wide / 2), round(y + high / 2))


def click(opened: Opened, kind: str, *index: int) -> None:
    QTest.mouseClick(opened.window.stage, Qt.MouseButton.LeftButton, pos=place(opened, kind, *index))
    opened.settle()
    opened.bot.waitUntil(lambda: not opened.window.presenter.player.moving)


def texts(opened: Opened) -> list[str]:
    opened.settle()
    picture = opened.window.stage.picture
    assert picture is not None
    return words(picture)


def test_a_click_on_a_block_chooses_its_layer_and_goes_there(pnet: Opened) -> None:
    window = pnet.window
    assert window.session.document.view.scene == "network"
    assert window.presenter.player.target == 8, "at first the last block, which makes the probabilities"
    for block, layer in ((4, 4), (2, 1), (5, 6), (3, 3)):
        click(pnet, "block", 0, block)
        assert window.presenter.player.target == block, "the step follows the first click"
        assert window.session.document.view.layer == layer
        assert window.inspector.stack.list.currentRow() == layer, "and so does the inspector"
    click(pnet, "block", 0, 0)
    assert window.presenter.player.target == 0


def test_what_is_chosen_beside_the_layers_is_the_block_that_is_seen(pnet: Opened) -> None:
    pnet.window.inspector.stack.list.setCurrentRow(6)
    pnet.settle()
    assert pnet.window.presenter.player.target == 5
    # A layer behind another one in its block is seen there, too.
    pnet.window.inspector.stack.list.setCurrentRow(5)
    pnet.settle()
    assert pnet.window.presenter.player.target == 4


def test_maps_cells_and_filters_are_chosen_by_a_click(pnet: Opened) -> None:
    window = pnet.window
    click(pnet, "block", 0, 4)
    click(pnet, "unit", 4, 9, 5, 12)
    assert window.session.document.view.filter == 9
    assert window.presenter.player.target == 4
    assert {"out[9, 5, 12]", "7.47", "field 3 → 4 → 8 of 64"} <= set(texts(pnet))
    weight = read_weights(resource("networks", "pnet.pt")).tensors["conv2.weight"].values()
    shown = window.session.document.layer.weight[9]
    np.testing.assert_array_equal(shown.astype(np.float32), weight[9])
    click(pnet, "filter", 4, 11, 3)
    assert window.session.document.view.filter == 11
    assert any(text.startswith("out[11,") for text in texts(pnet))
    assert window.inspector.kernel.isVisible()


def test_what_is_pointed_at_is_told_and_left_again(pnet: Opened) -> None:
    window = pnet.window
    click(pnet, "block", 0, 4)
    window.presenter.point(None)
    before = pnet.summary()
    for kind, index, said in (
        ("unit", (4, 3, 0, 28), "out[3, 0, 28] = "),
        ("block", (0, 2), "2 · Conv."),
        ("pixel", (10, 20), "in[:, 10, 20] = ("),
        ("filter", (4, 2, 3), "out[2, "),
        ("term", (0, 3), "Channel 3 adds "),
    ):
        QTest.mouseMove(window.stage, place(pnet, kind, *index))
        assert said in pnet.summary(), (kind, pnet.summary())
    window.presenter.point(None)
    assert pnet.summary() == before


def test_an_edit_is_shown_and_undone(pnet: Opened) -> None:
    window = pnet.window
    click(pnet, "block", 0, 2)
    window.presenter.point(None)
    before, shown = window.session.document, pnet.summary()
    layers = list(before.layers)
    first = layers[1]
    assert isinstance(first, Convolution)
    layers[1] = replace(first, weight=2 * first.weight)
    window.session.replace(replace(before, layers=tuple(layers)), "Twice")
    assert pnet.summary() != shown
    assert window.presenter.player.target == 2
    window.session.undo()
    assert pnet.summary() == shown
    assert window.session.document.layers == before.layers


def test_it_is_kept_in_a_document(pnet: Opened, answers: Answers, folder: Path) -> None:
    window = pnet.window
    click(pnet, "block", 0, 4)
    click(pnet, "unit", 4, 9, 5, 12)
    shown, held = texts(pnet), window.session.document
    answers.file = str(folder / "pnet.convgui")
    window.commands.actions["save"].trigger()
    pnet.bot.waitUntil(lambda: Path(answers.file).exists() and window.status.working.isHidden())
    window.open_lesson("single-channel")
    pnet.settle()
    window.open_file(Path(answers.file))
    pnet.bot.waitUntil(lambda: len(window.session.document.layers) == len(held.layers))
    pnet.bot.waitUntil(lambda: texts(pnet) == shown)
    assert window.session.document.sources == held.sources
    assert window.presenter.player.target == 4


def test_it_is_exported(pnet: Opened, folder: Path) -> None:
    window = pnet.window
    click(pnet, "block", 0, 4)
    window.commands.actions["export"].trigger()
    dialog = window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.width_box.setValue(900)
    dialog.height_box.setValue(600)
    for what, ending in (("picture", ".png"), ("picture", ".svg"), ("animation", ".gif")):
        dialog.what.setCurrentIndex(dialog.what.findData(what))
        dialog.format.setCurrentIndex(dialog.format.findData(ending))
        dialog.last.setValue(2)
        dialog.glide.setChecked(False)
        with pnet.bot.waitSignal(dialog.said, timeout=60_000):
            dialog.start(folder / f"a{ending}")
        assert f"a{ending} is written." in dialog.state.text()
    dialog.close()
    with Image.open(folder / "a.png") as image:
        assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 500
    text = (folder / "a.svg").read_text(encoding="utf-8")
    assert "16 filters" in text
    assert "Max pool" in text
    with Image.open(folder / "a.gif") as film:
        assert getattr(film, "n_frames", 1) == 3


LARGE = {
    "512 channels": document(conv(3, 512), conv(512, 512, 1), ReLU(), size=(8, 8)),
    "300 layers": document(*(layer for n in range(150) for layer in (conv(3, 3, padding=1, seed=n % 3), ReLU()))),
    "missing values": replace(
        document(conv(3, 4), ReLU()),
        sample=Sample(np.where(np.arange(243).reshape(3, 9, 9) % 5, 1.0, np.nan), "gaps", nonfinite=49),
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_others_stand_in_a_small_window_too(opened: Opened, name: str) -> None:
    window, made = opened.window, LARGE[name]
    window.resize(1024, 700)
    opened.show(made.with_view(replace(made.view, scene="network")))
    last = window.presenter.player.steps - 1
    for step in (0, 1, last):
        window.presenter.jump(step)
        assert texts(opened)
    reached = [grid.prefix for grid in shown_hits(opened) if grid.kind == "block"]
    assert reached
    assert window.banner.isHidden()


def shown_hits(opened: Opened) -> tuple[HitGrid, ...]:
    picture = opened.window.stage.picture
    assert picture is not None
    return picture.hits


def test_three_axes_are_refused_in_a_sentence(opened: Opened) -> None:
    made: Document = load_lesson("volume-3d")
    opened.window.session.replace(made.with_view(replace(made.view, scene="network")), "Show")
    opened.bot.waitUntil(lambda: not opened.window.banner.isHidden())
    assert "Network shows one and two spatial axes; this input has three." in opened.window.banner.words.text()


LAYER_OF_BLOCK = {1: 0, 2: 1, 3: 3, 4: 4, 5: 6, 6: 8, 7: 9, 8: 10}
"""By index: the scaling, the first convolution with its PReLU, the pooling, and so on."""


def wait_for_layer(opened: Opened, index: int) -> None:
    """Wait until a layer is the chosen one, and the picture is of it."""
    opened.bot.waitUntil(lambda: opened.window.session.document.view.layer == index)
    opened.settle()


def test_going_from_step_to_step_chooses_the_layer_that_is_seen(pnet: Opened) -> None:
    """Picture and panel never stand on different layers: what is typed beside the picture is what it shows."""
    window = pnet.window
    for step in (2, 4, 6):
        window.presenter.jump(step)
        wait_for_layer(pnet, LAYER_OF_BLOCK[step])
        assert window.presenter.player.target == step
    window.commands.actions["back"].trigger()
    wait_for_layer(pnet, LAYER_OF_BLOCK[5])
    assert window.inspector.stack.list.currentRow() == LAYER_OF_BLOCK[5]


def test_a_lesson_of_a_network_is_walked_without_being_changed(opened: Opened) -> None:
    window = opened.window
    lesson = with_lesson_start(load_lesson("look-inside"))
    opened.show(lesson)
    assert lesson.lesson is not None
    for index, layer in enumerate((0, 1, 4, 8, 10)):
        window.caption.go(index)
        wait_for_layer(opened, layer)
        assert window.caption.words.text().split()[:6] == lesson.lesson.captions[index].text.split()[:6]
    assert window.session.document.view.filter == 0
    assert alike(window.session.document, lesson)


def test_weights_that_go_with_other_channels_are_told(pnet: Opened) -> None:
    """Ten channels, nine and ten again: what was trained is gone, in the layer and in those that read it."""
    window = pnet.window
    window.inspector.stack.list.setCurrentRow(1)
    pnet.settle()
    trained = window.session.document
    window.inspector.layer.filters.setValue(9)
    pnet.settle()
    said = window.inspector.layer.problem.text()
    assert said == "3 layers lost weights of channels that are gone; undo brings them back."
    window.session.undo()
    pnet.settle()
    assert alike(window.session.document, trained)
    assert window.inspector.layer.problem.text() == ""
    window.inspector.stack.list.setCurrentRow(4)
    pnet.settle()
    window.inspector.stack.remove.click()
    pnet.settle()
    assert "lost weights" in window.inspector.stack.problem.text()
    window.session.undo()
    pnet.settle()
    assert alike(window.session.document, trained)


def test_channels_of_trained_kernels_are_edited_one_by_one(pnet: Opened) -> None:
    """The photo's own kernel is the same in each channel, those of the network are not: a 2 went into all three."""
    window = pnet.window
    window.inspector.stack.list.setCurrentRow(1)
    pnet.settle()
    assert not window.inspector.kernel.every.isChecked()


def test_what_was_played_to_is_chosen_at_the_end(pnet: Opened) -> None:
    window = pnet.window
    window.presenter.jump(5)
    wait_for_layer(pnet, LAYER_OF_BLOCK[5])
    window.commands.actions["play"].trigger()
    pnet.bot.waitUntil(lambda: window.presenter.player.target >= 7 or not window.presenter.player.playing)
    if window.presenter.player.playing:
        window.commands.actions["play"].trigger()
    pnet.settle()
    pnet.bot.waitUntil(lambda: not window.presenter.player.moving)
    wait_for_layer(pnet, LAYER_OF_BLOCK[window.presenter.player.target])


def test_the_largest_answer_is_gone_to_by_a_key(pnet: Opened) -> None:
    window = pnet.window
    shown = window.presenter.scene
    layer = window.session.document.view.layer
    expected = shown.sought(window.session.document, window.presenter.data, every=True)
    assert window.commands.actions["strongest-map"].isEnabled()
    window.commands.actions["strongest-map"].trigger()
    pnet.settle()
    view = window.session.document.view
    assert expected is not None
    assert (view.layer, view.filter, dict(view.options)) == (layer, expected.filter, dict(expected.options))
    window.session.look(scene="slide")
    pnet.settle()
    assert not window.commands.actions["strongest"].isEnabled()

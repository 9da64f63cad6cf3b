"""The palette finds what there is, and says why not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from convgui.files.own_lessons import all_lessons
from convgui.files.samples import load_sample, samples
from convgui.files.translations import LANGUAGES
from convgui.layers import choices
from convgui.layers.presets import presets
from convgui.qt.dialogs.command_palette import Palette
from convgui.scenes import scenes
from convgui.session.finding import Entry, matching_entries
from convgui.session.synonyms import _WORDS
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def palette(opened: Opened) -> Palette:
    opened.window.commands.actions["palette"].trigger()
    found = opened.window.findChild(Palette)
    assert isinstance(found, Palette)
    return found


def choose(opened: Opened, typed: str) -> None:
    dialog = palette(opened)
    QTest.keyClicks(dialog.line, typed)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    opened.bot.waitUntil(lambda: opened.window.findChild(Palette) is None)
    opened.settle()


def test_the_palette_finds_lessons_kernels_samples_scenes_and_actions(opened: Opened) -> None:
    window = opened.window
    choose(opened, "sobel y")
    assert window.session.document.layer.weight[0, 0].tolist() == [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    choose(opened, "matrix scene")
    assert window.session.document.view.scene == "matrix"
    choose(opened, "dark theme")
    assert window.theme.shade == "dark"
    choose(opened, "dilation")
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == "dilation"
    choose(opened, "chelsea")
    assert window.session.document.sample.source == "sample:chelsea"


def test_the_palette_says_why_not_and_what_is_not_there(opened: Opened) -> None:
    dialog = palette(opened)
    dialog.line.setText("transposed scene")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert opened.window.session.document.view.scene == "slide", "what cannot be done is not done"
    dialog.line.setText("zzzz")
    assert "zzzz" in dialog.none.text()
    dialog.line.setText("")
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1
    QTest.keyClick(dialog.line, Qt.Key.Key_Escape)


LOOKED_FOR = {
    "interpolate": "Add upsample, nearest",
    "subsampling": "Add max pooling",
    "1D": "Type numbers…",
    "causal": "Padding",
    "im2col": "Matrix",
    "step": "Stride",
    "deconvolution": "Add transposed convolution",
    "parameters": "Cost",
    "“same”": "Padding",
    "blur": "Gaussian 3 × 3",
    "edge": "Outline",
    "mirror": "Padding mode",
    "receptive": "Receptive field",
    "checkerboard": "Overlap",
    "depthwise": "Groups",
    "heat map": "Receptive field",
    "atrous": "Dilation",
    "1x1": "1 × 1",
    "true convolution": "Flip the kernel",
    "grayscale": "Single channel",
    "fft": "Frequency response",
    "bias": "Cost",
    "mobilenet": "Depthwise separable",
    "vgg": "VGG-16, features",
    "backpropagation": "Learn",
    "why 3x3": "Kernel size",
    "why 3 × 3": "Receptive field of VGG-16",
    "Conv1d": "Add convolution",
    "kaiming": "Random weights…",
    "xavier": "Random weights…",
    "initialization": "Random weights…",
    "ROI": "Part of the picture…",
}


@pytest.mark.parametrize("typed", LOOKED_FOR)
def test_the_words_people_use_are_found(opened: Opened, typed: str) -> None:
    dialog = palette(opened)
    dialog.line.setText(typed)
    assert LOOKED_FOR[typed] in dialog.titles()[:6], dialog.titles()[:6]
    dialog.reject()


def test_one_axis_leads_to_settings_lessons_and_layers_and_to_no_network(opened: Opened) -> None:
    dialog = palette(opened)
    dialog.line.setText("1D")
    kinds = {dialog._commands[index].entry.kind for index in matching_entries(entries(dialog), "1D")}
    assert {"Action", "Setting", "Lesson", "Layer"} <= kinds
    assert "Network" not in kinds
    dialog.reject()


def entries(dialog: Palette) -> list[Entry]:
    return [command.entry for command in dialog._commands]


def test_with_an_own_input_what_can_be_done_with_it_comes_before_lessons(opened: Opened) -> None:
    dialog = palette(opened)
    dialog.line.setText("sobel")
    assert dialog.titles()[0] == "Sobel on a photo"
    dialog.reject()
    opened.bot.waitUntil(lambda: opened.window.findChild(Palette) is None)
    opened.window.use_sample(load_sample("camera"))
    opened.settle()
    dialog = palette(opened)
    dialog.line.setText("sobel")
    assert dialog.titles()[0] == "Sobel x"
    assert "Sobel on a photo" in dialog.titles()
    dialog.reject()


def test_a_setting_takes_the_keyboard(opened: Opened) -> None:
    window = opened.window
    window.show_panel("inspector", False)
    choose(opened, "stride")
    box = window.inspector.layer.stride.boxes[0]
    opened.bot.waitUntil(lambda: window.focusWidget() is box)
    assert window.inspector.isVisible()


def test_layers_and_networks_are_found_too(opened: Opened) -> None:
    window = opened.window
    choose(opened, "add max pooling")
    assert [layer.title for layer in window.session.document.layers][1].startswith("Max pooling")
    window.session.undo()
    choose(opened, "dilation 1, 2, 4")
    assert len(window.session.document.layers) in (1, 3)


def test_every_synonym_leads_to_something_that_is_there(opened: Opened) -> None:
    dialog = palette(opened)
    ids = {
        "scene": {found.id for found in scenes()},
        "lesson": {lesson.id for lesson in all_lessons()},
        "kernel": {identity for preset in presets() for identity in prefixes(preset)},
        "layer": {"in_channels", "reads", *(name for name, _, _ in opened.window.inspector.fields())},
        "kind": {kind.id for kind in choices()},
        "action": {*opened.window.commands.actions, "keep-kernel", *dict(opened.window.commands.help.submenus)}
        | {f"language-{code}" for code in LANGUAGES},
        "sample": {sample.id for sample in samples()},
    }
    lost = [key for key in _WORDS if key.split(":")[1] not in ids[key.split(":")[0]]]
    assert lost == []
    dialog.reject()


def prefixes(identity: str) -> list[str]:
    """Return the beginnings of an id, whole names each."""
    names = identity.split("-")
    return ["-".join(names[:count]) for count in range(1, len(names) + 1)]


def found(opened: Opened, typed: str) -> list[str]:
    dialog = palette(opened)
    dialog.line.setText(typed)
    titles = [dialog.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(dialog.list.count())]
    dialog.close()
    opened.bot.waitUntil(lambda: opened.window.findChild(Palette) is None)
    return [str(title) for title in titles]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("numpy", "Copy as: NumPy"),
        ("keras", "Copy as: TensorFlow, Keras"),
        ("pytorch", "Copy as: PyTorch"),
        ("pytorch", "Paste PyTorch"),
        ("residual", "Add addition"),
        ("residual", "Reads"),
        ("skip", "Add concatenation"),
        ("branch", "Reads"),
        ("chinese", "Language: 简体中文"),
        ("save this kernel", "Save this kernel…"),
    ],
)
def test_what_stands_in_menus_within_menus_is_found(opened: Opened, typed: str, title: str) -> None:
    opened.window.inspector.stack.add_kind("relu")
    assert any(title in one for one in found(opened, typed)), found(opened, typed)


@pytest.mark.parametrize(("typed", "title"), [("chinese", "Language: 简体中文"), ("english", "Language: English")])
def test_a_language_is_the_first_that_its_name_finds(opened: Opened, typed: str, title: str) -> None:
    assert found(opened, typed)[0].startswith(title)


def test_code_is_copied_from_the_palette(opened: Opened) -> None:
    choose(opened, "copy as keras")
    assert "keras" in QGuiApplication.clipboard().text()


def test_a_long_reason_gives_way_to_names(opened: Opened) -> None:
    """Of a scene that does not apply the reason is a sentence: it hid the name, and cut the column at the right."""
    dialog = palette(opened)
    dialog.line.setText("pooling")
    QApplication.processEvents()
    wide = dialog.list.viewport().width()
    rows = [dialog.list.itemWidget(dialog.list.item(n)) for n in range(dialog.list.count())]
    assert any("Cells" in label.text() for row in rows for label in row.findChildren(QLabel))
    for row in rows:
        title, detail, kind = (label.geometry() for label in row.findChildren(QLabel))
        assert row.width() <= wide
        assert title.right() < detail.left() <= detail.right() < kind.left()
        assert kind.right() < wide
    dialog.close()


@pytest.mark.parametrize(
    ("typed", "title"),
    [("jpeg", "Export…"), ("swipe", "Compare…"), ("difference", "Compare…"), ("save result", "Export…"),
     ("as seen", "Export…"), ("many files", "Apply to a folder…"), ("html", "Export…"), ("split", "Compare…")],
)  # fmt: skip
def test_a_practitioners_words_are_found(opened: Opened, typed: str, title: str) -> None:
    dialog = palette(opened)
    dialog.line.setText(typed)
    assert title in dialog.titles()[:3]
    dialog.close()

"""The textbook's exercise from nothing: an input of any size, a pasted layer, and its number of parameters."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.core.spec import SpecError
from convgui.model.sample import Sample
from convgui.qt.dialogs.input_dialog import InputDialog
from convgui.session.generated import FILLINGS, WAVES, Signal, generated
from tests.qt.conftest import Opened

signal: Any = import_module("scipy.signal")
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def answer(do: Callable[[InputDialog], None]) -> None:
    """Do something with the dialog once it is open."""

    def look() -> None:
        dialog = next((w for w in QApplication.topLevelWidgets() if isinstance(w, InputDialog) and w.isVisible()), None)
        if dialog is None:
            QTimer.singleShot(10, look)
        else:
            do(dialog)

    QTimer.singleShot(0, look)


def type_sizes(dialog: InputDialog) -> None:
    """Type 3 Tab 32 Tab 32 Return."""
    for field, text in ((dialog.channels, "3"), (dialog.sides["height"], "32"), (dialog.sides["width"], "32")):
        field.selectAll()
        QTest.keyClicks(field, text)
    dialog.buttons.button(dialog.buttons.StandardButton.Ok).click()


def paste(opened: Opened, text: str) -> None:
    line = opened.window.inspector.paste.line
    line.setText(text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()


def test_the_exercise_of_the_textbook(opened: Opened) -> None:
    window = opened.window
    answer(type_sizes)
    window.commands.actions["generate"].trigger()
    opened.settle()
    paste(opened, "nn.Conv2d(3, 10, 5, padding=2)")
    assert window.session.document.shapes == ((3, 32, 32), (10, 32, 32))
    assert window.status.weights.text() == "760 parameters (750 weights + 10 biases)"


def test_a_layer_that_does_not_fit_offers_an_input_that_does(opened: Opened) -> None:
    window = opened.window
    paste(opened, "nn.Conv2d(3, 10, 5, padding=2)")
    offer = window.inspector.paste.make
    assert offer.text() == "Make an input with 3 channels…"
    answer(type_sizes)
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    opened.settle()
    assert window.session.document.shapes == ((3, 32, 32), (10, 32, 32))
    assert not offer.isVisible()
    assert window.status.weights.text().startswith("760 parameters")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("nn.Conv1d(4, 8, 3)", (4, 32)),
        ("nn.Conv3d(1, 8, 3)", (1, 32, 32, 32)),
        ("nn.Conv2d(1, 8, 11)", (1, 32, 32)),
        ("nn.Sequential(nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2))", (3, 32, 32)),
        ("nn.ConvTranspose2d(16, 8, 2, stride=2)", (16, 5, 5)),
    ],
)
def test_the_offered_input_is_as_near_as_can_be(opened: Opened, text: str, shape: tuple[int, ...]) -> None:
    window = opened.window
    paste(opened, text)
    answer(lambda dialog: dialog.buttons.button(dialog.buttons.StandardButton.Ok).click())
    window.inspector.paste.make.click()
    opened.settle()
    assert window.session.document.sample.data.shape == shape
    assert window.inspector.paste.line.text() == "", "the layer is set then"


def test_what_no_input_mends_offers_none(opened: Opened) -> None:
    for text in ("nn.Linear(3, 4)", "nn.Conv2d(1, 8, 3, stride=0)", "nonsense("):
        paste(opened, text)
        assert not opened.window.inspector.paste.make.isVisible(), text


def test_a_pasted_layer_keeps_its_bias_or_that_it_has_none(opened: Opened) -> None:
    window = opened.window
    window.commands.edit.with_weights.setChecked(False)
    for text, count in (("nn.Conv2d(1, 2, 3)", 20), ("nn.Conv2d(1, 2, 3, bias=False)", 18)):
        paste(opened, text)
        assert window.status.weights.text().startswith(f"{count} parameters")
        window.commands.edit._copy_code("pytorch")
        code = QApplication.clipboard().text()
        assert ("bias=False" in code) == ("bias=False" in text)


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("shape", [(1, 7), (3, 4, 5), (2, 3, 4, 5)])
def test_every_filling_has_every_shape(filling: str, shape: tuple[int, ...]) -> None:
    made = generated(shape, filling).data
    assert made.shape == shape
    assert np.isfinite(made).all()
    assert np.array_equal(made, generated(shape, filling).data)


def test_an_impulse_is_in_the_middle_and_a_ramp_counts() -> None:
    assert np.argwhere(generated((1, 5, 4), "impulse").data).tolist() == [[0, 2, 2]]
    assert generated((2, 2), "ramp").data.tolist() == [[0, 1], [2, 3]]
    assert generated((1, 2, 3), "checkerboard").data.tolist() == [[[1, 0, 1], [0, 1, 0]]]


def test_what_is_too_large_is_refused_in_a_sentence() -> None:
    with pytest.raises(SpecError, match="more than 16,777,216 cells"):
        generated((1024, 8192, 8192), "zeros")


def floats(sample: Sample) -> Any:
    return sample.data.astype(np.float64)


def test_waves_are_scipys() -> None:
    of = Signal(rate=8000, frequency=250, last=1000, amplitude=0.5)
    t = np.arange(4000) / 8000
    for filling, wanted in (
        ("sine", 0.5 * np.sin(2 * np.pi * 250 * t)),
        ("chirp", 0.5 * signal.chirp(t, 250, t[-1], 1000, phi=-90)),
        ("square", 0.5 * signal.square(2 * np.pi * 250 * t + 1e-6)),
        ("saw", 0.5 * signal.sawtooth(2 * np.pi * 250 * t + 1e-6)),
    ):
        made = generated((2, 4000), filling, signal=of)
        np.testing.assert_allclose(floats(made), np.stack([wanted, wanted]), atol=1e-6, err_msg=filling)
        assert (made.spacing, made.units, made.note) == ((1 / 8000,), ("s",), "")
    assert set(WAVES) == {"sine", "chirp", "square", "saw"}


def test_a_wave_above_half_the_rate_says_what_its_samples_are() -> None:
    high = generated((1, 800), "sine", signal=Signal(8000, 7000))
    assert high.note == "7000 Hz is above half the sample rate, 4000 Hz: its samples are those of 1000 Hz."
    np.testing.assert_allclose(floats(high), -floats(generated((1, 800), "sine", signal=Signal(8000, 1000))), atol=1e-9)


def test_amplitude_and_seed_of_noise() -> None:
    ways = ((1, 1.0), (1, 3.0), (2, 1.0))
    one, two, other = (floats(generated((1, 500), "normal", seed, Signal(100, amplitude=a))) for seed, a in ways)
    np.testing.assert_allclose(two, 3 * one)
    assert not np.array_equal(one, other)
    assert generated((1, 5), "impulse", signal=Signal(amplitude=2)).data.tolist() == [[0, 0, 2, 0, 0]]


def test_a_wave_has_one_axis() -> None:
    with pytest.raises(SpecError, match="has one axis"):
        generated((1, 4, 4), "sine")


def test_a_chirp_is_made_by_hand(opened: Opened) -> None:
    window = opened.window

    def fill(dialog: InputDialog) -> None:
        assert dialog.filling.findData("chirp") < 0, "two axes have no waves"
        assert not dialog.rate.isVisible()
        dialog.axes.setCurrentIndex(0)
        assert not dialog.rate.isVisible()
        dialog.filling.setCurrentIndex(dialog.filling.findData("chirp"))
        assert all(box.isVisible() for box in (dialog.rate, dialog.frequency, dialog.last, dialog.amplitude))
        dialog.channels.setValue(1)
        dialog.sides["width"].setValue(160_000)
        assert dialog.state.text() == "1 × 160000, 10 s"
        dialog.last.setValue(8000)
        dialog.amplitude.setValue(0.25)
        dialog.buttons.button(dialog.buttons.StandardButton.Ok).click()

    answer(fill)
    window.commands.actions["generate"].trigger()
    opened.settle()
    made = window.session.document.sample
    assert made.data.shape == (1, 160_000)
    assert made.spacing == (1 / 16_000,)
    assert 0.249 < float(np.abs(made.data).max()) <= 0.25

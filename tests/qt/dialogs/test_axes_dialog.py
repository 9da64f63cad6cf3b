"""A file whose axes can be read in more than one way asks in the window, and stays as it was answered."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from convgui.files import LoadError, load
from convgui.files.axes import parse_selection
from convgui.files.documents import read_document, write_document
from convgui.files.links import link_to
from convgui.files.source import Axes
from convgui.model.axis_selection import AxisSelection
from convgui.qt.dialogs.axes_dialog import CHANNEL, ONE, SHOWN, AxesDialog
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

# It has no types.
nib: Any = import_module("nibabel")
FILM = np.arange(4 * 5 * 6 * 20, dtype=np.int16).reshape(4, 5, 6, 20)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    nib.save(nib.Nifti1Image(FILM, np.diag([-1.0, -1, 1, 1])), tmp_path / "film.nii.gz")
    return tmp_path / "film.nii.gz"


def answer(monkeypatch: pytest.MonkeyPatch, act: Callable[[AxesDialog], None]) -> list[AxesDialog]:
    """Use the dialog's controls as a user would; returns the dialogs that were shown."""
    shown: list[AxesDialog] = []

    def use(dialog: AxesDialog) -> int:
        shown.append(dialog)
        dialog.show()
        act(dialog)
        return dialog.result()

    monkeypatch.setattr(AxesDialog, "exec", use)
    return shown


def press(dialog: AxesDialog, which: QDialogButtonBox.StandardButton) -> None:
    QTest.mouseClick(dialog.buttons.button(which), Qt.MouseButton.LeftButton)


def choose(time: int) -> Callable[[AxesDialog], None]:
    def act(dialog: AxesDialog) -> None:
        dialog.positions["time"].setValue(time)
        press(dialog, QDialogButtonBox.StandardButton.Ok)

    return act


def opens(opened: Opened, path: Path, shape: tuple[int, ...]) -> NDArray[Any]:
    opened.window.open_file(path)
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.data.shape == shape)
    opened.settle()
    return opened.window.session.document.sample.data


def test_the_time_of_a_film_is_chosen_and_kept(
    opened: Opened, film: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = answer(monkeypatch, choose(7))
    data = opens(opened, film, (1, 6, 5, 4))
    np.testing.assert_array_equal(data[0], FILM[..., 7].T)
    assert [(name, size) for name, size in shown[0].axes] == [("time", 20), ("z", 6), ("y", 5), ("x", 4)]
    document = opened.window.session.document
    assert "time 7 of 0 to 19" in document.sample.note
    for links in ({}, {document.sample: link_to(document.sample)}):
        write_document(document, tmp_path / "a.convgui", links=links)
        again = read_document(tmp_path / "a.convgui").sample
        np.testing.assert_array_equal(again.data, data)
        assert (again.axis_selection, again.affine) == (document.sample.axis_selection, document.sample.affine)
    assert len(shown) == 1


def test_giving_up_changes_nothing(opened: Opened, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened.window.session.document
    shown = answer(monkeypatch, lambda dialog: press(dialog, QDialogButtonBox.StandardButton.Cancel))
    opened.window.open_file(film)
    opened.bot.waitUntil(lambda: bool(shown))
    opened.settle()
    assert opened.window.session.document is before


def test_a_dialog_that_goes_with_its_window_is_given_up(
    opened: Opened, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, ended = opened.window.session.document, list[bool]()

    def ends(dialog: AxesDialog) -> int:
        shiboken6.delete(dialog)
        ended.append(True)
        return 0

    monkeypatch.setattr(AxesDialog, "exec", ends)
    opened.window.open_file(film)
    opened.bot.waitUntil(lambda: bool(ended))
    opened.settle()
    assert opened.window.session.document is before


def test_every_use_of_an_axis(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(7 * 9 * 2.0).reshape(7, 9, 2)
    np.save(tmp_path / "flow.npy", values)

    def use(channel: int | None, one: int | None = None) -> Callable[[AxesDialog], None]:
        def act(dialog: AxesDialog) -> None:
            for axis, role in enumerate(dialog.roles.values()):
                role.setCurrentIndex(CHANNEL if axis == channel else ONE if axis == one else SHOWN)
            if one is not None:
                dialog.positions[str(one)].setValue(1)
            press(dialog, QDialogButtonBox.StandardButton.Ok)

        return act

    cases: list[tuple[int | None, int | None, NDArray[Any]]] = [
        (2, None, np.moveaxis(values, -1, 0)),
        (0, None, values),
        (1, None, np.moveaxis(values, 1, 0)),
        (None, None, values[None]),
        (None, 2, values[None, ..., 1]),
        (2, 0, values[1].T),
    ]
    for channel, one, want in cases:
        answer(monkeypatch, use(channel, one))
        data = opens(opened, tmp_path / "flow.npy", want.shape)
        np.testing.assert_array_equal(data, want)


def test_what_cannot_be_shown_cannot_be_confirmed(opened: Opened) -> None:
    dialog = AxesDialog(Axes("x.npy", (("0", 5), ("1", 6), ("2", 7), ("3", 8)), AxisSelection("0")), opened.window)
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button.isEnabled()
    assert dialog.state.text() == "5 × channel, 6 × 7 × 8"
    dialog.roles["0"].setCurrentIndex(SHOWN)
    assert not button.isEnabled()
    assert "4 of its axes would be shown" in dialog.state.text()
    dialog.roles["0"].setCurrentIndex(CHANNEL)
    dialog.roles["3"].setCurrentIndex(CHANNEL)
    assert "one axis alone can be the channel" in dialog.state.text()
    dialog.roles["0"].setCurrentIndex(ONE)
    dialog.positions["0"].setValue(4)
    assert dialog.selection == AxisSelection("3", (("0", 4),))
    assert button.isEnabled()
    dialog.deleteLater()


@pytest.mark.parametrize(
    ("shape", "asks"),
    [
        ((20, 30), False),
        ((20, 30, 3), False),
        ((20, 30, 4), False),
        ((3, 20, 30), False),
        ((20, 30, 1), False),
        ((40, 50, 60), False),
        ((20, 30, 2), True),
        ((2, 20, 30), True),
        ((16, 64, 64), True),
        ((64, 64, 10), True),
        ((20, 30, 40, 3), False),
        ((20, 30, 40, 50), True),
        ((5, 3, 7, 8, 9), True),
    ],
)
def test_arrays_ask_where_their_lengths_do_not_tell(shape: tuple[int, ...], asks: bool, tmp_path: Path) -> None:
    path, asked = tmp_path / "x.npy", list[Axes]()
    np.save(path, np.zeros(shape, np.uint8))

    def choose(axes: Axes) -> AxisSelection:
        asked.append(axes)
        return axes.default

    sample = load(path, choose=choose)
    assert bool(asked) == asks
    if shape in ((20, 30, 40, 50), (5, 3, 7, 8, 9)):
        with pytest.raises(LoadError, match=rf"it has {len(shape)} axes .*; save an array .* or say .* with --index"):
            load(path)
    else:
        assert load(path).data.shape == sample.data.shape


def test_any_number_of_axes_is_read_as_it_is_said(tmp_path: Path) -> None:
    values = np.arange(5 * 3 * 7 * 8 * 9).reshape(5, 3, 7, 8, 9)
    np.save(tmp_path / "x.npy", values)
    np.savez(tmp_path / "x.npz", a=values)
    for name in ("x.npy", "x.npz"):
        first = load(tmp_path / name, choose=lambda axes: axes.default)
        np.testing.assert_array_equal(first.data, values[0])
        one = load(tmp_path / name, choose=parse_selection("none", ["0=2", "1=1"]))
        np.testing.assert_array_equal(one.data[0], values[2, 1])
        assert "0 2 of 0 to 4" in one.note


def test_a_table_opens_in_the_window(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("links;rechts\n1,5;2,5\n3,5;4,5\n", encoding="utf-16")
    assert opens(opened, tmp_path / "a.csv", (1, 2, 2)).tolist() == [[[1.5, 2.5], [3.5, 4.5]]]

"""The size formula is seen, its letters and the parameters are explained where the pointer rests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from convgui.files.lessons import load_lesson
from convgui.session import edits
from tests.documents import random_document
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")


def rest_on(widget: QWidget) -> str:
    """Rest the pointer on a widget, and return what is shown there."""
    at = QPoint(4, 4)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    shown = QToolTip.text()
    QToolTip.hideText()
    return shown


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_formula_is_seen_without_scrolling(opened: Opened, size: tuple[int, int]) -> None:
    window = opened.window
    window.resize(*size)
    window.show_panel("inspector", True)
    opened.settle()
    formula = window.inspector.formula
    assert "K − 1" in formula.text()
    assert formula.visibleRegion().boundingRect() == formula.rect()


def test_the_formula_has_no_empty_lines_where_its_axes_differ(opened: Opened) -> None:
    window = opened.window
    window.resize(1440, 900)
    document = opened.window.session.document
    sample = replace(document.sample, data=np.zeros((1, 240, 320)))
    opened.show(replace(document, sample=sample, lesson=None))
    formula = window.inspector.formula
    assert formula.text().count("<br") >= 2
    lines = formula.text().count("<br") + 1
    assert formula.contentsRect().height() < (lines + 0.8) * formula.fontMetrics().lineSpacing()


def test_the_letters_of_the_formula_are_explained_with_their_numbers(opened: Opened) -> None:
    formula = opened.window.inspector.formula
    opened.show(edits.change_spec(opened.window.session.document, stride=2, padding=((1, 0), (1, 0))))
    said = rest_on(formula)
    for line in ("W = 5: ", "K = 3: ", "S = 2: ", "P = 1 before, 0 after: ", "D = 1: "):
        assert line in said
    opened.show(load_lesson("transposed-odd"))
    assert "P′ = 1: output padding" in rest_on(formula)


def test_a_parameter_shows_its_picture_and_the_lesson_that_f1_opens(opened: Opened) -> None:
    form = opened.window.inspector.layer
    said = rest_on(form.stride.boxes[0])
    assert "data:image/png;base64," in said
    assert "<b>Stride</b>" in said
    assert "“The floor in the formula”" in said
    assert form.stride.accessibleDescription()


def test_what_is_wrong_stands_right_below_the_field_in_its_words(opened: Opened) -> None:
    form = opened.window.inspector.layer
    for field in (form.kernel, form.dilation):
        field.boxes[0].setValue(30)
        opened.settle()
        name = field.boxes[0].accessibleName().split(",")[0]
        assert form.problem.text().startswith(("Kernel size ", "Dilation ")), name
        below = form.problem.mapToGlobal(QPoint()).y() - field.mapToGlobal(QPoint(0, field.height())).y()
        assert 0 <= below < 20, name
        assert form.problem.isVisible()


def test_help_asks_nothing_and_undo_brings_the_work_back(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened.window
    window.filing.new()
    opened.settle()
    form = window.inspector.layer
    form.stride.boxes[0].setValue(2)
    opened.settle()
    work = window.session.document
    monkeypatch.setattr("convgui.qt.window.commands.lesson_under", lambda *_: "dilation")
    window.commands.actions["explain"].trigger()
    opened.settle()
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == "dilation"
    assert "Ctrl+Z" in window.banner.words.text()
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert window.session.document.makes_the_same(work)
    assert window.filing.modified
    assert not window.banner.isVisible()


def test_groups_say_what_is_legal_and_why(opened: Opened) -> None:
    opened.show(random_document(6, 4, (5, 5), (3, 3)))
    groups = opened.window.inspector.layer.groups
    listed = {groups.itemText(row): groups.model().index(row, 0).flags() for row in range(groups.count())}
    usable = [title for title, flags in listed.items() if flags & Qt.ItemFlag.ItemIsEnabled]
    assert usable == ["1", "2"]
    assert list(listed) == [
        "1", "2", "3: does not divide 4 output channels", "4: does not divide 6 input channels",
        "6: does not divide 4 output channels",
    ]  # fmt: skip
    opened.show(random_document(1, 1, (5, 5), (3, 3)))
    assert groups.count() == 1

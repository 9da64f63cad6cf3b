"""What was refused is said until it is no longer there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.files.samples import load_sample
from tests.qt.conftest import Opened


def test_escape_takes_back_what_was_said_of_a_number(opened: Opened) -> None:
    form = opened.window.inspector.layer
    box = form.kernel.boxes[-1]
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "50")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert "Kernel size" in form.problem.text()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert form.problem.text() == ""
    assert not form.problem.isVisible()
    assert opened.window.isVisible()


def test_a_line_that_was_refused_goes_with_the_input_that_it_was_meant_for(opened: Opened) -> None:
    paste = opened.window.inspector.paste
    paste.line.setText("nn.Conv2d(1, 1, 3, stride=0)")
    QTest.keyClick(paste.line, Qt.Key.Key_Return)
    assert paste.problem.text()
    opened.window.use_sample(load_sample("camera"))
    opened.settle()
    assert paste.line.text() == ""
    assert not paste.problem.text()
    paste.line.setText("nn.Conv2d(3, 8, 3)")
    QTest.keyClick(paste.line, Qt.Key.Key_Return)
    assert paste.make.isVisibleTo(paste), "an input with three channels is offered, and takes the line with it"

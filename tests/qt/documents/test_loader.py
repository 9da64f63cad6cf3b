"""What a window begins with."""

from __future__ import annotations

import pytest

from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_new_document_says_what_to_begin_with(opened: Opened) -> None:
    window = opened.window
    window.filing.clean(window.session.document)
    window.commands.actions["new"].trigger()
    assert window.hint.isVisible()
    window.open_lesson("dilation")
    assert not window.hint.isVisible()


def test_what_to_begin_with_is_over_once_something_is_begun(opened: Opened) -> None:
    window = opened.window

    def blank() -> None:
        window.filing.clean(window.session.document)
        window.commands.actions["new"].trigger()
        assert window.hint.isVisible()

    blank()
    window.session.look(step=1)
    assert window.hint.isVisible(), "who only looks has begun nothing"
    window.inspector.kernel.change("Edit", lambda kernel: kernel + 1)
    assert not window.hint.isVisible()
    blank()
    window.commands.actions["add-note"].trigger()
    opened.settle()
    assert not window.hint.isVisible()

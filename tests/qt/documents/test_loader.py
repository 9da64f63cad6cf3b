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

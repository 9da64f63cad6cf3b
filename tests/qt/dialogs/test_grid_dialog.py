"""Typing a grid begins with the numbers that are there, where they are numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shiboken6

from convgui.model.sample import Sample
from convgui.qt.dialogs.grid_dialog import GridDialog
from tests.documents import textbook
from tests.qt.conftest import Opened


@pytest.mark.parametrize(("value", "kept"), [(7.5, True), (np.nan, False), (np.inf, False), (-np.inf, False)])
def test_what_is_missing_or_infinite_is_not_offered_for_typing(opened: Opened, value: float, kept: bool) -> None:
    data = np.array([[[1.0, 2.0], [value, 4.0]]])
    dialog = GridDialog(replace(textbook(), sample=Sample(data, "holes")), opened.window, "")
    assert dialog.sample is not None
    assert np.array_equal(dialog.sample.data, data) == kept
    dialog.close()
    dialog.deleteLater()


def test_a_dialog_that_goes_with_its_window_is_given_up(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened.window.session.document

    def ends(dialog: GridDialog) -> int:
        shiboken6.delete(dialog)
        return 0

    monkeypatch.setattr(GridDialog, "exec", ends)
    opened.window.commands.actions["type"].trigger()
    assert opened.window.session.document is before

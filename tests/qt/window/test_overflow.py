"""The largest numbers in the window: every panel takes them, and nothing is printed."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.model.sample import Sample
from convgui.qt.kernel import editor as kernel_editor
from convgui.scenes import scenes
from convgui.session import edits
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
HUGE = 1e308


@pytest.mark.parametrize("shape", [(1, 6, 7), (1, 90, 100), (1, 8, 9, 10)])
def test_every_tab_and_panel(opened: Opened, shape: tuple[int, ...]) -> None:
    window = opened.window
    signs = np.where(np.arange(np.prod(shape)) % 2, 1.0, -1.0).reshape(shape)
    window.use_sample(Sample(HUGE * signs, "numbers"))
    for name in ("levels", "profile"):
        window.commands.actions[name].trigger()
    for shown in scenes():
        window.session.look(scene=shown.id, step=0)
        opened.settle()
        opened.bot.waitUntil(lambda: not window.presenter.refining.resting)
    window.session.look(scene="slide", step=0)
    opened.settle()
    session = window.session
    session.replace(edits.change_kernel(session.document, lambda k: k * 0 + HUGE, every_channel=True), "Edit")
    opened.settle()
    assert "rank 1" in kernel_editor.facts(np.full((3, 3), HUGE))
    change = edits.change_kernel(session.document, edits.scaled_by_sum, every_channel=False)
    session.replace(change, "Scale")
    opened.settle()
    assert float(edits.kernel_of(session.document).sum()) == pytest.approx(1)

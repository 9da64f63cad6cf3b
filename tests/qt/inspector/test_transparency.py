"""Transparency in the window: kept apart from the channels until the user brings it to the filter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.qt.conftest import Opened


def test_transparency_is_brought_to_the_filter_on_request(opened: Opened, tmp_path: Path) -> None:
    pixels = np.full((6, 8, 4), 200, np.uint8)
    pixels[..., 1] = np.arange(8)
    pixels[:, :4, 3], pixels[:, 4:, 3] = 0, 51
    Image.fromarray(pixels).save(tmp_path / "clear.png")
    window, transparency = opened.window, opened.window.inspector.transparency
    assert not transparency.isVisibleTo(window)
    window.open_file(tmp_path / "clear.png")
    opened.bot.waitUntil(lambda: window.session.document.sample.name == "clear.png")
    plain = window.session.document
    assert plain.sample.channels == ("R", "G", "B")
    assert transparency.isVisibleTo(window)
    inspector = window.inspector
    body = inspector.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= inspector.viewport().width()

    QTest.mouseClick(transparency.channel, Qt.MouseButton.LeftButton)
    four = window.session.document
    assert four.sample.channels == ("R", "G", "B", "A")
    np.testing.assert_array_equal(four.sample.data, np.moveaxis(pixels, -1, 0))
    assert four.layer.spec.in_channels == 4
    assert not transparency.isVisibleTo(window)

    window.session.undo()
    assert window.session.document.sample is plain.sample
    QTest.mouseClick(transparency.weight, Qt.MouseButton.LeftButton)
    weighted = window.session.document.sample
    # 51 of 255 is a fifth.
    np.testing.assert_allclose(weighted.data[0], [[0, 0, 0, 0, 40, 40, 40, 40]] * 6, rtol=1e-6)
    np.testing.assert_allclose(weighted.data[1], [[0, 0, 0, 0, 0.8, 1, 1.2, 1.4]] * 6, rtol=1e-6)
    assert weighted.source == ""
    opened.bot.waitUntil(lambda: window.status.working.isHidden())

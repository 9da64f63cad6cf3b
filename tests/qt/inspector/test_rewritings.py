"""Layers that do the same: offered in the inspector with a sentence, taken with a button, undone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.session import stack
from tests.documents import random_document
from tests.model.chains import run
from tests.qt.conftest import Opened


def test_batch_norm_disappears_into_the_convolution(opened: Opened) -> None:
    offered = opened.window.inspector.rewritings
    opened.show(random_document(2, 3, (6, 6), (3, 3)))
    assert not offered.isVisibleTo(opened.window)
    before = stack.add_layer(opened.window.session.document, "batch-norm")
    opened.show(before)
    assert offered.isVisibleTo(opened.window)
    (button,) = offered.buttons
    assert button.text() == "Fold into the layer before"
    assert button.toolTip().endswith("the same but for rounding.")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    after = opened.window.session.document
    assert [layer.title for layer in after.layers] == ["Convolution 3 × 3"]
    np.testing.assert_allclose(run(after.layers, after.sample), run(before.layers, before.sample), atol=1e-12)
    assert not offered.isVisibleTo(opened.window)
    opened.window.session.undo()
    assert len(opened.window.session.document.layers) == 2
    assert offered.isVisibleTo(opened.window)

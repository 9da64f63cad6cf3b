"""The editor beside the stage: slices are pasted where they are looked at, and groups are named rightly."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QGuiApplication

from convgui.core import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from tests.documents import random_document
from tests.qt.conftest import Opened


def test_a_slice_is_pasted_where_it_is_looked_at(opened: Opened) -> None:
    opened.show(random_document(1, 1, (5, 5, 5), (3, 3, 3)))
    editor = opened.window.inspector.kernel
    before = opened.window.session.document.layer.weight[0, 0].copy()
    editor.grid.choose_slice(2)
    QGuiApplication.clipboard().setText("1 2 3\n4 5 6\n7 8 9")
    opened.window.commands.actions["paste-kernel"].trigger()
    after = opened.window.session.document.layer.weight[0, 0]
    assert after[2].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert np.array_equal(after[:2], before[:2])


def test_outputs_of_a_transposed_group_are_named_by_their_own_numbers(opened: Opened) -> None:
    """Four inputs in two groups make six outputs: the third input's are 3, 4 and 5."""
    spec = ConvSpec.of(4, 6, (2, 2), transposed=True, groups=2)
    layer = Convolution(spec, np.ones((4, 3, 2, 2)), np.zeros(6))
    made = Document(Sample(np.ones((4, 4, 4)), "ones"), (layer,), View("transposed"))
    opened.show(made)
    opened.window.session.look(filter=2)
    opened.settle()
    combo = opened.window.inspector.kernel.channel
    assert [combo.itemText(n) for n in range(combo.count())] == ["output 3", "output 4", "output 5"]

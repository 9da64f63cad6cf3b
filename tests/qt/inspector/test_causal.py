"""Causal padding in the panel: chosen, said, and for a transposed layer trimmed."""

from __future__ import annotations

import numpy as np

from convgui.model.sample import Sample
from convgui.qt.inspector.layer_form import LayerForm
from convgui.session.edits import with_sample
from tests.qt.conftest import Opened


def choose(form: LayerForm, name: str) -> None:
    place = form.padding_name.findData(name)
    form.padding_name.setCurrentIndex(place)
    form.padding_name.activated.emit(place)


def enabled(form: LayerForm, name: str) -> bool:
    return bool(form.padding_name.model().item(form.padding_name.findData(name)).isEnabled())  # type: ignore[attr-defined]


def test_causal_is_chosen_said_and_undone(opened: Opened) -> None:
    form, session = opened.window.inspector.layer, opened.window.session
    assert not enabled(form, "causal")
    assert not form.causal.isVisible()
    opened.show(with_sample(session.document, Sample(np.arange(12.0)[None], "line")))
    assert enabled(form, "causal")
    choose(form, "causal")
    assert session.document.layer.spec.padding == "causal"
    assert form.causal.isVisible()
    assert form.causal.text() == "Causal: d (k − 1) = 2 cells before, none after."
    assert form.padding_after.boxes[0].value() == 0
    form.stride.boxes[0].setValue(2)
    assert "as in Encodec, it would be 1" in form.causal.text()
    session.undo()
    session.undo()
    assert not form.causal.isVisible()


def test_a_transposed_layer_is_trimmed(opened: Opened) -> None:
    form, session = opened.window.inspector.layer, opened.window.session
    opened.show(with_sample(session.document, Sample(np.arange(12.0)[None], "line")))
    form.kind.setCurrentIndex(1)
    form.kind.activated.emit(1)
    assert enabled(form, "causal")
    assert not enabled(form, "causal_stride")
    choose(form, "causal")
    assert session.document.layer.spec.padding == ((0, 2),)
    assert "trimmed on the right" in form.causal.text()

"""The values of a network while its maps are gathered: what no later layer reads is let go."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest

from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes.feature_maps import stages


@pytest.mark.parametrize("whole", [True, False])
def test_of_a_large_stack_no_value_is_held_that_is_read_no_more(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    x = np.random.default_rng(1).normal(size=(2, 20, 20))
    document = Document(Sample(x, "noise"), tuple(ReLU() for _ in range(8)), View())
    if not whole:
        monkeypatch.setattr(stages, "KEPT", 100)
    made: list[Any] = []
    alive = []
    own = stages._Flows._applied

    def applied(flows: Any, number: int, progress: Any) -> Any:
        alive.append(sum(one() is not None for one in made))
        flow = own(flows, number, progress)
        made.append(weakref.ref(flow.values))
        return flow

    monkeypatch.setattr(stages._Flows, "_applied", applied)
    found = stages.sheets(document, False, Work())
    assert len(found.stages) == 9
    assert len(made) == 8
    if whole:
        assert len(found.flows) == 9
    else:
        # What comes into the layer that is computed, and what the one before read, which is let go next.
        assert found.flows == ()
        assert max(alive) <= 2

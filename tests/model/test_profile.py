"""Profiles: the cells of a line, and input and output there against the whole output."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import MISSING, Document, Missing, View
from convgui.model.flow import chosen_layer_input
from convgui.model.profile import line_cells, profile
from convgui.model.sample import Sample
from tests.documents import random_document
from tests.model.chains import run


def test_a_line_is_connected_straight_and_has_both_ends() -> None:
    for last in ((7, 3), (-2, 9), (0, 0), (5, 5), (-6, -1)):
        cells = line_cells((1, 2), last)
        assert tuple(cells[0]) == (1, 2)
        assert tuple(cells[-1]) == last
        assert np.abs(np.diff(cells, axis=0)).max(initial=0) <= 1
        way = np.array(last) - (1, 2)
        across = np.abs((cells - (1, 2)) @ np.array([way[1], -way[0]])) / max(np.abs(way).max(), 1)
        assert across.max() <= 0.5


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"padding": 1},
        {"stride": (2, 1), "padding": (2, 0)},
        {"dilation": 2, "groups": 2},
        {"padding": 1, "padding_mode": "reflect"},
        {"transposed": True, "stride": 2, "padding": 1, "groups": 2},
    ],
)
@pytest.mark.parametrize("kind", ["input", "output"])
def test_values_are_those_of_the_whole_arrays(spec: dict[str, Any], kind: Any) -> None:
    if spec.get("transposed"):
        made = random_document(4, 2, (12, 15), (3, 3), groups=2)
        from convgui.session.edits import change_spec

        made = change_spec(made, **spec)
    else:
        made = random_document(4, 4, (12, 15), (3, 3), **spec)
    made = made.with_view(replace(made.view, filter=1))
    out = made.layer.forward(made.sample.data.astype(float))
    line = profile(made, kind, (1, 1), (6, 9))
    rows, columns = line.input_trace.cells.T
    assert np.array_equal(line.input_trace.values, made.sample.data[:, rows, columns])
    rows, columns = line.output_trace.cells.T
    np.testing.assert_allclose(line.output_trace.values[0], out[int(line.output_trace.names[0]), rows, columns])
    own = line.input_trace if kind == "input" else line.output_trace
    assert np.array_equal(own.cells, line_cells((1, 1), (6, 9)))
    assert len(line.output_trace.at) > 3


def test_both_are_measured_along_the_line_on_the_input() -> None:
    made = random_document(1, 1, (20, 20), (5, 5), stride=2, padding=2)
    line = profile(made, "input", (4, 2), (4, 14))
    assert line.input_trace.at.tolist() == list(range(13))
    assert line.output_trace.cells.tolist() == [[2, c] for c in range(1, 8)]
    # Output column c is made around input column 2c.
    assert line.output_trace.at.tolist() == [2 * c - 2 for c in range(1, 8)]


def test_a_long_slanted_line_is_computed_in_stretches() -> None:
    made = random_document(1, 1, (700, 640), (3, 3), padding=1)
    out = made.layer.forward(made.sample.data.astype(float))
    line = profile(made, "output", (699, 0), (0, 639))
    assert len(line.output_trace.cells) == 700
    np.testing.assert_allclose(line.output_trace.values[0], out[0][tuple(line.output_trace.cells.T)])


@pytest.mark.parametrize("layer", [ReLU(), Pool("max", (2, 2), (2, 2), (0, 0)), Upsample((2, 2))])
def test_layers_without_weights(layer: Layer) -> None:
    data = np.random.default_rng(2).integers(-9, 9, (3, 10, 12))
    line = profile(Document(Sample(data, "test"), (layer,), View()), "input", (0, 0), (9, 11))
    out = layer.forward(data.astype(float))
    rows, columns = line.output_trace.cells.T
    assert len(rows) > 4
    assert np.array_equal(line.output_trace.values, out[:, rows, columns])


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("layer", [None, Pool("max", (2, 2), (2, 2), (0, 0)), Pool("average", (2, 2), (2, 2), (0, 0))])
def test_the_line_runs_through_what_becomes_of_missing_values(layer: Layer | None, missing: Missing) -> None:
    made = random_document(2, 3, (12, 15), (3, 3), padding=1)
    x = made.sample.data.astype(float)
    x[0, 4, 5] = x[1, 4, 6] = np.nan
    layers = made.layers if layer is None else (layer,)
    made = Document(Sample(x, "x", nonfinite=2), layers, made.view, missing=missing)
    out = run(layers, made.sample, None, missing)
    line = profile(chosen_layer_input(made), "output", (2, 0), (2, 6) if layer else (2, 14))
    rows, columns = line.output_trace.cells.T
    want = out[[int(name) for name in line.output_trace.names]][:, rows, columns]
    np.testing.assert_allclose(line.output_trace.values, want)
    line = profile(chosen_layer_input(made), "input", (4, 0), (4, 14))
    assert np.isnan(line.input_trace.values).sum() == (0 if missing == "zero" else 2)

"""What a page knows of cells: that is the layer, reckoned by NumPy and SciPy alone."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.export.page.tables import table
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session.walking import caption_document

correlate2d: Any = import_module("scipy.signal").correlate2d


def made(channels: int, filters: int, **fields: Any) -> Document:
    rng = np.random.default_rng(3)
    spec = ConvSpec.of(channels, filters, (3, 3), **fields)
    weight = rng.integers(-4, 5, spec.weight_shape).astype(np.float64)
    layer = Convolution(spec, weight, np.arange(filters, dtype=np.float64))
    sample = Sample(rng.integers(-9, 10, (channels, 6, 7)).astype(np.float64), "noise", "grid")
    return Document(sample, (layer,), View("slide"))


def outputs(told: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Add up what the table ties together, as the page's script does."""
    per, found = len(told["weights"][0]), []
    for f, kernels in enumerate(told["weights"]):
        group = f // (len(told["weights"]) // told["groups"]) * per
        found.append([
            told["bias"][f]
            + sum(told["input"][group + c][cell] * kernels[c][tap] for c in range(per)
                  for cell, tap in zip(reads[::2], reads[1::2], strict=True))
            for reads in told["reads"]
        ])  # fmt: skip
    return np.array(found)


@pytest.mark.parametrize(
    "fields", [{}, {"padding": 1}, {"padding": ((2, 0), (0, 1)), "stride": (2, 1)}, {"dilation": 2, "padding": 2}]
)
def test_cells_times_weights_are_the_output(fields: dict[str, Any]) -> None:
    document = made(2, 3, **fields)
    told: Any = table(document)
    x, layer = document.sample.data, document.layer
    (top, bottom), (left, right) = layer.spec.pads((6, 7))
    step, spread = layer.spec.stride, layer.spec.dilation
    for f in range(3):
        sums: Any = 0.0
        for c in range(2):
            kernel = np.zeros(tuple((3 - 1) * d + 1 for d in spread))
            kernel[:: spread[0], :: spread[1]] = layer.weight[f, c]
            sums = sums + correlate2d(np.pad(x[c], ((top, bottom), (left, right))), kernel, "valid")
        wanted = (sums + f)[:: step[0], :: step[1]]
        assert outputs(told)[f].tolist() == wanted.ravel().tolist()
    assert told["origin"] == [-top, -left]
    assert told["columns"] == wanted.shape[1]


def test_each_group_reads_its_own_channels() -> None:
    document = made(4, 2, groups=2)
    x, weight = document.sample.data, document.layer.weight
    wanted = [sum(correlate2d(x[2 * g + c], weight[g, c], "valid") for c in range(2)) + g for g in range(2)]
    assert outputs(table(document)).tolist() == [w.ravel().tolist() for w in wanted]  # type: ignore[arg-type]


def test_padding_that_repeats_the_input_is_in_the_table() -> None:
    told: Any = table(made(1, 1, padding=1, padding_mode="reflect"))
    x = made(1, 1).sample.data[0]
    assert told["input"][0] == np.pad(x, 1, mode="reflect").ravel().tolist()


def test_a_transposed_layer_is_told_the_same_way() -> None:
    told: Any = table(caption_document(load_lesson("transposed-2-5"), 0))
    assert np.reshape(outputs(told), (5, 5))[2, 2] == 36


@pytest.mark.parametrize("identity", ["padding-modes", "many-filters", "max-pooling", "receptive-field"])
def test_where_pictures_show_other_cells_nothing_is_told(identity: str) -> None:
    """Four paddings side by side, sheets seen from the side, and what is not the chosen layer's own."""
    document = load_lesson(identity)
    last = len(document.lesson.captions) - 1 if document.lesson is not None else 0
    assert table(caption_document(document, last)) is None


def test_what_is_turned_or_too_large_is_not_told() -> None:
    document = made(1, 1)
    assert table(replace(document, layers=(replace(document.layer, flip=True),))) is None
    assert table(replace(document, missing="rescale")) is None
    large = Sample(np.zeros((1, 100, 100)), "zeros", "grid")
    assert table(replace(document, sample=large)) is None

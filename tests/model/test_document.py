"""Documents hold only what is legal, and share what they do not change."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from tests.documents import random_document, textbook


def test_a_view_beyond_the_layer_is_brought_back() -> None:
    document = random_document(3, 2, (6, 6), (3, 3))
    assert document.with_view(View(filter=9, channel=9, layer=4)).view == View(filter=1, channel=2, layer=0)
    assert document.with_view(View(filter=-1)).view.filter == 0


def test_a_layer_needs_weights_of_its_shape() -> None:
    spec = ConvSpec.of(1, 2, (3, 3))
    with pytest.raises(SpecError, match=r"weight.*\(2, 1, 3, 3\)"):
        Convolution(spec, np.zeros((1, 1, 3, 3)), np.zeros(2))
    with pytest.raises(SpecError, match="bias"):
        Convolution(spec, np.zeros((2, 1, 3, 3)), np.zeros(3))
    with pytest.raises(ValueError, match="at least one layer"):
        Document(Sample(np.zeros((1, 2, 2)), "x"), ())


def test_editing_a_weight_leaves_the_old_layer_alone() -> None:
    before = textbook().layer
    after = before.with_weight((0, 0, 1, 1), 9.0)
    assert before.weight[0, 0, 1, 1] == 2
    assert after.weight[0, 0, 1, 1] == 9
    assert after.spec is before.spec


def test_the_flip_turns_every_spatial_axis() -> None:
    document = random_document(2, 1, (6, 6), (3, 2))
    turned = replace(document.layer, flip=True)
    assert np.array_equal(turned.effective_weight, document.layer.weight[:, :, ::-1, ::-1])


def test_an_input_cell_takes_a_value_its_type_cannot_hold() -> None:
    sample = Sample(np.zeros((1, 2, 2), dtype=np.uint8), "x")
    assert sample.with_value((0, 1, 1), 200).data.dtype == np.uint8
    assert sample.with_value((0, 1, 1), -1).data[0, 1, 1] == -1
    assert sample.with_value((0, 1, 1), 0.25).data[0, 1, 1] == 0.25
    assert sample.with_value((0, 1, 1), 300).data[0, 1, 1] == 300
    assert sample.data[0, 1, 1] == 0


def test_samples_name_their_channels() -> None:
    assert Sample(np.zeros((3, 2, 2)), "x").channels == ("R", "G", "B")
    assert Sample(np.zeros((2, 5)), "x").channels == ("0", "1")
    with pytest.raises(ValueError, match="1 to 3 spatial axes"):
        Sample(np.zeros(3), "x")


def test_samples_know_the_size_and_the_way_of_their_axes() -> None:
    plain = Sample(np.zeros((1, 2, 3, 4)), "x")
    assert (plain.spacing, plain.units, plain.directions) == ((1, 1, 1), ("px", "px", "px"), ())
    assert Sample(np.zeros((1, 2, 3)), "x", spacing=(2.0, 0.5)).units == ("mm", "mm")
    film = Sample(np.zeros((1, 2, 3, 4)), "x", spacing=(0.04, 1.0, 1.0), units=("s", "px", "px"))
    assert film.with_value((0, 0, 0, 0), 3).units == ("s", "px", "px")
    wrong: dict[str, Any]
    for wrong in ({"spacing": (1.0, 1.0)}, {"units": ("mm",)}, {"directions": (("R", "L"),)}):
        with pytest.raises(ValueError, match="needs 3"):
            replace(plain, **wrong)
    with pytest.raises(ValueError, match="from 1e-30 to"):
        Sample(np.zeros((1, 2, 3)), "x", spacing=(0.0, 1.0))

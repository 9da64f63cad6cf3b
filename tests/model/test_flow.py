"""What comes into the chosen layer."""

from dataclasses import replace

import numpy as np
import pytest

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import EXACT, channel_names, chosen_layer_input, made_by, shape_only
from convgui.model.sample import Sample
from tests.documents import random_document
from tests.model.chains import run


def conv(channels: int, filters: int, padding: int = 0) -> Convolution:
    """Return a layer of whole random weights."""
    made = ConvSpec.of(channels, filters, (3, 3), padding=padding)
    rng = np.random.default_rng(filters)
    return Convolution(made, rng.integers(-2, 3, made.weight_shape).astype(float), np.ones(filters))


def stacked(layer: int, *, size: int = 8) -> Document:
    data = np.random.default_rng(5).integers(0, 9, (3, size, size)).astype(np.uint8)
    layers: tuple[Layer, ...] = (ReLU(), Pool("max", (2, 2), (2, 2), (0, 0)), conv(3, 2), conv(2, 4, padding=1))
    return Document(Sample(data, "test", spacing=(1.0, 3.0)), layers, View(layer=layer))


def test_the_chosen_layer_gets_what_the_ones_before_it_make() -> None:
    document = stacked(3)
    alone = chosen_layer_input(document)
    x = document.sample.data.astype(float)
    blocks = x.reshape(3, 4, 2, 4, 2).max(axis=(2, 4))
    weight = document.layers[2]
    assert isinstance(weight, Convolution)
    wanted = np.ones((2, 2, 2))
    for o, i, j in np.ndindex(2, 2, 2):
        wanted[o, i, j] += (blocks[:, i : i + 3, j : j + 3] * weight.weight[o]).sum()
    np.testing.assert_allclose(alone.sample.data.astype(float), wanted)
    assert alone.layers == (document.layers[3],)
    assert alone.view.layer == 0
    assert "layer 3" in alone.sample.name


def test_outlines_have_the_shape_and_cost_no_memory() -> None:
    for layer in range(4):
        document = stacked(layer)
        outline, real = shape_only(document), chosen_layer_input(document)
        assert outline.sample.data.shape == real.sample.data.shape == document.input_shape
        assert outline.chosen is real.chosen is document.chosen
        assert outline.sample.channels == real.sample.channels
    assert shape_only(stacked(3)).sample.data.strides == (0, 0, 0)


def test_names_stay_while_no_layer_mixes_channels() -> None:
    document = stacked(3)
    assert channel_names(document, 2) == ("R", "G", "B")
    assert channel_names(document, 3) == ("0", "1")
    assert chosen_layer_input(stacked(2)).sample.spacing == (2.0, 6.0)


def test_large_inputs_flow_in_float32_and_small_ones_exactly() -> None:
    small, large = stacked(3), stacked(3, size=160)
    assert small.sample.data.size <= EXACT < large.sample.data.size
    assert run(small.layers, small.sample).dtype == np.float64
    assert run(large.layers, large.sample).dtype == np.float32


def test_shapes_say_which_layer_does_not_fit() -> None:
    document = stacked(0)
    assert document.shapes == ((3, 8, 8), (3, 8, 8), (3, 4, 4), (2, 2, 2), (4, 2, 2))
    broken = Document(document.sample, (*document.layers, conv(4, 1)))
    with pytest.raises(SpecError, match=r"^In layer 5 \(Convolution 3 × 3\), kernel_size: on the height axis"):
        _ = broken.shapes
    with pytest.raises(SpecError, match="1 is not a convolution"):
        _ = document.layer


def test_what_flows_is_another_where_missing_values_are_treated_otherwise() -> None:
    """The key of a memo: values that were made with the one treatment are not those of the other."""
    document = random_document(1, 1, (5, 5), (3, 3))
    keys = [made_by(replace(document, missing=way), (1,)) for way in ("spread", "rescale", "zero")]
    assert len(set(keys)) == 3


def test_missing_values_that_come_into_a_layer_are_counted() -> None:
    document = random_document(1, 1, (5, 5), (3, 3))
    data = document.sample.data.astype(np.float64)
    data[0, 2, 2] = np.nan
    holed = replace(document, sample=Sample(data, "holed", nonfinite=1), layers=(ReLU(), document.layer))
    given = chosen_layer_input(holed.with_view(replace(holed.view, layer=1)))
    assert given.sample.nonfinite == 1

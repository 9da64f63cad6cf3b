"""Scenes that look at several layers, of networks that branch: the maps of every value, and the field over all ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from convgui.core.spec import SpecError
from convgui.draw.picture import Label, Polygons
from convgui.layers.add import Add
from convgui.layers.convolution import Convolution
from convgui.layers.multiply import Multiply
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import value_of
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.feature_maps import stages
from convgui.scenes.feature_maps.stages import sheets
from convgui.scenes.receptive.fields import fields
from convgui.scenes.receptive.gradients import needed
from convgui.scenes.scene import reason_against
from tests.model.graphs import by_definition, graphs, residual
from tests.scenes.checks import assert_legible, picture_of


@settings(max_examples=40)
@given(graphs())
def test_the_maps_are_the_values(document: Document) -> None:
    if len(document.sample.spatial) != 2:
        return
    for kept in (stages.KEPT, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stages, "KEPT", kept)
            found = sheets(document, False, Work()).stages
        for stage, value in zip(found, by_definition(document), strict=True):
            for channel, large in stage.maps.large.items():
                if kept:
                    np.testing.assert_allclose(large.values.levels[0], value[channel], rtol=1e-9, atol=1e-9)
            assert stage.shape == value.shape


@settings(max_examples=40)
@given(graphs())
def test_the_gradient_is_over_all_ways(document: Document) -> None:
    number = document.view.layer + 1
    cell = tuple((n - 1) // 2 for n in document.shapes[number][1:])
    found = needed(document, document.layers, number, cell)
    step, x = 1e-6, document.sample.data
    slopes = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        made = []
        for change in (step, -step):
            moved = np.array(x, dtype=np.float64)
            moved[index] += change
            made.append(value_of(replace(document, sample=replace(document.sample, data=moved)), number)[(0, *cell)])
        slopes[index] = (made[0] - made[1]) / (2 * step)
    wide = np.zeros(x.shape[1:])
    wide[found.read] = found.gradient()
    np.testing.assert_allclose(wide, np.abs(slopes).sum(axis=0), rtol=1e-4, atol=1e-5)


def test_the_widest_way_is_followed_and_said() -> None:
    document = residual().with_view(View(scene="receptive", layer=7))
    found = fields(document, False)
    assert found.path == (0, 1, 2, 3, 4, 5, 6, 7)
    picture = picture_of(document, 7)
    assert_legible(picture)
    assert "Of 3 ways from the input to the output the one with the widest field is shown." in picture.summary


def test_a_way_that_leaves_layers_out_keeps_their_numbers() -> None:
    wide = residual().layers[0]
    assert isinstance(wide, Convolution)
    layers = (ReLU(), replace(wide, weight=np.ones((3, 2, 3, 3))), Multiply(), Add())
    with pytest.raises(SpecError, match="not 2 values of equally many"):
        _ = Document(residual().sample, layers, sources=((0,), (0,), (1, 2), (3, 3))).shapes
    sample = Sample(np.random.default_rng(1).normal(size=(3, 6, 6)), "drawn")
    same = replace(wide, spec=replace(wide.spec, in_channels=3), weight=np.ones((3, 3, 3, 3)))
    sources = ((0,), (0,), (1, 2), (3, 0))
    document = Document(sample, (ReLU(), same, Multiply(), Add()), View(scene="receptive", layer=3), sources=sources)
    assert fields(document, False).path == (1, 2, 3)
    assert "After layer 3 a cell sees 3 × 3" in picture_of(document, 1).summary


def test_a_way_through_many_layers_is_refused_in_a_sentence() -> None:
    document = replace(residual(), layers=(ReLU(),) * 65, sources=(), view=View(scene="receptive", layer=64))
    words = "The fields of up to 64 layers are shown, and the way to the last has 65; take layers out."
    assert reason_against(scene("receptive"), document) == words


def test_the_strip_of_layers_has_an_arrow_only_where_a_value_goes_on() -> None:
    document = Document(
        residual().sample, (ReLU(), ReLU(), Add()), View(scene="maps", layer=2), sources=((0,), (0,), (1, 2))
    )
    picture = picture_of(document, 3)
    assert_legible(picture)
    labels = [item for item in picture.overlay if isinstance(item, Label)]
    words = [label.text for label in labels]
    assert "2 · ReLU ← 0" in words
    assert "3 · Addition ← 1, 2" in words
    # From the input to layer 1, and from layer 2 to 3: layer 2 reads the input, and not layer 1.
    heads = [item for item in picture.overlay if isinstance(item, Polygons)]
    assert len(heads) == 2

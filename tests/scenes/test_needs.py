"""What a scene cannot show is said about the input and the layer that are there, by every scene alike."""

from __future__ import annotations

import re

import numpy as np
import pytest

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene, scenes
from convgui.scenes.needs import Needs
from convgui.scenes.scene import reason_against

NUMBERS = ("", "one", "two", "three")


def over(layer: Layer, rank: int) -> Document:
    return Document(Sample(np.zeros((1, *(6,) * rank)), "zeros"), (layer,), View())


def convolution(rank: int, *, transposed: bool = False) -> Convolution:
    spec = ConvSpec.of(1, 1, (2,) * rank, transposed=transposed)
    return Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("shown", [(1, 2), (2, 3), (2,), (3,)])
def test_the_axes_that_are_needed_and_those_that_are_there(shown: tuple[int, ...], rank: int) -> None:
    said = Needs(rank=shown).missing("The scene", over(convolution(rank), rank))
    if rank in shown:
        assert said == ""
        return
    wanted, _, there = said.removesuffix(".").partition("; this input has ")
    assert there == NUMBERS[rank]
    assert re.findall("one|two|three", wanted) == [NUMBERS[n] for n in shown]


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("identity", [found.id for found in scenes()])
def test_no_scene_says_another_number_of_axes_than_there_is(identity: str, rank: int) -> None:
    for layer in (convolution(rank), convolution(rank, transposed=True), ReLU()):
        said = reason_against(scene(identity), over(layer, rank))
        found = re.search("this input has (one|two|three)", said)
        assert found is None or found[1] == NUMBERS[rank]


def test_which_layers_are_needed() -> None:
    plain, turned, none = convolution(2), convolution(2, transposed=True), ReLU()
    said = {
        wish: [Needs(transposed=wish).missing("It", over(layer, 2)) for layer in (plain, turned, none)]
        for wish in (None, False, True)
    }
    assert said[None] == ["", "", ""]
    assert said[False] == ["", "It shows forward layers; this one is transposed.", ""]
    assert said[True] == ["It shows transposed layers; choose or make one.", "", said[True][0]]

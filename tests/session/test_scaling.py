"""What is made of values before a network reads them: the formulas of those who trained it, as layers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.model.flow import value_of
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.session.found_layer import FoundLayer
from convgui.session.scaling import SCALINGS
from convgui.session.trained import chain
from tests.documents import textbook

X = np.random.default_rng(2).integers(0, 256, (3, 4, 5)).astype(np.uint8)
V = X.astype(float)
MEAN, STD = np.array([0.485, 0.456, 0.406])[:, None, None], np.array([0.229, 0.224, 0.225])[:, None, None]
WANTED = {
    "as-is": V,
    "mtcnn": (V - 127.5) / 128,
    "unit": V / 255,
    "signed": V / 127.5 - 1,
    "imagenet": (V / 255 - MEAN) / STD,
}


def convolution(weight: NDArray[np.float64]) -> Convolution:
    count, channels = weight.shape[:2]
    return Convolution(ConvSpec.of(channels, count, (1, 1)), weight, np.zeros(count))


def first_layer() -> FoundLayer:
    weight = np.zeros((3, 3, 1, 1))
    weight[range(3), range(3)] = 1
    layer = convolution(weight)
    return FoundLayer("a", "Conv2d", {}, 9, told=True, reads=("x",), makes="a", _build=lambda: layer)


@pytest.mark.parametrize("bgr", [False, True])
@pytest.mark.parametrize("name", SCALINGS)
def test_a_network_reads_scaled_values(name: str, bgr: bool) -> None:
    document = replace(textbook(), sample=Sample(X, "noise", channels=("R", "G", "B")))
    made, said = chain(document, [first_layer()], SCALINGS[name].layers(X.shape, bgr=bgr))
    assert said == ""
    wanted: NDArray[np.float64] = WANTED[name][::-1] if bgr else WANTED[name]
    np.testing.assert_allclose(value_of(made, len(made.layers)), wanted, atol=1e-12)
    assert len(made.layers) == 1 + (name != "as-is") + bgr


def test_every_way_to_scale_is_judged() -> None:
    assert set(SCALINGS) == set(WANTED)
    assert {SCALINGS[name].id for name in SCALINGS} == set(WANTED)


def test_a_branch_from_the_input_reads_scaled_values_too() -> None:
    """Both layers of the file name the input; neither may read it past the scaling."""
    one, other = first_layer(), replace(first_layer(), name="b", makes="b")
    document = replace(textbook(), sample=Sample(X, "noise"))
    made, _ = chain(document, [one, other], SCALINGS["unit"].layers(X.shape))
    assert [made.reads(n) for n in range(3)] == [(0,), (1,), (1,)]


@pytest.mark.parametrize(("name", "bgr"), [("imagenet", False), ("unit", True)])
@pytest.mark.parametrize("channels", [1, 2, 4])
def test_what_is_for_colour_refuses_other_channels(name: str, bgr: bool, channels: int) -> None:
    with pytest.raises(SpecError) as caught:
        SCALINGS[name].layers((channels, 4, 5), bgr=bgr)
    plural = "" if channels == 1 else "s"
    assert refusal(caught.value).startswith(f"These values need red, green and blue, and the input has {channels} "
                                            f"channel{plural}; choose others")  # fmt: skip


def test_a_chain_of_nothing_but_the_scaling_is_none() -> None:
    wrong = replace(first_layer(), _build=lambda: convolution(np.zeros((1, 2, 1, 1))))
    document = replace(textbook(), sample=Sample(X, "noise"))
    with pytest.raises(SpecError, match="stops before a"):
        chain(document, [wrong], SCALINGS["unit"].layers(X.shape))

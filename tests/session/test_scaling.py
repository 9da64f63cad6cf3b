"""What is made of values before a network reads them: the formulas of those who trained it, as layers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.upsample import Upsample
from convgui.model.flow import value_of
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.session.found_layer import FoundLayer
from convgui.session.scaling import SCALINGS, resized
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


@pytest.mark.parametrize(
    ("shape", "size", "wanted"),
    [
        ((3, 8, 12), (4, 4), ["mean of (2, 3)"]),
        ((3, 9, 13), (4, 4), ["mean of (2, 3)"]),
        ((3, 9, 13), (5, 5), ["mean of (1, 2)", "stretched to (5, 5)"]),
        ((1, 3, 4), (6, 8), ["stretched to (6, 8)"]),
        ((1, 40), (10,), ["mean of (4,)"]),
        ((1, 4, 4, 4), (2,), ["mean of (2, 2, 2)"]),
        ((3, 8, 8), (8, 8), []),
        ((3, 8, 8), (), []),
    ],
)
def test_an_input_is_stretched_by_means_and_then_between(
    shape: tuple[int, ...], size: tuple[int, ...], wanted: list[str]
) -> None:
    said, here = [], shape
    for layer in resized(shape, size):
        said.append(f"mean of {layer.kernel_size}" if isinstance(layer, Pool) else f"stretched to {here_size(layer)}")
        here = layer.output_shape(here)
    assert said == wanted
    assert here[1:] == (shape[1:] if not size else size * (len(shape) - 1) if len(size) == 1 else size)


def here_size(layer: Layer) -> tuple[int, ...]:
    assert isinstance(layer, Upsample)
    assert (layer.mode, layer.align_corners) == ("linear", False)
    return layer.size


def test_a_ramp_stays_a_ramp_when_it_is_stretched() -> None:
    ramp = np.arange(24, dtype=float)[None]
    document = replace(textbook(), sample=Sample(ramp, "ramp"), layers=resized((1, 24), (6,)))
    # Means of four neighbours: 1.5, 5.5, ...
    assert value_of(document, 1)[0].tolist() == [1.5, 5.5, 9.5, 13.5, 17.5, 21.5]


def test_a_size_of_other_axes_is_a_sentence() -> None:
    with pytest.raises(SpecError) as raised:
        resized((3, 8, 8), (4, 4, 4))
    assert refusal(raised.value) == "Size has 3 axes, and the input has 2."

"""Causal layers of one axis as scenes show them: padding on the left alone, and its place in Arithmetic's choices."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes.arithmetic import beside
from tests.scenes.checks import assert_hits_return, assert_legible, grid, picture_of


def document(stride: int = 1, padding: str = "causal", scene: str = "slide") -> Document:
    """Return 1 2 3 4 5 under 1 2 3, dilated by 2: 3 6 11 16 22."""
    spec = ConvSpec.of(1, 1, (3,), padding=padding, dilation=2, stride=stride)
    layer = Convolution(spec, np.array([[[1.0, 2, 3]]]), np.zeros(1))
    return Document(Sample(np.arange(1.0, 6)[None], "counted"), (layer,), View(scene=scene))


@pytest.mark.parametrize("scene", ["slide", "arithmetic"])
def test_the_padding_is_drawn_on_the_left(scene: str) -> None:
    shown = document(scene=scene)
    picture = picture_of(shown, step=4)
    assert_legible(picture)
    assert_hits_return(shown)
    given = next(hits for hits in picture.hits if hits.kind == "input")
    assert given.shape == (1, 9)
    assert given.origin == (0, -4)
    assert grid(picture, "output")[0] == ["3", "6", "11", "16", "22"]


def test_arithmetic_compares_what_differs() -> None:
    assert beside.values(document(), "time") == ("same", "causal")
    assert beside.values(document(stride=2), "time") == ("same_upper", "causal", "causal_stride")
    assert "causal" in beside.values(document(), "padding")
    plane = Convolution(ConvSpec.of(1, 1, (2, 2)), np.ones((1, 1, 2, 2)), np.zeros(1))
    assert "causal" not in beside.values(Document(Sample(np.ones((1, 4, 4)), "plane"), (plane,)), "time")

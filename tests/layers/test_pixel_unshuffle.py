"""Pixel unshuffle: by hand, as the inverse of pixel shuffle, in pictures and other libraries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.export.code import code
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pixel_unshuffle import PixelUnshuffle
from convgui.layers.relu import ReLU
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of


def test_by_hand() -> None:
    x = np.arange(8.0).reshape(1, 2, 4)
    out = PixelUnshuffle(2).forward(x)
    assert out.tolist() == [[[0, 2]], [[1, 3]], [[4, 6]], [[5, 7]]], "row by row within each block"
    assert PixelUnshuffle(2).forward(np.arange(4.0)[None]).tolist() == [[0, 2], [1, 3]]


@pytest.mark.parametrize(("shape", "factor"), [((3, 6), 3), ((2, 4, 6), 2), ((1, 2, 4, 2), 2)])
def test_it_is_the_inverse_and_the_same_everywhere(shape: tuple[int, ...], factor: int) -> None:
    x, layer = np.random.default_rng(1).normal(size=shape), PixelUnshuffle(factor)
    out = layer.forward(x)
    assert out.shape == layer.output_shape(shape)
    np.testing.assert_array_equal(PixelShuffle(factor).forward(out), x)
    assert_slopes(layer, x)
    assert_float32_stays(layer, x)
    assert_same_everywhere(alone(layer, x))


def test_lines_of_pytorch_and_a_file(tmp_path: Path) -> None:
    document = alone(ReLU(), np.zeros((1, 4, 6)))
    assert apply(document, parse("nn.PixelUnshuffle(downscale_factor=2)")).chosen == PixelUnshuffle(2)
    assert kept_in_a_file(PixelUnshuffle(2), np.zeros((1, 4, 6)), tmp_path) == PixelUnshuffle(2)
    assert "class PixelUnshuffle" in code(alone(PixelUnshuffle(2), np.zeros((1, 4))), "pytorch")
    with pytest.raises(PasteError, match="is 4; it has to divide each axis of 4 × 6"):
        apply(document, parse("nn.PixelUnshuffle(4)"))
    with pytest.raises(PasteError, match="the layer is made for 2"):
        apply(alone(ReLU(), np.zeros((1, 4))), parse("nn.PixelUnshuffle(2)"))


@pytest.mark.fault
def test_what_it_cannot_be() -> None:
    with pytest.raises(SpecError, match="downscale_factor"):
        PixelUnshuffle(0)
    with pytest.raises(SpecError) as caught:
        PixelUnshuffle(5).output_shape((1, 4, 8))
    assert caught.value.nearest == 4


def test_a_cell_is_explained() -> None:
    document = alone(PixelUnshuffle(2), np.arange(16.0).reshape(1, 4, 4), channel="2")
    picture = picture_of(document, 3)
    assert picture.summary == "out[2, 1, 1] = cell [1, 0] of the block = 14"
    assert_legible(picture)
    assert_hits_return(document)

"""A layer on a part of its input makes what the whole makes there, whatever the padding; so does the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer
from convgui.layers.part import part
from convgui.layers.pooling import Pool
from convgui.layers.upsample import Upsample


def conv(**fields: Any) -> Convolution:
    spec = ConvSpec.of(2, 2, (3, 2), **fields)
    return Convolution(spec, np.random.default_rng(1).normal(size=spec.weight_shape), np.array([5.0, -4.0]))


LAYERS = {
    "max pooling with a border": Pool("max", (3, 2), (1, 2), (1, 1)),
    "average pooling with a border": Pool("average", (3, 3), (2, 1), (1, 1)),
    "zeros": conv(padding=2, stride=(2, 1)),
    "reflect": conv(padding=1, padding_mode="reflect", dilation=(2, 1)),
    "circular": conv(padding=2, padding_mode="circular"),
    "transposed": conv(transposed=True, stride=(3, 2), padding=1, output_padding=(2, 1)),
    "transposed with gaps": conv(transposed=True, stride=4),
    "adaptive maximum": GlobalPool("max", (4, 3)),
    "adaptive mean": GlobalPool("average", (5, 9)),
    "global mean": GlobalPool("average", (1, 1)),
    "nearest": Upsample((2, 3), "nearest"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_parts_are_parts_of_the_whole(name: str) -> None:
    """All values are negative: a border of zeros would win every maximum."""
    layer: Layer = LAYERS[name]
    rng = np.random.default_rng(4)
    x = -1 - rng.random((2, 6, 7))
    whole = layer.forward(x)
    rows, columns = whole.shape[1:]
    for _ in range(12):
        (top, bottom), (left, right) = (sorted(rng.choice(n + 1, 2, replace=False)) for n in (rows, columns))
        made = slice(int(top), int(bottom)), slice(int(left), int(right))
        some = part(layer, x.shape, made)
        inside = x[(slice(None), *some.read)]
        np.testing.assert_allclose(some.forward(inside), whole[(slice(None), *made)], rtol=1e-12, atol=1e-12)
        grad = np.zeros(whole.shape)
        grad[(slice(None), *made)] = rng.normal(size=(2, bottom - top, right - left))
        back = layer.backward(grad, x)
        np.testing.assert_allclose(
            some.backward(grad[(slice(None), *made)], inside), back[(slice(None), *some.read)], rtol=1e-12, atol=1e-12
        )
        back[(slice(None), *some.read)] = 0
        np.testing.assert_allclose(back, 0, atol=1e-12, err_msg="what is not read has no part in it")

"""Where output cells lie on the input, and at which step a changed document goes on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.geometry import step_again
from convgui.model.sample import Sample


def layer(size: int, stride: int, padding: int = 0, dilation: int = 1) -> Convolution:
    spec = ConvSpec.of(1, 1, (size,), stride=stride, padding=padding, dilation=dilation)
    return Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))


STACKS = [
    ((layer(3, 1),), (layer(3, 2),)),
    ((layer(3, 2), layer(3, 1)), (layer(3, 2), layer(5, 1))),
    ((layer(2, 2), layer(3, 3)), (layer(2, 2), layer(3, 1, padding=1))),
    ((layer(4, 3, padding=1), layer(2, 1)), (layer(4, 3, padding=1), layer(2, 1, dilation=3))),
    ((layer(2, 2), layer(2, 2), layer(3, 1)), (layer(2, 2), layer(2, 2), layer(3, 2, padding=2))),
]


@pytest.mark.parametrize(("before", "after"), STACKS)
def test_the_step_goes_on_at_the_cell_whose_field_has_its_middle_nearest(
    before: tuple[Convolution, ...], after: tuple[Convolution, ...]
) -> None:
    sample = Sample(np.zeros((1, 61)), "line")
    old, new = (Document(sample, layers, View(layer=len(layers) - 1)) for layers in (before, after))
    middles = [_middles(document) for document in (old, new)]
    counts = (len(middles[0]), len(middles[1]))
    assert counts[0] != counts[1]
    for step in range(counts[0]):
        found = step_again(old, new, step, counts)
        apart = np.abs(middles[1] - middles[0][step])
        assert apart[found] == apart.min()
    other = replace(new, sample=Sample(np.zeros((1, 61)), "another"))
    assert step_again(old, other, 1, counts) == 1


def _middles(document: Document) -> NDArray[np.float64]:
    """Follow the middles of windows back to the input: that of position n is ``n s + d (k - 1) / 2 - p``."""
    at: NDArray[np.float64] = np.arange(document.shapes[-1][1], dtype=np.float64)
    for one in reversed(document.layers):
        assert isinstance(one, Convolution)
        spec = one.spec
        at = at * spec.stride[0] + spec.dilation[0] * (spec.kernel_size[0] - 1) / 2 - spec.pads((1,))[0][0]
    return at

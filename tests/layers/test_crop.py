"""Cropping is NumPy's slicing, and its gradient goes back to the cells that went on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core.spec import SpecError
from convgui.layers.crop import Crop

X = np.arange(210.0).reshape(5, 6, 7)
CUT = st.builds(slice, st.integers(-7, 7), st.integers(-7, 7), st.sampled_from([1, 2, 3, -1, -2]))


@given(st.tuples(CUT, CUT, CUT))
def test_it_is_what_numpy_cuts_out(cuts: tuple[slice, ...]) -> None:
    wanted = X[cuts]
    if not wanted.size:
        with pytest.raises(SpecError, match="leaves nothing"):
            Crop.of(cuts, X.shape)
        return
    layer = Crop.of(cuts, X.shape)
    np.testing.assert_array_equal(layer.forward(X), wanted)
    assert layer.output_shape(X.shape) == wanted.shape
    back = np.zeros_like(X)
    back[cuts] = 1 + wanted
    np.testing.assert_array_equal(layer.backward(1 + wanted, X), back)
    channel = int(layer.channels_read(len(wanted) - 1, X.shape)[0])
    cell = [int(axis.reads(n - 1)[0][0]) for axis, n in zip(layer.axis_reads(X.shape), wanted.shape[1:], strict=True)]
    assert X[(channel, *cell)] == wanted[-1, -1, -1]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("start", "size", "step", "says"),
    [
        ((0, 0, 0), (5, 7, 7), (1, 1, 1), "size: reaches cell 6 of 6"),
        ((0, 6, 0), (5, 1, 7), (1, 1, 1), "size: reaches cell 6 of 6"),
        ((0, 0, 0), (5, 0, 7), (1, 1, 1), "size: is"),
        ((0, 0, 0), (5, 2, 7), (1, 0, 1), "step: is"),
        ((0, 0, 0), (5, 2, 7), (1, -1, 1), "step: is"),
        ((0, 0), (5, 2, 7), (1, 1, 1), "start: has 1 axes"),
        ((0, 0), (5, 2), (1, 1), "start: has 1 axes, the input has 2"),
    ],
)
def test_what_leaves_the_input_is_refused(
    start: tuple[int, ...], size: tuple[int, ...], step: tuple[int, ...], says: str
) -> None:
    with pytest.raises(SpecError, match=says):
        Crop(start, size, step).output_shape(X.shape)


def test_other_channels_are_taken_where_all_were() -> None:
    assert Crop((0, 1, 1), (5, 2, 3), (1, 1, 1)).adapted((2, 6, 7)).output_shape((2, 6, 7)) == (2, 2, 3)
    own = Crop((1, 1, 1), (4, 2, 3), (1, 1, 1))
    assert own.adapted((2, 6, 7)) is own

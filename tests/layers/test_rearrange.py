"""Rearranging: values move as NumPy's reshape and transpose say, and back."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.layers.rearrange import Rearrange
from convgui.model.document import Document
from convgui.model.geometry import output_geometry
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.scene import reason_against

X = np.arange(24.0).reshape(4, 2, 3)


def test_axes_swapped_are_a_transpose() -> None:
    layer = Rearrange.axes_swapped(X.shape)
    np.testing.assert_array_equal(layer.forward(X), X.transpose(0, 2, 1))
    np.testing.assert_array_equal(layer.backward(layer.forward(X), X), X)


def test_a_channel_shuffle_is_what_numpy_makes() -> None:
    layer = Rearrange((4, 2, 3), (2, 2, 2, 3), (1, 0, 2, 3), (4, 2, 3))
    np.testing.assert_array_equal(layer.forward(X), X[[0, 2, 1, 3]])
    assert layer.channels_read(1, X.shape) == range(4)
    rows, columns = layer.axis_reads(X.shape)
    assert rows.table.tolist() == [[0], [1]], "rows stay where they are"
    assert columns.reads(2)[0].tolist() == [2]


def test_channels_become_space() -> None:
    layer = Rearrange((4, 2, 3), (2, 2, 2, 3), (2, 0, 3, 1), (1, 4, 6))
    np.testing.assert_array_equal(layer.forward(X), X.reshape(2, 2, 2, 3).transpose(2, 0, 3, 1).reshape(1, 4, 6))
    grad = np.arange(24.0).reshape(1, 4, 6)
    assert (layer.backward(grad, X) * X).sum() == (grad * layer.forward(X)).sum(), "the transposed map"


@pytest.mark.fault
@pytest.mark.parametrize(
    ("given", "split", "axes", "made", "says"),
    [
        ((4, 2, 3), (4, 2, 3), (0, 1), (4, 2, 3), "axes: is"),
        ((4, 2, 3), (4, 2, 3), (0, 0, 1), (4, 2, 3), "axes: is"),
        ((4, 2, 3), (3, 8), (0, 1), (4, 2, 3), "split: is"),
        ((4, 2, 3), (4, 2, 3), (0, 2, 1), (4, 2, 3), "split: is"),
        ((4, 2, 3), (4, 2, 3), (0, 1, 2), (24,), "made: has 0 axes"),
        ((4, 2, 3), (4, 2, 3), (0, 1, 2), (8, 3), "made: has 1 axes, the input has 2"),
        ((4, 0, 3), (4, 2, 3), (0, 1, 2), (4, 2, 3), "given: is"),
    ],
)
def test_what_cannot_be_is_said(
    given: tuple[int, ...], split: tuple[int, ...], axes: tuple[int, ...], made: tuple[int, ...], says: str
) -> None:
    with pytest.raises(SpecError, match=says):
        Rearrange(given, split, axes, made)


@pytest.mark.fault
def test_another_size_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match="input: of 4 × 3 × 2 does not fit: this layer moves the values of 4 × 2 × 3"):
        Rearrange.axes_swapped((4, 2, 3)).output_shape((4, 3, 2))
    assert Rearrange.axes_swapped((4, 2, 3)).adapted((4, 3, 2)).output_shape((4, 3, 2)) == (4, 2, 3)


def test_what_moves_values_to_other_axes_has_no_field() -> None:
    """Nor any spacing of 0: of what one axis is made of all cells, as of a global pooling."""
    document = Document(Sample(X, "made"), (Rearrange.axes_swapped(X.shape),))
    assert "Layer 1 (Rearranging) moves values to other axes" in reason_against(scene("receptive"), document)
    shuffle = Rearrange((4, 2, 3), (2, 2, 2, 3), (1, 0, 2, 3), (4, 2, 3))
    assert not reason_against(scene("receptive"), Document(Sample(X, "made"), (shuffle,)))
    assert all(n > 0 for n in output_geometry(document, 1).spacing)
    assert output_geometry(Document(Sample(X, "made"), (shuffle,)), 1).spacing == document.sample.spacing

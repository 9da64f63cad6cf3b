from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import Branches, ConvSpec, SpecError, receptive_field, theoretical_map


def conv(k: int, s: int = 1, p: int = 0, d: int = 1) -> ConvSpec:
    return ConvSpec.of(1, 1, (k, k), stride=s, padding=p, dilation=d)


ALEXNET = [conv(11, 4), conv(3, 2), conv(5, 1, 2), conv(3, 2), conv(3, 1, 1), conv(3, 1, 1), conv(3, 1, 1), conv(3, 2)]


def test_alexnet_layer_by_layer() -> None:
    field = receptive_field(ALEXNET)
    assert (field.size, field.stride, field.padding) == ((195, 195), (32, 32), (64, 64))
    assert [layer.size[0] for layer in field.layers] == [11, 19, 51, 67, 99, 131, 163, 195]
    assert field.offset == (33, 33)


def test_vgg16() -> None:
    stack = []
    for convs in (2, 2, 3, 3, 3):
        stack += [conv(3, 1, 1)] * convs + [conv(2, 2)]
    field = receptive_field(stack)
    assert (field.size[0], field.stride[0], field.padding[0]) == (212, 32, 90)


def test_stacked_dilation() -> None:
    sizes = [layer.size[0] for layer in receptive_field([conv(3), conv(3, d=2), conv(3, d=4)]).layers]
    assert sizes == [3, 7, 15]
    assert [receptive_field([conv(3, d=d)]).size[0] for d in (1, 2, 4)] == [3, 5, 9]


def test_branches_take_the_widest_path() -> None:
    field = receptive_field([conv(3), Branches(((conv(5, 1, 2),), ()))])
    assert (field.size, field.padding) == ((7, 7), (2, 2))
    with pytest.raises(SpecError, match="different stride"):
        receptive_field([Branches(((conv(3, 2),), ()))])


def test_upsampling_halves_the_stride() -> None:
    up = ConvSpec.of(1, 1, (4, 4), stride=2, padding=1, transposed=True)
    field = receptive_field([up])
    assert field.size == (2, 2)
    assert field.stride == (Fraction(1, 2), Fraction(1, 2))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(1, 2)), min_size=1, max_size=3))
def test_the_field_is_what_the_map_shows(params: list[tuple[int, int, int]]) -> None:
    stack = [ConvSpec.of(1, 1, (k,), stride=s, dilation=d) for k, s, d in params]
    field = receptive_field(stack)
    seen = np.flatnonzero(theoretical_map(stack, (60,), (1,)))
    assert seen[-1] - seen[0] + 1 == field.size[0]
    assert seen[0] == field.stride[0]


def test_gridding_leaves_holes() -> None:
    holes = theoretical_map([conv(3, d=2)] * 3, (13, 13), (0, 0))
    assert (holes[1::2] == 0).all()
    assert (theoretical_map([conv(3), conv(3, d=2), conv(3, d=4)], (15, 15), (0, 0)) > 0).all()


def test_refusals() -> None:
    with pytest.raises(SpecError, match="empty"):
        receptive_field([])
    with pytest.raises(SpecError, match="cell"):
        theoretical_map([conv(3)], (5, 5), (3, 0))
    with pytest.raises(SpecError, match="axes"):
        receptive_field([conv(3), ConvSpec.of(1, 1, (3,))])


@st.composite
def branches(draw: st.DrawFn) -> list[list[tuple[int, int, int, int]]]:
    """Two or three paths that move by as many cells, as kernel, stride, padding before and dilation of each layer."""
    strides = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    return [
        [(draw(st.integers(1, 5)), s, draw(st.integers(0, 4)), draw(st.integers(1, 2))) for s in strides]
        for _ in range(draw(st.integers(2, 3)))
    ]


@given(branches())
def test_branches_see_from_the_first_to_the_last_cell_of_any_path(paths: list[list[tuple[int, int, int, int]]]) -> None:
    seen = set[int]()
    for path in paths:
        cells = {0}
        for k, s, p, d in reversed(path):
            cells = {at * s - p + tap * d for at in cells for tap in range(k)}
        seen |= cells
    layers = tuple(
        tuple(ConvSpec.of(1, 1, (k,), stride=s, padding=((p, 9),), dilation=d) for k, s, p, d in path) for path in paths
    )
    field = receptive_field([Branches(layers)])
    assert field.padding == (-min(seen),)
    assert field.size == (max(seen) - min(seen) + 1,)

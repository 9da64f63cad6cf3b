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

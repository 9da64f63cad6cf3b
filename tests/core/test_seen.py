"""What a cell sees through layers on one axis, against walks that follow every path."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convgui.core import ConvSpec, FilterView, SpecError, theoretical_map
from convgui.core.filter_axis import FilterAxis
from convgui.core.seen import cells_seen, sizes, ways_along


@st.composite
def stacks(draw: st.DrawFn) -> tuple[list[ConvSpec], int]:
    specs = []
    for _ in range(draw(st.integers(1, 3))):
        k, s, d = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
        turned, before, after = draw(st.booleans()), draw(st.integers(0, 2)), draw(st.integers(0, 2))
        specs.append(ConvSpec.of(1, 1, (k,), stride=s, dilation=d, padding=((before, after),), transposed=turned))
    return specs, draw(st.integers(3, 9))


def axes_of(specs: list[ConvSpec], cells: int) -> tuple[FilterAxis, ...]:
    found: list[FilterAxis] = []
    try:
        for spec in specs:
            found += FilterView(spec, (found[-1].positions if found else cells,)).axes
    except SpecError:
        assume(False)
    return tuple(found)


def before(spec: ConvSpec, cell: int) -> list[int]:
    """The cells before a layer that one after it sees, tap by tap, on an axis without an end."""
    (k,), (s,), (d,) = spec.kernel_size, spec.stride, spec.dilation
    assert not isinstance(spec.padding, str)
    ((pad, _),) = spec.padding
    if not spec.transposed:
        return [cell * s - pad + tap * d for tap in range(k)]
    # A cell i writes the positions i * s + tap * d - pad.
    return [i for i, tap in product(range(-60, 61), range(k)) if i * s + tap * d - pad == cell]


@given(stacks(), st.data())
@settings(max_examples=60)
def test_every_cell_that_is_seen(stack: tuple[list[ConvSpec], int], data: st.DataObject) -> None:
    specs, cells = stack
    axes = axes_of(specs, cells)
    count = axes[-1].positions
    cell = data.draw(st.integers(0, count - 1))
    seen = [cell]
    for spec in reversed(specs):
        seen = sorted({i for at in seen for i in before(spec, at)})
    assume(all(abs(i) < 50 for i in seen))
    assert cells_seen(axes, cell).tolist() == seen
    turns = sizes(axes, count)
    assert turns[cell % len(turns)] == (seen[-1] - seen[0] + 1 if seen else 0)


@given(stacks(), st.data())
@settings(max_examples=40)
def test_the_ways_are_those_of_the_gradient(stack: tuple[list[ConvSpec], int], data: st.DataObject) -> None:
    specs, cells = stack
    axes = axes_of(specs, cells)
    cell = data.draw(st.integers(0, axes[-1].positions - 1))
    np.testing.assert_array_equal(ways_along(axes, cell), theoretical_map(specs, (cells,), (cell,)))

"""What a position of a long axis reads, and where its cells go, against the table of all positions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convgui.core import ConvSpec, FilterView, SpecError
from convgui.core.filter_axis import FilterAxis
from convgui.model.nearby import goes_into, lying_at, read_at, value_under


@st.composite
def axes(draw: st.DrawFn) -> FilterAxis:
    turned = draw(st.booleans())
    mode = "zeros" if turned else draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    kernel, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    most = dilation * (kernel - 1)
    pads = (draw(st.integers(0, most)), draw(st.integers(0, most)))
    cells, stride = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    try:
        spec = ConvSpec.of(
            1, 1, (kernel,), stride=stride, padding=(pads,), dilation=dilation, padding_mode=mode, transposed=turned
        )
        axis: FilterAxis = FilterView(spec, (cells,)).axes[0]
        assume(axis.positions > 0)
    except SpecError:
        assume(False)
    return axis


@given(axes())
def test_a_position_reads_what_its_row_of_the_table_says(axis: FilterAxis) -> None:
    for position in range(axis.positions):
        assert read_at(axis, position).tolist() == axis.table[position].tolist()


@given(axes())
def test_a_cell_goes_into_the_positions_in_whose_rows_it_stands(axis: FilterAxis) -> None:
    for cell in range(axis.cells):
        assert goes_into(axis, cell) == [tuple(pair) for pair in np.argwhere(axis.table == cell).tolist()]


@given(axes())
def test_values_under_a_window_are_those_of_the_padded_input(axis: FilterAxis) -> None:
    assume(not axis.transposed)
    x = np.arange(1.0, axis.cells + 1)[None]
    mode = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[axis.mode]
    padded = np.pad(x, ((0, 0), (axis.before, axis.after)), mode=mode)  # type: ignore[call-overload]
    for position in range(axis.positions):
        cells = lying_at(axis, position)
        assert value_under(axis, x, cells).tolist() == padded[:, cells + axis.before].tolist()


def test_a_cell_of_the_padding_goes_where_it_lies() -> None:
    axis = FilterView(ConvSpec.of(1, 1, (3,), padding=((2, 0),)), (5,)).axes[0]
    assert goes_into(axis, -1) == [(0, 1), (1, 0)]
    assert goes_into(axis, -2) == [(0, 0)]


def test_the_end_of_an_hour_takes_no_table() -> None:
    axis = FilterView(ConvSpec.of(1, 1, (64,), padding=((63, 0),)), (172_800_000,)).axes[0]
    assert read_at(axis, 172_799_999)[[0, -1]].tolist() == [172_799_936, 172_799_999]
    assert goes_into(axis, 172_799_998) == [(172_799_998, 63), (172_799_999, 62)]
    assert "table" not in vars(axis)


@pytest.mark.parametrize("cell", [-3, 5])
def test_nothing_reads_what_lies_beyond_the_padding(cell: int) -> None:
    axis = FilterView(ConvSpec.of(1, 1, (3,), padding=((2, 0),)), (5,)).axes[0]
    assert goes_into(axis, cell) == []

"""Titles above grids, and operators in the gaps beside them: nothing is cut in its middle, nothing touches a grid."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.draw.gaps import operator
from convgui.draw.grids import value_cells
from convgui.draw.measure import LARGE
from convgui.draw.picture import Label, Rects
from convgui.draw.theme import LIGHT
from convgui.draw.titled_grid import TitledGrid, indices, title_items
from convgui.draw.words import starred


@pytest.mark.parametrize(
    ("room", "told"), [(400, "1 × 3 × 3 · channel 0 · means"), (160, "1 × 3 × 3 · channel 0"), (130, "1 × 3 × 3")]
)
def test_what_stands_last_in_a_detail_is_left_out_before_it_is_cut(room: float, told: str) -> None:
    items = title_items((10, 80), 10 + room, ("Output", "1 × 3 × 3 · channel 0 · means"), "result", LARGE, LIGHT)
    assert [item.text for item in items if isinstance(item, Label)] == ["Output", told]


@pytest.mark.parametrize("word", ["mean", "max", "ReLU", "="])
@pytest.mark.parametrize("gap", [36.0, 46.0, 60.0])
def test_a_sign_in_a_gap_touches_neither_grid(word: str, gap: float) -> None:
    for item in operator((100.0, 100.0 + gap), 50.0, word, LIGHT):
        if isinstance(item, Rects):
            ((x, _, wide, _),) = item.boxes.tolist()
            assert x >= 103
            assert x + wide <= 97 + gap
            assert x + wide / 2 == pytest.approx(100 + gap / 2)


def test_the_sign_of_a_correlation_is_larger_than_its_letters() -> None:
    items = [item for item in starred(10, 50, "error ⋆ input", 12, LIGHT) if isinstance(item, Label)]
    assert [item.text for item in items] == ["error", "⋆", "input"]
    assert items[1].size >= 1.5 * items[0].size
    assert np.all(np.diff([item.x for item in items]) > 0)


@pytest.mark.parametrize(
    ("padding", "told"),
    [(0, "0 2 4 6 8 10"), (1, "0 2 4 6 8 10"), (2, "−2 0 2 4 6 8"), (3, "−2 0 2 4 6 8")],
)
def test_above_narrow_columns_stand_the_even_indices_wherever_the_padding_begins(padding: int, told: str) -> None:
    cells = value_cells(np.zeros((2, 12)), LIGHT, "input", (100, 50), 16)
    grid = TitledGrid(cells, columns_above=True, origin=(0, -padding))
    labels = [item for item in indices(grid, LARGE, LIGHT) if isinstance(item, Label)]
    assert [item.text for item in labels] == told.split()
    columns = [int(item.text.replace("−", "-")) + padding for item in labels]
    assert [item.x for item in labels] == [100 + 16 * column + 8 for column in columns]


def test_the_windows_columns_are_lit_also_where_padding_stands_before_them() -> None:
    """Counted from the padding on: columns −1 … 1 of a grid that begins at −1 are its first three."""
    values = np.zeros((3, 5))
    cells = value_cells(values, LIGHT, "input", (0.0, 0.0), 40.0, name="input")
    grid = TitledGrid(cells, "Input", "", rows_at="left", columns_above=True, origin=(-1, -1))
    made = indices(grid, LARGE, LIGHT, rows=range(-1, 1), columns=range(-1, 2))
    lit = [item.text for item in made if isinstance(item, Label) and item.runs[0].bold]
    assert lit == ["−1", "0", "−1", "0", "1"]

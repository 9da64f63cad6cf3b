"""A row of grids: everything inside its room, on whole pixels, centred on each other, with gaps for the operators."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.draw.measure import LARGE, MEDIUM, SMALL, Measure
from convgui.draw.row import Slot, row

SLOT = st.builds(
    Slot, rows=st.integers(1, 12), columns=st.integers(1, 12), left=st.sampled_from([0.0, 20.0]),
    right=st.sampled_from([0.0, 20.0]), above=st.sampled_from([36.0, 66.0]), scale=st.sampled_from([1.0, 1.4]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(SLOT, min_size=2, max_size=5), st.integers(1, 3), st.sampled_from([LARGE, MEDIUM, SMALL]),
    st.integers(700, 1600), st.integers(400, 900),
)  # fmt: skip
def test_grids_stand_in_their_room_and_off_each_other(
    slots: list[Slot], bands: int, sizes: Measure, width: int, height: int
) -> None:
    box = (30.0, 20.0, float(width), float(height))
    found = row(slots, box, sizes, bands)
    for n, slot in enumerate(slots):
        for band in range(bands):
            x, y, wide, high = found.box(n, band)
            assert x >= 30 + slot.left - 1
            assert x + wide + slot.right <= 30 + width + 1
            assert y >= 20 + (slot.above if band == 0 else 0) - 1.5
            assert y + high <= 20 + height + 1.5
            assert float(x).is_integer()
            assert float(y).is_integer()
            # Centred on its band, to the pixel.
            assert abs(y + high / 2 - found.bands[band]) <= 0.5
    for n in range(len(slots) - 1):
        start, end = found.gap(n)
        assert end - start >= sizes.gap - 2


def test_a_shared_grid_stands_beside_the_middle_of_all_bands() -> None:
    slots = [Slot(5, 5), Slot(3, 3, shared=True)]
    found = row(slots, (0, 0, 900, 700), LARGE, bands=3)
    _, y, _, high = found.box(1, 2)
    assert abs(y + high / 2 - (found.bands[0] + found.bands[2]) / 2) <= 0.5
    assert found.box(1, 0) == found.box(1, 2)


def test_the_target_has_cells_of_70_pixels() -> None:
    """Input 5 x 5, kernel and products 3 x 3, output 3 x 3 on 1440 pixels, with indices and titles."""
    slots = [Slot(5, 5, left=20, above=66), Slot(3, 3, above=46), Slot(3, 3, above=46), Slot(3, 3, right=20, above=66)]
    found = row(slots, (48, 26, 1344, 600), LARGE)
    assert found.cell == 70
    assert all(found.gap(n)[1] - found.gap(n)[0] >= 104 for n in range(3))

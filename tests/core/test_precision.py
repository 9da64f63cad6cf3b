"""The type in which a picture is computed, against what the two types can hold."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.precision import display_dtype, thinned

RAMP = np.broadcast_to(np.linspace(0, 1, 300), (1, 200, 300))


@pytest.mark.parametrize(
    ("x", "name"),
    [
        (RAMP, "float32"),
        (RAMP.astype(np.float32) * 255, "float32"),
        (1e6 + RAMP, "float64"),
        ((1e6 + RAMP).astype(np.float32), "float64"),
        (1e-35 * RAMP, "float64"),
        (1e200 * RAMP, "float64"),
        (np.rint(2e9 + 100 * RAMP).astype(np.int32), "float64"),
        (np.rint(1e6 * RAMP).astype(np.int64), "float32"),
        *((np.rint(2**30 * RAMP).astype(kind), "float64") for kind in ("i4", "u4", "i8", "u8")),
        (np.sign(RAMP - 0.4) * (1e6 + RAMP), "float32"),
        (np.where(RAMP < 0.1, -np.inf, RAMP), "float32"),
        (np.rint(60_000 * RAMP).astype(np.uint16), "float32"),
        (RAMP > 0.5, "float32"),
        (np.full((1, 4, 4), np.nan), "float32"),
        (np.where(RAMP < 0.1, np.nan, 1e6 + RAMP), "float64"),
        (np.zeros((1, 9), np.float32), "float32"),
    ],
)
def test_what_float32_would_round_is_computed_in_float64(x: NDArray[np.generic], name: str) -> None:
    assert display_dtype(x).name == name


@pytest.mark.parametrize("offset", [0.0, 3.0, 1e3, 1e5, 1e7])
def test_the_chosen_type_tells_ten_thousand_steps_apart(offset: float) -> None:
    x = offset + RAMP
    kept = x.astype(display_dtype(x))
    assert np.abs(kept.astype(np.float64) - x).max() < 1e-4


@pytest.mark.parametrize(
    "shape", [(10**8,), (400, 400), (20_000, 20_000), (256, 256, 256), (2000, 2000, 2000), (5, 9, 3)]
)
def test_few_cells_are_looked_at_of_whatever_has_many(shape: tuple[int, ...]) -> None:
    some = thinned(np.broadcast_to(np.uint8(0), (3, *shape)))
    assert some.size <= 3 * 165_000
    assert some.size >= 3 * min(prod(shape), 15_000), "and not too few"

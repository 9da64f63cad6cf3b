"""What is typed into an input is what it holds, in every type a file can have."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.model.sample import Alpha, Sample
from convgui.session.edits import set_input
from tests.documents import document

TYPES = ("?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", ">u2", ">i4", ">f4", ">f8")
TYPED = (
    0.1,
    -0.5,
    1 / 3,
    3001.5,
    -1,
    0,
    1,
    2,
    255,
    256,
    -129,
    65_536,
    2.0**31,
    16_777_217,
    2.0**53,
    2.0**63,
    1e20,
    1e-300,
)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("value", TYPED)
def test_a_typed_number_is_kept_as_it_is(kind: str, value: float) -> None:
    data = np.array([[[0, 1], [1, 0]]]).astype(kind)
    sample = Sample(data, "typed")
    changed = sample.with_value((0, 1, 1), value)
    assert float(changed.data[0, 1, 1]) == value
    assert changed.data.ravel().tolist()[:3] == [0, 1, 1]
    assert changed.data.dtype.kind in "buif"
    # What was there before is as it was, so that undoing brings the type back.
    assert sample.data.dtype == np.dtype(kind)
    assert sample.data[0, 1, 1] == 0


@pytest.mark.parametrize(
    ("kind", "value", "becomes"),
    [
        ("?", 1, "?"),
        ("?", 7, "u1"),
        ("u1", 200, "u1"),
        ("u1", 0.5, "f8"),
        ("u1", -3, "i1"),
        ("u2", -3, "i2"),
        ("i2", 40_000, "u2"),
        ("f4", 0.25, "f4"),
        ("f2", 3001, "f8"),
        ("f4", 0.1, "f8"),
        ("i4", 1e20, "f8"),
    ],
)
def test_the_type_is_the_smallest_that_holds_all(kind: str, value: float, becomes: str) -> None:
    changed = Sample(np.ones((1, 2, 2)).astype(kind), "typed").with_value((0, 0, 0), value)
    assert changed.data.dtype == np.dtype(becomes)


@pytest.mark.parametrize("value", [0.5, 1e20])
def test_numbers_beside_it_are_never_rounded(value: float) -> None:
    large = 2**60 + 1
    given = document(np.full((1, 5, 5), large), np.ones((1, 1, 3, 3)))
    with pytest.raises(SpecError, match="beside whole numbers up to 1152921504606846977"):
        set_input(given, (0, 0, 0), value)
    assert int(set_input(given, (0, 0, 0), -1).sample.data[0, 0, 1]) == large


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_finite_number_is_refused(value: float) -> None:
    with pytest.raises(SpecError, match="finite"):
        set_input(document(np.ones((1, 5, 5)), np.ones((1, 1, 3, 3))), (0, 0, 0), value)


def test_a_value_typed_where_one_is_missing_is_missing_no_more() -> None:
    x = np.array([[[np.nan, 1.0], [np.nan, 3.0]]])
    sample = Sample(x, "x", nonfinite=2)
    assert sample.with_value((0, 0, 0), 5.0).nonfinite == 1
    assert sample.with_value((0, 0, 1), 5.0).nonfinite == 2
    assert sample.with_value((0, 0, 0), 5.0).with_value((0, 1, 0), 0.1).nonfinite == 0


@pytest.mark.parametrize(("kind", "want"), [("u1", "f4"), ("u2", "f4"), ("f4", "f4"), ("i4", "f8"), ("f8", "f8")])
def test_colours_weighted_by_their_alpha_lose_nothing(kind: str, want: str) -> None:
    x = np.array([[[2_000_000_001 if kind in ("i4", "f8") else 101, 3]]]).astype(kind)
    weighted = Sample(x, "x", alpha=Alpha(np.array([[255, 0]], np.uint8))).weighted_by_alpha
    assert weighted.data.tolist() == [[[x[0, 0, 0], 0]]]
    assert weighted.data.dtype == np.dtype(want)

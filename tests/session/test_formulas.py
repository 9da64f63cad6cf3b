"""The formula says what the layer does, and no limit leads to an illegal layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core.spec import SpecError
from convgui.files.lessons import load_lesson
from convgui.session.edits import change_spec
from convgui.session.formulas import remainder_sentence, size_formula, stack_totals
from convgui.session.limits import parameter_limits
from tests.documents import random_document, textbook

# The cases of facts.md (Dumoulin and Visin, arXiv 1603.07285): i, k, s, p -> o.
CASES = [
    (4, 3, 1, 0, 2),
    (5, 4, 1, 2, 6),
    (5, 3, 1, 1, 5),
    (5, 3, 1, 2, 7),
    (5, 3, 2, 0, 2),
    (5, 3, 2, 1, 3),
    (6, 3, 2, 1, 3),
]


@pytest.mark.parametrize(("i", "k", "s", "p", "o"), CASES)
def test_the_numbers_of_the_guide(i: int, k: int, s: int, p: int, o: int) -> None:
    text = size_formula(random_document(1, 1, (i, i), (k, k), stride=s, padding=p))
    assert text.endswith(f"⌊({i} + {2 * p} − {k - 1} − 1) / {s}⌋ + 1 = {o}")


def test_axes_that_differ_have_lines_of_their_own() -> None:
    lines = size_formula(random_document(1, 1, (5, 9), (3, 3), padding=((0, 1), (2, 2)))).split("\n")
    assert lines[1] == "H: ⌊(5 + (0 + 1) − 2 − 1) / 1⌋ + 1 = 4"
    assert lines[2] == "W: ⌊(9 + 4 − 2 − 1) / 1⌋ + 1 = 11"


def test_a_transposed_layer() -> None:
    text = size_formula(random_document(1, 1, (3, 3), (3, 3), stride=2, padding=1, output_padding=1, transposed=True))
    assert text.endswith("2·2 + 2 + 1 − 2 + 1 = 6")


def test_the_floor_is_explained_where_it_drops_something() -> None:
    assert remainder_sentence(textbook()) == ""
    assert "the last 1 row and 1 column." in remainder_sentence(random_document(1, 1, (6, 6), (3, 3), stride=2))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(1, 3), st.integers(1, 3), st.integers(0, 3), st.booleans(),
    st.sampled_from(["kernel_size", "stride", "dilation", "padding", "output_padding"]),
)  # fmt: skip
def test_every_limit_is_legal(n: int, k: int, s: int, d: int, p: int, transposed: bool, field: str) -> None:
    fields: dict[str, Any] = {"stride": s, "dilation": d, "padding": p, "transposed": transposed}
    try:
        document = random_document(1, 1, (n, n), (k, k), **fields)
        document.layer.spec.output_shape((n, n))
    except SpecError:
        return
    if field == "output_padding" and not transposed:
        return
    most = parameter_limits(document.layer.spec, (n, n))[field]
    assert change_spec(document, **{field: most}).layer.spec.output_shape((n, n))


LEFT = "The division leaves a remainder: the floor drops it, and no window lies on the last "


@pytest.mark.parametrize(
    ("size", "kernel", "fields", "said"),
    [
        ((6, 6), (3, 3), {"stride": 2}, "1 row and 1 column."),
        ((6, 6), (3, 3), {"stride": 2, "padding": 1}, "1 row and 1 column of the padding."),
        ((5,), (2,), {"stride": 3, "padding": ((0, 1),)}, "1 column of the padding."),
        (
            (7,),
            (2,),
            {"stride": 4, "padding": ((0, 1),)},
            "1 column of the input and the last 1 column of the padding.",
        ),
        ((5, 7), (2, 2), {"stride": 3}, "2 columns."),
        (
            (4, 6, 6),
            (3, 3, 3),
            {"stride": 2, "padding": ((1, 1), (0, 0), (1, 1))},
            "1 row of the input and the last 1 slice and 1 column of the padding.",
        ),
        ((1,), (1,), {"stride": 4, "padding": ((2, 0),)}, "1 column."),
        ((6, 6), (3, 3), {"stride": 2, "padding": "same_lower"}, ""),
    ],
)
def test_rows_of_padding_are_not_called_rows_of_the_input(
    size: tuple[int, ...], kernel: tuple[int, ...], fields: dict[str, Any], said: str
) -> None:
    assert remainder_sentence(random_document(1, 1, size, kernel, **fields)) == (LEFT + said if said else "")


def test_what_all_layers_take_is_said_of_several_alone() -> None:
    assert stack_totals(textbook()) == ""
    # Three layers of 3 x 3 with dilation 1, 2, 4 see 15 x 15 cells with 27 weights.
    counts, field = stack_totals(replace(load_lesson("receptive-field"), lesson=None)).split("\n")
    assert counts.startswith("All 3 layers: weights 27, biases 3, multiply-adds ")
    assert field.startswith("Field of a cell of the last layer: 15, stride 1, padding ")


def test_a_lesson_that_asks_for_a_field_is_not_told_it_beside_the_layers() -> None:
    lesson = load_lesson("receptive-field")
    assert lesson.lesson is not None
    assert any(note.predict for note in lesson.lesson.captions)
    assert "Field" not in stack_totals(lesson)
    assert "multiply-adds" in stack_totals(lesson)
    assert "Field of a cell of the last layer: 15" in stack_totals(replace(lesson, lesson=None))

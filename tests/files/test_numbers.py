from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from convgui.files.numbers import STYLES, GridError, Style, format_grid, parse_grid

TWO = [[[1, 2], [3, 4]]]


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\n3\t4",
        "1\t2\r\n3\t4\r\n",
        "1 2\n3 4",
        "  1   2 \n\n" + "\n  ",
        "1,2\n3,4",
        "1, 2,\n3, 4,",
        "1;2\n3;4",
        "1 2; 3 4",
        "1 2;\n3 4;",
        "[1 2; 3 4]",
        "[1, 2\n 3, 4]",
        "[[1 2] [3 4]]",
        "[[1 2]\n [3 4]]",
        "[[1,2],[3,4]]",
        "[1, 2]\n[3, 4]",
        "{{1, 2}, {3, 4}}",
        "((1, 2), (3, 4))",
        "array([[1, 2],\n       [3, 4]])",
        "np.array([[1., 2.], [3., 4.]], dtype=np.float32)",
        "tensor([[1, 2], [3, 4]], device='cpu')",
        "[[[1, 2], [3, 4]]]",
        "# a comment\n1 2\n3 4",
        '"1","2"\n"3","4"',
        "2*[0.5 1; 1.5 2]",
        "[4 8; 12 16]/4",
    ],
)
def test_one_grid_in_many_spellings(text: str) -> None:
    expected = [[[1, 2]]] if text.startswith("  1") else TWO
    np.testing.assert_array_equal(parse_grid(text), expected)


@pytest.mark.parametrize(
    "text",
    ["1 2\n\n3 4", "1\t2\n\t\n3\t4", "[[[1 2]]\n\n [[3 4]]]", "[[1 2]]\n\n[[3 4]]", "[[1 2;], [3 4;]]"],
)
def test_channels(text: str) -> None:
    np.testing.assert_array_equal(parse_grid(text), [[[1, 2]], [[3, 4]]])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/9", 1 / 9),
        ("1 / 9", 1 / 9),
        ("−1/16", -1 / 16),
        ("–2", -2),
        ("+.5", 0.5),
        ("1.", 1),
        ("1e−3", 1e-3),
        ("[-1E+2]", -100),
        ("[[1]]/9", 1 / 9),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_grid(text).item() == value


def test_a_spreadsheet_with_decimal_commas() -> None:
    np.testing.assert_array_equal(parse_grid("0,5\t1\n−1,25\t2"), [[[0.5, 1], [-1.25, 2]]])


def test_numpy_wraps_long_rows() -> None:
    values = np.arange(200.0).reshape(2, 100)
    np.testing.assert_array_equal(parse_grid(str(values.astype(int))), [values])
    np.testing.assert_array_equal(parse_grid(repr(values)), [values])


@pytest.mark.parametrize("text", ["[1;2;3]", "1\n2\n3", "[[1],[2],[3]]"])
def test_a_column(text: str) -> None:
    np.testing.assert_array_equal(parse_grid(text), [[[1], [2], [3]]])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no numbers"),
        (" \n# only this\n", 1, "no numbers"),
        ("1 2\n3 x", 2, "'x' is not a number"),
        ("1 2\n3", 2, "has 1 numbers and the row on line 1 has 2"),
        ("1 2\n3 4\n\n5 6", 4, "channel 2 has 1 rows and the first has 2"),
        ("[[1, 2],\n [3]]", 2, "has 1 numbers"),
        ("1\t\t2", 1, "cell 2 is empty"),
        ("1,,2", 1, "cell 2 is empty"),
        ("1/0", 1, "divides by zero"),
        ("[1 2]/0", 1, "divided by zero"),
        ("1e999", 1, "too large"),
        ("1e300*[1e300]", 1, "too large"),
        ("nan 1", 1, "'nan' is not a number"),
        ("1.2.3", 1, "not a number"),
        ("[1 2\n[3", 2, "not closed"),
        ("1 2]\n[3", 1, "was not opened"),
        ("[1 2)", 1, "was not opened"),
        ("[]", 1, "holds no numbers"),
        ("[[1],[]]", 1, "holds no numbers"),
        ("[1 [2]]", 1, "side by side"),
        ("3 [1 2]", 1, "outside the brackets"),
        ("[[[[1]]]]", 1, "too deep"),
        ("[" * 100_000, 1, "too deep"),
        ("[[1], [[2]]]", 1, "nested deeper"),
        ("__import__('os')", 1, "not a number"),
        ("1 " * 3_000_000, 1, "too many"),
    ],
)
def test_what_is_wrong_is_said(text: str, line: int, words: str) -> None:
    with pytest.raises(GridError, match=r"^Line \d+: [^\n]*\.$") as caught:
        parse_grid(text)
    assert caught.value.line == line
    assert words in str(caught.value)


@given(
    npst.arrays(
        np.float64,
        npst.array_shapes(min_dims=3, max_dims=3, max_side=5),
        elements=st.one_of(st.integers(-9, 9).map(float), st.floats(allow_nan=False, allow_infinity=False)),
    ),
    st.sampled_from(STYLES),
)
def test_what_is_written_is_read_back_exactly(grid: NDArray[np.float64], style: Style) -> None:
    text = format_grid(grid, style)
    np.testing.assert_array_equal(parse_grid(text), grid)
    assert parse_grid(text.replace("-", "−")).tobytes() == grid.tobytes()


@given(st.text(alphabet="0123456789.,;/-−e[](){}\n\t xarry=*#", max_size=60))
def test_any_text_gives_numbers_or_one_sentence(text: str) -> None:
    with contextlib.suppress(GridError):
        grid = parse_grid(text)
        assert grid.ndim == 3
        assert grid.size
        assert np.isfinite(grid).all()


def test_styles() -> None:
    grid = np.array([[1, -0.5], [0, 12]])
    assert format_grid(grid) == "1\t-0.5\n0\t12"
    assert format_grid(grid, "numpy") == "[[   1 -0.5]\n [   0   12]]"
    assert format_grid(grid, "brackets") == "[[   1, -0.5],\n [   0,   12]]"
    with pytest.raises(ValueError, match="styles are"):
        format_grid(grid, "csv")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot be written"):
        format_grid(np.array([[np.nan]]))

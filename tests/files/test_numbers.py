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


COMMAS = [[[1.5, 2.5], [3.5, 4.5]]]


@pytest.mark.parametrize(
    "text",
    [
        "1,5\t2,5\n3,5\t4,5",
        "1,5;2,5\n3,5;4,5",
        "1,5; 2,5;\r\n3,5; 4,5;\r\n",
        '"1,5";"2,5"\n"3,5";"4,5"',
        '"1,5","2,5"\n"3,5","4,5"',
        '"1,5" "2,5"\n"3,5" "4,5"',
        "1,5 2,5\n3,5 4,5",
        "1,5 2,5; 3,5 4,5",
        "\ufeff1.5,2.5\n3.5,4.5",
        "\ufeff1,5;2,5\n3,5;4,5",
        "a;b\n1,5;2,5\n3,5;4,5",
        "x (mm)\ty (mm)\n1.5\t2.5\n3.5\t4.5",
        "first,second\n1.5,2.5\n3.5,4.5",
        "name name\n% a comment\n1.5 2.5\n3.5 4.5",
        "+1,5\t2,5E0\n35e-1\t4,50",
    ],
)
def test_decimal_commas_quotes_marks_and_headings(text: str) -> None:
    np.testing.assert_array_equal(parse_grid(text), COMMAS)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("1,000.5\t2,500\n3,250\t4,000", [[1000.5, 2500], [3250, 4000]]),
        ("1.000,5;2.500\n3.250;4.000", [[1000.5, 2500], [3250, 4000]]),
        ("1,000,000 2,000,000", [[1e6, 2e6]]),
        ("1'000.5;2'500", [[1000.5, 2500]]),
        ("1\u202f000,5\t2\u00a0500", [[1000.5, 2500]]),
        ('"1,000","2,500"', [[1000, 2500]]),
        ("0,125\t1,250", [[0.125, 1.25]]),
        ("-0,125 1,250", [[-0.125, 1.25]]),
        ("1,2,3 4,5,6", [[1, 2, 3, 4, 5, 6]]),
        ("1,2,3;4,5,6", [[1, 2, 3], [4, 5, 6]]),
        ("1, 2, 3\n4, 5, 6", [[1, 2, 3], [4, 5, 6]]),
        ("1/3\t1,5/3", [[1 / 3, 0.5]]),
    ],
)
def test_thousands(text: str, want: list[list[float]]) -> None:
    np.testing.assert_array_equal(parse_grid(text), [want])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("1,000\t2,500\n3,250\t4,000", 1, "1,000 can be read as 1000 and as 1.000; write it as"),
        ("1\t2\n3,250\t4", 2, "3,250 can be read as"),
        ("1,000 2,500", 1, "1,000 can be read as"),
        ("1,2;3,4", 1, "commas can be decimal or stand between numbers"),
        ("1,5;2,5\n3,5", 2, "has 1 numbers and the row on line 1 has 2"),
        ("a;b\n1;2\n3", 3, "has 1 numbers and the row on line 2 has 2"),
        ("1,5;x\n3;4", 1, "'x' is not a number"),
        ("1.2.3;4\n5;6", 1, "'1.2.3' is not a number"),
    ],
)
def test_what_is_unclear_is_said(text: str, line: int, words: str) -> None:
    with pytest.raises(GridError) as caught:
        parse_grid(text)
    assert (caught.value.line, words in str(caught.value)) == (line, True), str(caught.value)


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

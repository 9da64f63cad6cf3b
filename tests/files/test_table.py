from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from convgui.files import LoadCancelledError, LoadError, load, load_bytes

WANT = [[1.5, 2.5, 3], [-4, 5e-3, 6]]
TEXTS = {
    "csv": "1.5,2.5,3\n-4,5e-3,6\n",
    "tsv": "1.5\t2.5\t3\n-4\t5e-3\t6\n",
    "semicolons": "1,5;2,5;3\r\n-4;5e-3;6\r\n",
    "spaces": "1.5 2.5   3\n-4 5e-3 6",
    "quotes": '"1,5";"2,5";"3"\n"-4";"0,005";"6"\n',
    "old ends of lines": "1.5,2.5,3\r-4,5e-3,6\r",
    "Excel": "sep=;\n1,5;2,5;3\n-4;0,005;6\n",
    "heading": "left,middle,right\n1.5,2.5,3\n-4,5e-3,6\n",
    "two headings": "Ort;Größe;Höhe\nmm (x);°C;µm\n1,5;2,5;3\n−4;0,005;6\n",
    "quoted heading": '"left, outer","b;c","d"\n1.5,2.5,3\n-4,5e-3,6\n',
    "years": "place,2019,2020\n1.5,2.5,3\n-4,5e-3,6\n",
    "comments": "# made by hand\n1.5 2.5 3\n% more\n-4 5e-3 6\n",
    "NumPy": "[[1.5, 2.5, 3],\n [-4, 5e-3, 6]]",
    "JSON": "[[1.5, 2.5, 3], [-4, 5e-3, 6]]\n",
}
THOUSANDS = {
    "space": "1 234,5;2\n3;4 000\n",
    "no-break space": "1\u00a0234,5;2\n3;4\u00a0000\n",
    "narrow space": "a;b\n1\u202f234,5;2\n3;4\u202f000\n",
    "all of them": "1 234,5;2,0\n3,0;4 000,0\n",
    "apostrophe": "1'234.5;2\n3;4'000\n",
    "point": "1.234,5;2\n3;4.000\n",
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", TEXTS)
def test_every_spelling_in_every_encoding(kind: str, encoding: str, tmp_path: Path) -> None:
    text = TEXTS[kind].replace("−", "-") if encoding == "cp1252" else TEXTS[kind]
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    sample = load(path)
    np.testing.assert_array_equal(sample.data, [WANT])
    assert (sample.source, sample.name) == (str(path), "x.csv")
    assert ("of names above" in sample.note) == (kind in ("heading", "two headings", "quoted heading", "years"))


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt", ".dat", ""])
@pytest.mark.parametrize("dialect", ["excel", "excel-tab", "unix"])
def test_what_a_library_writes(dialect: str, ending: str, tmp_path: Path) -> None:
    values = np.random.default_rng(4).normal(size=(5, 7))
    path = tmp_path / f"x{ending}"
    with path.open("w", newline="") as stream:
        csv.writer(stream, dialect).writerows(values.tolist())
    np.testing.assert_array_equal(load(path).data[0], values)
    np.savetxt(path, values, fmt="%.17g", header="five rows")
    np.testing.assert_array_equal(load(path).data[0], values)


def test_blank_lines_separate_channels() -> None:
    np.testing.assert_array_equal(load_bytes(b"a,b\n1,2\n,,\n3,4\n\n", "x.csv").data, [[[1, 2]], [[3, 4]]])


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_separator_that_ends_every_line_begins_no_column(separator: str) -> None:
    ended, gap = (text.replace(",", separator).encode() for text in ("1,2,\n3,4,\n", "1,2,\n3,4,5\n"))
    np.testing.assert_array_equal(load_bytes(ended, "x.csv").data, [[[1, 2], [3, 4]]])
    np.testing.assert_array_equal(load_bytes(gap, "x.csv").data, [[[1, 2, np.nan], [3, 4, 5]]])


@pytest.mark.parametrize("word", ["", "NaN", "nan", "NA", "n/a", "#N/A", "null", "-", "inf", "-inf"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_missing_values_are_counted(word: str, separator: str) -> None:
    text = f"1{separator}{word}{separator}3\n4{separator}5{separator}{word}\n"
    sample = load_bytes(text.encode(), "x.csv")
    assert sample.nonfinite == 2
    np.testing.assert_array_equal(np.isnan(sample.data[0]), [[False, True, False], [False, False, True]])


NAN = float("nan")
FIRST_ROWS: dict[str, list[float] | None] = {
    # Numbers, in every spelling that is read.
    "1e3;2": [1000, 2], "1E-3;2": [0.001, 2], "1,234.5;2": [1234.5, 2], "1.234,5;2": [1234.5, 2], "1'234;2": [1234, 2],
    "+1;-2": [1, -2], "−1;–2": [-1, -2], "1.;.5": [1, 0.5], "1/2;-1/4": [0.5, -0.25], "1 / 2;3": [0.5, 3],
    '"1";"2"': [1, 2], "'1';'2'": [1, 2], "TRUE;false": [1, 0], "1_000;2": [1000, 2],
    # Missing, also where a whole row is.
    "inf;-inf": [NAN, NAN], "nan;1": [NAN, 1], "NaN;NaN": [NAN, NAN], "-;1": [NAN, 1], "-;-": [NAN, NAN],
    "∞;−∞": [NAN, NAN], ";1": [NAN, 1], ".;1": [NAN, 1], "n.a.;1": [NAN, 1], "<NA>;1": [NAN, 1], "null;?": [NAN, NAN],
    "#REF!;1": [NAN, 1], "#N/A;1": [NAN, 1], "#DIV/0!;#NUM!": [NAN, NAN], "#name?;1": [NAN, 1],
    # Lines of names.
    "a;b": [], "place;2020": [], "x1;x2": [], "10 mm;20 mm": [], "1st;2nd": [], "temp °C;h": [], "Größe;µm": [],
    "(mm);[s]": [], "name;50%": [],
    # Neither: refused by name, and not left out.
    "50%;2": None, "50%;20%": None, "€5;2": None, "5 €;6": None, "$1;2": None, "1e;2": None, "0x10;2": None,
    "1.5f;2": None, "1d3;2": None, "3+4j;2": None, "5-;2": None, "½;2": None, "1.5.2020;2": None, "2020-01-01;2": None,
    "12:30;2": None, "*;2": None, "1°;2°": None, "10²;2": None,
}  # fmt: skip


@pytest.mark.parametrize("text", FIRST_ROWS)
def test_a_first_row_is_numbers_or_names_or_is_refused(text: str) -> None:
    want = FIRST_ROWS[text]
    data = f"{text}\n3;4\n5;6\n".encode()
    if want is None:
        cell = text.split(";")[0]
        with pytest.raises(LoadError, match=r"its line 1 is no row of numbers: .* is not a number") as caught:
            load_bytes(data, "x.csv")
        assert repr(cell) in str(caught.value)
        return
    sample = load_bytes(data, "x.csv")
    np.testing.assert_array_equal(sample.data, [[*([want] if want else []), [3, 4], [5, 6]]])
    assert sample.nonfinite == int(np.isnan(want).sum())
    assert ("of names above" in sample.note) == (want == [])


@pytest.mark.parametrize("names", ["temp °C,h", "a b,c d e", "x;y z,w", "length (mm),n"])
def test_a_space_in_a_name_says_nothing_of_what_stands_between_numbers(names: str) -> None:
    np.testing.assert_array_equal(load_bytes(f"{names}\n1,2\n3,4\n".encode(), "x.csv").data, [[[1, 2], [3, 4]]])


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "1,2\n3",
            "its line 2 is no row of numbers: this row has 1 numbers and the row on line 1 has 2; give every row",
        ),
        ("a,b\n1,2\n3,x", "its line 3 is no row of numbers: 'x' is not a number; write numbers such as"),
        ("Dear reader,\nthis is a letter.\n", "its line 1 is no row of numbers"),
        ("1;2\n\n3;4\n5;6\n", "channel 2 has 2 rows and the first has 1"),
        ("1,000;2,000\n3,000;4,000", "1,000 can be read as 1000 and as 1.000; write it as 1000 or as 1.000"),
        ("\n\n", "there are no numbers"),
        ("[1, 2", "the bracket [ is not closed"),
    ],
)
def test_a_line_that_is_no_row_is_named(text: str, says: str) -> None:
    with pytest.raises(LoadError, match=r"^x\.csv cannot be opened: ") as caught:
        load_bytes(text.encode(), "x.csv")
    assert says in str(caught.value)
    assert "damaged" not in str(caught.value)


def test_a_long_table_can_be_given_up() -> None:
    polls: list[None] = []

    def cancel() -> bool:
        polls.append(None)
        return len(polls) > 9

    with pytest.raises(LoadCancelledError):
        load_bytes(b"1,2\n" * 1000, "x.csv", cancel=cancel)


@pytest.mark.parametrize("kind", THOUSANDS)
def test_thousands_between_semicolons(kind: str) -> None:
    assert load_bytes(THOUSANDS[kind].encode(), "x.csv").data.tolist() == [[[1234.5, 2], [3, 4000]]]


@pytest.mark.parametrize("text", ["100 200; 300 400", "100 200; 300 400;", "100 200\n300 400", "100, 200; 300, 400"])
def test_spaces_between_numbers_of_three_digits_are_no_thousands(text: str) -> None:
    assert load_bytes(text.encode(), "x.txt").data.tolist() == [[[100, 200], [300, 400]]]

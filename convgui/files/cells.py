"""Numbers on lines: what stands between them, which comma is a decimal one, and which line is a heading."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.words import mark, tr

COMMENT = "\v"
"""A line on which a comment stood: it is no row, and separates nothing."""
NOTHING = mark("there are no numbers; type some, such as 1 2 3")
UNCLEAR = mark("{cell} can be read as {one} and as {other}; write it as {plain} or as {point}")
ERRORS = ("#n/a", "#value!", "#div/0!", "#ref!", "#name?", "#null!", "#num!", "#spill!", "#calc!")
"""What spreadsheets write for what they cannot compute."""
MISSING = frozenset({"", "nan", "na", "n/a", "n.a.", "<na>", "null", "none", "-", "--", ".", "?", "missing", *ERRORS})
INFINITE = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf, "infinity": math.inf, "-infinity": -math.inf}
INFINITE |= {"∞": math.inf, "+∞": math.inf, "-∞": -math.inf}

UNCLEAR_COMMAS = mark(
    "its commas can be decimal or stand between numbers; write decimal points, or brackets around the rows"
)

_APART: dict[str, str] = {
    "\t": mark("{cell} is several numbers, and on other lines tabs stand between them; put tabs between these, too"),
    ";": mark(
        "{cell} is several numbers, and on other lines semicolons stand between them; put some between these, too"
    ),
}

TRUTH = {"true": 1.0, "false": 0.0}
KNOWN = MISSING | frozenset(INFINITE)
WORDS = KNOWN | frozenset(TRUTH)
"""Letters that are no name."""
PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(rf"({PLAIN})(?:/({PLAIN}))?")
_GROUPED = r"[+-]?(?:\d+|[1-9]\d{{0,2}}(?:[{thousands}' ’_]\d{{3}})+)?(?:[{decimal}]\d*)?(?:[eE][+-]?\d+)?"
_POINT = re.compile(_GROUPED.format(thousands=",", decimal="."))
_COMMA = re.compile(_GROUPED.format(thousands=".", decimal=","))
_LETTER = r"[^\W\d_¹²³¼½¾⅐-⅞]"
_NAME = re.compile(rf"[\"'(\[{{ ]*{_LETTER}")
_UNIT = re.compile(rf"(?!0x){_LETTER}{{2}}|\s{_LETTER}")
"""In a line without numbers ``10 mm`` and ``2nd`` are names."""
_LETTERS, _OTHERS = re.compile(_LETTER), re.compile(r"[^\W\d_eE]")
_QUOTED = re.compile(r'"[^"\n]*"')

Separator = Literal["\t", ";", ",", " ", "rows"]
"""``rows`` stands for semicolons that end rows; a space for any spaces and commas."""
Decimal = Literal[".", ","]


class GridError(ValueError):
    """Text that is no grid of numbers; the message names the line and what is wrong, in one sentence."""

    def __init__(self, line: int, message: str) -> None:
        self.line, self.reason = line, tr(message)
        super().__init__(tr("Line {line}: {message}.", line=line, message=self.reason))


@dataclass
class Row:
    """Numbers and the line they stand on."""

    line: int
    values: list[float]


class Table(NamedTuple):
    """What lines hold.

    Attributes
    ----------
    channels : list of list of Row
        What blank lines separate.
    headings : int
        How many lines of names stood above the numbers.
    names : tuple of str
        The cells of the line of names right above them.
    """

    channels: list[list[Row]]
    headings: int
    names: tuple[str, ...] = ()


def number(word: str, line: int) -> float:
    """Return the number, or the fraction, that a word stands for.

    Raises
    ------
    GridError
        If it is none, or too large.
    """
    if word.lower() in TRUTH:
        return TRUTH[word.lower()]
    match = _NUMBER.fullmatch(word.strip("\"'"))
    if match is None:
        shown = word if len(word) <= 20 else word[:20] + "…"
        raise GridError(line, tr("{shown!r} is not a number; write numbers such as 2, −0.5, 1e−3 or 1/9", shown=shown))
    value = float(match[1])
    if match[2] is not None:
        if float(match[2]) == 0:
            raise GridError(line, tr("{word} divides by zero", word=word))
        value /= float(match[2])
    if not math.isfinite(value):
        raise GridError(line, tr("{word} is too large", word=word))
    return value


def parse_lines(text: str, *, gaps: bool = False, poll: Callable[[], None] = lambda: None) -> Table:
    """Read rows on lines.

    Parameters
    ----------
    text : str
        Lines, ended in one way.
    gaps : bool
        Whether empty cells and words such as NaN stand for what is missing, as they do in files.
    poll : callable
        Called at every row; it may raise to give up.

    Raises
    ------
    GridError
        Naming the line and what is wrong.
    """
    lines = text.split("\n")
    separator = _separator(lines)
    rows = list(_split(lines, separator, gaps))
    if not any(cells for _, cells in rows):
        raise GridError(1, NOTHING)
    decimal = _decimal(rows, separator)
    headings = _headings([cells for _, cells in rows if cells], decimal, gaps)
    channels: list[list[Row]] = [[]]
    left, names = headings, list[str]()
    for line, cells in rows:
        poll()
        if not cells:
            if channels[-1]:
                channels.append([])
        elif left:
            left, names = left - 1, cells
        else:
            _check_apart(cells, line, decimal, separator)
            channels[-1].append(Row(line, _values(cells, line, decimal, gaps)))
    return Table([channel for channel in channels if channel], headings, tuple(name.strip("\"' ") for name in names))


def _separator(lines: Sequence[str]) -> Separator:
    """Tell what stands between numbers; commas and semicolons within quotes do not."""
    masked = [line for line in (_QUOTED.sub("0", line).strip() for line in lines) if line and line != COMMENT]
    # What stands between names need not stand between numbers; a space within a name says nothing at all.
    masked = [line for line in masked if not _is_named(line)] or masked
    text = "\n".join(masked)
    if any("\t" in line for line in lines):
        return "\t"
    if ";" in text:
        return _semicolons(masked)
    if "," not in text:
        return " "
    spaced, beside = any(len(line.split()) > 1 for line in masked), re.search(r",\s|\s,|,$|^,", text)
    words = text.split()
    return " " if spaced and not beside and (_fit(_COMMA, words) or _fit(_POINT, words)) else ","


def _is_named(line: str) -> bool:
    """Tell whether a line has letters that belong to no number and are no word for what is missing."""
    if not _OTHERS.search(line):
        return False
    words = re.split(r"[\s;,]+", re.sub(r"\d[eE](?=[+-]?\d)", "0", line))
    return any(_LETTERS.search(word) and word.lower() not in WORDS for word in words)


def _semicolons(lines: Sequence[str]) -> Separator:
    """Tell whether semicolons stand between numbers, as in spreadsheets, or between rows, as in MATLAB.

    Raises
    ------
    GridError
        For a single line such as ``1,2;3,4``, which is both.
    """
    cells = [part.strip() for line in lines for part in line.split(";") if part.strip()]
    if any(re.search(r"\d,?\s+[\d.+-]", part) for part in cells):
        return ";" if _spaced_thousands(cells) else "rows"
    if not any("," in part for part in cells):
        return ";"
    if not (_fit(_COMMA, cells) or _fit(_POINT, cells)):
        return "rows"
    if len(lines) == 1 and len(cells) > 1 and all(part.count(",") == 1 for part in cells):
        raise GridError(1, UNCLEAR_COMMAS)
    return ";"


def _spaced_thousands(cells: Sequence[str]) -> bool:
    """Tell whether spaces between digits set thousands apart: in rows of one length they stand between numbers."""
    spaced = [part for part in cells if re.search(r"\d\s+\d", part)]
    uneven = len({len(part.split()) for part in cells if re.search(r"\d", part)}) > 1
    return (uneven or any("," in part for part in spaced)) and (_fit(_COMMA, cells) or _fit(_POINT, cells))


def _fit(pattern: re.Pattern[str], words: Sequence[str]) -> bool:
    return all(pattern.fullmatch(part) for word in words for part in word.split("/") if re.search(r"\d", part))


def _split(lines: Sequence[str], separator: Separator, gaps: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row with its line; none where a line is blank."""
    ends = separator in (";", ",") and gaps and all(line.rstrip().endswith(separator) for line in lines if line.strip())
    for at, line in enumerate(lines, 1):
        if line == COMMENT:
            continue
        if not line.strip(" \t;,"):
            yield at, []
        elif separator == "rows":
            for part in line.strip(" ;,").split(";"):
                if part.strip():
                    yield at, _words(part)
        elif separator == " ":
            yield at, _words(line)
        else:
            plain = line if gaps and not ends else line.strip(" " if separator == "\t" else " ;,")
            # A quote in the middle of a cell is a character like others.
            try:
                cells = next(csv.reader([plain.strip(" ")], delimiter=separator, skipinitialspace=True))
            except csv.Error as error:
                raise GridError(at, tr("it is no row of cells ({error})", error=told(error))) from error
            spaced = separator == "," and not gaps
            yield at, [word for cell in cells for word in (_spaced(cell) if spaced else [cell.strip()])]


def _words(text: str) -> list[str]:
    """Split at spaces, and at commas unless they are decimal ones or stand between thousands."""
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|[^\s"]+', text.strip(" ,"))]
    if _fit(_COMMA, words) or _fit(_POINT, words):
        return words
    return re.split(r"\s*,\s*|\s+", text.strip(" ,").replace('"', ""))


def _spaced(cell: str) -> list[str]:
    return cell.split() or [""]


def _decimal(rows: Sequence[tuple[int, list[str]]], separator: Separator) -> Decimal:
    """Tell whether commas in cells are decimal ones or stand between thousands.

    Raises
    ------
    GridError
        If a number can be read both ways, and nothing else tells.
    """
    found = [(line, cell) for line, cells in rows for cell in cells if re.search(r"\d", cell)]
    with_comma = [(line, cell) for line, cell in found if "," in cell]
    if not with_comma:
        return "."
    cells = [cell for _, cell in found if re.fullmatch(r"[\d.,'’_ +\-/eE]+", cell)]
    point, comma = _fit(_POINT, cells), _fit(_COMMA, cells)
    if point and comma and separator != ",":
        line, cell = with_comma[0]
        digits = cell.replace(",", "")
        raise GridError(
            line,
            tr(
                UNCLEAR, cell=cell, one=digits, other=cell.replace(",", "."), plain=digits, point=cell.replace(",", ".")
            ),
        )
    return "," if comma and not point else "."


def _headings(rows: Sequence[list[str]], decimal: Decimal, gaps: bool) -> int:
    """Count the lines of names above the first row of numbers; 0 where there are no numbers at all.

    What has a digit in it and is no number, such as ``50%``, does not make a line one of names: it is not left out.
    """
    for count, cells in enumerate(rows):
        if any(_is_number(cell, decimal) for cell in cells):
            # In a file, a name among years makes a heading where the line below is all numbers.
            below = rows[count + 1] if gaps and count + 1 < len(rows) else []
            all_numbers = all(_is_number(cell, decimal) or cell.lower() in KNOWN for cell in below)
            named = any(_NAME.match(cell) and cell.lower() not in WORDS for cell in cells)
            if not (named and all_numbers and any(_is_number(cell, decimal) for cell in below)):
                return count
        elif not any((_NAME.match(cell) or _UNIT.search(cell)) and cell.lower() not in WORDS for cell in cells):
            return count
    return 0


def _is_number(cell: str, decimal: Decimal) -> bool:
    return bool(_NUMBER.fullmatch(_plain(cell, decimal)))


def _plain(cell: str, decimal: Decimal) -> str:
    """Write a cell with a decimal point and nothing between thousands."""
    if not re.search(r"\d", cell):
        return cell
    pattern = _COMMA if decimal == "," else _POINT
    if not all(pattern.fullmatch(part.strip()) for part in cell.split("/")):
        return cell
    thousands = "." if decimal == "," else ","
    return re.sub(rf"[{thousands}' ’_]", "", cell).replace(decimal, ".")


def _check_apart(cells: Sequence[str], line: int, decimal: Decimal, separator: Separator) -> None:
    """Refuse a cell that is several numbers: those of other lines are apart by something else."""
    if separator not in _APART:
        return
    for cell in cells:
        words = re.split(r"[\s,;]+", cell.strip(" ,;"))
        if len(words) > 1 and not _is_number(cell, decimal) and all(_is_number(word, decimal) for word in words):
            raise GridError(line, tr(_APART[separator], cell=cell if len(cell) <= 20 else cell[:20] + "…"))


def _values(cells: Sequence[str], line: int, decimal: Decimal, gaps: bool) -> list[float]:
    values = []
    for at, cell in enumerate(cells, 1):
        if gaps and cell.lower() in MISSING:
            values.append(math.nan)
        elif gaps and cell.lower() in INFINITE:
            values.append(INFINITE[cell.lower()])
        elif cell == "":
            raise GridError(line, tr("cell {index} is empty; give every cell a number, 0 if need be", index=at))
        else:
            values.append(number(_plain(cell, decimal), line))
    return values


def stack(channels: list[list[Row]]) -> NDArray[np.float64]:
    """Make an array, or say which row or channel has another size than the first."""
    first = channels[0][0]
    for c, channel in enumerate(channels):
        for row in channel:
            if len(row.values) != len(first.values):
                raise GridError(
                    row.line,
                    tr(
                        "this row has {given} numbers and the row on line {line} has {wanted}; give every row the same "
                        "number",
                        given=len(row.values),
                        line=first.line,
                        wanted=len(first.values),
                    ),
                )
        if len(channel) != len(channels[0]):
            raise GridError(
                channel[0].line,
                tr(
                    "channel {c} has {given} rows and the first has {wanted}; give every channel the same number",
                    c=c + 1,
                    given=len(channel),
                    wanted=len(channels[0]),
                ),
            )
    return np.array([[row.values for row in channel] for channel in channels], dtype=np.float64)

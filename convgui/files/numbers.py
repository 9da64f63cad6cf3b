"""Numbers as people type and paste them: spreadsheets, NumPy, MATLAB, JSON. Nothing is ever evaluated."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from convgui.files.cells import COMMENT, ERRORS, NOTHING, PLAIN, GridError, Row, number, parse_lines, stack
from convgui.words import tr

Grid: TypeAlias = NDArray[np.float64]
__all__ = ("DEEPEST", "LONGEST", "STYLES", "Grid", "GridError", "Style", "format_grid", "parse_grid", "parse_table")

Style = Literal["spreadsheet", "numpy", "brackets"]
STYLES: tuple[Style, ...] = get_args(Style)
LONGEST = 5_000_000
DEEPEST = 4

_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "﹣": "-", "－": "-", "\u00a0": " ", "\u202f": " ", "\r": "\n", "\ufeff": None}
)
_CALL = re.compile(r"\b(?:\w+\.)?(?:array|asarray|tensor|matrix|Tensor)\s*\(")
_CALL_END = re.compile(r"(?:,\s*(?:dtype|device|order)\s*=\s*[\w.'\":]+\s*)*,?[ \t]*\)")
_BEFORE = re.compile(rf"\s*({PLAIN}(?:/{PLAIN})?)\s*[*×·]\s*(?=[\[({{])")
_AFTER = re.compile(rf"(?<=[\])}}])\s*([*×·/])\s*({PLAIN}(?:/{PLAIN})?)\s*\Z")
_COMMENT = re.compile(rf"^[ \t]*(?!{'|'.join(map(re.escape, ERRORS))})[#%].*$", re.MULTILINE | re.IGNORECASE)
_TOKEN = re.compile(r"[\[({]|[\])}]|[;,\n]|[^\s;,\[\](){}]+")


def parse_grid(text: str) -> Grid:
    """Read typed or pasted numbers.

    Understood are rows on lines with tabs, spaces, commas or semicolons between the numbers; NumPy's ``[[1 2] [3 4]]``
    and ``array([[1, 2], [3, 4]])``; JSON; MATLAB's ``[1 2; 3 4]``; braces and parentheses as brackets; a factor before
    or after brackets, as in ``[1 2 1]/4``; fractions such as ``1/9``; the true minus sign; decimal commas where tabs,
    semicolons or spaces separate the cells; thousands; quotes; true and false; lines of names above the numbers. What
    has a digit and is no number (``50%``, ``€5``, ``1e``) is refused and not taken for a name. Several channels are
    separated by a blank line or are the outermost of three levels of brackets.
    Lines that start with # or % are skipped.

    Parameters
    ----------
    text : str
        What the user typed or pasted.

    Returns
    -------
    ndarray
        float64, always ``(C, H, W)``; one grid has one channel, and one row of numbers height 1.

    Raises
    ------
    GridError
        Naming the line and what is wrong.
    """
    if len(text) > LONGEST:
        raise GridError(
            1, tr("{count:,} characters are too many to paste; save the numbers as .npy and open that", count=len(text))
        )
    text = _plain(text)
    if not text.strip():
        raise GridError(1, NOTHING)
    return _parse_brackets(text) if _is_bracketed(text) else stack(parse_lines(text).channels)


def parse_table(text: str, poll: Callable[[], None]) -> tuple[Grid, int, tuple[str, ...]]:
    """Read the numbers of a text file, in which empty cells and NaN are missing values.

    Parameters
    ----------
    poll : callable
        Called at every row; it may raise to give up.

    Returns
    -------
    grid : ndarray
        ``(C, H, W)``, with NaN where a value is missing.
    headings : int
        How many lines of names stood above the numbers.
    names : tuple of str
        What stands right above the columns.

    Raises
    ------
    GridError
        Naming the line and what is wrong.
    """
    # What a spreadsheet writes for itself.
    text = _plain(re.sub(r"\A\ufeff?\"?sep=.\"?(?=\r?\n)", "", text))
    if not text.strip():
        raise GridError(1, NOTHING)
    if _is_bracketed(text):
        return _parse_brackets(text), 0, ()
    table = parse_lines(text, gaps=True, poll=poll)
    return stack(table.channels), table.headings, table.names


def _plain(text: str) -> str:
    """Bring signs, spaces and ends of lines to one form and take out what comments say."""
    text = text.replace("\r\n", "\n").translate(_SIGNS)
    text = _COMMENT.sub(COMMENT, text)
    return re.sub(r"(?<=[\d.])[ \t]*/[ \t]*(?=[\d.])", "/", text)


def _is_bracketed(text: str) -> bool:
    """Tell whether brackets make the rows; those in a heading, such as ``x (mm)``, do not."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    while len(lines) > 1 and re.search(r"[^\W\d]", lines[0]) and not re.search(r"\d|[\[({]$", lines[0]):
        del lines[0]
    # A name with a digit too, such as ``time [s], ch1``, where all brackets are in that line.
    if len(lines) > 1 and re.search(r"[^\W\d]", lines[0]) and not re.search(r"[\[({\])}]", "".join(lines[1:])):
        del lines[0]
    return any(re.search(r"[\[({]", line) for line in lines)


def format_grid(array: NDArray[np.floating] | NDArray[np.integer], style: Style = "spreadsheet") -> str:
    """Write a grid ``(H, W)`` or ``(C, H, W)`` as text that `parse_grid` reads back exactly.

    Parameters
    ----------
    array : ndarray
        Finite numbers.
    style : {"spreadsheet", "numpy", "brackets"}
        Tabs and lines; NumPy's printed form; or brackets with commas, which JSON and Python read.
    """
    if style not in STYLES:
        raise ValueError(f"style is {style!r}; the styles are {', '.join(STYLES)}.")
    grid = np.asarray(array, dtype=np.float64)
    if grid.ndim not in (2, 3):
        raise ValueError(f"A grid is (H, W) or (C, H, W), got shape {grid.shape}.")
    channels = [[[_format_number(v) for v in row] for row in channel] for channel in grid.reshape(-1, *grid.shape[-2:])]
    if style == "spreadsheet":
        return "\n\n".join("\n".join("\t".join(row) for row in channel) for channel in channels)
    gap, comma = (" ", "") if style == "numpy" else (", ", ",")
    wide = max(len(cell) for channel in channels for row in channel for cell in row)
    several = len(channels) > 1
    next_row, next_channel = comma + "\n" + " " * (1 + several), comma + "\n\n "
    blocks = []
    for channel in channels:
        rows = ["[" + gap.join(cell.rjust(wide) for cell in row) + "]" for row in channel]
        blocks.append(f"[{next_row.join(rows)}]")
    return f"[{next_channel.join(blocks)}]" if several else blocks[0]


def _format_number(value: float) -> str:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(tr("{number} cannot be written as a number.", number=number))
    text = repr(number)
    return text.removesuffix(".0")


@dataclass
class _Node:
    """An opened bracket: its rows so far, each of numbers or of inner brackets."""

    line: int
    opened: str = ""
    rows: list[Row] = field(default_factory=list)
    inner: list[_Node] = field(default_factory=list)
    ends_rows: bool = False

    def add(self, value: float, line: int) -> None:
        if not self.rows:
            self.rows.append(Row(line, []))
        if not self.rows[-1].values:
            self.rows[-1].line = line
        self.rows[-1].values.append(value)

    @property
    def depth(self) -> int:
        return 1 + max((node.depth for node in self.inner), default=0)


def _parse_brackets(text: str) -> Grid:
    if _CALL.search(text):
        text = _CALL_END.sub("", _CALL.sub("", text))
    factor, text = _factor(text)
    root = _read_tree(text)
    if any(row.values for row in root.rows):
        raise GridError(root.rows[0].line, tr("a number stands outside the brackets; put it inside or remove it"))
    top = root.inner[0] if len(root.inner) == 1 else root
    with np.errstate(over="ignore"):
        grid = stack(_channels(top)) * factor
    if not np.isfinite(grid).all():
        raise GridError(1, tr("the numbers times their factor are too large"))
    return grid


def _factor(text: str) -> tuple[float, str]:
    """Take a factor before or a divisor after the brackets off the text."""
    factor = 1.0
    if before := _BEFORE.match(text):
        factor, text = number(before[1], 1), text[before.end() :]
    if after := _AFTER.search(text):
        value, line = number(after[2], 1 + text.count("\n")), 1 + text.count("\n", 0, after.start())
        if after[1] == "/" and value == 0:
            raise GridError(line, tr("the brackets are divided by zero"))
        factor, text = (factor / value if after[1] == "/" else factor * value), text[: after.start()]
    return factor, text


def _read_tree(text: str) -> _Node:
    stack, line = [_Node(1)], 1
    for token in _TOKEN.findall(text):
        node = stack[-1]
        if token in "[({":
            if len(stack) > DEEPEST:
                raise GridError(line, tr("brackets are nested too deep; at most three levels are read"))
            node.inner.append(_Node(line, token))
            stack.append(node.inner[-1])
        elif token in "])}":
            if len(stack) == 1 or token != {"[": "]", "(": ")", "{": "}"}[node.opened]:
                raise GridError(line, tr("{token} closes a bracket that was not opened", token=token))
            stack.pop()
        elif token in ";\n":
            line += token == "\n"
            node.ends_rows |= token == ";"
            if node.rows and node.rows[-1].values:
                node.rows.append(Row(line, []))
        elif token != ",":
            node.add(number(token, line), line)
    if len(stack) > 1:
        raise GridError(stack[-1].line, tr("the bracket {opened} is not closed", opened=stack[-1].opened))
    return stack[0]


def _channels(node: _Node) -> list[list[Row]]:
    """Read a tree of one to three levels as channels of rows."""
    own = [row for row in node.rows if row.values]
    if node.inner and own:
        raise GridError(own[0].line, tr("numbers and brackets stand side by side; put every row in brackets"))
    if not node.inner:
        return [own] if own else _empty(node)
    if node.depth == 2:
        # Line breaks inside an inner bracket are only how NumPy wraps a long row, unless semicolons end rows there.
        if any(row.ends_rows for row in node.inner):
            return [_channels(inner)[0] for inner in node.inner]
        return [[_joined(inner) for inner in node.inner]]
    if node.depth > 3:
        raise GridError(node.line, tr("brackets are nested too deep; at most three levels are read"))
    if any(inner.depth != 2 for inner in node.inner):
        raise GridError(node.line, tr("some rows are nested deeper than others; nest all alike"))
    return [channel for inner in node.inner for channel in _channels(inner)]


def _joined(node: _Node) -> Row:
    values = [value for row in node.rows for value in row.values]
    return Row(node.line, values) if values else _empty(node)[0][0]


def _empty(node: _Node) -> list[list[Row]]:
    raise GridError(node.line, tr("a bracket holds no numbers; type some, such as [1 2 3]"))

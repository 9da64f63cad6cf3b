"""Numbers as people type and paste them: spreadsheets, NumPy, MATLAB, JSON. Nothing is ever evaluated."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from convgui.words import mark, tr

Grid: TypeAlias = NDArray[np.float64]
Style = Literal["spreadsheet", "numpy", "brackets"]
STYLES: tuple[Style, ...] = get_args(Style)
LONGEST = 5_000_000
DEEPEST = 4
NOTHING = mark("there are no numbers; type some, such as 1 2 3")

_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "－": "-", "\u00a0": " ", "\u202f": " ", "\r": "\n"})
_PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(rf"({_PLAIN})(?:/({_PLAIN}))?")
_CALL = re.compile(r"\b(?:\w+\.)?(?:array|asarray|tensor|matrix|Tensor)\s*\(")
_CALL_END = re.compile(r"(?:,\s*(?:dtype|device|order)\s*=\s*[\w.'\":]+\s*)*,?[ \t]*\)")
_BEFORE = re.compile(rf"\s*({_PLAIN}(?:/{_PLAIN})?)\s*[*×·]\s*(?=[\[({{])")
_AFTER = re.compile(rf"(?<=[\])}}])\s*([*×·/])\s*({_PLAIN}(?:/{_PLAIN})?)\s*\Z")
_TOKEN = re.compile(r"[\[({]|[\])}]|[;,\n]|[^\s;,\[\](){}]+")


class GridError(ValueError):
    """Text that is no grid of numbers; the message names the line and what is wrong, in one sentence."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(tr("Line {line}: {message}.", line=line, message=tr(message)))
        self.line = line


def parse_grid(text: str) -> Grid:
    """Read typed or pasted numbers.

    Understood are rows on lines with tabs, spaces, commas or semicolons between the numbers; NumPy's ``[[1 2] [3 4]]``
    and ``array([[1, 2], [3, 4]])``; JSON; MATLAB's ``[1 2; 3 4]``; braces and parentheses as brackets; a factor before
    or after brackets, as in ``[1 2 1]/4``; fractions such as ``1/9``; the true minus sign; decimal commas where tabs
    separate the cells. Several channels are separated by a blank line or are the outermost of three levels of brackets.
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
    text = text.replace("\r\n", "\n").translate(_MINUS)
    text = re.sub(r"^[ \t]*[#%].*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=[\d.])[ \t]*/[ \t]*(?=[\d.])", "/", text)
    if not text.strip():
        raise GridError(1, NOTHING)
    if re.search(r"[\[({]", text):
        return _parse_brackets(text)
    return _stack(_parse_lines(text))


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


def _number(word: str, line: int) -> float:
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


@dataclass
class _Row:
    line: int
    values: list[float]


def _stack(channels: list[list[_Row]]) -> Grid:
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


def _parse_lines(text: str) -> list[list[_Row]]:
    decimal_comma = "\t" in text and "." not in text and not re.search(r",(?!\d)|(?<!\d),|,\d*,", text)
    channels: list[list[_Row]] = [[]]
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            if channels[-1]:
                channels.append([])
            continue
        for part in _row_parts(line.strip(" ;,") if "\t" not in line else line):
            cells = _cells(part.replace(",", ".") if decimal_comma else part)
            if "" in cells:
                raise GridError(
                    number,
                    tr("cell {index} is empty; give every cell a number, 0 if need be", index=cells.index("") + 1),
                )
            channels[-1].append(_Row(number, [_number(cell, number) for cell in cells]))
    found = [channel for channel in channels if channel]
    if not found:
        raise GridError(1, NOTHING)
    return found


def _row_parts(line: str) -> list[str]:
    """Split at semicolons where they end rows, that is where several numbers stand between them."""
    parts = line.split(";")
    if len(parts) > 1 and any(len(_cells(part)) > 1 for part in parts):
        return [part for part in parts if part.strip()]
    return [line]


def _cells(part: str) -> list[str]:
    if "\t" in part:
        return [cell.strip() for cell in part.split("\t")]
    return re.split(r"\s*[,;]\s*|\s+", part.strip())


@dataclass
class _Node:
    """An opened bracket: its rows so far, each of numbers or of inner brackets."""

    line: int
    opened: str = ""
    rows: list[_Row] = field(default_factory=list)
    inner: list[_Node] = field(default_factory=list)
    ends_rows: bool = False

    def add(self, value: float, line: int) -> None:
        if not self.rows:
            self.rows.append(_Row(line, []))
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
        grid = _stack(_channels(top)) * factor
    if not np.isfinite(grid).all():
        raise GridError(1, tr("the numbers times their factor are too large"))
    return grid


def _factor(text: str) -> tuple[float, str]:
    """Take a factor before or a divisor after the brackets off the text."""
    factor = 1.0
    if before := _BEFORE.match(text):
        factor, text = _number(before[1], 1), text[before.end() :]
    if after := _AFTER.search(text):
        value, line = _number(after[2], 1 + text.count("\n")), 1 + text.count("\n", 0, after.start())
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
                node.rows.append(_Row(line, []))
        elif token != ",":
            node.add(_number(token, line), line)
    if len(stack) > 1:
        raise GridError(stack[-1].line, tr("the bracket {opened} is not closed", opened=stack[-1].opened))
    return stack[0]


def _channels(node: _Node) -> list[list[_Row]]:
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


def _joined(node: _Node) -> _Row:
    values = [value for row in node.rows for value in row.values]
    return _Row(node.line, values) if values else _empty(node)[0][0]


def _empty(node: _Node) -> list[list[_Row]]:
    raise GridError(node.line, tr("a bracket holds no numbers; type some, such as [1 2 3]"))

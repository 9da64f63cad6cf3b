"""Fax compression of TIFF (T.4 and T.6): runs of white and black, by themselves or against the row above."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WHITE = (
    "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 "
    "101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 "
    "00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 "
    "00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 "
    "00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100 11011 10010 010111 "
    "0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011 "
    "011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 "
    "011000 010011011"
)
BLACK = (
    "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 "
    "0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 "
    "00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 "
    "000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 "
    "000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 "
    "000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 "
    "000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111 0000001111 "
    "000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101 "
    "0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 "
    "0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 "
    "0000001011010 0000001011011 0000001100100 0000001100101"
)
BOTH = (
    "00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 "
    "000000010111 000000011100 000000011101 000000011110 000000011111"
)
"""Codes of T.4: runs of 0 to 63, then of 64, 128 ... 1,728; those of both colours go on to 2,560."""
MODES = {"1": 0, "011": 1, "000011": 2, "0000011": 3, "010": -1, "000010": -2, "0000010": -3, "0001": 8, "001": 9}
"""Codes of T.6: how far a change lies from that above it, 8 for passing one by, 9 for two runs."""
PASS, RUNS = 8, 9
WINDOW = 13
"""Bits of the longest code."""
END_OF_LINE = 1
"""What stands in the last of 12 bits at the end of a line."""
RLE, T4, T6 = 2, 3, 4


class Tables(NamedTuple):
    """What each window of 13 bits begins with: 16 times what it means, plus how many bits it takes; 0 is no code."""

    white: array[int]
    black: array[int]
    modes: array[int]


@cache
def _tables() -> Tables:
    runs = [*range(64), *range(64, 1729, 64), *range(1792, 2561, 64)]
    white, black = ((*codes.split(), *BOTH.split()) for codes in (WHITE, BLACK))
    return Tables(
        _table(dict(zip(white, runs, strict=True))), _table(dict(zip(black, runs, strict=True))), _table(MODES)
    )


def _table(codes: dict[str, int]) -> array[int]:
    table = array("i", bytes(4 << WINDOW))
    for code, meaning in codes.items():
        spare = WINDOW - len(code)
        for rest in range(1 << spare):
            table[(int(code, 2) << spare) + rest] = 16 * meaning + len(code)
    return table


def unpack_fax(data: bytes, columns: int, rows: int, scheme: int, mixed: bool) -> NDArray[np.bool_]:
    """Unpack at most so many rows; black is True.

    Parameters
    ----------
    scheme : int
        2, 3 or 4, as in TIFF's tag Compression.
    mixed : bool
        Whether rows of T.4 may refer to the row above.

    Returns
    -------
    ndarray
        ``(n, columns)``; n is less than `rows` where the data end before.

    Raises
    ------
    ValueError
        If there is a code that is none, naming the row.
    """
    out = np.zeros((rows, columns), np.bool_)
    held = 0
    for changes in islice(_Reader(data, columns, scheme, mixed).rows(), rows):
        for start, end in zip(changes[::2], [*changes[1::2], columns], strict=False):
            out[held, start:end] = True
        held += 1
    return out[:held]


class _Reader:
    """Reads rows as the columns at which the colour changes, white first."""

    def __init__(self, data: bytes, columns: int, scheme: int, mixed: bool) -> None:
        bits = np.unpackbits(np.frombuffer(data + bytes(2), np.uint8))
        windows = np.zeros(8 * len(data) + 1, np.uint16)
        for bit in range(WINDOW):
            windows <<= 1
            windows |= bits[bit : bit + len(windows)]
        self._windows, self._end = array("H", windows.tobytes()), 8 * len(data)
        self._columns, self._scheme, self._mixed, self._at = columns, scheme, mixed, 0

    def rows(self) -> Iterator[list[int]]:
        """Give rows until the data end; one that is cut off is left out."""
        above: list[int] = []
        while self._at < self._end:
            alone = self._scheme != T6
            if self._scheme == T4:
                ended, alone = self._line_start()
                if ended:
                    return
            changes = self._runs() if alone else self._against(above)
            if changes is None:
                return
            yield changes
            above = changes
            if self._scheme == RLE:
                self._at += -self._at % 8

    def _line_start(self) -> tuple[bool, bool]:
        """Pass by what marks the start of a line; tell whether it was the last, and whether a row stands by itself."""
        seen, alone = 0, not self._mixed
        while self._at < self._end and self._windows[self._at] >> 2 == 0:
            # Zeros may fill up any time before the mark.
            while self._at < self._end and self._windows[self._at] >> 1 == 0:
                self._at += 1
            if self._at >= self._end:
                return True, alone
            self._at += 12
            seen += 1
            if self._mixed:
                alone = self._at < self._end and self._windows[self._at] >> 12 == 1
                self._at += 1
        return seen > 1 or self._at >= self._end, alone or seen == 0

    def _runs(self) -> list[int] | None:
        """Read a row of runs."""
        changes, column, black = list[int](), 0, False
        while column < self._columns:
            run = self._run(black)
            if run < 0:
                return None
            column += run
            changes.append(column)
            black = not black
        return self._checked(changes)

    def _run(self, black: bool) -> int:
        """Read a run; -1 if the data end."""
        table, total = _tables()[int(black)], 0
        while True:
            code = self._code(table)
            if code < 0:
                return -1
            total += code >> 4
            if code >> 4 < 64:
                return total

    def _code(self, table: array[int]) -> int:
        """Read what a code means, 16 times, plus its length; -1 if the data end within it."""
        if self._at >= self._end:
            return -1
        code = table[self._windows[self._at]]
        self._at += code & 15
        if self._at > self._end:
            return -1
        if code == 0:
            if self._windows[self._at] >> 1 <= END_OF_LINE or self._end - self._at < WINDOW:
                return -1
            raise ValueError("a code that fax does not have")
        return code

    def _against(self, above: list[int]) -> list[int] | None:
        """Read a row that refers to the one above it."""
        columns = self._columns
        fixed = [*above, columns, columns, columns, columns]
        changes, column, at = list[int](), -1, 0
        while column < columns:
            black = len(changes) % 2
            # The next change above to the right, to the other colour than the present one.
            while at > 0 and fixed[at - 1] > column:
                at -= 1
            while fixed[at] < columns and (fixed[at] <= column or at % 2 != black):
                at += 1
            code = self._mode()
            if code is None:
                return None
            if code == PASS:
                column = fixed[at + 1] if fixed[at] < columns else columns
            elif code == RUNS:
                column = max(column, 0)
                for colour in (black, 1 - black):
                    run = self._run(bool(colour))
                    if run < 0:
                        return None
                    column += run
                    changes.append(column)
            else:
                column = fixed[at] + code
                changes.append(column)
        return self._checked(changes)

    def _mode(self) -> int | None:
        code = self._code(_tables().modes)
        return None if code == -1 else code >> 4

    def _checked(self, changes: list[int]) -> list[int]:
        """Refuse a row that runs back or over its end."""
        if any(later < earlier for earlier, later in zip([0, *changes], changes, strict=False)):
            raise ValueError("a row that runs backwards")
        if changes and changes[-1] > self._columns:
            raise ValueError("a row that is too long")
        return changes

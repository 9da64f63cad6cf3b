"""One thing that is being opened, with what its decoder needs to know about the user's limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from convgui.core.memory import headroom
from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.installation import how_to_add
from convgui.files.stamps import Stamp
from convgui.model.axis_selection import AxisSelection
from convgui.words import mark, tr

ASK_ABOVE = 64_000_000
"""Cells of one channel above which the user is asked first."""
REFUSE_ABOVE = 400_000_000
"""Cells of a picture's channel above which nothing is loaded."""
REFUSE_VOLUME = 2_000_000_000
"""The same for a volume, which is often mapped and of which only slices are drawn: 1,259 cells a side."""
REFUSE_BYTES = 4 << 30
"""Bytes of decoded data above which nothing is loaded."""
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Axes:
    """Axes of a file that can be read in more than one way: what is asked, and what is taken where nobody answers.

    Attributes
    ----------
    name : str
        The file.
    axes : tuple of (str, int)
        Name and length of each axis, slowest first.
    default : AxisSelection
        The way that is taken without an answer.
    """

    name: str
    axes: tuple[tuple[str, int], ...]
    default: AxisSelection


Choose = Callable[[Axes], AxisSelection]


@dataclass(frozen=True)
class Source:
    """A file, or bytes from the clipboard, while it is being opened.

    Attributes
    ----------
    name : str
        What the user calls it.
    stream : binary file
        Its content, seekable.
    size : int
        Length of the content in bytes.
    path : Path or None
        Where it is, for a file.
    ask : callable or None
        Asks the user a yes-or-no question.
    cancel : callable or None
        Tells whether the user wants to stop.
    progress : callable or None
        Told how much of the content has been read, 0 to 1, where that says how far the opening has come.
    choose : callable or None
        Answers how axes are to be read that can be read in more than one way.
    alone : bool or None
        Whether one slice of a series is wanted by itself; None asks.
    stamp : Stamp or None
        What the file was when it was judged, where it is read again later.
    """

    name: str
    stream: BinaryIO
    size: int
    path: Path | None = None
    ask: Callable[[str], bool] | None = None
    cancel: Callable[[], bool] | None = None
    progress: Callable[[float], None] | None = None
    choose: Choose | None = None
    alone: bool | None = None
    stamp: Stamp | None = None

    def error(self, reason: str, remedy: str = mark("save it again with the program that made it")) -> LoadError:
        """Return the error that says what is wrong with this source."""
        return LoadError(self.name, reason, remedy)

    def rows_missing(self, promised: int, held: int) -> LoadError:
        """Return the error that says how many rows of a picture are not in the file."""
        held = min(held, promised - 1)
        return self.error(
            tr(
                "its header promises {rows:,} rows and its picture data end after {held:,}, so {missing:,} are missing",
                rows=promised,
                held=held,
                missing=promised - held,
            ),
            tr("save or download it again"),
        )

    def lacks(self, what: str, extra: str) -> LoadError:
        """Return the error that says that an optional library is missing, and which extra brings it."""
        return self.error(what, how_to_add(extra))

    def check_cancelled(self) -> None:
        """Raise `LoadCancelledError` if the user wants to stop."""
        if self.cancel is not None and self.cancel():
            raise LoadCancelledError(self.name)

    def check_size(self, spatial: Sequence[int], channels: int, itemsize: int) -> None:
        """Refuse what is too big, and ask about what is big, before anything is allocated.

        Raises
        ------
        LoadError
            If an axis is empty, or the data would not fit.
        LoadCancelledError
            If the user declines.
        """
        self.check_cancelled()
        cells, sides = prod(spatial), " × ".join(f"{n:,}" for n in spatial)
        if min(cells, channels) < 1:
            raise self.error(tr("its size is {sides}, so it holds no values", sides=sides))
        size = cells * channels * itemsize
        most = REFUSE_VOLUME if len(spatial) > 2 else REFUSE_ABOVE
        if cells > most or size > REFUSE_BYTES:
            raise self.error(
                tr("it is {sides} and would need {size:,.0f} MiB", sides=sides, size=max(size / MEBIBYTE, 1)),
                tr(
                    "crop or shrink it to at most {most:,} million cells and {refuse_bytes} GiB",
                    most=most // 1_000_000,
                    refuse_bytes=REFUSE_BYTES >> 30,
                ),
            )
        left = headroom()
        # While it is decoded, a picture is there twice.
        if left is not None and 2 * size > left:
            raise self.error(tr("there is not enough memory for it"), tr("close other programs, or shrink it"))
        if cells > ASK_ABOVE and self.ask is not None:
            question = tr(
                "{name} is {sides} ({cells:,.0f} million cells, {size:,.0f} MiB). Open it?",
                name=self.name,
                sides=sides,
                cells=cells / 1e6,
                size=size / MEBIBYTE,
            )
            if not self.ask(question):
                raise LoadCancelledError(self.name)

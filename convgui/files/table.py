"""Numbers in text files: CSV, TSV, and grids as NumPy, MATLAB and people write them."""

from __future__ import annotations

import codecs

import numpy as np

from convgui.files.cells import GridError
from convgui.files.columns import columns
from convgui.files.layout import native_values
from convgui.files.numbers import parse_table
from convgui.files.source import MEBIBYTE, Source
from convgui.model.sample import Sample
from convgui.words import tr, trn

LONGEST = 64 * MEBIBYTE
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def load_text(source: Source) -> Sample:
    """Open a grid of numbers written as text; blank lines separate channels, and empty cells are missing values.

    Columns under names, one of them times, or many more rows than columns, are a signal with a channel a column.

    Raises
    ------
    LoadError
        Naming the line that is no row of numbers.
    """
    if source.size > LONGEST:
        raise source.error(
            tr("it is text of {size:,.0f} MiB", size=source.size / MEBIBYTE),
            tr("save the numbers as .npy and open that"),
        )
    text = _decoded(source.stream.read())
    try:
        grid, headings, names = parse_table(text, source.check_cancelled)
    except GridError as error:
        reason, _, remedy = error.reason.rpartition("; ")
        raise source.error(
            tr("its line {line} is no row of numbers: {reason}", line=error.line, reason=reason or remedy),
            remedy if reason else tr("correct that line"),
        ) from error
    source.check_size(grid.shape[1:], grid.shape[0], grid.itemsize)
    where = str(source.path) if source.path is not None else ""
    if headings and (signal := columns(grid, names)) is not None:
        data, nonfinite = native_values(np.ascontiguousarray(signal.data), source)
        spacing, units = ((signal.step,), ("s",)) if signal.step else ((), ())
        return Sample(
            data, source.name, where, signal.channels, spacing, nonfinite=nonfinite, note=signal.note, units=units
        )
    data, nonfinite = native_values(np.ascontiguousarray(grid), source)
    note = trn(
        "{n} line of names above the numbers was left out.",
        "{n} lines of names above the numbers were left out.",
        headings,
    )
    return Sample(data, source.name, where, nonfinite=nonfinite, note=note if headings else "")


def _decoded(content: bytes) -> str:
    """Read letters as the byte order mark says, else as UTF-8, else as Windows in Western Europe writes them."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    # In UTF-16, digits have an empty byte on one side.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if content[start:64:2].count(0) > 0.8 * len(content[start:64:2]) and len(content) > 1:
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")

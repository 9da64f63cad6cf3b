"""Kernels in files: arrays, tables, pictures, and the text forms of ImageJ, GIMP and OpenCV. Nothing is evaluated.

ImageJ's *Process, Filters, Convolve* saves rows of numbers. GIMP's Convolution Matrix exports ``(a1 0.5)``, a letter
for the column and a digit for the row (GEGL's operation says so), with a divisor. OpenCV's FileStorage writes a
matrix's ``rows``, ``cols`` and ``data`` as XML, YAML or JSON.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convgui.core.sizes import by
from convgui.files.atomic_write import atomic_write
from convgui.files.errors import LoadError
from convgui.files.load import KINDS, load
from convgui.files.numbers import GridError, format_grid, parse_grid
from convgui.files.regular import open_regular
from convgui.words import mark, tr

Floats = NDArray[np.float64]
LARGEST, LONGEST = 31, 4096
"""Cells a side, and of one axis."""
MOST_BYTES = 1 << 20
"""Of a text; 31 × 31 × 31 numbers need less."""
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_GIMP = re.compile(rf"\b([a-e])([1-5])[ \t]*[ =:][ \t]*({_NUMBER})")
_DIVISOR = re.compile(rf"\bdivisor[ \t]*[ =:][ \t]*({_NUMBER})")
_NORMALIZE = re.compile(r"\bnormalize[ \t]*[ =:][ \t]*(?:yes|true)")
_SIDES = ("rows", "cols")
PICTURES = dict(KINDS)["Pictures"]

FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (mark("ImageJ and other text"), (".txt",)),
    (mark("Table, commas"), (".csv",)),
    ("NumPy", (".npy",)),
    ("OpenCV YAML", (".yml",)),
    ("OpenCV XML", (".xml",)),
    (mark("GIMP Convolution Matrix"), (".settings",)),
)
"""What kernels are saved as."""
ENDINGS = (".npy", ".npz", ".csv", ".tsv", ".txt", ".yml", ".yaml", ".xml", ".json", ".settings", *PICTURES)
"""What kernels are read from."""


def read_kernel(path: Path) -> Floats:
    """Read a kernel ``(H, W)``, or ``(D, H, W)`` of an array with three axes.

    Of a picture the channels' mean is taken, divided by its sum, as a blur's point spread function is.

    Raises
    ------
    LoadError
        If there is none in the file, or it is larger than `LARGEST` a side.
    """
    head, ending = _text_of(path), path.suffix.lower()
    if (
        head is not None
        and ending not in (".csv", ".tsv")
        and (found := _of_other_programs(head, path.name)) is not None
    ):
        kernel = found
    elif ending == ".npy":
        kernel = _array(path)
    elif head is not None:
        kernel = _grid(head, path.name)
    else:
        kernel = _picture(path)
    _check_size(kernel.shape, path.name)
    if not np.isfinite(kernel).all():
        raise LoadError(path.name, tr("some of its numbers are not finite"), tr("replace them first"))
    return kernel


def write_kernel(kernel: Floats, path: Path) -> None:
    """Write a kernel in the form of the path's ending, one of `FORMS`.

    Raises
    ------
    LoadError
        If the form cannot hold it.
    WriteError
        If the file cannot be written.
    """
    data = _WRITERS[path.suffix.lower()](kernel, path.name)
    with atomic_write(path) as stream:
        stream.write(data)


def _check_size(shape: tuple[int, ...], name: str) -> None:
    # What is one row is read as a kernel of one axis too.
    most = LONGEST if sum(n > 1 for n in shape) < 2 else LARGEST
    if max(shape, default=0) > most or 0 in shape:
        text = tr("it holds {size} numbers, and a kernel has up to {most} a side", size=by(shape), most=most)
        raise LoadError(name, text, tr("cut it first"))


def _text_of(path: Path) -> str | None:
    """Return what is in a text file; None of other files. LoadError if it cannot be read."""
    try:
        with open_regular(path) as stream:
            data = stream.read(MOST_BYTES)
    except OSError as error:
        raise LoadError(path.name, error.strerror or str(error), tr("check the file")) from error
    if b"\0" in data[:512]:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _array(path: Path) -> Floats:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise LoadError(path.name, tr("it is no array of numbers"), tr("save it with numpy.save")) from error
    if array.dtype.kind not in "biuf" or array.squeeze().ndim > 3:
        size = f"{array.dtype} {array.shape}"
        raise LoadError(path.name, tr("it holds {size}, and a kernel has two or three axes", size=size), tr("cut it"))
    while array.ndim > 2 and array.shape[0] == 1:
        array = array[0]
    if array.ndim > 3:
        raise LoadError(path.name, tr("it holds several kernels"), tr("save one of them"))
    _check_size(array.shape, path.name)
    kernel: Floats = np.atleast_2d(array).astype(np.float64)
    return kernel


def _grid(text: str, name: str) -> Floats:
    try:
        grid = parse_grid(text)
    except GridError as error:
        raise LoadError(
            name, str(error).rstrip("."), tr("kernels are read from {endings}", endings=", ".join(ENDINGS))
        ) from error
    return grid[0] if len(grid) == 1 else grid


def _picture(path: Path) -> Floats:
    sample = load(path)
    if len(sample.spatial) > 2:
        kernel = np.asarray(sample.data[0], dtype=np.float64)
    else:
        kernel = np.atleast_2d(np.asarray(sample.data, dtype=np.float64).mean(axis=0))
    total = float(kernel.sum())
    return kernel / total if path.suffix.lower() in PICTURES and total else kernel


def _of_other_programs(text: str, name: str) -> Floats | None:
    """Return the matrix of GIMP or OpenCV; None of other texts."""
    cells = {(int(row), "abcde".index(column)): float(value) for column, row, value in _GIMP.findall(text)}
    if len(cells) >= 9:
        return _gimp(text, cells)
    if "opencv-matrix" not in text:
        return None
    after = text[text.index("opencv-matrix") :]
    sides = [re.search(rf"\b{side}\W{{1,4}}(\d{{1,6}})\b", after) for side in _SIDES]
    data = re.search(r"\bdata\"?\s*[>:]\s*\[?([^\]<]*)", after)
    if data is None or None in sides:
        raise LoadError(name, tr("its matrix has no rows, cols and data"), tr("write it with cv::FileStorage"))
    rows, columns = (int(side[1]) for side in sides if side is not None)
    values = re.findall(_NUMBER, data[1])
    if len(values) != rows * columns:
        raise LoadError(
            name,
            tr("it promises {rows} × {columns} numbers and holds {n}", rows=rows, columns=columns, n=len(values)),
            tr("write it with cv::FileStorage"),
        )
    return np.array(values, dtype=np.float64).reshape(rows, columns)


def _gimp(text: str, cells: Mapping[tuple[int, int], float]) -> Floats:
    kernel = np.zeros((5, 5))
    for (row, column), value in cells.items():
        kernel[row - 1, column] = value
    divisor = _DIVISOR.search(text)
    total = abs(float(kernel.sum()))
    if _NORMALIZE.search(text):
        kernel /= total or 1.0
    elif divisor is not None and float(divisor[1]):
        kernel /= float(divisor[1])
    inner = kernel[1:-1, 1:-1]
    # The operation works on 3 × 3 itself where nothing stands around it.
    return inner if np.count_nonzero(inner) == np.count_nonzero(kernel) else kernel


def _flat(kernel: Floats, name: str, most: int = LARGEST) -> Floats:
    if kernel.ndim == 3 or max(kernel.shape) > most:
        size = by(kernel.shape)
        text = tr("this form holds up to {most} × {most} numbers, and the kernel has {size}", most=most, size=size)
        raise LoadError(name, text, tr("save it as .npy"))
    return np.atleast_2d(kernel)


def _npy(kernel: Floats, _: str) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, kernel, allow_pickle=False)
    return buffer.getvalue()


def _rows(kernel: Floats, name: str, gap: str) -> bytes:
    return (format_grid(_flat(kernel, name)).replace("\t", gap) + "\n").encode()


def _numbers(kernel: Floats) -> str:
    return ", ".join(repr(float(value)) for value in kernel.ravel())


def _yaml(kernel: Floats, name: str) -> bytes:
    rows, columns = _flat(kernel, name).shape
    head = f"%YAML:1.0\n---\nkernel: !!opencv-matrix\n   rows: {rows}\n   cols: {columns}\n   dt: d\n"
    return f"{head}   data: [ {_numbers(kernel)} ]\n".encode()


def _xml(kernel: Floats, name: str) -> bytes:
    rows, columns = _flat(kernel, name).shape
    data = _numbers(kernel).replace(",", "")
    inside = f"<rows>{rows}</rows>\n  <cols>{columns}</cols>\n  <dt>d</dt>\n  <data>{data}</data>"
    matrix = f'<kernel type_id="opencv-matrix">\n  {inside}\n</kernel>'
    return f'<?xml version="1.0"?>\n<opencv_storage>\n{matrix}\n</opencv_storage>\n'.encode()


def _settings(kernel: Floats, name: str) -> bytes:
    given = _flat(kernel, name, 5)
    if any(side % 2 == 0 for side in given.shape):
        raise LoadError(name, tr("this form has a middle, and the kernel has an even side"), tr("save it as .txt"))
    down, across = ((5 - side) // 2 for side in given.shape)
    full = np.pad(given, ((down, down), (across, across)))
    cells = (f"({'abcde'[x]}{y + 1} {float(full[y, x])!r})" for x in range(5) for y in range(5))
    return "\n".join(("# settings", "", *cells, "(divisor 1)", "(offset 0)", "(normalize no)", "")).encode()


_WRITERS: Mapping[str, Callable[[Floats, str], bytes]] = MappingProxyType(
    {
        ".npy": _npy,
        ".txt": lambda kernel, name: _rows(kernel, name, " "),
        ".csv": lambda kernel, name: _rows(kernel, name, ","),
        ".yml": _yaml,
        ".xml": _xml,
        ".settings": _settings,
    }
)

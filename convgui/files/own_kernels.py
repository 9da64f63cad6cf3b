"""The user's own kernels: text files of numbers in a folder of his, each called as the kernel is."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convgui.core.presets import Preset
from convgui.core.sizes import by
from convgui.files.atomic_write import atomic_write
from convgui.files.errors import ChangedError, WriteError
from convgui.files.numbers import GridError, format_grid, parse_grid
from convgui.files.regular import is_regular, is_there, matching, read_regular
from convgui.files.unfinished import in_bytes
from convgui.files.user_folders import kernels_folder
from convgui.layers.limits import MOST_TAPS
from convgui.words import mark, tr

Floats = NDArray[np.float64]
ENDING = ".txt"
GROUP = mark("My kernels")
LARGEST = 1 << 20
"""Bytes of a kernel's file; as many weights as a kernel may have, in full, take less."""
AT_ONCE = 1 << 16
"""Bytes of kernels that a user can wait for: they take a fifth of a second at the most."""
LONGEST = 200
"""Bytes of a name."""
_NUMBER = re.compile(r"[^\s,;]+")
_PLAIN = re.compile(r"[-+.\deE\t\n ]+")
_AXES = re.compile(r"\A# axes: (\d{1,6}(?: × \d{1,6}){0,2})\n")
"""A first line that says what the numbers alone do not."""


@dataclass(frozen=True)
class _File:
    """A file as it is at a moment: whoever writes it anew changes one of these."""

    path: Path
    size: int
    changed: tuple[int, int, int]


_known: dict[_File, Preset | None] = {}
"""What has been read, by file; None of those that hold no kernel."""


def own_kernels(most: int | None = None) -> tuple[Preset, ...]:
    """Return the user's kernels by name; a file that holds none is left out, and none is read twice.

    Parameters
    ----------
    most : int, optional
        Bytes that are read at the most. What does not go into that is left out.
    """
    files = _files()
    for gone in _known.keys() - set(files):
        _known.pop(gone, None)
    for file in sorted(_unread(files), key=lambda file: file.size):
        if most is not None:
            most -= file.size
            if most < 0:
                break
        _known[file] = _read(file)
    found = (_known.get(file) for file in files)
    return tuple(sorted((kernel for kernel in found if kernel is not None), key=lambda kernel: kernel.title.lower()))


def unread_kernels() -> int:
    """Return the bytes of the user's kernels that are new or changed, and not read yet."""
    return sum(file.size for file in _unread(_files()))


def _unread(files: list[_File]) -> list[_File]:
    return [file for file in files if file not in _known and file.size <= LARGEST]


def _files() -> list[_File]:
    found = list[_File]()
    for path in matching(kernels_folder(), f"*{ENDING}"):
        with suppress(OSError):
            if is_regular(path):
                stamp = path.stat()
                found.append(_File(path, stamp.st_size, (stamp.st_mtime_ns, stamp.st_ctime_ns, stamp.st_ino)))
    return found


def _read(file: _File) -> Preset | None:
    try:
        return read_kernel(file.path)
    except (OSError, ValueError):
        return None


def read_kernel(path: Path) -> Preset:
    """Read a kernel: a grid for two axes, a row for one, several grids for three; named as its file.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, or holds no grid of numbers, or more of them than a kernel has.
    """
    kernel = _kernel(read_regular(path, LARGEST).decode().replace("\r\n", "\n"))

    def build() -> Floats:
        return kernel.copy()

    return Preset(f"my:{path.stem}", path.stem, "", kernel.ndim, build, group=GROUP)


def _kernel(text: str) -> Floats:
    told = _AXES.match(text)
    if len(_NUMBER.findall(text)) > MOST_TAPS + 8:
        raise ValueError(tr("A kernel has at most {most:,} weights.", most=MOST_TAPS))
    grid = _plain_grid(text[told.end() :] if told else text)
    if grid is None:
        try:
            grid = parse_grid(text)
        except GridError as error:
            raise ValueError(str(error)) from error
    if told:
        return grid.reshape([int(side) for side in told[1].split(" × ")])
    return grid if len(grid) > 1 else grid[0] if grid.shape[1] > 1 else grid[0, 0]


def _plain_grid(text: str) -> Floats | None:
    """Return numbers as they are saved here, ``(D, H, W)``, many times as fast as any other text is read."""
    # A cell between two tabs that holds nothing is another matter.
    if _PLAIN.fullmatch(text) and not any(gap in f"\n{text}\n" for gap in ("\t\t", "\t\n", "\n\t")):
        with suppress(ValueError):
            grids = [[line.split() for line in part.split("\n")] for part in text.strip().split("\n\n")]
            grid = np.array(grids, dtype=np.float64)
            if grid.ndim == 3 and grid.size and np.isfinite(grid).all():
                return grid
    return None


def kernel_path(name: str) -> Path:
    """Return where the kernel of a name is, or would be; what no file system takes is a space there."""
    plain = " ".join("".join(c if c.isalnum() or c in " -_×." else " " for c in name).split()).strip(" .")
    return kernels_folder() / f"{in_bytes(plain, LONGEST) or 'kernel'}{ENDING}"


def save_kernel(kernel: Floats, name: str, *, replace: bool = False) -> Path:
    """Keep a kernel under a name.

    Raises
    ------
    WriteError
        If it cannot be written.
    ChangedError
        If there is one of this name and it is not to be replaced.
    """
    path = kernel_path(name)
    text = f"{format_grid(np.atleast_2d(kernel))}\n"
    if _kernel(text).shape != kernel.shape:
        text = f"# axes: {by(kernel.shape)}\n{text}"

    def check() -> None:
        if not replace and is_there(path):
            raise ChangedError(path, there=True)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError.of(path, error) from error
    check()
    with atomic_write(path, check=check) as stream:
        stream.write(text.encode())
    return path

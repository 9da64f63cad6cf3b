"""The user's own kernels: text files of numbers in a folder of his, each called as the kernel is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convgui.core.presets import Preset
from convgui.files.atomic_write import atomic_write
from convgui.files.errors import WriteError
from convgui.files.numbers import GridError, format_grid, parse_grid
from convgui.files.unfinished import in_bytes
from convgui.files.user_folders import kernels_folder
from convgui.words import mark, tr

ENDING = ".txt"
GROUP = mark("My kernels")
LARGEST = 1 << 20
"""Bytes of a kernel's file; 31 x 31 x 31 weights in full take half of that."""
LONGEST = 200
"""Bytes of a name."""


def own_kernels() -> tuple[Preset, ...]:
    """Return the user's kernels by name; a file that holds none is left out."""
    found = (_read(path) for path in kernels_folder().glob(f"*{ENDING}"))
    return tuple(sorted((kernel for kernel in found if kernel is not None), key=lambda kernel: kernel.title.lower()))


def _read(path: Path) -> Preset | None:
    try:
        return read_kernel(path) if path.stat().st_size <= LARGEST else None
    except (OSError, ValueError):
        return None


def read_kernel(path: Path) -> Preset:
    """Read a kernel: a grid for two axes, a row for one, several grids for three; named as its file.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, or holds no grid of numbers.
    """
    try:
        grid = parse_grid(path.read_text(encoding="utf-8"))
    except GridError as error:
        raise ValueError(str(error)) from error
    kernel = grid if len(grid) > 1 else grid[0] if grid.shape[1] > 1 else grid[0, 0]

    def build() -> NDArray[np.float64]:
        return kernel.copy()

    return Preset(f"my:{path.stem}", path.stem, "", kernel.ndim, build, group=GROUP)


def kernel_path(name: str) -> Path:
    """Return where the kernel of a name is, or would be."""
    plain = " ".join("".join(c if c.isalnum() or c in " -_×" else " " for c in name).split())
    return kernels_folder() / f"{in_bytes(plain, LONGEST) or 'kernel'}{ENDING}"


def save_kernel(kernel: NDArray[np.float64], name: str) -> Path:
    """Keep a kernel under a name; one of the same name is replaced.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    path = kernel_path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as stream:
            stream.write(f"{format_grid(np.atleast_2d(kernel))}\n".encode())
    except OSError as error:
        raise WriteError(path, error.strerror or tr("the disk refused")) from error
    return path

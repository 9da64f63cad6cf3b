"""Reading what is a file: a pipe, a device or a folder of that name is refused at once and never waited for."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from convgui.files.other_formats import special_file


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises
    ------
    OSError
        If it cannot be opened, or is no regular file; its ``strerror`` says what is wrong.
    """
    # Without O_NONBLOCK the opening of a pipe waits for somebody who writes, and nothing could stop that.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, special_file(os.fstat(handle).st_mode), str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def is_regular(path: Path) -> bool:
    """Tell whether there is such a file; a name too long, a loop of links and a folder that is locked hold none."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False

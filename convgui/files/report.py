"""What somebody who mends the program has to know of a machine and of what went wrong on it; nobody's own paths."""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
from collections.abc import Iterable
from pathlib import PurePosixPath

import numpy as np

from convgui.files.installation import origin
from convgui.files.regular import open_regular
from convgui.files.user_folders import home_folder, log_path
from convgui.version import __version__

LAST = 8000
"""Characters of the file of errors that are reported, its end."""
_START = r"(?<![\w.:/\\])(?:[A-Za-z]:[\\/]|\\\\|~[\\/]|/)"
_PATH = re.compile(rf"(?<=\")(?:{_START})[^\"\n]+(?=\")|(?<=')(?:{_START})[^'\n]+(?=')|{_START}[^\s'\"<>|*?,;()]+")
"""An absolute path: up to its quotation mark where it has one, else up to a space."""
_OURS = re.compile(r"(?:^|/)((?:convgui|site-packages|lib/python[\d.]+)/.+)$")


def report(more: Iterable[tuple[str, str]] = ()) -> str:
    """Return version, system and the end of the file of errors, without names of the user's.

    Parameters
    ----------
    more : iterable of (str, str)
        What else is known, by what it is called.
    """
    known = (
        ("convgui", f"{__version__} ({origin()})"),
        ("Python", sys.version.split()[0]),
        ("NumPy", np.__version__),
        ("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        *more,
    )
    return "\n".join((*(f"{name}: {said}" for name, said in known), "", "What went wrong last:", without_names(_log())))


def _log() -> str:
    try:
        with open_regular(log_path()) as stream:
            # A character takes four bytes at the most.
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 4 * LAST))
            text = stream.read(4 * LAST).decode(errors="replace")
    except OSError:
        return "nothing"
    return text[-LAST:].strip() or "nothing"


def without_names(text: str) -> str:
    """Return a text in which paths are those of the program alone, and the user is nobody.

    Of other files only the ending stays, which tells the kind.
    """
    # The user's own folder may have a space in its name.
    found = _PATH.sub(lambda path: _shortened(path[0]), text.replace(str(home_folder()), "~"))
    for name in {_user(), home_folder().name} - {"", "root"}:
        found = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "somebody", found)
    return found


def _shortened(path: str) -> str:
    plain = path.replace("\\", "/")
    ours = _OURS.search(plain)
    if ours is not None:
        return ours[1]
    return f"…{PurePosixPath(plain.rstrip('.:')).suffix}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""

"""Where the files that ship with convgui are: fonts, icons, samples, lessons."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from convgui.words import tr


@cache
def resource_root() -> Path:
    """Return the folder that holds fonts/, lessons/ and samples/.

    Three layouts are known: a frozen build unpacks to ``sys._MEIPASS``, a wheel carries ``convgui/_resources``, and a
    checkout has ``resources/`` at its top.

    Raises
    ------
    FileNotFoundError
        If none of them is there, which means a broken installation.
    """
    package = Path(__file__).resolve().parents[1]
    candidates = [package / "_resources", package.parent / "resources"]
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        candidates.insert(0, Path(frozen) / "resources")
        candidates.insert(1, Path(frozen) / "convgui" / "_resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        tr(
            "convgui's resources are missing (looked in {candidates}); please install it again.",
            candidates=candidates[0],
        )
    )


def resource(*parts: str) -> Path:
    """Return the path of a file or folder that ships with convgui, such as ``resource("fonts")``."""
    return resource_root().joinpath(*parts)

"""How this copy of the program came here, and so what its user can type to run it or to add to it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from convgui.words import tr

Origin = Literal["installer", "source", "index"]
EXTRAS = MappingProxyType(
    {
        "volumes": "pydicom",
        "dicom-codecs": "python-gdcm",
        "video": "av",
        "gl": "PyOpenGL",
        "tiff-codecs": "imagecodecs",
    }
)
"""The package that each extra brings; in a checkout the package itself is installed, beside the others."""
NAME = "convgui"
HOME_PAGE = "https://github.com/convgui/convgui"
ISSUES_PAGE = f"{HOME_PAGE}/issues/new"


def frozen() -> bool:
    """Tell whether an installer has brought the program, with a Python of its own that pip does not reach."""
    return getattr(sys, "frozen", False) is True


def checkout() -> Path | None:
    """Return the folder of the source code if that is what runs, else None."""
    root = Path(__file__).resolve().parents[2]
    return root if not frozen() and (root / "packaging" / "run.py").is_file() else None


def origin() -> Origin:
    """Tell what brought the program: an installer, a checkout of its source, or a package index through pip."""
    return "installer" if frozen() else "source" if checkout() else "index"


def command(words: str = "") -> str:
    """Return what starts this copy from the user's folder with these words behind it, such as ``"lessons"``."""
    return f"{_start()} {words}".rstrip()


def _start() -> str:
    root = checkout()
    if frozen():
        return _quoted(os.environ.get("APPIMAGE", "") or (NAME if shutil.which(NAME) else sys.executable))
    if Path(sys.argv[0] if sys.argv else "").stem == NAME:
        return NAME
    if root is not None:
        launcher = "py" if sys.platform == "win32" else "python3"
        return f"{launcher} {_quoted(_from_here(root / 'packaging' / 'run.py'))}"
    return NAME if shutil.which(NAME) else f"{_quoted(_from_here(Path(sys.executable)))} -m {NAME}"


def how_to_add(extra: str) -> str:
    """Return what to do for an optional library, as the last half of a sentence without its full stop."""
    if frozen():
        return tr('install convgui by pip instead, with: pip install "convgui[{extra}]"', extra=extra)
    if checkout() is not None:
        typed = f"{_quoted(_from_here(Path(sys.executable)))} -m pip install {EXTRAS[extra]}"
        return tr("install it with: {command} (the extra convgui[{extra}])", command=typed, extra=extra)
    return tr("install it with: {command}", command=f'pip install "convgui[{extra}]"')


def _from_here(path: Path) -> str:
    """Return a path as it is typed: from the working folder where it lies in it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _quoted(path: str) -> str:
    if sys.platform == "win32":
        return f'"{path}"' if " " in path else path
    return shlex.quote(path)

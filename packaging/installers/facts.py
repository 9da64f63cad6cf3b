"""What every installer says of the program, each thing written down once: here, or in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build"
"""Where everything happens; what is left in it can be deleted at any time."""
DIST = ROOT / "dist"
"""Where finished installers are put."""
FROZEN = BUILD / "frozen" / "convgui"
"""The folder that PyInstaller makes, which every installer but the wheel carries."""

NAME = "convgui"
COMMAND_LINE = "convgui-cli"
"""On Windows a program with windows has no console; this one beside it has."""
TITLE = "convgui"
IDENTIFIER = "org.convgui.convgui"
"""Reverse-domain name for macOS and AppStream. The project has no domain yet; put its own here when it has."""
MAINTAINER = "convgui contributors <contributors@convgui.invalid>"
PUBLISHER = "convgui contributors"
SUMMARY = "See what convolution does"
DESCRIPTION = (
    "Open a photo, a volume or a small grid of numbers, edit the kernel on a grid, step the filter across the input "
    "one position at a time, and watch the products, the results of each channel and their sum; stack layers and see "
    "what each cell sees of the input."
)

ENDING = ".convgui"
MIME_TYPE = "application/x-convgui"
DOCUMENT = "convgui document"
CLASS = "convgui.document"
"""What Windows' registry calls a document."""


def version() -> str:
    """Return the program's version, from the one place where it is written."""
    text = (ROOT / "convgui" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit('build.py: convgui/__init__.py names no version; it needs a line __version__ = "1.2.3".')
    return found[1]

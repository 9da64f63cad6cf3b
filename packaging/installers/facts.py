"""What every installer says of the program, each thing written down once: here, or in pyproject.toml."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from convgui.version import WRITTEN, git
from convgui.version import version as asked_version

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
DOMAIN = "convgui.org"
"""To be set to a domain that the project owns: what identifies the program to systems, and its address, follow from it.
The page where it lives is to be set in pyproject.toml."""
IDENTIFIER = ".".join([*reversed(DOMAIN.split(".")), NAME])
"""Reverse-domain name for macOS, AppStream and Flatpak."""
PUBLISHER = "convgui contributors"
MAINTAINER = os.environ.get("CONVGUI_MAINTAINER") or f"{PUBLISHER} <maintainers@{DOMAIN}>"
"""Who answers for a package: a role, or whom the variable CONVGUI_MAINTAINER names as ``Name <address>``."""
SUMMARY = "See what convolution does"
DESCRIPTION = (
    "Open a photo, a volume or a small grid of numbers, edit the kernel on a grid, step the filter across the input "
    "one position at a time, and watch the products, the results of each channel and their sum; stack layers and see "
    "what each cell sees of the input."
)
LICENCES = "MIT AND LGPL-3.0-only AND BSD-3-Clause AND PSF-2.0 AND OFL-1.1 AND CC0-1.0"
"""Of an installed program with all it carries, in short; sbom.cdx.json has every part's."""

ENDING = ".convgui"
MIME_TYPE = "application/x-convgui"
DOCUMENT = "convgui document"
CLASS = "convgui.document"
"""What Windows' registry calls a document."""


@cache
def version() -> str:
    """Return the program's version; what is committed while it is built changes nothing."""
    return asked_version()


def release() -> str:
    """Return the version's three numbers, where a system takes nothing else."""
    found = re.match(r"\d+\.\d+\.\d+", version())
    if found is None:
        raise SystemExit(f"build.py: the version {version()} does not begin with three numbers.")
    return found[0]


def package_version() -> str:
    """Return the version as Debian and RPM write it, where what comes before a release sorts before it."""
    public, plus, commit = version().partition("+")
    return re.sub(r"\.(?=dev)|(?=(?:a|b|rc)\d)", "~", public) + plus + commit


def moment() -> int:
    """Return the second that dates what is built: SOURCE_DATE_EPOCH, or that of the last commit.

    Raises
    ------
    SystemExit
        If there is neither, nor what a source distribution has kept of it.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH") or git(ROOT, "log", "-1", "--format=%ct")
    if not given and WRITTEN.is_file():
        given = WRITTEN.read_text(encoding="utf-8").split()[1]
    if not given:
        raise SystemExit("build.py: these files have no history to be dated by; set SOURCE_DATE_EPOCH to a second.")
    return int(given)


def written_version() -> str:
    """Return what a build leaves for convgui/version.py."""
    return f"{version()}\n{moment()}\n"


def page(name: str) -> str:
    """Return one of the project's addresses, by its name in pyproject.toml: Homepage, Source, Issues or Changelog."""
    urls = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.urls]")[1].split("\n[")[0]
    found = re.search(rf'^{name} = "([^"]+)"$', urls, re.MULTILINE)
    if found is None:
        raise SystemExit(f"build.py: pyproject.toml's [project.urls] has no {name}.")
    return found[1]

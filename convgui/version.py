"""Which version this is: from the tag of the checkout, or from what a build has written beside this file.

Standard library alone, and no import of convgui: the build reads this file by itself.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

NEXT = "0.1.0"
"""The version that is being worked on: what a checkout without any tag is on its way to."""
WRITTEN = Path(__file__).with_name("VERSION")
"""What a build leaves in a distribution or an installer: the version, and below it the second of its commit."""
_CHECKOUT = Path(__file__).resolve().parents[1]
_DESCRIBED = re.compile(r"v(?P<tag>\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)-(?P<since>\d+)-g(?P<commit>[0-9a-f]+)")


def version() -> str:
    """Return the version, as PEP 440 writes it.

    A commit with a tag ``v1.2.3`` is 1.2.3; the fifth after it 1.2.4.dev5+g and the commit; one in a clone without tags
    0.1.0.dev0+g and the commit; files without their history 0.1.0.dev0, with NEXT in the place of 0.1.0.
    """
    if WRITTEN.is_file():
        return WRITTEN.read_text(encoding="utf-8").split()[0]
    return from_description(git(_CHECKOUT, "describe", "--tags", "--long", "--always", "--match", "v[0-9]*"))


def from_description(described: str) -> str:
    """Return the version for what ``git describe --tags --long --always`` says; "" where there is no git."""
    found = _DESCRIBED.fullmatch(described)
    if found is None:
        commit = described if re.fullmatch("[0-9a-f]+", described) else ""
        return f"{NEXT}.dev0" + (f"+g{commit}" if commit else "")
    if found["since"] == "0":
        return found["tag"]
    return f"{_after(found['tag'])}.dev{found['since']}+g{found['commit']}"


def _after(tag: str) -> str:
    """Return what comes next after a tag: a patch, or after 1.2.0rc1 the candidate 1.2.0rc2."""
    found = re.fullmatch(r"(.*\D)(\d+)", tag)
    assert found is not None
    return f"{found[1]}{int(found[2]) + 1}"


def git(folder: Path, *words: str) -> str:
    """Return what git says of a checkout; "" where it is none, or where git is not installed or refuses."""
    if not (folder / ".git").exists():
        return ""
    # Installed programs know their version without it, and start sooner.
    import subprocess

    # A hook of git's runs with variables that name the repository it was called for.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        said = subprocess.run(
            ["git", "-C", str(folder), *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()


__version__ = version()

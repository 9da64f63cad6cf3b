"""Running the tools that build, so that a failure ends the build in one sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class BuildError(Exception):
    """Something that keeps an installer from being built; the text is one sentence."""


def run(command: Sequence[str], *, folder: Path | None = None) -> str:
    """Run a tool and return what it printed on both streams.

    Raises
    ------
    BuildError
        If it is not there, or fails; its last words are printed then.
    """
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise BuildError(f"{command[0]} is not installed; this installer cannot be built without it.") from error
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
        raise BuildError(f"{command[0]} failed with status {done.returncode} (see above).")
    return done.stdout


def tool(name: str, package: str) -> str:
    """Return the path of a program, found beside this Python or on the path.

    Raises
    ------
    BuildError
        Naming the Debian package that holds it.
    """
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(name)
    if found is None:
        raise BuildError(f"{name} is not installed; on Debian and Ubuntu it is in the package {package}.")
    return found

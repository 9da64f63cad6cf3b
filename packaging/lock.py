"""Write the locks anew from pyproject.toml. Needs uv, and the network.

python3 packaging/lock.py [--upgrade]    keeps the versions that still fit; with --upgrade the newest of everything

requirements.txt is what the window needs, test-requirements.txt what the tests need besides, and build-requirements.txt
what builds installers. Each holds for every supported Python and system, and names no host.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WINDOW, TESTS, BUILD = (FOLDER / f"{name}requirements.txt" for name in ("", "test-", "build-"))
OLDEST = "3.10"
COMPILE = ("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", OLDEST)
PLAIN = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet")


def main(arguments: Sequence[str]) -> int:
    """Write all three; returns the exit status."""
    upgrade = ["--upgrade"] if "--upgrade" in arguments else []
    for lock, extras in ((WINDOW, ("volumes", "gl")), (TESTS, ("test",)), (BUILD, ("package",))):
        command = [*COMPILE, *PLAIN, *upgrade, "--output-file", str(lock)]
        command += [word for extra in extras for word in ("--extra", extra)]
        if lock != WINDOW:
            command += ["--constraints", str(WINDOW)]
        if lock == TESTS:
            # What was subtracted has to be there again, or it would count as new.
            lock.write_text(WINDOW.read_text(encoding="utf-8") + lock.read_text(encoding="utf-8"), encoding="utf-8")
        if subprocess.call(command, cwd=FOLDER.parent):
            return 1
    TESTS.write_text(without(TESTS.read_text(encoding="utf-8"), WINDOW.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def without(lock: str, other: str) -> str:
    """Return a lock without the entries that another holds."""
    there = set(entries(other))
    return "".join(entry for entry in entries(lock) if entry not in there)


def entries(lock: str) -> list[str]:
    """Return each package of a lock with its hashes, one text each."""
    return re.findall(r"^\S.*\n(?:[ \t].*\n)*", lock, re.MULTILINE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

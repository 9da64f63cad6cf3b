"""The other Pythons of a machine: the test command with each that convgui supports, in an environment of its own.

Like run.py this needs the standard library alone, and a Python of 3.9 can read it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from interrupts import call

SUPPORTED = tuple((3, minor) for minor in range(10, 15))
RUN = Path(__file__).with_name("run.py")


def others() -> dict[tuple[int, int], str]:
    """Return one Python of each supported version besides the one that runs now: the newest that works."""
    found: dict[tuple[int, int], tuple[tuple[int, ...], str]] = {}
    for program in candidates():
        version = version_of(program)
        key = version[:2]
        if key in SUPPORTED and key != sys.version_info[:2] and version > found.get(key, ((), ""))[0]:
            found[key] = (version, program)
    return {key: found[key][1] for key in sorted(found)}


def candidates() -> Iterator[str]:
    """Return what may be a Python: ``python3.10`` to ``python3.14`` on the path, and all that pyenv has."""
    for major, minor in SUPPORTED:
        program = shutil.which(f"python{major}.{minor}")
        if program:
            yield program
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted((pyenv / "versions").glob("3.*")):
        yield str(folder / ("python.exe" if os.name == "nt" else "bin/python"))


def version_of(program: str) -> tuple[int, ...]:
    """Return the version of a Python; nothing for what does not run, such as a name that pyenv keeps for no version."""
    ask = [program, "-c", "import sys; print(*sys.version_info[:3])"]
    try:
        said = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return tuple(int(part) for part in said.stdout.split())
    except (OSError, ValueError):
        return ()


def test_each(arguments: Sequence[str]) -> int:
    """Run the tests with every other Python, one after the other; return non-zero if one of them failed.

    What does not depend on the Python is left out. The environments are in the temporary folder and go when their tests
    are over: pip keeps what it has downloaded, so that the next time takes seconds.
    """
    failed = []
    pythons = others()
    print(f"== other Pythons found: {', '.join(pythons.values()) or 'none'}", flush=True)
    for (major, minor), program in pythons.items():
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="convgui-python-") as folder:
            command = [program, str(RUN), "--environment", folder, "test", "--without-style", *arguments]
            print(f"== Python {major}.{minor}: {' '.join(command)}", flush=True)
            status = call(command)
        if status:
            failed.append(f"{major}.{minor}")
            print(f"== Python {major}.{minor}: FAILED ({time.monotonic() - started:.0f} s)", flush=True)
    if failed:
        print(f"== failed with Python {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0

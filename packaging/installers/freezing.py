"""The frozen program: made by PyInstaller, then checked before anything is packed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from convgui.files.licences import COLLECTED, Licence, write
from installers import bundled, contents, facts, icons, libraries, licences, sbom
from installers.running import BuildError, run, tool

LARGEST = 200e6
"""Bytes that the program may take when it is installed."""
UNRESOLVED = re.compile(r"Library not found: could not resolve '?([^', ]+)'?")
WORK = facts.BUILD / "made"
TABLES = facts.BUILD / "pyinstaller" / facts.NAME
"""Where PyInstaller writes down what it has done."""


def freeze() -> Path:
    """Make the frozen program and return its folder.

    Raises
    ------
    BuildError
        If a library stays unresolved, a licence is unknown, or the program is too large or fails its own test.
    """
    shutil.rmtree(facts.FROZEN.parent, ignore_errors=True)
    licences.collect(WORK / "licences")
    (WORK / "VERSION").write_text(facts.written_version(), encoding="utf-8")
    if sys.platform != "linux":
        icons.for_system(WORK / "icons")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "INFO"]
    places = ["--distpath", str(facts.FROZEN.parent), "--workpath", str(TABLES.parent)]
    said = run([*command, *places, str(facts.PACKAGING / "convgui.spec")], folder=facts.ROOT)
    (facts.BUILD / "pyinstaller.log").write_text(said, encoding="utf-8")
    refuse_unresolved(said)
    if sys.platform == "linux":
        prune(facts.FROZEN)
        strip(facts.FROZEN)
        refuse_unknown(facts.FROZEN)
    origins = bundled.files(TABLES, facts.FROZEN)
    add_list(facts.FROZEN, origins, add_licences(facts.FROZEN, origins))
    even(facts.FROZEN)
    size = measure(facts.FROZEN)
    if size > LARGEST:
        raise BuildError(f"the program takes {size / 1e6:.0f} MB, more than {LARGEST / 1e6:.0f}.")
    print(f"frozen: {size / 1e6:.1f} MB in {facts.FROZEN}")
    self_test(program(facts.FROZEN))
    return facts.FROZEN


def refuse_unresolved(log: str) -> None:
    """Fail where PyInstaller only warns: a library that the build machine lacks would be missing in the program.

    Libraries that only plug-ins want that are left out do not count.
    """
    missing = {name for name, wanted_by in unresolved(log) if contents.carried(wanted_by)}
    if missing:
        raise BuildError(f"PyInstaller could not find {', '.join(sorted(missing))}; install them and build again.")


def unresolved(log: str) -> list[tuple[str, str]]:
    """Return (library, the path under PySide6 or the name of what wants it) for each such warning."""
    found = []
    for line in log.splitlines():
        missing = UNRESOLVED.search(line)
        if missing is not None:
            user = re.search(r"dependency of '([^']+)'", line)
            found.append((missing[1], _inside(user[1]) if user else ""))
    return found


def _inside(path: str) -> str:
    """Return a path from the folder of Python packages on, which is its place in the program."""
    return re.split(r"[\\/]site-packages[\\/]", path)[-1]


def prune(folder: Path) -> None:
    """Remove libraries of the system, and those that came in wheels, that only what was left out had asked for."""
    asked_by = {path.name: libraries.needed_by(dump) for path, dump in libraries.dumps(folder).items()}
    inside = folder / "_internal"
    # The program's own starter loads libpython by its name; nothing asks for that one in its header.
    kept = {path.name for path in inside.glob("libpython*")}
    removable = [
        path for pattern in ("*.so*", "*.libs/*.so*") for path in inside.glob(pattern) if path.name not in kept
    ]
    gone = libraries.unneeded(asked_by, {path.name for path in removable})
    for path in removable:
        if path.name in gone:
            path.unlink()


def strip(folder: Path) -> None:
    """Take the names out of libraries that only a debugger reads; the self-test then tells whether all still load.

    Those in a wheel's folder ``*.libs`` were laid out anew when the wheel was made, and do not load once stripped.
    """
    found = [path for path in (folder / "_internal").rglob("*.so*") if path.is_file() and not path.is_symlink()]
    own = [str(path) for path in found if path.parent.suffix != ".libs" and libraries.is_elf(path)]
    run([tool("strip", "binutils"), "--strip-unneeded", *own])


def add_licences(folder: Path, origins: Mapping[str, Path]) -> list[Licence]:
    """Add the licences of the libraries that were taken from the build machine; return all that are carried."""
    path = folder / "_internal" / "resources" / "licences" / COLLECTED
    known = [Licence(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    packages = sorted(
        {(each.name, each.version) for each in map(bundled.owner, origins.values()) if each.kind == "deb"}
    )
    found = [*known, *(licences.of_system(*package) for package in packages)]
    write(found, path)
    (folder / "LICENCES.txt").write_text(licences.plain(found), encoding="utf-8")
    return found


def add_list(folder: Path, origins: Mapping[str, Path], known: Sequence[Licence]) -> None:
    """Write down what the program is made of, file by file."""
    terms = {each.name: (each.version, each.terms) for each in known}
    made_of = bundled.components(origins, folder, bundled.modules(TABLES), terms)
    inside = "_internal/resources/"
    carried = [*made_of, *sbom.shipped(folder / inside, inside)]
    (folder / sbom.NAME).write_text(sbom.document(facts.version(), facts.moment(), carried), encoding="utf-8")


def even(folder: Path) -> None:
    """Give everything in a folder the date of what it is built from, and rights that depend on nobody's umask."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (facts.moment(), facts.moment()), follow_symlinks=os.utime not in os.supports_follow_symlinks)


def refuse_unknown(folder: Path) -> None:
    """Fail where the program needs a library that neither it nor a known package of the system brings."""
    found = libraries.needs(folder)
    print(f"from the system: {', '.join(found.debian)}")


def measure(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def program(folder: Path) -> Path:
    """Return the program in a frozen folder that can print."""
    return folder / (f"{facts.COMMAND_LINE}.exe" if sys.platform == "win32" else facts.NAME)


def self_test(program: Path) -> None:
    """Let the program test itself, without a screen and without what this Python could lend it."""
    kept = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "LANG")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    done = subprocess.run(
        [str(program), "--self-test"],
        env=environment,
        cwd=facts.BUILD,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
    (facts.BUILD / "self-test.log").write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        print(done.stdout[-3000:], file=sys.stderr)
        raise BuildError(f"{program.name} --self-test failed with status {done.returncode} (see above).")
    print("self-test passed: " + "; ".join(done.stdout.strip().splitlines()[-4:]))

"""Windows: the installer, compiled by NSIS here or there from a program that was frozen on Windows."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from installers import facts, icons, sbom
from installers.freezing import even, measure
from installers.running import BuildError, run, tool

SCRIPT = facts.PACKAGING / "windows" / "convgui.nsi"
SIGNING_COMMAND = "CONVGUI_SIGN_WINDOWS"
"""The environment variable that holds the command to sign with, to which the name of a file is appended."""
PROGRAMS = (f"{facts.NAME}.exe", f"{facts.COMMAND_LINE}.exe")
KNOWN = (*PROGRAMS, "_internal", "LICENCES.txt", sbom.NAME)
"""What may lie at the top of the program's folder; the uninstaller takes away exactly these."""


def installer(payload: Path) -> Path:
    """Compile the installer of a frozen program and return it.

    Raises
    ------
    BuildError
        If the folder is no frozen program for Windows, or holds what the uninstaller would leave behind.
    """
    check(payload)
    for name in PROGRAMS:
        sign(payload / name)
    even(payload)
    target = facts.DIST / f"convgui-{facts.version()}-windows-x64-setup.exe"
    command = [tool("makensis", "nsis"), "-V2", *(f"-D{name}={value}" for name, value in defines(payload, target))]
    run([*command, str(SCRIPT)])
    return target


def check(payload: Path) -> None:
    """Make sure that a folder is what the script expects."""
    present = {path.name for path in payload.iterdir()} if payload.is_dir() else set()
    missing, strange = set(PROGRAMS) - present, present - set(KNOWN)
    if missing:
        raise BuildError(f"{payload} lacks {', '.join(sorted(missing))}; freeze the program on Windows first.")
    if strange:
        raise BuildError(f"{payload} holds {', '.join(sorted(strange))}, which the uninstaller does not know.")


def sign(program: Path) -> None:
    """Sign a program, if there is something to sign with; the script does so with what it makes itself."""
    command = os.environ.get(SIGNING_COMMAND)
    if command and subprocess.call(f'{command} "{program}"', shell=True):
        raise BuildError(f"{program.name} could not be signed; see what {SIGNING_COMMAND} says.")


def defines(payload: Path, target: Path) -> list[tuple[str, str]]:
    """Return what the script is told."""
    icon = icons.ico(facts.BUILD / "made" / "icons" / "convgui.ico")
    told = [
        ("VERSION", facts.version()),
        ("RELEASE", facts.release()),
        ("PAYLOAD", str(payload.resolve())),
        ("OUTPUT", str(target)),
        ("ICON", str(icon)),
        ("LICENCE", str(facts.ROOT / "LICENSE")),
        ("KILOBYTES", str(measure(payload) // 1024)),
    ]
    command = os.environ.get(SIGNING_COMMAND)
    return [*told, ("SIGN", command)] if command else told

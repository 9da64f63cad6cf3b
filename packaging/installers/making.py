"""Making what was asked for, one after the other: what fails is named at the end and stops nothing else."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from installers import facts, freezing, sbom
from installers.running import BuildError

SUMS = "SHA256SUMS"
SYSTEM = {"linux": "linux", "win32": "windows", "darwin": "macos"}


def make(kinds: Sequence[str], chosen: argparse.Namespace) -> int:
    """Make each kind; returns the exit status, 1 if one of them could not be made."""
    os.environ["SOURCE_DATE_EPOCH"] = str(facts.moment())
    facts.DIST.mkdir(parents=True, exist_ok=True)
    folder, problem = frozen(chosen) if set(kinds) != {"wheel"} else (facts.FROZEN, "")
    missing = {}
    for kind in kinds:
        reason = problem if problem and kind != "wheel" else attempt(kind, folder, chosen)
        if reason:
            missing[kind] = reason
            print(f"build.py: {kind}: {reason}", file=sys.stderr, flush=True)
    sums()
    if len(kinds) > 1:
        print(f"made: {', '.join(kind for kind in kinds if kind not in missing) or 'nothing'}", flush=True)
        for kind, reason in missing.items():
            print(f"not made: {kind}, because {reason}", file=sys.stderr)
    return 1 if missing else 0


def attempt(kind: str, folder: Path, chosen: argparse.Namespace) -> str:
    """Make one kind and say what it is; return what kept it from being made, or nothing."""
    try:
        for made in one(kind, folder, chosen):
            print(f"{kind}: {made} ({made.stat().st_size / 1e6:.1f} MB)", flush=True)
    except BuildError as error:
        return str(error)
    return ""


def frozen(chosen: argparse.Namespace) -> tuple[Path, str]:
    """Return the frozen program's folder, made anew unless one is given, and what kept it from being made."""
    folder: Path = chosen.payload or facts.FROZEN
    if chosen.payload is None and not (chosen.frozen and folder.is_dir()):
        try:
            freezing.freeze()
        except BuildError as error:
            return folder, str(error)
    written = folder / "_internal" / facts.NAME / "VERSION"
    if written.is_file() and written.read_text(encoding="utf-8").split()[0] != facts.version():
        return folder, f"{folder} is not of {facts.version()}, but of another commit; freeze it again."
    listed = folder / sbom.NAME
    if listed.is_file():
        shutil.copyfile(listed, facts.DIST / list_name(chosen.payload is not None))
    return folder, ""


def list_name(from_windows: bool) -> str:
    """Return what the list of a frozen program's parts is called beside its installers."""
    system = "windows" if from_windows else SYSTEM[sys.platform]
    return f"{facts.NAME}-{facts.version()}-{system}-{platform.machine().lower()}.cdx.json"


def one(kind: str, folder: Path, chosen: argparse.Namespace) -> list[Path]:
    """Build one kind of installer out of the frozen program; returns the finished files."""
    from installers import appimage, archive, debian, macos, rpm, wheel, windows

    if kind == "deb":
        return [debian.package(folder)]
    if kind == "rpm":
        return [rpm.package(folder)]
    if kind == "tar":
        return [archive.pack(folder)]
    if kind == "appimage":
        return [appimage.image(folder, chosen.runtime)]
    if kind == "nsis":
        return [windows.installer(folder)]
    if kind == "dmg":
        return [macos.disk_image(folder)]
    if kind == "wheel":
        return wheel.distributions()
    return []


def sums() -> None:
    """Write the checksum of everything in dist/, as sha256sum --check reads it."""
    found = sorted(path for path in facts.DIST.iterdir() if path.is_file() and path.name != SUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in found]
    (facts.DIST / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")

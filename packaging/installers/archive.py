"""The .tar.xz: runs where it is unpacked, and installs itself for one user or all by install.sh."""

from __future__ import annotations

import tarfile
from pathlib import Path

from installers import facts, linux

SCRIPTS = ("install.sh", "uninstall.sh")


def pack(folder: Path) -> Path:
    """Make the archive of a frozen program and return it."""
    name = f"convgui-{facts.version()}-linux-{linux.machine()[1]}"
    target = facts.DIST / f"{name}.tar.xz"
    tree = linux.stage(folder)
    with tarfile.open(target, "w:xz", preset=6) as made:
        for path in sorted((tree / "usr/lib/convgui").rglob("*")):
            made.add(path, f"{name}/{path.relative_to(tree / 'usr/lib/convgui')}", recursive=False, filter=anonymous)
        for path in sorted((tree / linux.SHARE).rglob("*")):
            made.add(path, f"{name}/share/{path.relative_to(tree / linux.SHARE)}", recursive=False, filter=anonymous)
        for script in SCRIPTS:
            made.add(linux.SOURCES / script, f"{name}/{script}", filter=executable)
    return linux.finished(target)


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return an entry that tells nothing of who packed it and when."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = facts.moment()
    return entry


def executable(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return the entry of a script."""
    entry.mode = 0o755
    return anonymous(entry)

"""Linux: the tree as it is installed, which .deb, .rpm, .tar.xz and AppImage are made of."""

from __future__ import annotations

import gzip
import os
import platform
import shutil
import time
from pathlib import Path

from installers import facts, icons, sbom
from installers.freezing import even
from installers.running import BuildError, run, tool

SOURCES = facts.PACKAGING / "linux"
TREE = facts.BUILD / "linux"
SHARE = Path("usr/share")
DOCUMENTS = SHARE / "doc" / facts.NAME
SIGNING_KEY = "CONVGUI_SIGN_LINUX"
"""The environment variable that names a PGP key; with it a signature is put beside each file."""
MACHINES = {"x86_64": ("amd64", "x86_64"), "aarch64": ("arm64", "aarch64")}
"""What Debian and RPM call a machine."""
LARGEST = 60e6
"""Bytes that an installer may have."""


def machine() -> tuple[str, str]:
    """Return what Debian and RPM call this machine.

    Raises
    ------
    BuildError
        If no installer is made for it.
    """
    if platform.machine() not in MACHINES:
        raise BuildError(f"no Linux installer is made for {platform.machine()}; only for {', '.join(MACHINES)}.")
    return MACHINES[platform.machine()]


def stage(folder: Path) -> Path:
    """Lay the frozen program and what the desktop has to know out as they are installed."""
    shutil.rmtree(TREE, ignore_errors=True)
    program = TREE / "usr" / "lib" / facts.NAME
    shutil.copytree(folder, program, symlinks=True)
    for path in program.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o755 if path == program / facts.NAME else 0o644)
    for name in ("LICENCES.txt", sbom.NAME):
        compressed(TREE / DOCUMENTS / f"{name}.gz", (program / name).read_bytes())
        (program / name).unlink()
    for path, text in desktop_files().items():
        compressed(TREE / path, text) if path.suffix == ".gz" else written(TREE / path, text)
    for size in icons.LINUX:
        written(TREE / SHARE / f"icons/hicolor/{size}x{size}/apps/convgui.png", icons.png(size))
    link = TREE / "usr" / "bin" / facts.NAME
    link.parent.mkdir()
    link.symlink_to(f"../lib/{facts.NAME}/{facts.NAME}")
    written(TREE / SHARE / "icons/hicolor/scalable/apps/convgui.svg", icons.SOURCE.read_bytes())
    even(TREE)
    return TREE


def desktop_files() -> dict[Path, bytes]:
    """Return the small files that a desktop and a package manager read, by their places."""
    copyright_text = (SOURCES / "copyright.head").read_bytes() + (facts.ROOT / "LICENSE").read_bytes()
    return {
        SHARE / "applications" / "convgui.desktop": (SOURCES / "convgui.desktop").read_bytes(),
        SHARE / "mime" / "packages" / "convgui.xml": (SOURCES / "convgui-mime.xml").read_bytes(),
        SHARE / "metainfo" / f"{facts.IDENTIFIER}.metainfo.xml": metainfo().encode(),
        SHARE / "man" / "man1" / "convgui.1.gz": (SOURCES / "convgui.1").read_bytes(),
        DOCUMENTS / "copyright": copyright_text,
        DOCUMENTS / "changelog.gz": (facts.PACKAGING / "CHANGELOG.md").read_bytes(),
    }


def metainfo() -> str:
    """Return what software centres show."""
    text = (SOURCES / "metainfo.xml").read_text(encoding="utf-8")
    values = {
        "IDENTIFIER": facts.IDENTIFIER,
        "LICENCES": facts.LICENCES,
        "HOMEPAGE": facts.page("Homepage"),
        "SOURCE": facts.page("Source"),
        "ISSUES": facts.page("Issues"),
        "VERSION": facts.package_version(),
        "DATE": time.strftime("%Y-%m-%d", time.gmtime(facts.moment())),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def written(path: Path, data: bytes) -> None:
    """Write a file, with the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def compressed(path: Path, data: bytes) -> None:
    """Write a file compressed by gzip, the same for the same data."""
    written(path, gzip.compress(data, 9, mtime=0))


def finished(target: Path) -> Path:
    """Return an installer that is not too large, signed beside it where a key is given."""
    if target.stat().st_size > LARGEST:
        raise BuildError(f"{target.name} has {target.stat().st_size / 1e6:.0f} MB, more than {LARGEST / 1e6:.0f}.")
    key = os.environ.get(SIGNING_KEY)
    if key:
        run([tool("gpg", "gnupg"), "--batch", "--yes", "--armor", "--local-user", key, "--detach-sign", str(target)])
    return target

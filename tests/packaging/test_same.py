"""The same commit gives the same bytes, whoever packs it, where and when: here with a small program.

packaging/trials/same.sh does so with the whole one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from installers import appimage, archive, debian, facts, linux, rpm

MOMENT = 1_700_000_000

KINDS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "tar": ("sh", archive.pack),
    "deb": ("dpkg-deb", debian.package),
    "rpm": ("rpmbuild", rpm.package),
    "appimage": ("mksquashfs", lambda folder: appimage.image(folder, folder.parent / "runtime")),
}


def program(folder: Path, umask: int, age: float) -> Path:
    """Write a small program as it comes frozen, its files as old and as readable as somebody's might be."""
    before = os.umask(umask)
    try:
        inside = folder / "_internal" / "resources"
        inside.mkdir(parents=True)
        for path, text in {
            folder / "convgui": "#!/bin/sh\necho convgui\n",
            folder / "LICENCES.txt": "free\n",
            folder / "sbom.cdx.json": "{}\n",
            inside / "b.txt": "b" * 5000,
            inside / "a.txt": "a",
        }.items():
            path.write_text(text, encoding="utf-8")
        (inside / "link").symlink_to("a.txt")
        (folder / "convgui").chmod(0o777 & ~umask)
        (folder.parent / "runtime").write_bytes(b"\x7fELF\x02\x01\x01\0AI\x02" + bytes(100))
        for path in folder.rglob("*"):
            os.utime(path, (time.time() - age,) * 2, follow_symlinks=False)
    finally:
        os.umask(before)
    return folder


def checked_out(folder: Path, age: float) -> Path:
    """Copy what installers take from the checkout."""
    shutil.copytree(linux.SOURCES, folder)
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - age,) * 2)
    return folder


@pytest.mark.skipif(os.name != "posix" or not shutil.which("objdump"), reason="built on Linux with binutils")
@pytest.mark.parametrize("kind", KINDS)
def test_two_builds_are_the_same(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool, make = KINDS[kind]
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    found, in_turn = [], Path.rglob
    for name, umask, age in (("one", 0o022, 5), ("another, longer one", 0o077, 90_000)):
        top = tmp_path / name
        # Another checkout is of another day, and another disk lists its files in another order.
        monkeypatch.setattr(linux, "SOURCES", checked_out(top / "sources", age))
        monkeypatch.setattr(Path, "rglob", lambda self, like, back=age > 5: sorted(in_turn(self, like), reverse=back))
        frozen = program(top / "frozen" / "convgui", umask, age)
        monkeypatch.setattr(facts, "BUILD", top / "build")
        monkeypatch.setattr(facts, "DIST", top / "dist")
        monkeypatch.setattr(linux, "TREE", top / "build" / "linux")
        (top / "dist").mkdir()
        before = os.umask(umask)
        try:
            made = make(frozen)
        finally:
            os.umask(before)
        found.append((made.name, hashlib.sha256(made.read_bytes()).hexdigest()))
    assert found[0] == found[1]

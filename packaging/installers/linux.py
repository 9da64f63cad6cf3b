"""Linux: a tree as it is installed, and the .deb, .rpm, .tar.xz and AppImage made of it."""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import shutil
import tarfile
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

from installers import facts, icons, libraries
from installers.freezing import measure
from installers.running import BuildError, run, tool

SOURCES = facts.PACKAGING / "linux"
TREE = facts.BUILD / "linux"
SHARE = Path("usr/share")
SIGNING_KEY = "CONVGUI_SIGN_LINUX"
"""The environment variable that names a PGP key; with it a signature is put beside each file."""
MACHINES = {"x86_64": ("amd64", "x86_64"), "aarch64": ("arm64", "aarch64")}
"""What Debian and RPM call a machine."""
LARGEST = 60e6
"""Bytes that an installer may have."""
APPIMAGE_MAGIC = b"AI\x02"


def debian(folder: Path) -> Path:
    """Make a .deb and return it."""
    tree = stage(folder)
    for path, text in debian_files().items():
        _written(tree / path, text)
    control = tree / "DEBIAN"
    asked = libraries.needs(folder).debian
    _written(control / "control", control_file(asked, measure(tree / "usr")).encode())
    _written(control / "md5sums", _checksums(tree).encode())
    target = facts.DIST / f"convgui_{facts.version()}_{machine()[0]}.deb"
    run([tool("dpkg-deb", "dpkg"), "--root-owner-group", "-Zxz", "--build", str(tree), str(target)])
    return finished(target)


def control_file(asked: Sequence[str], size: int) -> str:
    """Return what dpkg is told of the package."""
    fields = {
        "Package": facts.NAME,
        "Version": facts.version(),
        "Architecture": machine()[0],
        "Maintainer": facts.MAINTAINER,
        "Installed-Size": str(size // 1024),
        "Depends": ", ".join(asked),
        # The program's own font has the characters of its translation; this one has those that a user may type.
        "Suggests": "fonts-noto-cjk",
        "Section": "education",
        "Priority": "optional",
        "Description": "\n ".join([facts.SUMMARY.lower(), *textwrap.wrap(facts.DESCRIPTION, 76)]),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _checksums(tree: Path) -> str:
    files = sorted(path for path in (tree / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    sums = [(hashlib.md5(path.read_bytes()).hexdigest(), path.relative_to(tree)) for path in files]
    return "".join(f"{found}  {path}\n" for found, path in sums)


def rpm(folder: Path) -> Path:
    """Make an .rpm and return it."""
    tree = stage(folder)
    top = facts.BUILD / "rpm"
    shutil.rmtree(top, ignore_errors=True)
    recipe = top / "convgui.spec"
    _written(recipe, rpm_recipe(tree, libraries.needs(folder).rpm).encode())
    built = ["--define", f"_topdir {top}", "--target", machine()[1], "--buildroot", str(top / "root")]
    run([tool("rpmbuild", "rpm"), "-bb", *built, str(recipe)])
    target = facts.DIST / f"convgui-{facts.version()}-1.{machine()[1]}.rpm"
    shutil.copy(top / "RPMS" / machine()[1] / target.name, target)
    return finished(target)


def rpm_recipe(tree: Path, asked: Sequence[str]) -> str:
    """Return what rpmbuild is told; the tree is packed as it is, nothing is compiled, stripped or searched."""
    files = [f"/{path.relative_to(tree)}" for path in sorted((tree / SHARE).rglob("*")) if path.is_file()]
    header = {
        "Name": facts.NAME,
        "Version": facts.version(),
        "Release": "1",
        "Summary": facts.SUMMARY,
        "License": "MIT AND LGPL-3.0-only AND BSD-3-Clause AND PSF-2.0 AND OFL-1.1",
        "Vendor": facts.PUBLISHER,
        "AutoReqProv": "no",
        "Requires": ", ".join(asked),
    }
    return "\n".join(
        [
            "%global __os_install_post %{nil}",
            "%global debug_package %{nil}",
            "%global _binary_payload w6T0.xzdio",
            "%global _build_id_links none",
            "%global _buildhost localhost",
            *(f"{name}: {value}" for name, value in header.items()),
            "%description",
            *textwrap.wrap(facts.DESCRIPTION, 78),
            "%install",
            f"mkdir -p %{{buildroot}} && cp -a '{tree}/usr' %{{buildroot}}/",
            "%files",
            "%defattr(-,root,root)",
            "/usr/lib/convgui",
            "/usr/bin/convgui",
            "%dir /usr/share/doc/convgui",
            *files,
            "",
        ]
    )


def finished(target: Path) -> Path:
    """Return an installer that is not too large, signed beside it where a key is given."""
    if target.stat().st_size > LARGEST:
        raise BuildError(f"{target.name} has {target.stat().st_size / 1e6:.0f} MB, more than {LARGEST / 1e6:.0f}.")
    key = os.environ.get(SIGNING_KEY)
    if key:
        run([tool("gpg", "gnupg"), "--batch", "--yes", "--armor", "--local-user", key, "--detach-sign", str(target)])
    return target


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
    _compressed(TREE / SHARE / "doc" / facts.NAME / "LICENCES.txt.gz", (program / "LICENCES.txt").read_bytes())
    (program / "LICENCES.txt").unlink()
    for path, text in desktop_files().items():
        _compressed(TREE / path, text) if path.suffix == ".gz" else _written(TREE / path, text)
    for size in icons.LINUX:
        _written(TREE / SHARE / f"icons/hicolor/{size}x{size}/apps/convgui.png", icons.png(size))
    link = TREE / "usr" / "bin" / facts.NAME
    link.parent.mkdir()
    link.symlink_to(f"../lib/{facts.NAME}/{facts.NAME}")
    _written(TREE / SHARE / "icons/hicolor/scalable/apps/convgui.svg", icons.SOURCE.read_bytes())
    return TREE


def desktop_files() -> dict[Path, bytes]:
    """Return the small files that a desktop and a package manager read, by their places."""
    copyright_text = (SOURCES / "copyright.head").read_bytes() + (facts.ROOT / "LICENSE").read_bytes()
    metainfo = (SOURCES / "metainfo.xml").read_text(encoding="utf-8")
    for name, value in (("IDENTIFIER", facts.IDENTIFIER), ("VERSION", facts.version()), ("DATE", _date())):
        metainfo = metainfo.replace(f"@{name}@", value)
    documents = SHARE / "doc" / facts.NAME
    return {
        SHARE / "applications" / "convgui.desktop": (SOURCES / "convgui.desktop").read_bytes(),
        SHARE / "mime" / "packages" / "convgui.xml": (SOURCES / "convgui-mime.xml").read_bytes(),
        SHARE / "metainfo" / f"{facts.IDENTIFIER}.metainfo.xml": metainfo.encode(),
        SHARE / "man" / "man1" / "convgui.1.gz": (SOURCES / "convgui.1").read_bytes(),
        documents / "copyright": copyright_text,
    }


def debian_files() -> dict[Path, bytes]:
    """Return the small files that only Debian wants."""
    return {
        SHARE / "lintian" / "overrides" / "convgui": (SOURCES / "lintian-overrides").read_bytes(),
        SHARE / "doc" / facts.NAME / "changelog.gz": gzip.compress(_changelog().encode(), 9, mtime=0),
    }


def _changelog() -> str:
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(moment()))
    entry = (
        f"convgui ({facts.version()}) stable; urgency=medium\n\n  * Built from source; its history tells what changed."
    )
    return f"{entry}\n\n -- {facts.MAINTAINER}  {when}\n"


def _date() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment()))


def moment() -> int:
    """Return the second that dates what is built: that of the last commit where the builder says so."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def _written(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _compressed(path: Path, data: bytes) -> None:
    _written(path, gzip.compress(data, 9, mtime=0))


def archive(folder: Path) -> Path:
    """Make a .tar.xz that runs where it is unpacked."""
    name = f"convgui-{facts.version()}-linux-{machine()[1]}"
    target = facts.DIST / f"{name}.tar.xz"
    tree = stage(folder)
    with tarfile.open(target, "w:xz", preset=6) as made:
        made.add(tree / "usr/lib/convgui", name, filter=_anonymous)
        for path in sorted((tree / SHARE).rglob("*")):
            if path.is_file():
                made.add(path, f"{name}/share/{path.relative_to(tree / SHARE)}", filter=_anonymous)
    return finished(target)


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def appimage(folder: Path, runtime: Path | None) -> Path:
    """Make an AppImage: AppImage's own runtime, with a squashed copy of the program behind it.

    The runtime is a program of some 900 KB that the AppImage project publishes as type2-runtime; no Debian package and
    no Python package holds it, so it has to be given.

    Raises
    ------
    BuildError
        If it is not given, or is something else.
    """
    if runtime is None:
        raise BuildError("an AppImage starts with AppImage's runtime; give it as --runtime FILE, or build tar instead.")
    start = runtime.read_bytes() if runtime.is_file() else b""
    if start[:4] != b"\x7fELF" or start[8:11] != APPIMAGE_MAGIC:
        raise BuildError(f"{runtime} is not a type-2 runtime of AppImage.")
    tree = stage(folder)
    shutil.copy(tree / SHARE / "applications/convgui.desktop", tree)
    shutil.copy(tree / SHARE / "icons/hicolor/256x256/apps/convgui.png", tree)
    (tree / ".DirIcon").symlink_to("convgui.png")
    (tree / "AppRun").symlink_to(f"usr/lib/{facts.NAME}/{facts.NAME}")
    squashed = facts.BUILD / "appimage.squashfs"
    squashed.unlink(missing_ok=True)
    made = [tool("mksquashfs", "squashfs-tools"), str(tree), str(squashed), "-root-owned", "-noappend", "-quiet"]
    run([*made, "-comp", "zstd", "-Xcompression-level", "22", "-b", "1M"])
    target = facts.DIST / f"convgui-{facts.version()}-{machine()[1]}.AppImage"
    target.write_bytes(start + squashed.read_bytes())
    target.chmod(0o755)
    return finished(target)

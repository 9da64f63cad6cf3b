"""The .deb, for Debian, Ubuntu and what is made of them."""

from __future__ import annotations

import gzip
import hashlib
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

from installers import facts, libraries, linux
from installers.freezing import even, measure
from installers.running import run, tool


def package(folder: Path) -> Path:
    """Make a .deb of a frozen program and return it."""
    tree = linux.stage(folder)
    for path, text in own_files().items():
        linux.written(tree / path, text)
    control = tree / "DEBIAN"
    asked = libraries.needs(folder).debian
    linux.written(control / "control", control_file(asked, measure(tree / "usr")).encode())
    linux.written(control / "md5sums", checksums(tree).encode())
    even(tree)
    target = facts.DIST / f"convgui_{version()}_{linux.machine()[0]}.deb"
    run([tool("dpkg-deb", "dpkg"), "--root-owner-group", "-Zxz", "--build", str(tree), str(target)])
    return linux.finished(target)


def version() -> str:
    """Return the version of the package: the program's, and the packaging's own count after it."""
    return f"{facts.package_version()}-1"


def control_file(asked: Sequence[str], size: int) -> str:
    """Return what dpkg is told of the package."""
    fields = {
        "Package": facts.NAME,
        "Version": version(),
        "Architecture": linux.machine()[0],
        "Maintainer": facts.MAINTAINER,
        "Installed-Size": str(size // 1024),
        "Depends": ", ".join(asked),
        # The program's own font has the characters of its translation; this one has those that a user may type.
        "Suggests": "fonts-noto-cjk",
        "Section": "education",
        "Priority": "optional",
        "Homepage": facts.page("Homepage"),
        "Description": "\n ".join([facts.SUMMARY.lower(), *textwrap.wrap(facts.DESCRIPTION, 76)]),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def own_files() -> dict[Path, bytes]:
    """Return the small files that only Debian wants."""
    return {
        linux.SHARE / "lintian" / "overrides" / "convgui": (linux.SOURCES / "lintian-overrides").read_bytes(),
        linux.DOCUMENTS / "changelog.Debian.gz": gzip.compress(changelog().encode(), 9, mtime=0),
    }


def changelog() -> str:
    """Return the package's own change log; the program's lies beside it."""
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(facts.moment()))
    entry = f"convgui ({version()}) stable; urgency=medium\n\n  * Built from source; changelog.gz tells what is new."
    return f"{entry}\n\n -- {facts.MAINTAINER}  {when}\n"


def checksums(tree: Path) -> str:
    """Return the sum of every file, for dpkg --verify."""
    files = sorted(path for path in (tree / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    sums = [(hashlib.md5(path.read_bytes()).hexdigest(), path.relative_to(tree)) for path in files]
    return "".join(f"{found}  {path}\n" for found, path in sums)

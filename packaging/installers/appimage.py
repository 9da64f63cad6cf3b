"""The AppImage: AppImage's own runtime, with a squashed copy of the program behind it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from installers import facts, linux
from installers.freezing import even
from installers.running import BuildError, run, tool

MAGIC = b"AI\x02"


def image(folder: Path, given: Path | None) -> Path:
    """Make an AppImage of a frozen program and return it.

    Raises
    ------
    BuildError
        If there is no runtime.
    """
    start = runtime(given)
    tree = linux.stage(folder)
    shutil.copy2(tree / linux.SHARE / "applications/convgui.desktop", tree)
    shutil.copy2(tree / linux.SHARE / "icons/hicolor/256x256/apps/convgui.png", tree)
    (tree / ".DirIcon").symlink_to("convgui.png")
    (tree / "AppRun").symlink_to(f"usr/lib/{facts.NAME}/{facts.NAME}")
    even(tree)
    squashed = facts.BUILD / "appimage.squashfs"
    squashed.unlink(missing_ok=True)
    made = [tool("mksquashfs", "squashfs-tools"), str(tree), str(squashed), "-root-owned", "-noappend", "-quiet"]
    run([*made, "-comp", "zstd", "-Xcompression-level", "22", "-b", "1M"])
    target = facts.DIST / f"convgui-{facts.version()}-{linux.machine()[1]}.AppImage"
    target.write_bytes(start + squashed.read_bytes())
    target.chmod(0o755)
    return linux.finished(target)


def runtime(given: Path | None) -> bytes:
    """Return AppImage's runtime: the one that is given, or one of where it is usually kept.

    It is a program of some 900 KB that the AppImage project publishes as type2-runtime; no package of a distribution
    and none of Python's holds it.

    Raises
    ------
    BuildError
        If there is none, or it is something else.
    """
    found = given or next((place for place in usual_places() if place.is_file()), None)
    if found is None:
        places = ", ".join(str(place.parent) for place in usual_places())
        raise BuildError(
            f"an AppImage starts with AppImage's runtime; give it as --runtime FILE, or put {file_name()} into one of "
            f"{places}."
        )
    start = found.read_bytes() if found.is_file() else b""
    if start[:4] != b"\x7fELF" or start[8:11] != MAGIC:
        raise BuildError(f"{found} is not a type-2 runtime of AppImage.")
    return start


def file_name() -> str:
    """Return what the AppImage project calls the runtime for this machine."""
    return f"runtime-{linux.machine()[1]}"


def usual_places() -> Iterator[Path]:
    """Yield where the runtime may be kept."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folders = (facts.BUILD, caches / "appimage", Path("/usr/local/lib/appimage"), Path("/usr/lib/appimage"))
    for folder in folders:
        yield folder / file_name()

"""What only the system's package manager can install: the libraries that Qt loads, and Debian's ensurepip.

Like run.py this needs the standard library alone, and a Python of 3.9 can read it.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from interrupts import call

# What Qt loads, with the packages that hold it: on Debian and Ubuntu, and on Arch. Fedora and openSUSE find it by name.
LIBRARIES = (
    ("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    ("libGL.so.1", "libgl1", "libglvnd"),
    ("libEGL.so.1", "libegl1", "libglvnd"),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    ("libdbus-1.so.3", "libdbus-1-3", "dbus"),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
)
# And what a window on X needs besides.
X_LIBRARIES = (
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    ("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
)


def has_display() -> bool:
    """Tell whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(testing: bool, stamped: bool) -> list[tuple[str, str, str]]:
    """Return (file, Debian package, Arch package) for what is missing on Linux.

    All of it is named at once, also what only a window needs: whoever sets up without a display may have one later.
    Where nothing else is missing, a machine without a display is not asked for what it would need with one.
    """
    if not sys.platform.startswith("linux"):
        return []
    missing = [entry for entry in LIBRARIES if not loads(entry[0])]
    if not stamped and importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        missing.append(("ensurepip", f"{version}-venv", "python"))
    can_install = is_root() and bool(shutil.which("apt-get"))
    if missing or can_install or has_display():
        missing += [entry for entry in X_LIBRARIES if not loads(entry[0])]
    # The test of the real window needs an X server without a screen; where it cannot be had, that test is skipped.
    if testing and can_install and not shutil.which("Xvfb"):
        missing.append(("Xvfb", "xvfb", "xorg-server-xvfb"))
    return missing


def loads(library: str) -> bool:
    """Tell whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def is_root() -> bool:
    """Tell whether system packages can be installed without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_packages(missing: Sequence[tuple[str, str, str]]) -> str:
    """Install them as root on Debian and Ubuntu; otherwise return the sentence with the command to give."""
    if not missing:
        return ""
    files = ", ".join(entry[0] for entry in missing)
    if not shutil.which("apt-get"):
        return f"Missing on this system: {files}. Install them and start again: {other_command(missing)}"
    packages = sorted({entry[1] for entry in missing})
    if not is_root():
        by_hand = f"sudo apt-get install {' '.join(packages)}"
        return f"Missing on this system: {files}. Give this command and start again: {by_hand}"
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        with tempfile.TemporaryFile() as said:
            status = call(["apt-get", "-q", *command], env=environment, stdout=said, stderr=subprocess.STDOUT)
            said.seek(0)
            shown = said.read().decode("utf-8", "replace")
        if status:
            sys.stderr.write(shown[-2000:])
            return f"apt-get {command[0]} failed (see above). Mend that, or install {' '.join(packages)} by hand."
    return ""


def other_command(missing: Sequence[tuple[str, str, str]]) -> str:
    """Return the command for a Linux that is not of Debian's family."""
    libraries = [f"'{entry[0]}()(64bit)'" for entry in missing if ".so" in entry[0]]
    for manager in ("dnf", "zypper"):
        if shutil.which(manager) and libraries:
            return f"sudo {manager} install {' '.join(libraries)}"
    if shutil.which("pacman"):
        return "sudo pacman -S --needed " + " ".join(sorted({entry[2] for entry in missing}))
    return "your distribution's package manager finds them by these names."

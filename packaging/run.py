r"""Set convgui up on a fresh machine, then open it or test it. Needs Python and nothing else.

python3 packaging/run.py            set up what is missing and open the window; without a display, draw to files
python3 packaging/run.py FILE       the same, with a picture or an array
python3 packaging/run.py test       set up what is missing and run every check; further words go to pytest

Other words go to convgui's command line, such as ``render`` or ``lessons``. On Windows say ``py packaging\run.py``.
The first start takes about a minute and keeps what it installs in .venv beside pyproject.toml; later ones need no time.

This file is written for Python 3.9 too, so that an old Python can say what it lacks in a sentence.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "packaging" / "requirements.txt"
VENV = ROOT / ".venv"
STAMP = VENV / "convgui-stamp"
OUTPUT = ROOT / "build" / "first-look"
OLDEST = (3, 10)
CANNOT_SET_UP = 3

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
WITHOUT_WINDOW = ("lessons", "render", "apply", "bench", "--version", "--help", "-h", "--self-test")
CHECKS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    # NumPy's stubs follow the Python they are installed for; read as another version's they give false errors.
    ("mypy --strict", ("-m", "mypy", "--python-version", "{}.{}".format(*sys.version_info[:2]))),
    ("import-linter", ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())")),
)


def main(arguments: Sequence[str]) -> int:
    """Set up, then run the program or the tests; return the exit status."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return stop(f"convgui needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and {sys.executable} is {found}.")
    testing = list(arguments[:1]) == ["test"]
    problem = set_up(testing)
    if problem:
        return stop(problem)
    if testing:
        return test(arguments[1:])
    if has_display() or (arguments and arguments[0] in WITHOUT_WINDOW):
        return run(["-m", "convgui", *arguments])
    return draw_to_files(arguments)


def stop(sentence: str) -> int:
    """Say why the set-up ends here."""
    print(sentence, file=sys.stderr)
    return CANNOT_SET_UP


def set_up(testing: bool) -> str:
    """Make the machine ready; return what stands in the way, or nothing."""
    stamped = STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp()
    return install_packages(missing_packages(testing, stamped)) or ("" if stamped else make_environment())


def stamp() -> str:
    """Describe what .venv holds once it is finished: the lock and the Python."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{lock} {sys.version_info[0]}.{sys.version_info[1]} {sys.platform} {VENV}\n"


# --- what only the system's package manager can install ---


def missing_packages(testing: bool, stamped: bool) -> list[tuple[str, str, str]]:
    """Return (file, Debian package, Arch package) for what is missing on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    can_install = is_root() and bool(shutil.which("apt-get"))
    wanted = LIBRARIES + (X_LIBRARIES if can_install or os.environ.get("DISPLAY") else ())
    missing = [entry for entry in wanted if not loads(entry[0])]
    if not stamped and importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        missing.append(("ensurepip", f"{version}-venv", "python"))
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
        done = subprocess.run(
            ["apt-get", "-q", *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stdout.decode("utf-8", "replace")[-2000:])
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


# --- what pip installs, into .venv ---


def python() -> str:
    """Return the path of the environment's own Python."""
    return str(VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python")


def make_environment() -> str:
    """Create .venv and install exactly what the lock names; return what went wrong, or nothing."""
    print(f"Setting up {VENV} (once, about a minute) …", flush=True)
    started = time.monotonic()
    # The stamp goes first and comes back last: a set-up that is interrupted is done again.
    STAMP.unlink(missing_ok=True)
    if not usable() and subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        return f"Python could not make {VENV} (see above)."
    pip = [python(), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if subprocess.call([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]):
        return "pip could not install the packages that convgui needs (see above); check the network and start again."
    STAMP.write_text(stamp(), encoding="utf-8")
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)
    return ""


def usable() -> bool:
    """Tell whether .venv holds a Python of the version that runs now, with pip."""
    version = "import sys, pip; print(*sys.version_info[:2])"
    try:
        found = subprocess.run(
            [python(), "-c", version], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return False
    return found.stdout.split() == [str(n).encode() for n in sys.version_info[:2]]


# --- running ---


def has_display() -> bool:
    """Tell whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: Sequence[str], **variables: str) -> int:
    """Run the environment's Python on this checkout, in the user's folder, and return its exit status."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(paths), **variables)
    try:
        return subprocess.call([python(), *arguments], env=environment)
    except KeyboardInterrupt:
        return 130


def draw_to_files(arguments: Sequence[str]) -> int:
    """Do a real job without a display: draw a lesson and a filtered photo, or the user's own file."""
    own = [what for what in arguments[:1] if not what.startswith("-")]
    jobs = [(what, Path(what).stem) for what in own or ("single-channel", "sobel-photo")]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    print("There is no display here, so pictures are drawn to files instead of a window.", flush=True)
    for what, name in jobs:
        target = OUTPUT / f"{name}.png"
        status = run(["-m", "convgui", "render", what, "-o", str(target)], QT_QPA_PLATFORM="offscreen")
        if status:
            return status
        print(f"  {what}: {target}", flush=True)
    print(
        "To see the window, give the same command on a machine with a screen, or connect with ssh -X.\n"
        "More without a window: python3 packaging/run.py render --help"
    )
    return 0


def test(arguments: Sequence[str]) -> int:
    """Run every check, report each, and return non-zero if one failed."""
    os.chdir(ROOT)
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        status = run(command)
        print(f"== {name}: {'FAILED' if status else 'passed'} ({time.monotonic() - started:.1f} s)", flush=True)
        if status:
            failed.append(name)
    # pytest comes last, so that its own summary is the last line; what failed before it is said above that.
    if failed:
        print(f"== failed before pytest: {', '.join(failed)}", flush=True)
    spread = ["-n", "auto", "--dist", "worksteal"]
    status = run(["-m", "pytest", *spread, *arguments], QT_QPA_PLATFORM="offscreen")
    return status or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

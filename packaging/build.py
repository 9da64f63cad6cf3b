r"""Build installers of convgui. Needs Python, and for some installers a tool that is named where it is missing.

python3 packaging/build.py setup      make build/env from packaging/build-requirements.txt; the rest works offline
python3 packaging/build.py freeze     the program with its own Python and Qt, in build/frozen, tested
python3 packaging/build.py deb        a package for Debian and Ubuntu         (on Linux; so are the next three)
python3 packaging/build.py rpm        a package for Fedora, openSUSE and others
python3 packaging/build.py tar        a .tar.xz to unpack anywhere
python3 packaging/build.py appimage   one file that runs anywhere; --runtime FILE is AppImage's own type-2 runtime
python3 packaging/build.py nsis       an installer for Windows (on Windows; elsewhere with --payload FOLDER)
python3 packaging/build.py dmg        a bundle and disk image for macOS       (on a Mac)
python3 packaging/build.py wheel      a wheel and a source distribution
python3 packaging/build.py all        everything that this system can build

What is finished is in dist/. Signing is off unless these are set: CONVGUI_SIGN_WINDOWS, a command that gets the file's
name appended; CONVGUI_SIGN_MACOS, an identity in the keychain; CONVGUI_SIGN_LINUX, a key of gpg's.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "packaging" / "build-requirements.txt"
ENVIRONMENT = ROOT / "build" / "env"
STAMP = ENVIRONMENT / "convgui-stamp"
INSTALLERS = {
    "linux": ("deb", "rpm", "tar", "appimage", "wheel"),
    "win32": ("nsis", "wheel"),
    "darwin": ("dmg", "wheel"),
}
KINDS = ("setup", "freeze", "deb", "rpm", "tar", "appimage", "nsis", "dmg", "wheel", "all")


def main(arguments: Sequence[str]) -> int:
    """Build what is asked for; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="build.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=f"one of {', '.join(KINDS)}")
    parser.add_argument("--runtime", type=Path, metavar="FILE", help="of AppImage; see packaging/installers/linux.py")
    parser.add_argument("--payload", type=Path, metavar="FOLDER", help="a frozen program for Windows, made there")
    parser.add_argument("--frozen", action="store_true", help="take build/frozen as it is instead of making it again")
    chosen = parser.parse_args(arguments)
    problem = set_up()
    if problem:
        print(f"build.py: {problem}", file=sys.stderr)
        return 1
    if chosen.kind == "setup":
        return 0
    if Path(sys.prefix) != ENVIRONMENT:
        return subprocess.call([python(), __file__, *arguments], env=dict(os.environ, PYTHONPATH=str(ROOT)))
    return build(chosen)


def set_up() -> str:
    """Make the environment that builds, if it is not there yet; return what went wrong, or nothing."""
    wanted = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version_info[0]}.{sys.version_info[1]}\n"
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return ""
    if sys.platform == "linux" and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return f"{sys.executable} has no shared library to carry along; build with the system's own Python."
    print(f"Setting up {ENVIRONMENT} …", flush=True)
    STAMP.unlink(missing_ok=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]):
        return f"Python could not make {ENVIRONMENT} (see above)."
    pip = [python(), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if subprocess.call([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]):
        return "pip could not install what builds convgui (see above); this one step needs the network."
    STAMP.write_text(wanted, encoding="utf-8")
    return ""


def python() -> str:
    """Return the path of the Python that builds."""
    return str(ENVIRONMENT / "Scripts" / "python.exe" if os.name == "nt" else ENVIRONMENT / "bin" / "python")


def build(chosen: argparse.Namespace) -> int:
    """Build inside the environment; returns the exit status."""
    from installers import facts
    from installers.running import BuildError

    facts.DIST.mkdir(parents=True, exist_ok=True)
    kinds = INSTALLERS[sys.platform] if chosen.kind == "all" else (chosen.kind,)
    try:
        folder = frozen(kinds, chosen)
        for kind in kinds:
            for made in one(kind, folder, chosen):
                print(f"{kind}: {made} ({made.stat().st_size / 1e6:.1f} MB)", flush=True)
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return 0


def frozen(kinds: Sequence[str], chosen: argparse.Namespace) -> Path:
    """Return the frozen program's folder, made anew unless it is not needed or one is given."""
    from installers import facts, freezing

    if chosen.payload is not None:
        given: Path = chosen.payload
        return given
    if set(kinds) == {"wheel"} or (chosen.frozen and facts.FROZEN.is_dir()):
        return facts.FROZEN
    return freezing.freeze()


def one(kind: str, folder: Path, chosen: argparse.Namespace) -> list[Path]:
    """Build one kind of installer out of the frozen program; returns the finished files."""
    from installers import linux, macos, wheel, windows

    if kind == "deb":
        return [linux.debian(folder)]
    if kind == "rpm":
        return [linux.rpm(folder)]
    if kind == "tar":
        return [linux.archive(folder)]
    if kind == "appimage":
        return [linux.appimage(folder, chosen.runtime)]
    if kind == "nsis":
        return [windows.installer(folder)]
    if kind == "dmg":
        return [macos.disk_image(folder)]
    if kind == "wheel":
        return wheel.distributions()
    return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

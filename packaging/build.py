r"""Build installers of convgui. Needs Python, and for some installers a tool that is named where it is missing.

python3 packaging/build.py setup      make build/env from packaging/build-requirements.txt; the rest works offline
python3 packaging/build.py freeze     the program with its own Python and Qt, in build/frozen, tested
python3 packaging/build.py deb        a package for Debian and Ubuntu         (on Linux; so are the next three)
python3 packaging/build.py rpm        a package for Fedora, openSUSE and others
python3 packaging/build.py tar        a .tar.xz to unpack anywhere, or to install by the script in it
python3 packaging/build.py appimage   one file that runs anywhere; --runtime FILE is AppImage's own type-2 runtime
python3 packaging/build.py nsis       an installer for Windows (on Windows; elsewhere with --payload FOLDER)
python3 packaging/build.py dmg        a bundle and disk image for macOS       (on a Mac)
python3 packaging/build.py wheel      a wheel and a source distribution
python3 packaging/build.py all        everything that this system can build; what cannot be built does not stop the rest

Several may be named at once. What is finished is in dist/, with a list of its parts (CycloneDX) and SHA256SUMS.
The same commit gives the same bytes: files are dated by it, or by SOURCE_DATE_EPOCH. The exit status is 1 if anything
that was asked for is missing. Signing is off unless these are set: CONVGUI_SIGN_WINDOWS, a command that gets the file's
name appended; CONVGUI_SIGN_MACOS, an identity in the keychain; CONVGUI_SIGN_LINUX, a key of gpg's. CONVGUI_MAINTAINER
is whom packages name as "Name <address>".
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
SYSTEMS = {"linux": "Linux", "win32": "Windows", "darwin": "a Mac"}
KINDS = ("setup", "freeze", "deb", "rpm", "tar", "appimage", "nsis", "dmg", "wheel", "all")


def main(arguments: Sequence[str]) -> int:
    """Build what is asked for; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="build.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="+", choices=KINDS, metavar="KIND", help=f"one of {', '.join(KINDS)}")
    parser.add_argument(
        "--runtime", type=Path, metavar="FILE", help="of AppImage; see packaging/installers/appimage.py"
    )
    parser.add_argument("--payload", type=Path, metavar="FOLDER", help="a frozen program for Windows, made there")
    parser.add_argument("--frozen", action="store_true", help="take build/frozen as it is instead of making it again")
    chosen = parser.parse_args(arguments)
    problem = elsewhere(chosen.kinds, chosen.payload) or set_up()
    if problem:
        print(f"build.py: {problem}", file=sys.stderr)
        return 1
    if set(chosen.kinds) == {"setup"}:
        return 0
    if Path(sys.prefix) != ENVIRONMENT:
        return subprocess.call([python(), __file__, *arguments], env=environment(), umask=0o022)
    sys.path.insert(0, str(ROOT))
    from installers import making

    return making.make(wanted(chosen.kinds), chosen)


def wanted(kinds: Sequence[str]) -> list[str]:
    """Return what is to be made, each once."""
    every = INSTALLERS[sys.platform] if "all" in kinds else ()
    return list(dict.fromkeys(kind for kind in (*kinds, *every) if kind not in ("all", "setup")))


def elsewhere(kinds: Sequence[str], payload: Path | None) -> str:
    """Return why something cannot be built on this system, or nothing."""
    for system, built in INSTALLERS.items():
        for kind in kinds:
            if kind not in built or kind in INSTALLERS.get(sys.platform, ()) or (kind == "nsis" and payload):
                continue
            reason = {
                "dmg": "it needs hdiutil and codesign, which are parts of macOS",
                "nsis": "the program has to be frozen there; with such a folder say --payload FOLDER",
            }.get(kind, "it needs the libraries and tools of one")
            return f"{kind} is built on {SYSTEMS[system]} ({reason}); .github/workflows/installers.yml does so."
    return ""


def environment() -> dict[str, str]:
    """Return the variables to build with: the same wherever and whenever it is done."""
    fixed = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    return {**os.environ, **fixed}


def set_up() -> str:
    """Make the environment that builds, if it is not there yet; return what went wrong, or nothing."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    wanted = f"{lock} {sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix}\n"
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

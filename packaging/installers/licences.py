"""Everything a frozen program carries, with its licences, collected into the file that About shows."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from convgui.files.licences import COLLECTED, Licence, installed, own, shipped, write
from installers import facts
from installers.running import BuildError, run

BUILD_ONLY = ("av",)
"""What a checkout may use and an installer never carries: PyAV brings x264, which is under the GPL."""
DEBIAN_DOCS = Path("/usr/share/doc")


def collect(folder: Path) -> Path:
    """Write what is known before the program is frozen: the program, its libraries, Python, fonts and samples.

    Raises
    ------
    BuildError
        If one of them comes without a text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = (own(), *(each for each in installed() if each.name not in BUILD_ONLY), python(), starter(), *shipped())
    silent = [each.name for each in found if not each.text.strip()]
    if silent:
        raise BuildError(f"no licence text is known for {', '.join(silent)}; add it to resources/licences.")
    path = folder / COLLECTED
    write(found, path)
    return path


def python() -> Licence:
    """Return the licence of the Python that is carried."""
    version = ".".join(map(str, sys.version_info[:3]))
    short = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        DEBIAN_DOCS / short / "copyright",
        DEBIAN_DOCS / f"lib{short}-stdlib" / "copyright",
    )
    for place in places:
        if place.is_file():
            return Licence("Python", version, "PSF-2.0", place.read_text(encoding="utf-8"))
    raise BuildError(f"this Python's LICENSE.txt is in none of {', '.join(map(str, places))}.")


def starter() -> Licence:
    """Return the licence of the program that PyInstaller puts in front."""
    from importlib.metadata import distribution

    found = distribution("pyinstaller")
    text = next(file.read_text() for file in found.files or () if file.name == "COPYING.txt")
    return Licence("PyInstaller's bootloader", found.version, "GPL-2.0-or-later WITH Bootloader-exception", text)


def of_system(libraries: list[Path]) -> list[Licence]:
    """Return what Debian's packages say of libraries that were taken from the system, one entry a package."""
    packages: dict[str, str] = {}
    for library in libraries:
        owner = owning_package(library)
        packages.setdefault(owner.partition(":")[0], owner)
    return [_of_package(name, full) for name, full in sorted(packages.items())]


def owning_package(library: Path) -> str:
    """Return the Debian package that a file on this system belongs to."""
    # Since /usr was merged, a package may have put its file under the older name.
    names = dict.fromkeys((library, library.resolve(), Path("/", *library.resolve().parts[2:])))
    found = subprocess.run(["dpkg", "-S", *map(str, names)], capture_output=True, encoding="utf-8", check=False).stdout
    if found:
        return found.split(": ")[0].split(",")[0]
    raise BuildError(f"no package owns {library}, so its licence is not known; build with a Python of Debian's.")


def _of_package(name: str, full: str) -> Licence:
    path = DEBIAN_DOCS / name / "copyright"
    if not path.is_file():
        raise BuildError(f"the package {name} has no {path}, so its licence is not known.")
    version = run(["dpkg-query", "-W", "-f", "${Version}", full])
    return Licence(name, version, "see the text", path.read_text(encoding="utf-8", errors="replace"))


def plain(found: list[Licence]) -> str:
    """Write licences out for readers without the program."""
    title = f"{facts.NAME} {facts.version()} and what it carries"
    parts = [f"{each.name} {each.version}\n{each.terms}\n\n{each.text}" for each in found]
    return f"\n\n{'=' * 79}\n\n".join([title, *parts]) + "\n"

"""Everything a frozen program carries, with its licences, collected into the file that About shows."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from convgui.files.licences import COLLECTED, Licence, installed, own, shipped, write
from installers import bundled, facts
from installers.running import BuildError

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
            return Licence(bundled.PYTHON, version, "PSF-2.0", place.read_text(encoding="utf-8"))
    raise BuildError(f"this Python's LICENSE.txt is in none of {', '.join(map(str, places))}.")


def starter() -> Licence:
    """Return the licence of the program that PyInstaller puts in front."""
    from importlib.metadata import distribution

    found = distribution("pyinstaller")
    text = next(file.read_text() for file in found.files or () if file.name == "COPYING.txt")
    return Licence(bundled.STARTER, found.version, "GPL-2.0-or-later WITH Bootloader-exception", text)


def of_system(package: str, version: str) -> Licence:
    """Return what a Debian package says of itself."""
    path = DEBIAN_DOCS / package / "copyright"
    if not path.is_file():
        raise BuildError(f"the package {package} has no {path}, so its licence is not known.")
    return Licence(package, version, "see the text", path.read_text(encoding="utf-8", errors="replace"))


def plain(found: list[Licence]) -> str:
    """Write licences out for readers without the program."""
    title = f"{facts.NAME} {facts.version()} and what it carries"
    parts = [f"{each.name} {each.version}\n{each.terms}\n\n{each.text}" for each in found]
    return f"\n\n{'=' * 79}\n\n".join([title, *parts]) + "\n"

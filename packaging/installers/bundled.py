"""What the frozen program really carries, file by file, and whose each file is."""

from __future__ import annotations

import ast
import platform
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import quote

from installers import facts
from installers.running import BuildError, run
from installers.sbom import Component, digest

PYTHON = "Python"
STARTER = "PyInstaller's bootloader"
Terms = Mapping[str, tuple[str, str]]
WINDOWS_OR_MACOS = "the operating system"
"""Whose a library is that came from neither Python nor a wheel, where no package manager can be asked."""


@dataclass(frozen=True)
class Owner:
    """Whose a file is: a Python distribution, a Debian package, Python, or the program with what it ships.

    Attributes
    ----------
    kind : str
        "pypi", "deb", "python", "starter", "own" or "system".
    name, version : str
        The distribution's or the package's.
    """

    kind: str
    name: str
    version: str = ""


def files(work: Path, folder: Path) -> dict[str, Path]:
    """Return where each file of a frozen program came from, by its path in the program's folder.

    Parameters
    ----------
    work : Path
        Where PyInstaller has written its tables of contents.
    folder : Path
        The frozen program; what has been taken out of it since is not listed.
    """
    listed, *_ = _table(work / "COLLECT-00.toc")
    found = {}
    for destination, source, kind in listed:
        for inside in (destination, f"_internal/{destination}"):
            if kind != "SYMLINK" and (folder / inside).is_file():
                found[inside.replace("\\", "/")] = Path(source)
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_symlink()}
    strange = sorted(path for path in present - found.keys() if (folder / path).is_file())
    if strange and sys.platform != "linux":
        # Parts of frameworks, which PyInstaller writes itself.
        return found | {path: folder / path for path in strange}
    if strange:
        raise BuildError(f"PyInstaller's table does not list {', '.join(strange[:5])}, which the program carries.")
    return found


def modules(work: Path) -> Iterator[Path]:
    """Yield the sources of the modules that are packed inside the program."""
    _name, listed, *_ = _table(work / "PYZ-00.toc")
    for _module, source, kind in listed:
        if kind.startswith("PYMODULE") and source not in ("-", ""):
            yield Path(source)


def components(origins: Mapping[str, Path], folder: Path, packed: Iterable[Path], terms: Terms) -> list[Component]:
    """Return what a frozen program is made of besides itself, each with its files and its licence.

    Parameters
    ----------
    origins : Mapping[str, Path]
        What `files` returns.
    folder : Path
        The frozen program.
    packed : iterable of Path
        What `modules` yields.
    terms : Mapping[str, tuple[str, str]]
        The version and the licence by name, of all whose licences are carried.

    Raises
    ------
    BuildError
        If something is carried and its licence is not.
    """
    carried: dict[Owner, dict[str, str]] = {owner(source): {} for source in packed}
    for path, source in origins.items():
        carried.setdefault(owner(source), {})[path] = digest(folder / path)
    others = {each: found for each, found in carried.items() if each.kind not in ("own", "system")}
    missing = sorted(each.name for each in others if each.name not in terms)
    if missing:
        raise BuildError(f"{', '.join(missing)} is carried, but its licence is not; see DISTRIBUTIONS in licences.py.")
    return [_component(each, found, *terms[each.name]) for each, found in others.items()]


def _component(each: Owner, found: Mapping[str, str], version: str, terms: str) -> Component:
    purl = f"pkg:pypi/{each.name.lower()}@{quote(each.version)}" if each.kind == "pypi" else ""
    if each.kind == "deb":
        system = platform.freedesktop_os_release()["ID"]
        purl = f"pkg:deb/{system}/{each.name}@{quote(each.version)}"
    return Component(each.name, version, terms, found, purl, "platform" if each.kind == "python" else "library")


def _table(path: Path) -> tuple[list[tuple[str, str, str]], ...]:
    found: tuple[list[tuple[str, str, str]], ...] = ast.literal_eval(path.read_text(encoding="utf-8"))
    return found


def owner(source: Path) -> Owner:
    """Return whose a file of this machine is.

    Raises
    ------
    BuildError
        If nobody is known, for then its licence is not known either.
    """
    path = Path(source).resolve()
    known = _installed().get(str(path))
    if known is not None:
        return known
    if path.is_relative_to(facts.BUILD / "pyinstaller"):
        return Owner("python", PYTHON) if path.name == "base_library.zip" else Owner("starter", STARTER)
    if path.is_relative_to(facts.ROOT) and not path.is_relative_to(Path(sys.prefix).resolve()):
        return Owner("own", facts.NAME)
    if _is_python(path):
        return Owner("python", PYTHON)
    return _of_system(source)


def _is_python(path: Path) -> bool:
    """Tell whether a file belongs to the Python that is carried."""
    base = Path(sys.base_prefix).resolve()
    stdlib = Path(sysconfig.get_path("stdlib")).resolve()
    # Debian's Python is all over /usr; another's has a folder of its own.
    alone = base not in (Path("/usr"), Path("/"))
    return path.is_relative_to(stdlib) or (alone and path.is_relative_to(base)) or path.name.startswith("libpython")


@cache
def _installed() -> Mapping[str, Owner]:
    """Return the distribution that each installed file belongs to."""
    found = {}
    for each in distributions():
        own = canonical(each)
        known = Owner("starter", STARTER) if own.lower().startswith("pyinstaller") else Owner("pypi", own, each.version)
        for file in each.files or ():
            found[str(Path(str(file.locate())).resolve())] = known
    return found


def canonical(found: Distribution) -> str:
    """Return a distribution's name as convgui's list of licences has it."""
    return str(found.metadata["Name"]).replace("_", "-")


def _of_system(source: Path) -> Owner:
    if sys.platform != "linux":
        return Owner("system", WINDOWS_OR_MACOS)
    package = owning_package(source)
    return Owner("deb", package.partition(":")[0], run(["dpkg-query", "-W", "-f", "${Version}", package]))


def owning_package(library: Path) -> str:
    """Return the Debian package that a file on this system belongs to, with its architecture if it has one."""
    # Since /usr was merged, a package may have put its file under the older name.
    names = dict.fromkeys((library, library.resolve(), Path("/", *library.resolve().parts[2:])))
    found = subprocess.run(["dpkg", "-S", *map(str, names)], capture_output=True, encoding="utf-8", check=False).stdout
    if found:
        return found.split(": ")[0].split(",")[0]
    raise BuildError(f"no package owns {library}, so its licence is not known; build with a Python of Debian's.")

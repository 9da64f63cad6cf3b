"""What the frozen program still takes from the Linux it runs on, so that packages can ask for exactly that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from installers.running import BuildError, run, tool

DEBIAN_PACKAGES = {
    "ld-linux-aarch64.so.1": "libc6",
    "ld-linux-x86-64.so.2": "libc6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libc.so.6": "libc6",
    "libcups.so.2": "libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdl.so.2": "libc6",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libm.so.6": "libc6",
    "libpthread.so.0": "libc6",
    "libresolv.so.2": "libc6",
    "librt.so.1": "libc6",
    "libstdc++.so.6": "libstdc++6",
    "libutil.so.1": "libc6",
    "libuuid.so.1": "libuuid1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
}
"""Which package holds a library. One that is not here fails the build, and then belongs here or into the program."""

# GCC's C++ library counts on its own; Debian's package has the version of the GCC that first brought that count.
_GCC = {"3.4.29": "11", "3.4.30": "12", "3.4.31": "13", "3.4.32": "13.2", "3.4.33": "14", "3.4.34": "15"}
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_RUNPATH = re.compile(r"^\s+R(?:UN)?PATH\s+(\S+)", re.MULTILINE)
_VERSIONS = re.compile(r"\b(GLIBC|GLIBCXX)_([\d.]+)")


@dataclass(frozen=True)
class Needs:
    """What the system has to bring: the libraries, and the highest version asked of GLIBC and GLIBCXX."""

    libraries: frozenset[str]
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def debian(self) -> list[str]:
        """What the Debian package depends on."""
        unknown = sorted(self.libraries - set(DEBIAN_PACKAGES))
        if unknown:
            raise BuildError(f"no Debian package is known for {', '.join(unknown)}; see DEBIAN_PACKAGES.")
        packages = {DEBIAN_PACKAGES[library] for library in self.libraries}
        least = {"libc6": self.versions.get("GLIBC"), "libstdc++6": _gcc(self.versions.get("GLIBCXX"))}
        return sorted(f"{name} (>= {least[name]})" if least.get(name) else name for name in packages)

    @property
    def rpm(self) -> list[str]:
        """What the RPM requires, in the names that every distribution's packages provide."""
        # The dynamic linker itself goes by no such name.
        plain = [f"{library}()(64bit)" for library in self.libraries if not library.startswith("ld-linux-")]
        glibc, cxx = self.versions.get("GLIBC"), self.versions.get("GLIBCXX")
        counted = [f"libc.so.6(GLIBC_{glibc})(64bit)"] if glibc else []
        counted += [f"libstdc++.so.6(GLIBCXX_{cxx})(64bit)"] if cxx else []
        return sorted([*plain, *counted])


def needs(folder: Path) -> Needs:
    """Read what the program in a folder takes from outside it.

    Raises
    ------
    BuildError
        If something in it looks for libraries in a folder that only this machine has.
    """
    said = dumps(folder)
    for path, dump in said.items():
        refuse_own_folders(path, dump)
    return asked(said.values(), {path.name for path in folder.rglob("*") if path.is_file()})


def refuse_own_folders(path: Path, dump: str) -> None:
    """Fail where ``objdump -p`` says that a library looks for others in a folder of the machine it was built on."""
    for places in _RUNPATH.findall(dump):
        strange = [place for place in places.split(":") if not place.startswith("$ORIGIN")]
        if strange:
            raise BuildError(
                f"{path.name} looks for libraries in {strange[0]}, which other machines have not; build with the "
                "system's own Python."
            )


def dumps(folder: Path) -> dict[Path, str]:
    """Return what ``objdump -p`` says of every program and library in a folder."""
    objdump = tool("objdump", "binutils")
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path)]
    return {path: run([objdump, "-p", str(path)]) for path in files}


def unneeded(asked_by: Mapping[str, Iterable[str]], removable: Iterable[str]) -> set[str]:
    """Return the libraries that nothing asks for that stays, given what each program or library asks for."""
    gone: set[str] = set()
    while True:
        wanted = {name for user, names in asked_by.items() if user not in gone for name in names}
        more = set(removable) - wanted - gone
        if not more:
            return gone
        gone |= more


def needed_by(dump: str) -> list[str]:
    """Return the libraries that ``objdump -p`` says are needed."""
    return _NEEDED.findall(dump)


def asked(said: Iterable[str], carried: Iterable[str] = ()) -> Needs:
    """Return what ``objdump -p`` says is needed and is not among the names that are carried."""
    libraries: set[str] = set()
    versions: dict[str, str] = {}
    for dump in said:
        libraries.update(needed_by(dump))
        for name, version in _VERSIONS.findall(dump.partition("Version References:")[2]):
            versions[name] = max(version, versions.get(name, "0"), key=_numbers)
    return Needs(frozenset(libraries - set(carried)), versions)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


def _gcc(count: str | None) -> str | None:
    """Return the GCC that brought a count of the C++ library; None where any that is still about will do."""
    if count is None or _numbers(count) < _numbers("3.4.29"):
        return None
    if count not in _GCC:
        raise BuildError(f"the libraries ask for GLIBCXX_{count}, and no GCC is known for it; see _GCC.")
    return _GCC[count]


def is_elf(path: Path) -> bool:
    """Tell whether a file is a program or a library of Linux."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"

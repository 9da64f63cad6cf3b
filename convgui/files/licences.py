"""The licences of everything the program is made of, with their texts.

A checkout and a wheel read what the installed distributions say of themselves. What an installer brings carries more
(Python itself, libraries of the system it was built on), and has it all collected into one file when it is built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from convgui.files.json_text import json_text
from convgui.files.resources import resource, resource_root

DISTRIBUTIONS = (
    "PySide6-Essentials",
    "shiboken6",
    "numpy",
    "pyqtgraph",
    "colorama",
    "Pillow",
    "tifffile",
    "pydicom",
    "PyOpenGL",
    "av",
)
"""What the program imports, and what that imports, whether it is installed or not."""

QT_NOTICE = (
    "Qt and PySide6 are used under the GNU Lesser General Public License, version 3. convgui does not change them and "
    "uses them as separate shared libraries: you may replace them by versions of your own, with pip by installing "
    "another PySide6, in an installation by exchanging the files. Their source code is available from "
    "https://download.qt.io/official_releases/."
)

NETWORKS = ("LICENSES.md", "LICENSE-pnet.txt", "LICENSE-basic-pitch.txt", "LICENSE-silero-vad.txt")
COLLECTED = "collected.json"
_QT = ("LGPL-3.0.txt", "GPL-3.0.txt", "Qt-third-party.txt")
_ADDED = {"PySide6-Essentials": _QT, "shiboken6": _QT[:2], "PyOpenGL": ("PyOpenGL.txt",)}
"""Texts in resources/licences for distributions that come without."""


@dataclass(frozen=True)
class Licence:
    """Something that is used, and under which terms.

    Attributes
    ----------
    name : str
        What is used.
    version : str
        Which; "" where it has none.
    terms : str
        The licence's short name.
    text : str
        The licence itself, with its copyright lines.
    """

    name: str
    version: str
    terms: str
    text: str


def licences() -> tuple[Licence, ...]:
    """Return what is used here, the program itself first."""
    collected = resource("licences", COLLECTED)
    if collected.is_file():
        return tuple(Licence(**entry) for entry in json.loads(collected.read_text(encoding="utf-8")))
    return (own(), *installed(), *shipped())


def write(found: Iterable[Licence], path: Path) -> None:
    """Write the file that an installer carries."""
    entries = [asdict(licence) for licence in found]
    path.write_text(json_text(entries) + "\n", encoding="utf-8")


def own() -> Licence:
    """Return the program's own licence."""
    from convgui.version import __version__

    beside = resource_root().parent / "LICENSE"
    if not beside.is_file():
        # A wheel keeps those of its fonts and samples in the same place.
        files = distribution("convgui").files or ()
        beside = next(Path(str(file.locate())) for file in files if file.name == "LICENSE")
    return Licence("convgui", __version__, "MIT", _read(beside))


def installed() -> tuple[Licence, ...]:
    """Return what the program uses and is installed beside it."""
    return tuple(_of(found) for name in DISTRIBUTIONS if (found := _distribution(name)) is not None)


def shipped() -> tuple[Licence, ...]:
    """Return the fonts, samples and networks, which come with the program in every form."""
    networks = "\n\n".join(resource("networks", name).read_text("utf-8") for name in NETWORKS)
    samples = "\n\n".join(resource("samples", name).read_text("utf-8") for name in ("LICENSES.md", "LICENSE-brain.txt"))
    return (
        Licence("Inter", "", "OFL-1.1", resource("fonts", "OFL-Inter.txt").read_text("utf-8")),
        Licence("Noto Sans CJK SC", "", "OFL-1.1", resource("fonts", "OFL-NotoSansCJK.txt").read_text("utf-8")),
        Licence("JetBrains Mono", "", "OFL-1.1", resource("fonts", "OFL-JetBrainsMono.txt").read_text("utf-8")),
        Licence("Trained networks", "", "MIT, Apache-2.0", networks),
        Licence("Sample pictures", "", "CC0-1.0, public domain and others", samples),
    )


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _of(found: Distribution) -> Licence:
    name = found.metadata["Name"].replace("_", "-")
    texts = [resource("licences", text).read_text("utf-8") for text in _ADDED.get(name, ())]
    notice = [QT_NOTICE] if _QT[0] in _ADDED.get(name, ()) else []
    own_text = _texts(found)
    return Licence(name, found.version, _terms(found), "\n\n".join([*notice, *filter(None, [own_text]), *texts]))


def _terms(found: Distribution) -> str:
    """Return the licence's short name: stated as such, or as a classifier."""
    for field in ("License-Expression", "License"):
        for said in found.metadata.get_all(field) or ():
            if said and "\n" not in said:
                return str(said)
    classified = [c for c in found.metadata.get_all("Classifier") or () if c.startswith("License ::")]
    return ", ".join(line.rsplit("::", 1)[1].strip() for line in classified)


def _texts(found: Distribution) -> str:
    """Return the texts that a distribution brings, one after the other."""
    files = [file for file in found.files or () if _is_licence(PurePosixPath(file))]
    ordered = sorted(files, key=lambda file: (len(file.parts), str(file)))
    return "\n\n".join(_read(Path(str(file.locate()))) for file in ordered)


def _is_licence(path: PurePosixPath) -> bool:
    folders = path.parts[:-1]
    named = path.name.upper().startswith(("LICEN", "COPYING", "NOTICE", "AUTHORS"))
    in_metadata = any(part.endswith(".dist-info") for part in folders)
    return in_metadata and path.suffix != ".py" and (named or "licenses" in folders)


def _read(path: Path) -> str:
    """Read a text; a few authors' names are still written in Latin-1."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("latin-1").strip()

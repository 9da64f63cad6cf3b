"""OME sets: pictures whose planes lie in several files."""

from __future__ import annotations

import re
from html import unescape
from pathlib import PurePosixPath, PureWindowsPath

from tifffile import TiffFile

from convgui.files.source import Source
from convgui.words import tr


def companions(source: Source, tiff: TiffFile, notes: list[str]) -> bool:
    """Tell whether a file's OME set has other files that all lie beside it; where some do not, note that."""
    text = tiff.ome_metadata or ""
    own = source.path.name if source.path is not None else source.name
    others = {name for name in named_in(tiff) if name.lower() != own.lower()}
    if re.search(r"<(?:\w+:)?BinaryOnly\b", text):
        notes.append(tr("It is one file of an OME set, which another file describes; its own pages were opened."))
    if not others:
        return False
    missing = [name for name in others if not _lies_beside(source, name)]
    if missing:
        notes.append(
            tr(
                "It is one of {count:,} files of an OME set, of which {missing:,} do not lie beside it; its own pages "
                "were opened.",
                count=len(others) + 1,
                missing=len(missing),
            )
        )
    return not missing


def named_in(tiff: TiffFile) -> set[str]:
    """Return the names of all files that a file's OME description names."""
    return {unescape(name) for name in re.findall(r'\bFileName="([^"]*)"', tiff.ome_metadata or "")}


def _lies_beside(source: Source, name: str) -> bool:
    """Tell whether a plain name, which leads nowhere else, is that of a file in the same folder."""
    plain = name not in ("", ".", "..") and PureWindowsPath(name).name == name == PurePosixPath(name).name
    return plain and source.path is not None and (source.path.parent / name).is_file()

"""Files that are read together with the one that is named: the values beside a header, the rest of a set."""

from __future__ import annotations

from pathlib import Path

from convgui.files.errors import LoadError
from convgui.files.nrrd_header import read_header
from convgui.files.nrrd_values import data_files
from convgui.files.regular import open_regular
from convgui.files.source import Source

TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def companion_files(path: Path) -> tuple[Path, ...]:
    """Return the other files that a NRRD header or a file of an OME set names; none where it cannot be read."""
    try:
        with open_regular(path) as stream:
            source = Source(path.name, stream, path.stat().st_size, path.resolve())
            head = stream.read(8)
            if head.startswith(b"NRRD00"):
                names = data_files(source, read_header(source))
            else:
                names = _of_set(source) if head.startswith(TIFFS) else []
    except (OSError, ValueError, LoadError):
        return ()
    return tuple(path.parent / name.replace("\\", "/") for name in names)


def _of_set(source: Source) -> list[str]:
    from tifffile import TiffFile, TiffFileError

    from convgui.files.tiff_ome import named_in

    source.stream.seek(0)
    try:
        with TiffFile(source.stream, name=source.name, _multifile=False) as tiff:
            return sorted(named_in(tiff))
    except TiffFileError:
        return []

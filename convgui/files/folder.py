"""The pictures of a folder, in the order in which people count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from convgui.files.dicom_slices import natural_key
from convgui.files.errors import LoadError
from convgui.files.load import KINDS, load
from convgui.files.regular import is_folder, is_regular
from convgui.model.sample import Sample
from convgui.words import tr

ENDINGS = tuple(ending for kind, endings in KINDS if kind in ("Pictures", "Arrays") for ending in endings)


@dataclass(frozen=True)
class FolderPosition:
    """Where a file stands in its folder: its number, from 1, and how many there are."""

    path: Path
    number: int
    count: int

    @property
    def text(self) -> str:
        """Name, number and count, as they are shown."""
        return tr("{name} · {number} of {count}", name=self.path.name, number=self.number, count=self.count)


@dataclass(frozen=True, eq=False)
class NextPicture:
    """What leafing led to.

    Attributes
    ----------
    sample : Sample or None
        The picture; None where there is none left in that direction.
    position : FolderPosition or None
        Its position in the folder, or the one it stayed at; None in a folder without pictures.
    way : int
        1 forwards, -1 backwards.
    skipped : tuple of str
        One sentence for each file that could not be shown.
    """

    sample: Sample | None
    position: FolderPosition | None
    way: int
    skipped: tuple[str, ...] = ()


def is_folder_picture(source: str) -> bool:
    """Whether a sample's source is a file among others that can be leafed through."""
    return bool(source) and not source.startswith("sample:") and source.lower().endswith(ENDINGS)


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """List files with the usual endings of pictures and arrays; ``2.png`` comes before ``10.png``.

    Raises
    ------
    LoadError
        If the folder cannot be read.
    """
    try:
        found = [path for path in folder.iterdir() if path.name.lower().endswith(ENDINGS) and is_regular(path)]
    except OSError as error:
        reason = error.strerror or tr("it cannot be read")
        raise LoadError(
            folder.name, tr("its files cannot be listed ({reason})", reason=reason), tr("check the folder")
        ) from error
    return tuple(
        sorted((path for path in found if not path.name.startswith(".")), key=lambda path: natural_key(path.name))
    )


def position_in_folder(path: Path) -> FolderPosition | None:
    """Return the position of a file among the pictures of its folder; None where it is not one of them."""
    try:
        files = pictures_in(path.parent)
    except LoadError:
        return None
    return FolderPosition(path, files.index(path) + 1, len(files)) if path in files else None


def next_picture(
    path: Path,
    way: int,
    *,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> NextPicture:
    """Load the next readable picture of a folder.

    Parameters
    ----------
    path : Path
        The picture to go on from, which need not be there any more; or the folder, which is opened at its first
        picture, or with `way` -1 at its last.
    way : int
        1 for the next, -1 for the previous.
    ask, cancel, progress
        As for `convgui.files.load.load`.

    Raises
    ------
    LoadError
        If the folder cannot be read; `LoadCancelledError` if the user stopped or declined.
    """
    path = path.absolute()
    inside = is_folder(path)
    files = pictures_in(path if inside else path.parent)
    key = natural_key(path.name)
    ahead = (
        files
        if inside
        else tuple(f for f in files if (natural_key(f.name) > key if way > 0 else natural_key(f.name) < key))
    )
    skipped: list[str] = []
    for file in ahead if way > 0 else reversed(ahead):
        found = _picture(file, ask, cancel, progress)
        if isinstance(found, Sample):
            return NextPicture(found, FolderPosition(file, files.index(file) + 1, len(files)), way, tuple(skipped))
        skipped.append(found)
    here = FolderPosition(path, files.index(path) + 1, len(files)) if path in files else None
    return NextPicture(None, here, way, tuple(skipped))


def _picture(
    file: Path,
    ask: Callable[[str], bool] | None,
    cancel: Callable[[], bool] | None,
    progress: Callable[[float], None] | None,
) -> Sample | str:
    """Load a picture, or say why it is none."""
    try:
        sample = load(file, ask=ask, cancel=cancel, progress=progress)
    except LoadError as error:
        if cancel is not None and cancel():
            raise
        return str(error)
    if len(sample.spatial) != 2:
        return str(LoadError(file.name, tr("it is no single picture"), tr("open it by itself")))
    # A link stays where it is, so that leafing on stays in this folder.
    return replace(sample, source=str(file))

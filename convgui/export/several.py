"""Many files in one go: every step, in several formats and both themes, in one new folder."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from convgui.draw.theme import theme_named
from convgui.export.atomic_write import ExportError, atomic_folder
from convgui.export.job import Settings, check, export, kind_of
from convgui.export.pictures import Painters
from convgui.model.document import Document
from convgui.scenes.scene import AnyScene, Cancel
from convgui.words import tr

MOST_FILES = 5000
"""Files of one folder; more are a mistake."""


@dataclass(frozen=True)
class Piece:
    """One file: what is in it, and what it is called."""

    settings: Settings
    name: str


def pieces(base: Settings, formats: Sequence[str], themes: Sequence[str]) -> tuple[Piece, ...]:
    """Return a file for each step, format and theme; what moves is one file for all steps.

    Parameters
    ----------
    base : Settings
        What all of them have in common; its `timing` says which steps.
    formats : sequence of str
        Endings, of pictures and of animations.
    themes : sequence of str
        Names of themes; where there are several, a file's name says which of them it is in.

    Raises
    ------
    ExportError
        If there would be too many, or one of them cannot be written so.
    """
    first, last = base.timing.first, base.timing.last
    digits = len(str(last))
    kinds = {ending: kind_of(Path(f"x{ending}")) for ending in formats}
    # A large photo has millions of steps: they are counted, and not made first.
    count = len(themes) * sum(1 if what == "animation" else last + 1 - first for what in kinds.values())
    if count > MOST_FILES:
        raise ExportError(tr("These are {count:,} files, and one folder takes {most:,}.", count=count, most=MOST_FILES))
    pieces: list[Piece] = []
    for theme in themes:
        tag = f"-{theme_named(theme).shade}" if len(themes) > 1 else ""
        for ending, what in kinds.items():
            settings = replace(base, what=what, theme=theme, scale=base.scale if ending == ".png" else 1.0)
            if what == "animation":
                pieces.append(Piece(settings, f"steps-{first}-{last}{tag}{ending}"))
            else:
                numbers = range(first, last + 1)
                pieces += [Piece(replace(settings, step=n), f"step-{n:0{digits}}{tag}{ending}") for n in numbers]
    for piece in {piece.settings.what: piece for piece in pieces}.values():
        check(piece.settings, Path(piece.name))
    return tuple(pieces)


def export_several(
    document: Document,
    scene: AnyScene,
    pieces: Sequence[Piece],
    folder: Path,
    painters: Painters,
    cancel: Cancel | None = None,
) -> Generator[float, None, str]:
    """Write the files into a new folder; yields the finished part. Closing it cancels, and nothing is left then.

    Raises
    ------
    ExportError
        If the folder is there and not empty, or one of the files cannot be written; it is named then.
    SpecError, Cancelled
        As for `convgui.export.job.export`.
    """
    with atomic_folder(folder) as inside:
        for done, piece in enumerate(pieces):
            try:
                with closing(export(document, scene, piece.settings, inside / piece.name, painters, cancel)) as job:
                    for part in job:
                        yield (done + part) / len(pieces)
            except ExportError as error:
                raise ExportError(f"{piece.name}: {error}") from error
            yield (done + 1) / len(pieces)
    return ""

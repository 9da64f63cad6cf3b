"""Documents as they are opened for use: read, and known to be shown by a scene of this program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from convgui.files.documents import NOTHING_FOUND, Kept, read_kept
from convgui.files.errors import LoadError
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.words import tr


def open_document(
    path: Path,
    *,
    found: Mapping[Path, Path] = NOTHING_FOUND,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Kept:
    """Open a document as `convgui.files.documents.read_kept` does.

    Raises
    ------
    LoadError
        Also where the document asks for a scene that is not there.
    """
    kept = read_kept(path, found=found, ask=ask, cancel=cancel)
    try:
        for identity in {state.view.scene for state in _states(kept.document)}:
            scene(identity)
    except ValueError as error:
        raise LoadError(path.name, str(error).rstrip("."), tr("update convgui")) from error
    return kept


def _states(document: Document) -> list[Document]:
    notes = document.lesson.captions if document.lesson is not None else ()
    return [document, *(note.state for note in notes if note.state is not None)]


def modified(document: Document, saved: Document | None) -> bool:
    """Tell whether a document differs from what was saved. Looking is no difference, nor is walking its lesson."""
    if saved is None or document.lesson is not saved.lesson:
        return True
    return not any(document.makes_the_same(one) for one in _states(saved))

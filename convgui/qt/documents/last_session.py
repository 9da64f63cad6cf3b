"""What was open at the end, kept for the next start."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from convgui.files.atomic_write import atomic_write
from convgui.files.documents import ENDING, StoredDocument, read_stored_document, write_document
from convgui.files.errors import LoadError, WriteError
from convgui.files.links import Link, linkable
from convgui.files.regular import is_there, read_regular
from convgui.files.unfinished import PART
from convgui.files.user_folders import last_folder, make_private
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.faults import write_down
from convgui.session.notes import notes_of
from convgui.words import tr

NAME, LINKED, ELSEWHERE = f"last{ENDING}", f"linked{ENDING}", "last.txt"
LONGEST_PATH = 1 << 16
COPY_UP_TO = 16 << 20
"""Bytes of an input that are copied; a larger one is linked."""


def keep(document: Document | None, file: Path | None, content: str, *, modified: bool) -> None:
    """Keep what a window shows for the next start; of a large input, only which file it is in.

    Nothing is read for that, however large: closing does not wait. A disk that refuses is no reason to stay open: the
    next start begins with the first lesson then.

    Parameters
    ----------
    document : Document or None
        What is shown; None where nothing is to be kept, nor what was kept before.
    file, content : Path or None, str
        Its file, and what tells what that held when it was read or written.
    modified : bool
        Whether the file holds something else: the user has just been asked, and did not want that saved.
    """
    folder = last_folder()
    try:
        for path in (*(folder / name for name in (NAME, LINKED, ELSEWHERE)), *folder.glob(f".*{PART}")):
            path.unlink(missing_ok=True)
        if document is None:
            return
        make_private(folder)
        there = file is not None and is_there(file)
        if document.sample.data.nbytes <= COPY_UP_TO and not (there and modified):
            write_document(document, folder / NAME, of=file, of_content=content, private=True)
        elif file is not None and there:
            # Who had work of his own in it has just been asked to save it.
            with atomic_write(folder / ELSEWHERE, private=True) as stream:
                stream.write(os.fsencode(file))
        elif linkable(document.sample):
            links = _links(document)
            write_document(document, folder / LINKED, links=links, of=file, of_content=content, private=True)
    except (OSError, LoadError, WriteError) as error:
        write_down(tr("What was open at the end is not kept for the next start: {error}", error=error))


def _links(document: Document) -> dict[Sample, Link]:
    """Return links to the large inputs of a document and of its notes, as their files are now."""
    samples = {document.sample, *(note.state.sample for note in notes_of(document) if note.state is not None)}
    large = [sample for sample in samples if sample.data.nbytes > COPY_UP_TO and linkable(sample)]
    return {sample: Link.to_state(sample) for sample in large}


def is_last(path: Path) -> bool:
    """Tell whether a file is what was kept here, and not one of the user's."""
    return path == last_folder() / LINKED


def kept() -> StoredDocument | Path | None:
    """Return what was kept: the document, or, where a large file has to be read for it, which file to open."""
    folder = last_folder()
    # What cannot be read, because it moved or another version wrote it, is no worse than a first start.
    with suppress(LoadError, OSError, ValueError):
        if (folder / ELSEWHERE).is_file():
            file = Path(os.fsdecode(read_regular(folder / ELSEWHERE, LONGEST_PATH)))
            return file if is_there(file) else None
        if (folder / LINKED).is_file():
            return folder / LINKED
        if (folder / NAME).is_file():
            return read_stored_document(folder / NAME)
    return None

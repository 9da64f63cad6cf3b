"""What was open at the end is there again at the start, in a window that can be seen."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize

from convgui.files.documents import ENDING, read_kept, write_document
from convgui.files.errors import LoadError, WriteError
from convgui.files.links import Link, linkable
from convgui.files.places import last_folder, make_private
from convgui.files.unfinished import PART
from convgui.files.writing import whole
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.faults import write_down
from convgui.session.notes import notes_of
from convgui.words import tr

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

NAME, LINKED, ELSEWHERE = f"last{ENDING}", f"linked{ENDING}", "last.txt"
COPY_UP_TO = 16 << 20
"""Bytes of an input that are copied; a larger one is linked."""
USUAL = QSize(1440, 900)
"""Of a window at first."""
SEEN = 80
"""Pixels of a window's upper edge that have to be on a screen."""


def keep(window: MainWindow) -> None:
    """Keep what a window shows for the next start; of a large input, only which file it is in.

    Nothing is read for that, however large: closing does not wait. A disk that refuses is no reason to stay open: the
    next start begins with the first lesson then.
    """
    folder, document, file = last_folder(), window.filing.present(), window.filing.path
    discarded = file is not None and window.filing.modified
    try:
        for path in (*(folder / name for name in (NAME, LINKED, ELSEWHERE)), *folder.glob(f".*{PART}")):
            path.unlink(missing_ok=True)
        if not window.preferences.restore:
            return
        make_private(folder)
        if document.sample.data.nbytes <= COPY_UP_TO and not discarded:
            write_document(document, folder / NAME, of=file, of_content=window.filing.content, private=True)
        elif file is not None:
            # Who had work of his own in it has just been asked to save it.
            with whole(folder / ELSEWHERE, private=True) as stream:
                stream.write(os.fsencode(file))
        elif linkable(document.sample):
            write_document(document, folder / LINKED, links=_links(document), private=True)
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


def bring_back(window: MainWindow) -> None:
    """Show in a window what was kept: at once, or, where a large file has to be read, in the background."""
    folder = last_folder()
    if not window.preferences.restore:
        return
    # What cannot be read, because it moved or another version wrote it, is no worse than a first start.
    with suppress(LoadError, OSError, ValueError):
        if (folder / ELSEWHERE).is_file():
            file = Path(os.fsdecode((folder / ELSEWHERE).read_bytes()))
            if file.exists():
                window.open_file(file)
        elif (folder / LINKED).is_file():
            window.opener.open(folder / LINKED)
        elif (folder / NAME).is_file():
            window.filing.take_again(read_kept(folder / NAME))


def first_size(screen: QSize) -> QSize:
    """Return how large a window is at first: no larger than its screen."""
    return USUAL.boundedTo(screen)


def seen(window: QRect, screens: Iterable[QRect]) -> QRect:
    """Return where a window has to stand so that its upper edge can be taken hold of on one of the screens.

    A window that is on a screen already stays; another one goes to the first screen and is no larger than it.
    """
    screens = list(screens)
    edge = QRect(window.left(), window.top(), window.width(), SEEN // 2)
    for screen in screens:
        common = edge.intersected(screen)
        if common.width() >= SEEN and common.height() >= SEEN // 4:
            return window
    if not screens:
        return window
    home = screens[0]
    size = window.size().boundedTo(home.size())
    left = home.left() + (home.width() - size.width()) // 2
    return QRect(QPoint(left, home.top() + (home.height() - size.height()) // 2), size)

"""What was open at the end is there again at the start, in a window that can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect

from convgui.files.documents import ENDING, Kept, read_kept, write_document
from convgui.files.errors import LoadError, WriteError
from convgui.files.links import link_to, linkable
from convgui.files.places import last_folder
from convgui.qt.tasks import Answer, Latest

if TYPE_CHECKING:
    from convgui.qt.window import MainWindow

NAME, LINKED = f"last{ENDING}", f"last-linked{ENDING}"
COPY_UP_TO = 16 << 20
"""Bytes of an input that are copied; of a larger one that stands in a file the place is kept."""
SEEN = 80
"""Pixels of a window's upper edge that have to be on a screen."""


def keep(window: MainWindow) -> None:
    """Keep what a window shows for the next start; what is too large to copy and in no file is not kept.

    A disk that refuses is no reason to stay open: the next start begins with the first lesson then.
    """
    folder, document, links = last_folder(), window.filing.present(), {}
    try:
        for name in (NAME, LINKED):
            (folder / name).unlink(missing_ok=True)
        large = document.sample.data.nbytes > COPY_UP_TO
        if not window.preferences.restore or (large and not linkable(document.sample)):
            return
        if large:
            links[document.sample] = link_to(document.sample)
        folder.mkdir(parents=True, exist_ok=True)
        write_document(document, folder / (LINKED if large else NAME), links=links, of=window.filing.path)
    except (OSError, WriteError, LoadError):
        return


class Restoring(QObject):
    """Shows in a window what was kept: at once, or, where a large file has to be read, in the background."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown = window.session.document
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_read)
        window.closed.connect(self._latest.close)

    def begin(self) -> None:
        """Begin, if there is something and it is wanted."""
        folder = last_folder()
        if not self._window.preferences.restore:
            return
        if (folder / LINKED).is_file():
            self._latest.submit(lambda _: read_kept(folder / LINKED))
        elif (folder / NAME).is_file():
            # What cannot be read, because another version wrote it, is no worse than a first start.
            with suppress(LoadError):
                self._show(read_kept(folder / NAME))

    def _on_read(self, answer: Answer) -> None:
        if isinstance(answer.error, LoadError):
            self._window.banner.say(str(answer.error))
        elif answer.error is not None:
            raise answer.error
        elif self._window.session.document is self._shown:
            self._show(answer.result)

    def _show(self, kept: Kept) -> None:
        self._window.begin(kept.document)
        self._window.filing.clean(kept.document, kept.of, linked=kept.linked)


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

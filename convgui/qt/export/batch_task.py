"""A folder worked through in the background, and the picture of one of its files before that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np
from PySide6.QtCore import QObject, Signal

from convgui.core import Cancelled
from convgui.draw.colour import Bytes
from convgui.export.atomic_write import ExportError
from convgui.export.batch import Prepare, run_batch
from convgui.export.seen import Seen, coloured_pixels, input_values, seen_pixels
from convgui.files.load import load
from convgui.model.refusals import in_words
from convgui.qt.worker import Answer, LatestOnlyWorker

SIDE = 480
"""Pixels of a preview, before and after, at the most."""


class BatchTask(QObject):
    """Works through files. Emits ``done(result)`` for each, then ``ended(sentence)``, which is "" if all went well."""

    done = Signal(object)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)
        self._given_up = Event()
        self.running = False

    def start(self, prepare: Prepare, files: Sequence[Path], folder: Path, form: str, seen: Seen | None) -> None:
        """Begin to work through files."""
        given_up = self._given_up = Event()
        self.running = True

        def work(stop: Callable[[], bool]) -> None:
            with closing(
                run_batch(prepare, files, folder, form, seen=seen, cancel=lambda: stop() or given_up.is_set())
            ) as results:
                for result in results:
                    self.done.emit(result)

        self._latest.submit(work)

    def cancel(self) -> None:
        """Give up the files that are worked on, and begin no other; what is written stays."""
        self._given_up.set()

    def close(self) -> None:
        """Cancel, and wait for the thread to end."""
        self.cancel()
        self._latest.close()
        self.running = False

    def _on_answer(self, answer: Answer) -> None:
        self.running = False
        error = answer.error
        self.ended.emit(in_words(error) if error is not None else "")
        if error is not None and not isinstance(error, ExportError | ValueError | MemoryError):
            raise error


class PreviewTask(QObject):
    """Shows what would become of a file. Emits ``shown(before, after)``, RGB pixels, or ``failed(sentence)``."""

    shown = Signal(object, object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)

    def start(self, prepare: Prepare, file: Path) -> None:
        """Show another file; one that is being computed is given up."""

        def work(stop: Callable[[], bool]) -> tuple[Bytes, Bytes]:
            sample = load(file, cancel=stop)
            after, _ = seen_pixels(prepare(sample), 8, stop)
            return _small(coloured_pixels(*input_values(sample))), _small(after)

        self._latest.submit(work, abandon=True)

    def close(self) -> None:
        """Cancel, and wait for the thread to end."""
        self._latest.close()

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation or isinstance(answer.error, Cancelled):
            return
        if answer.error is not None:
            self.failed.emit(in_words(answer.error))
        else:
            self.shown.emit(*answer.result)


def _small(pixels: Bytes) -> Bytes:
    """Return RGB pixels, halved until they are of a preview's size."""
    planes = np.moveaxis(pixels, -1, 0)
    step = max(1, -(-max(planes.shape[1:]) // SIDE))
    rows, columns = (n // step * step for n in planes.shape[1:])
    if step > 1 and rows and columns:
        cut = planes[:, :rows, :columns].reshape(len(planes), rows // step, step, columns // step, step)
        planes = np.rint(cut.mean(axis=(2, 4), dtype=np.float32)).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(np.broadcast_to(planes, (3, *planes.shape[1:])), 0, -1))

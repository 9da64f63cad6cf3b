"""An export in the background: its progress, its end, and how it is cancelled."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from convgui.core import Cancelled
from convgui.export.atomic_write import ExportError
from convgui.export.job import Settings, export
from convgui.export.pictures import Painters
from convgui.model.document import Document
from convgui.model.refusals import in_words
from convgui.qt.export.raster import Rasteriser, to_pdf
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.scene import AnyScene
from convgui.words import tr


class ExportTask(QObject):
    """Runs one export at a time in a thread of its own.

    Emits ``progressed(part)``, then one of ``finished(sentence)``, ``failed(sentence)`` and ``cancelled()``.
    """

    progressed = Signal(float)
    finished = Signal(str)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)
        self._cancelled = False
        self.running = False

    def start(self, document: Document, scene: AnyScene, settings: Settings, path: Path) -> None:
        """Begin to write a file or folder."""
        self.run(lambda stop: export(document, scene, settings, path, Painters(Rasteriser(), to_pdf), stop))

    def run(self, begin: Callable[[Callable[[], bool]], Generator[float, None, str]]) -> None:
        """Begin a job that yields the finished part and returns a sentence; `begin` is told what asks it to stop."""

        def work(stop: Callable[[], bool]) -> str:
            job = begin(stop)
            try:
                while True:
                    self.progressed.emit(next(job))
                    if stop() or self._cancelled:
                        raise Cancelled
            except StopIteration as end:
                return str(end.value or "")
            finally:
                job.close()

        self._cancelled, self.running = False, True
        self._latest.submit(work)

    def cancel(self) -> None:
        """Stop after the frame that is being written; nothing of the file is left."""
        self._cancelled = True

    def close(self) -> None:
        """Cancel and wait for the thread to end."""
        self._cancelled = True
        self._latest.close()
        self.running = False

    def _on_answer(self, answer: Answer) -> None:
        self.running = False
        if answer.error is None:
            self.finished.emit(answer.result)
        elif isinstance(answer.error, Cancelled):
            self.cancelled.emit()
        elif isinstance(answer.error, ExportError | ValueError | MemoryError):
            self.failed.emit(in_words(answer.error, "export"))
        else:
            self.failed.emit(tr("The export failed: {error}", error=in_words(answer.error)))
            raise answer.error

"""Opening files of 100 megapixels in the program's own window: time, memory, and whether the window still answers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convgui.bench.bigs import MEGABYTE, Picture, own_memory, peak_memory, scene_of
from convgui.files.json_text import json_text
from convgui.model.sample import Sample

if TYPE_CHECKING:
    from convgui.bench.timed_window import TimedWindow

SIDE, QUICK = 10_000, 1000


@dataclass(frozen=True)
class Opening:
    """One file.

    Attributes
    ----------
    file, data : megabytes of the file, and of the picture's values.
    loaded, painted, complete : seconds until the file is read, the picture is on the stage, the whole output is there.
    silence : the longest time, in milliseconds, for which the event loop did not answer until the picture was there.
    peak, own : megabytes, the most in memory and the most of these that are no mapped file.
    stopped : milliseconds from a click on "stop" in the midst of reading until the window said that nothing goes on; a
        decoder that is at work ends its file unheard.
    """

    name: str
    file: float
    data: float
    loaded: float
    painted: float
    complete: float
    silence: float
    peak: float
    own: float
    stopped: float

    @property
    def line(self) -> str:
        """One row of the table."""
        return (
            f"{self.name:5} {self.file:7.0f} {self.data:7.0f} {self.loaded:8.2f} {self.painted:8.2f} "
            f"{self.complete:8.2f} {self.silence:9.1f} {self.stopped:9.1f} {self.peak:8.0f} {self.own:8.0f}"
        )


def _by_pillow(**keywords: Any) -> Callable[[Path, Picture], None]:
    def write(path: Path, picture: Picture) -> None:
        from PIL import Image

        Image.fromarray(np.ascontiguousarray(np.moveaxis(picture, 0, -1))).save(path, **keywords)

    return write


def _tiff(path: Path, picture: Picture) -> None:
    import tifffile

    tifffile.imwrite(path, picture, photometric="rgb", planarconfig="separate")


WRITERS: dict[str, Callable[[Path, Picture], None]] = {
    ".png": _by_pillow(compress_level=1),
    ".jpg": _by_pillow(quality=85),
    ".tif": _tiff,
    ".npy": lambda path, picture: np.save(path, picture),
}


def report(*, quick: bool, as_json: bool) -> str:
    """Measure each kind of file, in a process of its own, and write the table, or JSON."""
    found = list[Opening]()
    with tempfile.TemporaryDirectory() as folder:
        for ending in WRITERS:
            path = Path(folder) / f"picture{ending}"
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                alone.submit(_write, path, QUICK if quick else SIDE).result()
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                found.append(alone.submit(measure, path).result())
            path.unlink()
    if as_json:
        return json_text([asdict(one) for one in found])
    side = QUICK if quick else SIDE
    lines = [
        f"Opening {side} x {side} x 3 in the window; MB, seconds, and the longest silence of the event loop in ms",
        "kind     file    data   loaded  painted    whole   silence   stopped     peak      own",
    ]
    return "\n".join(lines + [one.line for one in found])


def _write(path: Path, side: int) -> None:
    WRITERS[path.suffix](path, scene_of(side))


def measure(path: Path) -> Opening:
    """Open one file in a window; in a process of its own."""
    from convgui.bench.bigs import document_of
    from convgui.bench.timed_window import TimedWindow

    timed = TimedWindow(document_of(scene_of(64), 3))
    window = timed.window
    answered: list[tuple[float, Sample]] = []
    window.opener.asked.disconnect()
    window.opener.asked.connect(lambda question: question.answer(True))
    window.opener.opened.connect(lambda sample: answered.append((time.perf_counter(), sample)))
    stopped = _stopped(timed, path)
    # A small file may have been there before it was stopped.
    answered.clear()
    timed.listen()
    start = time.perf_counter()
    window.open_file(path)
    timed.until(lambda: bool(answered) and _shows(timed, answered[0][1]))
    painted, silence = timed.frames[-1] - start, timed.stop_listening()
    own = own_memory()
    presenter = window.presenter
    timed.until(lambda: presenter.data is not None and not presenter.scene.rest(presenter.data))
    complete = time.perf_counter() - start
    data = window.session.document.sample.data.nbytes / MEGABYTE
    own, peak = max(own, own_memory()), peak_memory()
    timed.close()
    size = path.stat().st_size / MEGABYTE
    loaded = answered[0][0] - start
    return Opening(path.suffix[1:], size, data, loaded, painted, complete, silence, peak, own, stopped)


def _shows(timed: TimedWindow, sample: Sample) -> bool:
    layout = timed.window.presenter.layout_now
    return layout is not None and layout.photo.sample is sample and timed.current


def _stopped(timed: TimedWindow, path: Path) -> float:
    """Stop an opening in its midst, as a click on the status line does; return how long that took."""
    timed.window.open_file(path)
    end = time.perf_counter() + 0.05
    timed.until(lambda: time.perf_counter() > end)
    start = time.perf_counter()
    timed.window.status.stopped.emit()
    timed.until(lambda: not timed.window.status.stop.isVisible())
    return (time.perf_counter() - start) * 1e3

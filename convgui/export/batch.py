"""Layers over many files: several at a time within a memory budget, going on after one that fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Event, Lock, Thread

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled
from convgui.core.control import CancelCheck
from convgui.core.memory import default_budget, readable
from convgui.core.spec import ConvSpec
from convgui.export.arrays import ARRAYS, output, write_array
from convgui.export.atomic_write import ExportError
from convgui.export.inputs import refuse_overwriting
from convgui.export.seen import Seen, check_seen, left_out, write_seen
from convgui.export.sound import full_scale
from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.load import KINDS, load
from convgui.files.readers import readers
from convgui.files.regular import is_folder, is_there
from convgui.files.source import Choose
from convgui.layers.convolution import Convolution
from convgui.layers.presets import preset
from convgui.model.document import Document
from convgui.model.refusals import in_words
from convgui.model.sample import Sample
from convgui.session.fitting import fit_channels
from convgui.words import tr

Prepare = Callable[[Sample], Document]
FORMATS = ("npy", "npz", "tif", "png", "jpg", "nii", "nii.gz", "csv", "txt", "wav")
MOST_WORKERS = 4
ENDINGS = tuple(
    sorted({*ARRAYS, ".hdr", ".img", *(ending for _, endings in KINDS for ending in endings)}, key=len, reverse=True)
)
"""Endings that say what kind a file is, and do not belong to its name; the longest first."""


@dataclass(frozen=True)
class FileResult:
    """What became of one file: where its result is and what was done to the numbers, or why there is none.

    Attributes
    ----------
    lacks : str
        What of that is not in the result, which who looks at it has to know.
    """

    source: Path
    target: Path
    note: str = ""
    failure: str = ""
    lacks: str = ""


@dataclass(frozen=True)
class Layers:
    """Puts a sample under all layers of a document; convolutions take as many channels as there are."""

    document: Document

    def __call__(self, sample: Sample) -> Document:
        """Return the layers on a sample, with the last one chosen."""
        return fit_channels(replace(self.document, sample=sample))

    def said(self, made: Document) -> str:
        """Say what became of layers that are for another number of channels; "" where they are as they were."""
        takes, gets = self.document.sample.data.shape[0], made.sample.data.shape[0]
        if takes == gets or all(new is old for new, old in zip(made.layers, self.document.layers, strict=True)):
            return ""
        return tr("the layers are for {takes} channels and get {gets}, to which their weights were fitted",
                  takes=takes, gets=gets)  # fmt: skip


def with_layers(document: Document) -> Layers:
    """Return what puts a sample under all layers of a document, and looks at what the last one makes."""
    view, last = document.view, len(document.layers) - 1
    if view.layer != last:
        # Filter and levels were chosen for another layer.
        view = replace(view, layer=last, filter=0, channel=0, levels=None)
    return Layers(document.with_view(view))


def with_preset(identity: str) -> Prepare:
    """Return what filters each channel of a sample by itself, with the size kept and the border repeated."""
    return with_kernel(preset(identity).weights())


def with_kernel(kernel: NDArray[np.float64]) -> Prepare:
    """Return what filters each channel of a sample by a kernel, as `with_preset` does."""

    def prepare(sample: Sample) -> Document:
        channels = sample.data.shape[0]
        spec = ConvSpec.of(channels, channels, kernel.shape, groups=channels, padding="same", padding_mode="replicate")
        weight = np.broadcast_to(kernel, spec.weight_shape).copy()
        return fit_channels(Document(sample, (Convolution(spec, weight, np.zeros(channels)),)))

    return prepare


def stem(source: Path) -> str:
    """Return a name without the ending that says its kind: ``"brain"`` of ``brain.nii.gz``, but all of ``1.2.840.14``.

    What stands behind a dot is part of the name unless it is an ending that is known, and of folders always.
    """
    name = source.name
    if is_folder(source):
        return name
    others = () if name.lower().endswith((".gz", *ENDINGS)) else (e for reader in readers() for e in reader.endings)
    for ending in (".gz", *ENDINGS, *others):
        if len(name) > len(ending) and name.lower().endswith(ending):
            name = name[: -len(ending)]
            if ending != ".gz":
                break
    return name


def targets(sources: Sequence[Path], folder: Path, form: str, read: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Name a result for each source: its own name with the format's ending, numbered where two would be alike.

    Parameters
    ----------
    read : sequence of Path
        What else is read.

    Raises
    ------
    ExportError
        If a result would take the place of one of the sources, or of what else is read.
    """
    names = list[Path]()
    # How often a name was wanted: the next number to try.
    taken = dict[str, int]()
    for source in sources:
        wanted = own = stem(source)
        while own.casefold() in taken:
            taken[wanted.casefold()] += 1
            own = f"{wanted}-{taken[wanted.casefold()]}"
        taken[own.casefold()] = 1
        names.append(folder / f"{own}.{form}")
    refuse_overwriting(names, [*sources, *read])
    return tuple(names)


class _Memory:
    """Lets work begin while it fits; a single piece that is larger than the budget is refused."""

    def __init__(self, budget: int) -> None:
        self._budget, self._used, self._free = budget, 0, Condition()

    def take(self, need: int, stopped: CancelCheck) -> None:
        if need > self._budget:
            raise ExportError(
                tr(
                    "it needs {need} of memory, and {budget} are allowed.",
                    need=readable(need),
                    budget=readable(self._budget),
                )
            )
        with self._free:
            while self._used + need > self._budget:
                self._free.wait(0.1)
                if stopped():
                    raise Cancelled
            self._used += need

    def give(self, need: int) -> None:
        with self._free:
            self._used -= need
            self._free.notify_all()


def run_batch(
    prepare: Prepare,
    sources: Sequence[Path],
    folder: Path,
    form: str = "npy",
    *,
    workers: int | None = None,
    budget: int | None = None,
    read: Sequence[Path] = (),
    choose: Choose | None = None,
    seen: Seen | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Generator[FileResult, None, None]:
    """Run layers over files; yields each as it is finished. Closing the generator cancels what is left.

    Parameters
    ----------
    form : str
        One of `FORMATS`.
    workers : int, optional
        Files that are worked on at a time, by default as many as there are cores, `MOST_WORKERS` at most.
    budget : int, optional
        Bytes that inputs and results may take together, by default three quarters of the machine's memory.
    read : sequence of Path
        What else is read, such as the document of the layers, and must not be written over.
    choose : callable, optional
        As for `convgui.files.load.load`.
    cancel : callable, optional
        Once it returns True, files that are worked on are given up, and what is left is not begun.
    seen : Seen, optional
        Results are written as they are seen, and not as numbers; a JPEG always is.

    Raises
    ------
    ExportError
        If the folder cannot be made, or a result would overwrite an input; nothing is written then.
    """
    names = targets(sources, folder, form, read)
    seen = seen or (Seen() if form == "jpg" else None)
    if seen is not None:
        check_seen(Path(f"result.{form}"), seen)
    new = not is_there(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            tr("{folder} cannot be made: {strerror}; choose another folder.", folder=folder, strerror=error.strerror)
        ) from error
    count = workers or min(MOST_WORKERS, os.cpu_count() or 1)
    memory, one_loads, stop = _Memory(default_budget() if budget is None else budget), Lock(), Event()

    def stopped() -> bool:
        return stop.is_set() or (cancel is not None and cancel())

    def open_one(source: Path) -> Document:
        # One file loads at a time: what it needs is known only when it is there.
        with one_loads:
            if stopped():
                raise Cancelled
            document = prepare(load(source, cancel=stopped, choose=choose))
            memory.take(_need(document), stopped)
            return document

    def work(source: Path, target: Path) -> FileResult:
        try:
            document = open_one(source)
            lacks = [prepare.said(document) if isinstance(prepare, Layers) else ""]
            note = _one(document, target, seen, memory, stopped)
            lacks = [part for part in (left_out(document) if seen is not None else "", *lacks) if part]
            note = "; ".join(part for part in (note, *lacks) if part)
            return FileResult(source, target, note, lacks="; ".join(lacks))
        except (Cancelled, LoadCancelledError):
            # A file that was given up has not failed.
            raise Cancelled from None
        except (LoadError, ExportError, ValueError, MemoryError) as error:
            return FileResult(source, target, failure=in_words(error))
        # Whatever a file does to a decoder or a layer, the others are still worked on, and this one is named.
        except Exception as error:
            return FileResult(source, target, failure=f"{type(error).__name__}: {error}")

    # Ctrl+C may reach this thread between any two lines, also between those of a Condition, which then stays locked for
    # ever; so it waits on nothing but a queue, which has no such lines, and the threads fetch their work themselves.
    todo, one_asks = iter(tuple(zip(sources, names, strict=True))), Lock()
    results: SimpleQueue[FileResult | None] = SimpleQueue()

    def work_on() -> None:
        try:
            while not stopped():
                with one_asks:
                    pair = next(todo, None)
                if pair is None:
                    break
                results.put(work(*pair))
        except Cancelled:
            pass
        finally:
            results.put(None)

    threads = [Thread(target=work_on, name=f"convgui-batch-{number}") for number in range(count)]
    try:
        for thread in threads:
            thread.start()
        working = count
        while working:
            done = results.get()
            if done is None:
                working -= 1
            else:
                yield done
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        # Where something is in it, or it has been removed meanwhile, that is refused.
        if new:
            with suppress(OSError):
                folder.rmdir()


def _one(document: Document, target: Path, seen: Seen | None, memory: _Memory, stopped: CancelCheck) -> str:
    try:
        if seen is not None:
            return write_seen(document, target, seen, stopped)
        array, geometry = output(document, stopped)
        return write_array(array, target, geometry, full_scale(document.sample.data))
    finally:
        memory.give(_need(document))


def _need(document: Document) -> int:
    """Bytes of the sample, and of the two largest neighbours among what flows between the layers."""
    cells = [prod(shape) for shape in document.shapes]
    return document.sample.data.nbytes + 8 * max(a + b for a, b in pairwise(cells))


def duration(seconds: float) -> str:
    """Return a time in words, such as ``"40 s"`` or ``"2 min 5 s"``."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return tr("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return tr("{minutes} min {rest} s", minutes=minutes, rest=rest) if minutes else tr("{rest} s", rest=rest)

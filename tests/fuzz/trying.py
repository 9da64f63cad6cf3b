"""Opens damaged files as the program does, and judges what comes of it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings

from convgui.core.spec import SpecError
from convgui.files.documents import StoredDocument
from convgui.files.errors import LoadError
from convgui.files.load import load
from convgui.files.weights.read import read_weights
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.settings import Remembered
from convgui.session.opening import open_document, open_lesson_file
from convgui.session.preferences import Preferences
from convgui.session.trained import found_layers
from tests.fuzz.mutations import damaged
from tests.fuzz.seeds import WEIGHTS, Files, seeds

SLOW = 5.0
"""Seconds of a processor that a small file may take."""
LONGEST = 500
"""Characters of a sentence."""


@dataclass(frozen=True)
class Finding:
    """A mutation, and what was wrong with what came of it."""

    kind: str
    number: int
    words: str


def mutation(number: int, only: str = "") -> tuple[str, int]:
    """Return the format of a mutation and its number within that: all formats in turn."""
    kinds = [only] if only else list(seeds())
    return kinds[number % len(kinds)], number // len(kinds)


def attempt(kind: str, number: int, folder: Path) -> Finding | None:
    """Open a damaged file; returns what should not be, if anything."""
    files = damaged(kind, number)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    begun = time.process_time()
    with _heard() as said:
        words = judge(kind, files, folder)
    seconds = time.process_time() - begun
    if not words and said:
        words = f"it was printed: {said[0]}"
    if not words and seconds > SLOW:
        words = f"it took {seconds:.1f} s"
    for name in files:
        (folder / name).unlink(missing_ok=True)
    left = sorted(path.name for path in folder.iterdir() if path.is_file())
    if not words and left:
        words = f"left behind: {left}"
    return Finding(kind, number, words) if words else None


def judge(kind: str, files: Files, folder: Path, *, refused: bool = True) -> str:
    """Open the first of some files, which may be refused or not; returns what is wrong with how that ends, or ""."""
    path = folder / next(iter(files))
    try:
        wrong = _open(kind, path)
    except LoadError as error:
        return _no_sentence(str(error), path.name) if refused else str(error)
    except Exception:  # this is what is looked for
        return traceback.format_exc()
    return wrong


def _open(kind: str, path: Path) -> str:
    if kind == "document":
        kept = open_document(path)
        return "" if isinstance(kept, StoredDocument) and isinstance(kept.document, Document) else "it is no document"
    if kind == "lesson":
        return "" if isinstance(open_lesson_file(path), Document) else "it is no lesson"
    if kind == "settings":
        return _settings(path)
    if kind in WEIGHTS:
        return _weights(path)
    sample = load(path)
    if not isinstance(sample, Sample) or not 2 <= sample.data.ndim <= 4 or not sample.data.size:
        return f"it is a {type(sample).__name__} of the shape {sample.data.shape}"
    # What is mapped is read here.
    with np.errstate(all="ignore"):
        sample.data.max()
    return ""


def _weights(path: Path) -> str:
    file = read_weights(path)
    layers = found_layers(file)
    for tensor in file.tensors.values():
        if tensor.values().shape != tensor.shape:
            return f"{tensor.name} is not of its shape"
    for layer in layers:
        with suppress(SpecError):
            layer.layer()
    return ""


def _settings(path: Path) -> str:
    home = Path(tempfile.mkdtemp(dir=path.parent))
    (home / "convgui").mkdir()
    path.rename(home / "convgui" / path.name)
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home))
    remembered = Remembered()
    preferences = remembered.preferences()
    preferences.differing()
    recent, shown = remembered.recent(), remembered.shown("lessons")
    remembered.geometry()
    remembered.toured()
    for left in (home / "convgui").iterdir():
        left.unlink()
    (home / "convgui").rmdir()
    home.rmdir()
    right = isinstance(preferences, Preferences) and isinstance(shown, bool) and all(isinstance(n, str) for n in recent)
    return "" if right else "the settings are of wrong types"


def _no_sentence(text: str, name: str) -> str:
    """Return what keeps a text from being one sentence for the user; "" if nothing does."""
    begins = " cannot be opened: " in text
    if not begins or not text.endswith(".") or not text.isprintable() or len(text) > LONGEST:
        return f"no sentence: {text!a}"
    return f"more than one sentence: {text!a}" if ". " in text.replace(name, "") else ""


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Give what is printed meanwhile, by whoever: Python, or a library below it."""
    said: list[str] = []
    sys.stderr.flush()
    before = os.dup(2)
    with tempfile.TemporaryFile() as stream, warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda words, kind, file, line, *_: said.append(f"{file}:{line}: {words}")
        os.dup2(stream.fileno(), 2)
        try:
            yield said
        finally:
            sys.stderr.flush()
            os.dup2(before, 2)
            os.close(before)
            stream.seek(0)
            text = stream.read().decode("utf-8", "backslashreplace")
            if text:
                said.append(text[:2000])

"""Works until it is killed; run by test_kill.py in a process of its own.

Every copy holds one whole state: the number of edits is in the weights, the bias, the input and its name. Each edit is
said on standard output once its copy is on the disk.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from convgui.files.recovery import RecoverySlot
from convgui.model.document import Document
from tests.documents import textbook


def state(number: int) -> Document:
    """Return the document after so many edits; its arrays are large enough for a write to take a while."""
    base = textbook()
    layer = replace(base.layer, weight=base.layer.weight + number, bias=np.full(1, float(number)))
    data = np.full((1, 300, 300), number, dtype=np.int32)
    return replace(base, layers=(layer,), sample=replace(base.sample, data=data, name=str(number)))


def number_of(document: Document) -> int:
    """Return the number of edits, after making sure that all parts are of the same state."""
    number = int(document.layer.bias[0])
    assert document.sample.name == str(number)
    assert (document.layer.weight == textbook().layer.weight + number).all()
    assert (document.sample.data == number).all()
    return number


def say(*words: object) -> None:
    """Write one line as a whole: two processes share the pipe, and one of them may be killed at any moment."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


def headless(folder: Path) -> None:
    """Edit and keep copies without a pause, as a window does in its worker."""
    slot = RecoverySlot.create(folder)
    for number in count(1):
        slot.save(state(number))
        say(number)


def many() -> None:
    """Work headless in a child for each folder that is named on standard input: a process that is made fast."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            headless(Path(line.strip()))
        say("child", child)
        os.waitpid(child, 0)
        say("dead")


def window() -> None:
    """Edit in the real window, whose copies go their own way."""
    from PySide6.QtCore import QTimer

    from convgui.qt.app import Windows, make_application
    from convgui.qt.documents import autosave

    autosave.AFTER = 20
    app = make_application(["convgui"])
    windows = Windows()
    shown = windows.show()
    numbers = count(1)
    timer = QTimer(shown)

    def edit() -> None:
        number = next(numbers)
        shown.session.replace(state(number), "Edit")
        if shown.autosave.slot is not None and shown.autosave.slot.path.exists():
            say(number)

    timer.timeout.connect(edit)
    timer.start(15)
    app.exec()


def busy(folder: Path) -> None:
    """Edit, keep copies, save and export in the real window, all without a pause."""
    from PySide6.QtCore import QTimer

    from convgui.export.job import Settings
    from convgui.qt.app import Windows, make_application
    from convgui.qt.documents import autosave
    from convgui.qt.export.task import ExportTask

    autosave.AFTER = 20
    app = make_application(["convgui"])
    windows = Windows()
    shown = windows.show()
    numbers, exported, task = count(1), [0], ExportTask(shown)
    timer = QTimer(shown)

    def edit() -> None:
        number = next(numbers)
        shown.session.replace(state(number), "Edit")
        if number % 5 == 0 and not shown.filing._saver.waiting:
            shown.filing._write(folder / "saved.convgui", False, None, ours=True)
        if number % 7 == 0 and not task.running:
            settings = Settings("picture", 300, 200, 1.0, "light")
            task.start(shown.session.document, shown.presenter.scene, settings, folder / "picture.png")
        saved = shown.filing.saved
        held = number_of(saved) if shown.filing.path is not None and saved is not None else 0
        copied = shown.autosave.slot is not None and shown.autosave.slot.path.exists()
        say(json.dumps({"kept": number if copied else 0, "saved": held, "exported": exported[0]}))

    task.finished.connect(lambda _: exported.__setitem__(0, exported[0] + 1))
    timer.timeout.connect(edit)
    timer.start(15)
    app.exec()


def back(folder: Path) -> None:
    """Start again, take back what is offered, and say what is there."""
    from PIL import Image
    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtTest import QTest

    from convgui.files.documents import read_document
    from convgui.qt.app import Windows, make_application

    make_application(["convgui"])
    windows = Windows()
    windows.show()
    windows.begin(None)
    recovering = windows.recovering
    assert recovering is not None
    offered, deadline = len(recovering.found), QDeadlineTimer(60_000)
    if offered:
        recovering.restore()
    while recovering.found and not deadline.hasExpired():
        QTest.qWait(5)
    back = [number_of(window.session.document) for window in windows.open] if offered else []
    path, picture, exported = folder / "saved.convgui", folder / "picture.png", []
    saved = [number_of(read_document(path))] if path.exists() else []
    if picture.exists():
        with Image.open(picture) as opened:
            opened.load()
            exported = list(opened.size)
    for window in tuple(windows.open):
        window.retire()
    say(json.dumps({"windows": back, "saved": saved, "exported": exported}))


if __name__ == "__main__":
    if sys.argv[1] == "window":
        window()
    elif sys.argv[1] == "many":
        many()
    elif sys.argv[1] in ("busy", "back"):
        {"busy": busy, "back": back}[sys.argv[1]](Path(sys.argv[2]))
    else:
        headless(Path(sys.argv[1]))

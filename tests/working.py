"""Works until it is killed; run by test_kill.py in a process of its own.

Every copy holds one whole state: the number of edits is in the weights, the bias, the input and its name. Each edit is
said on standard output once its copy is on the disk.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from convgui.files.recovery import Slot
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
    slot = Slot.create(folder)
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

    from convgui.qt import autosave
    from convgui.qt.app import Windows, make_application

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


if __name__ == "__main__":
    if sys.argv[1] == "window":
        window()
    elif sys.argv[1] == "many":
        many()
    else:
        headless(Path(sys.argv[1]))

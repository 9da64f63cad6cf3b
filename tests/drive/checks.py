"""What has to hold whatever was done."""

from __future__ import annotations

import hashlib

import numpy as np
from shiboken6 import isValid

from convgui.draw.svg import svg
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.qt.stage.presenter import Presenter
from convgui.qt.window import MainWindow
from convgui.session.session import LIMIT, Session
from convgui.words import tr
from tests.drive.world import FindingError, World

SMALL = 40_000
"""Cells of an input up to which pictures are compared to the last line; above, by what they say."""
LARGE, ROUNDED = 1e5, 1e-3
"""Biases that the editor's box can hold, and how far it may round them."""


def fingerprint(document: Document) -> str:
    """Return what tells a document's content from any other's."""
    told = hashlib.sha256()
    sample = document.sample
    for array in (
        sample.data,
        *(a for layer in document.layers if isinstance(layer, Convolution) for a in (layer.weight, layer.bias)),
    ):
        told.update(f"{array.dtype.str}{array.shape}".encode())
        told.update(np.ascontiguousarray(array).tobytes())
    specs = [layer.spec if isinstance(layer, Convolution) else layer for layer in document.layers]
    told.update(f"{specs}{document.missing}".encode())
    return told.hexdigest()


class Past:
    """Remembers by itself what a session's undo has to come back to."""

    def __init__(self, session: Session) -> None:
        self.session, self._depth = session, len(session._past)
        self._marks: dict[int, str] = {}
        session.listen(self._on_changed)

    def _on_changed(self, old: Document, new: Document) -> None:
        depth = len(self.session._past)
        if depth == self._depth + 1 and depth < LIMIT:
            self._marks[self._depth] = fingerprint(old)
        elif depth >= LIMIT or abs(depth - self._depth) > 1:
            self._marks.clear()
        self._depth = depth

    def check(self) -> None:
        """Undo everything and do it again; each stage has to be what it was."""
        session, end, done = self.session, fingerprint(self.session.document), 0
        while session.undo_name:
            session.undo()
            done += 1
            wanted = self._marks.get(len(session._past))
            if wanted is not None and wanted != fingerprint(session.document):
                raise FindingError(f"undo {done} does not come back to the document that was there")
        for _ in range(done):
            session.redo()
        if fingerprint(session.document) != end:
            raise FindingError(f"{done} times undo and redo do not come back to the document")


def check_panels(window: MainWindow) -> None:
    """All panels show the session's document."""
    document, view = window.session.document, window.session.document.view
    _equal(window.inspector.stack.list.currentRow(), view.layer, "the marked layer")
    if isinstance(document.chosen, Convolution) and window.inspector.isVisible():
        kernel = document.chosen.weight[view.filter, view.channel]
        grid = window.inspector.kernel.grid
        if not (grid._slices.shape == kernel.shape and np.array_equal(grid._slices, kernel)):
            raise FindingError("the editor shows another kernel than the document's")
        bias, shown = float(document.chosen.bias[_output(document)]), window.inspector.kernel.bias.value()
        if abs(bias) < LARGE and abs(shown - bias) > ROUNDED:
            raise FindingError(f"the editor shows the bias {shown}, and the document has {bias}")
    for name, button in window.header.tabs._buttons.items():
        _equal(button.isChecked(), name == view.scene, f"the mark of the tab {name}")
    for banner in (window.banner, window.question, window.hint):
        if banner.isVisible() and not banner.words.text():
            raise FindingError("an empty banner is shown")
    player = window.presenter.player
    if not 0 <= player.target < max(player.steps, 1):
        raise FindingError(f"step {player.target} of {player.steps}")
    captions = document.lesson.captions if document.lesson is not None else ()
    if window.caption.isVisible() and window.caption.caption not in (*captions, None):
        raise FindingError("a caption is shown that is none of the document's")


def _output(document: Document) -> int:
    """Return which output channel the chosen kernel belongs to."""
    spec, view = document.layer.spec, document.view
    if not spec.transposed:
        return view.filter
    groups = spec.groups
    return view.filter // (spec.in_channels // groups) * (spec.out_channels // groups) + view.channel


def check_picture(world: World, window: MainWindow) -> None:
    """The picture is the one that a program would show that has just opened the document at this step."""
    world.settle()
    shown, document = window.presenter, window.session.document
    stopped = window.banner._standing == tr("Computing was stopped: the picture is from before the last change.")
    if shown.player.moving or stopped:
        return
    fresh = Presenter(Session(document))
    fresh._canvas = shown._canvas
    try:
        fresh.start()
        if world.until(lambda: not fresh.working, "a fresh picture", fresh.give_up):
            return
        # A language that was chosen, or a file that was opened, may have taken the window's place meanwhile.
        if not isValid(window) or window.session.document is not document:
            return
        # What was laid out meanwhile may have made the stage larger.
        fresh._canvas = shown._canvas
        fresh._lay_out()
        fresh.set_player(fresh.player.jump(shown.player.target))
        fresh.focus = shown.focus
        _compare(window, fresh, document)
    finally:
        fresh.close()
        fresh.deleteLater()


def _compare(window: MainWindow, fresh: Presenter, document: Document) -> None:
    shown = window.presenter
    _equal(shown.data is None, fresh.data is None, "whether there is a picture")
    old, new = shown.still(), fresh.still()
    if old is None or new is None:
        return
    _equal(shown.player.steps, fresh.player.steps, "the number of steps")
    _equal(old.summary, new.summary, "what the picture says")
    if document.sample.data.size <= SMALL and not shown.refining.resting:
        before, after = svg(old).split("\n"), svg(new).split("\n")
        for one, other in zip(before, after, strict=False):
            _equal(one, other, "a line of the picture")
        _equal(len(before), len(after), "the lines of the picture")


def _equal(shown: object, wanted: object, words: str) -> None:
    if shown != wanted:
        raise FindingError(f"{words}: {str(shown)[:400]} is shown, and {str(wanted)[:400]} would be right")

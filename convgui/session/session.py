"""The state of one window: a document, its history, and who wants to hear of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from convgui.core.memory import default_budget
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray, Layer
from convgui.model.document import Document
from convgui.words import told_anew, tr

Listener: TypeAlias = Callable[[Document, Document], None]
LIMIT = 500
"""Undo steps kept at most. Arrays are shared between documents, so that a step costs what it changed."""
SHARE = 0.25
"""Of the memory that one result may take, what the arrays may take that are there for undo alone."""


@dataclass(frozen=True)
class Entry:
    """A document as it was, and what was done to it then.

    Attributes
    ----------
    origin : int
        The number of what it belonged to.
    looked : bool
        Whether undoing brings back how the document was looked at, too.
    unasked : bool
        Whether something else took its place without a question about what no file holds of it.
    """

    document: Document
    name: str
    origin: int
    looked: bool = False
    unasked: bool = False


class Session:
    """A document that is replaced, never changed.

    `edit` replaces what the user made and can be undone; `look` replaces how it is looked at and is not an undo
    step. Both tell the listeners ``(old, new)``. Edits with the same key within one gesture are one undo step.

    Attributes
    ----------
    origin : int
        The number of what the document belongs to, such as its file. Edits keep it; what begins anew has another, and
        undo leads back to that of the document before.
    on_forgotten : callable or None
        Told, in a sentence, that old undo steps were given up: each time that they took too much memory, and the first
        time that they were too many.
    kept : list of (int, Document)
        What was kept to be compared, each with its number.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._past: list[Entry] = []
        self._future: list[Entry] = []
        self._gesture: str | None = None
        self._listeners: list[Listener] = []
        self.origin = self._newest = 0
        self.on_forgotten: Callable[[str], None] | None = None
        self._full = False
        self.kept: list[tuple[int, Document]] = []

    def copy_with(self, change: Callable[[Document], Document]) -> Session:
        """Return a session with the same history, each document changed by `change`, which nobody listens to yet.

        What was done is called as it is in the language spoken now.
        """

        def changed(entry: Entry) -> Entry:
            return replace(entry, document=change(entry.document), name=told_anew(entry.name))

        session = Session(change(self._document))
        session._past, session._future = [*map(changed, self._past)], [*map(changed, self._future)]
        session.origin, session._newest, session._full = self.origin, self._newest, self._full
        session.kept = list(self.kept)
        return session

    @property
    def document(self) -> Document:
        """The present document."""
        return self._document

    def listen(self, listener: Listener) -> None:
        """Call ``listener(old, new)`` after every change."""
        self._listeners.append(listener)

    def replace(
        self,
        document: Document,
        name: str,
        *,
        key: str | None = None,
        anew: bool = False,
        looked: bool = False,
        unasked: bool = False,
    ) -> None:
        """Replace the whole document, as one undo step called `name`.

        Parameters
        ----------
        key : str, optional
            Edits that share a key merge into one step until `finish_gesture`.
        anew : bool
            Whether it has another `origin`.
        looked : bool
            Whether undoing also brings back how the present document is looked at: its step, its scene, its options.
        unasked : bool
            Whether there is work in the present document that the user was not asked about.
        """
        begins = key is None or key != self._gesture
        if begins:
            self._past.append(Entry(self._document, name, self.origin, looked, unasked))
        self._gesture = key
        self._future.clear()
        if anew:
            self._begin_anew()
        told = self._bound(document) if begins else ""
        self._show(document)
        if told and self.on_forgotten is not None:
            self.on_forgotten(told)

    def open(self, document: Document) -> None:
        """Begin with another document; what was done to the old one cannot be undone any more."""
        self._past.clear()
        self._future.clear()
        self._gesture, self._full = None, False
        self._begin_anew()
        self._show(document)

    def look(self, **changes: Any) -> None:
        """Replace fields of the document's view; not an undo step."""
        view = replace(self._document.view, **changes)
        if view != self._document.view:
            self._show(self._document.with_view(view))

    def finish_gesture(self) -> None:
        """End a gesture: the next edit begins an undo step of its own."""
        self._gesture = None

    @property
    def past(self) -> tuple[Entry, ...]:
        """What undo leads back to, the oldest first."""
        return tuple(self._past)

    @property
    def undo_name(self) -> str:
        """What undo would take back; empty if there is nothing."""
        return self._past[-1].name if self._past else ""

    @property
    def redo_name(self) -> str:
        """What redo would do again; empty if there is nothing."""
        return self._future[-1].name if self._future else ""

    def undo(self) -> None:
        """Go back to the document before the last edit; without one, nothing happens."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Do again what undo took back; without one, nothing happens."""
        self._travel(self._future, self._past)

    def _travel(self, source: list[Entry], target: list[Entry]) -> None:
        if not source:
            return
        entry = source.pop()
        target.append(replace(entry, document=self._document, origin=self.origin))
        self.origin = entry.origin
        self._gesture = None
        self._show(entry.document if entry.looked else _looked_at_alike(entry.document, self._document))

    def _begin_anew(self) -> None:
        self._newest += 1
        self.origin = self._newest

    def _bound(self, document: Document) -> str:
        """Give up the oldest steps that are too many or too large; returns what is said of it, empty for nothing."""
        told = ""
        if len(self._past) > LIMIT:
            del self._past[:-LIMIT]
            # Every further edit gives up one more: this is said once.
            told = (
                "" if self._full else tr("The oldest undo steps are given up from now on: {most} are kept.", most=LIMIT)
            )
            self._full = True
        most, known = SHARE * default_budget(), arrays_of(document)
        held = 0
        for index, entry in reversed(tuple(enumerate(self._past))):
            more = {key: size for key, size in arrays_of(entry.document).items() if key not in known}
            known.update(more)
            held += sum(more.values())
            # The last step can be taken back whatever it takes.
            if held > most and index < len(self._past) - 1:
                del self._past[: index + 1]
                return tr("The oldest undo steps ({steps}) were given up: they took too much memory.", steps=index + 1)
        return told

    def _show(self, document: Document) -> None:
        old, self._document = self._document, document
        faults = [_fault_of(listener, old, document) for listener in tuple(self._listeners)]
        # Whatever it was, the others show the present document all the same.
        for fault in faults:
            if fault is not None:
                raise fault


def _fault_of(listener: Listener, old: Document, new: Document) -> Exception | None:
    """Tell a listener, and return what it raises."""
    try:
        listener(old, new)
    except Exception as error:
        return error
    return None


def arrays_of(document: Document) -> dict[int, int]:
    """Return the bytes of every array that a document holds in memory, by its id; those of its notes are among them."""
    captions = document.lesson.captions if document.lesson is not None else ()
    found: dict[int, int] = {}
    for state in (document, *(caption.state for caption in captions if caption.state is not None)):
        for array in (state.sample.data, *(array for layer in state.layers for array in layer.parameters.values())):
            owner = _owner(array)
            # What is mapped lies on the disk.
            found[id(owner)] = 0 if isinstance(owner, np.memmap) else owner.nbytes
    return found


def _owner(array: AnyArray) -> AnyArray:
    """Return the array that a view is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _looked_at_alike(document: Document, before: Document) -> Document:
    """Return a document as the one before was looked at, as far as both show the same input.

    Looking is no edit, so that undoing one neither leaves the place that is magnified nor its levels; the step, colours
    and other options stay where nothing but weights differs.
    """
    if document.sample is not before.sample or document.lesson is not before.lesson:
        return document
    look = before.view
    view = replace(document.view, zoom=look.zoom, centre=look.centre, turn=look.turn, levels=look.levels)
    if document.view.scene == look.scene and _differ_in_weights(document, before):
        view = replace(view, options=look.options, step=look.step)
    return document.with_view(view) if view != document.view else document


def _differ_in_weights(one: Document, other: Document) -> bool:
    pairs = zip(one.layers, other.layers, strict=False)
    same = len(one.layers) == len(other.layers) and one.sources == other.sources
    return same and all(a is b or _same_spec(a, b) for a, b in pairs)


def _same_spec(one: Layer, other: Layer) -> bool:
    return isinstance(one, Convolution) and isinstance(other, Convolution) and one.spec == other.spec

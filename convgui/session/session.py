"""The state of one window: a document, its history, and who wants to hear of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from convgui.model.document import Document
from convgui.model.layer import Layer

Listener: TypeAlias = Callable[[Document, Document], None]
LIMIT = 200
"""Undo steps kept. Arrays are shared between documents, so that a step costs what it changed."""


@dataclass(frozen=True)
class Entry:
    """A document as it was, and what was done to it then.

    Attributes
    ----------
    looked : bool
        Whether undoing brings back how the document was looked at, too.
    """

    document: Document
    name: str
    looked: bool = False


class Session:
    """A document that is replaced, never changed.

    `edit` replaces what the user made and can be undone; `look` replaces how it is looked at and is not an undo
    step. Both tell the listeners ``(old, new)``. Edits with the same key within one gesture are one undo step.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._past: list[Entry] = []
        self._future: list[Entry] = []
        self._gesture: str | None = None
        self._listeners: list[Listener] = []

    def heir(self, change: Callable[[Document], Document]) -> Session:
        """Return a session with the same history, each document changed by `change`, which nobody listens to yet."""
        made = Session(change(self._document))
        made._past = [replace(entry, document=change(entry.document)) for entry in self._past]
        made._future = [replace(entry, document=change(entry.document)) for entry in self._future]
        return made

    @property
    def document(self) -> Document:
        """The present document."""
        return self._document

    def listen(self, listener: Listener) -> None:
        """Call ``listener(old, new)`` after every change."""
        self._listeners.append(listener)

    def edit(self, name: str, *, key: str | None = None, **changes: Any) -> None:
        """Replace fields of the document, as one undo step called `name`.

        Parameters
        ----------
        key : str, optional
            Edits that share a key merge into one step until `finish_gesture`.
        """
        self.replace(replace(self._document, **changes), name, key=key)

    def replace(self, document: Document, name: str, *, key: str | None = None, looked: bool = False) -> None:
        """Replace the whole document, as one undo step called `name`.

        Parameters
        ----------
        looked : bool
            Whether undoing also brings back how the present document is looked at: its step, its scene, its options.
        """
        if key is None or key != self._gesture:
            self._past.append(Entry(self._document, name, looked))
            del self._past[:-LIMIT]
        self._gesture = key
        self._future.clear()
        self._show(document)

    def open(self, document: Document) -> None:
        """Begin with another document; what was done to the old one cannot be undone any more."""
        self._past.clear()
        self._future.clear()
        self._gesture = None
        self._show(document)

    def look(self, **changes: Any) -> None:
        """Replace fields of the document's view; not an undo step."""
        view = replace(self._document.view, **changes)
        if view != self._document.view:
            self._show(self._document.looked_at(view))

    def finish_gesture(self) -> None:
        """End a gesture: the next edit begins an undo step of its own."""
        self._gesture = None

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
        target.append(Entry(self._document, entry.name, entry.looked))
        self._gesture = None
        self._show(entry.document if entry.looked else _looked_at_alike(entry.document, self._document))

    def _show(self, document: Document) -> None:
        old, self._document = self._document, document
        for listener in tuple(self._listeners):
            listener(old, document)


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
    return document.looked_at(view) if view != document.view else document


def _differ_in_weights(one: Document, other: Document) -> bool:
    pairs = tuple(zip(one.layers, other.layers, strict=False))
    alike = all(a is b or (isinstance(a, Layer) and isinstance(b, Layer) and a.spec == b.spec) for a, b in pairs)
    return alike and len(one.layers) == len(other.layers)

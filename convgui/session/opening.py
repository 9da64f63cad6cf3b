"""Documents as they are opened for use: read, and known to be shown by a scene of this program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from convgui.files.documents import NOTHING_FOUND, StoredDocument, read_stored_document
from convgui.files.errors import LoadError
from convgui.files.lessons import read_lesson
from convgui.model.document import Document
from convgui.scenes import fitting, scene
from convgui.scenes.scene import AnyScene, SceneError, for_scene, prepared, reason_against
from convgui.session import walking
from convgui.words import tr

MOST_WORK = 2_000_000
"""Multiply-adds up to which a lesson's steps are counted before it is shown."""


def open_document(
    path: Path,
    *,
    found: Mapping[Path, Path] = NOTHING_FOUND,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> StoredDocument:
    """Open a document as `convgui.files.documents.read_stored_document` does.

    Raises
    ------
    LoadError
        Also where the document asks for a scene that is not there.
    """
    kept = read_stored_document(path, found=found, ask=ask, cancel=cancel)
    try:
        for identity in {state.view.scene for state in _states(kept.document)}:
            scene(identity)
    except ValueError as error:
        raise LoadError(path.name, str(error).rstrip("."), tr("update convgui")) from error
    return kept


def with_first_view(document: Document) -> Document:
    """Look at another input as one does first: through a scene that can show it, at a volume in its middle.

    The first corner of a volume is mostly empty.
    """
    chosen = fitting(document)
    step = 0
    if chosen.id == "volume" and not reason_against(chosen, document):
        shape = document.layer.spec.output_shape(document.sample.spatial)
        step = int(np.ravel_multi_index(tuple(n // 2 for n in shape), shape))
    return document.with_view(replace(document.view, scene=chosen.id, step=step))


def open_lesson_file(path: Path) -> Document:
    """Open a lesson that somebody wrote, and see to it that its scene shows it at every step that it names.

    Raises
    ------
    LoadError
        With one sentence that names the file and what is wrong.
    """
    document = read_lesson(path)
    try:
        chosen = scene(document.view.scene)
        reason = reason_against(chosen, document)
        if reason:
            raise ValueError(reason)
        captions = document.lesson.captions if document.lesson is not None else ()
        states = [document, *(walking.caption_document(document, index) for index in range(len(captions)))]
        # Captions about the same layers that choose the same options are about the same steps, which are counted once.
        counted: dict[tuple[int, frozenset[tuple[str, str]]], int | None] = {}
        for state in states:
            key = (id(state.layers), frozenset(state.view.options.items()))
            if key not in counted:
                counted[key] = _steps(chosen, state)
            _check_step(state.view.step, counted[key])
    except ValueError as error:
        raise LoadError(path.name, str(error).rstrip("."), tr("correct the file")) from error
    return document


def check_options(chosen: AnyScene, document: Document) -> None:
    """Refuse a document that chooses an option which the scene does not have; SceneError says which there are."""
    offered = {option.name: option for option in chosen.options(for_scene(chosen, document))}
    for name, value in document.view.options.items():
        if name not in offered:
            known = ", ".join(offered) or tr("none")
            raise SceneError(tr("there is no option {name!r}; here there are: {known}.", name=name, known=known))
        ids = [identity for identity, _ in offered[name].choices]
        if value not in ids:
            raise SceneError(
                tr(
                    "the option {name!r} has no choice {value!r}; there are: {known}.",
                    name=name,
                    value=value,
                    known=", ".join(ids),
                )
            )


def _steps(chosen: AnyScene, document: Document) -> int | None:
    """Return the steps that a scene has for a document, or None where counting takes long; as `check_options`."""
    check_options(chosen, document)
    if chosen.cost(for_scene(chosen, document)) > MOST_WORK:
        # A lesson about a photo would be computed twice; a step that it has not is its last one.
        return None
    return chosen.steps(prepared(chosen, document))


def _check_step(step: int, steps: int | None) -> None:
    if steps is not None and not -steps <= step < steps:
        raise ValueError(tr("step {step} is outside this scene's steps, 0 to {last}", step=step, last=steps - 1))


def _states(document: Document) -> list[Document]:
    """Return a document and all that walking its lesson leads to."""
    lesson = document.lesson
    if lesson is None:
        return [document]
    # Notes without a state of their own are about what the lesson began with.
    start = [lesson.start] if lesson.start is not None else []
    return [document, *start, *(note.state for note in lesson.captions if note.state is not None)]


def modified(document: Document, saved: Document | None) -> bool:
    """Tell whether a document differs from what was saved. Looking is no difference, nor is walking its lesson."""
    if saved is None or document.lesson != saved.lesson:
        return True
    return not any(document.makes_the_same(one) for one in _states(saved))

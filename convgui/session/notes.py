"""What a teacher does to a document: write notes, each of which keeps the state of the document it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from convgui.files.author import author, is_foreign
from convgui.files.own_lessons import CHAPTER
from convgui.model.document import Caption, Document, Lesson
from convgui.scenes import scene
from convgui.scenes.scene import reason_against
from convgui.session.walking import caption_document, changed_at
from convgui.words import mark, tr


def notes_of(document: Document) -> tuple[Caption, ...]:
    """Return a document's notes."""
    return document.lesson.captions if document.lesson is not None else ()


def note_here(document: Document, text: str, step: int, *, predict: bool = False) -> Caption:
    """Make a note about the document as it is, at a step of its scene."""
    state = replace(document, lesson=None, view=replace(document.view, step=step))
    return Caption(text, step, document.view.options, predict, state)


def is_own(lesson: Lesson | None, *, filed: bool) -> bool:
    """Tell whether a lesson is the user's to change; one that is listed, and in no file of his, only where he wrote it.

    Parameters
    ----------
    filed : bool
        Whether it is in a file that he opened or saved.
    """
    if lesson is None or not lesson.captions or is_foreign(lesson):
        return False
    return filed or not lesson.id or lesson.author == author()


def kept_by_note(document: Document, index: int) -> Document:
    """Return the document with what is changed in it kept by one of its notes, which is looked at as before."""
    if not changed_at(document, index):
        return document
    note, view = notes_of(document)[index], caption_document(document, index).view
    if note.words != "own" or _is_given(document.lesson):
        # Nobody has written them about this.
        note = replace(note, words="stale")
    state = replace(document, lesson=None, view=view)
    if reason_against(scene(view.scene), state):
        note, state = replace(note, step=document.view.step), replace(document, lesson=None)
    return change_note(document, index, replace(note, state=state))


def add_note(document: Document, note: Caption, index: int | None = None) -> Document:
    """Put a note at an index, or behind all others."""
    notes = list(notes_of(document))
    notes.insert(len(notes) if index is None else index, note)
    return with_notes(document, tuple(notes))


def change_note(document: Document, index: int, note: Caption) -> Document:
    """Replace a note."""
    notes = notes_of(document)
    return with_notes(document, (*notes[:index], note, *notes[index + 1 :]))


def remove_note(document: Document, index: int) -> Document:
    """Take a note out."""
    notes = notes_of(document)
    return with_notes(document, (*notes[:index], *notes[index + 1 :]))


def move_note(document: Document, index: int, by: int) -> Document:
    """Move a note up (negative) or down; at the end it stays."""
    notes = list(notes_of(document))
    notes.insert(min(max(index + by, 0), len(notes) - 1), notes.pop(index))
    return with_notes(document, tuple(notes))


def with_notes(document: Document, notes: tuple[Caption, ...]) -> Document:
    """Return the document with other notes; a lesson that shipped becomes the teacher's own.

    What its captions are about goes with it: nobody else knows any more what it began with.
    """
    lesson = document.lesson or Lesson("", document.sample.name, CHAPTER)
    if lesson.start is not None:
        kept = {id(note): _about(document, index) for index, note in enumerate(lesson.captions)}
        changed = replace(document, lesson=replace(lesson, captions=notes))
        notes = tuple(
            note if note.state is not None else replace(note, state=kept.get(id(note)) or _about(changed, index))
            for index, note in enumerate(notes)
        )
    if _is_given(lesson):
        texts = {note.text for note in lesson.captions}
        told = (note.words == "own" and note.text in texts for note in notes)
        notes = tuple(replace(note, words="given") if given else note for note, given in zip(notes, told, strict=True))
    wrote = lesson.author or author()
    return replace(document, lesson=replace(lesson, id="", chapter=CHAPTER, captions=notes, author=wrote))


def _is_given(lesson: Lesson | None) -> bool:
    """Whether a lesson's words are those that it is listed with, and not the user's."""
    return lesson is not None and bool(lesson.id) and lesson.author != author()


def _about(document: Document, index: int) -> Document:
    return replace(caption_document(document, index), lesson=None)


def with_title(document: Document, title: str) -> Document:
    """Return the document under another title as a lesson."""
    lesson = with_notes(document, notes_of(document)).lesson
    assert lesson is not None
    return replace(document, lesson=replace(lesson, title=title))


def make_mine(document: Document) -> Document:
    """Return the document as a lesson of this user's own, with all that it says."""
    lesson = with_notes(document, notes_of(document)).lesson
    assert lesson is not None
    return replace(document, lesson=replace(lesson, author=author()))


def _next(step: int, steps: int) -> int:
    return min(step + 1, steps - 1)


@dataclass(frozen=True)
class Prompt:
    """A note of a template: what to write there, at which step, and whether its number is to be predicted.

    `at` tells the step from the one that is shown and the number of steps.
    """

    text: str
    at: Callable[[int, int], int]
    predict: bool = False


@dataclass(frozen=True)
class Template:
    """Notes to begin with."""

    title: str
    prompts: tuple[Prompt, ...]


TEMPLATES = (
    Template(
        mark("Beginning, middle and end"),
        (
            Prompt(mark("What is the first number made of?"), lambda *_: 0),
            Prompt(mark("Half way: what has changed, and what has not?"), lambda _, steps: steps // 2),
            Prompt(mark("The last number. What does the whole output show?"), lambda _, steps: steps - 1),
        ),
    ),
    Template(
        mark("Show, ask, explain"),
        (
            Prompt(mark("Look at this step: how does the number come about?"), lambda step, _: step),
            Prompt(mark("And the next one: which number comes here?"), _next, predict=True),
            Prompt(mark("Why it is this number."), _next),
        ),
    ),
    Template(
        mark("Three questions"),
        (
            Prompt(mark("Which number comes here?"), lambda step, _: step, predict=True),
            Prompt(mark("And here?"), _next, predict=True),
            Prompt(mark("And the last one?"), lambda _, steps: steps - 1, predict=True),
        ),
    ),
)
"""Lessons that are mostly written already."""


def from_template(document: Document, template: Template, index: int, step: int, steps: int) -> Document:
    """Put a template's notes into a document at an index, about what it is now."""
    for behind, prompt in enumerate(template.prompts):
        note = note_here(document, tr(prompt.text), prompt.at(step, steps), predict=prompt.predict)
        document = add_note(document, note, index + behind)
    return document

"""The user's own lessons: documents with notes in a folder of theirs, listed behind the lessons that ship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from convgui.files.documents import ENDING, read_about, read_document, write_document
from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_index, load_lesson, read_lesson
from convgui.files.outside_lessons import outside_lessons
from convgui.files.regular import matching
from convgui.files.unfinished import in_bytes
from convgui.files.user_folders import lessons_folder
from convgui.model.document import Document, Lesson
from convgui.words import mark, tr

CHAPTER = mark("My lessons")
PREFIX = "my:"
LONGEST = 200
"""Bytes of a lesson's file name, without its ending."""
"""What ids of own lessons begin with, so that none is like that of a lesson that ships."""


def own_lessons() -> tuple[Lesson, ...]:
    """Return what the user's lessons say about themselves, by title; a damaged one is left out."""
    return tuple(sorted(_readable(), key=lambda lesson: (lesson.title.lower(), lesson.id)))


def _readable() -> Iterator[Lesson]:
    for path in matching(lessons_folder(), f"*{ENDING}"):
        try:
            lesson = read_about(path)
        except LoadError:
            # It still opens as a file, which says what is wrong; the program starts all the same.
            continue
        yield _listed(lesson or Lesson("", path.stem, CHAPTER), path)


def _listed(lesson: Lesson, path: Path) -> Lesson:
    return replace(lesson, id=f"{PREFIX}{path.stem}", title=lesson.title or path.stem, chapter=CHAPTER)


def all_lessons() -> tuple[Lesson, ...]:
    """Return all lessons: those that ship, those of other packages, then the user's own."""
    return (*public_lessons(), *own_lessons())


def public_lessons() -> tuple[Lesson, ...]:
    """Return all lessons but the user's own."""
    return (*lesson_index(), *(lesson for lesson, _ in outside_lessons()))


def first_lessons() -> tuple[Lesson, ...]:
    """Return all lessons but those of other packages, which a window does not wait for."""
    return (*lesson_index(), *own_lessons())


def open_lesson(identity: str) -> Document:
    """Open a lesson that ships, one of another package, or one of the user's own, which begins at its first note.

    Raises
    ------
    LoadError
        If there is none of that id, or its file is damaged.
    """
    if not identity.startswith(PREFIX):
        if identity not in {lesson.id for lesson in lesson_index()}:
            for lesson, path in outside_lessons():
                if lesson.id == identity:
                    return read_lesson(path)
        return load_lesson(identity)
    path = lessons_folder() / f"{Path(identity.removeprefix(PREFIX)).name}{ENDING}"
    document = read_document(path)
    lesson = _listed(document.lesson or Lesson("", path.stem, CHAPTER), path)
    first = next(iter(lesson.captions), None)
    begun = document if first is None or first.state is None else first.state
    return replace(begun, lesson=lesson)


def lesson_path(title: str) -> Path:
    """Return where the lesson of a title is, or would be."""
    return lessons_folder() / f"{_file_name(title)}{ENDING}"


def add_to_lessons(document: Document) -> Path:
    """Put a document into the user's folder; the lesson of the same title is replaced.

    Raises
    ------
    LoadError
        If the document has no notes, or no title to be listed by.
    WriteError
        If it cannot be written.
    """
    lesson = document.lesson
    if lesson is None or not lesson.captions or not lesson.title.strip():
        raise LoadError(tr("The lesson"), tr("it has no title or no notes"), tr("write both and add it again"))
    folder = lessons_folder()
    path = lesson_path(lesson.title)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LoadError(str(folder), error.strerror or tr("it cannot be made"), tr("check the folder")) from error
    write_document(replace(document, lesson=replace(lesson, id="", chapter=CHAPTER)), path)
    return path


def _file_name(title: str) -> str:
    """Return a name that every file system takes."""
    words = re.sub(r"[^\w -]+", " ", title)
    return in_bytes(" ".join(words.split())[:80], LONGEST) or "lesson"

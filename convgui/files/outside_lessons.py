"""Lessons that other packages bring: folders of lesson files, by entry points of the group ``convgui.lessons``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

from convgui import plugins
from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_about, lesson_index
from convgui.files.regular import is_folder
from convgui.model.document import Lesson
from convgui.words import tr

Listed: TypeAlias = tuple[Lesson, Path]
"""What a lesson says about itself, and its file."""


def outside_lessons() -> tuple[Listed, ...]:
    """Return the lessons of other packages, by package; a damaged one is left out."""
    seen = {lesson.id for lesson in lesson_index()}
    folders = plugins.found("convgui.lessons", lambda plugin, thing: _accepted(plugin, thing, seen))
    return tuple(lesson for folder in folders for lesson in folder)


def _accepted(plugin: plugins.Plugin, thing: object, seen: set[str]) -> tuple[Listed, ...]:
    """Return the lessons of a folder in their order; an error says what is wrong with the folder."""
    if not isinstance(thing, str | os.PathLike):
        raise plugins.wrong_type(thing, "pathlib.Path")
    folder = Path(thing)
    if not is_folder(folder):
        raise ValueError(tr("there is no folder {folder}", folder=folder))
    listed = []
    for path in sorted(folder.glob("*.json")):
        try:
            order, lesson = lesson_about(path)
            plugins.refuse_taken(lesson.id, seen)
        except (LoadError, ValueError) as error:
            plugin.left_out(f"{path.name}: {plugins.said(error)}")
            continue
        seen.add(lesson.id)
        listed.append((order, lesson.id, (lesson, path)))
    return tuple(found for _, _, found in sorted(listed, key=lambda known: known[:2]))

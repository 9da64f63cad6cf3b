"""The language of one run: `--lang CODE`, wherever it stands, or the environment's ``CONVGUI_LANGUAGE``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from convgui.cli.arguments import LANGUAGE_OPTION, UsageError
from convgui.files.translations import LANGUAGES, TRIAL, speak_language
from convgui.words import language, tr
from convgui.words.near import near_or_all

VARIABLE = "CONVGUI_LANGUAGE"


@contextmanager
def spoken(arguments: Sequence[str]) -> Iterator[list[str]]:
    """Speak the language that the arguments ask for; gives the other arguments.

    Raises
    ------
    UsageError
        If no language is named, or one that is not spoken.
    """
    others, requested = _split(arguments)
    known = (*LANGUAGES, TRIAL)
    if requested is not None and requested not in known:
        hint = near_or_all(requested, LANGUAGES, tr("the languages are"))
        raise UsageError(tr("{word} is no language{hint}", word=requested or tr("nothing"), hint=hint))
    before, inherited = language(), os.environ.get(VARIABLE)
    wanted = requested or (inherited if inherited in known else None)
    try:
        if wanted is not None:
            # The window reads the variable, in preference to what the user chose in it.
            os.environ[VARIABLE] = wanted
            speak_language(wanted)
        yield others
    finally:
        if wanted is not None:
            speak_language(before)
        if requested is not None and inherited is None:
            del os.environ[VARIABLE]
        elif inherited is not None:
            os.environ[VARIABLE] = inherited


def _split(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Return the arguments without the language, and the language."""
    others: list[str] = []
    requested: str | None = None
    left = iter(arguments)
    for word in left:
        name, equals, value = word.partition("=")
        if name == LANGUAGE_OPTION:
            requested = value if equals else next(left, "")
        else:
            others.append(word)
    return others, requested

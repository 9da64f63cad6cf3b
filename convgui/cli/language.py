"""The language of one run: `--lang CODE`, wherever it stands, ``CONVGUI_LANGUAGE``, or the system's."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from convgui.cli.arguments import LANGUAGE_OPTION, UsageError
from convgui.files.translations import ENGLISH, LANGUAGES, TRIAL, best_language, speak_language
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
    if requested is not None:
        # As systems and browsers write it, too: zh, zh-CN.
        requested = {"zh": "zh_CN"}.get(requested, requested.replace("-", "_"))
    if requested is not None and requested not in known:
        hint = near_or_all(requested, LANGUAGES, tr("the languages are"))
        raise UsageError(tr("{word} is no language{hint}", word=requested or tr("nothing"), hint=hint))
    before, inherited = language(), os.environ.get(VARIABLE)
    wanted = requested or (inherited if inherited in known else None)
    try:
        if wanted is not None:
            # The window reads the variable, in preference to what the user chose in it.
            os.environ[VARIABLE] = wanted
        if wanted is not None or before == ENGLISH:
            speak_language(wanted or best_language(system_languages()))
        yield others
    finally:
        speak_language(before)
        if requested is not None and inherited is None:
            del os.environ[VARIABLE]
        elif inherited is not None:
            os.environ[VARIABLE] = inherited


def system_languages() -> list[str]:
    """Return the languages that the system is set to, the dearest first: as gettext reads the environment."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken_there = next((value for name in names if (value := os.environ.get(name))), "")
    plain = spoken_there.partition(".")[0].partition("@")[0]
    if plain in ("C", "POSIX"):
        # Who asks for the plain locale reads what programs write.
        return []
    listed = [name.partition(".")[0] for name in os.environ.get("LANGUAGE", "").split(":") if name]
    return [*listed, plain] if plain else listed or _of_windows()


def _of_windows() -> list[str]:
    if sys.platform == "win32":
        import ctypes

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage())
        return [name] if name else []
    return []


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

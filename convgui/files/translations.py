"""The languages that the program speaks, and their catalogues in resources/translations."""

from __future__ import annotations

import gettext
from pathlib import Path
from types import MappingProxyType

from convgui.core.errors import told
from convgui.files.errors import LoadError
from convgui.files.regular import open_regular
from convgui.files.resources import resource
from convgui.words import speak, tr

ENGLISH = "en"
LANGUAGES = MappingProxyType({ENGLISH: "English", "zh_CN": "简体中文"})
"""Every language by its code, as those who speak it write its name; the sources are English."""
TRIAL = "xx"
"""A language made of the English texts, to try layouts with: accented and two fifths longer."""


def speak_language(code: str) -> None:
    """Speak a language from now on.

    Raises
    ------
    LoadError
        If its catalogue is missing or damaged; the language stays as it was.
    """
    if code == TRIAL:
        from convgui.files.pseudo_language import PseudoTranslations

        speak(PseudoTranslations(), code)
    elif code == ENGLISH:
        speak()
    else:
        speak(_catalogue(resource("translations") / f"{code}.mo"), code)


def best_language(wanted: list[str]) -> str:
    """Return the language that suits a user who names languages such as ``zh-Hans-CN``, the dearest first."""
    for name in wanted:
        subtags = name.replace("-", "_").split("_")
        if subtags[0] == ENGLISH:
            return ENGLISH
        if subtags[0] == "zh" and not {"Hant", "TW", "HK", "MO"} & set(subtags):
            return "zh_CN"
    return ENGLISH


def _catalogue(path: Path) -> gettext.GNUTranslations:
    try:
        with open_regular(path) as stream:
            return gettext.GNUTranslations(stream)
    except MemoryError:
        raise
    # The reader trusts every offset, length, charset and plural form of the file: it may raise anything at all.
    except Exception as error:
        remedy = tr("install convgui again, or correct the file")
        raise LoadError(path.name, tr("its content is damaged ({error})", error=told(error)), remedy) from error

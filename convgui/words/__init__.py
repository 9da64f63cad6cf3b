"""The language the program speaks: what a user reads passes through here on its way to the screen.

``tr("Step {n} of {all}", n=3, all=9)`` looks the whole sentence up and then fills in the values, so that a translation
may put them in another order. A text that is written down before the language is known, such as a constant of a
module, is marked with `mark` there and passed through `tr` where it is shown. The catalogues are gettext's; which one
is spoken is the one thing the process keeps for all, because errors are raised, and pictures drawn, far from any
window. It is set before the window is built and when the user chooses another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations


class Told(str):
    """What has been said, with what it takes to say it in another language; a text like any other.

    Attributes
    ----------
    text : str
        As the sources have it.
    values : mapping
        What was filled in.
    """

    text: str
    values: Mapping[str, object]

    def __new__(cls, said: str, text: str, values: Mapping[str, object]) -> Told:
        """Make a text of what was said."""
        told = super().__new__(cls, said)
        told.text, told.values = text, values
        return told

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Copies, and what other processes get, are the words alone."""
        return str, (str(self),)


@dataclass
class _Spoken:
    """What the process speaks."""

    translations: NullTranslations
    code: str


_spoken = _Spoken(NullTranslations(), "en")


def speak(translations: NullTranslations | None = None, code: str = "en") -> None:
    """Speak the language of a catalogue from now on; without one, English, which the sources are written in."""
    _spoken.translations, _spoken.code = translations or NullTranslations(), code


def language() -> str:
    """Return the code of the language spoken, such as ``"en"`` or ``"zh_CN"``."""
    return _spoken.code


def tr(text: str, /, **values: object) -> str:
    """Return a text in the language spoken, with its ``{names}`` filled in as `str.format` does."""
    said = _spoken.translations.gettext(text) if text else text
    return Told(_filled(said, text, values) if values else said, text, values)


def told_anew(said: str) -> str:
    """Return what `tr` has said in the language spoken now; other words are as they were."""
    if not isinstance(said, Told):
        return said
    values = {name: told_anew(value) if isinstance(value, str) else value for name, value in said.values.items()}
    return tr(said.text, **values)


def trn(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a text that goes with the number `n`, which both forms may name as ``{n}``."""
    return _filled(_spoken.translations.ngettext(one, many, n), one if n == 1 else many, {"n": n, **values})


def _filled(said: str, text: str, values: Mapping[str, object]) -> str:
    """Fill in values; where a translation is damaged, the sentence is said as it was written."""
    try:
        return said.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError):
        return text.format(**values)


def mark(text: str) -> str:
    """Return a text unchanged, and have it in the catalogues: it passes through `tr` where it is shown."""
    return text

"""What the user may have meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from convgui.words import tr

ALIKE = 0.6


def near(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean …?"`` for the known word most like this one, or ``""`` if none is."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, 1, ALIKE)
    return tr("; did you mean {name}?", name=by_lower[found[0]]) if found else ""


def near_or_all(word: str, known: Collection[str], are: str) -> str:
    """Return as `near` what was meant, or else all there is: ``"; the presets are box, …."``."""
    return near(word, known) or f"; {are} {', '.join(known) or tr('none')}."

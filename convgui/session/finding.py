"""Finding something by a few letters: what a command palette does with what is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LETTERS = 6
"""How far a title is from letters that it holds in their order, but not together."""
_SIZE = re.compile(r"(?<=\d)\s*[x×*]\s*(?=\d)")
QUOTES = "\"'“”‘’„«»「」"


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes
    ----------
    title : str
        What is read and searched.
    kind : str
        What it is: an action, a lesson, a kernel, a picture.
    also : str
        More words that are searched and not shown.
    detail : str
        A shortcut, or why it cannot be chosen now.
    possible : bool
        Whether it can be chosen now.
    """

    title: str
    kind: str
    also: str = ""
    detail: str = ""
    possible: bool = True


def matching_entries(entries: Sequence[Entry], typed: str) -> list[int]:
    """Return the indices of the entries that hold every word typed, the best first.

    A title that is just what is typed comes first. A word counts most at the beginning of a title, less at the
    beginning of another word, then within one, then where one of the other words for it begins; last come titles that
    hold its letters in their order. Among equals, what can be chosen and what came first comes first. Quotation marks
    around a word are no part of it; 3x3 is 3 × 3.
    """
    words = _words(typed)
    ranks = []
    for index, entry in enumerate(entries):
        costs = [_cost(entry, word) for word in words]
        if None not in costs:
            exact = entry.title.casefold().replace(" × ", "x") == " ".join(words)
            ranks.append((not exact, sum(cost or 0 for cost in costs), not entry.possible, index))
    return [index for *_, index in sorted(ranks)]


def holds(entry: Entry, typed: str) -> bool:
    """Tell whether every word typed is in an entry's title, its kind or the other words for it."""
    costs = (_cost(entry, word) for word in _words(typed))
    return all(cost is not None and cost < LETTERS for cost in costs)


def _words(typed: str) -> list[str]:
    """Return the words that are typed; a size such as 3 × 3, 3*3 or 3 x 3 is one, 3x3."""
    words = _SIZE.sub("x", typed.casefold()).split()
    return [word.strip(QUOTES) or word for word in words]


def _cost(entry: Entry, word: str) -> int | None:
    """Return how far a word is from an entry; None if it is not in it."""
    title = entry.title.casefold().replace(" × ", "x")
    if title.startswith(word):
        return 0
    if any(part.startswith(word) for part in title.replace("-", " ").split()):
        return 1
    if word in title:
        return 2
    also = f"{entry.kind} {entry.also}".casefold()
    if any(part.startswith(word) for part in also.replace(",", " ").split()):
        return 3
    # Chinese is written with and without a space before a number.
    if word in also or (not word.isascii() and word in also.replace(" ", "")):
        return 4
    if len(word) > 1 and word.replace("-", "") in f"{title} {also}".replace("-", ""):
        return 4
    letters = iter(title)
    # A word with digits, such as 1D, means those together.
    return LETTERS if len(word) > 1 and word.isalpha() and all(letter in letters for letter in word) else None

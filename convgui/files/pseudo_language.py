"""A language to try layouts with: English with accents, two fifths longer, made while the program runs."""

from __future__ import annotations

import re
from gettext import NullTranslations

LONGER = 0.4
ACCENTED = str.maketrans("aeiouyAEIOUYcnCN", "áéíóúýÁÉÍÓÚÝçñÇÑ")
_KEPT = re.compile(r"(\{[^{}]*\}|&\w|<[^<>]*>)")
"""Values to fill in, letters that open menus, and tags stay as they are."""


class PseudoTranslations(NullTranslations):
    """Lengthens whatever it is asked for."""

    def gettext(self, message: str) -> str:
        """Return a text with accents and two fifths longer."""
        return lengthened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the English form, longer."""
        return lengthened(msgid1 if n == 1 else msgid2)


def lengthened(text: str) -> str:
    """Return a text with accents and, before what ends it, as many letters more as make it two fifths longer."""
    pieces = _KEPT.split(text)
    spoken = sum(len(piece) for piece in pieces[::2])
    accented = "".join(piece if index % 2 else piece.translate(ACCENTED) for index, piece in enumerate(pieces))
    body = accented.rstrip(" .…:;,")
    words = -(-int(spoken * LONGER) // 5)
    if not re.search("[A-Za-z]", text) or not words:
        return accented
    more = " ".join(["lóng", *["ér mó"] * words])[: max(round(spoken * LONGER) - 1, 1)].rstrip()
    return f"{body} {more}{accented[len(body) :]}"

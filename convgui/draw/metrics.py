"""How wide text is, without a font engine: layout must not need Qt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from unicodedata import east_asian_width

from convgui.words import tr

# Advance widths in thousandths of the font size, read from the fonts in resources/fonts (Inter 4.0).
_REGULAR = (
    "281 278 403 631 638 812 639 222 362 362 500 659 280 460 276 357 625 464 605 636 642 608 624 571 616 624 276 "
    "280 659 659 659 507 936 676 651 727 719 598 587 743 740 264 543 652 562 889 753 761 635 761 639 638 642 741 "
    "676 949 642 665 625 362 357 362 469 452 497 564 621 558 621 582 361 609 591 237 237 544 237 869 585 597 609 "
    "609 372 523 364 581 557 812 540 557 541 362 327 362 659 659 659 659 631 955 955 955 955 276 821 455 500 1000 "
    "199 185 381 381 659 659 659 659 659 420 430 631 631 930 641 592 "
)
_SEMIBOLD = (
    "248 309 396 643 649 844 663 213 393 393 543 673 295 466 290 379 667 481 621 652 666 632 648 587 646 648 290 "
    "295 673 673 673 544 999 724 657 744 724 608 586 755 744 275 561 677 566 906 741 775 643 776 651 649 660 734 "
    "724 1007 690 705 653 393 379 393 481 468 497 575 630 577 630 593 377 625 613 261 261 569 261 898 610 608 625 "
    "625 397 549 380 608 576 837 562 576 562 393 358 393 673 673 673 673 658 955 955 955 955 290 806 458 500 1000 "
    "228 214 408 407 673 673 673 673 673 423 438 660 658 966 648 604 "
)
_CHARACTERS = "".join(map(chr, range(32, 127))) + "−×÷Σ→←↑↓·…°–—‘’“”≤≥≈≠±²³√∂∞αβ"
_WIDTHS = {
    False: dict(zip(_CHARACTERS, map(int, _REGULAR.split()), strict=True)),
    True: dict(zip(_CHARACTERS, map(int, _SEMIBOLD.split()), strict=True)),
}
_UNKNOWN = 700
FIRST_WIDE = "\u1100"
CLOSING = "。，、；：！？）】》」』〉%,.;:!?)]}”’…"
"""No line begins with one of these where it may end between any two characters."""
OPENING = "（【《「『〈([{“‘"
BETWEEN = " · "
"""Stands between the facts of a line."""
_MONO = 0.6


def is_wide(character: str) -> bool:
    """Tell whether a character is as wide as the font is high, as those of Chinese are."""
    return character >= FIRST_WIDE and east_asian_width(character) in "WF"


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, *, mono: bool = False, bold: bool = False) -> float:
    """Width of one line of text in pixels at font size `size` (pixels)."""
    wide = sum(map(is_wide, text)) if text and max(text) >= FIRST_WIDE else 0
    if mono:
        return ((len(text) - wide) * _MONO + wide) * size
    widths = _WIDTHS[bold]
    if wide:
        return sum(1000 if is_wide(c) else widths.get(c, _UNKNOWN) for c in text) * size / 1000
    return sum(widths.get(c, _UNKNOWN) for c in text) * size / 1000


def wrap(text: str, size: float, width: float, *, mono: bool = False, bold: bool = False) -> list[str]:
    """Break `text` into lines at most `width` wide; a single word is never broken.

    Between Chinese characters a line may end anywhere, but none begins with what closes, such as ``，`` and ``）``.
    """
    lines: list[str] = []
    line = ""
    for gap, word in _words(text):
        longer = f"{line}{gap}{word}" if line else word
        if line and text_width(longer, size, mono=mono, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stays on one line, each with the space that stands before it."""
    for index, run in enumerate(text.split()):
        gap, word = " " if index else "", ""
        for c in run:
            if word and c not in CLOSING and word[-1] not in OPENING and (is_wide(c) or is_wide(word[-1])):
                yield gap, word
                gap, word = "", ""
            word += c
        yield gap, word


def joined(lines: list[str]) -> str:
    """Put wrapped lines together again; between Chinese characters, and beside their punctuation, stands no space."""
    text = ""
    for line in lines:
        text += f" {line}" if text and not _touch(text[-1], line[0]) else line
    return text


def _touch(before: str, after: str) -> bool:
    if is_wide(before) and is_wide(after):
        return True
    return (is_wide(before) and before in CLOSING) or (is_wide(after) and after in OPENING)


def elide(text: str, size: float, width: float, *, mono: bool = False, bold: bool = False) -> str:
    """Shorten `text` from the end with an ellipsis until it is at most `width` wide.

    Facts with ``·`` between them are left out whole as long as one stays: half a number is a wrong number.
    """
    if text_width(text, size, mono=mono, bold=bold) <= width:
        return text
    # A text may be thousands of times too long: what cannot fit is dropped first.
    text = text[: _fitting(text, size, width, mono=mono, bold=bold) + 1]
    facts = text.split(BETWEEN)
    for count in range(len(facts) - 1, 0, -1):
        shorter = f"{BETWEEN.join(facts[:count])} …"
        if text_width(shorter, size, mono=mono, bold=bold) <= width:
            return shorter
    while text and text_width(text + "…", size, mono=mono, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def fact_lines(text: str, size: float, room: float, most: int, *, mono: bool = True) -> list[str]:
    """Break facts with ``·`` between them into at most so many lines; what has no room is counted."""
    facts, lines = text.split(BETWEEN), list[str]()
    for kept in range(len(facts), 0, -1):
        left = [tr("{n} more", n=len(facts) - kept)] if kept < len(facts) else []
        lines = [""]
        for fact in [*facts[:kept], *left]:
            longer = f"{lines[-1]}{BETWEEN}{fact}" if lines[-1] else fact
            if lines[-1] and text_width(longer, size, mono=mono) > room:
                lines.append(fact)
            else:
                lines[-1] = longer
        if len(lines) <= most:
            return lines
    return [*lines[: most - 1], BETWEEN.join(lines[most - 1 :])]


def _fitting(text: str, size: float, width: float, *, mono: bool, bold: bool) -> int:
    """Return how many of the first characters are at most `width` wide together."""
    room = width
    for index, character in enumerate(text):
        room -= text_width(character, size, mono=mono, bold=bold)
        if room < 0:
            return index
    return len(text)

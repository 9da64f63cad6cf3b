from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from convgui.words import language, mark, speak, tr, trn


class Backwards(NullTranslations):
    """Every text from its end, which keeps single names in braces recognisable by what follows."""

    def gettext(self, message: str) -> str:
        return {"Step {n} of {all}": "{all} has step {n}"}.get(message, message[::-1])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "{n} x"


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak()


def test_without_a_catalogue_a_text_is_itself() -> None:
    assert tr("Step {n} of {all}", n=3, all=9) == "Step 3 of 9"
    assert tr("a {brace}") == "a {brace}"
    assert (trn("{n} cell", "{n} cells", 1), trn("{n} cell", "{n} cells", 2)) == ("1 cell", "2 cells")
    assert language() == "en"


def test_a_catalogue_may_turn_the_order_of_values_round() -> None:
    speak(Backwards(), "xx")
    assert tr("Step {n} of {all}", n=3, all=9) == "9 has step 3"
    assert trn("{n} cell", "{n} cells", 5) == "5 x"
    assert tr("") == ""
    assert language() == "xx"


def test_a_marked_text_is_translated_where_it_is_shown() -> None:
    title = mark("Slide")
    speak(Backwards(), "xx")
    assert (title, tr(title)) == ("Slide", "edilS")

"""What the style sheet and the palette write can be read: contrast computed in every theme."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette

from convgui.draw.colour import Colour, colour, contrast
from convgui.draw.theme import THEMES, Theme
from convgui.qt.widgets.style import css, palette, sheet

LEAST = 4.5
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
GROUPS = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled)
ROLES = QPalette.ColorRole
WRITTEN = (
    (ROLES.WindowText, ROLES.Window),
    (ROLES.Text, ROLES.Base),
    (ROLES.Text, ROLES.AlternateBase),
    (ROLES.ButtonText, ROLES.Button),
    (ROLES.ToolTipText, ROLES.ToolTipBase),
    (ROLES.PlaceholderText, ROLES.Base),
    (ROLES.HighlightedText, ROLES.Highlight),
    (ROLES.Link, ROLES.Window),
)


def told(rules: str, what: str) -> str | None:
    """Return the colour that a rule gives, ``what`` being ``color`` or ``background``."""
    found = re.search(rf"(?<![-\w]){what}: (#[0-9a-f]{{6}})", rules)
    return found[1] if found else None


def papers(theme: Theme) -> set[str]:
    """Return every colour that the sheet paints below text, and that of the picture."""
    rules = sheet(theme)
    marks = {css(theme.role("kernel").line), css(theme.role("input").line), css(theme.line)}
    found = {told(body, "background") for _, body in RULE.findall(rules)}
    return {paper for paper in found if paper is not None and paper not in marks} | {css(theme.background)}


def pairs(theme: Theme) -> Iterator[tuple[str, str, str]]:
    """Yield each rule that colours text, with its ink and every paper that it may stand on."""
    for selector, body in RULE.findall(sheet(theme)):
        ink, own = told(body, "color"), told(body, "background")
        if ink is not None:
            yield from ((selector.strip(), ink, paper) for paper in ([own] if own else papers(theme)))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_text_of_the_style_sheet_has_contrast_four_and_a_half(theme: Theme) -> None:
    seen = list(pairs(theme))
    assert len(seen) > 20
    assert [pair for pair in seen if contrast(colour(pair[1]), colour(pair[2])) < LEAST] == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(group.name))
def test_every_text_of_the_palette_has_contrast_four_and_a_half(theme: Theme, group: QPalette.ColorGroup) -> None:
    colours = palette(theme)
    for ink, paper in WRITTEN:
        found = contrast(plain(colours.color(group, ink)), plain(colours.color(group, paper)))
        assert found >= LEAST, (ink.name, paper.name, found)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_symbol_on_the_play_button_and_the_focus_can_be_told(theme: Theme) -> None:
    accent = theme.role("kernel").line
    assert max(contrast(ink, accent) for ink in (theme.ink_dark, theme.ink_light)) >= LEAST
    for paper in papers(theme):
        assert contrast(theme.role("input").ink, colour(paper)) >= 3, "the frame of what has the keyboard"


def plain(found: QColor) -> Colour:
    return (found.red(), found.green(), found.blue(), 255)

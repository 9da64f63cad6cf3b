"""Headings: what does not fit below a title stands beside it."""

from __future__ import annotations

from convgui.draw.metrics import text_width
from convgui.draw.panels import facts
from convgui.draw.picture import Label
from convgui.draw.theme import LIGHT


def texts(room: float) -> list[str]:
    items = facts(10, 20, "Output", "1 × 1998 × 2998 · exact at every 23rd pixel", LIGHT.text, LIGHT, room)
    labels = [item for item in items if isinstance(item, Label)]
    for item in labels:
        bold = item.text == "Output"
        assert item.x + text_width(item.text, item.size, mono=not bold, bold=bold) <= 10 + room + 0.5
    return [item.text for item in labels]


def test_facts_stand_below_their_title_or_beside_it() -> None:
    assert texts(400) == ["Output", "1 × 1998 × 2998 · exact at every 23rd pixel"]
    assert texts(260) == ["Output", "exact at every 23rd pixel", "1 × 1998 × 2998"]
    assert texts(130) == ["Output", "1 × 1998 × 2998 …"]

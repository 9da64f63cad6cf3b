"""The two themes: one hue a role, everywhere (Okabe and Ito's colours, told apart by colour-blind readers)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from convgui.draw.colour import Bytes, Colour, Floats, colour, ink_on, ramp

Role = Literal["input", "kernel", "result", "warning", "plain"]


@dataclass(frozen=True)
class RoleColours:
    """How one role is drawn.

    Attributes
    ----------
    line : tuple
        Outlines.
    ink : tuple
        Text; contrast at least 4.5 to 1 on the background.
    positive, negative : tuple
        The hues that fills move towards.
    """

    line: Colour
    ink: Colour
    positive: Colour
    negative: Colour


@dataclass(frozen=True)
class Theme:
    """Every colour of the program."""

    name: Literal["light", "dark"]
    background: Colour
    panel: Colour
    field: Colour
    line: Colour
    text: Colour
    muted: Colour
    selection: Colour
    cell: Colour
    cell_line: Colour
    ink_dark: Colour
    ink_light: Colour
    roles: dict[Role, RoleColours]
    strength: float

    def role(self, name: Role) -> RoleColours:
        """Return the colours of a role."""
        return self.roles[name]

    def fills(self, values: Floats, role: Role, limit: float) -> Bytes:
        """Fill colours ``(..., 4)`` of values on a scale of ``-limit`` to ``limit``."""
        hues = self.roles[role]
        return ramp(values, self.cell, hues.positive, hues.negative, limit, self.strength)

    def ink(self, fill: Bytes) -> Bytes:
        """Text colours that are readable on these fills."""
        return ink_on(fill, self.ink_dark, self.ink_light)


_BLUE, _ORANGE, _GREEN, _VERMILLION, _PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#8E5BA6"


def _roles(lines: dict[Role, str], inks: dict[Role, str]) -> dict[Role, RoleColours]:
    positive: dict[Role, str] = {
        "input": _BLUE,
        "kernel": _ORANGE,
        "result": _GREEN,
        "warning": _VERMILLION,
        "plain": "#8A8F99",
    }
    negative: dict[Role, str] = {
        "input": _PURPLE,
        "kernel": _PURPLE,
        "result": _VERMILLION,
        "warning": _PURPLE,
        "plain": "#8A8F99",
    }
    return {
        role: RoleColours(colour(lines[role]), colour(inks[role]), colour(positive[role]), colour(negative[role]))
        for role in lines
    }


LIGHT = Theme(
    name="light",
    background=colour("#FFFFFF"),
    panel=colour("#FAFAF8"),
    field=colour("#FFFFFF"),
    line=colour("#E1E1DC"),
    text=colour("#1A1D23"),
    muted=colour("#5C6270"),
    selection=colour("#E7F0F7"),
    cell=colour("#FBFCFB"),
    cell_line=colour("#DDE0DF"),
    ink_dark=colour("#000000"),
    ink_light=colour("#FFFFFF"),
    roles=_roles(
        {"input": _BLUE, "kernel": _ORANGE, "result": _GREEN, "warning": _VERMILLION, "plain": "#8A8F99"},
        {"input": "#0068A3", "kernel": "#805800", "result": "#007155", "warning": "#A84900", "plain": "#1A1D23"},
    ),
    strength=0.7,
)

DARK = Theme(
    name="dark",
    background=colour("#1C1E25"),
    panel=colour("#17191E"),
    field=colour("#1F222A"),
    line=colour("#2E313A"),
    text=colour("#E9EAEC"),
    muted=colour("#9BA1AE"),
    selection=colour("#21303D"),
    cell=colour("#20242B"),
    cell_line=colour("#343842"),
    ink_dark=colour("#000000"),
    ink_light=colour("#FFFFFF"),
    roles=_roles(
        {"input": "#3F97CC", "kernel": "#F0AE2B", "result": "#22B28A", "warning": "#E8753A", "plain": "#9BA1AE"},
        {"input": "#5DB4EA", "kernel": "#F3B63F", "result": "#33C79D", "warning": "#F08A55", "plain": "#E9EAEC"},
    ),
    strength=0.78,
)

THEMES = {"light": LIGHT, "dark": DARK}

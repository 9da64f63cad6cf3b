"""The themes: one hue a role, everywhere.

There are a light and a dark one, each in two sets of colours: Okabe and Ito's, which colour-blind readers tell apart,
and those of Dumoulin and Visin's figures of convolution arithmetic (blue inputs, cyan outputs, dark shaded kernels),
which are Schoonover's Solarized.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from dataclasses import field as declared
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from convgui.draw.colour import Bytes, Colour, Floats, colour, contrast, ink_on, mix, ramp

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
    """Every colour of the program.

    Attributes
    ----------
    name : str
        As in `THEMES`.
    shade : str
        Whether the paper is light or dark.
    strength : float
        How far the largest value of a grid moves its cell towards the hue: so far that text reads on it in one ink.
    window, faint : tuple
        Cells that the kernel lies on, and cells that are out of consideration.
    inverted : bool
        Whether greys run from white to black, as X-rays are looked at: those of pictures, and those that the cells of
        an input then have instead of a hue.
    """

    name: str
    shade: Literal["light", "dark"]
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
    roles: dict[Role, RoleColours] = declared(hash=False)
    strength: float
    window: Colour
    faint: Colour
    inverted: bool = False

    @property
    def colours(self) -> str:
        """The set of colours, as `themed` takes it."""
        return self.name.partition("-")[2]

    def role(self, name: Role) -> RoleColours:
        """Return the colours of a role."""
        return self.roles[name]

    def fills(self, values: Floats, role: Role, limit: float) -> Bytes:
        """Fill colours ``(..., 4)`` of values on a scale of ``-limit`` to ``limit``."""
        hues, lost = self.roles[role], np.isnan(values)
        there = np.where(lost, 0, values) if lost.any() else values
        grey = self.inverted and role == "input"
        zero, positive = (WHITE, BLACK) if grey else (self.cell, hues.positive)
        fills = ramp(there, zero, positive, hues.negative, limit, self.strength)
        fills[lost] = self.missing
        return fills

    @property
    def missing(self) -> Colour:
        """The colour of what is missing (NaN): pale or dark magenta, which no scale runs through."""
        return MISSING[self.shade]

    def ink(self, fill: Bytes) -> Bytes:
        """Text colours that are readable on these fills."""
        return ink_on(fill, self.ink_dark, self.ink_light)


WHITE, BLACK = colour("#FFFFFF"), colour("#000000")
MISSING: dict[str, Colour] = {"light": (244, 226, 240, 255), "dark": (112, 54, 98, 255)}
_BLUE, _ORANGE, _GREEN, _VERMILLION, _PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#8E5BA6"
_GREY = "#8A8F99"


Hues: TypeAlias = dict[Role, str]

_OKABE_ITO: tuple[Hues, Hues] = (
    {"input": _BLUE, "kernel": _ORANGE, "result": _GREEN, "warning": _VERMILLION, "plain": _GREY},
    {"input": _PURPLE, "kernel": _PURPLE, "result": _VERMILLION, "warning": _PURPLE, "plain": _GREY},
)
_SOLARIZED: tuple[Hues, Hues] = (
    {"input": "#268BD2", "kernel": "#586E75", "result": "#2AA198", "warning": "#CB4B16", "plain": _GREY},
    {"input": "#6C71C4", "kernel": "#D33682", "result": "#DC322F", "warning": "#6C71C4", "plain": _GREY},
)


def _roles(lines: Hues, inks: Hues, fills: tuple[Hues, Hues] = _OKABE_ITO) -> dict[Role, RoleColours]:
    positive, negative = fills
    return {
        role: RoleColours(colour(lines[role]), colour(inks[role]), colour(positive[role]), colour(negative[role]))
        for role in lines
    }


LIGHT = Theme(
    name="light",
    shade="light",
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
    strength=0.62,
    window=colour("#FCE6B8"),
    faint=colour("#F0F1F2"),
)

DARK = Theme(
    name="dark",
    shade="dark",
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
    strength=0.56,
    window=colour("#5A4722"),
    faint=colour("#2A2D35"),
)

_LIGHT_SOLARIZED = replace(
    LIGHT,
    name="light-solarized",
    window=colour("#C9D3D5"),
    roles=_roles(
        {"input": "#268BD2", "kernel": "#073642", "result": "#2AA198", "warning": "#CB4B16", "plain": _GREY},
        {"input": "#1A6394", "kernel": "#073642", "result": "#19706A", "warning": "#A63A0D", "plain": "#1A1D23"},
        _SOLARIZED,
    ),
)
_DARK_SOLARIZED = replace(
    DARK,
    name="dark-solarized",
    window=colour("#3D4A50"),
    roles=_roles(
        {"input": "#3A9BDF", "kernel": "#93A1A1", "result": "#35B5AB", "warning": "#E06A38", "plain": "#9BA1AE"},
        {"input": "#5FB2EE", "kernel": "#B9C4C4", "result": "#45C6BC", "warning": "#F0865A", "plain": "#E9EAEC"},
        _SOLARIZED,
    ),
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK, _LIGHT_SOLARIZED, _DARK_SOLARIZED)}
TINTED = 0.28
"""How much of the kernel's hue is in the cells that its window covers."""
OWN = re.compile("own" + "-([0-9a-f]{6})" * 5)
"""A set of colours of one's own: input, kernel, output, warnings, and what is negative of input and kernel."""
LEGIBLE = 4.5
"""Contrast that text has at least."""


def themed(shade: str, colours: str = "") -> Theme:
    """Return the theme of a shade, ``"light"`` or ``"dark"``, in a set of colours.

    Parameters
    ----------
    colours : str
        ``""`` for Okabe and Ito's, ``"solarized"``, or one's own: ``"own-"`` and five of ``rrggbb``, see `OWN`.

    Raises
    ------
    KeyError
        If there is no such theme.
    """
    own = OWN.fullmatch(colours)
    return _own(shade, *own.groups()) if own and shade in THEMES else THEMES[f"{shade}-{colours}" if colours else shade]


def theme_named(name: str) -> Theme:
    """Return a theme by its `Theme.name`; KeyError if there is none."""
    return themed(*name.split("-", 1))


@lru_cache(maxsize=64)
def _own(shade: str, given: str, kernel: str, result: str, warning: str, negative: str) -> Theme:
    """Lay one's own hues over a theme: text is as much of each hue as can be read."""
    base = THEMES[shade]
    hues: dict[Role, Colour] = {
        "input": colour(f"#{given}"), "kernel": colour(f"#{kernel}"), "result": colour(f"#{result}"),
        "warning": colour(f"#{warning}"),
    }  # fmt: skip
    against: dict[Role, Colour] = {
        "input": colour(f"#{negative}"), "kernel": colour(f"#{negative}"), "result": hues["warning"],
        "warning": colour(f"#{negative}"),
    }  # fmt: skip
    roles = {role: RoleColours(hue, _legible(hue, base), hue, against[role]) for role, hue in hues.items()}
    name = "-".join((shade, "own", given, kernel, result, warning, negative))
    return replace(base, name=name, roles={**base.roles, **roles}, window=mix(base.cell, hues["kernel"], TINTED))


def _legible(hue: Colour, base: Theme) -> Colour:
    """Return the hue, mixed with that of text only as far as it takes to be read wherever text stands."""
    papers = (base.background, base.panel, base.field, base.selection)
    mixed = (mix(hue, base.text, share / 20) for share in range(21))
    return next(ink for ink in mixed if min(contrast(ink, paper) for paper in papers) >= LEGIBLE)


def hues_of(theme: Theme) -> str:
    """Write a theme's hues as a set of one's own, from which an editor goes on; see `OWN`."""
    roles = theme.roles
    hues = [roles[role].positive for role in ("input", "kernel", "result", "warning")]
    return "-".join(["own", *("".join(f"{part:02x}" for part in hue[:3]) for hue in (*hues, roles["input"].negative))])

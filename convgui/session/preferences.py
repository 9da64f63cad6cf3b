"""What a user would rather have: frozen, checked, and no more than the window can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from convgui.draw.theme import OWN
from convgui.files.translations import LANGUAGES
from convgui.session.player import SPEEDS

SHADES = ("system", "light", "dark")
COLOURS = ("", "solarized")
FONTS = ("inter", "system")
MOTIONS = ("system", "full", "none")
SIZES = (0, 90, 100, 110, 125, 150, 175)
DECIMALS = (1, 2, 3, 4, 5, 6)
LEAST_MEMORY = 256
LANGUAGE_CODES = ("", *LANGUAGES)


@dataclass(frozen=True)
class Preferences:
    """What a user can choose once for all windows.

    Attributes
    ----------
    shade : str
        ``"light"``, ``"dark"``, or ``"system"`` to follow the desktop.
    colours : str
        ``""`` for Okabe and Ito's, ``"solarized"`` for those of the figures of convolution arithmetic, or one's own,
        see `convgui.draw.theme.OWN`.
    font : str
        ``"inter"``, which ships with the program, or the ``"system"``'s.
    size : int
        Size of all text in percent; 0 follows the desktop.
    motion : str
        Whether windows glide from cell to cell: ``"full"``, ``"none"``, or as the ``"system"`` says.
    speed : float
        At which a new window plays, one of `SPEEDS`.
    decimals : int
        Most significant decimals of a number in a picture.
    memory : int
        Megabytes that one result may take; 0 stands for a share of the machine's.
    restore : bool
        Whether a start brings back what was open at the end.
    language : str
        Code of the language that the program speaks; ``""`` follows the desktop where that is one it speaks.
    """

    shade: str = "light"
    colours: str = ""
    font: str = "inter"
    size: int = 0
    motion: str = "system"
    speed: float = 1.0
    decimals: int = 3
    memory: int = 0
    restore: bool = True
    language: str = ""

    def with_changes(self, changes: Mapping[str, Any]) -> Preferences:
        """Return them with some changed; what is unknown or cannot be is left as it was."""
        kept = {name: value for name, value in changes.items() if name in CHECKS and self._takes(name, value)}
        return replace(self, **kept)

    def _takes(self, name: str, value: Any) -> bool:
        """Whether a value is one of a preference: 3.0 is 3 for Python, and no number of decimals."""
        kind = type(getattr(self, name))
        return (type(value) is kind or (kind is float and type(value) is int)) and CHECKS[name](value)

    def differing(self) -> dict[str, Any]:
        """Return what is not as at first."""
        plain = Preferences()
        names = [field.name for field in fields(self)]
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(plain, name)}


def _memory(value: object) -> bool:
    return isinstance(value, int) and (value == 0 or LEAST_MEMORY <= value < 1 << 30)


def _colours(value: object) -> bool:
    return value in COLOURS or (isinstance(value, str) and OWN.fullmatch(value) is not None)


def _truth(value: object) -> bool:
    return isinstance(value, bool)


CHECKS: dict[str, Callable[[object], bool]] = {
    "shade": SHADES.__contains__,
    "colours": _colours,
    "font": FONTS.__contains__,
    "size": SIZES.__contains__,
    "motion": MOTIONS.__contains__,
    "speed": SPEEDS.__contains__,
    "decimals": DECIMALS.__contains__,
    "memory": _memory,
    "restore": _truth,
    "language": LANGUAGE_CODES.__contains__,
}

"""Which axis of a file is what, where the file does not say or holds more than is shown at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AxisSelection:
    """How the axes of a file are read; axes are called by name, and those not mentioned are shown.

    Attributes
    ----------
    channel : str
        The axis that is the channel, or "".
    index : tuple of (str, int)
        Axes of which one position is opened, and that position, from 0.
    """

    channel: str = ""
    index: tuple[tuple[str, int], ...] = ()

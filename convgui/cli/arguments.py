"""What the command line takes: parsers whose errors are one sentence, and the kinds of words they read."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from typing import NoReturn


class UsageError(Exception):
    """Something the user asked for that cannot be done; the text is one sentence."""


class OneSentence(argparse.ArgumentParser):
    """A parser whose errors are one sentence on standard error, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and exit."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def add_axes(parser: argparse.ArgumentParser) -> None:
    """Add the options by which a file of many axes is read; `convgui.files.axes.reading_of` understands them."""
    group = parser.add_argument_group("files of many axes, such as films of volumes")
    group.add_argument(
        "--index",
        metavar="AXIS=N",
        action="append",
        default=[],
        help="open position N, from 0, of an axis, such as time=3; arrays call their axes 0, 1, 2 ...",
    )
    group.add_argument("--channels", metavar="AXIS", help="the axis that is the channel, or none")


def size(text: str) -> tuple[int, int]:
    """Read a size in pixels such as ``1200x800``."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1200x800")
    if not (64 <= int(width) <= 16_000 and 64 <= int(height) <= 16_000):
        raise argparse.ArgumentTypeError(f"{text} is outside 64x64 to 16000x16000")
    return int(width), int(height)


def number(least: float, most: float, what: str) -> Callable[[str], float]:
    """Return what reads a number in a range; `what` names it in the error."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not {what} from {least:g} to {most:g}")
        return value

    return read


def steps(text: str) -> tuple[int, int]:
    """Read a step or a range of them such as ``0..8``; −1 is the last."""
    found = re.fullmatch(r"(-?\d+)(?:\.\.(-?\d+))?", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range of steps such as 0..8, where -1 is the last")
    return int(found[1]), int(found[2] or found[1])


def turn(text: str) -> tuple[float, float]:
    """Read two angles in degrees such as ``30,20``."""
    about, comma, over = text.partition(",")
    try:
        found = (float(about), float(over))
    except ValueError:
        comma = ""
    if not comma or not (-360 <= found[0] <= 360 and -90 <= found[1] <= 90):
        raise argparse.ArgumentTypeError(f"{text!r} is not a pair of degrees such as 30,20 (−360 to 360, −90 to 90)")
    return found

"""What the command line takes: parsers whose errors are one sentence, and the kinds of words they read."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NoReturn

from convgui.cli.columns import wrapped
from convgui.core.sizes import read_sizes
from convgui.draw.colour import Colour, colour
from convgui.draw.theme import THEMES, theme_named
from convgui.files.installation import NAME, command
from convgui.files.translations import LANGUAGES
from convgui.model.document import MISSING
from convgui.session.scaling import SCALINGS
from convgui.words import mark, tr
from convgui.words.near import near, near_or_all

EXITS = mark("Exit status: 0 all done; 1 some inputs failed; 2 wrong usage, or nothing could be done; 130 interrupted.")

LANGUAGE_OPTION = "--lang"


_ARGPARSE = (
    (r"the following arguments are required: (.+)", mark("the following arguments are required: {0}")),
    (r"unrecognized arguments: (.+)", mark("unrecognized arguments: {0}")),
    (r"argument (.+?): expected one argument", mark("argument {0}: expected one argument")),
    (r"argument (.+?): expected at least one argument", mark("argument {0}: expected at least one argument")),
    (r"argument (.+?): invalid int value: (.+)", mark("argument {0}: {1} is not a whole number")),
    (r"ambiguous option: (.+?) could match (.+)", mark("ambiguous option: {0} could match {1}")),
    (r"argument (\S+): (.+)", mark("argument {0}: {1}")),
)
"""What argparse says by itself, and how we say it."""


def _spoken(message: str) -> str:
    """Return a sentence of argparse's in the language spoken."""
    for pattern, said in _ARGPARSE:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return tr(said).format(*found.groups())
    return message


class Wrapped(argparse.HelpFormatter):
    """Help in lines as wide as the terminal, where characters may be two columns wide and stand without spaces."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Write how it is used, under that heading in the language spoken."""
        super().add_usage(usage, actions, groups, tr("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Begin a section, and know its heading."""
        super().start_section(heading)
        self._headings = (*getattr(self, "_headings", ()), heading or "")

    def format_help(self) -> str:
        """Write the help, with the colon of the language spoken behind headings."""
        text = super().format_help()
        for heading in filter(None, getattr(self, "_headings", ())):
            text = text.replace(f"{heading}:\n", f"{tr('{heading}:', heading=heading)}\n", 1)
        return text

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(f"{indent}{line}" for line in wrapped(text, width - len(indent)))


class UsageError(Exception):
    """Something the user asked for that cannot be done; the text is one sentence."""


class OneSentence(argparse.ArgumentParser):
    """A parser whose errors are one sentence on standard error, with exit status 2.

    Parameters
    ----------
    words : str
        The command, such as ``"render"``; ``""`` for the program itself.
    """

    def __init__(self, words: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=command(words),
            description=description,
            epilog=epilog or None,
            formatter_class=Wrapped,
            add_help=False,
        )
        self._positionals.title, self._optionals.title = tr("positional arguments"), tr("options")
        self.add_argument("-h", "--help", action="help", help=tr("show this help message and exit"))
        # From 3.14 Python colours the help; ours is black and white, whatever NO_COLOR says.
        self.color = False
        # It is read before all others, see `convgui.cli.language`; here it is for the help.
        self.add_argument(
            LANGUAGE_OPTION, metavar="CODE", help=tr("the language: {known}", known=tr(" or ").join(LANGUAGES))
        )
        self._words, self._given = words, tuple[str, ...]()

    def listed(self) -> tuple[argparse.Action, ...]:
        """Return what can be given, for whoever writes about it."""
        return tuple(self._actions)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Remember what is read, so that an error can say what was meant."""
        self._given = tuple(args or ())
        return super().parse_known_args(args, namespace)

    def parse_known_intermixed_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read options among the words; argparse takes the first seven letters of the usage for its heading."""
        if self.usage is None:
            self.usage = self.format_usage().removeprefix(tr("usage: ")).rstrip()
        return super().parse_known_intermixed_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Print the sentence and exit."""
        word, hint = ("", "") if tr("; did you mean {name}?", name="").strip("?？ ") in message else self._meant()
        message = _spoken(message)
        if word:
            # What is missing may be what this word was meant to be.
            message = tr("unrecognized arguments: {word}", word=word)
        sentence = tr("{message}{hint}; see `{help}`.", message=message, hint=hint, help=f"{self.prog} --help")
        self.exit(2, f"{plain(f'{NAME} {self._words}'.strip())}: {plain(sentence)}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            hint = near(str(value), known) or tr("; it is one of {known}", known=", ".join(known))
            raise argparse.ArgumentError(action, tr("cannot be {value}{hint}", value=value, hint=hint))

    def _meant(self) -> tuple[str, str]:
        """Return an unknown option among the arguments, and which one it may stand for."""
        known = [name for name in self._option_string_actions if name.startswith("--")]
        for word in self._given:
            name = word.partition("=")[0]
            if name.startswith("--") and len(name) > 2 and not any(option.startswith(name) for option in known):
                return name, near(name, known)
        return "", ""


# Bidirectional marks turn the text behind them round, so that a name can look like another one.
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_SURROGATES = range(0xD800, 0xE000)
UNSEEN = MappingProxyType({code: f"\\u{code:04x}" for code in (*_CONTROLS, *_TURNING, *_SURROGATES)})
"""What no name may bring to a terminal, and what is shown in its place."""


def plain(text: object) -> str:
    """Return a text as one line in which nothing moves the cursor, turns the text round or is no character."""
    return str(text).translate(UNSEEN)


def add_axes(parser: argparse.ArgumentParser) -> None:
    """Add the options by which a file of many axes is read; `convgui.files.axes.parse_selection` understands them."""
    group = parser.add_argument_group(tr("files of many axes, such as films of volumes"))
    group.add_argument(
        "--index",
        metavar="AXIS=N",
        action="append",
        default=[],
        help=tr("open position N, from 0, of an axis, such as time=3; arrays call their axes 0, 1, 2 ..."),
    )
    group.add_argument("--channels", metavar="AXIS", help=tr("the axis that is the channel, or none"))


def add_missing(parser: argparse.ArgumentParser) -> None:
    """Add the option that says what a layer makes of missing values; see `Document.missing`."""
    parser.add_argument(
        "--missing",
        choices=MISSING,
        help=tr(
            "what a layer makes of missing values: they spread to the output (the default), are left out with the "
            "other weights rescaled, or count as zero"
        ),
    )


def add_values(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a network's input goes through first; see `Preparation`."""
    ways = "; ".join(f"{scaling.id}: {tr(scaling.title)}" for scaling in SCALINGS.values())
    parser.add_argument(
        "--values",
        metavar="ID",
        choices=tuple(SCALINGS),
        help=tr(
            "what is made of the values of pictures and arrays before such a network reads them (default: nothing, "
            "whatever it was trained on): {ways}",
            ways=ways,
        ),
    )
    parser.add_argument(
        "--resize",
        metavar="HxW",
        help=tr("to which size pictures and arrays are stretched before such a network reads them, such as 224x224"),
    )


def typed_sizes(option: str, text: str) -> tuple[int, ...]:
    """Read an option's sizes, one an axis; UsageError if they are none."""
    try:
        found = read_sizes(text)
    except ValueError:
        found = ()
    if not found:
        words = tr("{option} cannot be {text}; write whole numbers, such as 224x224.", option=option, text=text)
        raise UsageError(words)
    return found


def size(text: str) -> tuple[int, int]:
    """Read a size in pixels such as ``1200x800``."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(tr("{text!r} is not a size such as 1200x800", text=text))
    if not (64 <= int(width) <= 16_000 and 64 <= int(height) <= 16_000):
        raise argparse.ArgumentTypeError(tr("{text} is outside 64x64 to 16000x16000", text=text))
    return int(width), int(height)


def count(least: int, most: int, what: str) -> Callable[[str], int]:
    """Return what reads a whole number in a range; `what` names it in the error."""

    def read(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= most):
            words = tr("{text} is not {what} from {least} to {most}", text=text, what=what, least=least, most=most)
            raise argparse.ArgumentTypeError(words)
        return int(text)

    return read


def number(least: float, most: float, what: str) -> Callable[[str], float]:
    """Return what reads a number in a range; `what` names it in the error."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            bounds = {"least": f"{least:g}", "most": f"{most:g}"}
            words = tr("{text} is not {what} from {least} to {most}", text=text, what=what, **bounds)
            raise argparse.ArgumentTypeError(words)
        return value

    return read


def steps(text: str) -> tuple[int, int]:
    """Read a step or a range of them such as ``0..8``; −1 is the last."""
    found = re.fullmatch(r"(-?\d+)(?:\.\.(-?\d+))?", text)
    if found is None:
        raise argparse.ArgumentTypeError(
            tr("{text!r} is not a range of steps such as 0..8, where -1 is the last", text=text)
        )
    return int(found[1]), int(found[2] or found[1])


def hue(text: str) -> Colour:
    """Read a colour such as ``#ffffff``."""
    if not re.fullmatch("#[0-9A-Fa-f]{6}", text):
        raise argparse.ArgumentTypeError(tr("{text!r} is not a colour such as #ffffff", text=text))
    return colour(text)


def theme(text: str) -> str:
    """Read a theme's name: one of those that ship, or of colours of one's own."""
    try:
        return theme_named(text).name
    except KeyError:
        hint = near_or_all(text, THEMES, tr("the themes are"))
        raise argparse.ArgumentTypeError(tr("{text!r} is no theme{hint}", text=text, hint=hint)) from None


def turn(text: str) -> tuple[float, float]:
    """Read two angles in degrees such as ``30,20``."""
    about, comma, over = text.partition(",")
    try:
        found = (float(about), float(over))
    except ValueError:
        comma = ""
    if not comma or not (-360 <= found[0] <= 360 and -90 <= found[1] <= 90):
        raise argparse.ArgumentTypeError(
            tr("{text!r} is not a pair of degrees such as 30,20 (−360 to 360, −90 to 90)", text=text)
        )
    return found

"""What can be set of a layer, as data: the inspector makes a row of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from convgui.core.spec import SpecError
from convgui.words import mark, tr

ABOVE_0 = mark("is {value}; a number above 0 is needed.")
FINITE = mark("is {value}; a finite number is needed.")


@dataclass(frozen=True)
class Sizes:
    """One whole number a spatial axis, from `least` to `most`."""

    name: str
    title: str
    values: tuple[int, ...]
    least: int
    most: tuple[int, ...]


@dataclass(frozen=True)
class Integer:
    """A whole number from `least` to `most`."""

    name: str
    title: str
    value: int
    least: int
    most: int


@dataclass(frozen=True)
class Real:
    """A number from `least` to `most`."""

    name: str
    title: str
    value: float
    least: float
    most: float


@dataclass(frozen=True)
class Chosen:
    """One of several values, each with what it is called."""

    name: str
    title: str
    value: object
    choices: tuple[tuple[object, str], ...]


Field: TypeAlias = Sizes | Integer | Real | Chosen


def typed_number(name: str, value: Any, refusal: str) -> float:
    """Return what was typed into a field; SpecError names the field and says `refusal` where it is no number."""
    try:
        return float(value)
    except (ValueError, OverflowError) as error:
        raise SpecError(name, tr(refusal, value=value)) from error


def assert_never(field: NoReturn) -> NoReturn:
    """Let mypy prove that every kind of field was handled."""
    raise AssertionError(field)

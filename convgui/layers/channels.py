"""Values that a layer has one of a channel, and how they meet what comes in."""

from __future__ import annotations

from collections.abc import Callable

from convgui.core.spec import SpecError
from convgui.layers.layer import AnyArray, Array, Shape
from convgui.words import trn


def per_channel(values: Array, x: AnyArray) -> AnyArray:
    """Return one value a channel so that it meets ``(C, *spatial)``, in the type of that."""
    return values.astype(x.dtype).reshape(-1, *(1,) * (x.ndim - 1))


def check_channels(field: str, channels: int, shape: Shape) -> None:
    """Refuse an input of other channels than a layer has values for; SpecError names the field."""
    if shape[0] != channels:
        words = trn(
            "the layer takes {n} channel and gets {channels}.",
            "the layer takes {n} channels and gets {channels}.",
            channels,
            channels=shape[0],
        )
        raise SpecError(field, words, shape[0])


def bracketed(value: float, write: Callable[[float], str]) -> str:
    """Write a number that is added or multiplied: in brackets where it is below zero."""
    return in_brackets(write(value))


def in_brackets(text: str) -> str:
    """Return a written number, in brackets where it has a sign: also as the first factor of a product."""
    return f"({text})" if text[:1] in ("−", "-") else text


def nearest_divisor(channels: int, groups: int) -> int:
    """Return the number of groups into which channels can be divided that is nearest to the one wanted."""
    return min((g for g in range(1, channels + 1) if channels % g == 0), key=lambda g: abs(g - groups))

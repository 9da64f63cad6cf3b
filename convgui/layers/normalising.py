"""What layers that normalise share: an epsilon, and a weight and a bias of every channel afterwards."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from convgui.core.spec import SpecError
from convgui.layers.channels import bracketed
from convgui.layers.form import ABOVE_0, Real
from convgui.words import tr

EPS = 1e-5
"""What is added to a variance where nothing is said."""


def check_eps(eps: float) -> None:
    """Refuse what is not a finite number above 0; SpecError names the field."""
    if not (isfinite(eps) and eps > 0):
        raise SpecError("eps", tr(ABOVE_0, value=eps), None)


def eps_field(eps: float) -> Real:
    """Return the inspector's field of it."""
    return Real("eps", tr("Epsilon"), eps, 0.0, 1.0)


def weighed(text: str, weight: float, bias: float, write: Callable[[float], str]) -> str:
    """Write a channel's weight before a normalised value and its bias behind, where they are not 1 and 0."""
    text = text if weight == 1 else f"{bracketed(weight, write)} · {text}"
    return text if bias == 0 else f"{text} + {bracketed(bias, write)}"

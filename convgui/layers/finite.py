"""Numbers of a layer that are not finite: refused wherever a layer is made, since nothing could read them again."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.layers.form import FINITE
from convgui.words import tr


def check_finite(field: str, value: object) -> None:
    """Refuse an array, a number, or several numbers, that are not finite.

    Raises
    ------
    SpecError
        Naming the field.
    """
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and not _all_finite(value):
            raise SpecError(field, tr("holds numbers that are not finite."))
    elif isinstance(value, (float, np.floating)):
        if not isfinite(value):
            raise SpecError(field, tr(FINITE, value=value))
    elif isinstance(value, tuple):
        for part in value:
            check_finite(field, part)


def _all_finite(array: NDArray[Any]) -> bool:
    """Whether all numbers are finite: where their sum is, and no answer for each is needed."""
    with np.errstate(over="ignore", invalid="ignore"):
        return isfinite(array.sum()) or bool(np.isfinite(array).all())

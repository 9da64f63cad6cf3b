"""Numbers beyond the largest one are infinite, as IEEE 754 says: they are shown as that, and NumPy need not warn."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

Given = ParamSpec("Given")
Result = TypeVar("Result")


def overflowing(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return a function in which numbers may overflow, in any thread, without a warning on the terminal."""

    @wraps(function)
    def quiet(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with np.errstate(over="ignore", invalid="ignore"):
            return function(*args, **kwargs)

    return quiet

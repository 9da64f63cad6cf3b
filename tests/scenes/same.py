"""Whether two pictures are the same, item by item: what a fresh start would show is what has to be shown."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np


def difference(one: object, other: object, where: str = "picture", *, exact: bool = False) -> str:
    """Return where two pictures differ first, empty where they do not.

    Unless it is to be exact, a shade of 8 bits may be rounded otherwise, and numbers by a millionth.
    """
    if type(one) is not type(other):
        return f"{where}: {type(one).__name__} and {type(other).__name__}"
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape or one.dtype != other.dtype:
            return f"{where}: {one.dtype} {one.shape} and {other.dtype} {other.shape}"
        if exact:
            return "" if np.array_equal(one, other, equal_nan=one.dtype.kind == "f") else f"{where}: other values"
        close = np.allclose(one.astype(float), other.astype(float), atol=1.01 if one.dtype == np.uint8 else 1e-6)
        return "" if close else f"{where}: other values"
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        found = (difference(getattr(one, name), getattr(other, name), f"{where}.{name}", exact=exact) for name in names)
    elif isinstance(one, tuple | list) and isinstance(other, tuple | list):
        if len(one) != len(other):
            return f"{where}: {len(one)} and {len(other)} of them"
        found = (
            difference(a, b, f"{where}[{n}]", exact=exact) for n, (a, b) in enumerate(zip(one, other, strict=True))
        )
    elif isinstance(one, float) and isinstance(other, float):
        if exact:
            return "" if one == other or (one != one and other != other) else f"{where}: {one} and {other}"
        return "" if np.isclose(one, other, atol=1e-6, equal_nan=True) else f"{where}: {one} and {other}"
    else:
        return "" if one == other else f"{where}: {one!r} and {other!r}"
    return next((text for text in found if text), "")

"""JSON as the program writes it: in one place, so that a NumPy scalar is a number and anything else is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np


def json_text(content: object, indent: int | None = 1) -> str:
    """Return the JSON text of texts, numbers, truths, None, and of lists, tuples and mappings of them.

    Raises
    ------
    TypeError
        For anything else, an array among them; it says where it stands.
    ValueError
        For NaN and infinity, which JSON does not know.
    """
    return json.dumps(_plain(content, "content"), ensure_ascii=False, indent=indent, allow_nan=False)


def _plain(value: object, where: str) -> object:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    # Counts and sizes come out of NumPy as its own scalars, of which only float64 is a number to the json module.
    if isinstance(value, (np.bool_, np.integer, np.floating)):
        return value.item() if value.dtype.itemsize <= 8 else float(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"{where} has a key that is no text")
        return {key: _plain(inner, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, f"{where}[{i}]") for i, inner in enumerate(value)]
    raise TypeError(f"{where} is a {type(value).__name__}, which JSON does not hold")

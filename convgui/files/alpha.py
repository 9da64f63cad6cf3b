"""Transparency, which is not a colour: taken out of the channels and kept beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.model.sample import Alpha
from convgui.words import tr


def split_alpha(
    data: NDArray[Any], index: int, *, opaque: float = 0, associated: bool = False
) -> tuple[NDArray[Any], Alpha | None, str]:
    """Take a channel of ``(C, *spatial)`` out as alpha; nothing is kept of one that is opaque everywhere.

    Parameters
    ----------
    data : ndarray
        Unsigned integers, or floats.
    index : int
        Which channel is alpha.
    opaque : float, optional
        The value that hides what is behind, by default the largest of the type, or 1 for floats.
    associated : bool, optional
        Whether the colours are multiplied by alpha already.

    Returns
    -------
    data : ndarray
        The other channels.
    alpha : Alpha or None
        In the type of `data`, scaled so that its largest value, or 1, is opaque.
    note : str
        What there is to say about it, or "".
    """
    colours, values = np.delete(data, index, axis=0), data[index]
    full = int(np.iinfo(data.dtype).max) if data.dtype.kind == "u" else 1
    opaque = opaque or full
    if bool(np.all(values >= opaque)):
        return colours, None, ""
    if opaque != full:
        values = np.rint(values * (full / opaque)).astype(data.dtype)
    note = tr("It is partly transparent; its transparency is kept apart from its channels.")
    if associated:
        note += " " + tr("Its colours are multiplied by it already.")
    return colours, Alpha(np.ascontiguousarray(values), associated), note

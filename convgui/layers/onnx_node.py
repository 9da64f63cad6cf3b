"""A node of an ONNX graph as a kind of layer reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.words import tr


def finite(values: NDArray[Any], name: str) -> NDArray[np.float64]:
    """Return numbers as float64; SpecError names them if one is not finite."""
    with np.errstate(invalid="ignore"):
        found = values.astype(np.float64)
    if not np.isfinite(found).all():
        raise SpecError(name, tr("holds numbers that are not finite."))
    return found


@dataclass(frozen=True)
class OnnxNode:
    """One operation, with the arrays that come into it beside the values that flow.

    Attributes
    ----------
    op_type : str
        ONNX's name of it.
    attributes : mapping
        Whole numbers, numbers, texts and tuples of these, by ONNX's names.
    arrays : tuple of ndarray or None
        What stands behind the first input; None where nothing does, or something that is computed.
    rank : int
        How many spatial axes flow.
    first : ndarray or None
        Numbers that stand before the value that flows, as in ``1 - x``.
    """

    op_type: str
    attributes: Mapping[str, Any]
    arrays: tuple[NDArray[Any] | None, ...] = ()
    rank: int = 2
    first: NDArray[Any] | None = None

    @property
    def joins(self) -> bool:
        """Whether all that comes in is computed, so that values meet."""
        return self.first is None and bool(self.arrays) and all(array is None for array in self.arrays)

    def per_channel(self) -> NDArray[np.float64]:
        """Return the numbers that meet the value that flows: one, or one a channel; SpecError for others."""
        numbers = finite(self.first, "weight") if self.first is not None else self.array(0, "weight")
        shape = numbers.shape[max(numbers.ndim - 1 - self.rank, 0) :]
        if numbers.size == 1:
            return numbers.reshape(1)
        if len(shape) != 1 + self.rank or shape[0] != numbers.size:
            raise SpecError(
                "weight", tr("has shape {shape}; one number is needed, or one a channel.", shape=numbers.shape)
            )
        return numbers.reshape(-1)

    def array(self, index: int, name: str) -> NDArray[np.float64]:
        """Return an array that has to be there, as float64; SpecError if it is not."""
        found = self.arrays[index] if index < len(self.arrays) else None
        if found is None:
            raise SpecError(name, tr("is computed by the network itself, and has to stand in the file."))
        return finite(found, name)

    def array_or(self, index: int, default: float, count: int) -> NDArray[np.float64]:
        """Return an array that may be missing: then all its `count` numbers are `default`."""
        there = index < len(self.arrays) and self.arrays[index] is not None
        return self.array(index, "bias") if there else np.full(count, default)

    def sides(self, name: str, default: int) -> tuple[int, ...]:
        """Return one whole number an axis."""
        found = self.attributes.get(name)
        return tuple(found) if isinstance(found, tuple) else (default,) * self.rank

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        found = self.attributes.get(name, default)
        if not isinstance(found, int):
            raise SpecError(name, tr("is {value!r}; a whole number is needed.", value=found))
        return found

    def real(self, name: str, default: float) -> float:
        """Return a number."""
        found = self.attributes.get(name, default)
        if not isinstance(found, int | float):
            raise SpecError(name, tr("is {value!r}; a number is needed.", value=found))
        return float(found)

    def text(self, name: str, default: str) -> str:
        """Return a text."""
        return str(self.attributes.get(name, default))

    def padding(self) -> Any:
        """Return the padding as `ConvSpec.of` takes it: a name, or (before, after) for each axis.

        Raises
        ------
        SpecError
            If it is said in a way that is not known.
        """
        kind = self.text("auto_pad", "NOTSET")
        names = {"SAME_UPPER": "same_upper", "SAME_LOWER": "same_lower", "VALID": "valid"}
        if kind in names:
            return names[kind]
        if kind not in ("NOTSET", ""):
            raise SpecError("padding", tr("is {padding!r}, which is not known.", padding=kind))
        pads = self.attributes.get("pads", (0,) * (2 * self.rank))
        if not isinstance(pads, tuple) or len(pads) != 2 * self.rank:
            raise SpecError("padding", tr("does not fit {rank} axes.", rank=self.rank))
        return tuple(zip(pads[: self.rank], pads[self.rank :], strict=True))

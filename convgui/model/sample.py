"""The input: an array of channels with what is known about it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.arrays import refuse_masked
from convgui.core.precision import thinned
from convgui.model.axis_selection import AxisSelection
from convgui.words import tr

AnyArray = NDArray[np.generic]
SMALLEST_CELL, LARGEST_CELL = 1e-30, 1e30
"""Lengths of a cell, in whatever unit; a product of three, and of strides, is far from the ends of all numbers."""


def is_length(number: float) -> bool:
    """Whether a cell can be so long."""
    return SMALLEST_CELL <= number <= LARGEST_CELL


@dataclass(frozen=True, eq=False)
class Alpha:
    """How much of what is behind each cell a picture hides.

    Attributes
    ----------
    values : ndarray
        ``(*spatial)``; 0 is clear, and the largest value of an integer type, or 1 of floats, is opaque.
    associated : bool
        Whether the colours are stored multiplied by it.
    """

    values: NDArray[Any]
    associated: bool = False

    @property
    def opaque(self) -> float:
        """The value that hides all that is behind."""
        return float(np.iinfo(self.values.dtype).max) if self.values.dtype.kind == "u" else 1.0


@dataclass(frozen=True, eq=False)
class Sample:
    """An input, never written to.

    Attributes
    ----------
    data : ndarray
        ``(C, *spatial)``, in the file's own type (bool and integers as they are stored, floats as they are).
        NaN is a value that is missing: loaders write it for NaN, infinity and what a file says stands for nothing.
    name : str
        What the user calls it: a file name, a sample's title, ``"typed grid"``.
    source : str
        Where it came from: an absolute path, ``"sample:camera"``, or ``""`` for typed and pasted numbers.
    channels : tuple of str
        A short name a channel, such as ``("R", "G", "B")``.
    spacing : tuple of float
        Size of a cell on each spatial axis, in the axis' unit; 1 where nothing is known.
    units : tuple of str
        The unit of each spatial axis: ``"mm"``, ``"µm"``, ``"nm"``, ``"Å"``, ``"s"`` for time, and ``"px"`` where a
        cell is just a cell.
    directions : tuple of (str, str)
        Which way each spatial axis runs in a body, as the letters at its first and its last end, such as
        ``(("I", "S"), ("A", "P"), ("R", "L"))``; ``()`` where nothing is known. The letters are R and L (the
        patient's right and left), A and P (front and back), I and S (feet and head).
    nonfinite : int
        How many values are missing.
    note : str
        One sentence the user should know about loading, or ``""``.
    alpha : Alpha or None
        Transparency, which is no channel: a filter does not meet it.
    affine : tuple of tuple of float
        Three rows of as many numbers as there are spatial axes and one more: where in a body the centre of a cell lies,
        in millimetres to the left, the back and the head; ``()`` where nothing is known.
    axis_selection : AxisSelection or None
        How the axes of its file were read where there was a choice, so that it opens the same again.
    inverted : bool
        Whether it is shown from white to black, as X-rays are.
    """

    data: AnyArray
    name: str
    source: str = ""
    channels: tuple[str, ...] = ()
    spacing: tuple[float, ...] = ()
    nonfinite: int = 0
    note: str = ""
    units: tuple[str, ...] = ()
    directions: tuple[tuple[str, str], ...] = ()
    alpha: Alpha | None = None
    affine: tuple[tuple[float, ...], ...] = ()
    axis_selection: AxisSelection | None = None
    inverted: bool = False

    def __post_init__(self) -> None:
        refuse_masked("data", self.data)
        if not 2 <= self.data.ndim <= 4:
            raise ValueError(
                tr("A sample is (C, *spatial) with 1 to 3 spatial axes, got shape {shape}.", shape=self.data.shape)
            )
        if not self.channels:
            count = self.data.shape[0]
            names = ("R", "G", "B") if count == 3 else tuple(str(c) for c in range(count))
            object.__setattr__(self, "channels", names)
        if self.alpha is not None and self.alpha.values.shape != self.spatial:
            raise ValueError(
                tr(
                    "The alpha of a sample has its shape {shape}, got {got}.",
                    shape=self.spatial,
                    got=self.alpha.values.shape,
                )
            )
        rank = self.data.ndim - 1
        if not self.units:
            object.__setattr__(self, "units", ("mm" if self.spacing else "px",) * rank)
        if not self.spacing:
            object.__setattr__(self, "spacing", (1.0,) * rank)
        for field, values in (("spacing", self.spacing), ("units", self.units), ("directions", self.directions)):
            if len(values) != rank and (values or field != "directions"):
                raise ValueError(
                    tr(
                        "A sample with {rank} spatial axes needs {rank} {field}, got {values}.",
                        rank=rank,
                        field=field,
                        values=values,
                    )
                )
        if self.affine and [len(row) for row in self.affine] != [rank + 1] * 3:
            raise ValueError(
                tr("The affine of a sample is 3 × {columns}, got {affine}.", columns=rank + 1, affine=self.affine)
            )
        if not all(abs(n) <= LARGEST_CELL for row in self.affine for n in row):
            raise ValueError(
                tr(
                    "The affine of a sample holds numbers up to {most:g}, got {affine}.",
                    most=LARGEST_CELL,
                    affine=self.affine,
                )
            )
        if not all(map(is_length, self.spacing)):
            raise ValueError(
                tr(
                    "The spacing of a sample is from {least:g} to {most:g}, got {spacing}.",
                    least=SMALLEST_CELL,
                    most=LARGEST_CELL,
                    spacing=self.spacing,
                )
            )

    @property
    def spatial(self) -> tuple[int, ...]:
        """Spatial shape."""
        return self.data.shape[1:]

    @cached_property
    def largest(self) -> float:
        """The largest absolute value that is there, or of a large input, among cells evenly spread."""
        some = np.abs(thinned(self.data).astype(np.float64))
        return float(some.max(initial=0.0, where=np.isfinite(some)))

    @cached_property
    def zeroed(self) -> Sample:
        """The same input with 0 where a value is missing."""
        if not self.nonfinite:
            return self
        return replace(self, data=np.nan_to_num(self.data, nan=0.0))

    @property
    def with_alpha_channel(self) -> Sample:
        """The same input with its transparency as one more channel, which a filter then meets."""
        if self.alpha is None:
            return self
        data = np.concatenate([self.data, self.alpha.values[None]])
        return replace(self, data=data, channels=(*self.channels, "A"), alpha=None, source="")

    @property
    def weighted_by_alpha(self) -> Sample:
        """The same input with each value multiplied by how opaque it is, 0 to 1: what is clear then weighs nothing."""
        if self.alpha is None:
            return self
        opacity = self.alpha.values.astype(np.float64) / self.alpha.opaque
        data = self.data.astype(np.float64)
        if not self.alpha.associated:
            data *= opacity
        single = self.data.dtype.itemsize <= (4 if self.data.dtype.kind == "f" else 2)
        return replace(self, data=data.astype(np.float32) if single else data, alpha=None, source="")

    def with_value(self, index: tuple[int, ...], value: float) -> Sample:
        """Return a copy with one cell changed, in a type that holds the value and all others exactly.

        Raises
        ------
        ValueError
            If there is none, or the value is no finite number.
        """
        if not math.isfinite(value):
            raise ValueError(tr("An input holds finite numbers, not {value}.", value=value))
        data = self.data.astype(_type_with(self.data, value))
        filled = int(self.nonfinite > 0 and np.isnan(float(data[index])))
        data[index] = value if data.dtype.kind == "f" else int(value)
        return replace(self, data=data, name=self.name, source="", nonfinite=self.nonfinite - filled)


_INTEGER_TYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8")
_EXACT = 2**53
"""Up to this size float64 holds every whole number."""


def _type_with(data: AnyArray, value: float) -> np.dtype[Any]:
    """Return the type of data if it holds another value, too; otherwise a larger one that holds both."""
    if _holds(data.dtype, value):
        return data.dtype
    if data.dtype.kind == "f":
        return np.dtype(np.float64)
    least, most = int(data.min()), int(data.max())
    for kind in map(np.dtype, _INTEGER_TYPES):
        if kind.itemsize >= data.itemsize and all(_holds(kind, number) for number in (value, least, most)):
            return kind
    if max(-least, most) > _EXACT:
        raise ValueError(
            tr(
                "No type of number holds {value} beside whole numbers up to {most}; scale the input first.",
                value=value,
                most=max(-least, most),
            )
        )
    return np.dtype(np.float64)


def _holds(kind: np.dtype[Any], value: float) -> bool:
    """Whether a type holds a finite number exactly."""
    if kind.kind == "f":
        with np.errstate(over="ignore"):
            return float(kind.type(value)) == value
    if kind.kind == "b":
        return value in (0, 1)
    limits = np.iinfo(kind)
    return value == int(value) and limits.min <= int(value) <= limits.max

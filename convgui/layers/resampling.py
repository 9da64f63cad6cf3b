"""One axis of a resized input: where the output's cells lie on it, as numbers, tables and code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads, Floats
from convgui.layers.tabled import TabledAxis
from convgui.words import tr

NUMPY_BETWEEN = '''
def between(x, at, axis):
    """Read x linearly at positions of an axis, held inside it; whole positions are copies."""
    at = np.clip(at, 0, x.shape[axis] - 1)
    low = np.floor(at).astype(int)
    part = (at - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
    left, right = x.take(low, axis), x.take(low + (at > low), axis)
    return left + (right - left) * part
'''
JAX_BETWEEN = '''
def between(x, at, axis):
    """Read x linearly at positions of an axis, held inside it; whole positions are copies."""
    at = jnp.clip(at, 0, x.shape[axis] - 1)
    low = jnp.floor(at).astype(int)
    part = (at - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
    left, right = jnp.take(x, low, axis), jnp.take(x, low + (at > low), axis)
    return left + (right - left) * part
'''
KERAS_BETWEEN = '''
def between(x, at, axis):
    """Read x linearly at positions of an axis, held inside it; whole positions are copies."""
    at = np.clip(at, 0, x.shape[axis] - 1)
    low = np.floor(at).astype(int)
    part = (at - low).reshape(-1, *[1] * (len(x.shape) - 1 - axis))
    left, right = tf.gather(x, low, axis=axis), tf.gather(x, low + (at > low), axis=axis)
    return left + (right - left) * part
'''


@dataclass(frozen=True)
class Resampling:
    """One axis that is resized, as PyTorch does it.

    Attributes
    ----------
    cells, positions : int
        Lengths of the input and of the output.
    scale : float or None
        How many output cells are made of one, where that was given; otherwise the lengths tell.
    linear : bool
        Whether neighbours are mixed; otherwise each cell is a copy.
    aligned : bool
        Whether the first and last cells of both lie on each other.
    """

    cells: int
    positions: int
    scale: float | None
    linear: bool
    aligned: bool

    @property
    def apart(self) -> float:
        """How far neighbouring output cells lie apart, in cells of the input."""
        if self.aligned:
            return (self.cells - 1) / max(self.positions - 1, 1)
        return self.cells / self.positions if self.scale is None else 1 / self.scale

    @property
    def at(self) -> Floats:
        """Where each output cell lies, in cells of the input."""
        cells, n = np.arange(self.positions), self.cells
        if not self.linear:
            # Whole numbers alone where the lengths tell, so that no rounding moves a cell.
            found = cells * n // self.positions if self.scale is None else np.floor(cells / self.scale)
        elif self.aligned:
            found = cells * self.apart
        else:
            found = (cells + 0.5) * self.apart - 0.5
        clipped: NDArray[Any] = np.clip(found, 0, n - 1)
        return clipped.astype(np.float64)

    @property
    def reads(self) -> AxisReads:
        """Which cells each output cell reads: its two neighbours, or one."""
        at = self.at
        low = at.astype(np.int64)
        if not self.linear:
            return AxisReads(low[:, None], np.ones((self.positions, 1)))
        share = at - low
        table = np.stack([low, np.minimum(low + 1, self.cells - 1)], axis=1)
        return AxisReads(table, np.stack([1 - share, share], axis=1))

    @property
    def axis(self) -> TabledAxis:
        """The axis as scenes ask it."""
        first = 0.0 if self.aligned else self.apart / 2 - 0.5
        return TabledAxis.of(self.reads, self.cells, first, self.apart, self.positions)

    def written(self, library: str) -> str:
        """Write where the output cells lie, as an expression."""
        cells, n, m = f"{library}.arange({self.positions})", self.cells, self.positions
        if not self.linear:
            return f"{cells} * {n} // {m}" if self.scale is None else f"{library}.floor({cells} / {self.scale!r})"
        if self.aligned:
            return f"{cells} * {n - 1} / {max(m - 1, 1)}"
        return f"({cells} + 0.5) * {n} / {m} - 0.5" if self.scale is None else f"({cells} + 0.5) / {self.scale!r} - 0.5"


@dataclass(frozen=True)
class Resize:
    """What a node of ONNX resizes by, as the arguments of `Upsample`."""

    scale_factor: tuple[float, ...]
    mode: Literal["nearest", "linear"]
    size: tuple[int, ...]
    align_corners: bool

    @classmethod
    def of(cls, node: OnnxNode) -> Resize:
        """Read Resize of any opset, or Upsample; SpecError for ways of reading between cells that are not known."""
        old = node.op_type == "Upsample" or len(node.arrays) < 2
        scales = _numbers(node, 0 if old else 1, "scales")
        sizes = () if scales or old else _numbers(node, 2, "sizes")
        size, factors = tuple(int(n) for n in sizes[2:]), scales[2:]
        if not (size or factors) or any(value != 1 for value in scales[:2]):
            raise SpecError("scale_factor", tr("is not one number a spatial axis."))
        way = "asymmetric" if old else node.text("coordinate_transformation_mode", "half_pixel")
        kind = node.text("mode", "nearest")
        if kind == "linear" and way in ("half_pixel", "pytorch_half_pixel", "align_corners"):
            return cls(factors, "linear", size, way == "align_corners")
        floors = way == "asymmetric" and (old or node.text("nearest_mode", "round_prefer_floor") == "floor")
        # A whole factor puts every cell's middle into the cell that it is a copy of.
        inside = way in ("half_pixel", "pytorch_half_pixel") and all(f.is_integer() for f in factors) and not size
        if kind == "nearest" and (floors or inside):
            return cls(factors, "nearest", size, False)
        raise SpecError("mode", tr("is {mode!r} by {way!r}, which is not read.", mode=kind, way=way))


def _numbers(node: OnnxNode, index: int, name: str) -> tuple[float, ...]:
    """Return an array of a node, or nothing where it has none."""
    if index >= len(node.arrays) or node.arrays[index] is None:
        return ()
    return tuple(float(n) for n in node.array(index, name).reshape(-1))

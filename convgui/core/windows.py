"""The windows of some output cells, written out once: any kernel of that size is one product on them.

Zoomed out, the output cells on screen lie apart, and most of the time that they take goes into gathering what they
read. That does not depend on the weights: kept, it answers another kernel some five times as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convgui.core.algorithms.base import BUDGET
from convgui.core.algorithms.direct import DIRECT, columns
from convgui.core.arrays import as_real, check_bias, check_x
from convgui.core.control import CancelCheck, Control
from convgui.core.convolution import Region, resolve_region
from convgui.core.crew import Crew
from convgui.core.memory import check_budget
from convgui.core.problem import Ranges, forward_piece
from convgui.core.processors import processors
from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr

AnyArray = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Windows:
    """What each output cell of a region reads.

    Attributes
    ----------
    spec : ConvSpec
        Of one group.
    region : tuple of range
        The output cells.
    columns : ndarray, shape (C_in * taps, cells)
        float32 or float64.
    """

    spec: ConvSpec
    region: Ranges
    columns: AnyArray

    @property
    def nbytes(self) -> int:
        """Memory that they take."""
        return self.columns.nbytes

    def apply(self, weight: ArrayLike, bias: ArrayLike | None = None) -> AnyArray:
        """Return the layer's output in the region.

        Parameters
        ----------
        weight : array_like
            Of shape ``(C_out, C_in, *kernel)``; any number of filters.
        bias : array_like, shape (C_out,), optional

        Returns
        -------
        ndarray, shape (C_out, *region), of the columns' type

        Raises
        ------
        SpecError
            If the weights do not fit the windows.
        """
        kernel = as_real("weight", weight).astype(self.columns.dtype, copy=False)
        needed = self.spec.weight_shape[1:]
        if kernel.shape[1:] != needed:
            raise SpecError(
                "weight",
                tr("has shape {shape}, the layer needs {weight_shape}.", shape=kernel.shape, weight_shape=needed),
            )
        filters = kernel.reshape(len(kernel), -1)
        # One filter is a product of a vector, which BLAS does without copying the matrix.
        product = filters[0] @ self.columns if len(filters) == 1 else filters @ self.columns
        result = product.reshape(len(filters), *(len(cells) for cells in self.region))
        offset = check_bias(bias, len(filters))
        if offset is not None:
            result += offset.astype(result.dtype).reshape(-1, *(1,) * self.spec.rank)
        return np.asarray(result)


def read_windows(
    x: ArrayLike,
    spec: ConvSpec,
    region: Region | None = None,
    *,
    dtype: DTypeLike = np.float32,
    threads: int | None = None,
    cancel: CancelCheck | None = None,
) -> Windows:
    """Write out what the output cells of a region read: ``C_in * taps`` numbers each.

    Parameters
    ----------
    x : array_like, shape (C_in, *spatial)
    spec : ConvSpec
        An ordinary convolution of one group.
    region : sequence of slice or range, optional
        The output cells, as for `convolve`; all by default.
    dtype : float32 or float64
    threads, cancel
        As for `convolve`.

    Raises
    ------
    SpecError
        If an argument does not fit, or the windows would not fit the memory.
    Cancelled
    """
    source = check_x(x)
    if spec.transposed or spec.groups > 1:
        raise SpecError("spec", tr("has groups or is transposed; windows are those of one ordinary convolution."))
    ranges = resolve_region(region, spec.output_shape(source.shape[1:]))
    weight = np.empty((1, *spec.weight_shape[1:]), dtype)
    check_budget((weight.size, *(len(cells) for cells in ranges)), weight.itemsize, None)
    problem = forward_piece(spec, source, weight, None, ranges, None).problem
    stacked = np.empty((weight.size, *problem.shape), dtype)

    def fill(box: Any) -> int:
        stacked[(slice(None), *(slice(a, b) for a, b in zip(box.start, box.stop, strict=True)))] = columns(
            problem, box
        ).reshape(-1, *box.shape)
        return prod(box.shape)

    boxes = DIRECT.prepare(problem, BUDGET // 4).boxes()
    crew = Crew(boxes, lambda: fill, Control(cancel, None, problem.cells))
    crew.run((threads or processors()) if len(boxes) > 2 else 1)
    return Windows(spec, ranges, stacked.reshape(weight.size, -1))

"""The algorithms behind `convgui.core.convolve`, each in its own file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from convgui.core.algorithms.base import Algorithm
from convgui.core.algorithms.direct import DIRECT
from convgui.core.algorithms.fft import FFT
from convgui.core.algorithms.pointwise import POINTWISE
from convgui.core.algorithms.row_stack import ROW_STACK
from convgui.core.algorithms.separable import SEPARABLE
from convgui.core.algorithms.shift_add import SHIFT_ADD

ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType(
    {algorithm.name: algorithm for algorithm in (POINTWISE, DIRECT, ROW_STACK, SEPARABLE, FFT, SHIFT_ADD)}
)
"""By name, as the planner considers them and callers force them."""

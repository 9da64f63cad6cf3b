"""The algorithms behind `convgui.core.convolve`, each in its own file, and the registry that names them."""

from __future__ import annotations

from convgui.core.algorithms.base import Algorithm
from convgui.core.algorithms.direct import DIRECT
from convgui.core.algorithms.fft import FFT
from convgui.core.algorithms.pointwise import POINTWISE
from convgui.core.algorithms.row_stack import ROW_STACK
from convgui.core.algorithms.separable import SEPARABLE
from convgui.core.algorithms.shift_add import SHIFT_ADD

_REGISTRY: dict[str, Algorithm] = {
    algorithm.name: algorithm for algorithm in (POINTWISE, DIRECT, ROW_STACK, SEPARABLE, FFT, SHIFT_ADD)
}


def register(algorithm: Algorithm) -> None:
    """Add an algorithm (an optional backend, say) for the planner to consider and callers to force by name.

    Raises
    ------
    ValueError
        If the name is taken.
    """
    if algorithm.name in _REGISTRY:
        raise ValueError(f"An algorithm called {algorithm.name!r} is registered already.")
    _REGISTRY[algorithm.name] = algorithm


def unregister(name: str) -> None:
    """Take an algorithm out again."""
    del _REGISTRY[name]


def algorithms() -> tuple[Algorithm, ...]:
    """List the algorithms in the order in which they were registered."""
    return tuple(_REGISTRY.values())

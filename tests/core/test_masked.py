"""A masked cell never counts as a number: what cannot leave it out refuses it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from convgui import core
from convgui.core.arrays import as_real
from convgui.core.pooling_gradients import (
    average_pool_gradient,
    max_pool_gradient,
    upsample_linear_gradient,
    upsample_nearest_gradient,
)
from convgui.core.spec import ConvSpec, SpecError
from convgui.model.sample import Sample

SPEC = ConvSpec.of(1, 1, (3, 3))
# Typed by NumPy 2.3 and newer alone.
MA: Any = np.ma
X = np.arange(25.0).reshape(1, 5, 5)
W = np.ones((1, 1, 3, 3))
B = np.zeros(1)
G = np.ones((1, 3, 3))

CALLS: dict[str, tuple[Callable[[Any], object], np.ndarray[Any, Any]]] = {
    "convolve x": (lambda x: core.convolve(x, W), X),
    "convolve weight": (lambda w: core.convolve(X, w), W),
    "convolve bias": (lambda b: core.convolve(X, W, b), B),
    "convolve out": (lambda out: core.convolve(X, W, out=out), np.zeros((1, 3, 3))),
    "transposed x": (lambda x: core.convolve_transposed(x, W), X),
    "transposed weight": (lambda w: core.convolve_transposed(X, w), W),
    "windows x": (lambda x: core.read_windows(x, SPEC), X),
    "windows weight": (lambda w: core.read_windows(X, SPEC).apply(w), W),
    "means x": (lambda x: core.block_means(x, SPEC, 1), X),
    "means weight": (lambda w: core.block_means(X, SPEC, 1).apply(w), W),
    "matrix weight": (lambda w: core.convolution_matrix(SPEC, w, (5, 5)), W),
    "matrix vector": (lambda x: core.convolution_matrix(SPEC, W, (5, 5)) @ x, X.ravel()),
    "input gradient": (lambda g: core.input_gradient(SPEC, W, g, (5, 5)), G),
    "weight gradient": (lambda g: core.weight_gradient(SPEC, X, g), G),
    "max pool": (lambda x: core.max_pool(x, 2), X),
    "average pool": (lambda x: core.average_pool(x, 2), X),
    "nearest": (lambda x: core.upsample_nearest(x, 2), X),
    "linear": (lambda x: core.upsample_linear(x, 2), X),
    "zeros": (lambda x: core.insert_zeros(x, 2), X),
    "max pool gradient": (lambda g: max_pool_gradient(g, X, 2), np.ones((1, 2, 2))),
    "average pool gradient": (lambda g: average_pool_gradient(g, (5, 5), 2), np.ones((1, 2, 2))),
    "nearest gradient": (lambda g: upsample_nearest_gradient(g, 2), np.ones((1, 10, 10))),
    "linear gradient": (lambda g: upsample_linear_gradient(g, (5, 5), 2), np.ones((1, 10, 10))),
    "separable": (core.separable_factors, W[0, 0]),
    "sample": (lambda data: Sample(data, "x"), X),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", CALLS)
def test_a_masked_cell_is_refused_and_an_empty_mask_is_no_mask(name: str) -> None:
    call, array = CALLS[name]
    mask = np.zeros(array.shape, dtype=bool)
    call(MA.MaskedArray(array.copy(), mask))
    mask.flat[0] = True
    with pytest.raises(SpecError, match=r"is a masked array with masked cells, .*filled\(0\)"):
        call(MA.MaskedArray(array.copy(), mask))


@pytest.mark.fault
def test_a_list_of_masked_arrays_is_refused_too() -> None:
    masked = MA.masked_equal(X[0], 7)
    lists: tuple[Any, ...] = ([masked], [[*masked]], (masked,), [[[1.0, 2.0, MA.masked]] * 3])
    for given in lists:
        with pytest.raises(SpecError, match="masked cells"):
            core.convolve(given, W)


def test_a_module_that_another_thread_is_loading_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy.ma", ModuleType("numpy.ma"))
    np.testing.assert_array_equal(as_real("data", X), X)

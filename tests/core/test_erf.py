"""The error function beside the one of Python's C library."""

from __future__ import annotations

from math import erf as exact

import numpy as np
import pytest

from convgui.core.erf import erf


def test_to_the_last_bits() -> None:
    x = np.concatenate([np.linspace(-7, 7, 4001), [0.0, 1.0, -1.0, 1e-300, 1e300, np.inf, -np.inf]])
    np.testing.assert_allclose(erf(x), [exact(value) for value in x], rtol=4e-16, atol=0)
    assert np.isnan(erf(np.array([np.nan])))
    assert erf(np.array([-0.0]))[0] == 0


def test_single_precision_stays() -> None:
    x = np.linspace(-5, 5, 101, dtype=np.float32)
    assert erf(x).dtype == np.float32
    assert erf(x).tolist() == pytest.approx([exact(float(value)) for value in x], abs=3e-7)

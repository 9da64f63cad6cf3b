"""The error function, which NumPy has not: to the last bits of a float64, on whole arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]
FLAT = 6.0
"""From here on it is 1 to the last bit."""

# Rational approximations of S. L. Moshier's Cephes library, highest power first.
_T = (9.60497373987051638749, 90.0260197203842689217, 2232.00534594684319226, 7003.32514112805075473,
      55592.3013010394962768)  # fmt: skip
_U = (1.0, 33.5617141647503099647, 521.357949780152679795, 4594.32382970980127987, 22629.0000613890934246,
      49267.3942608635921086)  # fmt: skip
_P = (2.46196981473530512524e-10, 0.564189564831068821977, 7.46321056442269912687, 48.6371970985681366614,
      196.520832956077098242, 526.445194995477358631, 934.528527171957607540, 1027.55188689515710272,
      557.535335369399327526)  # fmt: skip
_Q = (1.0, 13.2281951154744992508, 86.7072140885989742329, 354.937778887819891062, 975.708501743205489753,
      1823.90916687909736289, 2246.33760818710981792, 1656.66309194161350182, 557.535340817727675546)  # fmt: skip


def erf(x: AnyArray) -> AnyArray:
    """Return the error function of floats, in their type."""
    near, far = np.clip(x, -1, 1), np.clip(np.abs(x), 1, FLAT)
    square = near * near
    inner = near * _polynomial(_T, square) / _polynomial(_U, square)
    outer = 1 - np.exp(-far * far) * _polynomial(_P, far) / _polynomial(_Q, far)
    return np.asarray(np.where(np.abs(x) < 1, inner, np.copysign(outer, x)))


def _polynomial(coefficients: Sequence[float], x: AnyArray) -> AnyArray:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total

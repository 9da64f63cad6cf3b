"""Choosing an algorithm for a problem: the cheapest, by estimates that were set from measurements.

Each algorithm estimates its own time on one thread. The figures below are processor milliseconds on one thread of a
3 GHz processor with AVX-512 and 1 MB of second-level cache a core, NumPy 2.4 with OpenBLAS, float32: read the ratios.

One channel, 2048 x 2048, k x k:

    =====================  ====  ====  ====  ====  ====  ====  ====  ====  ====
    k                         3     5     7     9    11    13    15    21    31
    =====================  ====  ====  ====  ====  ====  ====  ====  ====  ====
    direct                   14    26    48    81   110   180   220   410  1130
    row stack               4.7   8.0    12    16    22    29    32    65   131
    FFT by tiles             34    33    33    33    32    32    32    32    35
    separable (rank 1)       13    13    13    13                15          17
    =====================  ====  ====  ====  ====  ====  ====  ====  ====  ====

* So products win up to k = 15, and FFT from there on, whose time hardly depends on k.
* A kernel of rank 1 goes through two banded products from k = 9 on, of rank 2 between there and FFT.
* Volumes of 128^3, k = 3, 5, 7, 9, 11: row stack 5.6, 15, 28, 50, 81; FFT 28, 28, 45, 51, 51.
* Many filters: 64 -> 64 channels of 256^2, 3 x 3: row stack 60, direct (im2col) 75; 3 -> 8 of 1024^2: 9 and 22. With
  31 x 31, 64 -> 64 channels of 200^2: FFT 1,220, direct 24,550; the 4,096 spectra are shared by all threads.
* Few cells (28 x 28), with planning: direct 0.11, shift and add 0.15, row stack 0.19, FFT 0.41, nearly all of it
  Python's own steps. From 128 x 128 on the row stack is as fast.
* Cells that lie apart (every 7th of 2048 x 2048 x 3): direct 2.9 and row stack 3.6 at 3 x 3, 14 and 11 at 7 x 7, as
  the one reads only what is met, and the other in passing.
* One axis, one channel, a million cells: shift and add 0.5, row stack 3.2 at k = 3; 2.6 and 4.1 at 16; 7.0 and 9.2 at
  64, where FFT, 6.8, begins to win. A kernel that dilation spreads over 65,000 cells has transforms of 131,072.
* 1 x 1: a product on the input where it lies. One axis, a million cells, k = 301: FFT 15, row stack 43.
* Shift and add fits always and wins where a column of taps is too long for every scratch.

An algorithm is only considered if it keeps the accuracy promise: 2**-21 of the largest sum |w||x| in float32 (FFT: of
sum |w| times the largest |x|), 1e-13 in float64, exact whole numbers. FFT and separable round their result where all
operands are whole, and are left out where the error could reach a half.
"""

from __future__ import annotations

from convgui.core.algorithms import ALGORITHMS
from convgui.core.algorithms.base import BUDGET, Algorithm
from convgui.core.problem import Problem
from convgui.core.spec import SpecError
from convgui.words import tr


def plan(problem: Problem, name: str | None = None, budget: int = BUDGET // 2) -> Algorithm:
    """Pick the cheapest algorithm that fits, or check the one that is asked for.

    Parameters
    ----------
    problem : Problem
    name : str, optional
        Forces an algorithm.
    budget : int
        Bytes of scratch for one thread.

    Raises
    ------
    SpecError
        If `name` is unknown, or that algorithm cannot do this problem.
    """
    if name is not None:
        if name not in ALGORITHMS:
            raise SpecError("algorithm", tr("is {name!r}; there are {known}.", name=name, known=", ".join(ALGORITHMS)))
        if not ALGORITHMS[name].fits(problem, budget):
            raise SpecError(
                "algorithm", tr("{name!r} cannot do this layer; leave it out to let the planner choose.", name=name)
            )
        return ALGORITHMS[name]
    best: Algorithm | None = None
    least = float("inf")
    # Estimating takes longer than a small layer does: what cannot be cheaper than the best so far is not asked.
    floors = {algorithm.name: algorithm.floor(problem) for algorithm in ALGORITHMS.values()}
    for algorithm in sorted(ALGORITHMS.values(), key=lambda algorithm: floors[algorithm.name]):
        if floors[algorithm.name] < least and algorithm.fits(problem, budget):
            cost = algorithm.cost(problem)
            if cost < least or best is None:
                best, least = algorithm, cost
    assert best is not None, "shift and add fits always"
    return best

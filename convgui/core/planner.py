"""Choosing an algorithm for a problem: the cheapest, by estimates that were set from measurements.

Each algorithm estimates its own time on one thread. The figures below are processor milliseconds on one thread of a
2-core 2.5 GHz machine with AVX-512, NumPy 2.4 with OpenBLAS, float32; the machine was shared, so read them as ratios.

One channel, 2048 x 2048, k x k:

    =====================  ====  ====  ====  ====  ====  ====  ====  ====
    k                         3     5     7     9    11    15    21    31
    =====================  ====  ====  ====  ====  ====  ====  ====  ====
    row stack                23    34    53    80   108   164   409   840
    FFT by tiles            127   129   163   111   115   124   119   147
    separable (rank 1)       34    37    38          40    40          47
    =====================  ====  ====  ====  ====  ====  ====  ====  ====

* So products win up to k = 11, and FFT from there on, whose time hardly depends on k.
* A kernel of rank 1 goes through two banded products from k = 7 on; at k = 3 the row stack has fewer passes. Rank 2
  costs about twice that and wins between the two others.
* Volumes of 128^3: row stack 38, 77, 122 at k = 3, 5, 7; FFT 88, 97, 170, and less for each cell of a larger volume.
* Many filters: 64 -> 64 channels of 256^2, 3 x 3: row stack 129, direct (im2col) 173. FFT would need a spectrum for
  each of 4,096 kernels, which does not fit the scratch.
* Few cells (28 x 28): direct 0.5, row stack 0.9, FFT 1.9, nearly all of it Python's own steps.
* 1 x 1: a product on the input where it lies, 37 against 41 for the row stack.
* Shift and add fits always and wins where a column of taps is too long for every scratch.

An algorithm is only considered if it keeps the accuracy promise: 2**-21 of the largest sum |w||x| in float32 (FFT: of
sum |w| times the largest |x|), 1e-13 in float64, exact whole numbers. FFT and separable round their result where all
operands are whole, and are left out where the error could reach a half.
"""

from __future__ import annotations

from convgui.core.algorithms import algorithms
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
    known = {algorithm.name: algorithm for algorithm in algorithms()}
    if name is not None:
        if name not in known:
            raise SpecError("algorithm", tr("is {name!r}; there are {known}.", name=name, known=", ".join(known)))
        if not known[name].fits(problem, budget):
            raise SpecError(
                "algorithm", tr("{name!r} cannot do this layer; leave it out to let the planner choose.", name=name)
            )
        return known[name]
    best: Algorithm | None = None
    least = float("inf")
    # Estimating takes longer than a small layer does: what cannot be cheaper than the best so far is not asked.
    floors = {algorithm.name: algorithm.floor(problem) for algorithm in known.values()}
    for algorithm in sorted(known.values(), key=lambda algorithm: floors[algorithm.name]):
        if floors[algorithm.name] < least and algorithm.fits(problem, budget):
            cost = algorithm.cost(problem)
            if cost < least or best is None:
                best, least = algorithm, cost
    assert best is not None, "shift and add fits always"
    return best

"""Choosing an algorithm for a problem."""

from __future__ import annotations

from convgui.core.algorithms import algorithms
from convgui.core.algorithms.base import BUDGET, Algorithm
from convgui.core.problem import Problem
from convgui.core.spec import SpecError


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
            raise SpecError("algorithm", f"is {name!r}; there are {', '.join(known)}.")
        if not known[name].fits(problem, budget):
            raise SpecError("algorithm", f"{name!r} cannot do this layer; leave it out to let the planner choose.")
        return known[name]
    fitting = [algorithm for algorithm in known.values() if algorithm.fits(problem, budget)]
    return min(fitting, key=lambda algorithm: algorithm.cost(problem))

"""Steps of gradient descent, as pure functions: parameters, gradient and state in, new parameters and state out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]


def sgd_step(value: AnyArray, grad: AnyArray, rate: float) -> AnyArray:
    """Return ``value - rate * grad``."""
    return np.asarray(value - rate * grad)


@dataclass(frozen=True, eq=False)
class Momentum:
    """State of descent with momentum (Polyak 1964), in PyTorch's form: ``v = decay * v + grad``."""

    velocity: AnyArray | None = None

    def step(self, value: AnyArray, grad: AnyArray, rate: float, decay: float = 0.9) -> tuple[AnyArray, Momentum]:
        """Return the new value and the new state."""
        velocity = np.asarray(grad if self.velocity is None else decay * self.velocity + grad)
        return np.asarray(value - rate * velocity), Momentum(velocity)


@dataclass(frozen=True, eq=False)
class Adam:
    """State of Adam (Kingma and Ba, arXiv 1412.6980, algorithm 1)."""

    count: int = 0
    mean: AnyArray | None = None
    square: AnyArray | None = None

    def step(
        self,
        value: AnyArray,
        grad: AnyArray,
        rate: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> tuple[AnyArray, Adam]:
        """Return the new value and the new state."""
        count = self.count + 1
        zero = np.zeros_like(value)
        mean = betas[0] * (zero if self.mean is None else self.mean) + (1 - betas[0]) * grad
        square = betas[1] * (zero if self.square is None else self.square) + (1 - betas[1]) * grad**2
        unbiased = mean / (1 - betas[0] ** count)
        spread = np.sqrt(square / (1 - betas[1] ** count))
        return np.asarray(value - rate * unbiased / (spread + epsilon)), Adam(count, mean, square)

"""Steps of gradient descent, as pure functions: parameters, gradient and state in, new parameters and state out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]
DECAY = 0.9
"""How much of the velocity is kept from one step of momentum to the next."""
BETAS = (0.9, 0.999)
"""How much of Adam's mean of the gradient, and of its square, is kept."""
EPSILON = 1e-8


def sgd_step(value: AnyArray, grad: AnyArray, rate: float) -> AnyArray:
    """Return ``value - rate * grad``."""
    return np.asarray(value - rate * grad)


@dataclass(frozen=True, eq=False)
class Momentum:
    """State of descent with momentum (Polyak 1964), in PyTorch's form: ``v = decay * v + grad``."""

    velocity: AnyArray | None = None

    def step(self, value: AnyArray, grad: AnyArray, rate: float, decay: float = DECAY) -> tuple[AnyArray, Momentum]:
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
        betas: tuple[float, float] = BETAS,
        epsilon: float = EPSILON,
    ) -> tuple[AnyArray, Adam]:
        """Return the new value and the new state."""
        count = self.count + 1
        zero = np.zeros_like(value)
        mean = betas[0] * (zero if self.mean is None else self.mean) + (1 - betas[0]) * grad
        square = betas[1] * (zero if self.square is None else self.square) + (1 - betas[1]) * grad**2
        state = Adam(count, mean, square)
        unbiased, spread = state.moments(betas)
        return np.asarray(value - rate * unbiased / (np.sqrt(spread) + epsilon)), state

    def moments(self, betas: tuple[float, float] = BETAS) -> tuple[AnyArray, AnyArray]:
        """Return the means of the gradient and of its square, without their bias towards 0, after at least one step."""
        if self.mean is None or self.square is None:
            raise ValueError("Adam has no means before its first step.")
        mean, square = self.mean / (1 - betas[0] ** self.count), self.square / (1 - betas[1] ** self.count)
        return np.asarray(mean), np.asarray(square)

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import Adam, ConvSpec, Momentum, convolve, preset, sgd_step, weight_gradient


def test_first_steps_by_hand() -> None:
    value, grad = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    assert sgd_step(value, grad, 0.1).tolist() == [0.95, 2.1]
    moved, state = Momentum().step(value, grad, 0.1)
    assert moved.tolist() == [0.95, 2.1]
    again, _ = state.step(moved, grad, 0.1, decay=0.5)
    np.testing.assert_allclose(again, moved - 0.1 * 1.5 * grad)
    adam, _ = Adam().step(value, grad, 0.1)
    np.testing.assert_allclose(adam, value - 0.1 * np.sign(grad), rtol=1e-6)


def test_descent_finds_a_hidden_kernel() -> None:
    hidden = preset("sobel-x").weights()[None, None]
    x = np.random.default_rng(0).standard_normal((1, 16, 16))
    target = convolve(x, hidden)
    spec, adam = ConvSpec.of(1, 1, (3, 3)), Adam()
    guess: NDArray[Any] = np.zeros((1, 1, 3, 3))
    for _ in range(300):
        error = convolve(x, guess) - target
        guess, adam = adam.step(guess, weight_gradient(spec, x, error) / error.size, 0.05)
    np.testing.assert_allclose(guess, hidden, atol=1e-2)

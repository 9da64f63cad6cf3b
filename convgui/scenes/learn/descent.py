"""Gradient descent on one kernel: the whole run, so that it can be scrubbed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import Adam, Cancelled, ConvSpec, Momentum, convolve, input_gradient, sgd_step, weight_gradient
from convgui.core.optimise import DECAY
from convgui.layers.convolution import convolution_arguments
from convgui.layers.layer import AnyArray
from convgui.model.document import Document
from convgui.scenes.scene import Cancel

Floats = NDArray[np.float64]
STEPS = 50
CROP = 64
"""Side of the middle of a picture that is learned from."""
MOST = 1e50
"""Numbers whose products, squared and grown by steps that are too long, are still numbers."""
DIGITS = 3
"""Of a learning rate."""
SMALL = 14
"""Up to this side an input is learned from as it is."""


@dataclass(frozen=True, eq=False)
class Descent:
    """A run of gradient descent towards a hidden kernel.

    The loss is the mean of the squared differences between prediction and target.

    Attributes
    ----------
    x : ndarray
        ``(C, H, W)``: what is learned from.
    target : ndarray
        ``(1, C, kh, kw)``: the hidden kernel.
    wanted : ndarray
        ``(Ho, Wo)``: what the hidden kernel makes of `x`.
    weights : ndarray
        ``(STEPS + 1, 1, C, kh, kw)``: the kernel before each step.
    losses : ndarray
        ``(STEPS + 1,)``.
    moved : ndarray
        The kernel after each step, as `weights`.
    method : str
        ``"sgd"``, ``"momentum"`` or ``"adam"``.
    memory : tuple of ndarray
        What the method remembers for each weight, as `weights`, as it is used in each step: nothing, the velocity, or
        the means of the gradient and of its square without their bias.
    rate : float
        The learning rate.
    curvature : float
        The largest eigenvalue of the loss's second derivative. Plain descent diverges beyond a rate of 2 over it,
        momentum beyond ``2 (1 + decay)`` over it.
    names : tuple of str
        The channels' names.
    cropped : bool
        Whether `x` is the middle of a picture, brought to mean 0 and deviation 1.
    """

    spec: ConvSpec
    x: Floats
    target: Floats
    wanted: Floats
    weights: Floats
    losses: Floats
    moved: Floats
    method: str
    memory: tuple[Floats, ...]
    rate: float
    curvature: float
    names: tuple[str, ...]
    cropped: bool

    def prediction(self, step: int) -> Floats:
        """Return what the kernel of a step makes of the input."""
        return np.asarray(_forward(self.spec, self.x, self.weights[step])[0])

    def error(self, step: int) -> Floats:
        """Return prediction minus target."""
        return self.prediction(step) - self.wanted

    def kernel_gradient(self, step: int) -> Floats:
        """Return the loss's derivative by the kernel: the input convolved with the error."""
        return np.asarray(weight_gradient(self.spec, np.nan_to_num(self.x), self._back(step))[0])

    def input_gradient(self, step: int) -> Floats:
        """Return the loss's derivative by the input: a transposed convolution of the error."""
        return np.asarray(input_gradient(self.spec, self.weights[step], self._back(step), self.x.shape[1:]))

    def _back(self, step: int) -> Floats:
        return _known(self.error(step), self.wanted)[None] * (2 / _count(self.wanted))


def _known(error: Floats, wanted: Floats) -> Floats:
    """Return errors with 0 where the result is not known, so that nothing is learnt from it."""
    return np.where(np.isnan(wanted), 0.0, error)


def _count(wanted: Floats) -> int:
    """Return how many results are known: those that read no missing value."""
    return max(int(np.count_nonzero(~np.isnan(wanted))), 1)


def _forward(spec: ConvSpec, x: Floats, weight: Floats) -> Floats:
    return np.asarray(convolve(x, weight, threads=1, **convolution_arguments(spec, x.shape[1:])))


def descent(document: Document, method: str, pace: str, cancel: Cancel | None = None) -> Descent:
    """Run gradient descent from a kernel of zeros towards the document's chosen kernel.

    Results that read a missing value are not known, and nothing is learnt from them.

    Parameters
    ----------
    method : str
        ``"sgd"``, ``"momentum"`` or ``"adam"``.
    pace : str
        ``"good"``, ``"small"`` or ``"large"``: one of the method's `rates`.

    Raises
    ------
    Cancelled
        Soon after `cancel` begins to return True.
    """
    x, names, cropped = _material(document)
    layer, spec = document.layer, document.layer.spec.one_filter(len(x))
    target = layer.effective_weight[document.view.filter][None]
    wanted = _forward(spec, x, target)[0]
    there, count = np.nan_to_num(x), _count(wanted)
    curvature = _curvature(spec, there, ~np.isnan(wanted))
    rate = rates(method, curvature, float(np.abs(target).max()) or 1.0)[pace]
    weights, losses = [np.zeros_like(target)], []
    momentum, adam = Momentum(), Adam()
    memory: list[tuple[Floats, ...]] = []
    for _ in range(STEPS + 1):
        if cancel is not None and cancel():
            raise Cancelled
        error = _known(_forward(spec, there, weights[-1]) - wanted, wanted)
        losses.append(float(np.sum(error**2)) / count)
        grad = weight_gradient(spec, there, error * (2 / count))
        if method == "momentum":
            after, momentum = momentum.step(weights[-1], grad, rate)
            memory.append((np.asarray(momentum.velocity),))
        elif method == "adam":
            after, adam = adam.step(weights[-1], grad, rate)
            memory.append(adam.moments())
        else:
            after = sgd_step(weights[-1], grad, rate)
        weights.append(after)
    kept = tuple(np.stack(one) for one in zip(*memory, strict=True))
    return Descent(
        spec, x, target, wanted, np.stack(weights[:-1]), np.array(losses), np.stack(weights[1:]), method, kept, rate,
        curvature, names, cropped,
    )  # fmt: skip


def rates(method: str, curvature: float, largest: float) -> dict[str, float]:
    """Return a good, a small and too large a learning rate of a method.

    Plain descent and momentum diverge beyond a rate that the loss's curvature sets. Adam's steps are as large as the
    rate, whatever the slope, so that its rates are parts of the largest weight to be found: from the double on, the
    first step leads further away. All have the digits that are written, so that a reader computes the same step.
    """
    limit = 2 * (1 + DECAY if method == "momentum" else 1) / curvature
    found = {"good": limit / 2, "small": limit / 10, "large": 1.05 * limit}
    if method == "adam":
        found = {"good": 0.1 * largest, "small": 0.02 * largest, "large": 2 * largest}
    return {name: float(f"{rate:.{DIGITS}g}") for name, rate in found.items()}


def _material(document: Document) -> tuple[Floats, tuple[str, ...], bool]:
    """Return the channels that the chosen filter reads; of a picture the middle, with mean 0 and deviation 1."""
    sample, reads = document.sample, document.layer.spec.channels.slice(document.view.filter)
    names = sample.channels[reads]
    if max(sample.spatial) <= SMALL:
        return sample.data[reads].astype(np.float64), names, False
    part = _middle(document)[reads].astype(np.float64)
    known = part[~np.isnan(part)]
    mean, deviation = (known.mean(), known.std()) if known.size else (0.0, 1.0)
    return (part - mean) / (deviation or 1.0), names, True


def _middle(document: Document) -> AnyArray:
    """Return what of the input is learned on, of all channels."""
    sample = document.sample
    middle = tuple(slice(max(0, (n - CROP) // 2), max(0, (n - CROP) // 2) + CROP) for n in sample.spatial)
    return sample.data[(slice(None), *middle)]


def too_large(document: Document) -> bool:
    """Tell whether the numbers of the input or of the layer are too large to be squared."""
    held = (_middle(document).astype(np.float64), document.layer.weight)
    return any(bool((np.abs(numbers) > MOST).any()) for numbers in held)


def _curvature(spec: ConvSpec, x: Floats, known: NDArray[np.bool_]) -> float:
    """Return the largest eigenvalue of the second derivative, by power iteration: forward, then backward."""
    vector = np.random.default_rng(0).standard_normal(spec.weight_shape)
    value = 1.0
    for _ in range(40):
        vector /= np.linalg.norm(vector) or 1.0
        out = _forward(spec, x, vector) * known
        vector = np.asarray(weight_gradient(spec, x, out * (2 / max(int(np.count_nonzero(known)), 1))))
        value = float(np.linalg.norm(vector))
    return value or 1.0

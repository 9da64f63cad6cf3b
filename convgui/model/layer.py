"""A layer: a spec with its weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, SpecError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Layer:
    """A convolution with weights; the arrays are shared between documents and never written to.

    Attributes
    ----------
    spec : ConvSpec
        Parameters and shapes.
    weight : ndarray
        float64, of shape ``spec.weight_shape``.
    bias : ndarray
        float64, of shape ``(out_channels,)``.
    flip : bool
        True for the textbook's convolution, which turns the kernel by 180 degrees before it multiplies. Deep
        learning's "convolution" is cross-correlation, which does not.
    """

    spec: ConvSpec
    weight: Array
    bias: Array
    flip: bool = False

    def __post_init__(self) -> None:
        if self.weight.shape != self.spec.weight_shape:
            raise SpecError("weight", f"has shape {self.weight.shape}, the layer needs {self.spec.weight_shape}.")
        if self.bias.shape != (self.spec.out_channels,):
            raise SpecError("bias", f"has shape {self.bias.shape}, the layer needs ({self.spec.out_channels},).")

    @property
    def effective_weight(self) -> Array:
        """The weights as they meet the input: turned by 180 degrees when `flip` is set."""
        if not self.flip:
            return self.weight
        return self.weight[(slice(None), slice(None), *[slice(None, None, -1)] * self.spec.rank)]

    def with_weight(self, index: tuple[int, ...], value: float) -> Layer:
        """Return a layer with one weight changed."""
        weight = self.weight.copy()
        weight[index] = value
        return replace(self, weight=weight)

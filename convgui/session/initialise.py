"""Random weights of a layer, as PyTorch's `torch.nn.init` draws them (docs.pytorch.org/docs/stable/nn.init.html).

========================  ======================================================  ================================
scheme                    weights                                                 from
========================  ======================================================  ================================
kaiming_uniform           U(-b, b), b = gain √(3 / fan_in)                        He et al. 2015, arXiv 1502.01852
kaiming_normal            N(0, s²), s = gain / √fan_in                            the same
xavier_uniform            U(-b, b), b = gain √(6 / (fan_in + fan_out))            Glorot and Bengio 2010
xavier_normal             N(0, s²), s = gain √(2 / (fan_in + fan_out))            the same
uniform                   U(-b, b), b = 1 / √fan_in: a new layer's own            PyTorch's Conv2d
normal                    N(0, s²), s = 0.01 gain                                 Krizhevsky et al. 2012
orthogonal                gain Q, rows or columns of Q orthonormal                Saxe et al. 2013, arXiv 1312.6120
========================  ======================================================  ================================

``fan_in`` is the size of the second axis of the weights times the kernel's cells, ``fan_out`` that of the first. The
numbers are those of NumPy's generator: the same for the same seed, on every machine, and not PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.words import mark

Floats = NDArray[np.float64]
Scheme = Literal[
    "kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal", "uniform", "normal", "orthogonal"
]
SCHEMES: Mapping[Scheme, str] = MappingProxyType(
    {
        "kaiming_uniform": mark("Kaiming (He), uniform"),
        "kaiming_normal": mark("Kaiming (He), normal"),
        "xavier_uniform": mark("Xavier (Glorot), uniform"),
        "xavier_normal": mark("Xavier (Glorot), normal"),
        "uniform": mark("Uniform, PyTorch's default"),
        "normal": mark("Normal, 0.01 wide"),
        "orthogonal": mark("Orthogonal"),
    }
)
GAINS: Mapping[str, float] = MappingProxyType(
    {
        "ReLU": math.sqrt(2.0),
        "LeakyReLU(0.01)": math.sqrt(2.0 / (1 + 0.01**2)),
        "Tanh": 5 / 3,
        "SELU": 3 / 4,
        "Sigmoid": 1.0,
        "Linear": 1.0,
    }
)
"""What `torch.nn.init.calculate_gain` returns for what follows the layer."""
WITHOUT_GAIN: tuple[Scheme, ...] = ("uniform",)
NORMAL = 0.01


@dataclass(frozen=True)
class Drawing:
    """How weights are drawn: a scheme, what follows the layer (a key of `GAINS`), and a seed."""

    scheme: Scheme = "kaiming_uniform"
    follows: str = "ReLU"
    seed: int = 0


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return ``fan_in`` and ``fan_out`` of weights, as PyTorch counts them: also of grouped and transposed layers."""
    cells = prod(shape[2:])
    return shape[1] * cells, shape[0] * cells


def formula(shape: tuple[int, ...], how: Drawing) -> str:
    """Say what the weights are drawn from, in numbers."""
    if how.scheme == "orthogonal":
        return f"gain = {_gain(how):.4g}"
    width = _width(shape, how)
    return f"U(−{width:.4g}, {width:.4g})" if how.scheme.endswith("uniform") else f"N(0, {width:.4g}²)"


def drawn(shape: tuple[int, ...], how: Drawing) -> Floats:
    """Draw weights of a shape ``(out, in, *kernel)``; the same for the same seed."""
    rng = np.random.default_rng(how.seed)
    if how.scheme == "orthogonal":
        return _orthogonal(shape, rng) * _gain(how)
    width = _width(shape, how)
    return rng.uniform(-width, width, shape) if how.scheme.endswith("uniform") else rng.normal(0, width, shape)


def initialised(document: Document, how: Drawing) -> Document:
    """Draw all weights of the chosen convolution; its bias becomes 0.

    Raises
    ------
    SpecError
        If the chosen layer is no convolution.
    """
    layer: Convolution = document.layer
    return document.with_layer(replace(layer, weight=drawn(layer.weight.shape, how), bias=np.zeros_like(layer.bias)))


def _gain(how: Drawing) -> float:
    return 1.0 if how.scheme in WITHOUT_GAIN else GAINS[how.follows]


def _width(shape: tuple[int, ...], how: Drawing) -> float:
    """Return the bound of a uniform distribution, or the deviation of a normal one."""
    fan_in, fan_out = fans(shape)
    if how.scheme == "normal":
        return NORMAL * _gain(how)
    if how.scheme == "uniform":
        return 1 / math.sqrt(fan_in)
    deviation = math.sqrt(1 / fan_in) if how.scheme.startswith("kaiming") else math.sqrt(2 / (fan_in + fan_out))
    return _gain(how) * deviation * (math.sqrt(3.0) if how.scheme.endswith("uniform") else 1.0)


def _orthogonal(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    rows, columns = shape[0], prod(shape[1:])
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    # So that every such matrix is as likely as any other.
    q = q * np.sign(np.diag(r))
    return np.ascontiguousarray((q.T if rows < columns else q).reshape(shape))

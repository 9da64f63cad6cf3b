"""What generated code calls of JAX and of TensorFlow with Keras, by their documentation, on NumPy and SciPy.

They stand in where these libraries are not installed, so that their code is run all the same: it is judged by what the
documentation says of each function, in float64. Where a library is installed, it is used itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
signal: Any = import_module("scipy.signal")


def spread(x: Numbers, factors: Sequence[int], first: int) -> Numbers:
    """Put zeros between the cells of the axes from `first` on."""
    sizes = [(n - 1) * f + 1 for n, f in zip(x.shape[first : first + len(factors)], factors, strict=True)]
    out = np.zeros((*x.shape[:first], *sizes, *x.shape[first + len(factors) :]))
    out[(slice(None),) * first + tuple(slice(None, None, f) for f in factors)] = x
    return out


def correlated(x: Numbers, weight: Numbers, stride: Sequence[int], groups: int) -> Numbers:
    """Correlate ``(C, *spatial)`` with ``(O, C / groups, *kernel)``, without padding."""
    deep, each = weight.shape[1], len(weight) // groups
    assert len(x) == deep * groups
    made = [
        sum(signal.correlate(x[o // each * deep + i], weight[o, i], "valid", "direct") for i in range(deep))
        for o in range(len(weight))
    ]
    return np.stack(made)[(slice(None), *(slice(None, None, s) for s in stride))]


def windows(x: Numbers, size: Sequence[int], stride: Sequence[int]) -> Numbers:
    """Return the windows over the last axes of ``x``, whose own axes come last."""
    axes = tuple(range(x.ndim - len(size), x.ndim))
    view: Any = np.lib.stride_tricks.sliding_window_view
    seen = view(x, tuple(size), axes)
    kept = [slice(None)] * (x.ndim - len(size)) + [slice(None, None, s) for s in stride]
    return np.asarray(seen[tuple(kept)])


# JAX: arrays are (1, C, *spatial).


def conv_general_dilated(
    x: Numbers, weight: Numbers, *, window_strides: Any, padding: Any, rhs_dilation: Any, dimension_numbers: Any,
    feature_group_count: int, precision: Any, lhs_dilation: Any = None,
) -> Numbers:  # fmt: skip
    rank = x.ndim - 2
    assert dimension_numbers == tuple(f"{axes}{'DHW'[3 - rank :]}" for axes in ("NC", "OI", "NC"))
    cells = spread(x[0], lhs_dilation or (1,) * rank, 1)
    cells = np.pad(cells, [(0, 0), *((max(a, 0), max(b, 0)) for a, b in padding)])
    # A negative padding cuts off.
    cells = cells[(slice(None), *(slice(max(-a, 0), -max(-b, 0) or None) for a, b in padding))]
    return correlated(cells, spread(weight, rhs_dilation, 2), window_strides, feature_group_count)[None]


def reduce_window(
    x: Numbers, start: float, over: np.ufunc, window: Any, stride: Any, padding: Any, *, window_dilation: Any = None
) -> Numbers:
    axes, apart = tuple(range(-len(window), 0)), window_dilation or (1,) * len(window)
    extent = [d * (k - 1) + 1 for k, d in zip(window, apart, strict=True)]
    seen = windows(np.pad(x, padding, constant_values=start), extent, stride)
    taps = (slice(None),) * x.ndim + tuple(slice(None, None, d) for d in apart)
    return np.asarray(over.reduce(seen[taps], axis=axes))


def resized(x: Numbers, shape: tuple[int, ...], method: str) -> Numbers:
    """Interpolate linearly between the middles of the cells; beyond the outermost middles nothing changes."""
    assert method == "linear"
    for axis, (n, wanted) in enumerate(zip(x.shape, shape, strict=True)):
        at = (np.arange(wanted) + 0.5) * n / wanted - 0.5
        rows = np.moveaxis(x, axis, -1)
        made = np.array([np.interp(at, np.arange(n), row) for row in rows.reshape(-1, n)])
        x = np.moveaxis(made.reshape(*rows.shape[:-1], wanted), -1, axis)
    return x


# Keras: arrays are (1, *spatial, C).


class Conv:
    def __init__(
        self, filters: int, size: Any, *, strides: Any, dilation_rate: Any, groups: int, padding: str = "valid"
    ) -> None:
        assert padding in ("valid", "causal")
        assert padding == "valid" or len(size) == 1, "Keras has it of one axis"
        self.causal = padding == "causal"
        assert set(strides) == {1} or set(dilation_rate) == {1}, "Keras takes one of them"
        self.filters, self.size, self.stride, self.rate, self.groups = filters, size, strides, dilation_rate, groups

    def build(self, shape: tuple[int, ...]) -> None:
        self.shape = (*self.size, shape[-1] // self.groups, self.filters)

    def set_weights(self, arrays: list[Numbers]) -> None:
        self.kernel, self.bias = arrays
        assert self.kernel.shape == self.shape
        assert self.bias.shape == (self.filters,)

    def __call__(self, x: Numbers) -> Numbers:
        weight = spread(np.moveaxis(self.kernel, (-1, -2), (0, 1)), self.rate, 2)
        if self.causal:
            # In Keras's words: the output at t does not depend on the input after t; as many cells as that takes.
            x = np.pad(x, [(0, 0), (weight.shape[-1] - 1, 0), (0, 0)])
        made = correlated(np.moveaxis(x[0], -1, 0), weight, self.stride, self.groups)
        return np.asarray(np.moveaxis(made, 0, -1)[None] + self.bias)


class LayerNormalization:
    def __init__(self, *, axis: int, epsilon: float = 1e-3) -> None:
        self.axis, self.epsilon = axis, epsilon

    def build(self, shape: tuple[int, ...]) -> None:
        self.size = shape[self.axis]

    def set_weights(self, arrays: list[Numbers]) -> None:
        self.gamma, self.beta = arrays
        assert self.gamma.shape == self.beta.shape == (self.size,)

    def __call__(self, x: Numbers) -> Numbers:
        scale = np.sqrt(x.var(self.axis, keepdims=True) + self.epsilon)
        return np.asarray((x - x.mean(self.axis, keepdims=True)) / scale * self.gamma + self.beta)


class BatchNormalization:
    def __init__(self, *, axis: int, epsilon: float = 1e-3) -> None:
        assert axis == -1
        self.epsilon = epsilon

    def build(self, shape: tuple[int, ...]) -> None:
        self.size = shape[-1]

    def set_weights(self, arrays: list[Numbers]) -> None:
        self.gamma, self.beta, self.mean, self.variance = arrays
        assert {array.shape for array in arrays} == {(self.size,)}

    def __call__(self, x: Numbers, *, training: bool) -> Numbers:
        assert not training, "the batch's own statistics otherwise"
        return np.asarray(self.gamma * (x - self.mean) / np.sqrt(self.variance + self.epsilon) + self.beta)


class PReLU:
    def __init__(self, *, shared_axes: list[int]) -> None:
        self.shared = shared_axes

    def build(self, shape: tuple[int, ...]) -> None:
        self.shape = tuple(1 if axis in self.shared else n for axis, n in enumerate(shape) if axis)

    def set_weights(self, arrays: list[Numbers]) -> None:
        (self.alpha,) = arrays
        assert self.alpha.shape == self.shape

    def __call__(self, x: Numbers) -> Numbers:
        return np.asarray(np.maximum(x, 0) + self.alpha * np.minimum(x, 0))


class Dense:
    def __init__(self, units: int) -> None:
        self.units = units

    def build(self, shape: tuple[int, ...]) -> None:
        self.inputs = shape[-1]

    def set_weights(self, arrays: list[Numbers]) -> None:
        self.kernel, self.bias = arrays
        assert self.kernel.shape == (self.inputs, self.units)
        assert self.bias.shape == (self.units,)

    def __call__(self, x: Numbers) -> Numbers:
        return np.asarray(np.einsum("...i,io->...o", x, self.kernel) + self.bias)


def pooling(over: Any) -> Any:
    def layer(size: Any, *, strides: Any) -> Any:
        def apply(x: Numbers) -> Numbers:
            cells = windows(np.moveaxis(x, -1, 1), size, strides)
            return np.moveaxis(over(cells, axis=tuple(range(-len(size), 0))), 1, -1)

        return apply

    return layer


def upsampling(size: Any) -> Any:
    def apply(x: Numbers) -> Numbers:
        for axis, factor in enumerate((size,) if isinstance(size, int) else size, start=1):
            x = x.repeat(factor, axis)
        return x

    return apply


def conv_transpose(x: Numbers, kernel: Numbers, shape: Any, stride: Any, padding: str) -> Numbers:
    """Lay kernels ``(*kernel, out, in)`` over the output, scaled by each cell."""
    assert padding == "VALID"
    cells = spread(x[0], stride, 0)
    made = [
        sum(signal.convolve(cells[..., i], kernel[..., o, i], "full", "direct") for i in range(kernel.shape[-1]))
        for o in range(kernel.shape[-2])
    ]
    out = np.stack(made, axis=-1)[None]
    assert out.shape == tuple(shape)
    return out


def sigmoid(x: Numbers) -> Numbers:
    return np.asarray(import_module("scipy.special").expit(x))


def gelu(x: Numbers, approximate: bool) -> Numbers:
    if approximate:
        return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))
    return np.asarray(x * import_module("scipy.stats").norm.cdf(x))


def elu(x: Numbers, alpha: float) -> Numbers:
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


def relu6(x: Numbers) -> Numbers:
    return np.asarray(np.minimum(np.maximum(x, 0), 6))


def erf(x: Numbers) -> Numbers:
    return np.asarray(import_module("scipy.special").erf(x))


def softmax(x: Numbers, axis: int) -> Numbers:
    return np.asarray(import_module("scipy.special").softmax(x, axis=axis))


def activations() -> dict[str, Any]:
    """Return those that JAX and Keras call the same; JAX's GELU is the approximate one where nothing is said."""
    return {
        "sigmoid": sigmoid, "silu": lambda x: x * sigmoid(x), "relu6": relu6, "elu": elu, "softmax": softmax,
        "hard_sigmoid": lambda x: relu6(x + 3) / 6, "hard_swish": lambda x: x * relu6(x + 3) / 6,
    }  # fmt: skip


def _jax() -> dict[str, Any]:
    names = (
        "asarray", "array", "pad", "repeat", "maximum", "sqrt", "where", "isnan", "float64", "inf", "tanh", "max",
        "mean", "stack", "ones", "take", "clip", "floor", "arange", "concatenate", "abs", "exp", "log", "einsum",
    )  # fmt: skip
    jnp = SimpleNamespace(**{name: getattr(np, name) for name in names})
    lax = SimpleNamespace(
        conv_general_dilated=conv_general_dilated, reduce_window=reduce_window, max=np.maximum, add=np.add,
        Precision=SimpleNamespace(HIGHEST=None), erf=erf,
    )  # fmt: skip
    jax: Any = ModuleType("jax")
    jax.numpy, jax.lax, jax.image = jnp, lax, SimpleNamespace(resize=resized)
    jax.nn = SimpleNamespace(**activations(), gelu=lambda x, *, approximate=True: gelu(x, approximate))
    jax.config = SimpleNamespace(update=lambda *_: None)
    return {"jax": jax, "jax.numpy": jnp, "jax.lax": lax}


def _keras() -> dict[str, Any]:
    keras: Any = ModuleType("keras")
    kinds = {"Conv": Conv, "MaxPooling": pooling(np.max), "AveragePooling": pooling(np.mean), "UpSampling": upsampling}
    layers = {f"{name}{rank}D": kind for name, kind in kinds.items() for rank in (1, 2, 3)}
    keras.layers = SimpleNamespace(
        **layers, ReLU=lambda: lambda x: np.maximum(x, 0), LayerNormalization=LayerNormalization,
        BatchNormalization=BatchNormalization, PReLU=PReLU, Dense=Dense,
        LeakyReLU=lambda negative_slope: lambda x: np.maximum(x, 0) + negative_slope * np.minimum(x, 0),
    )  # fmt: skip
    keras.activations = SimpleNamespace(
        **activations(), tanh=np.tanh, gelu=lambda x, approximate=False: gelu(x, approximate)
    )
    keras.backend = SimpleNamespace(set_floatx=lambda _: None)
    tf: Any = ModuleType("tensorflow")
    tf.constant, tf.reshape, tf.transpose, tf.stack, tf.concat = (
        np.asarray,
        np.reshape,
        np.transpose,
        np.stack,
        np.concatenate,
    )
    tf.pad, tf.where, tf.zeros_like, tf.math = (
        np.pad,
        np.where,
        np.zeros_like,
        SimpleNamespace(is_nan=np.isnan, erf=erf, log=np.log),
    )
    tf.gather, tf.reduce_max, tf.reduce_mean, tf.split = np.take, np.max, np.mean, np.split
    tf.reduce_sum, tf.reduce_prod, tf.add_n = np.sum, np.prod, sum
    tf.abs, tf.sqrt, tf.exp, tf.einsum = np.abs, np.sqrt, np.exp, np.einsum
    tf.nn = SimpleNamespace(conv_transpose=conv_transpose)
    return {"keras": keras, "tensorflow": tf}


@contextmanager
def importable(name: str) -> Iterator[None]:
    """Let ``jax``, or ``tensorflow`` with ``keras``, be imported, whether or not it is installed."""
    if find_spec(name) is not None:
        yield
        return
    with patch.dict(sys.modules, _jax() if name == "jax" else _keras()):
        yield

"""Functions of one value: what they make, their slopes, their formulas, and what other libraries call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt
from typing import TypeAlias

import numpy as np

from convgui.core.erf import erf
from convgui.layers.channels import bracketed
from convgui.layers.code import OnnxGraph
from convgui.layers.layer import AnyArray
from convgui.words import mark

Write: TypeAlias = Callable[[float], str]
CUBE, ROOT = 0.044715, sqrt(2 / pi)
"""The two numbers of GELU's form with tanh."""
STEEP = 30.0
"""Beyond it that tanh is 1 or -1 to the last bit, and its cube could be larger than the largest number."""
NUMPY_SIGMOID = '''
def sigmoid(x):
    """Return 1 / (1 + exp(-x)); no number is too large for it."""
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1) / (1 + small)
'''
NUMPY_ERF = '''
def erf(x):
    """Return the error function."""
    from math import erf

    return np.vectorize(erf, otypes=[float])(x)
'''
TORCH_ERF = '''
class Erf(nn.Module):
    """The error function."""

    def forward(self, x):
        return torch.erf(x)

'''


@dataclass(frozen=True)
class Function:
    """A function that is applied to every value by itself.

    Attributes
    ----------
    title, about, rule : str
        Its name; a sentence for whoever chooses it; one that says how a cell is made.
    value, slope : callable
        On floats ``x`` and `alpha`, which only ELU reads.
    written : callable
        Writes the formula with a value in it.
    pytorch, keras, jax, numpy : str
        An expression of ``x`` (of PyTorch, a module), in which ``{alpha}`` stands for that number.
    onnx : callable
        Adds its nodes.
    products : int
        Multiplications and divisions a value, about.
    helpers : tuple of str
        What the expression for NumPy calls.
    torch : str
        The class that PyTorch's expression names, where PyTorch has none.
    offered : bool
        Whether it is in the menu; the others are met in networks, and not defined for every number.
    """

    title: str
    about: str
    rule: str
    value: Callable[[AnyArray, float], AnyArray]
    slope: Callable[[AnyArray, float], AnyArray]
    written: Callable[[float, float, Write], str]
    pytorch: str
    keras: str
    jax: str
    numpy: str
    onnx: Callable[[OnnxGraph, float], None]
    products: int
    helpers: tuple[str, ...] = ()
    torch: str = ""
    offered: bool = True


def sigmoid(x: AnyArray) -> AnyArray:
    """Return ``1 / (1 + exp(-x))``; no number is too large for it."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, x.dtype.type(1)) / (1 + small))


def _relu6_slope(x: AnyArray, _: float) -> AnyArray:
    return np.asarray((x > 0) & (x < 6)).astype(x.dtype)


def _silu_slope(x: AnyArray, _: float) -> AnyArray:
    s = sigmoid(x)
    return np.asarray(s * (1 + x * (1 - s)))


def _gelu_slope(x: AnyArray, _: float) -> AnyArray:
    density = np.exp(-x * x / 2) / x.dtype.type(sqrt(2 * pi))
    return np.asarray((1 + erf(x / x.dtype.type(sqrt(2)))) / 2 + x * density)


def _gelu_tanh(x: AnyArray, _: float) -> AnyArray:
    return np.asarray(x * (1 + _bent(x)) / 2)


def _gelu_tanh_slope(x: AnyArray, _: float) -> AnyArray:
    near, t = np.clip(x, -STEEP, STEEP), _bent(x)
    return np.asarray((1 + t) / 2 + near * (1 - t * t) * (ROOT / 2) * (1 + 3 * CUBE * near * near))


def _bent(x: AnyArray) -> AnyArray:
    near = np.clip(x, -STEEP, STEEP)
    return np.asarray(np.tanh(ROOT * (near + CUBE * near * near * near)))


def _hard_sigmoid(x: AnyArray, _: float) -> AnyArray:
    return np.asarray(np.clip(x + 3, 0, 6) / 6)


def _hard_swish_slope(x: AnyArray, _: float) -> AnyArray:
    return np.asarray(np.clip(x + 3, 0, 6) / 6 + np.where(np.abs(x) < 3, x / 6, 0))


def _elu(x: AnyArray, alpha: float) -> AnyArray:
    return np.where(x > 0, x, x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)))


def _elu_slope(x: AnyArray, alpha: float) -> AnyArray:
    return np.asarray(np.where(x > 0, x.dtype.type(1), x.dtype.type(alpha) * np.exp(np.minimum(x, 0))))


def _undefined(function: Callable[[AnyArray], AnyArray]) -> Callable[[AnyArray, float], AnyArray]:
    """Return a function that is no number, or infinite, where it is not defined, as IEEE 754 says."""

    def value(x: AnyArray, _: float) -> AnyArray:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            return np.asarray(function(x))

    return value


def _module(name: str, expression: str) -> str:
    """Write a PyTorch module that returns an expression of ``x``."""
    lines = f'class {name}(nn.Module):\n    """{expression}, value by value."""\n\n    def forward(self, x):\n'
    return f"\n{lines}        return {expression}\n\n"


def _write_elu(value: float, alpha: float, write: Write) -> str:
    if not value <= 0:
        return ""
    factor = "" if alpha == 1 else f"{bracketed(alpha, write)} · "
    return f"{factor}(exp({write(value)}) − 1)"


def _write_gelu_tanh(value: float, _: float, write: Write) -> str:
    x = bracketed(value, write)
    return f"{x} · (1 + tanh({write(ROOT)} · ({write(value)} + {write(CUBE)} · {x}³))) / 2"


def _clip(graph: OnnxGraph, _: float) -> None:
    graph.node("Clip", graph.constant(np.array(0.0)), graph.constant(np.array(6.0)))


def _times_sigmoid(graph: OnnxGraph, _: float) -> None:
    given = graph.last
    graph.node("Sigmoid")
    graph.node("Mul", given)


def _gelu_nodes(graph: OnnxGraph, _: float) -> None:
    """Add GELU by its definition: its own operator is of a later version."""
    given = graph.last
    graph.node("Mul", graph.constant(np.array(sqrt(0.5))))
    graph.node("Erf")
    _half_of_one_more(graph, given)


def _gelu_tanh_nodes(graph: OnnxGraph, _: float) -> None:
    given = graph.last
    graph.node("Mul", given)
    graph.node("Mul", graph.constant(np.array(CUBE)))
    graph.node("Add", graph.constant(np.array(1.0)))
    graph.node("Mul", given)
    graph.node("Mul", graph.constant(np.array(ROOT)))
    graph.node("Tanh")
    _half_of_one_more(graph, given)


def _half_of_one_more(graph: OnnxGraph, given: str) -> None:
    graph.node("Add", graph.constant(np.array(1.0)))
    graph.node("Mul", given)
    graph.node("Mul", graph.constant(np.array(0.5)))


FUNCTIONS: dict[str, Function] = {
    "relu6": Function(
        "ReLU6",
        mark("Negative values become 0 and values above 6 become 6, which numbers of few bits can hold."),
        mark("Values are held between 0 and 6."),
        lambda x, _: np.asarray(np.clip(x, 0, 6)),
        _relu6_slope,
        lambda x, _, write: f"min(max(0, {write(x)}), 6)",
        "nn.ReLU6()", "keras.activations.relu6(x)", "jax.nn.relu6(x)", "np.clip(x, 0, 6)",
        _clip,
        0,
    ),
    "sigmoid": Function(
        "Sigmoid",
        mark("Every value comes to lie between 0 and 1, as a probability does; far from 0 the slope vanishes."),
        mark("1 over 1 plus e to the negative value: between 0 and 1, and one half at 0."),
        lambda x, _: sigmoid(x),
        lambda x, _: np.asarray(sigmoid(x) * (1 - sigmoid(x))),
        lambda x, _, write: f"1 / (1 + exp({write(-x)}))",
        "nn.Sigmoid()", "keras.activations.sigmoid(x)", "jax.nn.sigmoid(x)", "sigmoid(x)",
        lambda graph, _: graph.node("Sigmoid"),
        1,
        (NUMPY_SIGMOID,),
    ),
    "tanh": Function(
        "Tanh",
        mark("Every value comes to lie between −1 and 1; small values stay about what they are."),
        mark("The hyperbolic tangent: between −1 and 1, and 0 at 0."),
        lambda x, _: np.asarray(np.tanh(x)),
        lambda x, _: np.asarray(1 - np.tanh(x) ** 2),
        lambda x, _, write: f"tanh({write(x)})",
        "nn.Tanh()", "keras.activations.tanh(x)", "jnp.tanh(x)", "np.tanh(x)",
        lambda graph, _: graph.node("Tanh"),
        1,
    ),
    "silu": Function(
        "SiLU",
        mark("Every value times its sigmoid, also called swish: a ReLU without a kink, a little below 0."),
        mark("The value times its sigmoid."),
        lambda x, _: np.asarray(x * sigmoid(x)),
        _silu_slope,
        lambda x, _, write: f"{bracketed(x, write)} / (1 + exp({write(-x)}))",
        "nn.SiLU()", "keras.activations.silu(x)", "jax.nn.silu(x)", "x * sigmoid(x)",
        _times_sigmoid,
        2,
        (NUMPY_SIGMOID,),
    ),
    "gelu": Function(
        "GELU",
        mark("Every value times the share of a normal distribution that lies below it: a ReLU without a kink."),
        mark("The value times the share of the normal distribution that lies below it."),
        lambda x, _: np.asarray(x * (1 + erf(x / x.dtype.type(sqrt(2)))) / 2),
        _gelu_slope,
        lambda x, _, write: f"{bracketed(x, write)} · (1 + erf({write(x)} / √2)) / 2",
        "nn.GELU()", "keras.activations.gelu(x)", "jax.nn.gelu(x, approximate=False)",
        "x * (1 + erf(x / np.sqrt(2))) / 2",
        _gelu_nodes,
        3,
        (NUMPY_ERF,),
    ),
    "gelu_tanh": Function(
        "GELU (tanh)",
        mark("Nearly GELU, with tanh in place of the normal distribution, which is faster."),
        mark("The value times about the share of the normal distribution that lies below it, by way of tanh."),
        _gelu_tanh,
        _gelu_tanh_slope,
        _write_gelu_tanh,
        'nn.GELU(approximate="tanh")', "keras.activations.gelu(x, approximate=True)",
        "jax.nn.gelu(x, approximate=True)",
        f"x * (1 + np.tanh({ROOT!r} * (x + {CUBE!r} * x**3))) / 2",
        _gelu_tanh_nodes,
        6,
    ),
    "hard_sigmoid": Function(
        "Hard sigmoid",
        mark("A sigmoid of three straight lines: 0 up to −3, 1 from 3 on, which takes no exponential."),
        mark("The value plus 3, held between 0 and 6, over 6."),
        _hard_sigmoid,
        lambda x, _: np.asarray(np.where(np.abs(x) < 3, x.dtype.type(1 / 6), x.dtype.type(0))),
        lambda x, _, write: f"min(max(0, {write(x)} + 3), 6) / 6",
        "nn.Hardsigmoid()", "keras.activations.hard_sigmoid(x)", "jax.nn.hard_sigmoid(x)", "np.clip(x + 3, 0, 6) / 6",
        lambda graph, _: graph.node("HardSigmoid", alpha=1 / 6, beta=0.5),
        1,
    ),
    "hard_swish": Function(
        "Hard swish",
        mark("Every value times its hard sigmoid: nearly SiLU, and it takes no exponential."),
        mark("The value times its hard sigmoid: 0 up to −3, and the value itself from 3 on."),
        lambda x, _: np.asarray(x * np.clip(x + 3, 0, 6) / 6),
        _hard_swish_slope,
        lambda x, _, write: f"{bracketed(x, write)} · min(max(0, {write(x)} + 3), 6) / 6",
        "nn.Hardswish()", "keras.activations.hard_swish(x)", "jax.nn.hard_swish(x)", "x * np.clip(x + 3, 0, 6) / 6",
        lambda graph, _: graph.node("HardSwish"),
        2,
    ),
    "elu": Function(
        "ELU",
        mark("Negative values go over into a smooth curve that ends at −alpha, so that means come nearer to 0."),
        mark("Positive values stay; of negative ones alpha times e to the value minus 1."),
        _elu,
        _elu_slope,
        _write_elu,
        "nn.ELU({alpha})", "keras.activations.elu(x, alpha={alpha})", "jax.nn.elu(x, {alpha})",
        "np.where(x > 0, x, {alpha} * np.expm1(np.minimum(x, 0)))",
        lambda graph, alpha: graph.node("Elu", alpha=alpha),
        1,
    ),
    "erf": Function(
        "Erf",
        mark("The error function, of which networks write GELU out: every value comes to lie between −1 and 1."),
        mark("The error function: between −1 and 1, and 0 at 0."),
        lambda x, _: np.asarray(erf(x)),
        lambda x, _: np.asarray(2 / sqrt(pi) * np.exp(-x * x)).astype(x.dtype),
        lambda x, _, write: f"erf({write(x)})",
        "Erf()", "tf.math.erf(x)", "lax.erf(x)", "erf(x)",
        lambda graph, _: graph.node("Erf"),
        1,
        (NUMPY_ERF,),
        TORCH_ERF,
    ),
    "sqrt": Function(
        "Sqrt",
        mark("The square root of every value, as where a network divides by a deviation."),
        mark("The square root of the value."),
        _undefined(np.sqrt),
        _undefined(lambda x: 1 / (2 * np.sqrt(x))),
        lambda x, _, write: f"√{bracketed(x, write)}",
        "Sqrt()", "tf.sqrt(x)", "jnp.sqrt(x)", "np.sqrt(x)",
        lambda graph, _: graph.node("Sqrt"),
        1,
        torch=_module("Sqrt", "torch.sqrt(x)"),
        offered=False,
    ),
    "reciprocal": Function(
        "Reciprocal",
        mark("1 over every value, as where a network divides by what it has computed."),
        mark("1 over the value."),
        _undefined(lambda x: 1 / x),
        _undefined(lambda x: -1 / (x * x)),
        lambda x, _, write: f"1 / {bracketed(x, write)}",
        "Reciprocal()", "1 / x", "1 / x", "1 / x",
        lambda graph, _: graph.node("Reciprocal"),
        1,
        torch=_module("Reciprocal", "1 / x"),
        offered=False,
    ),
    "exp": Function(
        "Exp",
        mark("e to the power of every value."),
        mark("e to the power of the value."),
        _undefined(np.exp),
        _undefined(np.exp),
        lambda x, _, write: f"exp({write(x)})",
        "Exp()", "tf.exp(x)", "jnp.exp(x)", "np.exp(x)",
        lambda graph, _: graph.node("Exp"),
        1,
        torch=_module("Exp", "torch.exp(x)"),
        offered=False,
    ),
    "log": Function(
        "Log",
        mark("The natural logarithm of every value, as loudness is heard."),
        mark("The natural logarithm of the value."),
        _undefined(np.log),
        _undefined(lambda x: 1 / x),
        lambda x, _, write: f"ln({write(x)})",
        "Log()", "tf.math.log(x)", "jnp.log(x)", "np.log(x)",
        lambda graph, _: graph.node("Log"),
        1,
        torch=_module("Log", "torch.log(x)"),
        offered=False,
    ),
    "abs": Function(
        "Abs",
        mark("Every value without its sign."),
        mark("The value without its sign."),
        lambda x, _: np.asarray(np.abs(x)),
        lambda x, _: np.asarray(np.sign(x)),
        lambda x, _, write: f"|{write(x)}|",
        "Abs()", "tf.abs(x)", "jnp.abs(x)", "np.abs(x)",
        lambda graph, _: graph.node("Abs"),
        0,
        torch=_module("Abs", "torch.abs(x)"),
        offered=False,
    ),
}  # fmt: skip
"""Every function, by the name that files call it, in the order of the menu."""

"""Random layers and stacks for all generators, and the array that their code has to give."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.layers.activation import Activation
from convgui.layers.activation.functions import FUNCTIONS
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.dense import Dense
from convgui.layers.flatten import Flatten
from convgui.layers.global_pool import GlobalPool
from convgui.layers.identity import Identity
from convgui.layers.layer import Layer
from convgui.layers.pad import Pad
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pixel_unshuffle import PixelUnshuffle
from convgui.layers.pooling import Pool
from convgui.layers.prelu import PReLU
from convgui.layers.relu import ReLU
from convgui.layers.softmax import Softmax
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.flow import all_values
from convgui.model.sample import Sample
from tests.core.reference import cases
from tests.model.chains import run

Numbers = NDArray[Any]


def whole(rng: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """Whole numbers: sums of products are then exact, in whatever order they are added."""
    return rng.integers(-9, 10, shape).astype(np.float64)


@st.composite
def single(draw: st.DrawFn) -> Document:
    """Draw a document of one convolution with any parameters, one side of a padding more than the other too."""
    transposed = draw(st.booleans())
    case = draw(cases(transposed=transposed, largest=9))
    spec = case.spec
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    bias = whole(rng, (spec.out_channels,)) * draw(st.sampled_from([0, 1]))
    layer = Convolution(spec, whole(rng, spec.weight_shape), bias, flip=draw(st.booleans()))
    return Document(Sample(whole(rng, case.x.shape), "drawn"), (layer,))


@st.composite
def stacks(draw: st.DrawFn) -> Document:
    """Draw a document of two to four layers of any kind."""
    first = draw(single())
    shape = first.shapes[-1]
    layers: list[Layer] = [*first.layers]
    for _ in range(draw(st.integers(1, 3))):
        layer = _any_layer(draw, shape)
        try:
            shape = layer.output_shape(shape)
        except SpecError:
            assume(False)
        assume(np.prod(shape) < 20_000)
        layers.append(layer)
    document = Document(first.sample, tuple(layers), View(layer=len(layers) - 1))
    # A maximum of padding alone is -inf, of which others make what is no number.
    assume(all(np.isfinite(value).all() for value in all_values(document)))
    return document


def _any_layer(draw: st.DrawFn, shape: tuple[int, ...]) -> Layer:
    rank = len(shape) - 1

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    divisors = [g for g in range(1, shape[0] + 1) if shape[0] % g == 0]
    factor = 2 if shape[0] % 2**rank == 0 else 1
    size = each(1, 3)
    if draw(st.booleans()):
        return _newer_layer(draw, shape, each)
    kind = draw(st.sampled_from(["max", "average", "relu", "nearest", "linear", "pixels", "channels"]))
    if kind in ("max", "average"):
        padding = tuple(draw(st.integers(0, k // 2)) for k in size)
        # PyTorch dilates no mean, and takes no means of small volumes otherwise than as they are.
        plain = kind == "average" and rank == 3
        up, counted = (False, True) if plain else (draw(st.booleans()), draw(st.booleans()))
        dilation = each(1, 2) if kind == "max" else ()
        return Pool("max" if kind == "max" else "average", size, each(1, 3), padding, dilation, up, counted)
    if kind in ("nearest", "linear"):
        return Upsample(each(1, 3), "nearest" if kind == "nearest" else "linear")
    if kind == "relu":
        return ReLU()
    return PixelShuffle(factor) if kind == "pixels" else ChannelShuffle(draw(st.sampled_from(divisors)))


def _norm(rng: np.random.Generator, channels: int) -> BatchNorm:
    weight, bias, mean = rng.normal(size=(3, channels))
    return BatchNorm(weight, bias, mean, rng.random(channels), 0.25)


def _newer_layer(draw: st.DrawFn, shape: tuple[int, ...], each: Callable[[int, int], tuple[int, ...]]) -> Layer:
    """Draw one of the other kinds, with numbers that float32 holds where a library stores them so."""
    rank, channels = len(shape) - 1, shape[0]
    rng = np.random.default_rng(draw(st.integers(0, 100)))
    functions = sorted(set(FUNCTIONS) - {"hard_sigmoid"})
    layers: dict[str, Callable[[], Layer]] = {
        "activation": lambda: Activation(draw(st.sampled_from(functions))),
        "batch norm": lambda: _norm(rng, channels),
        "prelu": lambda: PReLU(rng.normal(size=draw(st.sampled_from([1, channels])))),
        "softmax": Softmax,
        "identity": lambda: Identity(draw(st.sampled_from(["", "Dropout"]))),
        "pad": lambda: Pad(tuple(zip(each(0, 2), each(0, 2), strict=True)), "replicate"),
        "value": lambda: Pad(tuple(zip(each(0, 2), each(0, 2), strict=True)), "zeros", 0.5),
        "size": lambda: Upsample((), "nearest", each(1, 5)),
        "global": lambda: GlobalPool(draw(st.sampled_from(["max", "average"])), (1,) * rank),
        "flatten": Flatten,
        "dense": lambda: Dense(rng.normal(size=(3, prod(shape))) / prod(shape), rng.normal(size=3)),
        "unshuffle": lambda: PixelUnshuffle(2 if all(n % 2 == 0 for n in shape[1:]) else 1),
    }
    return layers[draw(st.sampled_from(sorted(layers)))]()


def wanted(document: Document) -> Numbers:
    """Return what the document shows."""
    return run(document.layers, document.sample)


def same(got: Numbers, document: Document, *, exact: bool) -> None:
    """Compare to the last bits; single layers of whole numbers give the same whole numbers.

    A kernel that is a product of two may be computed as that, with roundings of 1e-14 on the way.
    """
    want = wanted(document)
    assert got.shape == want.shape
    assert np.allclose(got, want, rtol=1e-13, atol=1e-12)
    if exact:
        assert np.array_equal(np.round(got), np.round(want))

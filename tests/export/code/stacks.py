"""Random layers and stacks for all generators, and the array that their code has to give."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.flow import run
from convgui.model.sample import Sample
from tests.core.reference import cases

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
    return Document(first.sample, tuple(layers), View(layer=len(layers) - 1))


def _any_layer(draw: st.DrawFn, shape: tuple[int, ...]) -> Layer:
    rank = len(shape) - 1

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    divisors = [g for g in range(1, shape[0] + 1) if shape[0] % g == 0]
    factor = 2 if shape[0] % 2**rank == 0 else 1
    size = each(1, 3)
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

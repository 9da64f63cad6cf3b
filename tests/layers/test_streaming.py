"""Blocks of a causal stack equal the whole: to the bit where all numbers are whole."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.streaming import Stream


def layer(
    rng: np.random.Generator, inputs: int, outputs: int, k: int, *, whole: bool = True, **fields: object
) -> Layer:
    spec = ConvSpec.of(inputs, outputs, (k,), **fields)  # type: ignore[arg-type]
    weight, bias = rng.normal(size=spec.weight_shape), rng.normal(size=outputs)
    return Convolution(spec, np.rint(3 * weight) if whole else weight, np.rint(3 * bias) if whole else bias)


@st.composite
def stacks(draw: st.DrawFn, whole: bool = True) -> tuple[list[Layer], int]:
    """Draw causal layers, plain and transposed, with or without ReLU between them."""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    channels = first = draw(st.integers(1, 3))
    made: list[Layer] = []
    for _ in range(draw(st.integers(1, 4))):
        k, d, s = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
        outputs = draw(st.integers(1, 3))
        extent = d * (k - 1) + 1
        if draw(st.integers(0, 3)) == 0 and extent >= s:
            padding: object = ((0, extent - s),)
            made.append(
                layer(rng, channels, outputs, k, whole=whole, dilation=d, stride=s, padding=padding, transposed=True)
            )
        else:
            padding = draw(st.sampled_from(["causal", "causal_stride", "valid", ((2, 0),)]))
            mode = draw(st.sampled_from(["zeros", "replicate"]))
            made.append(
                layer(rng, channels, outputs, k, whole=whole, dilation=d, stride=s, padding=padding, padding_mode=mode)
            )
        channels = outputs
        if draw(st.booleans()):
            made.append(ReLU())
    return made, first


def of_whole(layers: list[Layer], x: Any) -> Any:
    made = x
    try:
        for each in layers:
            made = np.asarray(each.forward(made), np.float64)
    except SpecError:
        return None
    return made


@settings(max_examples=150)
@given(stacks(), st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(0, 99))
def test_blocks_equal_the_whole_to_the_bit(stack: tuple[list[Layer], int], sizes: list[int], seed: int) -> None:
    layers, channels = stack
    x = np.random.default_rng(seed).integers(-9, 10, (channels, sum(sizes))).astype(np.float64)
    wanted = of_whole(layers, x) if x.size else None
    assume(isinstance(wanted, np.ndarray))
    stream, ends = Stream(layers, channels), np.cumsum([0, *sizes])
    found = np.concatenate([stream.push(x[:, a:b]) for a, b in pairwise(ends)], axis=1)
    np.testing.assert_array_equal(found, wanted)


@settings(max_examples=30)
@given(stacks(whole=False), st.integers(1, 40), st.integers(0, 99))
def test_floats_differ_by_rounding_alone(stack: tuple[list[Layer], int], size: int, seed: int) -> None:
    layers, channels = stack
    x = np.random.default_rng(seed).normal(size=(channels, 120))
    wanted = of_whole(layers, x)
    assume(isinstance(wanted, np.ndarray))
    stream = Stream(layers, channels)
    found = np.concatenate([stream.push(x[:, n : n + size]) for n in range(0, 120, size)], axis=1)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_a_long_kernel_is_exact_too() -> None:
    """Which goes through transforms, that round what is not known to be whole."""
    one = layer(np.random.default_rng(2), 1, 1, 1024, padding="causal")
    x = np.random.default_rng(3).integers(-99, 100, (1, 30_000))
    stream = Stream([one])
    found = np.concatenate([stream.push(x[:, n : n + 4321]) for n in range(0, 30_000, 4321)], axis=1)
    np.testing.assert_array_equal(found, one.forward(x))


def test_a_wavenet_sample_by_sample() -> None:
    """Ten layers of two taps, dilations 1 to 512: the last of 1,024 samples is the first that sees all of them."""
    layers = [layer(np.random.default_rng(0), 1, 1, 2, dilation=2**n, padding="causal") for n in range(10)]
    ones = [Convolution(each.spec, np.ones((1, 1, 2)), np.zeros(1)) for each in layers if isinstance(each, Convolution)]
    stream = Stream(ones)
    found = [float(stream.push(np.ones((1, 1)))[0, 0]) for _ in range(1025)]
    assert found[:4] == [1, 2, 3, 4]
    assert found[1022:] == [1023, 1024, 1024]


def test_what_looks_ahead_is_refused() -> None:
    rng = np.random.default_rng(1)
    for bad, words in (
        (layer(rng, 1, 1, 3, padding="same"), "Layer 1: is not causal"),
        (layer(rng, 1, 1, 3, padding=1), "Layer 1: is not causal"),
        (layer(rng, 1, 1, 3, padding="causal", padding_mode="reflect"), "is not causal"),
        (layer(rng, 1, 1, 4, stride=2, padding=1, transposed=True), "looks ahead"),
        (Pool("max", (2,), (2,), (0,)), "each cell of that cell alone"),
        (GlobalPool("average", (1,)), "each cell of that cell alone"),
    ):
        with pytest.raises(SpecError, match=words):
            Stream([bad])
    plane = Convolution(ConvSpec.of(1, 1, (3, 3)), np.ones((1, 1, 3, 3)), np.zeros(1))
    with pytest.raises(SpecError, match="has 2 axes"):
        Stream([plane])
    with pytest.raises(SpecError, match="2 channels of one axis are needed"):
        Stream([layer(rng, 2, 1, 3, padding="causal")], 2).push(np.ones((1, 5)))

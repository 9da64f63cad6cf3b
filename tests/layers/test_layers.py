"""Layers without weights, and what every layer of a stack can do."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.convolution import convolve_transposed
from convgui.core.receptive import receptive_field
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.form import Sizes
from convgui.layers.layer import Layer, Shape
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample


def some_layers(rank: int) -> Sequence[Layer]:
    """Return a layer of every kind for eight channels."""
    spec = ConvSpec.of(8, 4, (3,) * rank, padding=1, groups=2)
    turned = ConvSpec.of(8, 4, (3,) * rank, stride=2, transposed=True)
    rng = np.random.default_rng(3)
    ones, twos, zeros = (1,) * rank, (2,) * rank, (0,) * rank
    return (
        Convolution(spec, rng.normal(size=spec.weight_shape), rng.normal(size=4), flip=True),
        Convolution(turned, rng.normal(size=turned.weight_shape), np.zeros(4)),
        Pool("max", (3,) * rank, twos, ones),
        Pool("average", twos, twos, zeros),
        ReLU(),
        Upsample(twos, "nearest"),
        Upsample((3,) * rank, "linear"),
        PixelShuffle(2),
        ChannelShuffle(4),
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_layer_makes_the_shape_it_says_and_keeps_the_type(rank: int) -> None:
    x = np.random.default_rng(1).normal(size=(8, *(7, 6, 5)[:rank]))
    for layer in some_layers(rank):
        for kind in (np.float32, np.float64):
            out = layer.forward(x.astype(kind))
            assert out.shape == layer.output_shape(x.shape), layer.title
            assert out.dtype == kind, layer.title
        assert layer.multiply_adds(x.shape) >= 0


@pytest.mark.parametrize("rank", [1, 2])
def test_backward_is_the_slope_of_forward(rank: int) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(8, *(6, 5)[:rank]))
    for layer in some_layers(rank):
        out = layer.forward(x)
        grad = rng.normal(size=out.shape)
        slopes = layer.backward(grad, x)
        for index in [(0, *(0,) * rank), (7, *(2,) * rank), (3, *(4,) * rank)]:
            moved = x.copy()
            moved[index] += 1e-6
            change = float(((layer.forward(moved) - out) * grad).sum()) / 1e-6
            assert change == pytest.approx(float(slopes[index]), abs=1e-4), layer.title


@pytest.mark.parametrize("mode", ["nearest", "linear"])
@pytest.mark.parametrize("scale", [2, 3])
def test_upsampling_is_the_transposed_convolution_it_says_away_from_the_border(mode: str, scale: int) -> None:
    layer = Upsample((scale,), "linear" if mode == "linear" else "nearest")
    window = layer.window((1, 9))
    (k,) = window.kernel_size
    if mode == "nearest":
        kernel: NDArray[np.float64] = np.ones(k)
    else:
        at = np.abs((np.arange(k) + 0.5) / scale - k / (2 * scale))
        kernel = 1 - at
    x = np.random.default_rng(0).normal(size=(1, 9))
    out = convolve_transposed(x, kernel[None, None], stride=scale, padding=window.pads((9,)))
    inner = slice(scale, -scale)
    np.testing.assert_allclose(out[0, inner], layer.forward(x)[0, inner], atol=1e-12)


def test_the_field_of_a_stack_with_pooling_and_upsampling() -> None:
    spec = ConvSpec.of(1, 1, (3,), padding=1)
    conv = Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))
    layers: tuple[Layer, ...] = (conv, Pool("max", (2,), (2,), (0,)), conv, Upsample((2,)), ReLU())
    shape: Shape = (1, 8)
    windows = []
    for layer in layers:
        windows.append(layer.window(shape))
        shape = layer.output_shape(shape)
    field = receptive_field(windows)
    # 3, then 3 + 1, then 4 + 2 * 2; upsampling and ReLU add nothing and the stride comes back to 1.
    assert [layer.size[0] for layer in field.layers] == [3, 4, 8, 8, 8]
    assert field.stride == (Fraction(1),)


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: Pool("max", (2, 2), (2, 2), (2, 2)), "padding: is 2; pooling takes at most half the window of 2"),
        (lambda: Pool("max", (), (), ()), "kernel_size: has 0 axes"),
        (lambda: Pool("max", (0,), (1,), (0,)), "kernel_size: on the width axis is 0"),
        (lambda: Upsample((0,)), "scale_factor: on the width axis is 0"),
        (lambda: Upsample(()), "scale_factor: has 0 axes"),
        (lambda: Upsample((2,)).output_shape((1, 3, 3)), "scale_factor: has 1 axes, the input has 2"),
        (lambda: PixelShuffle(2).output_shape((6, 3, 3)), "weaves 4 channels into one; the input has 6"),
        (lambda: ChannelShuffle(4).output_shape((6, 3, 3)), "groups: is 4, which does not divide 6 channels"),
        (lambda: Pool("max", (9,), (1,), (0,)).output_shape((1, 3)), "kernel_size: on the width axis covers 9"),
    ],
)
@pytest.mark.fault
def test_what_no_layer_can_be_is_refused(build: object, says: str) -> None:
    assert callable(build)
    with pytest.raises(SpecError) as caught:
        build()
    assert says in str(caught.value)


def test_where_nothing_rises_relu_has_no_slope() -> None:
    """At 0 itself, PyTorch's choice of the two slopes is 0."""
    x = np.array([[-2.0, 0.0, 3.0]])
    assert ReLU().backward(np.full((1, 3), 7.0), x).tolist() == [[0, 0, 7]]


@pytest.mark.parametrize(
    ("before", "size", "after"),
    [
        (((4, 4), (4, 4), (2, 2)), (2, 3), ((2, 3), (2, 3), (1, 1))),
        (((4, 4), (1, 1), (1, 2)), (2, 2), ((2, 2), (1, 1), (1, 1))),
        (((2, 2), (2, 2), (0, 0)), (5, 5), ((5, 5), (5, 5), (0, 0))),
    ],
)
def test_another_window_keeps_what_pooling_allows(
    before: tuple[Shape, Shape, Shape], size: Shape, after: tuple[Shape, Shape, Shape]
) -> None:
    """Windows side by side stay side by side; the padding is half a window at most."""
    assert Pool("max", *before).with_field("kernel_size", size) == Pool("max", *after)


def test_the_largest_window_that_is_offered_is_the_largest_that_fits() -> None:
    layer = Pool("average", (4, 2), (1, 1), (2, 0))
    size = next(field for field in layer.form((1, 6, 7)) if field.name == "kernel_size")
    assert isinstance(size, Sizes)
    padded = np.pad(np.zeros((6, 7)), [(2, 2), (0, 0)])
    assert size.most == padded.shape
    assert layer.with_field("kernel_size", size.most).output_shape((1, 6, 7)) == (1, 1, 1)


def test_a_mix_is_written_with_its_signs() -> None:
    (reads,) = Upsample((2,), "linear").axis_reads((1, 2))
    cells, weights = reads.reads(1)
    values = np.array([-4.0, 8.0])[cells]
    assert Upsample((2,), "linear").written_sum(values, weights, 0, lambda v: f"{v:g}") == "0.75·(-4) + 0.25·8"


def test_what_reads_a_cell_gives_it_a_weight() -> None:
    """Of three cells enlarged twice, the border's copies are made of one cell alone: 0 0 | 1 1 | 2 2 in quarters."""
    (reads,) = Upsample((2,), "linear").axis_reads((1, 3))
    x = np.eye(3)[:, None]
    made = [Upsample((2,), "linear").forward(one)[0] for one in x]
    assert [reads.reached(cell).tolist() for cell in range(3)] == [np.flatnonzero(out).tolist() for out in made]

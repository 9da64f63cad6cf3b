"""`cancel` is asked often enough, counted in work and not in time: a time would tell of the machine."""

from math import prod
from typing import Any

import numpy as np
import pytest

from convgui.core import Cancelled, block_means, convolve, update_tap
from convgui.core.pooling import upsample_linear
from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.scenes.matrix.product import product

PRODUCTS = 1 << 27
"""Multiplications between two questions at most; BLAS does eight to eighteen a nanosecond."""
CELLS = 1 << 20
"""Output cells between two questions at most, for what does not count its work in taps."""


class Asked:
    """A `cancel` that counts, and gives in at last."""

    def __init__(self, patience: int | None = None) -> None:
        self.times = 0
        self.patience = patience

    def __call__(self) -> bool:
        self.times += 1
        return self.patience is not None and self.times > self.patience


@pytest.mark.parametrize(
    ("algorithm", "x", "weight", "keywords"),
    [
        ("row_stack", (1, 2000, 2000), (1, 1, 3, 3), {}),
        ("row_stack", (64, 200, 200), (64, 64, 3, 3), {}),
        ("row_stack", (1, 90, 150, 150), (1, 1, 5, 5, 5), {}),
        ("row_stack", (16, 400, 400), (16, 1, 3, 3), {"groups": 16}),
        ("row_stack", (1, 2000, 2000), (1, 1, 3, 3), {"dilation": 4}),
        ("row_stack", (1, 2000, 2000), (1, 1, 3, 3), {"stride": 2}),
        ("fft", (1, 2000, 2000), (1, 1, 15, 15), {}),
        ("fft", (1, 90, 150, 150), (1, 1, 7, 7, 7), {}),
        ("separable", (1, 2000, 2000), (1, 1, 9, 9), {}),
        ("pointwise", (64, 500, 500), (16, 64, 1, 1), {}),
        ("direct", (1, 1000, 1000), (1, 1, 3, 3), {}),
        ("shift_add", (1, 1000, 1000), (1, 1, 3, 3), {}),
    ],
)
def test_polls_against_work(
    algorithm: str, x: tuple[int, ...], weight: tuple[int, ...], keywords: dict[str, Any]
) -> None:
    asked = Asked()
    result = convolve(
        np.zeros(x, np.float32),
        np.ones(weight, np.float32),
        algorithm=algorithm,
        threads=1,
        cancel=asked,
        **keywords,
    )
    cells = prod(result.shape[1:]) * keywords.get("groups", 1)
    products = result.size * prod(weight[1:])
    assert asked.times >= cells / CELLS
    # Banded products multiply zeros besides: at most as much again.
    assert asked.times >= products / PRODUCTS


def test_no_tile_is_begun_after_the_answer() -> None:
    x, weight = np.zeros((1, 3000, 3000), np.float32), np.ones((1, 1, 3, 3), np.float32)
    told: list[float] = []
    asked = Asked(patience=3)
    with pytest.raises(Cancelled):
        convolve(x, weight, threads=1, cancel=asked, progress=told.append)
    assert asked.times == 4
    assert told[-1] < 0.5


@pytest.mark.parametrize(
    ("shape", "times"),
    [((1, 4, 700, 800), 2), ((1, 1000, 900), (1, 3)), ((3, 60, 70, 80), (2, 1, 2)), ((1, 9), 100_000)],
)
@pytest.mark.parametrize("corners", [False, True])
def test_interpolating_asks(shape: tuple[int, ...], times: Any, corners: bool) -> None:
    x = np.zeros(shape, np.float32)
    asked = Asked()
    made = upsample_linear(x, times, align_corners=corners, cancel=asked)
    assert asked.times >= made.size / CELLS
    asked = Asked(patience=2)
    with pytest.raises(Cancelled):
        upsample_linear(x, times, align_corners=corners, cancel=asked)
    assert asked.times == 3


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("mode", ["c", "ct"])
def test_building_a_matrix_asks(transposed: bool, mode: Any) -> None:
    rng = np.random.default_rng(3)
    spec = ConvSpec.of(4, 6, (3, 3), groups=2, transposed=transposed)
    layer = Convolution(spec, rng.integers(1, 9, spec.weight_shape).astype(float), np.zeros(6))
    given = Document(Sample(rng.integers(0, 9, (4, 120, 130)), "x"), (layer,))
    asked = Asked()
    made = product(given, mode, asked)
    assert asked.times >= made.rows.size / CELLS
    assert asked.times > 6, "between the filters at least"
    want = layer.forward(given.sample.data.astype(float)).ravel()
    np.testing.assert_allclose(made.result if mode == "c" else made.vector, want)
    asked = Asked(patience=2)
    with pytest.raises(Cancelled):
        product(given, mode, asked)
    assert asked.times == 3


def test_block_means_ask() -> None:
    spec = ConvSpec.of(3, 1, (3, 3))
    with pytest.raises(Cancelled):
        block_means(np.zeros((3, 400, 400), np.float32), spec, 8, threads=1, cancel=Asked(patience=2))
    asked = Asked()
    block_means(np.zeros((3, 4000, 1000), np.uint8), spec, 8, threads=1, cancel=asked)
    assert asked.times >= 3 * 4000 * 1000 * 9 / PRODUCTS


def test_update_tap_asks() -> None:
    spec = ConvSpec.of(1, 1, (3, 3))
    x, out = np.zeros((1, 2002, 2002), np.float32), np.zeros((1, 2000, 2000), np.float32)
    asked = Asked()
    update_tap(out, x, spec, (0, 0, 1, 1), 2.0, cancel=asked)
    assert asked.times >= out.size / CELLS
    with pytest.raises(Cancelled):
        update_tap(out, x, spec, (0, 0, 1, 1), 2.0, cancel=Asked(patience=1))
